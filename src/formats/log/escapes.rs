//! The terminal's colours inside a line: a copied console, `kubectl logs` of a program that colours, Spring Boot's own.

use crate::evidence::encoding::ESCAPE;

/// Writes a line without its escape sequences (ECMA-48: `ESC [` up to a letter, `ESC ]` with its text, otherwise two bytes) into `into`.
pub(super) fn strip_escapes(line: &[u8], into: &mut Vec<u8>) {
    into.clear();
    let mut rest = line;
    while let Some(at) = memchr::memchr(ESCAPE, rest) {
        into.extend_from_slice(&rest[..at]);
        rest = match &rest[at + 1..] {
            [b'[', inside @ ..] => {
                let end = inside.iter().take(32).position(|byte| (0x40..0x7f).contains(byte));
                end.map_or(inside, |end| &inside[end + 1..])
            }
            // A window's title, up to BEL or `ESC \`.
            [b']', title @ ..] => {
                let end = title.iter().take(256).position(|byte| matches!(*byte, 7 | ESCAPE));
                end.map_or(title, |end| &title[end + usize::from(title[end] == 7)..])
            }
            // The choice of a character set has one byte more.
            [b'(' | b')', _, rest @ ..] | [_, rest @ ..] => rest,
            [] => &[],
        };
    }
    into.extend_from_slice(rest);
    // What a terminal draws over, as `script` records it.
    into.retain(|byte| *byte != b'\r');
}

/// Whether a text has any.
#[must_use]
pub fn has_escapes(text: &[u8]) -> bool {
    memchr::memchr(ESCAPE, text).is_some()
}

/// Text without its escape sequences: each line gets as many blanks at its end as it lost bytes, so that lines stay where they are.
#[must_use]
pub fn without_escapes(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut line = Vec::new();
    for raw in text.split_inclusive(|byte| *byte == b'\n') {
        let body = raw.strip_suffix(b"\n").unwrap_or(raw);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        strip_escapes(body, &mut line);
        plain.extend_from_slice(&line);
        plain.resize(plain.len() + body.len() - line.len(), b' ');
        plain.extend_from_slice(&raw[body.len()..]);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_where_they_are() {
        let text = "\u{1b}[37mNAME\u{1b}[0m  AGE\r\nweb-1 1d\n\u{1b}[1m";
        assert_eq!(String::from_utf8_lossy(&without_escapes(text.as_bytes())), "NAME  AGE         \r\nweb-1 1d\n    ");
    }

    #[test]
    fn colours_go_and_text_stays() {
        let mut plain = Vec::new();
        for (text, want) in [
            ("\u{1b}[0m\u{1b}[32mSep 19 \u{1b}[0m\u{1b}[1m09\u{1b}[0m:24", "Sep 19 09:24"),
            ("a\u{1b}(Bb\u{1b}", "ab"),
            ("\u{1b}]0;root@n5: ~\u{7}\u{1b}[?2004hroot@n5:~# df", "root@n5:~# df"),
            ("\u{1b}]0;root@n5: ~\u{1b}\\$ df", "$ df"),
            ("\u{1b}]0;cut", "0;cut"),
            ("\u{1b}[", ""),
            ("plain", "plain"),
        ] {
            strip_escapes(text.as_bytes(), &mut plain);
            assert_eq!(String::from_utf8_lossy(&plain), want);
        }
    }
}
