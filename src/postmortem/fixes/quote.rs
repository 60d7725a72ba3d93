//! Evidence text inside other languages. Names come from files that anybody may have written: whatever one holds, a file that quotes it
//! still parses, and to exactly that name.

use std::fmt::Write as _;

/// A double-quoted YAML scalar that every parser reads back as `text`.
#[must_use]
pub fn yaml(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ if c.is_alphanumeric() => quoted.push(c),
            // What is invisible or turns the direction of text is spelled out.
            _ if u32::from(c) < 0x100 => _ = write!(quoted, "\\x{:02x}", u32::from(c)),
            _ if u32::from(c) < 0x1_0000 => _ = write!(quoted, "\\u{:04x}", u32::from(c)),
            _ => _ = write!(quoted, "\\U{:08x}", u32::from(c)),
        }
    }
    quoted.push('"');
    quoted
}

/// A word of a POSIX shell. No shell can hold a NUL in a word, so there it is dropped.
#[must_use]
pub fn shell(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\0', "").replace('\'', "'\\''"))
}

/// Text for a comment: on one line, and with everything invisible spelled out.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let is_seen = c.is_alphanumeric() || matches!(c, ' '..='~') || (c as u32) > 0xa0 && !is_format(c);
        if is_seen {
            shown.push(c);
        } else {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
    }
    shown
}

/// A code span of markdown: inert whatever it holds.
#[must_use]
pub fn code(text: &str) -> String {
    let text = visible(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Characters without a glyph of their own: soft hyphen, joiners, direction marks, separators, byte order mark, tags.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{3000}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
