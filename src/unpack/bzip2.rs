//! bzip2: streams one after the other. What follows the last one is passed over.

use std::io::{self, ErrorKind, Read};

use bzip2::bufread::BzDecoder;

use super::stream::Stream;
use crate::model::Packing;

/// The bytes of all streams.
pub(super) struct Bzip2<'a>(Option<BzDecoder<Stream<'a>>>);

impl<'a> Bzip2<'a> {
    /// The first stream is still to be read.
    pub(super) fn new(input: Stream<'a>) -> Self {
        Self(Some(BzDecoder::new(input)))
    }
}

impl Read for Bzip2<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        while let Some(mut decoder) = self.0.take() {
            match decoder.read(into) {
                Ok(0) => {
                    let mut input = decoder.into_inner();
                    if Packing::of(input.peek(10)) == Some(Packing::Bzip2) {
                        self.0 = Some(BzDecoder::new(input));
                    }
                }
                Ok(n) => {
                    self.0 = Some(decoder);
                    return Ok(n);
                }
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(error),
                Err(_) => return Err(ErrorKind::InvalidData.into()),
            }
        }
        Ok(0)
    }
}
