//! tar: headers of 512 bytes, each followed by its member.
//!
//! ```text
//! name(100) mode uid gid size(12 octal) mtime checksum type(1) link(100) "ustar" … prefix(155)
//! ```
//! Read: old, ustar and GNU headers, long names (`L`), pax records (`x`), sizes in base 256. Links are no members: what they point at is one
//! already, or is not in the archive. Not read: sparse members, whose holes are not written. A cut archive gives what lies before the cut.
//! Spec: POSIX.1-2017 pax, <https://www.gnu.org/software/tar/manual/html_node/Standard.html>.

use std::io::{self, ErrorKind, Read};

use super::name::inert;
use super::stream::Stream;
use super::{At, Unpacker, one};
use crate::model::packing::tar_checksum_holds;
use crate::model::{IssueCode, Issues};

const BLOCK_BYTES: u64 = 512;

/// A long name or a set of pax records that is longer belongs to no file that exists.
const MAX_EXTENSION_BYTES: u64 = 1 << 20;

/// What the headers before a member said about it.
#[derive(Default)]
struct Extension {
    path: Option<String>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Unpacks all members; gives what was wrong with the archive.
pub(super) fn unpack(unpacker: &mut Unpacker<'_>, at: At<'_>, mut input: Stream<'_>) -> Issues {
    let mut said = Extension::default();
    loop {
        let start = input.position();
        let end = match entry(unpacker, at, &mut input, &mut said) {
            Ok(Entry::Passed) if !unpacker.watch.over.get() => continue,
            Ok(Entry::Passed | Entry::Last) => return Issues::default(),
            Ok(Entry::Wrong(code)) => code,
            Err(error) => unpacker.watch.reason(&error),
        };
        return one(end, start);
    }
}

enum Entry {
    Passed,
    Last,
    Wrong(IssueCode),
}

fn entry(unpacker: &mut Unpacker<'_>, at: At<'_>, input: &mut Stream<'_>, said: &mut Extension) -> io::Result<Entry> {
    let mut header = [0; 512];
    input.read_exact(&mut header)?;
    if header == [0; 512] {
        return Ok(Entry::Last);
    }
    if !tar_checksum_holds(&header) {
        return Ok(Entry::Wrong(IssueCode::ArchiveDamaged));
    }
    if !unpacker.watch.may_enter() {
        return Ok(Entry::Wrong(IssueCode::UnpackEntries));
    }
    let kind = header[156];
    // Links and devices hold nothing, whatever size they state.
    let stated = if matches!(kind, b'1'..=b'6') { 0 } else { number(&header[124..136]) };
    match kind {
        b'L' | b'x' if stated <= MAX_EXTENSION_BYTES => {
            let mut bytes = Vec::new();
            input.take(stated).read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < stated {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if kind == b'L' {
                said.path = Some(text(&bytes));
            } else {
                said.read_pax(&bytes);
            }
            input.skip(padding(stated))?;
            return Ok(Entry::Passed);
        }
        // For all members that follow, for the target of a link, too long, of a volume or a folder: nothing that is shown.
        b'g' | b'K' | b'L' | b'x' | b'V' | b'D' | b'N' => {
            pass(unpacker, input, stated.saturating_add(padding(stated)))?;
            return Ok(Entry::Passed);
        }
        _ => {}
    }
    let Extension { path, size, is_sparse } = std::mem::take(said);
    let size = if matches!(kind, b'1'..=b'6') { 0 } else { size.unwrap_or(stated) };
    let name = path.unwrap_or_else(|| name(&header));
    let is_member = !matches!(kind, b'1'..=b'6') && !name.ends_with('/');
    let path = format!("{}/{}", at.path, inert(&name));
    let start = input.position();
    if kind == b'S' || is_sparse {
        unpacker.refuse(&path, IssueCode::Compressed, start);
        // The map of a member with many holes goes on in blocks of its own.
        let mut goes_on = kind == b'S' && header[482] != 0;
        while goes_on {
            let mut block = [0; 512];
            input.read_exact(&mut block)?;
            goes_on = block[504] != 0;
        }
        pass(unpacker, input, size.saturating_add(padding(size)))?;
        return Ok(Entry::Passed);
    }
    if is_member {
        let body = Stream::over(Body { input: &mut *input, left: size }, Some(size));
        unpacker.member(At { path: &path, depth: at.depth + 1, layers: 0 }, body);
        if unpacker.watch.over.get() {
            return Ok(Entry::Passed);
        }
    }
    // A member that could not be read to its end has left the rest.
    let taken = input.position() - start;
    pass(unpacker, input, size.saturating_sub(taken).saturating_add(padding(size)))?;
    Ok(Entry::Passed)
}

/// Passes over bytes in steps, so that news go out even from an archive of one large folder.
fn pass(unpacker: &mut Unpacker<'_>, input: &mut Stream<'_>, mut n: u64) -> io::Result<()> {
    const STEP: u64 = 1 << 20;
    while n > 0 {
        input.skip(n.min(STEP))?;
        n -= n.min(STEP);
        unpacker.tell();
    }
    Ok(())
}

const fn padding(size: u64) -> u64 {
    (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES
}

/// A text up to its first NUL.
fn text(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// The name in a header; ustar keeps the beginning of a longer one apart.
fn name(header: &[u8; 512]) -> String {
    let name = text(&header[..100]);
    let prefix = if &header[257..263] == b"ustar\0" { text(&header[345..500]) } else { String::new() };
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// A number in octal, or in base 256 where the first bit says so.
fn number(field: &[u8]) -> u64 {
    match field.split_first() {
        Some((first, rest)) if first & 0x80 != 0 => {
            rest.iter().fold(u64::from(first & 0x3f), |sum, &byte| sum.wrapping_mul(256).wrapping_add(u64::from(byte)))
        }
        _ => {
            let digits = field.trim_ascii_start().iter().take_while(|byte| matches!(byte, b'0'..=b'7'));
            digits.fold(0, |sum: u64, digit| sum.wrapping_mul(8).wrapping_add(u64::from(digit - b'0')))
        }
    }
}

impl Extension {
    /// Records of the form `30 path=very/long/name\n`: the length counts the whole record.
    fn read_pax(&mut self, mut rest: &[u8]) {
        while let Some(blank) = memchr::memchr(b' ', rest) {
            let len = str::from_utf8(&rest[..blank]).ok().and_then(|len| len.parse::<usize>().ok());
            let Some(record) = len.filter(|&len| len > blank).and_then(|len| rest.get(blank + 1..len)) else { return };
            rest = &rest[blank + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let Some(equals) = memchr::memchr(b'=', record) else { continue };
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" | b"GNU.sparse.name" => self.path = Some(text(value)),
                b"size" => self.size = str::from_utf8(value).ok().and_then(|size| size.parse().ok()),
                _ => self.is_sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
    }
}

/// The bytes of one member; where the archive ends before it does, that is no end but a failure.
struct Body<'s, 'a> {
    input: &'s mut Stream<'a>,
    left: u64,
}

impl Read for Body<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        if most == 0 {
            return Ok(0);
        }
        let n = self.input.read(&mut into[..most])?;
        if n == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}
