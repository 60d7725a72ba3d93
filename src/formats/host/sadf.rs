//! sysstat's `sadf -d` (for databases) and `sadf -p` (for awk): `sar`'s history with whole dates, in UTC.
//!
//! ```text
//! # hostname;interval;timestamp;runq-sz;plist-sz;ldavg-1;ldavg-5;ldavg-15;blocked         sadf -d -- -q
//! SYSSTAT.TEST;31;2019-04-18 13:20:19 UTC;3;956;0.10;0.07;0.08;0
//! SYSSTAT.TEST;-1;2019-04-18 13:21:00 UTC;LINUX-RESTART  (8 CPU)
//! SYSSTAT.TEST  31  2019-04-18 13:20:19 UTC  -  plist-sz  956                       sadf -p
//! ```
//! Yields what `sar` does. Under `-t` the times are local, under `-U` seconds since the epoch; the first row decides, and a later one
//! that differs is a bad time. Of a processor, `-1` is all of them.
//!
//! Spec: sadf(1). Not supported: other separators than `;` (`-O` options), `-h` with several subjects on one line.

use super::clock::NS_PER_SECOND;
use super::samples::{Samples, parse_value, unit_of};
use super::tally::{Fate, parse_whole, tally, text_of};
use crate::evidence::{Block, Line};
use crate::formats::time::parse_iso;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sadf", family: Family::Metrics, sniff, parser };

const HEADER: &[u8] = b"# hostname;interval;timestamp";

fn sniff(head: &Head<'_>) -> u8 {
    let has_header = head.lines().take(200).any(|line| line.starts_with(HEADER));
    let share = head.share(50, |line| Row::of(line).is_some());
    match (has_header, share) {
        (true, 60..) => 97,
        (true, 0) => 70,
        (false, 80..) => 94,
        _ => 0,
    }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Sadf { header: Vec::new(), kind: None, samples: Samples::default() })
}

/// A row of either form.
struct Row<'a> {
    host: &'a [u8],
    wall: WallTime,
    kind: WallKind,
    /// What follows the time.
    rest: &'a [u8],
    is_tabbed: bool,
}

impl<'a> Row<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let is_tabbed = !line.contains(&b';');
        let mut fields = line.splitn(4, |&byte| byte == if is_tabbed { b'\t' } else { b';' });
        let (host, interval, stamp) = (fields.next()?, fields.next()?, fields.next()?);
        let is_interval = interval == b"-1" || parse_whole(interval).is_some();
        let (wall, kind) = parse_stamp(stamp)?;
        let rest = fields.next()?;
        let is_full = !is_tabbed || rest.split(|&byte| byte == b'\t').count() == 3 || is_restart(rest);
        (is_interval && is_full).then_some(Self { host, wall, kind, rest, is_tabbed })
    }
}

/// `2019-04-18 13:20:19 UTC`, `2019-04-18 13:20:19` (local), `1555593619`.
fn parse_stamp(text: &[u8]) -> Option<(WallTime, WallKind)> {
    if let Some(seconds) = parse_whole(text) {
        return Some((WallTime((seconds as i64).checked_mul(NS_PER_SECOND)?), WallKind::Utc));
    }
    let stamp = parse_iso(text)?;
    match text[stamp.len..].trim_ascii() {
        b"UTC" => Some((stamp.wall, WallKind::Utc)),
        b"" => Some((stamp.wall, WallKind::Local)),
        _ => None,
    }
}

fn is_restart(rest: &[u8]) -> bool {
    rest.starts_with(b"LINUX-RESTART") || rest.starts_with(b"COM ")
}

/// Whether a column says whom a row is about (`CPU`).
fn is_subject(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase())
}

struct Sadf {
    /// Names of the columns behind the time; a subject's is in upper case.
    header: Vec<String>,
    kind: Option<WallKind>,
    samples: Samples,
}

impl Sadf {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if line.bytes.starts_with(HEADER) {
            let names = line.bytes.split(|&byte| byte == b';').skip(3);
            self.header = names.take(64).map(|name| text_of(name.trim_ascii())).collect();
            return Fate::Skipped;
        }
        let Some(row) = Row::of(line.bytes) else { return Fate::Failed };
        if *self.kind.get_or_insert(row.kind) != row.kind {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            return Fate::Failed;
        }
        if is_restart(row.rest) {
            self.restart(&row, line);
            return Fate::Parsed;
        }
        if row.is_tabbed { self.take_tabbed(&row, line) } else { self.take_row(&row, line) }
    }

    /// A restart is a gap in what the section counts, so that no slope leads over it.
    fn restart(&mut self, row: &Row<'_>, line: &Line<'_>) {
        if row.rest.starts_with(b"LINUX-RESTART") && !self.header.iter().any(|name| is_subject(name)) {
            let section = self.header.first().map_or(&[][..], |name| name.as_bytes());
            self.samples.frame(section, &[("node", row.host)]).row(row.wall, line);
        }
    }

    fn take_tabbed(&mut self, row: &Row<'_>, line: &Line<'_>) -> Fate {
        let mut fields = row.rest.split(|&byte| byte == b'\t');
        let (Some(subject), Some(name), Some(value)) =
            (fields.next(), fields.next(), fields.next().and_then(parse_value))
        else {
            return Fate::Failed;
        };
        let subject = if subject == b"-" { &[][..] } else { subject };
        let frame = self.samples.frame(name, &[("node", row.host), ("item", subject)]);
        frame.row(row.wall, line);
        frame.put(&text_of(name), unit_of(name), value);
        Fate::Parsed
    }

    fn take_row(&mut self, row: &Row<'_>, line: &Line<'_>) -> Fate {
        let cells = || row.rest.split(|&byte| byte == b';');
        if self.header.is_empty() || cells().count() != self.header.len() {
            return Fate::Failed;
        }
        let lower: Vec<(String, &[u8])> = self
            .header
            .iter()
            .zip(cells())
            .filter(|(name, _)| is_subject(name))
            .map(|(name, cell)| (name.to_ascii_lowercase(), if cell == b"-1" { b"all" } else { cell }))
            .collect();
        let mut labels = vec![("node", row.host)];
        labels.extend(lower.iter().map(|(name, cell)| (name.as_str(), *cell)));
        let section = self.header.iter().find(|name| !is_subject(name)).map_or(&[][..], |name| name.as_bytes());
        let frame = self.samples.frame(section, &labels);
        frame.row(row.wall, line);
        for (name, cell) in self.header.iter().zip(cells()).filter(|(name, _)| !is_subject(name)) {
            frame.put_text(name, unit_of(name.as_bytes()), cell);
        }
        Fate::Parsed
    }
}

impl Parser for Sadf {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
        out.wall_kind = self.kind.unwrap_or(WallKind::Unclocked);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn both_forms_yield_the_same_series() {
        let d = "# hostname;interval;timestamp;runq-sz;plist-sz\nn;60;2023-07-23 14:00:00 UTC;3;29877\n\
                 n;-1;2023-07-23 14:00:30 UTC;LINUX-RESTART\t(8 CPU)\nn;60;2023-07-23 14:01:00 UTC;3;30112\n";
        let p =
            "n\t60\t2023-07-23 14:00:00 UTC\t-\tplist-sz\t29877\nn\t60\t2023-07-23 14:01:00 UTC\t-\tplist-sz\t30112\n";
        for text in [d, p] {
            assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 90, "{text}");
            let parsed = parse_text(&FORMAT, "unknown", text);
            let columns: Vec<_> = parsed.frames.iter().flat_map(|frame| &frame.columns).collect();
            let threads = columns.iter().find(|column| column.name == "plist-sz").expect("a column");
            let values: Vec<_> = threads.values.iter().filter(|value| value.is_finite()).collect();
            assert_eq!((threads.selector(), values), ("plist-sz{node=\"n\"}".into(), vec![&29_877.0, &30_112.0]));
            assert_eq!((parsed.wall_kind, parsed.lines.failed), (WallKind::Utc, 0));
        }
    }

    #[test]
    fn subjects_are_labels_and_other_clocks_are_bad_times() {
        let text = "# hostname;interval;timestamp;CPU;%user\nn;60;2023-07-23 22:00:00;-1;3.1\nn;60;2023-07-23 14:00:00 UTC;0;9\n\
                    n;60;2023-07-23 22:01:00;0;9.5;7\n";
        let parsed = parse_text(&FORMAT, "unknown", text);
        assert_eq!(parsed.frames[0].columns[0].selector(), "%user{node=\"n\", cpu=\"all\"}");
        assert_eq!((parsed.wall_kind, parsed.lines.failed), (WallKind::Local, 2));
    }
}
