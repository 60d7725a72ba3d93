//! Prometheus' text exposition and OpenMetrics: a scrape of `/metrics` or `/federate`, and what `promtool tsdb dump` writes.
//!
//! ```text
//! # HELP node_processes_max_processes Number of max PIDs limit
//! # TYPE node_processes_max_processes gauge
//! node_processes_max_processes 4.194304e+06
//! container_threads{id="/kubepods/burstable/pod1",name="calico-node"} 41 1690120800000      stamp in milliseconds
//! http_requests_total{code="200"} 1027 1690120800.781 # {trace_id="x"} 0.67                  OpenMetrics: seconds, exemplar
//! # EOF
//! {__name__="up", instance="n1"} 1 1690120800000                                             promtool tsdb dump
//! ```
//! Stamps are seconds or milliseconds by magnitude. A sample without one has no time, and none is invented: it is kept, counted
//! (`snapshot-without-time`) and no chart shows it, but the [limits](super::limits) it states are taken. Several scrapes in one input
//! are one set of series. `NaN` is a gap; `+Inf` cannot be drawn: a gap too, and counted as a bad number.
//!
//! Spec: prometheus.io/docs/instrumenting/exposition_formats, OpenMetrics 1.0. Not supported: the protobuf exposition, native
//! histograms, quoted metric names inside the braces (they stay as written).

use super::instant::parse_epoch;
use super::number::parse_sample_value;
use super::samples::{Samples, read_lines};
use super::table::Place;
use crate::evidence::Block;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "prometheus-text", family: Family::Metrics, sniff, parser };

/// How the names of samples begin that tell of nodes and containers: `curl … | grep threads` leaves their descriptions out.
const EXPORTED: [&[u8]; 6] = [b"node_", b"container_", b"process_", b"go_", b"kubelet_", b"jvm_"];

fn sniff(head: &Head<'_>) -> u8 {
    let describes = head.lines().any(|line| line.starts_with(b"# TYPE ") || line.starts_with(b"# HELP "));
    let share = head.share(50, |line| Sample::of(line).is_some());
    let first = head.telling_lines().find_map(Sample::of).map_or(&b""[..], |sample| sample.selector);
    match share {
        90.. if describes => 95,
        60.. if describes => 80,
        90.. if first.starts_with(b"{__name__=\"") => 90,
        // Without a description, words and numbers could be anything (`nr_free_pages 12345`): labels could not.
        90.. if first.ends_with(b"\"}") && head.share(50, |line| line.contains(&b'{')) >= 50 => 75,
        // … and names that exporters begin so.
        90.. if EXPORTED.iter().any(|start| first.starts_with(start)) => 75,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(PrometheusText(Samples::new(evidence)))
}

struct PrometheusText(Samples);

fn read(samples: &mut Samples, text: &[u8], place: Place, out: &mut Parsed) -> Result<(), IssueCode> {
    let sample = Sample::of(text).ok_or(IssueCode::UnparsedLines)?;
    let wall = match sample.time {
        Some(time) => parse_epoch(time).ok_or(IssueCode::BadTime)?,
        None => WallTime::NONE,
    };
    let index = samples.of_selector(sample.selector).ok_or(IssueCode::TooManySeries)?;
    samples.push_text(index, wall, sample.value, place, out);
    Ok(())
}

impl Parser for PrometheusText {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        read_lines(block, out, &mut |text, place, out| read(&mut self.0, text, place, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.0.finish(out);
    }
}

/// A line that is a sample.
struct Sample<'a> {
    selector: &'a [u8],
    value: &'a [u8],
    time: Option<&'a [u8]>,
}

impl<'a> Sample<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let (selector, rest) = split_selector(line)?;
        let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let value = words.next().filter(|value| is_number(value))?;
        let time = words.next().filter(|word| !word.starts_with(b"#"));
        // What follows may only be an exemplar.
        let is_whole = time.is_none() || words.next().is_none_or(|word| word.starts_with(b"#"));
        is_whole.then_some(Self { selector, value, time })
    }
}

fn is_number(word: &[u8]) -> bool {
    matches!(word, b"NaN" | b"+Inf" | b"-Inf" | b"Inf") || parse_sample_value(word).is_some()
}

/// Splits `name{a="b"} rest` behind the selector; either part of a selector may be missing, not both.
pub(super) fn split_selector(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.');
    let n_name = line.iter().take_while(|byte| is_name(byte)).count();
    if line.first().is_none_or(u8::is_ascii_digit) {
        return None;
    }
    let labels = line[n_name..].strip_prefix(b"{");
    let n_labels = labels.map_or(Some(0), |labels| Some(labels_len(labels)? + 2))?;
    let len = n_name + n_labels;
    let is_apart = line.get(len).is_none_or(u8::is_ascii_whitespace);
    (len > 0 && is_apart).then(|| line.split_at(len))
}

/// Bytes before the brace that closes; quotes may hold braces.
fn labels_len(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'}', text.get(at..)?)?;
        if text[at] == b'}' {
            return Some(at);
        }
        at += 1;
        loop {
            at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
            at += 1;
            if text[at - 1] == b'"' {
                break;
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::model::{LimitName, RowAt, Scope, Unit, WallKind};

    fn sniffed(text: &str) -> u8 {
        sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true })
    }

    const SCRAPE: &str = "# HELP node_processes_threads Allocated threads\n# TYPE node_processes_threads gauge\n\
        node_processes_threads 46312\nnode_processes_max_processes 4.194304e+06\n\
        container_threads_max{id=\"/kubepods/pod1\",image=\"a\\\"}\"} 0\n\
        http_seconds_bucket{le=\"+Inf\"} 7\nquantile{quantile=\"0.5\"} NaN\nqueue_age_seconds +Inf\n# EOF\n";

    #[test]
    fn a_scrape_has_no_time_and_states_limits() {
        assert_eq!(sniffed(SCRAPE), 95);
        let parsed = parse_text(&FORMAT, SCRAPE);
        assert_eq!((parsed.frames.len(), parsed.wall_kind, parsed.lines.skipped), (6, WallKind::Unclocked, 3));
        assert_eq!(parsed.frames[0].wall, vec![WallTime::NONE].into());
        assert_eq!(parsed.frames[2].columns[0].label("image"), Some("a\"}"));
        assert_eq!(parsed.frames[5].columns[0].unit, Unit::Seconds);
        let limits: Vec<_> = parsed.limits.iter().map(|limit| (limit.name, &limit.scope, limit.value)).collect();
        let cgroup = Scope::Cgroup("/kubepods/pod1".to_owned());
        let expected = [(LimitName::PidMax, &Scope::Node, Some(4_194_304)), (LimitName::PidsMax, &cgroup, None)];
        assert_eq!(limits, expected);
        let issues: Vec<_> =
            parsed.issues.list.iter().map(|issue| (issue.code, issue.count, issue.first_line)).collect();
        assert_eq!(issues, [(IssueCode::BadNumber, 1, 8), (IssueCode::SnapshotWithoutTime, 6, 3)]);
    }

    #[test]
    fn stamps_exemplars_and_dumps() {
        let text = "up{a=\"b\"} 1 1690120815000\nup{a=\"b\"} 0 1690120800 # {trace_id=\"x y\"} 0.67 1690120799.5\n\
                    up{a=\"c\"} 1 # {trace_id=\"z\"} 1\nup{a=\"b\"} 1 yesterday\nup{a=\"b\"\n";
        assert_eq!(sniffed("up{a=\"b\"} 1 1690120815000\nup{a=\"c\"} 1 1690120815000\n"), 75);
        assert_eq!(sniffed("{__name__=\"up\", instance=\"n1\"} 1 1690120800000\n"), 90);
        let parsed = parse_text(&FORMAT, text);
        assert_eq!(
            (&parsed.frames[0].columns[0].values[..], &parsed.frames[0].rows),
            (&[0.0, 1.0][..], &RowAt::Lines(vec![2, 1].into()))
        );
        assert_eq!((parsed.lines.parsed, parsed.lines.failed, parsed.wall_kind), (3, 2, WallKind::Utc));
        let codes: Vec<_> = parsed.issues.list.iter().map(|issue| issue.code).collect();
        let expected =
            [IssueCode::UnparsedLines, IssueCode::BadTime, IssueCode::UnsortedTimes, IssueCode::SnapshotWithoutTime];
        assert_eq!(codes, expected);
    }

    #[test]
    fn limits_of_several_nodes_are_nobodys() {
        let text = "node_processes_max_threads{instance=\"n1:9100\"} 61187\n\
                    node_processes_max_threads{instance=\"n2:9100\"} 7801\n";
        assert!(parse_text(&FORMAT, text).limits.is_empty());
        let one = text.lines().next().unwrap_or_default();
        assert_eq!(parse_text(&FORMAT, one).limits.len(), 1);
    }

    #[test]
    fn other_words_and_numbers_are_not_claimed() {
        for text in [
            "nr_free_pages 12345\nnr_zone_inactive 5\n",
            "NAME READY\nweb 1\n",
            "# TYPE is a comment\nexport A=5\n",
            "MemTotal: 16384 kB\n",
            "kernel.pid_max = 49152\n",
        ] {
            assert_eq!(sniffed(text), 0, "{text}");
        }
    }
}
