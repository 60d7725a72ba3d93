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
//! claims it. Prompts and commands are nothing to understand. Counting the lines of a listing of threads gives their number, less the
//! header. Outputs whose clocks differ in kind share one input: the first clock decides, and times of the other kind are left out
//! (`bad-time`).
//!
//! Not supported: what `prompt` does not; commands that ask back; output in which a line looks like a prompt.

use super::prompt::{Prompt, parse_prompt};
use super::tally::{parse_whole, words};
use crate::evidence::{Block, Line, guard};
use crate::formats::detect::detect;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{ByteRange, EvidenceId, IssueCode, LineRange, Locator, ProcessSnapshot, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "terminal", family: Family::Host, sniff, parser };

/// Programs whose name behind a lone `#` makes that a prompt and not a comment.
const PROGRAMS: &[&[u8]] = &[
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
        // Tables of several resources are one kind of output.
        b"kubectl" | b"oc" if matches!(first, b"get" | b"top") => Class::Program(b"kubectl", b"get"),
        b"kubectl" | b"oc" | b"docker" | b"crictl" | b"ceph" | b"systemctl" => Class::Program(program, first),
        b"cat" | b"head" | b"tail" | b"grep" => Class::Program(b"cat", prompt.words().last().unwrap_or_default()),
        _ => Class::Program(program, b""),
    }
}

/// A prompt with a command, where it is believed.
fn command_of(line: &[u8]) -> Option<Prompt<'_>> {
    let prompt = parse_prompt(line)?;
    let is_known = || prompt.words().next().is_some_and(|program| PROGRAMS.contains(&program));
    (prompt.is_certain || is_known()).then_some(prompt)
}

fn sniff(head: &Head<'_>) -> u8 {
    let prompts: Vec<Prompt<'_>> =
        head.lines().filter_map(command_of).filter(|prompt| !prompt.command.is_empty()).collect();
    let begins = head.lines().find(|line| !line.trim_ascii().is_empty()).is_some_and(|line| command_of(line).is_some());
    let classes: Vec<Class<'_>> = prompts.iter().map(class_of).collect();
    let differ = classes.iter().any(|class| *class != classes[0]);
    match (begins, differ) {
        (true, true) => 98,
        (false, true) if prompts.iter().any(|prompt| prompt.is_certain) => 94,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Terminal { evidence, kind: None, section: Section::default() })
}

/// One command and its output.
#[derive(Default)]
struct Section {
    /// What the output is called: the path that was asked for, else the command.
    name: String,
    counts_threads: bool,
    /// Output that was not recognised yet.
    held: Vec<u8>,
    at: Option<(u64, u32)>,
    parser: Option<Box<dyn Parser>>,
    /// How much of everything with a time there was before.
    before: [usize; 3],
}

struct Terminal {
    evidence: EvidenceId,
    kind: Option<WallKind>,
    section: Section,
}

impl Terminal {
    fn begin(&mut self, prompt: &Prompt<'_>, out: &Parsed) {
        let path = prompt.words().skip(1).filter(|word| word.contains(&b'/')).last();
        let name = path.unwrap_or(prompt.command);
        let lists_threads = prompt.words().next() == Some(b"ps")
            && words(prompt.command)
                .any(|word| word.starts_with(b"-") && word.iter().any(|byte| matches!(byte, b'L' | b'T')));
        self.section = Section {
            name: String::from_utf8_lossy(name).into_owned(),
            counts_threads: lists_threads && prompt.command.ends_with(b"wc -l"),
            before: [out.records.len(), out.frames.len(), out.processes.len()],
            ..Section::default()
        };
    }

    fn take(&mut self, raw: &[u8], offset: u64, line: u32, out: &mut Parsed) {
        let section = &mut self.section;
        if let Some(parser) = &mut section.parser {
            parser.feed(&Block { bytes: raw, offset, first_line: line }, out);
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
        out.wall_kind = WallKind::Unclocked;
        parser.feed(&block, out);
        self.section.parser = Some(parser);
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
        parser.finish(out);
        let kind = out.wall_kind;
        if kind != WallKind::Unclocked && *self.kind.get_or_insert(kind) != kind {
            self.drop_times(out);
        }
    }

    /// Takes the times of a section out, because they are of another kind than the input's.
    fn drop_times(&self, out: &mut Parsed) {
        let [records, frames, listings] = self.section.before;
        let (offset, line) = self.section.at.unwrap_or_default();
        out.records.forget_walls(records);
        for frame in &mut out.frames[frames..] {
            frame.wall = frame.wall.iter().map(|_| WallTime::NONE).collect();
        }
        out.processes[listings..].iter_mut().for_each(|listing| listing.wall = None);
        out.issues.add(IssueCode::BadTime, line, offset);
    }
}

impl Parser for Terminal {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        let mut at = 0;
        for Line { bytes, number, offset, .. } in block.lines() {
            let end = memchr::memchr(b'\n', &block.bytes[at..]).map_or(block.bytes.len(), |end| at + end + 1);
            let raw = &block.bytes[at..end];
            at = end;
            match command_of(bytes) {
                Some(prompt) => {
                    self.end(out);
                    self.begin(&prompt, out);
                    if class_of(&prompt) == Class::Limits {
                        // The answer is a bare number: the question must be seen with it.
                        self.take(raw, offset, number, out);
                    } else {
                        out.lines.skipped += 1;
                    }
                }
                None => self.take(raw, offset, number, out),
            }
        }
    }

    fn finish(&mut self, out: &mut Parsed) {
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
    fn one_kind_of_question_is_left_to_its_format() {
        for text in [
            "$ ulimit -u\n5\n$ cat /proc/sys/kernel/pid_max\n49152\n",
            "$ ps -ef\nUID PID CMD\nroot 1 init\n",
            "a # b\n",
        ] {
            assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }), 0, "{text}");
        }
    }
}
