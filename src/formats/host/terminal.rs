//! A pasted terminal: prompts, commands and what each printed.
//!
//! ```text
//! [root@node-xx ~]# df -h /
//! Filesystem      Size  Used Avail Use% Mounted on
//! /dev/sda1        40G   39G  1.0G  98% /
//! [root@node-xx ~]# ps -eLf | wc -l
//! 30113
//! ```
//! Every command's output is recognised by its content, with the path or the words of the command as its name, and read by the format that
//! claims it; where prompts were left out, a command is known by its words (`kubectl get pods`, `df -h`). Prompts and commands are nothing to understand. Counting the lines of a listing of threads gives their number, less the
//! header. Outputs whose clocks differ in kind share one input: the first clock decides. Times with a zone and local ones become each other
//! where an output writes the terminal's zone (`+0800`), and times without a year take that of the times before them; what cannot be told is
//! left out (`bad-time`).
//!
//! Not supported: what `prompt` does not; commands other than `sudo` that ask back; output in which a line looks like a prompt.

use super::prompt::{Prompt, parse_prompt};
use super::tally::{parse_whole, words};
use crate::evidence::{Block, Line, guard};
use crate::formats::detect::detect;
use crate::formats::time::parse_iso;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::time::Civil;
use crate::model::{ByteRange, EvidenceId, IssueCode, LineRange, Locator, ProcessSnapshot, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "terminal", family: Family::Host, sniff, parser };

/// How sure a paste with one kind of question is: any format that knows it is surer.
const ONE_QUESTION: u8 = 20;
/// Lines of an output in which a zone is looked for.
const OFFSET_LINES: usize = 20;
const DAY_NS: i64 = 86_400_000_000_000;
/// Commands longer than this are text.
const MAX_COMMAND_BYTES: usize = 200;

/// Programs whose name behind a lone `#` makes that a prompt and not a comment.
const PROGRAMS: &[&[u8]] = &[
    b"calicoctl",
    b"cat",
    b"ceph",
    b"crictl",
    b"curl",
    b"date",
    b"df",
    b"dig",
    b"dmesg",
    b"docker",
    b"free",
    b"grep",
    b"head",
    b"hostname",
    b"hostnamectl",
    b"iptables-save",
    b"journalctl",
    b"kubectl",
    b"ls",
    b"lscpu",
    b"lsof",
    b"mount",
    b"nc",
    b"netstat",
    b"nslookup",
    b"oc",
    b"pidstat",
    b"ping",
    b"prlimit",
    b"ps",
    b"pstree",
    b"sadf",
    b"sar",
    b"ss",
    b"sysctl",
    b"systemctl",
    b"tail",
    b"timedatectl",
    b"top",
    b"touch",
    b"ulimit",
    b"uname",
    b"uptime",
];

/// What a command's output belongs to: commands of one class are read together by the format that knows their prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class<'a> {
    /// Limits of the running system.
    Limits,
    /// Anything else, by its program and first word.
    Program(&'a [u8], &'a [u8]),
}

fn class_of<'a>(prompt: &Prompt<'a>) -> Class<'a> {
    let mut typed = prompt.words();
    let (program, first) = (typed.next().unwrap_or_default(), typed.next().unwrap_or_default());
    let is_setting = |word: &[u8]| {
        memchr::memmem::find(word, b"proc/sys/").is_some() || word.starts_with(b"/proc/") && word.ends_with(b"/limits")
    };
    let asks_setting = || prompt.words().skip(1).any(is_setting);
    match program {
        _ if prompt.command.contains(&b'|') => Class::Program(program, first),
        b"ulimit" | b"prlimit" | b"sysctl" => Class::Limits,
        b"cat" | b"head" | b"tail" | b"grep" | b"more" if asks_setting() => Class::Limits,
        // Tables of several resources are one kind of output; events and whole objects are read by other formats.
        b"kubectl" | b"oc" if matches!(first, b"get" | b"top") => {
            let others: [&[u8]; 4] = [b"events", b"ev", b"json", b"yaml"];
            let is_other = |word: &[u8]| others.iter().copied().find(|other| word.ends_with(other));
            Class::Program(b"kubectl", prompt.words().find_map(is_other).unwrap_or(b"get"))
        }
        b"kubectl" | b"oc" | b"docker" | b"crictl" | b"ceph" | b"systemctl" => Class::Program(program, first),
        b"cat" | b"head" | b"tail" | b"grep" => Class::Program(b"cat", prompt.words().last().unwrap_or_default()),
        _ => Class::Program(program, b""),
    }
}

/// A prompt with a command, where it is believed; or a command alone.
fn command_of(line: &[u8]) -> Option<Prompt<'_>> {
    let Some(prompt) = parse_prompt(line) else { return bare_command(line) };
    let is_known = || prompt.words().next().is_some_and(|program| PROGRAMS.contains(&program));
    (prompt.is_certain || is_known()).then_some(prompt)
}

/// `kubectl get pods -n shop`, `df -h`: what was typed without its prompt, as people quote it, where no sentence begins like that.
fn bare_command(line: &[u8]) -> Option<Prompt<'_>> {
    let prompt = Prompt { asked: None, command: line.trim_ascii_end(), is_certain: false };
    let mut typed = prompt.words();
    let (program, first) = (typed.next()?, typed.next()?);
    let is_told = match first {
        [b'/', ..] => true,
        [b'-', letter, ..] => letter.is_ascii_alphabetic(),
        verb => matches!(program, b"kubectl" | b"oc") && [&b"get"[..], b"describe", b"logs", b"top"].contains(&verb),
    };
    let begins = line.first().is_some_and(u8::is_ascii_lowercase) && line.len() < MAX_COMMAND_BYTES;
    (begins && is_told && PROGRAMS.contains(&program)).then_some(prompt)
}

fn sniff(head: &Head<'_>) -> u8 {
    let prompts: Vec<Prompt<'_>> =
        head.lines().filter_map(command_of).filter(|prompt| !prompt.command.is_empty()).collect();
    let begins = head.lines().find(|line| !line.trim_ascii().is_empty()).is_some_and(|line| command_of(line).is_some());
    let classes: Vec<Class<'_>> = prompts.iter().map(class_of).collect();
    let differ = classes.iter().any(|class| *class != classes[0]);
    let asks_limits = classes.first().is_none_or(|class| *class == Class::Limits);
    let is_known = |prompt: &Prompt<'_>| prompt.words().next().is_some_and(|program| PROGRAMS.contains(&program));
    match (begins, differ) {
        (true, true) => 98,
        (false, true) if prompts.iter().any(|prompt| prompt.is_certain) => 94,
        // Left to the format of what was asked, where one knows the prompts. Those of limits always do, and are handed on with the prompt.
        (true, false) if !asks_limits && prompts.iter().all(is_known) => ONE_QUESTION,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Terminal {
        evidence,
        kind: None,
        section: Section::default(),
        settled: [0; 3],
        offset_s: None,
        newest: None,
    })
}

/// One command and its output.
#[derive(Default)]
struct Section {
    /// What the output is called: the path that was asked for, else the command.
    name: String,
    counts_threads: bool,
    /// Only some lines of what the command prints got through to the terminal.
    is_part: bool,
    /// Output that was not recognised yet.
    held: Vec<u8>,
    at: Option<(u64, u32)>,
    parser: Option<Box<dyn Parser>>,
    /// Its times cannot be told by the input's clock.
    is_untold: bool,
}

struct Terminal {
    evidence: EvidenceId,
    /// What the input's times lack: what those of the first output with times do.
    kind: Option<WallKind>,
    section: Section,
    /// How much of everything with a time is by the input's clock already: records, frames, listings.
    settled: [usize; 3],
    /// The zone that an output writes its times with, unless that is UTC: programs often write UTC wherever they run.
    offset_s: Option<i32>,
    /// The newest time so far.
    newest: Option<WallTime>,
}

impl Terminal {
    fn begin(&mut self, prompt: &Prompt<'_>) {
        let path = prompt.words().skip(1).filter(|word| word.contains(&b'/')).last();
        let name = path.unwrap_or(prompt.command);
        let lists_threads = prompt.words().next() == Some(b"ps")
            && words(prompt.command)
                .any(|word| word.starts_with(b"-") && word.iter().any(|byte| matches!(byte, b'L' | b'T')));
        self.section = Section {
            name: String::from_utf8_lossy(name).into_owned(),
            counts_threads: lists_threads && prompt.command.ends_with(b"wc -l"),
            is_part: prompt.command.split(|byte| *byte == b'|').skip(1).any(|filter| {
                words(filter)
                    .next()
                    .is_some_and(|word| [&b"head"[..], b"tail", b"grep", b"egrep", b"awk"].contains(&word))
            }),
            ..Section::default()
        };
    }

    fn take(&mut self, raw: &[u8], offset: u64, line: u32, out: &mut Parsed) {
        let section = &mut self.section;
        if let Some(parser) = &mut section.parser {
            let n = out.processes.len();
            parser.feed(&Block { bytes: raw, offset, first_line: line }, out);
            self.mark_parts(n, out);
            self.settle(out);
            return;
        }
        section.at.get_or_insert((offset, line));
        section.held.extend_from_slice(raw);
        if section.held.len() >= guard::HEAD_BYTES {
            self.recognise(false, out);
        }
    }

    /// Finds the format of what is held, and gives it that.
    fn recognise(&mut self, complete: bool, out: &mut Parsed) {
        let held = std::mem::take(&mut self.section.held);
        let Some((offset, first_line)) = self.section.at else { return };
        let block = Block { bytes: &held, offset, first_line };
        if held.trim_ascii().is_empty() {
            out.lines.skipped += block.lines().count() as u64;
            return;
        }
        if self.section.counts_threads && self.take_count(&block, out) {
            return;
        }
        let limit = held.len().min(guard::HEAD_BYTES);
        let end = if complete { limit } else { memchr::memrchr(b'\n', &held[..limit]).map_or(limit, |end| end + 1) };
        let head = Head { bytes: &held[..end], name: &self.section.name, complete };
        let format = detect(&head).format;
        let mut parser = (format.parser)(self.evidence, &head);
        self.offset_s = self.offset_s.or_else(|| written_zone(&head));
        out.wall_kind = WallKind::Unclocked;
        let n = out.processes.len();
        parser.feed(&block, out);
        self.mark_parts(n, out);
        self.section.parser = Some(parser);
        self.settle(out);
    }

    /// `ps -eLf | wc -l`: threads and one header.
    fn take_count(&self, block: &Block<'_>, out: &mut Parsed) -> bool {
        let mut lines = block.lines().filter(|line| !line.bytes.trim_ascii().is_empty());
        let (Some(line), None) = (lines.next(), lines.next()) else { return false };
        let Some(n) = parse_whole(line.bytes.trim_ascii()).and_then(|n| u32::try_from(n).ok()) else { return false };
        let bytes = ByteRange { start: line.offset, end: line.offset + line.full_len as u64 };
        out.processes.push(ProcessSnapshot {
            time_of_day: None,
            wall: None,
            counts_threads: true,
            n_threads: n.saturating_sub(1),
            processes: Vec::new(),
            held: None,
            locator: Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) },
        });
        out.issues.add(IssueCode::SnapshotWithoutTime, line.number, line.offset);
        let n_lines = block.lines().count() as u64;
        out.lines.parsed += 1;
        out.lines.skipped += n_lines - 1;
        true
    }

    fn end(&mut self, out: &mut Parsed) {
        if self.section.parser.is_none() {
            self.recognise(true, out);
        }
        let Some(mut parser) = self.section.parser.take() else { return };
        let n = out.processes.len();
        parser.finish(out);
        self.mark_parts(n, out);
        self.settle(out);
    }

    /// The rows of a listing that was cut are not all threads; a total that it prints above them is.
    fn mark_parts(&self, from: usize, out: &mut Parsed) {
        let is_part = self.section.is_part;
        for listing in out.processes[from..].iter_mut().filter(|one| is_part && !one.processes.is_empty()) {
            if std::mem::take(&mut listing.counts_threads) {
                let Locator { bytes, lines, .. } = listing.locator;
                out.issues.add(IssueCode::NoThreadRows, lines.first, bytes.start);
            }
        }
    }

    /// Brings new times to the input's clock. It happens while the output is read, because records may be gone when it ends.
    fn settle(&mut self, out: &mut Parsed) {
        let kind = out.wall_kind;
        if kind == WallKind::Unclocked {
            return;
        }
        let first = *self.kind.get_or_insert(kind);
        let [records, frames, listings] = std::mem::replace(&mut self.settled, lens(out));
        let new_frames = frames.min(out.frames.len())..;
        let new_listings = listings.min(out.processes.len())..;
        let of_frames = out.frames[new_frames.clone()].iter().flat_map(|frame| frame.wall.iter());
        let of_listings = out.processes[new_listings.clone()].iter().filter_map(|listing| listing.wall);
        let new = out.records.walls_from(records).chain(of_frames).chain(of_listings);
        let Some(last) = new.filter(|wall| wall.is_some()).max() else { return };
        if kind != first && first == WallKind::Local {
            out.stated_offset_s = out.stated_offset_s.or(self.offset_s);
        }
        let change = Change::between(kind, first, out.stated_offset_s.or(self.offset_s), last, self.newest);
        let mut settle = |wall: WallTime| {
            if !wall.is_some() {
                return wall;
            }
            let settled = change.map_or(WallTime::NONE, |change| change.of(wall));
            self.newest = self.newest.max(Some(settled).filter(|wall| wall.is_some()));
            settled
        };
        out.records.change_walls(records, &mut settle);
        for frame in &mut out.frames[new_frames] {
            frame.wall = frame.wall.iter().map(&mut settle).collect();
        }
        for listing in &mut out.processes[new_listings] {
            listing.wall = listing.wall.map(&mut settle);
        }
        if change.is_none() && !std::mem::replace(&mut self.section.is_untold, true) {
            let (offset, line) = self.section.at.unwrap_or_default();
            out.issues.add(IssueCode::BadTime, line, offset);
        }
    }
}

/// The zone that lines begin with, behind a time; none where it is UTC.
fn written_zone(head: &Head<'_>) -> Option<i32> {
    head.lines().take(OFFSET_LINES).filter_map(|line| parse_iso(line)?.offset_s).find(|offset_s| *offset_s != 0)
}

/// How much there is of everything with a time.
fn lens(out: &Parsed) -> [usize; 3] {
    [out.records.len(), out.frames.len(), out.processes.len()]
}

/// What makes a written time one of another kind.
#[derive(Clone, Copy, Debug)]
struct Change {
    years: i32,
    shift_ns: i64,
}

impl Change {
    /// From one kind to another; `None` where it cannot be told. `last` is the last of the times, `newest` one of the other kind before them.
    fn between(
        from: WallKind,
        to: WallKind,
        offset_s: Option<i32>,
        last: WallTime,
        newest: Option<WallTime>,
    ) -> Option<Self> {
        use WallKind::{Local, LocalWithoutYear, Utc};
        let zone_ns = || Some(i64::from(offset_s?) * 1_000_000_000);
        Some(match (from, to) {
            _ if from == to => Self { years: 0, shift_ns: 0 },
            (Utc, Local) => Self { years: 0, shift_ns: zone_ns()? },
            (Local, Utc) => Self { years: 0, shift_ns: -zone_ns()? },
            (LocalWithoutYear, Local | Utc) => {
                let shift_ns = if to == Utc { -zone_ns()? } else { 0 };
                let newest = newest?;
                let years = Civil::from_ns(newest.0).year - Civil::from_ns(last.0).year;
                let change = Self { years, shift_ns };
                // Nobody pastes what has not happened yet.
                let is_ahead = change.of(last).0 > newest.0.saturating_add(DAY_NS);
                Self { years: years - i32::from(is_ahead), shift_ns }
            }
            _ => return None,
        })
    }

    fn of(self, wall: WallTime) -> WallTime {
        let civil = Civil::from_ns(wall.0);
        let moved = WallTime::from_civil(Civil { year: civil.year + self.years, ..civil });
        moved.map_or(WallTime::NONE, |moved| WallTime(moved.0.saturating_add(self.shift_ns)))
    }
}

impl Parser for Terminal {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        // What was there before may have been taken meanwhile.
        self.settled = lens(out);
        let mut at = 0;
        for Line { bytes, number, offset, .. } in block.lines() {
            let end = memchr::memchr(b'\n', &block.bytes[at..]).map_or(block.bytes.len(), |end| at + end + 1);
            let raw = &block.bytes[at..end];
            at = end;
            match command_of(bytes) {
                Some(prompt) => {
                    self.end(out);
                    self.begin(&prompt);
                    if class_of(&prompt) == Class::Limits && parse_prompt(bytes).is_some() {
                        // The answer is a bare number: the question must be seen with it, where its format knows it for one.
                        self.take(raw, offset, number, out);
                    } else {
                        out.lines.skipped += 1;
                    }
                }
                // Asked by the command, not answered.
                None if bytes.starts_with(b"[sudo] ") => out.lines.skipped += 1,
                None => self.take(raw, offset, number, out),
            }
        }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.settled = lens(out);
        self.end(out);
        out.wall_kind = self.kind.unwrap_or(WallKind::Unclocked);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    const TEXT: &str = "\
[root@node-xx ~]# df -i /
Filesystem      Inodes  IUsed   IFree IUse% Mounted on
/dev/sda1      6275072 124955 6150117    2% /
[root@node-xx ~]# ulimit -u
204800
[root@node-xx ~]# cat /proc/loadavg
0.31 0.28 0.25 3/30112 48211
[root@node-xx ~]# ps -eLf | wc -l
30113

[root@node-xx ~]# date
Sun Jul 23 22:10:00 CST 2023
[root@node-xx ~]#
";

    #[test]
    fn each_command_is_read_by_its_own_format() {
        assert!(sniff(&Head { bytes: TEXT.as_bytes(), name: "unknown", complete: true }) >= 95);
        let parsed = parse_text(&FORMAT, "unknown", TEXT);
        assert_eq!(parsed.tables[0].title, "df -i");
        assert_eq!(parsed.limits[0].value, Some(204_800));
        let totals: Vec<_> = parsed.processes.iter().map(|listing| listing.n_threads).collect();
        assert_eq!(totals, [30_112, 30_112]);
        assert_eq!(parsed.lines.failed, 0);
    }

    #[test]
    fn times_of_several_kinds_become_one_where_the_zone_is_written() {
        let at = |text: &str| {
            let parsed = parse_text(&FORMAT, "unknown", text);
            let offset_s = parsed.stated_offset_s.unwrap_or(0);
            let shift = if parsed.wall_kind == WallKind::Local { i64::from(offset_s) * 1_000_000_000 } else { 0 };
            let shown = |wall: WallTime| crate::model::Timestamp(wall.0 - shift).to_rfc3339();
            let walls = parsed.records.walls();
            walls.map(|wall| if wall.is_some() { shown(wall) } else { "-".into() }).collect::<Vec<_>>()
        };
        const DATE: &str = "$ date\nTue Aug 20 14:41:07 CST 2024\n";
        const ZONED: &str = "$ ceph log last\n2024-08-20T13:36:02.118402+0800 mon.a (mon.0) 1 : cluster [INF] osd.12 failed\n\
            2024-08-20T13:36:05.402117+0800 mon.a (mon.0) 2 : cluster [WRN] Health check failed\n";
        const UTC: &str = "$ kubectl logs -t web-1\n2024-08-20T05:58:20.123Z started\n2024-08-20T05:58:22.123Z here\n";
        const YEARLESS: &str =
            "$ journalctl -u kubelet\nDec 31 23:58:23 n5 kubelet[1]: a\nJan  1 00:00:01 n5 kubelet[1]: b\n";
        let date = "2024-08-20T06:41:07Z";
        let zoned = ["2024-08-20T05:36:02.118402Z", "2024-08-20T05:36:05.402117Z"];
        let utc = ["2024-08-20T05:58:20.123Z", "2024-08-20T05:58:22.123Z"];
        assert_eq!(at(&[DATE, ZONED, UTC].concat()), [&[date][..], &zoned, &utc].concat());
        assert_eq!(at(&[ZONED, DATE, UTC].concat()), [&zoned[..], &[date], &utc].concat());
        // A program that writes UTC says nothing of where it runs.
        assert_eq!(at(&[DATE, UTC].concat()), ["2024-08-20T14:41:07Z", "-", "-"]);
        assert_eq!(at(&[DATE, YEARLESS].concat())[1..], ["2023-12-31T23:58:23Z", "2024-01-01T00:00:01Z"]);
        assert_eq!(at(&[UTC, YEARLESS].concat())[2..], ["-", "-"]);
    }

    #[test]
    fn one_kind_of_question_is_left_to_its_format() {
        for text in [
            "$ ulimit -u\n5\n$ cat /proc/sys/kernel/pid_max\n49152\n",
            "$ ps -ef\nUID PID CMD\nroot 1 init\n",
            "a # b\n",
        ] {
            let sure = sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true });
            assert!(sure <= ONE_QUESTION, "{text}");
        }
        // What no format knows with its prompt is read by its question all the same.
        let parsed = parse_text(&FORMAT, "unknown", "[root@n1 ~]# ps -eLf | wc -l\n31990\n");
        assert_eq!(parsed.processes[0].n_threads, 31_989);
    }
}
