//! What all detectors share: hits, and where a word begins and ends.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::RedactionClass as Class;

/// A stretch of text that must not leave.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// Bytes of the text.
    pub(super) at: Range<usize>,
    /// Kind.
    pub(super) class: Class,
    /// What the pseudonym begins with; the class's own word except for nodes.
    pub(super) noun: &'static str,
}

/// Hits of all detectors, in no order.
#[derive(Default)]
pub(super) struct Hits(pub(super) Vec<Hit>);

impl Hits {
    pub(super) fn push(&mut self, class: Class, at: Range<usize>) {
        self.push_as(class, class.as_str(), at);
    }

    /// A machine that the incident is about: `node-1` rather than `host-1`.
    pub(super) fn push_node(&mut self, at: Range<usize>) {
        self.push_as(Class::Host, "node", at);
    }

    fn push_as(&mut self, class: Class, noun: &'static str, at: Range<usize>) {
        if !at.is_empty() {
            self.0.push(Hit { at, class, noun });
        }
    }
}

/// Part of a word.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Part of a host or account name.
pub(super) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

/// Part of a base64 text, of either alphabet, with padding.
pub(super) const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

/// The byte at a place, 0 beyond the end.
pub(super) fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The byte before a place, 0 at the start. The letter of an escape in quoted text (`\n10.0.0.7`) belongs to no word, so
/// it counts as a space.
pub(super) fn before(text: &[u8], at: usize) -> u8 {
    let last = if at == 0 { 0 } else { byte(text, at - 1) };
    if at >= 2 && matches!(last, b'n' | b't' | b'r') && text[at - 2] == b'\\' {
        return b' ';
    }
    last
}

/// Where a word really begins that seems to begin at `start`: behind the letter of an escape.
pub(super) fn word_start(text: &[u8], start: usize) -> usize {
    start + usize::from(start > 0 && text[start - 1] == b'\\' && matches!(byte(text, start), b'n' | b't' | b'r'))
}

/// The text with blanks in place of colour codes (`ESC[32m`), byte for byte as long: a code would look like the beginning of a word.
pub(super) fn without_colours(text: &str) -> Cow<'_, str> {
    if memchr::memchr(0x1b, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, behind)) = rest.split_once("\x1b[") {
        let end = run(behind.as_bytes(), 0, |byte| byte.is_ascii_digit() || byte == b';');
        let n_blanks = 2 + end + usize::from(behind.as_bytes().get(end).is_some_and(u8::is_ascii_alphabetic));
        out.push_str(head);
        out.extend(std::iter::repeat_n(' ', n_blanks));
        rest = &behind[n_blanks - 2..];
    }
    Cow::Owned(out + rest)
}

/// Every word of names (letters, digits, `-._`) with the place where the word before it ended.
pub(super) fn each_name<'t>(text: &'t str, mut visit: impl FnMut(Name<'t>)) {
    let bytes = text.as_bytes();
    let (mut at, mut previous) = (0, 0..0);
    while at < bytes.len() {
        let end = run(bytes, at, is_name);
        if end == at {
            at += 1;
            continue;
        }
        let start = word_start(bytes, at);
        let word = text[start..end].trim_end_matches(['.', '-', '_']);
        let start = start + word.len() - word.trim_start_matches(['.', '-', '_']).len();
        let end_of_name = start + word.trim_start_matches(['.', '-', '_']).len();
        visit(Name { text, at: start..end_of_name, previous: previous.clone() });
        previous = start..end_of_name;
        at = end;
    }
}

/// A word that could be a name.
pub(super) struct Name<'t> {
    text: &'t str,
    /// Where it stands.
    pub(super) at: Range<usize>,
    /// Where the name before it stands.
    previous: Range<usize>,
}

impl<'t> Name<'t> {
    pub(super) fn word(&self) -> &'t str {
        &self.text[self.at.clone()]
    }

    /// The word before.
    pub(super) fn previous(&self) -> &'t str {
        &self.text[self.previous.clone()]
    }

    /// What stands between the word before and this one.
    pub(super) fn gap(&self) -> &'t str {
        &self.text[self.previous.end..self.at.start]
    }

    /// What follows.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at.end..]
    }

    /// At most `n` bytes of the line before this word.
    pub(super) fn line_before(&self, n: usize) -> &'t str {
        let bytes = self.text.as_bytes();
        let mut from = self.at.start.saturating_sub(n);
        from += memchr::memrchr(b'\n', &bytes[from..self.at.start]).map_or(0, |end| end + 1);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        &self.text[from..self.at.start]
    }
}

/// Where a run of bytes that satisfy `is` ends.
pub(super) fn run(text: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let from = from.min(text.len());
    from + text[from..].iter().take_while(|byte| is(**byte)).count()
}

/// Where a run of bytes that satisfy `is` and ends at `to` begins.
pub(super) fn run_back(text: &[u8], to: usize, is: impl Fn(u8) -> bool) -> usize {
    to - text[..to].iter().rev().take_while(|byte| is(**byte)).count()
}

/// Skips spaces and tabs.
pub(super) fn skip_blank(text: &[u8], from: usize) -> usize {
    run(text, from, |byte| matches!(byte, b' ' | b'\t'))
}

/// Where the line of a place begins.
pub(super) fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1)
}

/// Where the line of a place ends.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end)
}

/// Every place where `literal` stands.
pub(super) fn all<'t>(text: &'t [u8], literal: &'t str) -> impl Iterator<Item = usize> + 't {
    memchr::memmem::find_iter(text, literal)
}

/// Whether the text holds a digit.
pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether upper case, lower case and digits all occur, as in random text and hardly ever in words.
pub(super) fn is_mixed(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_uppercase)
        && text.iter().any(u8::is_ascii_lowercase)
        && text.iter().any(u8::is_ascii_digit)
}

/// Whether a sorted table holds the word.
pub(super) fn is_in(table: &[&str], word: &str) -> bool {
    table.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_colours_are_no_words() {
        assert_eq!(before(b"\\nx", 2), b' ');
        assert_eq!(without_colours("\x1b[1;32mx\x1b[0m"), "       x    ");
        assert_eq!(without_colours("\x1b[é\x1b"), "  é\x1b");
        assert_eq!(before(b"from", 4), b'm');
        assert_eq!(before(b"m", 1), b'm');
        assert_eq!(before(b"", 0), 0);
    }
}
