//! zip: members, and at the end a list of them, which is what counts.
//!
//! ```text
//! local header, name, data, [descriptor]  ·  …  ·  directory: one entry per file  ·  [zip64 end]  ·  end: where the directory is
//! ```
//! Read: stored and deflated members, zip64, data descriptors, something in front of the archive. An archive without its end is read from its
//! first member on, as far as it goes. Said and not read: encrypted members, other methods. Folders and symbolic links are no members.
//! Spec: APPNOTE.TXT 6.3.10 (PKWARE).

use std::io::{self, ErrorKind, Read};
use std::rc::Rc;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::name::{inert, of_zip};
use super::stream::Stream;
use super::watch::Guarded;
use super::{At, Part, Unpacker, one};
use crate::evidence::{Source, read_full};
use crate::model::{IssueCode, Issues, Packing};

const LOCAL: &[u8; 4] = b"PK\x03\x04";
const ENTRY: &[u8; 4] = b"PK\x01\x02";
const END: &[u8; 4] = b"PK\x05\x06";
const END_64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR_64: &[u8; 4] = b"PK\x06\x07";
const DESCRIPTOR: &[u8; 4] = b"PK\x07\x08";

const LOCAL_BYTES: usize = 30;
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;
const LOCATOR_BYTES: usize = 20;

const ENCRYPTED: u16 = 1;
const DESCRIBED_AFTER: u16 = 1 << 3;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// In the upper half of the attributes, where the entry was made on a Unix.
const LINK: u32 = 0o120_000;
const KIND: u32 = 0o170_000;

/// A member, as the directory or its own header has it.
struct Member {
    name: String,
    flags: u16,
    method: u16,
    sum: u32,
    packed: u64,
    size: u64,
    /// Where its own header is.
    at: u64,
    is_link: bool,
}

/// Unpacks all members; gives what was wrong with the archive.
pub(super) fn unpack(unpacker: &mut Unpacker<'_>, at: At<'_>, source: &dyn Source) -> Issues {
    if at.depth >= unpacker.watch.limits.depth {
        return one(IssueCode::TooDeep, 0);
    }
    let inside = At { depth: at.depth + 1, layers: 0, ..at };
    match directory(source) {
        Some(directory) => listed(unpacker, inside, source, &directory),
        None => unlisted(unpacker, inside, source),
    }
}

/// Where the list is.
struct Directory {
    start: u64,
    end: u64,
    n_entries: u64,
    /// Bytes before the archive, which no offset in it counts.
    before: u64,
}

/// Finds the list by the record at the end, which a comment of at most 64 KiB follows.
fn directory(source: &dyn Source) -> Option<Directory> {
    let from = source.len().saturating_sub((END_BYTES + usize::from(u16::MAX) + LOCATOR_BYTES) as u64);
    let mut tail = vec![0; usize::try_from(source.len() - from).ok()?];
    let n = read_full(source, from, &mut tail).ok()?;
    tail.truncate(n);
    let at = memchr::memmem::rfind(&tail, END)?;
    let end = tail.get(at..).filter(|end| end.len() >= END_BYTES)?;
    let mut ends = from + at as u64;
    let (mut n_entries, mut size, mut start) =
        (u64::from(u16_at(end, 10)?), u64::from(u32_at(end, 12)?), u64::from(u32_at(end, 16)?));
    let locator = at.checked_sub(LOCATOR_BYTES).and_then(|at| tail.get(at..)).filter(|it| it.starts_with(LOCATOR_64));
    if let Some(stated) = locator.and_then(|locator| u64_at(locator, 8)) {
        let mut end = [0; 56];
        let n = read_full(source, stated, &mut end).ok()?;
        if n == end.len() && end.starts_with(END_64) {
            (n_entries, size, start) = (u64_at(&end, 32)?, u64_at(&end, 40)?, u64_at(&end, 48)?);
            ends = stated;
        }
    }
    let real = ends.checked_sub(size)?;
    Some(Directory { start: real, end: ends, n_entries, before: real.checked_sub(start)? })
}

fn listed(unpacker: &mut Unpacker<'_>, at: At<'_>, source: &dyn Source, directory: &Directory) -> Issues {
    let mut list = Stream::of_source(source, directory.start..directory.end, &unpacker.watch);
    for _ in 0..directory.n_entries {
        let place = directory.start + list.position();
        let member = match read_entry(&mut list) {
            Ok(member) => member,
            Err(error) => return one(unpacker.watch.reason(&error), place),
        };
        if !unpacker.watch.may_enter() {
            return one(IssueCode::UnpackEntries, place);
        }
        let member = Member { at: member.at.saturating_add(directory.before), ..member };
        if !member.is_link && !member.name.ends_with(['/', '\\']) {
            self::member(unpacker, at, source, &member);
        }
        unpacker.tell();
        if unpacker.watch.over.get() {
            break;
        }
    }
    Issues::default()
}

/// Unpacks one member of the list.
fn member(unpacker: &mut Unpacker<'_>, at: At<'_>, source: &dyn Source, member: &Member) {
    let path = format!("{}/{}", at.path, inert(&member.name));
    if let Some(code) = member.refusal() {
        return unpacker.refuse(&path, code, member.at);
    }
    let mut local = [0; LOCAL_BYTES];
    let start = match read_full(source, member.at, &mut local) {
        Ok(LOCAL_BYTES) if local.starts_with(LOCAL) => member.at + data_after(&local),
        Ok(LOCAL_BYTES) => return unpacker.refuse(&path, IssueCode::ArchiveDamaged, member.at),
        Ok(_) => return unpacker.refuse(&path, IssueCode::ArchiveCut, member.at),
        Err(_) => return unpacker.refuse(&path, IssueCode::ReadFailed, member.at),
    };
    let within = At { path: &path, ..at };
    // A zip that is stored in a zip lies there as it is.
    if member.method == STORED {
        let part = Part { source, start, len: member.packed.min(source.len().saturating_sub(start)) };
        if matches!(super::packing_of(&part), Ok(Some(Packing::Zip))) {
            let issues = unpack(unpacker, within, &part);
            return unpacker.note(&path, issues);
        }
    }
    let end = start.saturating_add(member.packed).min(source.len());
    let packed = Stream::of_source(source, start..end, &unpacker.watch);
    let body = member.body(packed, unpacker);
    unpacker.member(within, body);
}

impl Member {
    /// Why it cannot be read.
    const fn refusal(&self) -> Option<IssueCode> {
        if self.flags & ENCRYPTED != 0 {
            return Some(IssueCode::Encrypted);
        }
        if matches!(self.method, STORED | DEFLATED) { None } else { Some(IssueCode::Compressed) }
    }

    /// Its bytes, held against what is said of them.
    fn body<'a>(&self, packed: Stream<'a>, unpacker: &Unpacker<'_>) -> Stream<'a> {
        let tally = packed.tally();
        let inner: Box<dyn Read + 'a> = match self.method {
            STORED => Box::new(packed),
            _ => Box::new(DeflateDecoder::new(packed)),
        };
        let checked = Checked { inner, sum: Crc::new(), left: self.size, expected: self.sum };
        Stream::over(Guarded::new(checked, tally, &unpacker.watch), Some(self.size))
    }
}

/// Holds bytes against a size and a checksum.
struct Checked<'a> {
    inner: Box<dyn Read + 'a>,
    sum: Crc,
    left: u64,
    expected: u32,
}

impl Read for Checked<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.sum.update(&into[..n]);
        let left = self.left.checked_sub(n as u64);
        self.left = left.ok_or(ErrorKind::InvalidData)?;
        if n == 0 && !into.is_empty() {
            if self.left > 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if self.sum.sum() != self.expected {
                return Err(ErrorKind::InvalidData.into());
            }
        }
        Ok(n)
    }
}

/// Reads an archive whose list is missing: member after member from the start. That the end is missing is said in any case.
fn unlisted(unpacker: &mut Unpacker<'_>, at: At<'_>, source: &dyn Source) -> Issues {
    let mut place = 0;
    while let Some(member) = read_local(source, place) {
        if !unpacker.watch.may_enter() {
            return one(IssueCode::UnpackEntries, place);
        }
        let Some(after) = unlisted_member(unpacker, at, source, &member) else { break };
        unpacker.tell();
        if unpacker.watch.over.get() || after <= place {
            break;
        }
        place = after;
    }
    one(IssueCode::ArchiveCut, place)
}

/// Unpacks one member; gives where the next one is, if that can be known.
fn unlisted_member(unpacker: &mut Unpacker<'_>, at: At<'_>, source: &dyn Source, member: &Member) -> Option<u64> {
    let mut local = [0; LOCAL_BYTES];
    read_full(source, member.at, &mut local).ok()?;
    let start = member.at + data_after(&local);
    let path = format!("{}/{}", at.path, inert(&member.name));
    let is_sized = member.flags & DESCRIBED_AFTER == 0;
    if let Some(code) = member.refusal() {
        unpacker.refuse(&path, code, member.at);
        return is_sized.then(|| start.saturating_add(member.packed));
    }
    if member.name.ends_with(['/', '\\']) {
        return Some(start);
    }
    if is_sized {
        self::member(unpacker, at, source, member);
        return Some(start.saturating_add(member.packed));
    }
    if member.method == STORED {
        unpacker.refuse(&path, IssueCode::ArchiveCut, member.at);
        return None;
    }
    // Deflate knows its own end; size and checksum stand behind it.
    let packed = Stream::of_source(source, start..source.len(), &unpacker.watch);
    let tally = packed.tally();
    let body = Guarded::new(DeflateDecoder::new(packed), Rc::clone(&tally), &unpacker.watch);
    unpacker.member(At { path: &path, ..at }, Stream::over(body, None));
    let end = start + tally.taken.get();
    let mut after = [0; 28];
    let n = read_full(source, end, &mut after).ok()?;
    let after = after.get(..n)?;
    // With or without its mark, with sizes of four or eight bytes.
    let skipped = [16, 24, 12, 20].into_iter().filter(|&skip| skip >= 16 || !after.starts_with(DESCRIPTOR));
    let is_next =
        |skip: &usize| after.get(*skip..).is_some_and(|next| next.starts_with(LOCAL) || next.starts_with(ENTRY));
    skipped.into_iter().find(is_next).map(|skip| end + skip as u64)
}

/// The next entry of the list.
fn read_entry(list: &mut Stream<'_>) -> io::Result<Member> {
    let mut entry = [0; ENTRY_BYTES];
    list.read_exact(&mut entry)?;
    if !entry.starts_with(ENTRY) {
        return Err(ErrorKind::InvalidData.into());
    }
    let word = |at: usize| u16_at(&entry, at).unwrap_or_default();
    let long = |at: usize| u32_at(&entry, at).unwrap_or_default();
    let mut name = vec![0; usize::from(word(28))];
    list.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(word(30))];
    list.read_exact(&mut extra)?;
    list.skip(u64::from(word(32)))?;
    let mut wide = Wide::of(&extra);
    let (size, packed, at) = (wide.widen(long(24)), wide.widen(long(20)), wide.widen(long(42)));
    let is_link = entry[5] == 3 && (long(38) >> 16) & KIND == LINK;
    Ok(Member { name: of_zip(&name), flags: word(8), method: word(10), sum: long(16), packed, size, at, is_link })
}

/// The member whose own header is at `at`, if there is one.
fn read_local(source: &dyn Source, at: u64) -> Option<Member> {
    let mut header = [0; LOCAL_BYTES];
    let n = read_full(source, at, &mut header).ok()?;
    if n < LOCAL_BYTES || !header.starts_with(LOCAL) {
        return None;
    }
    let mut texts = vec![0; usize::try_from(data_after(&header)).ok()? - LOCAL_BYTES];
    let n = read_full(source, at + LOCAL_BYTES as u64, &mut texts).ok()?;
    let (name, extra) = texts.get(..n)?.split_at_checked(usize::from(u16_at(&header, 26)?))?;
    let mut wide = Wide::of(extra);
    let (size, packed) = (wide.widen(u32_at(&header, 22)?), wide.widen(u32_at(&header, 18)?));
    let (flags, method, sum) = (u16_at(&header, 6)?, u16_at(&header, 8)?, u32_at(&header, 14)?);
    Some(Member { name: of_zip(name), flags, method, sum, packed, size, at, is_link: false })
}

/// Bytes from a local header to the data.
fn data_after(local: &[u8; LOCAL_BYTES]) -> u64 {
    let len = |at: usize| u64::from(u16_at(local, at).unwrap_or_default());
    LOCAL_BYTES as u64 + len(26) + len(28)
}

/// The values of eight bytes that stand in the extra field, in the order of the fields they do not fit in.
struct Wide<'a>(&'a [u8]);

impl<'a> Wide<'a> {
    fn of(mut extra: &'a [u8]) -> Self {
        while let (Some(id), Some(len)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let Some(field) = extra.get(4..4 + usize::from(len)) else { break };
            if id == 1 {
                return Self(field);
            }
            extra = &extra[4 + usize::from(len)..];
        }
        Self(&[])
    }

    fn widen(&mut self, value: u32) -> u64 {
        match (value, u64_at(self.0, 0)) {
            (u32::MAX, Some(wide)) => {
                self.0 = &self.0[8..];
                wide
            }
            _ => u64::from(value),
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}
