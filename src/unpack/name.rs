//! Names inside archives: data to show, never a place to go to.

use crate::evidence::encoding::{is_gb, utf8_of_gb18030};

/// A name as it is shown: no root, no way up, no drive, nothing that a terminal or a reader's eye would take for something else.
#[must_use]
pub(super) fn inert(name: &str) -> String {
    let shown = |c: char| if is_seen(c) { c } else { char::REPLACEMENT_CHARACTER };
    let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    let parts: Vec<String> = parts.map(|part| part.chars().map(shown).collect()).collect();
    parts.join("/")
}

/// Control characters act; marks that turn the direction of writing, or have no width, hide what a name is.
fn is_seen(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The upper half of code page 437, in which old zip tools write names.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
                     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// A name of a zip. Many tools write UTF-8 without saying so, and Chinese Windows writes GBK; what is neither is code page 437, as the
/// specification has it.
#[must_use]
pub(super) fn of_zip(bytes: &[u8]) -> String {
    if let Ok(name) = str::from_utf8(bytes) {
        return name.to_owned();
    }
    // Where the table is absent, bytes come back as they were.
    if let Some(name) = is_gb(bytes).then(|| String::from_utf8(utf8_of_gb18030(bytes))).and_then(Result::ok) {
        return name;
    }
    let upper: Vec<char> = CP437.chars().collect();
    let char_of = |&byte: &u8| match byte.checked_sub(128) {
        None => char::from(byte),
        Some(place) => upper.get(usize::from(place)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    bytes.iter().map(char_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_anywhere() {
        for (name, shown) in [
            ("../../etc/passwd", "etc/passwd"),
            ("/var/log/messages", "var/log/messages"),
            ("C:\\logs\\..\\a.log", "C:/logs/a.log"),
            ("./a//b/./c.log", "a/b/c.log"),
            ("a\0b\u{202e}gol.exe", "a\u{fffd}b\u{fffd}gol.exe"),
            ("日志/内核.log", "日志/内核.log"),
            ("..", ""),
            // A name may end in dots; what a zip puts in front of them does not become a way up when it is replaced.
            ("a/\0../b", "a/\u{fffd}../b"),
        ] {
            assert_eq!(inert(name), shown, "{name:?}");
        }
    }

    #[test]
    fn a_name_is_utf8_gbk_or_code_page_437() {
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(of_zip("日志.log".as_bytes()), "日志.log");
        // 事故\节点-5\内核.log, as Chinese Windows packs it.
        let gbk = b"\xca\xc2\xb9\xca\\\xbd\xda\xb5\xe3-5\\\xc4\xda\xba\xcb.log";
        assert_eq!(inert(&of_zip(gbk)), "事故/节点-5/内核.log");
        for (bytes, name) in
            [(&b"M\x81ller \xe1.log"[..], "Müller ß.log"), (b"Gr\x94\xe1e \x94\xe1.log", "Größe öß.log")]
        {
            assert_eq!(of_zip(bytes), name);
        }
    }
}
