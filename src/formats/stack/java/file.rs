//! `jcmd Thread.dump_to_file`: threads in plain text and in JSON; Spring's JSON, which differs in names.

use crate::model::memmem;
use memchr::memchr_iter;

use super::super::super::metrics::json::{Broken, Reader as Json, unescape};
use super::super::super::time::{number, parse_iso};
use super::super::{Opening, Parsed, Taken, Text};
use super::build::Builder;
use super::frame::parse_call;
use super::head::{STATES, decimal};
use super::lock::{LockLine, parse_object};
use crate::model::sort::Order as _;
use crate::model::{ByteRange, EvidenceId, Level, LineRange, Locator, LockRelation, Task, WallTime};

/// The head of a thread: `#31 "worker-2" BLOCKED 2026-03-02T09:14:05.126Z`, `#18 "" virtual`.
struct FileHead<'a> {
    id: u64,
    name: &'a [u8],
    /// Empty before 25.
    state: &'a [u8],
    is_virtual: bool,
}

fn parse_head(line: &[u8]) -> Option<FileHead<'_>> {
    let rest = line.strip_prefix(b"#")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let id = decimal(&rest[..digits])?;
    let rest = rest[digits..].strip_prefix(b" \"")?;
    // A name may hold quotation marks: it ends at the first one behind which only known words come.
    memchr_iter(b'"', rest).find_map(|close| {
        let (mut state, mut is_virtual) = (&rest[..0], false);
        for word in rest[close + 1..].split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
            match word {
                b"virtual" => is_virtual = true,
                _ if STATES.contains(&word) => state = word,
                _ if parse_iso(word).is_some() => {}
                _ => return None,
            }
        }
        Some(FileHead { id, name: &rest[..close], state, is_virtual })
    })
}

/// Whether a line begins a thread.
pub(in super::super) fn is_head(line: &[u8]) -> bool {
    parse_head(line).is_some()
}

/// Reads the text, line by line.
pub(in super::super) struct FileText {
    build: Builder,
    /// Monitors that are told in front of their frame.
    locked: Vec<(Vec<u8>, u32)>,
    n_lines: u32,
}

impl FileText {
    pub(in super::super) fn new(opening: Opening) -> Self {
        Self { build: Builder::new(opening), locked: Vec::new(), n_lines: 0 }
    }

    /// Takes a line that is not blank.
    pub(in super::super) fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes.trim_ascii();
        let symbols = &mut out.dumps.symbols;
        self.n_lines = self.n_lines.saturating_add(1);
        if let Some(head) = parse_head(line.bytes) {
            let task = Task {
                name: symbols.text(head.name),
                state: symbols.text(head.state),
                labels: symbols.text(if head.is_virtual { b"virtual" } else { b"" }),
                ..Task::new(head.id, line.place)
            };
            self.build.begin_task(task, 0, out);
            return Taken::Head;
        }
        match self.n_lines {
            1 if text.iter().all(u8::is_ascii_digit) => self.build.set_pid(number(text)),
            2 | 3 if !self.build.has_task() => {}
            _ if text.starts_with(b"// ") => {
                let said = &text[3..];
                if let Some(object) = said.strip_prefix(b"locked ") {
                    self.locked.push((object.to_vec(), line.place.lines.first));
                } else if let Some(said) = parse_wait(said) {
                    self.build.lock(&said, line.place.lines.first, symbols);
                }
            }
            _ => match parse_call(text) {
                Some(frame) if self.build.has_task() => {
                    self.build.frame(&frame, symbols);
                    for (object, line) in self.locked.drain(..) {
                        if let Some(said) = parse_object(&object) {
                            self.build.lock(&LockLine { relation: LockRelation::Holds, ..said }, line, symbols);
                        }
                    }
                }
                _ => return Taken::Foreign,
            },
        }
        self.build.cover(line);
        Taken::Part
    }

    /// The input has ended.
    pub(in super::super) fn finish(&mut self, out: &mut Parsed) {
        self.build.end_dump(out);
    }
}

/// `parked on X@1b, owned by #30`, `blocked on X@1b`, `waiting on X@1b`
fn parse_wait(said: &[u8]) -> Option<LockLine<'_>> {
    let (relation, object) = [
        (&b"parked on "[..], LockRelation::Parks),
        (b"blocked on ", LockRelation::WaitsToLock),
        (b"waiting on ", LockRelation::WaitsForNotify),
    ]
    .into_iter()
    .find_map(|(words, relation)| Some((relation, said.strip_prefix(words)?)))?;
    const OWNED: &[u8] = b", owned by #";
    let at = memmem::find(object, OWNED);
    let owner = at.and_then(|at| decimal(&object[at + OWNED.len()..]));
    let object = &object[..at.unwrap_or(object.len())];
    let said = parse_object(object)?;
    Some(LockLine { relation, owner: owner.map(|id| (&object[..0], id)), ..said })
}

/// Containers inside containers come one behind the other, so nothing is nested deep.
struct JsonDump<'a> {
    bytes: &'a [u8],
    evidence: EvidenceId,
    build: Builder,
    /// Lines before this byte are counted.
    counted_to: usize,
    line: u32,
    wall: WallTime,
}

/// Reads the JSON. What stands before a break is kept.
///
/// # Errors
/// Where the document breaks: the byte.
pub(in super::super) fn read_json(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) -> Result<(), usize> {
    let build = Builder::new(Opening::default());
    let mut dump = JsonDump { bytes, evidence, build, counted_to: 0, line: 1, wall: WallTime::NONE };
    let mut json = Json::new(bytes, 0);
    let read = dump.document(&mut json, out);
    dump.build.is_cut = read.is_err();
    dump.build.end_dump(out);
    read.map_err(|Broken| json.at)
}

impl JsonDump<'_> {
    fn document(&mut self, json: &mut Json<'_>, out: &mut Parsed) -> Result<(), Broken> {
        // The first releases of Spring wrote the list alone.
        if json.peek()? == b'[' {
            return list(json, &mut |json| self.thread(json, out));
        }
        each(json, &mut |key, json| match key {
            b"threadDump" => self.thread_dump(json, out),
            b"threads" => list(json, &mut |json| self.thread(json, out)),
            _ => json.skip(),
        })
    }

    fn thread_dump(&mut self, json: &mut Json<'_>, out: &mut Parsed) -> Result<(), Broken> {
        each(json, &mut |key, json| {
            match key {
                b"processId" => self.build.set_pid(number(json.scalar()?)),
                b"time" => {
                    let wall = parse_iso(json.string()?).and_then(|stamp| stamp.utc());
                    self.wall = wall.unwrap_or(self.wall);
                }
                b"threadContainers" => list(json, &mut |json| self.container(json, out))?,
                _ => json.skip()?,
            }
            Ok(())
        })
    }

    fn container(&mut self, json: &mut Json<'_>, out: &mut Parsed) -> Result<(), Broken> {
        each(json, &mut |key, json| {
            if key == b"threads" { list(json, &mut |json| self.thread(json, out)) } else { json.skip() }
        })
    }

    fn thread(&mut self, json: &mut Json<'_>, out: &mut Parsed) -> Result<(), Broken> {
        json.peek()?;
        let start = json.at;
        let (mut id, mut name, mut state, mut is_virtual) = (0, String::new(), &b""[..], false);
        let (mut stack, mut said, mut held, mut owner) = (Vec::new(), Vec::new(), Vec::new(), 0);
        each(json, &mut |key, json| {
            match key {
                b"tid" | b"threadId" => id = decimal(json.scalar()?).unwrap_or(0),
                b"name" | b"threadName" => name = unescape(json.string()?),
                b"state" | b"threadState" => state = json.string()?,
                b"virtual" => is_virtual = json.scalar()? == b"true",
                b"blockedOn" => said.push((LockRelation::WaitsToLock, unescape(json.string()?), 0)),
                b"waitingOn" => said.push((LockRelation::WaitsForNotify, unescape(json.string()?), 0)),
                b"parkBlocker" => {
                    let [object, owner, old, ..] = json.fields(&[b"object", b"owner", b"exclusiveOwnerThreadId"])?;
                    let owner = decimal(owner).or_else(|| decimal(old)).unwrap_or(0);
                    said.push((LockRelation::Parks, unescape(object), owner));
                }
                b"stack" => list(json, &mut |json| {
                    stack.push(unescape(json.string()?));
                    Ok(())
                })?,
                // Spring's, from JMX: one word for every wait, and the owner beside it.
                b"lockName" => said.push((LockRelation::WaitsForNotify, unescape(json.scalar()?), 0)),
                b"lockOwnerId" => owner = decimal(json.scalar()?).unwrap_or(0),
                b"stackTrace" => list(json, &mut |json| {
                    let [class, method, file, line, ..] =
                        json.fields(&[b"className", b"methodName", b"fileName", b"lineNumber"])?;
                    stack.push(unescape(&[class, b".", method, b"(", file, b":", line, b")"].concat()));
                    Ok(())
                })?,
                b"lockedMonitors" | b"lockedSynchronizers" => list(json, &mut |json| {
                    let [class, hash, depth, ..] =
                        json.fields(&[b"className", b"identityHashCode", b"lockedStackDepth"])?;
                    let hash = format!("@{:x}", decimal(hash).unwrap_or(0));
                    held.push((number(depth).unwrap_or(0) as usize, unescape(class) + &hash));
                    Ok(())
                })?,
                b"monitorsOwned" => list(json, &mut |json| {
                    let (mut depth, mut locks) = (0, Vec::new());
                    each(json, &mut |key, json| {
                        match key {
                            b"depth" => depth = number(json.scalar()?).unwrap_or(0),
                            b"locks" => list(json, &mut |json| {
                                locks.push(unescape(json.string()?));
                                Ok(())
                            })?,
                            _ => json.skip()?,
                        }
                        Ok(())
                    })?;
                    held.extend(locks.into_iter().map(|lock| (depth as usize, lock)));
                    Ok(())
                })?,
                _ => json.skip()?,
            }
            Ok(())
        })?;
        let place = self.place(start, json.at);
        // A document on one line is one record.
        if out.records.last().is_none_or(|last| last.line != place.lines.first) {
            out.records.push(place.lines.first, self.wall, Level::None, &[]);
        }
        let symbols = &mut out.dumps.symbols;
        let task = Task {
            name: symbols.text(name.as_bytes()),
            state: symbols.text(state),
            labels: symbols.text(if is_virtual { b"virtual" } else { b"" }),
            ..Task::new(id, place)
        };
        self.build.begin_task(task, 0, out);
        let symbols = &mut out.dumps.symbols;
        let line = place.lines.first;
        for (relation, object, of_it) in &said {
            if let Some(said) = parse_object(object.as_bytes()) {
                let owner = Some(owner.max(*of_it)).filter(|owner| *owner != 0).map(|owner| (&b""[..], owner));
                self.build.lock(&LockLine { relation: *relation, owner, ..said }, line, symbols);
            }
        }
        held.order_by_key(|(depth, _)| *depth);
        let mut held = held.into_iter().peekable();
        for (depth, call) in stack.iter().enumerate() {
            if let Some(frame) = parse_call(call.as_bytes()) {
                self.build.frame(&frame, symbols);
            }
            while let Some((_, lock)) = held.next_if(|(at, _)| *at <= depth) {
                if let Some(said) = parse_object(lock.as_bytes()) {
                    self.build.lock(&LockLine { relation: LockRelation::Holds, ..said }, line, symbols);
                }
            }
        }
        Ok(())
    }

    /// Where bytes stand; asked for in order.
    fn place(&mut self, start: usize, end: usize) -> Locator {
        let mut line_of = |at: usize| {
            let passed = self.bytes.get(self.counted_to..at).unwrap_or(&[]);
            let n_lines = memchr_iter(b'\n', passed).count();
            self.line = self.line.saturating_add(u32::try_from(n_lines).unwrap_or(u32::MAX));
            self.counted_to = self.counted_to.max(at);
            self.line
        };
        let lines = LineRange { first: line_of(start), last: line_of(end) };
        Locator { evidence: self.evidence, bytes: ByteRange { start: start as u64, end: end as u64 }, lines }
    }
}

/// What is done with a member of an object: its key, and the reader at its value.
type Member<'a, 'f> = dyn FnMut(&'a [u8], &mut Json<'a>) -> Result<(), Broken> + 'f;

/// Every member of an object.
fn each<'a>(json: &mut Json<'a>, member: &mut Member<'a, '_>) -> Result<(), Broken> {
    json.expect(b'{')?;
    let mut is_first = true;
    while json.has_item(std::mem::take(&mut is_first), b'}')? {
        let key = json.key()?;
        member(key, json)?;
    }
    Ok(())
}

/// Every item of a list.
fn list<'a>(json: &mut Json<'a>, item: &mut dyn FnMut(&mut Json<'a>) -> Result<(), Broken>) -> Result<(), Broken> {
    json.expect(b'[')?;
    let mut is_first = true;
    while json.has_item(std::mem::take(&mut is_first), b']')? {
        item(json)?;
    }
    Ok(())
}
