//! What an input's first bytes say about how it is encoded, and UTF-16 and GB18030 made UTF-8.

use super::profile::is_profile;
use crate::model::{Encoding, Packing};

/// Begins what a terminal takes as an order.
pub const ESCAPE: u8 = 0x1b;

/// What the head of an input is, before any format is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadKind {
    /// Encoding.
    pub encoding: Encoding,
    /// Bytes of the byte order mark.
    pub bom_bytes: usize,
    /// How it is packed, if it is.
    pub packing: Option<Packing>,
    /// The first byte that no text has, where the head is not text.
    pub odd_at: usize,
}

/// NULs before a text that no encoding puts there.
pub const MIN_LOST: usize = 16;

/// Looks at the head of an input.
#[must_use]
pub fn sniff_encoding(head: &[u8]) -> HeadKind {
    let plain = HeadKind { encoding: Encoding::Utf8, bom_bytes: 0, packing: None, odd_at: 0 };
    if let Some(packing) = Packing::of(head) {
        return HeadKind { encoding: Encoding::Binary, packing: Some(packing), ..plain };
    }
    if is_profile(head) {
        return HeadKind { encoding: Encoding::Binary, ..plain };
    }
    match head {
        [0xef, 0xbb, 0xbf, ..] => return HeadKind { bom_bytes: 3, ..plain },
        [0xff, 0xfe, ..] => return HeadKind { encoding: Encoding::Utf16Le, bom_bytes: 2, ..plain },
        [0xfe, 0xff, ..] => return HeadKind { encoding: Encoding::Utf16Be, bom_bytes: 2, ..plain },
        _ => {}
    }
    // What was cut while its writer went on begins with what is no longer there.
    let n_lost = head.iter().take_while(|byte| **byte == 0).count();
    let head = if n_lost >= MIN_LOST { &head[n_lost..] } else { head };
    let sample = &head[..head.len().min(4096)];
    let nuls_at = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, pairs) = (nuls_at(0), nuls_at(1), sample.len() / 2);
    if pairs >= 4 && odd * 10 >= pairs * 7 && even * 10 <= pairs {
        return HeadKind { encoding: Encoding::Utf16Le, ..plain };
    }
    if pairs >= 4 && even * 10 >= pairs * 7 && odd * 10 <= pairs {
        return HeadKind { encoding: Encoding::Utf16Be, ..plain };
    }
    // Text may be ridden with NULs (a log whose blocks a crash never wrote): what counts is the rest. A twentieth of other control bytes,
    // or hardly anything but NULs, is no text.
    let is_odd =
        |&&byte: &&u8| (1..0x20).contains(&byte) && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x1b | 0x0c | 0x08);
    let (written, odd) = (head.iter().filter(|&&byte| byte != 0).count(), head.iter().filter(is_odd).count());
    if head.is_empty() && n_lost > 0 || odd * 20 > written || written * 10 < head.len() {
        let odd_at = head.iter().position(|byte| *byte == 0 || is_odd(&byte)).filter(|_| n_lost == 0).unwrap_or(0);
        return HeadKind { encoding: Encoding::Binary, odd_at, ..plain };
    }
    if is_gb(head) { HeadKind { encoding: Encoding::Gb18030, ..plain } } else { plain }
}

/// Whether a head that is no UTF-8 is Chinese in GB18030: all that is not ASCII comes in pairs, and nearly all pairs are those of GB 2312,
/// which has every everyday character. Western text in one byte per letter has few such pairs, and breaks the rule soon.
#[must_use]
pub fn is_gb(head: &[u8]) -> bool {
    let is_utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    if is_utf8 {
        return false;
    }
    let (mut n_pairs, mut n_common) = (0, 0);
    let mut rest = head;
    while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
        let len = match &rest[at..] {
            [0xb0..=0xf7 | 0xa1..=0xa3, 0xa1..=0xfe, ..] => {
                n_common += 1;
                2
            }
            [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..] => 2,
            [0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, ..] => 4,
            // The head may end inside of one.
            [_] | [_, 0x30..=0x39] | [_, 0x30..=0x39, _] => break,
            _ => return false,
        };
        n_pairs += 1;
        rest = &rest[at + len..];
    }
    n_pairs >= 2 && n_common * 10 >= n_pairs * 9
}

/// Makes UTF-8 of GB18030; what is not it becomes replacement characters. The command line brings the table along; browsers have their own,
/// which whoever reads hands in.
#[must_use]
pub fn utf8_of_gb18030(bytes: &[u8]) -> Vec<u8> {
    #[cfg(not(target_arch = "wasm32"))]
    return encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned().into_bytes();
    #[cfg(target_arch = "wasm32")]
    BROWSERS.get().map_or_else(|| bytes.to_vec(), |table| table(bytes))
}

#[cfg(target_arch = "wasm32")]
type Table = fn(&[u8]) -> Vec<u8>;

#[cfg(target_arch = "wasm32")]
static BROWSERS: std::sync::OnceLock<Table> = std::sync::OnceLock::new();

/// Hands in the browser's table: it makes UTF-8 of GB18030.
#[cfg(target_arch = "wasm32")]
pub fn bring_gb18030(table: fn(&[u8]) -> Vec<u8>) {
    // Who comes second brings the same.
    let _ = BROWSERS.set(table);
}

/// UTF-16 bytes (without mark) as UTF-8; unpaired surrogates become replacement characters.
#[must_use]
pub fn utf8_of_utf16(bytes: &[u8], little_endian: bool) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little_endian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    let mut text = String::with_capacity(bytes.len() / 2);
    text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    text.into_bytes()
}

/// Whether all bytes are ASCII, and none is NUL or begins an escape sequence: in one pass, by words.
#[must_use]
pub fn is_plain(bytes: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    const ESCAPES: u64 = ONES * ESCAPE as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    // One less than a byte from 1 to 128 has no high bit; what a NUL borrows from its neighbours no longer matters. Escapes are made NULs.
    let odd = words.iter().fold(0, |odd, word| {
        let word = u64::from_le_bytes(*word);
        odd | word | word.wrapping_sub(ONES) | (word ^ ESCAPES).wrapping_sub(ONES)
    });
    odd & HIGH == 0 && rest.iter().all(|byte| (1..0x80).contains(byte) && *byte != ESCAPE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_has_neither_nul_nor_escape_and_nothing_but_ascii() {
        let plain: Vec<u8> = (1..0x80).filter(|byte| *byte != ESCAPE).collect();
        assert!((0..plain.len()).all(|from| is_plain(&plain[from..])));
        for at in 0..plain.len() {
            for odd in [0, ESCAPE, 0x80, 0xff] {
                let mut text = plain.clone();
                text[at] = odd;
                assert!(!is_plain(&text), "{odd} at {at}");
            }
        }
    }

    #[test]
    fn heads_are_told_apart() {
        assert_eq!(sniff_encoding(b"Jul 23 22:00:01 node-xx kubelet[1]: ok\n").encoding, Encoding::Utf8);
        assert_eq!(sniff_encoding("12月 21 12:31:29 节点".as_bytes()).encoding, Encoding::Utf8);
        assert_eq!(sniff_encoding(b"\xff\xfeT\0i\0").encoding, Encoding::Utf16Le);
        assert_eq!(sniff_encoding(b"T\0i\0m\0e\0,\0a\0").encoding, Encoding::Utf16Le);
        assert_eq!(sniff_encoding(b"\x1f\x8b\x08\0").packing, Some(Packing::Gzip));
        assert_eq!(sniff_encoding(&[1u8, 2, 3, 4, 5, 0, 0, 0x7f, 0x45]).encoding, Encoding::Binary);
        assert_eq!(sniff_encoding(b"\x7fELF\x02\x01\x01\0\0\0").odd_at, 4);
        assert_eq!(sniff_encoding(b"").encoding, Encoding::Utf8);
        let ridden =
            [&b"Jul 23 22:00:01 node-xx kubelet[1]: ok\n".repeat(30)[..], &[0; 3000], b"Jul 23 22:00:02 on\n"].concat();
        assert_eq!(sniff_encoding(&ridden).encoding, Encoding::Utf8);
        assert_eq!(sniff_encoding(&[0; 5000]).encoding, Encoding::Binary);
        let cut = [&[0; 60_000], &b"Jul 23 22:00:02 node-xx kubelet[1]: on\n"[..]].concat();
        assert_eq!(sniff_encoding(&cut).encoding, Encoding::Utf8);
        let image = [&[0; 512], &b"\x7fELF\x02\x01\x01\0\0\0"[..]].concat();
        assert_eq!(sniff_encoding(&image).encoding, Encoding::Binary);
    }

    #[test]
    fn chinese_of_old_hosts_is_told_from_western_text() {
        let text = "7月 23 22:09:14 节点 kubelet[1]: 无法分配内存，线程 49152\n";
        let (bytes, ..) = encoding_rs::GB18030.encode(text);
        assert_eq!(sniff_encoding(&bytes).encoding, Encoding::Gb18030);
        assert_eq!(utf8_of_gb18030(&bytes), text.as_bytes());
        let cut = bytes.iter().rposition(|byte| !byte.is_ascii()).expect("a character");
        assert_eq!(sniff_encoding(&bytes[..cut]).encoding, Encoding::Gb18030, "the head ends inside of a character");
        for other in [
            &b"caf\xe9 ferm\xe9, d\xe9j\xe0 vu\n"[..],
            b"f\xfcr Gr\xfc\xdfe\n",
            b"broken \xe4\xb8 here \xff\n",
            b"\xa1\n",
        ] {
            assert_eq!(sniff_encoding(other).encoding, Encoding::Utf8, "{other:?}");
        }
        assert_eq!(sniff_encoding(&"节点无法创建线程".as_bytes()[..20]).encoding, Encoding::Utf8);
    }

    #[test]
    fn utf16_round_trips() {
        let text = "Time,线程\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf8_of_utf16(&bytes, false), text.as_bytes());
    }
}
