//! The guards: what unpacking may cost, counted where bytes come into being.

use std::cell::Cell;
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;

use super::stream::Tally;
use crate::model::IssueCode;

/// What unpacking one input may cost. A limit that is met ends it; what came out before stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that come out for each byte that goes in. Deflate ends at 1,032, repeated log lines at some 200.
    pub ratio: u64,
    /// Bytes that may come out of anything, whatever the ratio.
    pub free_bytes: u64,
    /// Bytes that may come out in all.
    pub bytes: u64,
    /// Entries of all archives together, folders and links too.
    pub entries: u64,
    /// Archives inside archives, and compressions around one thing.
    pub depth: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { ratio: 1_000, free_bytes: 1 << 20, bytes: 16 << 30, entries: 100_000, depth: 4 }
    }
}

/// Counts over one run.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) limits: Limits,
    /// Bytes of the input.
    input: u64,
    /// Bytes read of it, and of archives in it that were put aside.
    read: Cell<u64>,
    out: Cell<u64>,
    entries: Cell<u64>,
    /// The limit that the last failure met.
    met: Cell<Option<IssueCode>>,
    /// Nothing more is to be unpacked.
    pub(super) over: Cell<bool>,
}

impl Watch {
    pub(super) fn new(limits: Limits, input: u64) -> Rc<Self> {
        let (read, out, entries) = (Cell::new(0), Cell::new(0), Cell::new(0));
        Rc::new(Self { limits, input, read, out, entries, met: Cell::new(None), over: Cell::new(false) })
    }

    /// `n` more bytes of the input were read.
    pub(super) fn read(&self, n: usize) {
        self.read.set(self.read.get().saturating_add(n as u64));
    }

    /// Bytes of the input that were read: not more than it has, although parts of it may be read twice.
    pub(super) fn done(&self) -> u64 {
        self.read.get().min(self.input)
    }

    /// The environment refused to read or to keep bytes: it will not do better with the next ones.
    pub(super) fn fail(&self) {
        self.met.set(Some(IssueCode::ReadFailed));
        self.over.set(true);
    }

    /// Counts an entry; says whether it is still within the limit.
    pub(super) fn may_enter(&self) -> bool {
        self.entries.set(self.entries.get() + 1);
        let may = self.entries.get() <= self.limits.entries;
        self.over.set(self.over.get() || !may);
        may
    }

    /// What made reading fail.
    pub(super) fn reason(&self, error: &io::Error) -> IssueCode {
        self.met.take().unwrap_or_else(|| match error.kind() {
            ErrorKind::UnexpectedEof => IssueCode::ArchiveCut,
            ErrorKind::OutOfMemory | ErrorKind::Unsupported => IssueCode::Compressed,
            _ => IssueCode::ArchiveDamaged,
        })
    }

    /// How many bytes more may come out of a layer that took `layer_in` and gave `layer_out`; and what is met then, and whether for all.
    fn room(&self, layer_in: u64, layer_out: u64) -> (u64, IssueCode, bool) {
        let Limits { ratio, free_bytes, bytes, .. } = self.limits;
        let most = |input: u64| free_bytes.saturating_add(input.saturating_mul(ratio));
        let out = self.out.get();
        let limits = [
            (bytes.saturating_sub(out), IssueCode::UnpackBytes, true),
            (most(self.input).saturating_sub(out), IssueCode::UnpackRatio, true),
            (most(layer_in).saturating_sub(layer_out), IssueCode::UnpackRatio, false),
        ];
        limits.into_iter().min_by_key(|(room, ..)| *room).unwrap_or((0, IssueCode::UnpackBytes, true))
    }
}

/// What comes out of a decompressor, held against the limits.
pub(super) struct Guarded<R> {
    inner: R,
    input: Rc<Tally>,
    watch: Rc<Watch>,
    out: u64,
    /// The limit that was met: the bytes up to it are given out before it is told.
    met: Option<(IssueCode, bool)>,
}

impl<R> Guarded<R> {
    /// `inner` takes its bytes from the stream of `input`.
    pub(super) fn new(inner: R, input: Rc<Tally>, watch: &Rc<Watch>) -> Self {
        Self { inner, input, watch: Rc::clone(watch), out: 0, met: None }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Some((met, ends_all)) = self.met {
            self.watch.met.set(Some(met));
            self.watch.over.set(self.watch.over.get() || ends_all);
            return Err(ErrorKind::QuotaExceeded.into());
        }
        let n = self.inner.read(into)?;
        let (room, met, ends_all) = self.watch.room(self.input.taken.get(), self.out);
        let given = usize::try_from(room).unwrap_or(usize::MAX).min(n);
        self.out += given as u64;
        self.watch.out.set(self.watch.out.get() + given as u64);
        if given < n {
            self.met = Some((met, ends_all));
            if given == 0 {
                return self.read(into);
            }
        }
        Ok(given)
    }
}
