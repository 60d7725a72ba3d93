//! Words in short texts. The standard library's search is made for long ones, and would be 3 KB of the page.

/// Where a text that is not empty begins in another, in bytes.
pub fn places_of(text: &str, part: &str) -> impl Iterator<Item = usize> {
    let places = text.as_bytes().windows(part.len().max(1)).enumerate();
    places.filter(move |(_, bytes)| *bytes == part.as_bytes()).map(|(place, _)| place)
}

/// Whether a text holds another, which is not empty.
#[must_use]
pub fn holds(text: &str, part: &str) -> bool {
    places_of(text, part).next().is_some()
}

/// Whether a letter is one of some.
#[must_use]
pub fn is_one_of(letter: char, letters: &str) -> bool {
    letters.chars().any(|one| one == letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_where_it_stands() {
        assert_eq!(places_of("a事故a事", "事").collect::<Vec<_>>(), [1, 8]);
        assert!(holds("root cause", "cause") && holds("x", "x") && !holds("caus", "cause") && !holds("", "x"));
    }
}
