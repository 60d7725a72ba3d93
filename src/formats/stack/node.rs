//! What Node.js leaves behind: diagnostic reports (`--report-on-signal`, `process.report`), fatal errors and errors that nobody caught.
//!
//! ```text
//! {"header":{"reportVersion":3,"event":"Signal","trigger":"SIGUSR2","dumpEventTimeStamp":"1690121000123","processId":4711,"commandLine":["node","/app/x.js"]},
//!  "javascriptStack":{"message":"","stack":["at next (/app/x.js:149:13)"]},"nativeStack":[{"pc":"0x0000000000b7b3e0","symbol":"node::Abort() [node]"}]}
//!
//! FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
//!  1: 0xb7b3e0 node::Abort() [node]
//!
//! /app/server.js:42                                                      also node:internal/child_process:420
//!     throw new Error('pool exhausted');
//!     ^
//!
//! Error: pool exhausted
//!     at Pool.acquire (/app/server.js:42:11) {
//!   [cause]: Error: connect ECONNREFUSED 10.0.0.1:5432
//!       at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)
//! }
//!
//! Node.js v20.11.0
//! ```
//! A report is a dump of its main thread and its workers: the JavaScript stack, and the native one where there is none. So is an error
//! that ended the process; what caused it follows in its stack, behind the line that says so. In a log such an error is told by its source
//! line. Errors that were only logged are no dumps and stay its lines. *Unverified*: written from the documentation, not from a corpus.
//!
//! Its `userLimits` are limits of the process: `ulimit -u` and `ulimit -n`, soft and hard.
//!
//! Source: <https://nodejs.org/api/report.html>. Not supported: `libuv` and `resourceUsage` of a report.

use crate::model::memmem;
use crate::model::words::places_of;
use memchr::{memchr_iter, memchr2, memrchr};

use super::draft::Draft;
use super::{Above, Kind, Opening, Parsed, Reader, StackParser, Taken, Text};
use crate::evidence::Block;
use crate::formats::metrics::json::{Broken, Reader as Json, unescape};
use crate::formats::time::number;
use crate::formats::whole::{Places, WholeParser};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::{
    ByteRange, DumpKind, EvidenceId, IssueCode, Level, Limit, LimitName, LimitOrigin, LineRange, Locator, Scope, Task,
    WallKind, WallTime,
};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "node-stack", family: Family::Stack, sniff, parser };

/// Fatal errors, alone or in a log.
pub(super) static FATAL: Kind =
    Kind { anchors: &["FATAL ERROR: "], opens: |line| line.starts_with(b"FATAL ERROR: "), above, reader: open };

/// Errors that nobody caught, alone or in a log.
pub(super) static UNCAUGHT: Kind = Kind {
    // Short words are dear. Source lines are indented; what is thrown without that is new, or `err`.
    anchors: &["  throw ", "\t\tthrow ", "throw new ", "throw err", "triggerUncaughtException("],
    opens: |line| begins(line).is_some(),
    above,
    reader: open,
};

fn sniff(head: &Head<'_>) -> u8 {
    if is_report(head) {
        return 95;
    }
    super::sniff::sniff_dump(head, &[&FATAL, &UNCAUGHT], |line| {
        parse_native(line).is_some() || parse_at(line).is_some()
    })
}

/// How an error that nobody caught begins: `Some(true)` for the line of the program that threw, or Node's own; `Some(false)` for the mark
/// under it, or the word of consoles, behind which it is sure.
fn begins(line: &[u8]) -> Option<bool> {
    let text = line.trim_ascii();
    let is_source = text.starts_with(b"throw ") && memchr2(b';', b'(', text).is_some()
        || text.starts_with(b"triggerUncaughtException(");
    let is_mark = !text.is_empty() && text.iter().all(|byte| *byte == b'^');
    (is_source || is_mark || line.starts_with(UNCAUGHT_WORD)).then_some(is_source)
}

/// What consoles write in front of an error.
const UNCAUGHT_WORD: &[u8] = b"Uncaught ";

fn is_report(head: &Head<'_>) -> bool {
    let first = head.bytes.trim_ascii_start();
    first.starts_with(b"{") && memmem::find(head.bytes, b"\"reportVersion\"").is_some() && {
        let keys: [&[u8]; 3] = [b"\"header\"", b"\"trigger\"", b"\"processId\""];
        keys.iter().all(|key| memmem::find(head.bytes, key).is_some())
    }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    if is_report(head) { WholeParser::boxed(evidence, read_whole) } else { StackParser::boxed(evidence) }
}

fn above(line: &[u8]) -> Above {
    match line {
        _ if line.starts_with(b"<--- Last few GCs --->") || line.starts_with(b"<--- JS stacktrace --->") => {
            Above::Known
        }
        _ if line.starts_with(b"Node.js v") => Above::Known,
        // Where the error was thrown.
        _ if line.starts_with(b"/") || line.starts_with(b"node:") => {
            let is_place = memrchr(b':', line).and_then(|at| number(&line[at + 1..])).is_some();
            if is_place { Above::Known } else { Above::Other }
        }
        // `[1:0x55e0]   120034 ms: Mark-sweep 2044.1 (2050.2) -> 2043.8 MB`
        _ if line.starts_with(b"[") && memmem::find(line, b" ms: ").is_some() => Above::Known,
        _ => Above::Other,
    }
}

/// The function of ` 1: 0xb7b3e0 node::Abort() [node]`.
fn parse_native(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = line.trim_ascii();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..)?.strip_prefix(b": 0x").filter(|_| (1..=3).contains(&digits))?;
    let end = rest.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(rest.len());
    let (function, module) = symbol(rest[end..].trim_ascii_start());
    // Without symbols the address is all there is.
    let from = text.len() - rest.len() - 2;
    Some((if function.is_empty() { &text[from..from + 2 + end] } else { function }, module))
}

/// Function and module of `node::Abort() [node]`.
fn symbol(text: &[u8]) -> (&[u8], &[u8]) {
    match memmem::rfind(text, b"[").filter(|_| text.ends_with(b"]")) {
        Some(at) => (text[..at].trim_ascii_end(), &text[at + 1..text.len() - 1]),
        None => (text, &[]),
    }
}

/// Function, file and line of `at next (/app/x.js:149:13)` or `at /app/x.js:149:13`.
fn parse_call(text: &str) -> Option<(&str, &str, u32)> {
    let rest = text.trim().strip_prefix("at ")?;
    let (function, place) = match rest.strip_suffix(')').and_then(|rest| Some((rest, places_of(rest, " (").last()?))) {
        Some((rest, place)) => (&rest[..place], &rest[place + 2..]),
        None => ("<anonymous>", rest),
    };
    let (place, column) = place.rsplit_once(':')?;
    number(column.as_bytes())?;
    let (file, line) = place.rsplit_once(':')?;
    Some((function, file, number(line.as_bytes())?))
}

/// The same of a line of text; an object's properties may begin behind it.
fn parse_at(line: &[u8]) -> Option<(&str, &str, u32)> {
    parse_call(std::str::from_utf8(line).ok()?.trim_ascii().trim_end_matches([' ', '{']))
}

fn open(opening: Opening) -> Box<dyn Reader> {
    Box::new(FatalReader { draft: Draft::new(DumpKind::Node, opening, |_, _, _| None), thrown: None })
}

struct FatalReader {
    draft: Draft,
    /// The title of an error whose stack has not begun; empty where the title is due.
    thrown: Option<Vec<u8>>,
}

impl Reader for FatalReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if text.starts_with(b"FATAL ERROR: ") {
            self.draft.title(text, out);
            let name = out.dumps.symbols.text(b"main");
            self.draft.begin(Task { name, ..Task::new(0, line.place) }, line, out);
            return Taken::Head;
        }
        if let Some(taken) = self.uncaught(line, out) {
            return taken;
        }
        let Some((function, module)) = parse_native(text).filter(|_| self.draft.has_task()) else {
            return if above(text) == Above::Other { Taken::Foreign } else { Taken::Part };
        };
        self.draft.add(function, (!module.is_empty()).then_some((module, 0)), &mut out.dumps.symbols);
        self.draft.cover(line);
        Taken::Part
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.draft.end_dump(out);
    }
}

impl FatalReader {
    /// A line of an error that nobody caught.
    fn uncaught(&mut self, line: &Text<'_>, out: &mut Parsed) -> Option<Taken> {
        let text = line.bytes;
        if let Some(is_source) = begins(text) {
            self.draft.end_dump(out);
            // Only what is marked was thrown there.
            self.thrown = (!is_source).then(|| text.strip_prefix(UNCAUGHT_WORD).unwrap_or_default().to_vec());
            return Some(Taken::Head);
        }
        let call = parse_at(text);
        let is_title = self.thrown.as_ref().is_some_and(Vec::is_empty);
        if let Some(title) = self.thrown.take_if(|_| is_title || call.is_some()) {
            self.draft.title(if is_title { text } else { &title }, out);
            let name = out.dumps.symbols.text(b"main");
            self.draft.begin(Task { name, ..Task::new(0, line.place) }, line, out);
        }
        if !self.draft.has_task() {
            return None;
        }
        let cause = text.trim_ascii();
        if let Some((function, file, line)) = call {
            self.draft.add(function.as_bytes(), Some((file.as_bytes(), line)), &mut out.dumps.symbols);
        } else if cause.starts_with(b"[cause]: ") {
            self.draft.add(cause, None, &mut out.dumps.symbols);
        } else if !is_title && !text.starts_with(b"  ") && text != b"}" {
            // The log goes on: frames below are of what it tells.
            if self.draft.n_frames() > 0 && parse_native(text).is_none() {
                self.draft.end_dump(out);
            }
            return None;
        }
        self.draft.cover(line);
        Some(Taken::Part)
    }
}

fn read_whole(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    crate::formats::log::report_bytes(&Block { bytes, offset: 0, first_line: 1 }, out);
    let n_lines = memchr_iter(b'\n', bytes).count() as u64 + u64::from(bytes.last().is_some_and(|last| *last != b'\n'));
    out.wall_kind = WallKind::Unclocked;
    let opening = Opening::default();
    let draft = Draft::new(DumpKind::Node, opening, |_, _, _| None);
    let mut report = Report { evidence, bytes, counted: (0, 1), draft, pid: None, wall: WallTime::NONE };
    let n_dumps = out.dumps.kept.len();
    let read = report.read(out);
    let wall = report.wall;
    report.draft.end_dump(out);
    if wall.is_some() {
        out.wall_kind = WallKind::Utc;
    }
    if n_lines > 0 {
        let from = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
        out.records.push(Places::new(bytes).line_of(from), wall, Level::None, b"node");
    }
    let dumps = &mut out.dumps.kept[n_dumps..];
    dumps.iter_mut().for_each(|dump| dump.wall = wall);
    out.lines.parsed += n_lines;
    if read.is_err() {
        dumps.iter_mut().for_each(|dump| dump.is_cut = true);
        out.issues.add(IssueCode::TruncatedDocument, u32::try_from(n_lines).unwrap_or(u32::MAX), bytes.len() as u64);
    }
}

/// A report being read.
struct Report<'a> {
    evidence: EvidenceId,
    bytes: &'a [u8],
    /// Lines are counted up to here: offset and number.
    counted: (usize, u32),
    draft: Draft,
    pid: Option<u32>,
    wall: WallTime,
}

impl Report<'_> {
    fn place(&mut self, from: usize, to: usize) -> Locator {
        let (at, line) = self.counted;
        let lines = |from: usize, to: usize| {
            let text = self.bytes.get(from..to).unwrap_or_default();
            u32::try_from(memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
        };
        let first = line.saturating_add(lines(at, from));
        self.counted = (from.max(at), first);
        let last = first.saturating_add(lines(from, to));
        let bytes = ByteRange { start: from as u64, end: to as u64 };
        Locator { evidence: self.evidence, bytes, lines: LineRange { first, last } }
    }

    fn read(&mut self, out: &mut Parsed) -> Result<(), Broken> {
        let mut json = Json::new(self.bytes, 0);
        self.thread(&mut json, b"main", out)
    }

    /// One thread's report: the main one, or a worker's inside it.
    fn thread(&mut self, json: &mut Json<'_>, name: &[u8], out: &mut Parsed) -> Result<(), Broken> {
        json.expect(b'{')?;
        let (mut is_first, mut has_script) = (true, false);
        while json.has_item(is_first, b'}')? {
            is_first = false;
            match json.key()? {
                b"header" => self.header(json, out)?,
                b"javascriptStack" => has_script = self.script(json, name, out)?,
                b"nativeStack" if !has_script => self.native(json, name, out)?,
                b"workers" if name == b"main" => {
                    json.expect(b'[')?;
                    let mut is_first = true;
                    while json.has_item(is_first, b']')? {
                        is_first = false;
                        self.thread(json, b"worker", out)?;
                    }
                }
                b"userLimits" if name == b"main" => self.limits(json, out)?,
                _ => json.skip()?,
            }
        }
        Ok(())
    }

    /// `{"max_user_processes":{"soft":4096,"hard":"unlimited"},"open_files":…}`
    fn limits(&mut self, json: &mut Json<'_>, out: &mut Parsed) -> Result<(), Broken> {
        json.expect(b'{')?;
        let mut is_first = true;
        while json.has_item(is_first, b'}')? {
            is_first = false;
            let name = match json.key()? {
                b"max_user_processes" => LimitName::UlimitProcesses,
                b"open_files" => LimitName::UlimitFiles,
                _ => {
                    json.skip()?;
                    continue;
                }
            };
            json.expect(b'{')?;
            let mut is_first = true;
            while json.has_item(is_first, b'}')? {
                is_first = false;
                json.peek()?;
                let (from, key) = (json.at, json.key()?);
                let soft = key == b"soft";
                let value = match json.scalar()? {
                    b"unlimited" => None,
                    digits => match std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()) {
                        Some(value) => Some(value),
                        None => continue,
                    },
                };
                let Some(pid) = self.pid.filter(|_| soft || key == b"hard") else { continue };
                let (scope, locator) = (Scope::Process(pid.to_string()), self.place(from, json.at));
                out.limits.push(Limit { name, scope, value, origin: LimitOrigin::Live, soft, locator });
            }
        }
        Ok(())
    }

    fn header(&mut self, json: &mut Json<'_>, out: &mut Parsed) -> Result<(), Broken> {
        json.expect(b'{')?;
        let (mut is_first, mut event, mut trigger) = (true, String::new(), String::new());
        while json.has_item(is_first, b'}')? {
            is_first = false;
            match json.key()? {
                b"event" => event = unescape(json.string()?),
                b"trigger" => trigger = unescape(json.string()?),
                b"processId" => {
                    self.pid = number(json.scalar()?);
                    self.draft.process(b"node", self.pid, out);
                }
                b"dumpEventTimeStamp" => {
                    let text = std::str::from_utf8(json.scalar()?).unwrap_or_default();
                    let ns = text.parse().ok().and_then(|ms: i64| ms.checked_mul(1_000_000));
                    self.wall = ns.filter(|ns| *ns > 0 && !self.wall.is_some()).map_or(self.wall, WallTime);
                }
                _ => json.skip()?,
            }
        }
        let title = [event, trigger].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        if !self.draft.has_task() {
            self.draft.title(title.as_bytes(), out);
        }
        Ok(())
    }

    /// `{"message":"…","stack":["at …"]}`; whether it holds a stack.
    fn script(&mut self, json: &mut Json<'_>, name: &[u8], out: &mut Parsed) -> Result<bool, Broken> {
        let from = json.at;
        let mut calls = Vec::new();
        json.expect(b'{')?;
        let mut is_first = true;
        while json.has_item(is_first, b'}')? {
            is_first = false;
            if json.key()? != b"stack" {
                json.skip()?;
                continue;
            }
            json.expect(b'[')?;
            let mut is_first = true;
            while json.has_item(is_first, b']')? {
                is_first = false;
                calls.push(unescape(json.string()?));
            }
        }
        let calls: Vec<_> = calls.iter().filter_map(|call| parse_call(call)).collect();
        if !calls.is_empty() {
            self.begin(name, from, json.at, out);
            for (function, file, line) in &calls {
                self.draft.add(function.as_bytes(), Some((file.as_bytes(), *line)), &mut out.dumps.symbols);
            }
        }
        Ok(!calls.is_empty())
    }

    /// `[{"pc":"0x…","symbol":"node::Abort() [node]"}]`
    fn native(&mut self, json: &mut Json<'_>, name: &[u8], out: &mut Parsed) -> Result<(), Broken> {
        let from = json.at;
        let mut symbols = Vec::new();
        json.expect(b'[')?;
        let mut is_first = true;
        while json.has_item(is_first, b']')? {
            is_first = false;
            json.expect(b'{')?;
            let mut is_first = true;
            while json.has_item(is_first, b'}')? {
                is_first = false;
                if json.key()? == b"symbol" { symbols.push(unescape(json.string()?)) } else { json.skip()? }
            }
        }
        if !symbols.is_empty() {
            self.begin(name, from, json.at, out);
            for text in &symbols {
                let (function, module) = symbol(text.as_bytes());
                self.draft.add(function, (!module.is_empty()).then_some((module, 0)), &mut out.dumps.symbols);
            }
        }
        Ok(())
    }

    fn begin(&mut self, name: &[u8], from: usize, to: usize, out: &mut Parsed) {
        let place = self.place(from, to);
        let name = out.dumps.symbols.text(name);
        self.draft.begin(Task { name, ..Task::new(0, place) }, &Text { bytes: &[], place }, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_apart() {
        assert_eq!(parse_native(b" 1: 0xb7b3e0 node::Abort() [node]"), Some((&b"node::Abort()"[..], &b"node"[..])));
        assert_eq!(parse_native(b" 2: 0xa8c89a  [node]"), Some((&b"0xa8c89a"[..], &b"node"[..])));
        assert_eq!(parse_native(b"13: 0x7f1c "), Some((&b"0x7f1c"[..], &b""[..])));
        assert_eq!(parse_native(b"12: 30 o'clock"), None);
        assert_eq!(parse_call("at next (/app/x.js:149:13)"), Some(("next", "/app/x.js", 149)));
        assert_eq!(
            parse_call("    at node:internal/timers:581:17"),
            Some(("<anonymous>", "node:internal/timers", 581))
        );
        assert_eq!(parse_call("at Unavailable."), None);
    }
}
