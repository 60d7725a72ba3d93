//! `java.util.logging` as it writes by default: two lines for one record.
//!
//! ```text
//! Nov 27, 2026 10:00:00 AM org.apache.catalina.startup.Catalina start
//! SEVERE: Failed to start component
//! java.net.BindException: Address already in use
//! 11月 27, 2026 10:00:00 上午 org.foo.Bar run                            the same by a JVM whose language is Chinese
//! 严重: 启动失败
//! ```
//! The first line holds time, class and method, the second level and message; what follows belongs to both. The time is local and has
//! seconds. A head whose next line states no level is a record without one.
//!
//! Spec: `java.util.logging.SimpleFormatter` and its default format, JDK 7 to 24. `CONFIG` counts as information and `FINE` as debug, as
//! SLF4J's bridge has it. Not supported: months and levels of languages other than English and Chinese; a format of one's own, which mostly
//! puts all on one line and is then the log of an application.

use super::super::time::{clock, number, parse_month};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::time::Civil;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "jul", family: Family::Log, sniff, parser };

/// Lines of a head that are looked at; a stack trace between two records may be long.
const SNIFFED_LINES: usize = 200;

fn sniff(head: &Head<'_>) -> u8 {
    let mut heads = 0u32;
    let mut pairs = 0u32;
    let mut was_head = false;
    let mut begins = None;
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(SNIFFED_LINES) {
        pairs += u32::from(was_head && level_of(line).is_some());
        was_head = read_head(line).is_some();
        begins.get_or_insert(was_head);
        heads += u32::from(was_head);
    }
    match (begins, pairs > 0 && pairs * 2 >= heads) {
        (Some(true), true) => 92,
        (_, true) => 60,
        _ => 0,
    }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Jul { open: None }))
}

/// Time and class of the first line.
pub(super) fn read_head(line: &[u8]) -> Option<(WallTime, &[u8])> {
    let (month, rest) = match line {
        [a @ b'A'..=b'Z', b, c, b' ', rest @ ..] => (parse_month(&[*a, *b, *c])?, rest),
        [b'1'..=b'9', ..] => {
            let (month, rest) = leading_number(line)?;
            (month, rest.strip_prefix("月 ".as_bytes())?)
        }
        _ => return None,
    };
    let (day, rest) = leading_number(rest)?;
    let (year, rest) = leading_number(rest.strip_prefix(b", ")?)?;
    let (hour, rest) = leading_number(rest.strip_prefix(b" ")?)?;
    // The hour has no leading zero.
    let padded = [[b'0', b'0'].as_slice(), rest.get(..6)?].concat();
    let (_, minute, second) = clock(padded.first_chunk()?)?;
    let rest = &rest[6..];
    // A plain blank, or the narrow one of the CLDR's dates.
    let rest = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix("\u{202f}".as_bytes()))?;
    let halves = [("AM ", 0), ("PM ", 12), ("上午 ", 0), ("下午 ", 12)];
    let (rest, noon) = halves.iter().find_map(|(word, hours)| Some((rest.strip_prefix(word.as_bytes())?, *hours)))?;
    if !(1..=12).contains(&hour) {
        return None;
    }
    let civil =
        Civil { year: i32::try_from(year).ok()?, month, day, hour: hour % 12 + noon, minute, second, nanosecond: 0 };
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$' | b'-');
    let len = rest.iter().take_while(is_name).count();
    (len > 0).then_some((WallTime::from_civil(civil)?, &rest[..len]))
}

/// A number at the beginning, and what follows it.
fn leading_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let n_digits = text.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    Some((number(&text[..n_digits])?, &text[n_digits..]))
}

/// The level of a second line.
fn level_of(line: &[u8]) -> Option<Level> {
    const LEVELS: [(&str, Level); 14] = [
        ("SEVERE", Level::Error),
        ("WARNING", Level::Warning),
        ("INFO", Level::Info),
        ("CONFIG", Level::Info),
        ("FINE", Level::Debug),
        ("FINER", Level::Debug),
        ("FINEST", Level::Trace),
        ("严重", Level::Error),
        ("警告", Level::Warning),
        ("信息", Level::Info),
        ("配置", Level::Info),
        ("详细", Level::Debug),
        ("较详细", Level::Debug),
        ("非常详细", Level::Trace),
    ];
    let word = &line[..line.iter().take(16).position(|byte| *byte == b':')?];
    LEVELS.iter().find(|(name, _)| name.as_bytes() == word).map(|(_, level)| *level)
}

struct Jul {
    /// A first line whose second has not come: its line, time and class.
    open: Option<(u32, WallTime, Vec<u8>)>,
}

impl Jul {
    fn close(&mut self, level: Level, out: &mut Parsed) -> bool {
        let Some((line, wall, class)) = self.open.take() else { return false };
        out.records.push(line, wall, level, &class);
        true
    }
}

impl Lines for Jul {
    fn wall_kind(&self) -> WallKind {
        WallKind::Local
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if let Some((wall, class)) = read_head(line.bytes) {
            self.close(Level::None, out);
            self.open = Some((line.number, wall, class.to_vec()));
            return Verdict::Record;
        }
        self.close(level_of(line.bytes).unwrap_or(Level::None), out);
        Verdict::Headless
    }

    fn end(&mut self, out: &mut Parsed) {
        self.close(Level::None, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn a_first_line_is_a_date_a_clock_of_twelve_hours_and_a_class() {
        for (text, want) in [
            ("Nov 27, 2026 10:00:00 AM org.foo.Bar run", Some(("2026-11-27T10:00:00Z", "org.foo.Bar"))),
            ("Nov 7, 2026 12:05:09 AM org.foo.Bar$1 run", Some(("2026-11-07T00:05:09Z", "org.foo.Bar$1"))),
            ("Nov 27, 2026 12:00:00\u{202f}PM Main main", Some(("2026-11-27T12:00:00Z", "Main"))),
            ("11月 27, 2026 1:02:03 下午 org.foo.Bar run", Some(("2026-11-27T13:02:03Z", "org.foo.Bar"))),
            ("Nov 27, 2026 13:00:00 PM org.foo.Bar run", None),
            ("Nov 31, 2026 10:00:00 AM org.foo.Bar run", None),
            ("Nov 27, 2026 10:00 AM meeting", None),
            ("Nov 27, 2026 10:00:00 AM ", None),
            ("Nov 27 10:00:00 node kubelet[1]: x", None),
        ] {
            let read = read_head(text.as_bytes());
            let shown =
                read.map(|(wall, class)| (Timestamp(wall.0).to_rfc3339(), String::from_utf8_lossy(class).into_owned()));
            assert_eq!(shown, want.map(|(at, class)| (at.to_owned(), class.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_level_is_a_word_of_its_own() {
        let of = |text: &str| level_of(text.as_bytes());
        assert_eq!([of("SEVERE: x"), of("严重: x")], [Some(Level::Error); 2]);
        assert_eq!([of("FINEST: x"), of("非常详细: x")], [Some(Level::Trace); 2]);
        assert_eq!([of("Caused by: x"), of("SEVERELY: x"), of("no colon")], [None; 3]);
    }
}
