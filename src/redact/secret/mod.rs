//! Secrets: what lets somebody in.
//!
//! Four ways to find one, a file each: by its own look ([`tokens`]), by the name beside it ([`named`]), inside an address or after an option
//! ([`urls`]), and as a block of lines ([`blocks`]). Each file says what it finds and what it leaves.
//!
//! Not found: a secret without look or name (`the key is on the wiki: blue42`), one that is spread over several texts, passwords in
//! pictures, in binary data or in an encoding of our own making, and what an excerpt shows of a key of which it shows neither name nor
//! beginning and less than a full line.

pub(super) mod blocks;
pub(super) mod named;
pub(super) mod tokens;
pub(super) mod urls;

/// Whether base64 text holds `name:password`, as basic authentication and the logins of registries do.
fn is_login(base64: &str) -> bool {
    let (mut bits, mut n_bits, mut seen) = (0_u32, 0, false);
    for byte in base64.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        (bits, n_bits) = (bits << 6 | u32::from(value), n_bits + 6);
        if n_bits >= 8 {
            n_bits -= 8;
            let decoded = (bits >> n_bits) as u8;
            if decoded < b' ' || decoded == 0x7f {
                return false;
            }
            seen |= decoded == b':';
        }
    }
    seen && base64.len() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_told_from_words() {
        assert!(is_login("YWRtaW46aHVudGVyMg=="));
        assert!(!is_login("Authentication"));
        assert!(!is_login("required"));
        assert!(!is_login(""));
    }
}
