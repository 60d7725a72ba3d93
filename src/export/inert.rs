//! Evidence is hostile text: what would act on a reader's terminal, editor or browser is made visible instead.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::text::acts;

/// The text on one line with every character that acts rather than shows made visible: control characters (an ANSI escape begins with one)
/// as their pictures (`␛`), direction overrides and invisible characters by number (`⟨U+202E⟩`), line ends as spaces.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\x7f' => out.push('␡'),
            c if c < ' ' && c != '\t' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            c if acts(c) => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// JSON with every character that acts written as its number, so that the file is as harmless in a terminal or a web page as in a parser.
/// Those characters occur in strings only, where `\u202e` means what it replaces: nothing is lost.
#[must_use]
pub fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        if (acts(c) && c != '\n') || matches!(c, '<' | '>' | '&') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Columns that a text takes on a terminal: two for East Asian wide characters and emoji, none for combining marks.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Columns of one character.
#[must_use]
pub const fn char_width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown() {
        assert_eq!(visible("\x1b[31mred\x1b[0m"), "␛[31mred␛[0m");
        assert_eq!(visible("a\u{202e}b\nc\0"), "a⟨U+202E⟩b c␀");
        assert!(matches!(visible("线程 46,023\tok"), Cow::Borrowed(_)));
    }

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(width("pid 上限"), 8);
    }
}
