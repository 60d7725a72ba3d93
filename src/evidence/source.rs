//! Random access to an input's bytes.

use std::fmt;
use std::rc::Rc;

/// Why reading failed: the environment's own words, without the evidence's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Byte at which reading stopped.
    pub at: u64,
    /// What the browser or system said (`NotReadableError`: the file changed or went away on disk).
    pub reason: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading stopped at byte {}: {}", self.at, self.reason)
    }
}

/// Bytes that can be read anywhere. Implemented over `FileReaderSync` in the worker and over files on the command line.
pub trait Source {
    /// Size in bytes; fixed for the life of the source.
    fn len(&self) -> u64;

    /// Whether there is nothing to read.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the bytes from `offset` into `buffer` and says how many; 0 only at the end. Fewer than asked are fine.
    ///
    /// # Errors
    /// When the environment refuses: the file changed on disk, was removed, or permission ended.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError>;
}

/// Fills `buffer` from `offset` on, however little the source gives at once; fewer bytes only at the end.
///
/// # Errors
/// When the source refuses.
pub fn read_full(source: &dyn Source, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while filled < buffer.len() {
        let n = source.read_at(offset.saturating_add(filled as u64), &mut buffer[filled..])?;
        if n == 0 {
            break;
        }
        filled += n;
    }
    Ok(filled)
}

/// Reads a whole source.
///
/// # Errors
/// When a part cannot be read.
pub fn read_all(source: &dyn Source) -> Result<Vec<u8>, ReadError> {
    let mut bytes = vec![0; usize::try_from(source.len()).unwrap_or(0)];
    let n = read_full(source, 0, &mut bytes)?;
    bytes.truncate(n);
    Ok(bytes)
}

/// The text of an input: its bytes without a byte order mark, or what was made of another encoding.
pub struct TextOf {
    /// The bytes.
    pub source: Rc<dyn Source>,
    /// How many of them stand in front of the text.
    pub skip: u64,
}

impl Source for TextOf {
    fn len(&self) -> u64 {
        self.source.len().saturating_sub(self.skip)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        self.source.read_at(offset.saturating_add(self.skip), buffer)
    }
}

/// Bytes in memory: pasted text, transcoded inputs, tests.
#[derive(Clone, Debug, Default)]
pub struct MemorySource(pub Vec<u8>);

impl Source for MemorySource {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let rest = usize::try_from(offset).ok().and_then(|from| self.0.get(from..)).unwrap_or(&[]);
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}
