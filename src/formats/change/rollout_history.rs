//! `kubectl rollout history`: the revisions of a workload and why each was made, without times.
//!
//! ```text
//! deployment.apps/payment
//! REVISION  CHANGE-CAUSE
//! 1         <none>
//! 2         kubectl set image deployment/payment payment=registry.example.org/payment:v2 --record=true
//! ```
//! A revision is a record of its workload. Nothing says when it was made: no time is given, and the timeline cannot place it; the
//! creation of its ReplicaSet (`kubectl get rs -o json`) would say it.
//!
//! Source: kubernetes/kubectl `pkg/polymorphichelpers/history.go`. Not supported: `--revision=N`, which prints a pod template.

use super::super::log::{LineParser, Lines, Verdict};
use super::super::{Family, Format, Head, Parsed, Parser};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "rollout-history", family: Family::Change, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    if lines.by_ref().take(5).any(is_header) { 95 } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(RolloutHistory { workload: Vec::new() }))
}

fn is_header(line: &[u8]) -> bool {
    line.strip_prefix(b"REVISION").is_some_and(|rest| rest.trim_ascii() == b"CHANGE-CAUSE")
}

struct RolloutHistory {
    workload: Vec<u8>,
}

impl Lines for RolloutHistory {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let text = line.bytes.trim_ascii();
        if is_header(text) {
            return Verdict::Skipped;
        }
        let n_digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if n_digits > 0 && text.get(n_digits).is_some_and(|byte| byte.is_ascii_whitespace()) {
            out.records.push(line.number, WallTime::NONE, Level::None, &self.workload);
            return Verdict::Record;
        }
        // `deployment.apps/payment`, in older ones `deployments "payment"`.
        let is_workload = text.contains(&b'/') || text.ends_with(b"\"");
        if is_workload && text.len() < 300 && text.split(u8::is_ascii_whitespace).count() <= 2 {
            self.workload = text.to_vec();
            return Verdict::Skipped;
        }
        Verdict::Unread
    }
}
