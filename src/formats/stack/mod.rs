//! Stack dumps: one file per printer, and what all of them share.
//!
//! A dump hardly ever comes alone: it stands in a journal, a container's log, a mail. So a dump is not only a format of whole inputs.
//! [`DumpScanner`] reads beside the parser of any log, the way the scan for literals does: nothing but a search for a few rare words
//! while there is no dump, line by line while there is one. The log keeps its records; the dump takes its time from the record it stands
//! in. Where an input is nothing but a dump, the format's parser is the same scanner, accounting for every line.
//!
//! Three layers, each of which can be tested alone:
//! 1. `envelope` takes off what logging put around a line and says which stream the line belongs to;
//! 2. [`DumpScanner`] tells streams apart, learns what stands in front of every line and undoes escaped one-liners;
//! 3. a [`Reader`] per printer sees clean lines of one stream only. It never fails: what it does not know is not its own.

mod collected;
pub mod dotnet;
mod draft;
mod envelope;
mod go;
pub mod go_goroutine;
pub mod go_profile;
mod java;
pub mod java_core;
pub mod java_dump_file;
pub mod java_threads;
mod kernel;
pub mod kernel_stack;
mod margin;
pub mod native;
pub mod node;
pub mod python;
pub mod rust_panic;
mod scanner;
mod seen;
mod sniff;
mod syncblk;
mod undress;

pub use scanner::DumpScanner;

use std::ops::RangeInclusive;

use super::time::parse_iso;
use super::{Parsed, Parser};
use crate::evidence::Block;
use crate::model::{EvidenceId, IssueCode, Level, LineRange, Locator, StackDump, Symbols, TextId, WallKind, WallTime};

/// A line of one stream, without envelope and margin.
#[derive(Clone, Copy, Debug)]
struct Text<'a> {
    /// Its text; never blank.
    bytes: &'a [u8],
    /// Where it stands; lines of an escaped one-liner all stand in that line.
    place: Locator,
}

/// What a reader made of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// It begins a dump or a task.
    Head,
    /// It belongs to one.
    Part,
    /// It is not known: the log goes on between the lines of a dump, or it is damaged.
    Foreign,
}

/// Reads the dumps of one stream, one after the other.
trait Reader {
    /// Takes the next line.
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken;

    /// Takes as many of the next lines as it foresaw word for word, where lines have neither envelope nor margin, and gives the bytes and the
    /// lines that are taken: all of them are parts of the dump.
    fn read_foreseen(&mut self, _text: &[u8], _place: Locator, _symbols: &mut Symbols) -> (usize, u32) {
        (0, 0)
    }

    /// The stream has ended, or has said nothing of a dump for long.
    fn finish(&mut self, out: &mut Parsed);
}

/// What is known of a dump before its first line is read.
#[derive(Clone, Copy, Debug, Default)]
struct Opening {
    /// The nearest line above that says what happened; empty where none does.
    title: TextId,
    process: TextId,
    pid: Option<u32>,
    host: TextId,
}

/// What a line that is of no dump is to the dump below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Above {
    /// It says what happened.
    Title,
    /// The printer's all the same.
    Known,
    /// Not known.
    Other,
}

/// A printer of dumps.
struct Kind {
    /// Rare words, one of which is in every line of a log that may begin a dump. Each is searched for in every log: the fewer, the better.
    anchors: &'static [&'static str],
    /// Whether a line begins a dump.
    opens: fn(&[u8]) -> bool,
    /// What a line in front of a dump is to it.
    above: fn(&[u8]) -> Above,
    /// A reader of the stream.
    reader: fn(Opening) -> Box<dyn Reader>,
}

/// Printers that write into the log of a process: looked for in every log.
static KINDS: &[&Kind] = &[
    &go::DUMP,
    &go::PROFILE,
    &java::THREADS,
    &java::CORE,
    &java::OUTSIDE,
    &kernel::REPORT,
    &node::FATAL,
    &node::UNCAUGHT,
    &python::FAULT,
    &rust_panic::PANIC,
];

/// Tools that are asked for a dump and print nothing else. What is searched for in every log must be long words, and theirs are short: they
/// are looked for where the first lines of a log are such a dump, and in inputs that are nothing else.
static TOOLS: &[&Kind] = &[&dotnet::DUMP, &kernel::CRASH, &native::DUMP, &python::TOOLS];

/// What is only told where an input is nothing but a dump: in a log their lines may be anybody's.
static ALONE: &[&Kind] = &[&java::QUOTED, &kernel::PROC_STACK];

/// Puts a dump that is complete where it belongs, with the time of the record it stands in.
fn push(mut dump: StackDump, opening: &Opening, out: &mut Parsed) {
    (dump.title, dump.process, dump.pid) = (opening.title, opening.process, dump.pid.or(opening.pid));
    dump.host = opening.host;
    let LineRange { first, last } = dump.locator.lines;
    let record = out.records.at_line(first);
    if record.zip(out.records.at_line(last)).is_some_and(|(first, last)| is_backwards(out, first..=last)) {
        out.issues.add(IssueCode::NewestFirst, first, dump.locator.bytes.start);
        return;
    }
    // What the dump says of itself counts only where nothing around it has a time.
    let around = out.records.wall_at(&dump.locator);
    dump.wall = if around.is_some() { around } else { dump.wall };
    out.dumps.push(dump);
}

/// Whether the records of a dump stand newest first, as consoles of log stores give them: whose frame a line is cannot be told then.
fn is_backwards(out: &Parsed, records: RangeInclusive<usize>) -> bool {
    let mut walls = records.filter_map(|index| Some(out.records.get(index)?.wall)).filter(|wall| wall.is_some());
    let Some(first) = walls.next() else { return false };
    let (mut last, mut n) = (first, 1);
    walls.all(|wall| {
        n += 1;
        std::mem::replace(&mut last, wall) >= wall
    }) && n > 2
        && last < first
}

/// The parser of inputs that are dumps and hardly anything else. Heads of dumps and tasks are records, so that they can be found and
/// shown like the lines of a log.
struct StackParser {
    scanner: DumpScanner,
    /// The time that was written above the dump, on a line of its own: it is that of all heads below which have none.
    above: (WallTime, WallKind),
}

/// A decimal number that is the whole text.
fn decimal(digits: &[u8]) -> Option<u64> {
    let add = |number: u64, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    };
    if digits.is_empty() { None } else { digits.iter().try_fold(0, add) }
}

/// A line that is nothing but a time, quoted or not: the virtual machine writes one above a dump, and so do scripts that take dumps.
fn bare_time(line: &[u8]) -> Option<(WallTime, WallKind)> {
    let from = line.iter().take(MAX_MARGIN + 1).position(u8::is_ascii_digit)?;
    let (margin, text) = line.split_at(from);
    let stamp = parse_iso(text.trim_ascii_end()).filter(|stamp| stamp.len == text.trim_ascii_end().len())?;
    let is_margin = margin.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'>' | b'|' | b'#' | b'*'));
    is_margin.then(|| stamp.utc().map_or((stamp.wall, WallKind::Local), |utc| (utc, WallKind::Utc)))
}

/// What may stand in front of such a line.
const MAX_MARGIN: usize = 8;

impl StackParser {
    fn boxed(evidence: EvidenceId) -> Box<dyn Parser> {
        Box::new(Self { scanner: DumpScanner::of_dumps(evidence), above: (WallTime::NONE, WallKind::Unclocked) })
    }
}

impl Parser for StackParser {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::log::report_bytes(block, out);
        if out.records.is_empty() {
            out.wall_kind = WallKind::Unclocked;
        }
        let Self { scanner, above } = self;
        let n_foreseen = scanner.scan_every_line(block, out, &mut |line, fate, out| {
            if line.is_cut() {
                out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            // Where a javacore has said its time in UTC, that of its zone says no more.
            let is_news = |time: &(WallTime, WallKind)| time.1 == WallKind::Utc || above.1 != WallKind::Utc;
            let of_core = || java::parse_core_time(line.bytes).filter(is_news);
            let of_crash = || kernel::parse_date(line.bytes);
            if let Some(time) = bare_time(line.bytes).or_else(of_core).or_else(of_crash) {
                *above = time;
            }
            match fate.taken {
                _ if fate.is_blank => out.lines.skipped += 1,
                Taken::Head => {
                    let (wall, kind) = if fate.wall.is_some() { (fate.wall, fate.kind) } else { *above };
                    if out.wall_kind == WallKind::Unclocked {
                        out.wall_kind = kind;
                    }
                    let wall = if out.wall_kind == kind { wall } else { WallTime::NONE };
                    out.records.push(line.number, wall, Level::None, fate.process);
                    out.lines.parsed += 1;
                }
                Taken::Part => out.lines.parsed += 1,
                Taken::Foreign => {
                    out.lines.failed += 1;
                    out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
                }
            }
        });
        out.lines.parsed += n_foreseen;
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.scanner.finish(out);
    }
}
