//! MySQL's and MariaDB's slow query log.
//!
//! ```text
//! # Time: 2021-01-26T23:45:57.678222Z
//! # User@Host: shop[shop] @ localhost []  Id:     2
//! # Query_time: 0.011853  Lock_time: 0.011542 Rows_sent: 268  Rows_examined: 268
//! SET timestamp=1611704757;
//! SELECT * FROM orders;
//! ```
//! A query is a record with all its lines. Its time is the last `# Time:` above it: older servers write that only when the second changes,
//! and then without a zone (`# Time: 210126 23:45:57`). Where there is none, `SET timestamp` gives no time to the lines above it.
//!
//! Spec: <https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html>. Not supported: the general log, durations as series.

use super::super::dates::parse_compact;
use super::super::time::parse_iso;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::json_fields::Told;
use super::zones::Zones;
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "mysql-slow", family: Family::Log, sniff, parser };

const TIME: &[u8] = b"# Time: ";
const USER: &[u8] = b"# User@Host: ";

fn sniff(head: &Head<'_>) -> u8 {
    let has = |start: &[u8]| head.lines().take(100).any(|line| line.starts_with(start));
    if has(USER) && has(b"# Query_time: ") { 95 } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(MysqlSlow::default()))
}

#[derive(Default)]
struct MysqlSlow {
    zones: Zones,
    time: Option<Told>,
    has_bad_time: bool,
    /// The line above is a `# Time:`, with which a record began already.
    has_begun: bool,
}

/// `2021-01-26T23:45:57.678222Z` or `210126 23:45:57`, its hour padded with a blank.
fn time_of(text: &[u8]) -> Option<Told> {
    let padded = |text: &[u8]| {
        let mut text = text.to_vec();
        if text.get(7) == Some(&b' ') {
            text[7] = b'0';
        }
        parse_compact(&text)
    };
    let stamp = parse_iso(text).or_else(|| padded(text))?;
    Some(stamp.utc().map_or(Told::Local(stamp.wall), Told::Utc))
}

impl Lines for MysqlSlow {
    fn wall_kind(&self) -> WallKind {
        self.zones.kind()
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let had_begun = std::mem::take(&mut self.has_begun);
        if let Some(text) = line.bytes.strip_prefix(TIME) {
            self.time = time_of(text);
            self.has_bad_time = self.time.is_none();
            self.has_begun = true;
        } else if !line.bytes.starts_with(USER) || had_begun {
            // Before the first record, the server says its version and socket.
            return if out.records.is_empty() { Verdict::Skipped } else { Verdict::Continuation };
        }
        let wall = self.zones.wall(self.time, self.has_bad_time, line, out);
        out.records.push(line.number, wall, Level::None, b"");
        Verdict::Record
    }
}
