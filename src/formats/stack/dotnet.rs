//! Threads of a .NET process: SOS (`clrstack -all` and `syncblk` in a debugger or `dotnet-dump`) and `dotnet-stack report`.
//!
//! ```text
//! OS Thread Id: 0x2900 (0)                                                   SOS
//!         Child SP               IP Call Site
//! 000000C5E557E5F8 00007ffd8c5b06e4 [HelperMethodFrame_1OBJ: 000000c5e557e5f8] System.Threading.Monitor.ObjWait(Boolean, Int32, System.Object)
//! 000000C5E557E730 00007ffd2bd01234 Orders.Program.Main(System.String[]) [C:\src\Program.cs @ 12]
//!
//! Thread (0x48839B):                                                         dotnet-stack
//!   [Native Frames]
//!   System.Private.CoreLib.il!System.Threading.Monitor.Wait(class System.Object,int32)
//! ```
//! Which object a thread waits for and who owns it is not printed with the stacks, and not guessed: `syncblk` beside them says it (see
//! `syncblk`). *Unverified*: written from the documentation and from outputs that people published, not from a corpus.
//!
//! Source: <https://learn.microsoft.com/dotnet/core/diagnostics/sos-debugging-extension>,
//! <https://learn.microsoft.com/dotnet/core/diagnostics/dotnet-stack>. Not supported: `dumpasync`, `parallelstacks`, `dlk` of SOSEX.

use crate::model::memmem;
use memchr::{memchr, memrchr};

use super::draft::Draft;
use super::sniff::sniff_dump;
use super::syncblk::{self, Monitor};
use super::{Above, Kind, Opening, Parsed, Reader, StackParser, Taken, Text};
use crate::formats::time::number;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::{DumpKind, EvidenceId, Task, WaitClass};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "dotnet-stack", family: Family::Stack, sniff, parser };

/// What both tools print.
pub(super) static DUMP: Kind = Kind {
    anchors: &["OS Thread Id: 0x", "Thread (0x", "MonitorHeld"],
    opens: |line| parse_head(line).is_some() || syncblk::is_header(line),
    above: |line| if is_noise(line) { Above::Known } else { Above::Other },
    reader: open,
};

fn sniff(head: &Head<'_>) -> u8 {
    sniff_dump(head, &[&DUMP], |line| parse_frame(line).is_some() || syncblk::is_row(line))
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}

fn is_noise(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    text == b"[Native Frames]"
        || text.starts_with(b"Child SP") && text.ends_with(b"Call Site")
        || text.starts_with(b"Unable to walk the managed stack")
        || text.starts_with(b"Failed to start stack walk")
        || matches!(text, b"PARAMETERS:" | b"LOCALS:" | b"<no data>")
        || syncblk::is_noise(line)
        || value_of(text).is_some()
        || is_prompt(text)
}

/// `> clrstack -all`, `0:000> !syncblk`, `(lldb) clrstack`.
fn is_prompt(text: &[u8]) -> bool {
    let command = match memmem::find(text, b"> ") {
        Some(at) if text[..at].iter().all(|byte| byte.is_ascii_digit() || *byte == b':') => &text[at + 2..],
        _ => text.strip_prefix(b"(lldb) ").unwrap_or_default(),
    };
    let command = command.trim_ascii_start().trim_ascii_end();
    [&b"clrstack"[..], b"!clrstack", b"~*e !clrstack", b"syncblk", b"!syncblk", b"clrthreads", b"!threads", b"sos "]
        .iter()
        .any(|known| command.to_ascii_lowercase().starts_with(known))
}

/// What `clrstack -a` prints of a parameter or a local variable: `this (0x000000C5E557E780) = 0x0000024a02f81230`.
fn value_of(text: &[u8]) -> Option<u64> {
    let at = memmem::rfind(text, b" = 0x")?;
    let name = text[..at].trim_ascii();
    let is_place = name.starts_with(b"0x") || name.ends_with(b")") || name == b"<CLR reg>";
    u64::from_str_radix(std::str::from_utf8(&text[at + 5..]).ok()?, 16).ok().filter(|_| is_place)
}

/// Frames around whose call values tell what a thread is about to enter.
const VALUED_FRAMES: usize = 4;
/// Values of a thread that are kept.
const MAX_VALUES: usize = 64;

/// The system's id of `OS Thread Id: 0x2900 (0)` or `Thread (0x48839B):`, and how it is written.
fn parse_head(line: &[u8]) -> Option<(u64, &[u8])> {
    let text = line.trim_ascii_end();
    let rest = match text.strip_prefix(b"OS Thread Id: ") {
        // The debugger's own number follows: without it the line was cut.
        Some(rest) => &rest[..memmem::find(rest, b" (").filter(|_| rest.ends_with(b")"))?],
        None => text.strip_prefix(b"Thread (")?.strip_suffix(b"):")?,
    };
    let digits = std::str::from_utf8(rest.strip_prefix(b"0x")?).ok()?;
    Some((u64::from_str_radix(digits, 16).ok()?, rest))
}

/// A frame: function without arguments, module or file, line.
fn parse_frame(line: &[u8]) -> Option<(&[u8], &[u8], u32)> {
    let text = line.trim_ascii();
    let is_address = |word: &[u8]| word.len() >= 8 && word.iter().all(u8::is_ascii_hexdigit);
    let mut words = text.splitn(3, |byte| *byte == b' ');
    if is_address(words.next()?) {
        let rest = words.next().filter(|word| is_address(word)).and(words.next())?.trim_ascii_start();
        // `[HelperMethodFrame: 000000c5e557e5f8] ` stands in front of the method that it helps; alone it is the runtime's.
        let rest = match rest.strip_prefix(b"[") {
            Some(helper) => helper[memchr(b']', helper)? + 1..].trim_ascii_start(),
            None => rest,
        };
        let (call, place) = match memmem::rfind(rest, b" [").filter(|_| rest.ends_with(b"]")) {
            Some(at) => (&rest[..at], &rest[at + 2..rest.len() - 1]),
            None => (rest, &[][..]),
        };
        let (file, line) = match memmem::rfind(place, b" @ ") {
            Some(at) => (&place[..at], number(&place[at + 3..]).unwrap_or(0)),
            None => (&[][..], 0),
        };
        let function = without_args(call);
        return (!function.is_empty()).then_some((function, file, line));
    }
    let bang = memchr(b'!', text)?;
    let (module, call) = (&text[..bang], &text[bang + 1..]);
    let is_module = !module.is_empty() && memchr(b' ', module).is_none() && line.starts_with(b" ");
    (is_module && call.contains(&b'.') || text == b"?!?").then(|| (without_args(call), module, 0))
}

/// Names of generated methods hold angle brackets and no parentheses: the first one begins the arguments.
fn without_args(call: &[u8]) -> &[u8] {
    let end = memchr(b'(', call).unwrap_or(call.len());
    &call[..end]
}

/// What a method of the runtime says its thread waits for.
fn wait_of(_index: usize, function: &str, _file: &str) -> Option<WaitClass> {
    let (of, method) = function.rsplit_once('.')?;
    match (of.rsplit(['.', '+']).next()?, method) {
        ("Monitor", "Enter" | "ReliableEnter" | "TryEnter" | "ReliableEnterTimeout" | "Enter_Slowpath") => {
            Some(WaitClass::Lock)
        }
        ("Lock", "Enter" | "EnterScope" | "TryEnterSlow") | ("SpinLock", _) => Some(WaitClass::Lock),
        ("ReaderWriterLockSlim", _) | ("SemaphoreSlim", "Wait") => Some(WaitClass::Lock),
        ("Monitor", "Wait" | "ObjWait") => Some(WaitClass::Condition),
        ("ManualResetEventSlim", "Wait") | ("CountdownEvent", "Wait") | ("Barrier", _) => Some(WaitClass::Condition),
        ("BlockingCollection`1", _) | ("Channel`1", _) => Some(WaitClass::Channel),
        ("Thread", "Sleep" | "SleepInternal") => Some(WaitClass::Sleep),
        ("Thread", "Join" | "JoinInternal") | ("Task", "Wait" | "InternalWait" | "WaitAll" | "WaitAny") => {
            Some(WaitClass::Join)
        }
        ("Process", "WaitForExit" | "WaitForExitCore") => Some(WaitClass::Join),
        ("LowLevelLifoSemaphore", _) => Some(WaitClass::Idle),
        ("Socket", "Receive" | "Send" | "Accept" | "Connect" | "Poll") | ("SocketPal", _) => Some(WaitClass::Io),
        ("FileStream" | "RandomAccess" | "SslStream" | "NetworkStream", "Read" | "Write" | "ReadAtOffset") => {
            Some(WaitClass::Io)
        }
        _ => None,
    }
}

fn open(opening: Opening) -> Box<dyn Reader> {
    let draft = Draft::new(DumpKind::Dotnet, opening, wait_of);
    Box::new(DotnetReader { draft, monitors: Vec::new(), is_listing: false, is_whole: false, values: Vec::new() })
}

struct DotnetReader {
    draft: Draft,
    /// What `syncblk` lists, before or behind the stacks.
    monitors: Vec<Monitor>,
    /// Its rows are being read.
    is_listing: bool,
    /// The rule below its last row was read.
    is_whole: bool,
    /// Values printed around the innermost calls of every task.
    values: Vec<Vec<u64>>,
}

impl DotnetReader {
    fn end_dump(&mut self, out: &mut Parsed) {
        if let Some(first) = self.monitors.first() {
            let symbols = &mut out.dumps.symbols;
            let dump = self.draft.whole(first.place, symbols);
            syncblk::attach(dump, &self.monitors, self.is_whole, &self.values, symbols);
            self.monitors.clear();
        }
        self.values.clear();
        self.draft.end_dump(out);
    }

    /// A value around one of the innermost calls of the task that is read.
    fn keep(&mut self, value: u64) {
        let index = self.draft.n_tasks();
        self.values.resize(index + 1, Vec::new());
        if self.draft.n_frames() <= VALUED_FRAMES && self.values[index].len() < MAX_VALUES {
            self.values[index].push(value);
        }
    }

    /// The listing of monitors.
    fn listing(&mut self, line: &Text<'_>, out: &mut Parsed) -> Option<Taken> {
        if syncblk::is_header(line.bytes) {
            if !self.monitors.is_empty() {
                self.end_dump(out);
            }
            self.draft.end_task(&mut out.dumps.symbols);
            (self.is_listing, self.is_whole) = (true, false);
            return Some(Taken::Head);
        }
        self.is_whole |= self.is_listing && line.bytes.starts_with(b"-----");
        let is_row =
            self.is_listing && syncblk::push(&mut self.monitors, line.bytes, line.place, &mut out.dumps.symbols);
        is_row.then_some(Taken::Part)
    }
}

impl Reader for DotnetReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if let Some(taken) = self.listing(line, out) {
            return taken;
        }
        if let Some((id, written)) = parse_head(text) {
            self.is_listing = false;
            if self.draft.has_seen(id) {
                self.end_dump(out);
            }
            let name = out.dumps.symbols.text(written);
            self.draft.begin(Task { name, ..Task::new(id, line.place) }, line, out);
            return Taken::Head;
        }
        if !self.draft.has_task() {
            return if is_noise(text) { Taken::Part } else { Taken::Foreign };
        }
        if let Some(value) = value_of(text.trim_ascii()) {
            self.keep(value);
            self.draft.cover(line);
            return Taken::Part;
        }
        match parse_frame(text) {
            Some((function, file, number)) => {
                let place = (!file.is_empty()).then_some((file, number));
                self.draft.add(function, place, &mut out.dumps.symbols);
            }
            // Frames of the runtime itself: an address and a kind in brackets.
            None if is_noise(text) || memrchr(b']', text).is_some() && memmem::find(text, b"Frame").is_some() => {}
            None => return Taken::Foreign,
        }
        self.draft.cover(line);
        Taken::Part
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_dump(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_both_tools_come_apart() {
        for (line, want) in [
            (
                "000000C5E557E5F8 00007ffd8c5b06e4 [HelperMethodFrame_1OBJ: 000000c5e557e5f8] System.Threading.Monitor.ObjWait(Boolean, Int32)",
                "System.Threading.Monitor.ObjWait  0",
            ),
            (
                "000000C5E557E730 00007ffd2bd01234 Orders.Program.Main(System.String[]) [C:\\src\\Program.cs @ 12]",
                "Orders.Program.Main C:\\src\\Program.cs 12",
            ),
            (
                "  System.Private.CoreLib.il!System.Threading.Monitor.Wait(class System.Object,int32)",
                "System.Threading.Monitor.Wait System.Private.CoreLib.il 0",
            ),
        ] {
            let frame = parse_frame(line.as_bytes()).map(|(function, file, line)| {
                format!("{} {} {line}", String::from_utf8_lossy(function), String::from_utf8_lossy(file))
            });
            assert_eq!(frame.as_deref(), Some(want), "{line}");
        }
        for line in [
            "000000C5E557E9A0 00007ffd8c4d6b93 [GCFrame: 000000c5e557e9a0]",
            "hello world! it is.",
            "  [Native Frames]",
        ] {
            assert_eq!(parse_frame(line.as_bytes()), None, "{line}");
        }
        assert_eq!(parse_head(b"OS Thread Id: 0x2900 (0)"), Some((0x2900, &b"0x2900"[..])));
        assert_eq!(parse_head(b"Thread (0x48839B):"), Some((0x0048_839b, &b"0x48839B"[..])));
    }
}
