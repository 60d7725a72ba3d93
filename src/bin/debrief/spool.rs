//! Where members of archives are kept: in memory while they are few, else in a temporary file that nobody else can read and that is gone with
//! the program.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::rc::Rc;

use debrief::evidence::{MemorySource, ReadError, Source};
use debrief::model::Issues;
use debrief::unpack::Sink;

use super::Input;
use super::file::read_part;

/// Bytes held in memory over all archives.
const HELD_BYTES: usize = 64 << 20;
/// Bytes written to the file at once.
const CHUNK_BYTES: usize = 1 << 20;

/// Takes what comes out of archives and makes inputs of it.
#[derive(Default)]
pub(crate) struct Spool {
    /// Members so far.
    pub(crate) inputs: Vec<Input>,
    /// Bytes in memory that became members.
    held: usize,
    /// The end of what is coming out; what was before it is in the file.
    rest: Vec<u8>,
    /// Bytes of what is coming out that are in the file.
    written: u64,
    file: Option<Rc<Temporary>>,
    /// Bytes in the file.
    file_bytes: u64,
}

impl Spool {
    fn flush(&mut self) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(Rc::new(Temporary::new()?)),
        };
        // Members are read from other places of the file only when all is written.
        (&file.file).write_all(&self.rest)?;
        self.written += self.rest.len() as u64;
        self.file_bytes += self.rest.len() as u64;
        self.rest.clear();
        Ok(())
    }

    /// Ends what is coming out.
    fn end(&mut self) -> io::Result<Box<dyn Source>> {
        if self.written == 0 && self.held + self.rest.len() <= HELD_BYTES {
            self.held += self.rest.len();
            return Ok(Box::new(MemorySource(std::mem::take(&mut self.rest))));
        }
        self.flush()?;
        let len = std::mem::take(&mut self.written);
        let file = self.file.clone().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Kept { file, start: self.file_bytes - len, len }))
    }
}

impl Sink for Spool {
    fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.rest.extend_from_slice(bytes);
        if self.rest.len() >= CHUNK_BYTES && (self.written > 0 || self.held + self.rest.len() > HELD_BYTES) {
            self.flush().map_err(|error| ReadError { at: self.written, reason: error.to_string() })?;
        }
        Ok(())
    }

    fn member(&mut self, path: &str, noted: Issues) {
        // What cannot be written was said by `write`; what is left of it is nothing.
        let source = self.end().unwrap_or_else(|_| Box::<MemorySource>::default());
        self.inputs.push(Input { path: path.to_owned(), source, noted });
    }

    fn aside(&mut self) -> Result<Box<dyn Source>, ReadError> {
        self.end().map_err(|error| ReadError { at: 0, reason: error.to_string() })
    }

    fn progress(&mut self, _bytes_read: u64) {}
}

/// A part of the temporary file.
struct Kept {
    file: Rc<Temporary>,
    start: u64,
    len: u64,
}

impl Source for Kept {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        read_part(&self.file.file, self.start, self.len, offset, buffer)
    }
}

/// A file that goes with its handle.
struct Temporary {
    file: File,
    path: PathBuf,
}

impl Temporary {
    fn new() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("debrief-{}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        // On a Unix it can be taken from its folder at once, and then nothing is left of it even after a crash.
        #[cfg(unix)]
        std::fs::remove_file(&path)?;
        Ok(Self { file, path })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Gone already on a Unix; elsewhere what cannot be removed is left to the system's own cleaning.
        let _ = std::fs::remove_file(&self.path);
    }
}
