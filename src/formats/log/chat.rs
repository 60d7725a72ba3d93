//! Chats as they come out of the clipboard: one message, one record, its author the source.
//!
//! ```text
//! [22:13] net-oncall: Peer Down on leaf-3                 brackets: Mattermost, Discord logs, bots; also `[2023-07-23 22:13:05] bob: …`
//! 22:13 <bob> same here                                   irssi, WeeChat; also `22:13 bob: …` and `22:13 bob  …`
//! [7/23/2023 10:13 PM] Bob Miller                         Teams, the text on the lines below
//! Alice  10:13 PM                                         Slack, the text below; a time alone is the same author again
//! 张三 22:13  /  2023-07-23 22:13:05 张三                   Lark, DingTalk, WeChat, the text below
//! --- 2023-07-23 ---  /  2023年7月23日  /  July 23rd, 2023   says the day of what follows
//! ```
//! Which shape an input has is decided once, from its head; lines that are no head belong to the message above. Times of day without a
//! date get their day from the clock ([`WallKind::TimeOfDay`]); a step back of more than an hour is midnight. `5/6/2023` is read only
//! where another date of the input proves the order. A time without `AM` or `PM` in a chat of twelve hours is in the half of the message
//! above, or the next one.
//!
//! Verified: irssi's and WeeChat's default formats and the shapes named in issue threads. The copies of Slack, Teams and the Chinese
//! programs have no specification and change with releases: what is read is the shape above and nothing finer.
//! Not supported: exports as JSON or HTML, years of two digits, dates in other languages than English and Chinese, `22:13 bob text`
//! without any mark of the author (it reads as notes, see `plain`).

mod shape;
pub(super) mod stamp;

use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::time::{PLACEHOLDER_DAY, PLACEHOLDER_YEAR, days_from_civil};
use crate::model::{ByteRange, EvidenceId, IssueCode, Level, LineRange, Locator, Note, NoteKind, WallKind, WallTime};
use shape::{MessageHead, Shape, read_head, survey};
use stamp::{Date, Order, Stamp, month_day, parse_separator};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "chat", family: Family::Talk, sniff, parser };

const HOUR_NS: i64 = 3_600_000_000_000;
const DAY_NS: i64 = 24 * HOUR_NS;

fn sniff(head: &Head<'_>) -> u8 {
    survey(head).score
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let survey = survey(head);
    let days = Days { order: survey.order, descends: survey.descends, ..Days::default() };
    Box::new(LineParser::new(Chat { evidence, shape: survey.shape, days, author: Vec::new() }))
}

struct Chat {
    evidence: EvidenceId,
    shape: Option<Shape>,
    days: Days,
    /// Of the message above.
    author: Vec<u8>,
}

impl Lines for Chat {
    fn wall_kind(&self) -> WallKind {
        self.days.kind.unwrap_or(if self.days.has_time { WallKind::TimeOfDay } else { WallKind::Unclocked })
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if let Some(date) = parse_separator(line.bytes) {
            self.days.turn_to(date, out);
            return Verdict::Skipped;
        }
        let is_indented = line.bytes.first().is_some_and(u8::is_ascii_whitespace);
        let head = self.shape.filter(|shape| !is_indented || *shape == Shape::NameAbove);
        match head.and_then(|shape| read_head(shape, line.bytes)) {
            Some(head) => self.begin(&head, line, out),
            None => {
                if let Some(note) = out.notes.open() {
                    note.say(&String::from_utf8_lossy(line.bytes));
                    note.locator.lines.last = line.number;
                    note.locator.bytes.end = line.offset + line.bytes.len() as u64;
                }
                return Verdict::Continuation;
            }
        }
        Verdict::Record
    }
}

impl Chat {
    fn begin(&mut self, head: &MessageHead<'_>, line: &Line<'_>, out: &mut Parsed) {
        let wall = self.days.wall(&head.stamp, out);
        if !wall.is_some() {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
        }
        let goes_on = head.author.is_empty() && self.shape.is_some_and(Shape::is_above);
        if !goes_on {
            self.author.clear();
            self.author.extend_from_slice(head.author);
        }
        out.records.push(line.number, wall, Level::None, &self.author);
        let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
        let mut note = Note {
            kind: NoteKind::Chat,
            who: String::from_utf8_lossy(&self.author).into_owned(),
            text: String::new(),
            wall,
            end: WallTime::NONE,
            locator: Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) },
        };
        note.say(&String::from_utf8_lossy(head.text));
        out.notes.push(note);
    }
}

/// Which day the messages are of.
struct Days {
    /// What the times lack, once a date was seen.
    kind: Option<WallKind>,
    order: Option<Order>,
    descends: bool,
    has_time: bool,
    /// The day at hand, since the epoch; `None` after a date that could not be read.
    day: Option<i64>,
    /// The time of day of the message above, on the day at hand.
    before_ns: Option<i64>,
    /// The chat writes `AM` and `PM`.
    has_halves: bool,
}

impl Default for Days {
    fn default() -> Self {
        let (kind, order, before_ns) = (None, None, None);
        let day = Some(PLACEHOLDER_DAY);
        Self { kind, order, descends: false, has_time: false, day, before_ns, has_halves: false }
    }
}

impl Days {
    /// A line or a stamp says the day.
    fn turn_to(&mut self, date: Option<Date>, out: &mut Parsed) {
        if date.is_none() && self.kind.is_none() {
            // `Today` in a chat without dates: the times still run on from day to day.
            return;
        }
        let day = date.and_then(|date| self.day_of(date.ordered(self.order)?, out));
        if day.is_some() && self.kind.is_none() {
            self.kind = Some(if matches!(date.and_then(|date| date.ordered(self.order)), Some(Date::Yearless(..))) {
                WallKind::LocalWithoutYear
            } else {
                WallKind::Local
            });
            self.forget_undated(out);
        }
        if day != self.day || day.is_none() {
            self.before_ns = None;
        }
        self.day = day;
    }

    /// What came before the first date is of an earlier day, which nothing says.
    fn forget_undated(&self, out: &mut Parsed) {
        if !self.has_time {
            return;
        }
        let n = out.records.walls().filter(|wall| wall.is_some()).count() as u64;
        let first = out.notes.kept.first().map_or((0, 0), |note| (note.locator.lines.first, note.locator.bytes.start));
        out.issues.add_many(IssueCode::BadTime, n, first.0, first.1);
        out.records.change_walls(0, |_| WallTime::NONE);
        out.notes.kept.iter_mut().for_each(|note| note.wall = WallTime::NONE);
    }

    /// The day since the epoch that a date is, as far as this input's clock goes.
    fn day_of(&self, date: Date, out: &mut Parsed) -> Option<i64> {
        let yearless = self.kind == Some(WallKind::LocalWithoutYear);
        let at_hand = self.day.map(month_day);
        match date {
            Date::Full(day) if yearless => {
                let (year, month, of_month) = month_day(day);
                let written = at_hand.map_or(PLACEHOLDER_YEAR, |(year, ..)| year);
                let first = *out.stated_year.get_or_insert(year - (written - PLACEHOLDER_YEAR));
                Some(days_from_civil(year - first + PLACEHOLDER_YEAR, month, of_month))
            }
            Date::Full(day) => Some(day),
            Date::Yearless(month, of_month) => {
                if self.kind.is_some_and(|kind| kind == WallKind::Utc) {
                    return None;
                }
                // Without a day at hand that has a year, years begin at the placeholder; more than half a year in a step turns it.
                let (year, before) = match (self.kind, at_hand) {
                    (Some(_), Some((year, before, _))) => (year, before),
                    (Some(WallKind::Local), None) => return None,
                    _ => (PLACEHOLDER_YEAR, month),
                };
                let step = month as i32 - before as i32;
                let year = year + i32::from(step < -6) - i32::from(step > 6);
                Some(days_from_civil(year, month, of_month))
            }
            Date::Slashed(..) => None,
        }
    }

    /// The wall time of a message.
    fn wall(&mut self, stamp: &Stamp, out: &mut Parsed) -> WallTime {
        let is_zoned = stamp.offset_s.is_some();
        if is_zoned && self.kind.is_none() {
            self.kind = Some(WallKind::Utc);
            out.stated_offset_s = stamp.offset_s.filter(|offset_s| *offset_s != 0);
            self.forget_undated(out);
        }
        if is_zoned != (self.kind == Some(WallKind::Utc)) {
            return WallTime::NONE;
        }
        if stamp.date.is_some() {
            self.turn_to(stamp.date, out);
        }
        let Some(day) = self.day else { return WallTime::NONE };
        self.has_halves |= stamp.is_half;
        let mut of_day_ns = stamp.of_day_ns;
        if let Some(before) = self.before_ns {
            let is_silent = self.has_halves && !stamp.is_half && of_day_ns < DAY_NS / 2;
            if is_silent && of_day_ns + HOUR_NS < before {
                of_day_ns += DAY_NS / 2;
            }
            let step = of_day_ns - before;
            if stamp.date.is_none() {
                let turned = i64::from(!self.descends && step < -HOUR_NS) - i64::from(self.descends && step > HOUR_NS);
                self.day = Some(day + turned);
            }
        }
        self.before_ns = Some(of_day_ns);
        self.has_time = true;
        let midnight = self.day.unwrap_or(day).saturating_mul(DAY_NS);
        let offset_ns = i64::from(stamp.offset_s.unwrap_or(0)) * 1_000_000_000;
        WallTime(midnight.saturating_add(of_day_ns).saturating_sub(offset_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(text: &str) -> u8 {
        sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true })
    }

    #[test]
    fn one_line_with_brackets_minutes_and_a_name_is_a_chat() {
        for text in [
            "[22:13] net-oncall: Peer Down on leaf-3",
            "[22:13] Peer Down on leaf-3",
            "22:13 <bob> Peer Down",
            "22:13 alice  Peer Down\n22:14 bob  looking",
            "[2023-07-23 22:13:05] bob: Peer Down\n[2023-07-23 22:13:09] alice: looking",
            "Alice Smith [10:13 PM]\nPeer Down\nBob [10:14 PM]\nlooking",
            "Alice\t10:13 PM\nPeer Down\nBob\t10:14 PM\nlooking",
        ] {
            assert!(score(text) >= 60, "{text}");
        }
    }

    #[test]
    fn look_alikes_are_no_chat() {
        for text in [
            "21:58 change window opened, new image rolled out\n22:13 network team: Peer Down\n22:14 nobody did anything",
            "[2023-07-23 22:13:05] production.ERROR: boom {\"a\":1}\n[2023-07-23 22:13:06] production.ERROR: boom",
            "[2023-07-23 22:13:05] INFO: started\n[2023-07-23 22:13:06] WARN: slow",
            "[2023-07-23 22:13:05,123] bob: x\n[2023-07-23 22:13:05,124] alice: y",
            "[22:13:05] [Server thread/INFO]: Done\n[22:13:06] [Server thread/INFO]: Saved",
            "[22:13:05] Starting 'build'...\n[22:13:06] Finished 'build' after 1 s",
            "[22:13:05 INFO]: Done\n[22:13:06 INFO]: Saved",
            "Jul 23, 2023 10:13:05 PM org.example.app.Main run\nINFO: started\nJul 23, 2023 10:13:06 PM org.example.app.Main run\nINFO: x",
            "2023-07-23 22:13:05 ERROR\nboom\n2023-07-23 22:13:06 ERROR\nboom",
            "2023-07-23 22:13:05 main: started\n2023-07-23 22:13:06 worker: started",
            "22:13:05 up 5 days,  3:02,  2 users,  load average: 0.00\n22:13:06 up 5 days,  3:02,  2 users,  load average: 0.00",
            "root     pts/0        2023-07-23 22:13 (10.0.0.1)\ndana     pts/1        2023-07-23 22:14 (10.0.0.2)",
            "We started at 22:13\nand went on\nuntil 22:40\nwhen it ended",
            "12:30 13:30 14:30\n1 2 3",
            "key: value\ntime: 22:13\nother: value",
            "",
        ] {
            assert_eq!(score(text), 0, "{text}");
        }
    }

    #[test]
    fn a_date_after_the_first_messages_leaves_them_without_a_day() {
        let text = "[22:13] bob: a\n--- 2023-07-24 ---\n[08:00] bob: b\n[08:01] bob: c";
        let mut out = Parsed::default();
        let mut parser = parser(EvidenceId(0), &Head { bytes: text.as_bytes(), name: "unknown", complete: true });
        parser.feed(&crate::evidence::Block { bytes: text.as_bytes(), offset: 0, first_line: 1 }, &mut out);
        parser.finish(&mut out);
        assert_eq!(out.wall_kind, WallKind::Local);
        assert_eq!(out.records.walls().map(|wall| wall.is_some()).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(
            out.issues.list.iter().map(|issue| (issue.code, issue.count)).collect::<Vec<_>>(),
            [(IssueCode::BadTime, 1)]
        );
    }
}
