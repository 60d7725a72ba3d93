//! Named values: `key=value`, `key: value`, `"key": "value"`, `--key value`, `<key>value</key>`, a cell beside its name in a table.
//!
//! One walk for all classes, because a name tells what its value is: `DB_PASSWORD`, `nodeName`, `user`. Values may be quoted, also within
//! quoted text (`\"key\":\"value\"`), and where they are not, they end where the next pair or the sentence goes on.

use super::scan::{before, byte, line_end, line_start, run, skip_blank, word_start};

/// Longer keys are read from their end.
const MAX_KEY: usize = 96;

/// What stands between name and value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// `=`, `:=`, `=>`.
    Equals,
    /// `:`, `：`.
    Colon,
    /// A blank after an option.
    Blank,
    /// `<key>`.
    Element,
    /// `|` of a table.
    Cell,
}

/// A name and where its value begins.
pub(super) struct Pair<'t> {
    pub(super) text: &'t str,
    /// The name without dashes in front and without the path it may stand in.
    pub(super) key: &'t str,
    pub(super) separator: Separator,
    /// Whether a blank follows the separator.
    pub(super) spaced: bool,
    /// First byte of the value, behind an opening quote.
    pub(super) start: usize,
    /// The opening quote, 0 without one, and the backslashes before it.
    quote: u8,
    escapes: usize,
    key_start: usize,
}

/// Visits every pair. The visitor says up to where it has dealt with the text; 0 = not its business.
pub(super) fn each_pair<'t>(text: &'t str, visit: &mut dyn FnMut(&Pair<'t>) -> usize) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = run(bytes, at, is_key);
        if end == at {
            at += 1;
            continue;
        }
        let start = word_start(bytes, at).min(end);
        at = end;
        if let Some(pair) = pair(text, start, end) {
            at = at.max(visit(&pair));
        }
    }
}

const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn pair(text: &str, start: usize, end: usize) -> Option<Pair<'_>> {
    let bytes = text.as_bytes();
    let start = start.max(end.saturating_sub(MAX_KEY));
    let escapes = run(bytes, end, |byte| byte == b'\\') - end;
    let is_quoted = is_quote(byte(bytes, end + escapes));
    let mut closed = if is_quoted { end + escapes + 1 } else { end };
    closed += usize::from(byte(bytes, closed) == b']');
    let at = skip_blank(bytes, closed);
    let word = &text[start..end];
    let (separator, next) = match (byte(bytes, at), byte(bytes, at + 1)) {
        (b'=', b'=') | (b':', b':') => return None,
        (b':', b'/') if byte(bytes, at + 2) == b'/' => return None,
        (b'=', b'>') | (b':', b'=') => (Separator::Equals, at + 2),
        (b'=', _) => (Separator::Equals, at + 1),
        (b':', _) => (Separator::Colon, at + 1),
        (b'>', _) if at == end && before(bytes, start) == b'<' => (Separator::Element, at + 1),
        (b'|', _) if is_cell(bytes, start) => (Separator::Cell, at + 1),
        _ if text[at..].starts_with('：') => (Separator::Colon, at + '：'.len_utf8()),
        (first, _) if at > end && !is_quoted && word.starts_with('-') && first != b'-' => (Separator::Blank, at),
        _ => return None,
    };
    let value = skip_blank(bytes, next);
    let escapes = run(bytes, value, |byte| byte == b'\\') - value;
    let quote = byte(bytes, value + escapes);
    let (quote, escapes) = if is_quote(quote) { (quote, escapes) } else { (0, 0) };
    let key = word.trim_start_matches('-');
    let key = key.rsplit('/').next().unwrap_or(key);
    let is_route = separator == Separator::Colon && word.starts_with('/');
    (!key.is_empty() && !is_route).then_some(Pair {
        text,
        key,
        separator,
        spaced: value > next,
        start: value + if quote == 0 { 0 } else { escapes + 1 },
        quote,
        escapes,
        key_start: start,
    })
}

/// Whether a table's bar stands before.
fn is_cell(bytes: &[u8], start: usize) -> bool {
    bytes[..start].iter().rev().find(|byte| !matches!(byte, b' ' | b'`' | b'*')) == Some(&b'|')
}

impl Pair<'_> {
    pub(super) const fn is_quoted(&self) -> bool {
        self.quote != 0
    }

    /// The key in lower case without `-`, `_` and `.`, so that all spellings are one.
    pub(super) fn folded(&self) -> String {
        fold(self.key)
    }

    /// Whether nothing but indentation, list marks and quotes stands before the key.
    pub(super) fn starts_line(&self) -> bool {
        let bytes = self.text.as_bytes();
        let ahead = bytes[..self.key_start].iter().rev().take(64);
        let mut ahead =
            ahead.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'-' | b'+' | b'"' | b'\'' | b'*' | b'>'));
        ahead.next().is_none_or(|byte| *byte == b'\n')
    }

    /// Columns before the key.
    pub(super) fn indent(&self) -> usize {
        self.key_start - line_start(self.text.as_bytes(), self.key_start)
    }

    /// One past the value's last byte.
    pub(super) fn end(&self) -> usize {
        let bytes = self.text.as_bytes();
        match self.separator {
            _ if self.quote != 0 => quoted_end(bytes, self.start, self.quote, self.escapes),
            Separator::Element => run(bytes, self.start, |byte| !matches!(byte, b'<' | b'\n')),
            Separator::Cell => {
                let end = run(bytes, self.start, |byte| !matches!(byte, b'|' | b'\n'));
                self.start + self.text[self.start..end].trim_end().len()
            }
            _ => self.bare_end(),
        }
    }

    /// Where a value without quotes ends: at a blank, a quote, a Chinese character, or where the next pair begins; marks that close a
    /// sentence or a bracket are not its own.
    fn bare_end(&self) -> usize {
        let bytes = self.text.as_bytes();
        let rest = &self.text[self.start..];
        let stop = rest.char_indices().find(|(at, c)| match c {
            '\\' => matches!(byte(bytes, self.start + at + 1), b'n' | b'r' | b't' | b'"' | b'\''),
            '"' | '\'' | '`' => true,
            c => c.is_whitespace() || c.is_control() || matches!(c, '\u{2000}'..='\u{206f}' | '\u{2e80}'..),
        });
        let mut end = self.start + stop.map_or(rest.len(), |(at, _)| at);
        let mut at = self.start;
        while at < end {
            if matches!(bytes[at], b',' | b';' | b'&' | b'|') {
                let next = run(&bytes[..end], at + 1, is_key);
                if next == end || next > at + 1 && matches!(bytes[next], b'=' | b':') {
                    end = at;
                }
            }
            at += 1;
        }
        self.start + self.text[self.start..end].trim_end_matches([',', ';', '.', ')', ']', '}', '>', '|', ':']).len()
    }
}

/// Where quoted text ends that began behind `quote` with `escapes` backslashes before it; at the line's end where nothing closes it.
pub(super) fn quoted_end(bytes: &[u8], start: usize, quote: u8, escapes: usize) -> usize {
    let line_end = line_end(bytes, start);
    let mut n_escapes = 0;
    for (at, byte) in (start..).zip(&bytes[start..line_end]) {
        match *byte {
            b'\\' => n_escapes += 1,
            byte if byte == quote && (if escapes == 0 { n_escapes % 2 == 0 } else { n_escapes <= escapes }) => {
                return if escapes == 0 { at } else { at - n_escapes };
            }
            _ => n_escapes = 0,
        }
    }
    line_end
}

/// A name in lower case without `-`, `_`, `.` and blanks.
pub(super) fn fold(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a key ends with a word of its own: `db_host`, `dbHost`, not `ghost`.
pub(super) fn ends_with_word(key: &str, word: &str) -> bool {
    let Some(start) = key.len().checked_sub(word.len()).filter(|at| key.is_char_boundary(*at)) else { return false };
    let (head, tail) = key.split_at(start);
    tail.eq_ignore_ascii_case(word)
        && (head.is_empty()
            || head.ends_with(['_', '-', '.'])
            || tail.starts_with(|c: char| c.is_ascii_uppercase()) && head.ends_with(|c: char| c.is_ascii_lowercase()))
}
