//! Zip archives in memory: written stored, read stored or deflated.
//!
//! ```text
//! local header, name, data  ·  …  ·  central directory: one entry per file  ·  end record: where the directory is
//! ```
//! What is written is the same bytes for the same files: no clock, no machine. What is read is hostile: names are data, every size is
//! checked before memory is taken, and the directory at the end is what counts, as in every other reader. Not read: encryption, zip64,
//! methods other than 0 and 8. Spec: APPNOTE.TXT 6.3.10 (PKWARE).

use crate::model::Message;

const LOCAL_HEADER: &[u8; 4] = b"PK\x03\x04";
const DIRECTORY_ENTRY: &[u8; 4] = b"PK\x01\x02";
const END_RECORD: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: usize = 22;
/// Version needed to extract: 2.0, folders and deflate.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
const ENCRYPTED: u16 = 1;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// 1980-01-01, the first day that the format knows: there is no clock here, and the same case gives the same bytes.
const DATE: u16 = (1 << 5) | 1;

/// Compressed data may grow by this much; more is a bomb. Repeated log lines reach some 200.
const MAX_RATIO: u64 = 1_000;

/// An archive being written.
#[derive(Debug, Default)]
pub struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    n_files: u16,
}

impl Zip {
    /// Adds a file under a path with forward slashes. Says false, and adds nothing, where the archive is full: 65,535 files or 4 GiB.
    #[must_use]
    pub fn add(&mut self, path: &str, data: &[u8]) -> bool {
        let after = self.bytes.len() + data.len() + self.directory.len() + 2 * path.len() + 256;
        let sizes = (u32::try_from(self.bytes.len()), u32::try_from(data.len()), u16::try_from(path.len()));
        let (Ok(at), Ok(size), Ok(path_bytes)) = sizes else { return false };
        let Some(n_files) = self.n_files.checked_add(1).filter(|_| u32::try_from(after).is_ok()) else { return false };
        self.n_files = n_files;
        // What both headers say alike: version, flags, method, time, date, checksum, sizes, length of the name, no extra field.
        let mut common = Vec::with_capacity(26);
        for word in [VERSION, UTF8, STORED, 0, DATE] {
            common.extend(word.to_le_bytes());
        }
        for word in [crc32(data), size, size] {
            common.extend(word.to_le_bytes());
        }
        common.extend(path_bytes.to_le_bytes());
        common.extend([0; 2]);
        self.bytes.extend(LOCAL_HEADER);
        self.bytes.extend(&common);
        self.bytes.extend(path.as_bytes());
        self.bytes.extend(data);
        self.directory.extend(DIRECTORY_ENTRY);
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(path.as_bytes());
        true
    }

    /// The archive's bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let Self { mut bytes, directory, n_files } = self;
        // `add` keeps the whole below 4 GiB.
        let (at, size) = (bytes.len() as u32, directory.len() as u32);
        bytes.extend(directory);
        bytes.extend(END_RECORD);
        bytes.extend([0; 4]);
        bytes.extend(n_files.to_le_bytes());
        bytes.extend(n_files.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        bytes.extend(at.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }
}

/// What an archive may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Files and folders it may hold.
    pub n_entries: usize,
    /// Bytes that all files together may unpack to.
    pub bytes: u64,
}

/// Why an archive, or a file in it, was not read. `path` is the file's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZipError {
    /// Its end, with the list of files, is missing: cut off, or no zip.
    NoDirectory,
    /// More entries than allowed.
    TooManyEntries {
        /// How many it says it has.
        n_entries: usize,
    },
    /// A file that unpacks to more than allowed.
    TooLarge {
        /// Which.
        path: String,
    },
    /// Encrypted, or packed in a way that is not read.
    Unreadable {
        /// Which.
        path: String,
    },
    /// The bytes are not those that were packed.
    Damaged {
        /// Which.
        path: String,
    },
}

impl ZipError {
    /// What to tell a person.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NoDirectory => Message::new("import-zip-cut"),
            Self::TooManyEntries { n_entries } => {
                let count = crate::text::format::integer(i64::try_from(*n_entries).unwrap_or(i64::MAX));
                Message::new("import-zip-entries").with("count", count)
            }
            Self::TooLarge { path } => Message::new("import-zip-too-large").with("path", path.as_str()),
            Self::Unreadable { path } => Message::new("import-zip-unreadable").with("path", path.as_str()),
            Self::Damaged { path } => Message::new("import-zip-damaged").with("path", path.as_str()),
        }
    }
}

/// A file of an archive, as its directory lists it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path as written there: data, never a place to write to.
    pub path: String,
    /// Size it says it unpacks to.
    pub bytes: u64,
    packed: u64,
    flags: u16,
    method: u16,
    checksum: u32,
    at: u64,
}

/// An archive being read.
#[derive(Debug)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
    /// Bytes that may still be unpacked.
    budget: u64,
}

impl<'a> Archive<'a> {
    /// Reads the list of files; folders are left out.
    ///
    /// # Errors
    /// When there is no list, it is cut off, or it is longer than allowed.
    pub fn open(bytes: &'a [u8], limits: Limits) -> Result<Self, ZipError> {
        // The end record is followed by a comment of at most 64 KiB.
        let from = bytes.len().saturating_sub(END_BYTES + usize::from(u16::MAX));
        let tail = bytes.get(from..).unwrap_or_default();
        let end = memchr::memmem::rfind(tail, END_RECORD).and_then(|at| tail.get(at..)).ok_or(ZipError::NoDirectory)?;
        let n_entries = usize::from(u16_at(end, 10).ok_or(ZipError::NoDirectory)?);
        if n_entries > limits.n_entries {
            return Err(ZipError::TooManyEntries { n_entries });
        }
        let at = u32_at(end, 16).ok_or(ZipError::NoDirectory)?;
        let mut rest = bytes.get(at as usize..).ok_or(ZipError::NoDirectory)?;
        let mut entries = Vec::new();
        for _ in 0..n_entries {
            let (entry, n_bytes) = read_entry(rest).ok_or(ZipError::NoDirectory)?;
            rest = rest.get(n_bytes..).ok_or(ZipError::NoDirectory)?;
            if !entry.path.ends_with('/') {
                entries.push(entry);
            }
        }
        Ok(Self { bytes, entries, budget: limits.bytes })
    }

    /// The files, in the order of the list.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Unpacks the file at that position of [`Archive::entries`]; `None` where there is none.
    ///
    /// # Errors
    /// When it is not readable, not whole, or larger than what is left of the limit.
    pub fn read(&mut self, index: usize) -> Result<Option<Vec<u8>>, ZipError> {
        let Some(entry) = self.entries.get(index) else { return Ok(None) };
        let path = || entry.path.clone();
        if entry.flags & ENCRYPTED != 0 || !matches!(entry.method, STORED | DEFLATED) {
            return Err(ZipError::Unreadable { path: path() });
        }
        if entry.bytes > self.budget || entry.bytes > entry.packed.saturating_mul(MAX_RATIO) {
            return Err(ZipError::TooLarge { path: path() });
        }
        let packed = packed_bytes(self.bytes, entry).ok_or_else(|| ZipError::Damaged { path: path() })?;
        let data = match entry.method {
            STORED => Some(packed.to_vec()),
            // The size is bounded above; what unpacks to more than it said is not unpacked further.
            _ => inflate(packed, usize::try_from(entry.bytes).unwrap_or(usize::MAX)),
        };
        let whole = |data: &Vec<u8>| data.len() as u64 == entry.bytes && crc32(data) == entry.checksum;
        let data = data.filter(whole).ok_or_else(|| ZipError::Damaged { path: path() })?;
        self.budget -= entry.bytes;
        Ok(Some(data))
    }
}

/// An entry at the beginning of `bytes`, and how many bytes it takes.
fn read_entry(bytes: &[u8]) -> Option<(Entry, usize)> {
    if !bytes.starts_with(DIRECTORY_ENTRY) {
        return None;
    }
    let name_end = 46 + usize::from(u16_at(bytes, 28)?);
    let end = name_end + usize::from(u16_at(bytes, 30)?) + usize::from(u16_at(bytes, 32)?);
    let entry = Entry {
        // Some Windows tools write backslashes, against the specification.
        path: String::from_utf8_lossy(bytes.get(46..name_end)?).replace('\\', "/"),
        bytes: u64::from(u32_at(bytes, 24)?),
        packed: u64::from(u32_at(bytes, 20)?),
        flags: u16_at(bytes, 8)?,
        method: u16_at(bytes, 10)?,
        checksum: u32_at(bytes, 16)?,
        at: u64::from(u32_at(bytes, 42)?),
    };
    Some((entry, end))
}

fn packed_bytes<'a>(bytes: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
    let local = bytes.get(usize::try_from(entry.at).ok()?..).filter(|local| local.starts_with(LOCAL_HEADER))?;
    let start = 30 + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
    local.get(start..start.checked_add(usize::try_from(entry.packed).ok()?)?)
}

/// Unpacks deflated bytes; `None` where they are damaged or give more than `most` bytes.
fn inflate(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_with_limit(packed, most).ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// CRC-32 (IEEE 802.3, reflected), four bits at a time: the table is 64 bytes and small evidence is small.
#[must_use]
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut index = 0;
        while index < 16 {
            let (mut sum, mut bit) = (index as u32, 0);
            while bit < 4 {
                sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
                bit += 1;
            }
            table[index] = sum;
            index += 1;
        }
        table
    };
    let nibble = |sum: u32| (sum >> 4) ^ TABLE[(sum & 15) as usize];
    !bytes.iter().fold(!0, |sum, &byte| nibble(nibble(sum ^ u32::from(byte))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { n_entries: 8, bytes: 1 << 20 };

    #[test]
    fn the_checksum_is_the_one_that_everyone_means() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut zip = Zip::default();
        assert!(zip.add("a.txt", b"first") && zip.add("证据/b.txt", b""));
        let bytes = zip.finish();
        let mut archive = Archive::open(&bytes, LIMITS).expect("opens");
        assert_eq!(archive.entries().iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["a.txt", "证据/b.txt"]);
        assert_eq!(archive.read(0), Ok(Some(b"first".to_vec())));
        assert_eq!(archive.read(1), Ok(Some(Vec::new())));
        assert_eq!(archive.read(2), Ok(None));
    }

    #[test]
    fn a_flipped_bit_is_noticed_and_a_cut_says_so() {
        let mut zip = Zip::default();
        assert!(zip.add("a.txt", b"first"));
        let bytes = zip.finish();
        let mut flipped = bytes.clone();
        flipped[36] ^= 1;
        let damaged = Archive::open(&flipped, LIMITS).and_then(|mut archive| archive.read(0));
        assert_eq!(damaged, Err(ZipError::Damaged { path: "a.txt".into() }));
        assert_eq!(Archive::open(&bytes[..20], LIMITS).err(), Some(ZipError::NoDirectory));
    }
}
