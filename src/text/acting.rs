//! Characters that do something besides being seen. Evidence is full of them, and nothing that shows evidence lets them act.

/// Whether a character acts: control characters (an ANSI escape begins with one), direction marks and overrides, invisible ones. Joiners
/// and the tab do not count: words of several scripts need the ones, columns the other.
#[must_use]
pub const fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\x08' | '\n'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
