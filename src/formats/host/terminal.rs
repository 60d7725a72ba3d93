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
//! header; what `date` printed right before, by itself or in the same command, is its time. Outputs whose clocks differ in kind share one input: the first clock decides. Times with a zone and local ones become each other
//! where an output writes the terminal's zone (`+0800`), and times without a year take that of the times before them; what cannot be told is
//! left out (`bad-time`).
//!
//! Not supported: what `prompt` does not; commands other than `sudo` that ask back; output in which a line looks like a prompt.

use super::clock::{DAY_NS, Dated, Stamps, parse_date_line};
use super::commands::{Class, Counts, asks_limits, class_of, command_of, is_known};
use super::date;
use super::inside::{Inside, forget_node};
use super::kinds::Change;
use super::kubectl::Asked;
use super::open_count::OpenCount;
use super::prompt::{Prompt, parse_prompt};
use super::tally::{parse_whole, words};
use crate::evidence::{Block, Line, guard};
use crate::formats::detect::detect;
use crate::formats::kube::get_table;
use crate::formats::search::Search;
use crate::formats::time::parse_iso;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{ByteRange, EvidenceId, IssueCode, LineRange, Locator, ProcessSnapshot, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "terminal", family: Family::Session, sniff, parser };

/// How sure a paste with one kind of question is: any format that knows it is surer.
const ONE_QUESTION: u8 = 20;
/// Lines of an output in which a zone is looked for.
const OFFSET_LINES: usize = 20;
fn sniff(head: &Head<'_>) -> u8 {
    let prompts: Vec<Prompt<'_>> =
        head.lines().filter_map(command_of).filter(|prompt| !prompt.command.is_empty()).collect();
    let begins = head.lines().find(|line| !line.trim_ascii().is_empty()).is_some_and(|line| command_of(line).is_some());
    let classes: Vec<Class<'_>> = prompts.iter().map(class_of).collect();
    let mut hosts = prompts.iter().map(|prompt| prompt.host).filter(|host| !host.is_empty());
    let first = hosts.next();
    // Formats of their own know of no second host.
    let differ =
        classes.iter().any(|class| *class != classes[0]) || !asks_limits(&classes) && hosts.any(|it| Some(it) != first);
    match (begins, differ) {
        (true, true) => 98,
        (false, true) if prompts.iter().any(|prompt| prompt.is_certain) => 94,
        // Left to the format of what was asked, where one knows the prompts. Those of limits always do, and are handed on with the prompt.
        (true, false) if !asks_limits(&classes) && prompts.iter().all(is_known) => ONE_QUESTION,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Terminal {
        evidence,
        kind: None,
        section: Section::default(),
        settled: [0; 4],
        stamps: Stamps::default(),
        offset_s: None,
        newest: None,
        dated: None,
        inside: Inside::default(),
    })
}

/// What a command prints that opened no shell or found nothing.
const REFUSALS: [&str; 7] = ["Error", "error:", "OCI runtime", "The connection", "FATA[", "bash:", "-bash:"];

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
    /// Looks for dumps in it that its parser does not read.
    search: Option<Search>,
    /// Its last command is `date` or `kubectl top`.
    counts: Option<Counts>,
    /// Tables of `kubectl top`, with the times between them.
    is_series: bool,
    /// When it was asked for, as the prompt shows.
    asked_at: Option<WallTime>,
    /// Its output is a date and nothing else.
    is_date: bool,
    /// Its times cannot be told by the input's clock.
    is_untold: bool,
    /// It ran inside of a container; there were so many listings, uses and limits before.
    inside: Option<[usize; 3]>,
    /// What kubectl was asked for.
    asked: Asked,
    /// Where the output ends so far.
    end: (u64, u32),
}

struct Terminal {
    evidence: EvidenceId,
    /// What the input's times lack: what those of the first output with times do.
    kind: Option<WallKind>,
    section: Section,
    /// How much of everything with a time is by the input's clock already: records, frames, listings, uses of limits.
    settled: [usize; 4],
    /// The zone of the times that prompts show.
    stamps: Stamps,
    /// The zone that an output writes its times with, unless that is UTC: programs often write UTC wherever they run.
    offset_s: Option<i32>,
    /// The newest time so far.
    newest: Option<WallTime>,
    /// What `date` said, as written, and of how many hosts was told until then.
    dated: Option<(WallTime, usize)>,
    inside: Inside,
}

impl Terminal {
    fn begin(&mut self, prompt: &Prompt<'_>, is_inside: bool, out: &mut Parsed) {
        let dated = self.dated.take().filter(|(_, n_hosts)| *n_hosts == out.hosts.len()).map(|(wall, _)| wall);
        let asked_at = prompt.stamp.map(|stamp| self.stamps.place((stamp.wall, stamp.offset_s), out)).or(dated);
        let path = prompt.words().skip(1).filter(|word| word.contains(&b'/')).last();
        let name = path.unwrap_or(prompt.command);
        // `date; ps -eLf | wc -l`
        let last = prompt.command.rsplit(|byte| matches!(byte, b';' | b'&')).next().unwrap_or_default();
        let lists_threads = (words(last).next() == Some(b"ps") || prompt.words().next() == Some(b"ps"))
            && words(last).any(|word| word.starts_with(b"-") && word.iter().any(|byte| matches!(byte, b'L' | b'T')));
        self.section = Section {
            name: String::from_utf8_lossy(name).into_owned(),
            counts_threads: lists_threads && prompt.command.ends_with(b"wc -l"),
            is_part: prompt.command.split(|byte| *byte == b'|').skip(1).any(|filter| {
                words(filter)
                    .next()
                    .is_some_and(|word| [&b"head"[..], b"tail", b"grep", b"egrep", b"awk"].contains(&word))
            }),
            parser: OpenCount::of(prompt, self.evidence).map(|count| -> Box<dyn Parser> { Box::new(count) }),
            counts: Counts::of(prompt),
            asked_at,
            inside: is_inside.then_some([out.processes.len(), out.uses.len(), out.limits.len()]),
            asked: Asked::of(prompt),
            ..Section::default()
        };
        // What has no time yet gets none from this prompt.
        self.settled = lens(out);
    }

    /// Whether a command's output belongs with the one before: what `kubectl top` prints again and again, and `date` in front of it.
    fn goes_on(&mut self, prompt: &Prompt<'_>) -> bool {
        let next = Counts::of(prompt);
        let is_series = match (self.section.counts, next) {
            (Some(_), Some(Counts::Top)) => self.section.is_series || self.section.parser.is_none(),
            (Some(Counts::Top), Some(Counts::Date)) => self.section.is_series,
            _ => false,
        };
        if is_series {
            let asked = Asked::of(prompt);
            if next == Some(Counts::Top) && asked != self.section.asked {
                let is_first = !self.section.is_series && self.section.counts == Some(Counts::Date);
                // One series of several namespaces says of no row which is its own.
                self.section.asked = if is_first { asked } else { Asked::default() };
            }
            (self.section.counts, self.section.is_series) = (next, true);
        }
        is_series
    }

    fn take(&mut self, raw: &[u8], offset: u64, line: u32, out: &mut Parsed) {
        let section = &mut self.section;
        if !raw.trim_ascii().is_empty() {
            section.end = (offset + raw.len() as u64, line);
            section.asked.hear(raw);
        }
        if section.parser.is_some() {
            self.read(Some(&Block { bytes: raw, offset, first_line: line }), out);
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
            out.wall_kind = WallKind::Unclocked;
            self.mark_parts(usize::MAX, out);
            self.settle(out);
            return;
        }
        let limit = held.len().min(guard::HEAD_BYTES);
        let end = if complete { limit } else { memchr::memrchr(b'\n', &held[..limit]).map_or(limit, |end| end + 1) };
        let head = Head { bytes: &held[..end], name: &self.section.name, complete };
        let format = if self.section.is_series { &get_table::FORMAT } else { detect(&head).format };
        self.section.is_date = format.id == date::FORMAT.id;
        self.section.parser = Some((format.parser)(self.evidence, &head));
        self.section.search = Some(Search::for_dumps(self.evidence, format.family, &head));
        self.offset_s = self.offset_s.or_else(|| written_zone(&head));
        out.wall_kind = WallKind::Unclocked;
        self.read(Some(&block), out);
    }

    /// Gives the section's parser what comes next of the output, or its end.
    fn read(&mut self, block: Option<&Block<'_>>, out: &mut Parsed) {
        let Some(parser) = &mut self.section.parser else { return };
        let (n, n_dumps) = (out.processes.len(), out.dumps.kept.len());
        let (n_objects, n_events) = (out.objects.len(), out.events.len());
        match block {
            Some(block) => parser.feed(block, out),
            None => parser.finish(out),
        }
        self.section.asked.name(&mut out.objects[n_objects..], &mut out.events[n_events..]);
        self.mark_parts(n, out);
        self.settle(out);
        let Section { search, at, .. } = &mut self.section;
        // A dump has the time of its record, which is by the input's clock now.
        match (search, block) {
            (Some(search), Some(block)) => search.scan(block, None, out),
            (Some(search), None) => search.finish(out),
            _ => {}
        }
        let first_line = at.map_or(0, |(_, line)| line);
        for dump in &mut out.dumps.kept[n_dumps..] {
            let record = out.records.at_line(dump.locator.lines.first).and_then(|record| out.records.get(record));
            let is_own = record.is_some_and(|record| record.line >= first_line);
            dump.wall = if is_own { out.records.wall_at(&dump.locator) } else { WallTime::NONE };
        }
    }

    /// `ps -eLf | wc -l`: threads and one header.
    fn take_count(&mut self, block: &Block<'_>, out: &mut Parsed) -> bool {
        let mut lines = block.lines().filter(|line| !line.bytes.trim_ascii().is_empty());
        let (Some(first), second, None) = (lines.next(), lines.next(), lines.next()) else { return false };
        let stamp = second.as_ref().and_then(|_| parse_date_line(first.bytes));
        if second.is_some() != stamp.is_some() {
            return false;
        }
        let n_parsed = 1 + u64::from(stamp.is_some());
        let line = second.unwrap_or(first);
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
        if let Some(stamp) = stamp {
            self.section.asked_at = Some(self.stamps.place(stamp, out));
        }
        let n_lines = block.lines().count() as u64;
        out.lines.parsed += n_parsed;
        out.lines.skipped += n_lines - n_parsed;
        true
    }

    /// The end of a command's output; whether it was an error and nothing else.
    fn end(&mut self, out: &mut Parsed) -> bool {
        let has_failed = REFUSALS.iter().any(|words| self.section.held.starts_with(words.as_bytes()));
        if self.section.parser.is_none() {
            self.recognise(true, out);
        }
        self.read(None, out);
        if let Some(from) = self.section.at.filter(|_| !has_failed) {
            self.section.asked.note(self.evidence, from, self.section.end, out);
        }
        self.section.parser = None;
        has_failed
    }

    /// The rows of a listing that was cut are not all threads; a total that it prints above them is.
    fn mark_parts(&self, from: usize, out: &mut Parsed) {
        if let Some(before) = self.section.inside {
            return forget_node(before, out);
        }
        let is_part = self.section.is_part;
        for listing in out.processes.iter_mut().skip(from).filter(|one| is_part && !one.processes.is_empty()) {
            if std::mem::take(&mut listing.counts_threads) {
                let Locator { bytes, lines, .. } = listing.locator;
                out.issues.add(IssueCode::NoThreadRows, lines.first, bytes.start);
            }
        }
    }

    /// What was counted at a time that only the prompt shows. A listing that knows its minute lacks no more than the day.
    fn date(&self, out: &mut Parsed) {
        let Some(at) = self.section.asked_at.filter(|_| matches!(out.wall_kind, WallKind::Unclocked | WallKind::Local))
        else {
            return;
        };
        let [.., listings, uses] = self.settled;
        let mut is_dated = false;
        for listing in out.processes.iter_mut().skip(listings).filter(|listing| listing.wall.is_none()) {
            if listing.time_of_day.is_none() {
                out.issues.take_back(IssueCode::SnapshotWithoutTime);
            }
            let day = Dated { day: Some(at.0.div_euclid(DAY_NS)) };
            listing.wall = Some(listing.time_of_day.map_or(at, |of_day| day.wall(of_day.0, Some(at))));
            is_dated = true;
        }
        for used in out.uses.iter_mut().skip(uses).filter(|used| !used.wall.is_some()) {
            used.wall = at;
            is_dated = true;
        }
        if is_dated {
            out.wall_kind = WallKind::Local;
        }
    }

    /// Brings new times to the input's clock. It happens while the output is read, because records may be gone when it ends.
    fn settle(&mut self, out: &mut Parsed) {
        self.date(out);
        let kind = out.wall_kind;
        if kind == WallKind::Unclocked {
            return;
        }
        let first = *self.kind.get_or_insert(kind);
        let [records, frames, listings, uses] = std::mem::replace(&mut self.settled, lens(out));
        let new_frames = frames.min(out.frames.len())..;
        let new_listings = listings.min(out.processes.len())..;
        let of_frames = out.frames[new_frames.clone()].iter().flat_map(|frame| frame.wall.iter());
        let of_listings = out.processes[new_listings.clone()].iter().filter_map(|listing| listing.wall);
        let new_uses = uses.min(out.uses.len())..;
        let of_uses = out.uses[new_uses.clone()].iter().map(|used| used.wall);
        if self.section.is_date {
            let told = out.records.walls_from(records).filter(|wall| wall.is_some()).last();
            // What is counted has times in the host's zone.
            self.dated = told.filter(|_| kind == WallKind::Local).map(|wall| (wall, out.hosts.len()));
        }
        let new = out.records.walls_from(records).chain(of_frames).chain(of_listings).chain(of_uses);
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
            listing.wall = listing.wall.map(&mut settle).filter(|wall| wall.is_some());
        }
        for used in &mut out.uses[new_uses] {
            used.wall = settle(used.wall);
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
fn lens(out: &Parsed) -> [usize; 4] {
    [out.records.len(), out.frames.len(), out.processes.len(), out.uses.len()]
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
                Some(prompt) if self.goes_on(&prompt) => self.take(raw, offset, number, out),
                Some(mut prompt) => {
                    let has_failed = self.end(out);
                    let is_inside = self.inside.follow(bytes, &mut prompt, has_failed);
                    prompt.tell_host(number, out);
                    self.begin(&prompt, is_inside, out);
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

    #[test]
    fn what_is_asked_on_another_host_is_known_by_its_prompt() {
        let text = "root@n1:~# ps -eLf | wc -l\n301\nroot@n1:~# ssh n2\nroot@n2:~# ps -eLf | wc -l\n49001\n\
            root@n2:~# exit\nroot@n1:~# kubectl exec -it web-1 -- sh\n/ # cat /proc/loadavg\n0.1 0.1 0.1 1/2 3\n";
        assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 95);
        let of =
            |hosts: &[(u32, &str)]| hosts.iter().map(|(line, host)| (*line, (*host).to_owned())).collect::<Vec<_>>();
        assert_eq!(parse_text(&FORMAT, "unknown", text).hosts, of(&[(1, "n1"), (4, "n2"), (7, "")]));
        let same = "root@n1:~# ps -eLf\n  PID NLWP CMD\n1 1 init\nroot@n2:~# ps -eLf\n  PID NLWP CMD\n1 1 init\n";
        assert!(
            sniff(&Head { bytes: same.as_bytes(), name: "unknown", complete: true }) >= 95,
            "one question, two hosts"
        );
        let limits = "root@n1:~# ulimit -u\n4096\nroot@n2:~# ulimit -u\n8192\n";
        let parsed = parse_text(&super::super::ulimit::FORMAT, "unknown", limits);
        assert_eq!(parsed.hosts, of(&[(1, "n1"), (3, "n2")]));
    }
}
