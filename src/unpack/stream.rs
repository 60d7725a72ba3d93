//! Bytes in order, with a look ahead: what every reader of a container stands on.

use std::cell::Cell;
use std::io::{self, BufRead, ErrorKind, Read};
use std::rc::Rc;

use super::watch::Watch;
use crate::evidence::Source;

/// Bytes held by a stream over another one.
const BUFFER_BYTES: usize = 64 * 1024;

/// Bytes held by a stream over a source: a read of a file in a browser costs about a millisecond however small it is.
const SOURCE_BUFFER_BYTES: usize = 4 << 20;

/// How far a stream is, for those who no longer hold it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Bytes taken out.
    pub(super) taken: Cell<u64>,
    /// Somebody asked for more than there is.
    pub(super) ended: Cell<bool>,
}

/// A buffered reader that can be looked into. What arrived before a failure is given out before the failure is told.
pub(super) struct Stream<'a> {
    inner: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    fault: Option<io::Error>,
    tally: Rc<Tally>,
}

impl<'a> Stream<'a> {
    /// Over a reader that will give about `hint` bytes, where that is known: small members need small buffers.
    pub(super) fn over(inner: impl Read + 'a, hint: Option<u64>) -> Self {
        Self::with_buffer(Box::new(inner), hint, BUFFER_BYTES)
    }

    /// Over a part of a source.
    pub(super) fn of_source(source: &'a dyn Source, range: std::ops::Range<u64>, watch: &Rc<Watch>) -> Self {
        let hint = range.end.saturating_sub(range.start);
        let reader = SourceReader { source, at: range.start, end: range.end, watch: Rc::clone(watch) };
        Self::with_buffer(Box::new(reader), Some(hint), SOURCE_BUFFER_BYTES)
    }

    fn with_buffer(inner: Box<dyn Read + 'a>, hint: Option<u64>, most: usize) -> Self {
        // A byte more than is expected, so that the end shows without another buffer; never less than a head.
        let wanted = hint.and_then(|hint| usize::try_from(hint).ok()).unwrap_or(most).saturating_add(1);
        let buffer = vec![0; wanted.clamp(1024, most)];
        Self { inner, buffer, start: 0, end: 0, fault: None, tally: Rc::default() }
    }

    /// Its tally, which outlives it.
    pub(super) fn tally(&self) -> Rc<Tally> {
        Rc::clone(&self.tally)
    }

    /// Bytes taken out so far.
    pub(super) fn position(&self) -> u64 {
        self.tally.taken.get()
    }

    /// The next bytes without taking them: `n` of them (at most 1,024), fewer only before the end or a failure.
    pub(super) fn peek(&mut self, n: usize) -> &[u8] {
        let n = n.min(1024);
        if self.buffer.len() - self.start < n {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < n && self.fault.is_none() && !self.tally.ended.get() {
            self.pull();
        }
        &self.buffer[self.start..self.end.min(self.start + n)]
    }

    /// Reads once into the free end of the buffer.
    fn pull(&mut self) {
        match self.inner.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.tally.ended.set(true),
            Ok(n) => self.end += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => self.fault = Some(error),
        }
    }

    /// Passes over `n` bytes.
    ///
    /// # Errors
    /// When there are fewer.
    pub(super) fn skip(&mut self, mut n: u64) -> io::Result<()> {
        while n > 0 {
            let here = self.fill_buf()?.len() as u64;
            if here == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let step = here.min(n);
            self.consume(step as usize);
            n -= step;
        }
        Ok(())
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            while self.end == 0 && !self.tally.ended.get() {
                if let Some(fault) = self.fault.take() {
                    // What failed once is over: asked again, there is nothing more.
                    self.tally.ended.set(true);
                    return Err(fault);
                }
                self.pull();
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, n: usize) {
        self.start += n.min(self.end - self.start);
        self.tally.taken.set(self.tally.taken.get() + n as u64);
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let n = here.len().min(into.len());
        into[..n].copy_from_slice(&here[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// Reads a part of a source in order.
struct SourceReader<'a> {
    source: &'a dyn Source,
    at: u64,
    end: u64,
    watch: Rc<Watch>,
}

impl Read for SourceReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let n = left.min(into.len());
        match self.source.read_at(self.at, &mut into[..n]) {
            Ok(n) => {
                self.at += n as u64;
                self.watch.read(n);
                Ok(n)
            }
            Err(_) => {
                self.watch.fail();
                Err(ErrorKind::Other.into())
            }
        }
    }
}

/// A part of a source as a source: an archive that lies unpacked inside another one.
pub(super) struct Part<'a> {
    /// Where it lies.
    pub(super) source: &'a dyn Source,
    /// Its first byte.
    pub(super) start: u64,
    /// Its size.
    pub(super) len: u64,
}

impl Source for Part<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, crate::evidence::ReadError> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let n = left.min(buffer.len());
        self.source.read_at(self.start.saturating_add(offset), &mut buffer[..n])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives `bytes` two at a time, then fails.
    struct Failing<'a>(&'a [u8]);

    impl Read for Failing<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(2).min(into.len());
            if n == 0 {
                return Err(ErrorKind::InvalidData.into());
            }
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn what_came_before_a_failure_is_given_out_first() {
        let mut stream = Stream::over(Failing(b"abcde"), None);
        assert_eq!(stream.peek(512), b"abcde");
        let mut got = Vec::new();
        assert_eq!(stream.read_to_end(&mut got).map_err(|error| error.kind()), Err(ErrorKind::InvalidData));
        assert_eq!((got.as_slice(), stream.position()), (&b"abcde"[..], 5));
        assert_eq!(stream.read_to_end(&mut got).ok(), Some(0));
    }

    #[test]
    fn skipping_past_the_end_says_so() {
        let mut stream = Stream::over(&b"abcde"[..], Some(5));
        assert_eq!(stream.peek(2), b"ab");
        assert!(stream.skip(3).is_ok());
        assert_eq!(stream.peek(9), b"de");
        assert_eq!(stream.skip(3).map_err(|error| error.kind()), Err(ErrorKind::UnexpectedEof));
    }
}
