//! What `promtool query instant` and `promtool query range` print.
//!
//! ```text
//! up{instance="localhost:9090", job="prometheus"} => 1 @[1690724237.225]       instant
//! node_processes_threads{instance="n1:9100"} =>                                range: the series, then its points
//! 30112 @[1690724700]
//! 30155 @[1690724715]
//! scalar: 5 @[1690724237.225]
//! ```
//! `{}` is a series without labels. `NaN` is a gap; `+Inf` a gap that is counted as a bad number. Points before any series belong to none
//! and are not understood.
//!
//! Source: `Vector.String`, `Matrix.String` in prometheus/common `model/value.go`. Not supported: native histograms, `-o json` (that is
//! an answer in JSON).

use super::instant::parse_seconds;
use super::prometheus_text::split_selector;
use super::samples::{Samples, read_lines};
use super::table::Place;
use crate::evidence::Block;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "promtool", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    match head.share(50, |line| Row::of(line).is_some()) {
        90.. => 95,
        60.. => 80,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Promtool { samples: Samples::new(evidence), series: None })
}

/// One line of an answer.
enum Row<'a> {
    /// `selector =>`, with the point of an instant query.
    Series(&'a [u8], Option<(&'a [u8], &'a [u8])>),
    /// A point of the series above.
    Point(&'a [u8], &'a [u8]),
}

impl<'a> Row<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let line = line.trim_ascii();
        if let Some((value, time)) = point_of(line) {
            return Some(Self::Point(value, time));
        }
        if let Some(point) = line.strip_prefix(b"scalar:") {
            return Some(Self::Series(b"scalar", Some(point_of(point.trim_ascii())?)));
        }
        let (selector, rest) = split_selector(line)?;
        let point = rest.trim_ascii().strip_prefix(b"=>")?.trim_ascii();
        let point = if point.is_empty() { None } else { Some(point_of(point)?) };
        Some(Self::Series(selector, point))
    }
}

/// The value and the time of `1 @[1690724237.225]`.
fn point_of(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b' ', text)?;
    let time = text[at + 1..].strip_prefix(b"@[")?.strip_suffix(b"]")?;
    time.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.').then(|| (&text[..at], time))
}

struct Promtool {
    samples: Samples,
    series: Option<usize>,
}

impl Promtool {
    fn read(&mut self, text: &[u8], place: Place, out: &mut Parsed) -> Result<(), IssueCode> {
        let point = match Row::of(text).ok_or(IssueCode::UnparsedLines)? {
            Row::Series(selector, point) => {
                self.series = self.samples.of_selector(selector);
                self.series.ok_or(IssueCode::TooManySeries)?;
                point
            }
            Row::Point(value, time) => Some((value, time)),
        };
        if let Some((value, time)) = point {
            let index = self.series.ok_or(IssueCode::UnparsedLines)?;
            let wall = parse_seconds(time).ok_or(IssueCode::BadTime)?;
            self.samples.push_text(index, wall, value, place, out);
        }
        Ok(())
    }
}

impl Parser for Promtool {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        read_lines(block, out, &mut |text, place, out| self.read(text, place, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::model::WallTime;

    fn sniffed(text: &str) -> u8 {
        sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true })
    }

    #[test]
    fn instant_range_and_scalar_answers() {
        let instant = "up{instance=\"n1:9090\", job=\"a => b\"} => 1 @[1690724237.225]\n{} => NaN @[1690724237.225]\nscalar: 5 @[1690724237.225]\n";
        assert_eq!(sniffed(instant), 95);
        let parsed = parse_text(&FORMAT, instant);
        let names: Vec<String> = parsed.frames.iter().map(|frame| frame.columns[0].selector()).collect();
        assert_eq!(names, ["up{instance=\"n1:9090\", job=\"a => b\"}", "", "scalar"]);
        assert_eq!(parsed.frames[0].wall, vec![WallTime(1_690_724_237_225_000_000)].into());
        let range = "7 @[1]\nup{job=\"a\"} =>\n1 @[1690724700]\n0 @[1690724715]\n+Inf @[1690724730]\nx\n";
        let parsed = parse_text(&FORMAT, range);
        assert_eq!(parsed.frames[0].columns[0].values[..2], [1.0, 0.0]);
        let issues: Vec<_> =
            parsed.issues.list.iter().map(|issue| (issue.code, issue.count, issue.first_line)).collect();
        assert_eq!(issues, [(IssueCode::UnparsedLines, 2, 1), (IssueCode::BadNumber, 1, 5)]);
    }

    #[test]
    fn arrows_in_logs_are_not_claimed() {
        for text in ["a => b\n", "request => response @[node]\n", "1 @[x\n"] {
            assert_eq!(sniffed(text), 0, "{text}");
        }
    }
}
