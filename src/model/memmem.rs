//! Bytes in bytes. The search of the `memchr` crate is made for long texts and gets ready for each: here lines are searched for words, and it
//! would be 3 KB of the readers and of the engine each.

use memchr::{memchr_iter, memrchr_iter};

/// Where a needle begins first. One that is empty is found at 0.
#[must_use]
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((first, rest)) = needle.split_first() else { return Some(0) };
    memchr_iter(*first, haystack).find(|at| haystack[at + 1..].starts_with(rest))
}

/// Where a needle begins last. One that is empty is found at the end.
#[must_use]
pub fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((first, rest)) = needle.split_first() else { return Some(haystack.len()) };
    memrchr_iter(*first, haystack).find(|at| haystack[at + 1..].starts_with(rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_memchr_finds(haystack in "[ab]{0,24}", needle in "[ab]{0,4}") {
            let (haystack, needle) = (haystack.as_bytes(), needle.as_bytes());
            prop_assert_eq!(find(haystack, needle), memchr::memmem::find(haystack, needle));
            prop_assert_eq!(rfind(haystack, needle), memchr::memmem::rfind(haystack, needle));
        }
    }
}
