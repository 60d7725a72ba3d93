//! Logs of applications: a time at the head of each line, mostly a level and a logger behind it.
//!
//! ```text
//! 2024-08-20 14:00:01.123 ERROR 1 --- [           main] o.s.boot.SpringApplication : Application run failed      Spring Boot
//! 2024-08-20 14:00:01,123 ERROR [main] o.s.boot.SpringApplication: Application run failed                     Logback, log4j
//! 2024-08-20 14:00:01,123 - payment.db - ERROR - connection lost                                                       Python
//! 2025-04-24T19:51:47.625Z<TAB>info<TAB>flags<TAB>registered                                                      zap console
//! 2023-07-23 14:03:11.123456 E | etcdserver: publish error: etcdserver: request timed out                                etcd
//! [2024-08-20T14:00:01Z INFO  payment::db] connected                                                         Rust's env_logger
//! 2024/08/20 14:00:01 main.go:9: boom                                                                             Go's log
//! 20-Aug-2024 14:00:01.123 SEVERE [main] org.apache.catalina.core.StandardContext.startInternal failed                  Tomcat
//! 17/06/09 20:10:40 INFO spark.SecurityManager: Changing view acls to: yarn      Spark (`yy/MM/dd`), also `081109 203615 148 INFO`
//! 1428634687123 Hello  ·  [10.30 16:49:06] text  ·  14:00:01.123 worker DEBUG text  ·  Sun Dec  4 04:47:44 2005 text
//! 25/03/2026 19:20:31.123 ERROR text    3/25/2026 7:20:31 PM ERROR text    2026年3月25日 19:20:31 ERROR text                Windows
//! 1:M 20 Aug 2024 14:00:01.123 # text                                                                                 Redis
//! 10.0.0.5: user: warning: [2024-08-20T14:00:01Z]: text                                                               Talos
//! 2024-08-20 14:00:01.123,"ERROR text, and more",app/1    1690121000123,level=error msg=x,…                 tables of CloudWatch, Grafana
//! 1690121000123<TAB>2023-07-23T14:03:20.123Z<TAB>level=error msg=x                                    Grafana's log download
//! ERROR [ReadStage-1] 2024-08-20 14:00:01,123 CassandraDaemon.java:244 - text                                     Cassandra
//! payment-1  | 2024-08-20 14:00:01 text    [pod/payment-6c9f/app] 2024-08-20T14:00:01Z text
//! 2026-03-04 11:20:31.123 UTC,"shop","shop",1234,"10.0.0.9:51234",65e5a0c1.4d2,1,"SELECT",…,ERROR,53300,"text",…        PostgreSQL's csvlog
//! type=SYSCALL msg=audit(1772623231.123:24287): arch=c000003e syscall=2 success=no exit=-13 …                         auditd
//! 350766 node-109 unix.hw state_change.unavailable 1084680778 1 Component State Change      epoch in the 2nd, 4th or 5th column
//! ```
//! The shape of the time is found once, from the head of the input, and so is whether lines state levels: a level is the first word
//! behind the time, or one of the next in capitals or brackets, never a word of the message. Whether times have zones is decided by the
//! first record; a line that differs has no time (`bad-time`). A line without a head (a stack trace, text of several lines) belongs to
//! the record above. Whether the day or the month of `3/4/2026` stands first tells only a date that can be read in one way; where the head
//! has none, such lines have no time (`bad-time`). A second time in a line is part of its message.
//!
//! Verified against the defaults of Spring Boot, Logback, log4j, Python's `logging`, zap, env_logger, etcd 3.4, Tomcat and Hadoop.
//! Not supported: patterns that write the time further in, years of two digits in other orders.

use super::super::time::Years;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::level::{find_level, level_of_cells, logger_after};
use super::message::read_message;
use super::shape::{DAY_NS, HOUR_NS, Survey, When, read_head, survey};
use super::stray::is_days_off;
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "stamped", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    survey(head).map_or(0, |survey| survey.score)
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Stamped {
        survey: survey(head),
        kind: None,
        years: Years::default(),
        days: Days::default(),
    }))
}

struct Stamped {
    survey: Option<Survey>,
    /// What the times lack; known from the first record on.
    kind: Option<WallKind>,
    years: Years,
    days: Days,
}

impl Lines for Stamped {
    fn wall_kind(&self) -> WallKind {
        self.kind.unwrap_or(WallKind::Unclocked)
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((survey, head)) = self.survey.and_then(|survey| Some((survey, read_head(survey.shape, line.bytes)?)))
        else {
            return Verdict::Headless;
        };
        let (kind, wall) = match head.when {
            When::Dated(stamp) => match stamp.utc() {
                Some(utc) => (WallKind::Utc, utc),
                None => (WallKind::Local, stamp.wall),
            },
            When::Instant(wall) => (WallKind::Utc, wall),
            When::Yearless(time) => (WallKind::LocalWithoutYear, self.years.wall(&time).unwrap_or(WallTime::NONE)),
            When::OfDay(ns) => (WallKind::TimeOfDay, self.days.wall(ns)),
        };
        let wall = if *self.kind.get_or_insert(kind) == kind { wall } else { WallTime::NONE };
        let (level, source) = if head.level != Level::None {
            (head.level, logger_after(head.rest))
        } else {
            head_of(head.rest, survey.has_levels)
        };
        // Rows that a message quotes.
        if level == Level::None && survey.has_levels && (!wall.is_some() || is_days_off(wall, out)) {
            return Verdict::Headless;
        }
        if !wall.is_some() {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
        }
        let source = if source.is_empty() { head.source } else { source };
        out.records.push(line.number, wall, level, source);
        Verdict::Record
    }
}

/// The level and the logger of what follows the time.
fn head_of(rest: &[u8], has_levels: bool) -> (Level, &[u8]) {
    // In an export as a table the message is a cell.
    let cells = rest;
    let rest = rest.strip_prefix(b",\"").unwrap_or(rest);
    let Some(stated) = find_level(rest).filter(|_| has_levels) else {
        // A message may be a line of klog's, of logfmt's, an object.
        let text = rest.strip_prefix(b",").unwrap_or(rest);
        let of_cells = if has_levels { level_of_cells(cells) } else { Level::None };
        let level = if of_cells == Level::None { read_message(text.trim_ascii_start()).level } else { of_cells };
        return (level, b"");
    };
    // Python writes the logger before the level: ` - payment.db - ERROR - text`.
    let before = rest[..stated.start].strip_prefix(b" - ").and_then(|name| name.strip_suffix(b" - "));
    let source = before.unwrap_or_else(|| logger_after(&rest[stated.end..]));
    (stated.level, source)
}

/// Times of day without a date: a step back of more than an hour is midnight.
#[derive(Default)]
struct Days {
    past_ns: i64,
    last_ns: i64,
}

impl Days {
    fn wall(&mut self, of_day_ns: i64) -> WallTime {
        if of_day_ns + HOUR_NS < self.last_ns {
            self.past_ns = self.past_ns.saturating_add(DAY_NS);
        }
        self.last_ns = of_day_ns;
        let day_ns = crate::model::time::PLACEHOLDER_DAY * DAY_NS;
        WallTime(day_ns.saturating_add(self.past_ns).saturating_add(of_day_ns))
    }
}
