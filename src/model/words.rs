//! Words in short texts. The standard library's search is made for long ones, and would be 3 KB of each program. Bytes are looked for by
//! [`memmem`](super::memmem).

/// Where a text that is not empty begins in another, in bytes.
pub fn places_of(text: &str, part: &str) -> impl Iterator<Item = usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let places = text.windows(part.len().max(1)).enumerate();
    // Most are told apart by their first byte.
    places.filter(move |(_, bytes)| bytes.first() == part.first() && *bytes == part).map(|(place, _)| place)
}

/// A text up to a byte; nothing where none of its letters ends there. Indexing would bring along how a text is printed, to say why it
/// panics.
#[must_use]
pub fn before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

/// A text from a byte on, like [`before`].
#[must_use]
pub fn after(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

/// Whether a text holds another, which is not empty.
#[must_use]
pub fn holds(text: &str, part: &str) -> bool {
    places_of(text, part).next().is_some()
}

/// What stands before and behind the first place of a part, which is not empty.
#[must_use]
pub fn cut_at<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let place = places_of(text, part).next()?;
    Some((text.get(..place)?, text.get(place + part.len()..)?))
}

/// What stands before and behind the last place of a part, which is not empty.
#[must_use]
pub fn cut_last<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let place = places_of(text, part).last()?;
    Some((text.get(..place)?, text.get(place + part.len()..)?))
}

/// A text with another part in the places of one.
#[must_use]
pub fn replaced(text: &str, part: &str, by: &str) -> String {
    let (mut rest, mut whole) = (text, String::new());
    while let Some((before, after)) = cut_at(rest, part) {
        whole.push_str(before);
        whole.push_str(by);
        rest = after;
    }
    whole + rest
}

/// The first characters of a text, and whether there are more.
#[must_use]
pub fn first_chars(text: &str, chars: usize) -> (&str, bool) {
    text.char_indices().nth(chars).map_or((text, false), |(end, _)| (before(text, end), true))
}

/// The first characters of a text, and a sign where there are more.
#[must_use]
pub fn shortened(text: &str, chars: usize) -> String {
    let (first, has_more) = first_chars(text, chars);
    [first, if has_more { "…" } else { "" }].concat()
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
        assert_eq!(cut_at("a on b on c", " on "), Some(("a", "b on c")));
        assert_eq!((shortened("事故 a", 2), shortened("事故", 2)), ("事故…".to_owned(), "事故".to_owned()));
        assert_eq!(cut_last("a on b on c", " on "), Some(("a on b", "c")));
        assert_eq!(cut_at("a one b", " on "), None);
        assert_eq!(replaced("it\"\"s \"\"\"\"", "\"\"", "\""), "it\"s \"\"");
        assert!(holds("root cause", "cause") && holds("x", "x") && !holds("caus", "cause") && !holds("", "x"));
    }
}
