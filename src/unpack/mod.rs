//! Archives and compressed files become the inputs they hold.
//!
//! ```text
//! bundle.tar.gz  ──►  gzip ─► tar ─► pods/api.log                      ──►  Sink: bundle.tar.gz/pods/api.log
//!                                    kubelet.log.1.gz ─► gzip          ──►        bundle.tar.gz/kubelet.log.1.gz
//!                                    node.zip ─► put aside ─► zip ─► … ──►        bundle.tar.gz/node.zip/dmesg
//! ```
//! One pass in order, in the memory of a few buffers: tar and the compressions are read as they come, only a zip needs its end first and is
//! put aside where it does not lie in the input as it is. First bytes decide what a thing is, at every level. Members come out in the order
//! of the archive, with the path they had; a compressed file keeps its own path, for it is one file.
//!
//! Everything is hostile: names are shown and never followed, [`Limits`] end what grows too much, and what came out before a failure stays.
//! What could not be read is said by counted issues at the path it concerns, with the byte.

mod bzip2;
mod gzip;
mod name;
mod stream;
mod tar;
mod watch;
mod xz;
mod zip;
mod zstd;

use std::io::BufRead as _;
use std::rc::Rc;

use crate::evidence::{ReadError, Source};
use crate::model::{IssueCode, Issues, Packing};
use stream::{Part, Stream};
pub use watch::Limits;
use watch::{Guarded, Watch};

/// Who takes what comes out, in order: bytes of one thing, then what they were.
pub trait Sink {
    /// The bytes that come next are an input called so, unless unpacking breaks off: whoever likes reads it before its end.
    fn begin(&mut self, _path: &str) {}

    /// The next bytes of what is coming out.
    ///
    /// # Errors
    /// When there is no room for them; unpacking ends.
    fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError>;

    /// The bytes since the last end were this input. `noted` says what of it could not be read; nothing at all, where no bytes came.
    fn member(&mut self, path: &str, noted: Issues);

    /// The bytes since the last end are an archive that must be read at random.
    ///
    /// # Errors
    /// When they cannot be had back.
    fn aside(&mut self) -> Result<Box<dyn Source>, ReadError>;

    /// So many bytes of the input were read. Called often.
    fn progress(&mut self, bytes_read: u64);
}

/// Looks at the first bytes of an input.
///
/// # Errors
/// When they cannot be read.
pub fn packing_of(source: &dyn Source) -> Result<Option<Packing>, ReadError> {
    let mut head = [0; Packing::HEAD_BYTES];
    let n = crate::evidence::read_full(source, 0, &mut head)?;
    Ok(Packing::of(&head[..n]))
}

/// Unpacks an input called `path` into `sink`. Gives what was wrong with the input itself; nothing where all of it came out, or where a
/// member says it.
pub fn unpack(path: &str, source: &dyn Source, limits: Limits, sink: &mut dyn Sink) -> Issues {
    let mut unpacker = Unpacker { sink, watch: Watch::new(limits, source.len()), n_members: 0 };
    let at = At { path, depth: 0, layers: 0 };
    let issues = if let Ok(Some(Packing::Zip)) = packing_of(source) {
        zip::unpack(&mut unpacker, at, source)
    } else {
        let input = Stream::of_source(source, 0..source.len(), &unpacker.watch);
        let tally = input.tally();
        let mut issues = unpacker.stream(at, input);
        // Bytes of the input are what people can look at; those of what was inside it were never kept.
        issues.list.iter_mut().for_each(|issue| issue.first_byte = issue.first_byte.min(tally.taken.get()));
        issues
    };
    if issues.list.is_empty() && unpacker.n_members == 0 { IssueCode::Empty.into() } else { issues }
}

/// Where something lies.
#[derive(Clone, Copy)]
struct At<'p> {
    path: &'p str,
    /// Archives around it.
    depth: u8,
    /// Compressions around it, since the last archive.
    layers: u8,
}

struct Unpacker<'s> {
    sink: &'s mut dyn Sink,
    watch: Rc<Watch>,
    n_members: u64,
}

impl Unpacker<'_> {
    /// Unpacks a member of an archive, whatever it is.
    fn member(&mut self, at: At<'_>, input: Stream<'_>) {
        let issues = self.stream(at, input);
        self.note(at.path, issues);
    }

    /// Ends what is coming out.
    fn end(&mut self, path: &str, issues: Issues) {
        self.n_members += 1;
        self.sink.member(path, issues);
    }

    /// Lists an archive inside another one where something was wrong with it.
    fn note(&mut self, path: &str, issues: Issues) {
        if !issues.list.is_empty() {
            self.end(path, issues);
        }
    }

    /// Lists something that is not read, and where it begins in what holds it.
    fn refuse(&mut self, path: &str, code: IssueCode, byte: u64) {
        self.end(path, one(code, byte));
    }

    /// Says how far unpacking is.
    fn tell(&mut self) {
        self.sink.progress(self.watch.done());
    }

    /// Unpacks a stream as what its head says; gives what was wrong where no member says it.
    fn stream(&mut self, at: At<'_>, mut input: Stream<'_>) -> Issues {
        let Some(packing) = Packing::of(input.peek(Packing::HEAD_BYTES)) else {
            self.leaf(at.path, input);
            return Issues::default();
        };
        if !packing.is_read() {
            return one(IssueCode::Compressed, 0);
        }
        let Limits { depth, .. } = self.watch.limits;
        let is_archive = matches!(packing, Packing::Tar | Packing::Zip);
        if (is_archive && at.depth >= depth) || (!is_archive && at.layers >= depth) {
            return one(IssueCode::TooDeep, 0);
        }
        let tally = input.tally();
        let guarded = |inner| Stream::over(Guarded::new(inner, tally, &self.watch), None);
        let inner = match packing {
            Packing::Tar => return tar::unpack(self, at, input),
            Packing::Zip => return self.put_aside(at, input),
            Packing::Gzip => guarded(Box::new(gzip::Gzip::new(input)) as Box<dyn std::io::Read>),
            Packing::Zstd => guarded(Box::new(zstd::Zstd::new(input))),
            Packing::Xz => guarded(Box::new(xz::Xz::new(input))),
            Packing::Bzip2 | Packing::SevenZip | Packing::Rar => guarded(Box::new(bzip2::Bzip2::new(input))),
        };
        self.stream(At { layers: at.layers + 1, ..at }, inner)
    }

    /// Hands a stream on as a member.
    fn leaf(&mut self, path: &str, input: Stream<'_>) {
        self.sink.begin(path);
        let issues = self.pour(input);
        self.end(path, issues);
    }

    /// Hands all bytes of a stream on; gives what ended it early.
    fn pour(&mut self, mut input: Stream<'_>) -> Issues {
        loop {
            let at = input.position();
            let n = match input.fill_buf() {
                Ok([]) => return Issues::default(),
                Ok(bytes) => match self.sink.write(bytes) {
                    Ok(()) => bytes.len(),
                    Err(_) => {
                        self.watch.fail();
                        return one(IssueCode::ReadFailed, at);
                    }
                },
                Err(error) => return one(self.watch.reason(&error), at),
            };
            input.consume(n);
            self.tell();
        }
    }

    /// Keeps a zip that arrives in order, then unpacks it.
    fn put_aside(&mut self, at: At<'_>, input: Stream<'_>) -> Issues {
        let mut issues = self.pour(input);
        if self.watch.over.get() {
            return issues;
        }
        match self.sink.aside() {
            Ok(source) => {
                for issue in zip::unpack(self, at, &*source).list {
                    issues.add_many(issue.code, issue.count, issue.first_line, issue.first_byte);
                }
            }
            Err(error) => {
                self.watch.fail();
                issues.add(IssueCode::ReadFailed, 0, error.at);
            }
        }
        issues
    }
}

/// One issue at a byte.
fn one(code: IssueCode, byte: u64) -> Issues {
    let mut issues = Issues::default();
    issues.add(code, 0, byte);
    issues
}
