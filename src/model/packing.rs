//! How an input is packed, by its first bytes. The name of a file is never asked: support sends archives as `.log` and logs as `.gz`.

/// A compression or an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// bzip2: `BZh1` to `BZh9`, and a block or the end.
    Bzip2,
    /// gzip with deflate inside, the only method there is.
    Gzip,
    /// RAR, of any version: known, and not read.
    Rar,
    /// 7z: known, and not read.
    SevenZip,
    /// tar: ustar, GNU, or a header of old whose checksum is right.
    Tar,
    /// xz.
    Xz,
    /// zip, the empty one too.
    Zip,
    /// Zstandard, which may begin with a frame to be skipped.
    Zstd,
}

/// Where the checksum of a tar header stands.
const TAR_CHECKSUM: std::ops::Range<usize> = 148..156;

impl Packing {
    /// Bytes of the head that are looked at.
    pub const HEAD_BYTES: usize = 512;

    /// What the first bytes of an input say.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        Some(match head {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Self::Bzip2,
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Self::SevenZip,
            [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => Self::Rar,
            _ if is_tar(head) => Self::Tar,
            _ => return None,
        })
    }

    /// Whether it can be unpacked here.
    #[must_use]
    pub const fn is_read(self) -> bool {
        !matches!(self, Self::Rar | Self::SevenZip)
    }
}

/// Whether a file begins as one that was written here: `postmortem.md`, the zip in which that lies first, as it is, a case file, in which
/// `case.json` does, or `document.json`.
#[must_use]
pub fn is_export(head: &[u8]) -> bool {
    const MARK: &[u8] = b"\ntool_version: \"debrief ";
    const JSON: &[u8] = b"{\n  \"document\": {\n    \"actions\": [";
    // Lengths of the name and of what follows it, then the name.
    const CASE: &[u8] = b"\x09\0\0\0case.json";
    let is_zip = Packing::of(head) == Some(Packing::Zip);
    let is_marked = (head.starts_with(b"---\n") || is_zip) && head.windows(MARK.len()).any(|bytes| bytes == MARK);
    is_marked || head.starts_with(JSON) || is_zip && head.get(26..).is_some_and(|name| name.starts_with(CASE))
}

/// Whether `head` begins with a tar header: by its mark, or else by its checksum.
fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar") || head.first().is_some_and(|&first| first != 0) && tar_checksum_holds(head)
}

/// Whether the first 512 bytes are a tar header with the checksum they state: the sum of all bytes, its own field taken as blanks. Some
/// writers of old summed signed bytes.
#[must_use]
pub fn tar_checksum_holds(header: &[u8]) -> bool {
    let Some(header) = header.get(..512) else { return false };
    let field = header[TAR_CHECKSUM].trim_ascii_start();
    let digits = field.iter().take_while(|byte| matches!(byte, b'0'..=b'7'));
    let stated = digits.clone().fold(0i64, |sum, &digit| sum * 8 + i64::from(digit - b'0'));
    let bytes = || header.iter().enumerate().filter(|(at, _)| !TAR_CHECKSUM.contains(at)).map(|(_, &byte)| byte);
    let blanks = 8 * i64::from(b' ');
    let unsigned = blanks + bytes().map(i64::from).sum::<i64>();
    let signed = blanks + bytes().map(|byte| i64::from(byte as i8)).sum::<i64>();
    digits.count() > 0 && (stated == unsigned || stated == signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_told_apart() {
        assert_eq!(Packing::of(b"\x1f\x8b\x08\0"), Some(Packing::Gzip));
        assert_eq!(Packing::of(b"PK\x05\x06"), Some(Packing::Zip));
        assert_eq!(Packing::of(b"\x50\x2a\x4d\x18\x08"), Some(Packing::Zstd));
        assert_eq!(Packing::of(b"Rar!\x1a\x07\x01\0"), Some(Packing::Rar));
        assert_eq!(Packing::of(b"BZh is where the bus stops\n"), None);
        assert_eq!(Packing::of(b"PKI certificate expired\n"), None);
        assert_eq!(Packing::of(b""), None);
        assert_eq!(Packing::of(&[0; 512]), None);
    }

    #[test]
    fn a_tar_of_old_is_known_by_its_checksum() {
        let mut header = [0; 512];
        header[..5].copy_from_slice(b"a.log");
        header[124..135].copy_from_slice(b"00000000012");
        let sum = header.iter().map(|&byte| u32::from(byte)).sum::<u32>() + 8 * u32::from(b' ');
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert_eq!(Packing::of(&header), Some(Packing::Tar));
        header[0] = b'b';
        assert_eq!(Packing::of(&header), None);
    }
}
