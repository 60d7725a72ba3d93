//! gzip: members one after the other, each with its checksum. What follows the last one is passed over, as gzip itself does.
//!
//! ```text
//! 1f 8b 08 flags mtime(4) xfl os  [extra] [name\0] [comment\0] [crc16]  deflate  crc32 size
//! ```
//! Spec: RFC 1952.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::stream::Stream;

const HEADER_CRC: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;

/// The bytes of all members.
pub(super) struct Gzip<'a> {
    state: State<'a>,
    sum: Crc,
}

enum State<'a> {
    /// Before a header.
    Between(Stream<'a>),
    /// Inside a member.
    Member(Box<DeflateDecoder<Stream<'a>>>),
    Over,
}

impl<'a> Gzip<'a> {
    /// The first header is still to be read.
    pub(super) fn new(input: Stream<'a>) -> Self {
        Self { state: State::Between(input), sum: Crc::new() }
    }

    /// Passes over a header; `false` where there is none.
    fn header(input: &mut Stream<'_>) -> io::Result<bool> {
        let &[0x1f, 0x8b, 8, flags, ..] = input.peek(10) else { return Ok(false) };
        input.skip(10)?;
        if flags & EXTRA != 0 {
            let mut len = [0; 2];
            input.read_exact(&mut len)?;
            input.skip(u64::from(u16::from_le_bytes(len)))?;
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                pass_text(input)?;
            }
        }
        if flags & HEADER_CRC != 0 {
            input.skip(2)?;
        }
        Ok(true)
    }

    /// Holds what was unpacked against the member's end.
    fn trailer(&mut self, input: &mut Stream<'_>) -> io::Result<()> {
        let mut trailer = [0; 8];
        input.read_exact(&mut trailer)?;
        let sum = std::mem::take(&mut self.sum);
        let [expected, size] = [0, 4].map(|at| trailer[at..].first_chunk().copied().map_or(0, u32::from_le_bytes));
        if expected == sum.sum() && size == sum.amount() { Ok(()) } else { Err(ErrorKind::InvalidData.into()) }
    }
}

/// Passes over a text that ends with NUL.
fn pass_text(input: &mut Stream<'_>) -> io::Result<()> {
    loop {
        let here = input.fill_buf()?;
        if here.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let end = memchr::memchr(0, here);
        let n = end.map_or(here.len(), |end| end + 1);
        input.consume(n);
        if end.is_some() {
            return Ok(());
        }
    }
}

impl Read for Gzip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Between(mut input) => {
                    if Self::header(&mut input)? {
                        self.state = State::Member(Box::new(DeflateDecoder::new(input)));
                    }
                }
                State::Member(mut member) => {
                    let n = member.read(into)?;
                    if n > 0 {
                        self.sum.update(&into[..n]);
                        self.state = State::Member(member);
                        return Ok(n);
                    }
                    let mut input = member.into_inner();
                    self.trailer(&mut input)?;
                    self.state = State::Between(input);
                }
                State::Over => return Ok(0),
            }
        }
    }
}
