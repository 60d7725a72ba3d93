//! klog and glog lines without an envelope: `kubectl logs` of a control-plane component, `kubelet.INFO`, a copied fragment.
//!
//! ```text
//! I0723 22:00:01.123456    1123 kubelet.go:2345] "SyncLoop (PLEG): event for pod" pod="kube-system/calico-node-xx"
//! ```
//! Letter, month and day, time, thread id, file and line, text. No year, no zone, but a message may say both (`own_second`); a line without
//! a head continues the record above. A file that klog opened itself begins with a few lines about itself, and the day it was created
//! states the year.
//!
//! Source: <https://github.com/kubernetes/klog/blob/main/internal/buffer/buffer.go> (`FormatHeader`).
//! Not supported: klog's JSON output; glog's option to write the year.

use super::super::time::{Years, number, parse_klog};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::own_second::OwnSecond;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "klog", family: Family::Log, sniff, parser };

/// What klog writes at the beginning of a file.
const CREATED: &[u8] = b"Log file created at: ";
const FILE_HEADER: &[&[u8]] = &[CREATED, b"Running on machine: ", b"Binary: ", b"Log line format: "];

fn sniff(head: &Head<'_>) -> u8 {
    let share = share_of_heads(head, |line| is_head(line) || is_file_header(line));
    let mut records = head.telling_lines().skip_while(|line| is_file_header(line));
    match records.next() {
        // A crash may follow a few records with pages of its own: what a file begins with says what it is.
        Some(first) if is_head(first) => share.max(55),
        Some(_) => share,
        None => 0,
    }
}

fn is_file_header(line: &[u8]) -> bool {
    FILE_HEADER.iter().any(|start| line.starts_with(start))
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Klog::default()))
}

/// Whether a line has klog's whole header, up to `file.go:123]`.
fn is_head(line: &[u8]) -> bool {
    let Some((_, time)) = parse_klog(line) else { return false };
    let rest = line[time.len..].trim_ascii_start();
    let thread_len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let place = rest[thread_len..].strip_prefix(b" ").unwrap_or(&[]);
    let place_len = place.iter().take(256).position(|byte| *byte == b']').unwrap_or(0);
    thread_len > 0 && place[..place_len].contains(&b':')
}

#[derive(Default)]
struct Klog {
    years: Years,
    own_second: OwnSecond,
}

impl Lines for Klog {
    fn wall_kind(&self) -> WallKind {
        WallKind::LocalWithoutYear
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((level, time)) = parse_klog(line.bytes).filter(|(_, time)| line.bytes.get(time.len) == Some(&b' '))
        else {
            return read_file_header(line.bytes, out);
        };
        let wall = self.years.wall(&time);
        self.own_second.look(&line.bytes[time.len..], &time, wall, out);
        let wall = wall.unwrap_or_else(|| {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            WallTime::NONE
        });
        out.records.push(line.number, wall, level, b"");
        Verdict::Record
    }
}

/// `Log file created at: 2023/07/23 21:59:58`, before any record.
#[cold]
fn read_file_header(text: &[u8], out: &mut Parsed) -> Verdict {
    if !out.records.is_empty() || !is_file_header(text) {
        return Verdict::Headless;
    }
    if let Some([year @ .., b'/']) = text.strip_prefix(CREATED).and_then(|date| date.first_chunk::<5>()) {
        out.stated_year = number(year).and_then(|year| i32::try_from(year).ok());
    }
    Verdict::Skipped
}
