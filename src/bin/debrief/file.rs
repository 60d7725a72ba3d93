//! Files on disk, read where it is asked for.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use debrief::evidence::{ReadError, Source};

/// A file.
pub(crate) struct FileSource {
    pub(crate) file: File,
    pub(crate) len: u64,
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        read_part(&self.file, 0, self.len, offset, buffer)
    }
}

/// Reads from a part of a file: `len` bytes from `start` on.
pub(crate) fn read_part(
    mut file: &File,
    start: u64,
    len: u64,
    offset: u64,
    buffer: &mut [u8],
) -> Result<usize, ReadError> {
    // One seek per slice costs nothing and works on every system; the bin has one thread.
    let wanted = len.saturating_sub(offset).min(buffer.len() as u64);
    let mut rest = &mut buffer[..wanted as usize];
    let mut at = offset;
    let failed = |at, error: io::Error| ReadError { at, reason: error.to_string() };
    file.seek(SeekFrom::Start(start.saturating_add(offset))).map_err(|error| failed(at, error))?;
    while !rest.is_empty() {
        match file.read(rest) {
            Ok(0) => break,
            Ok(n) => {
                at += n as u64;
                rest = &mut rest[n..];
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(at, error)),
        }
    }
    Ok((at - offset) as usize)
}
