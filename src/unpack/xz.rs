//! xz: streams one after the other, with zeros between them. What follows the last one is passed over.
//! Spec: The .xz File Format 1.2.1 (tukaani.org).

use std::io::{self, ErrorKind, Read};

use lzma_rust2::XzReader;

use super::stream::{Stream, Tally};
use std::rc::Rc;

/// The largest dictionary a block may ask for, in KiB: what `xz -9` needs, twice over.
const MAX_MEMORY_KIB: u32 = 128 << 10;

/// The bytes of all streams.
pub(super) struct Xz<'a> {
    reader: Option<XzReader<Stream<'a>>>,
    tally: Rc<Tally>,
}

impl<'a> Xz<'a> {
    /// The first stream is still to be read.
    pub(super) fn new(input: Stream<'a>) -> Self {
        let tally = input.tally();
        Self { reader: Some(open(input)), tally }
    }
}

fn open(input: Stream<'_>) -> XzReader<Stream<'_>> {
    XzReader::new_mem_limit(input, false, MAX_MEMORY_KIB)
}

impl Read for Xz<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        while let Some(mut reader) = self.reader.take() {
            match reader.read(into) {
                Ok(0) => {
                    let mut input = reader.into_inner();
                    while input.peek(4) == [0; 4] {
                        input.skip(4)?;
                    }
                    if input.peek(6) == [0xfd, b'7', b'z', b'X', b'Z', 0] {
                        self.reader = Some(open(input));
                    }
                }
                Ok(n) => {
                    self.reader = Some(reader);
                    return Ok(n);
                }
                Err(error) => {
                    return Err(match error.kind() {
                        ErrorKind::OutOfMemory | ErrorKind::Unsupported => ErrorKind::Unsupported.into(),
                        _ if self.tally.ended.get() => ErrorKind::UnexpectedEof.into(),
                        _ => ErrorKind::InvalidData.into(),
                    });
                }
            }
        }
        Ok(0)
    }
}
