//! A file system had no room left: what writes there fails.
//!
//! # What it detects
//! `no space left on device` (ENOSPC) in logs, on terminals and in events, beside what `df` and `df -i` say of the file systems, and what
//! Ceph says of the storage below them.
//!
//! # Why it matters
//! A program that cannot write often says that all is well: it starts, and then its probe fails or it ends. What restarts are blamed for is
//! a volume that filled up, or a pool behind it that did.
//!
//! # Evidence used
//! Lines and events with ENOSPC; rows of `df`, of bytes and of inodes; kubelet's `node.fs`; Ceph's health.
//!
//! # Example
//! ```text
//! /dev/rbd0        50G   50G     0 100% /data
//! touch: cannot touch '/data/test.txt': No space left on device
//! ```
//!
//! # Ruled out when
//! `df` was collected, no file system is nearly full, and nothing met ENOSPC. It says how it was then, not before. `df -i` alone, and what
//! kubelet says of its own file system, rule nothing out: they do not tell how full any other was.
//!
//! # Known false positives
//! Watches (inotify), control groups, semaphores and shared memory answer with the same words: lines that name them do not count, lines
//! that name nothing may be about them. Images (loop devices, CDs) are full by nature and left out.
//!
//! # Questions to ask next
//! What took the room, and would anybody have seen it coming? Can the volume grow by itself?
//!
//! # References
//! <https://man7.org/linux/man-pages/man2/write.2.html>, <https://docs.ceph.com/en/latest/rados/operations/health-checks/>

use crate::facts::Facts;
use crate::facts::failures::{Failure, range_of};
use crate::facts::space::{FileSystem, Room};
use crate::model::{
    Arg, Cite, Confidence, Finding, Message, Outcome, Role, Severity, SightingKind, Statement, WhySuggestion,
};
use crate::rules::RuleInfo;
use crate::rules::reached::first_and_last;

/// The rule.
pub static RULE: RuleInfo = RuleInfo { id: "host/file-system-full", severity: Severity::High, since: "0.2.0", detect };

/// Per cent from which on a file system counts as full: what is left is kept for root, or lost to rounding.
const FULL: u32 = 98;
/// Full file systems that are told.
const TOLD: usize = 3;

/// What is said of a file system, by [`Room`]: that it is full though nothing was refused, ...
const FULL_IDS: [&str; 3] = ["outcome-space-full", "outcome-space-full-inodes", "outcome-space-full-kubelet"];
/// ... that it was the fullest and not full, ...
const FAR_IDS: [&str; 3] = ["outcome-space-far", "outcome-space-far-inodes", "outcome-space-far-kubelet"];
/// ... and that it is full, beside what was refused.
const TOLD_IDS: [&str; 3] = ["finding-space-df", "finding-space-df-inodes", "finding-space-df-kubelet"];

fn detect(facts: &Facts) -> Outcome {
    let of = |kind: SightingKind| facts.failures.of(kind.index()).collect::<Vec<&Failure>>();
    let refused = of(SightingKind::NoSpace { path: String::new() });
    let missing = || vec![Message::new("missing-space")];
    let at = |ids: [&str; 3], disk: &FileSystem| {
        Message::new(ids[disk.room as usize])
            .with("where", disk.mount.as_str())
            .with("percent", u64::from(disk.percent))
    };
    let full: Vec<&FileSystem> = facts.space.iter().filter(|disk| disk.percent >= FULL).take(TOLD).collect();
    let [first, ..] = refused.as_slice() else {
        let by_bytes = facts.space.iter().find(|disk| disk.room == Room::Bytes);
        return match (full.first(), by_bytes.or(facts.space.first())) {
            (Some(disk), _) => Outcome::Inconclusive {
                why: at(FULL_IDS, disk),
                would_need: vec![Message::new("missing-space-log")],
                // It is what was seen, not what bounds something else.
                cites: vec![Cite { role: Role::Shows, ..disk.cite }],
            },
            (None, Some(disk)) => {
                let (why, cites) = (at(FAR_IDS, disk), vec![disk.cite]);
                match by_bytes {
                    Some(_) => Outcome::RuledOut { why, cites },
                    None => Outcome::Inconclusive { why, would_need: missing(), cites },
                }
            }
            (None, None) => Outcome::Skipped { missing: missing() },
        };
    };
    // What one host shows says nothing of another one's writes.
    let is_near = |disk: &&FileSystem| refused.iter().any(|failure| disk.is_of(failure.host.as_deref()));
    let near: Vec<&FileSystem> = facts.space.iter().filter(is_near).collect();
    let named = refused.iter().filter_map(|failure| match &failure.kind {
        SightingKind::NoSpace { path } if !path.is_empty() => Some((path.as_str(), failure.host.as_deref())),
        _ => None,
    });
    let path = named.clone().map(|(path, _)| path).next();
    // The file system that the path lies on: the innermost one, as `df` may list all. A path below a mount that has room met something else,
    // and a line that names nothing says nothing of any.
    let holds = |disk: &&FileSystem, path: &str| {
        let below = path.strip_prefix(disk.mount.trim_end_matches('/'));
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    };
    // `df` and `df -i` show the same mount, and `df` may be asked again: the fullest row tells, unless another host's may be meant.
    let mut its = named.filter_map(|(path, host)| {
        let around = || near.iter().filter(move |disk| disk.is_of(host) && holds(disk, path));
        let depth = around().map(|disk| disk.mount.len()).max();
        let mut rows = around().filter(|disk| Some(disk.mount.len()) == depth);
        let fullest = rows.next().filter(|disk| disk.percent >= FULL)?;
        rows.all(|disk| disk.percent >= FULL || disk.host == fullest.host).then_some(*fullest)
    });
    let its = its.next();
    let subject = its.map(|disk| disk.mount.as_str()).or(path).unwrap_or_default();
    let place = || if subject.is_empty() { Arg::from(Message::new("finding-space-unnamed")) } else { subject.into() };
    let statement = |topic: &str, text, cites| Statement { topic: topic.to_owned(), text, cites };
    let count = refused.iter().map(|failure| failure.count).fold(0, u32::saturating_add);
    let said = Message::new("finding-space-refused").with("count", count);
    let mut statements = vec![statement("failures", said, first_and_last(&refused))];
    let full = near.iter().filter(|disk| disk.percent >= FULL).take(TOLD);
    statements.extend(full.map(|disk| statement("ceiling", at(TOLD_IDS, disk), vec![disk.cite])));
    let storage = of(SightingKind::CephTrouble);
    // Only what lies on Ceph can have run out of room because Ceph did.
    let is_below = its.is_some_and(|disk| disk.is_on_ceph);
    let trouble = (!storage.is_empty()).then(|| {
        let (topic, id) =
            if is_below { ("cause", "finding-space-ceph") } else { ("bears-on", "finding-space-ceph-too") };
        statement(topic, Message::new(id).with("count", storage.len()), first_and_last(&storage))
    });
    statements.extend(trouble.clone());
    let cause = trouble.filter(|_| is_below);
    let why = WhySuggestion {
        key: format!("{}/{subject}", RULE.id),
        question: Message::new("finding-space-why").with("where", place()),
        claim: cause.as_ref().map(|cause| cause.text.clone()),
        would_need: if cause.is_some() {
            Vec::new()
        } else {
            ["missing-space-users", "missing-space-storage"].map(Message::new).to_vec()
        },
        cites: cause.map(|cause| cause.cites).unwrap_or_default(),
    };
    let subject = if subject.is_empty() { first.reporter.as_str() } else { subject };
    Outcome::Found(vec![Finding {
        rule: RULE.id.to_owned(),
        title: Message::new("finding-space-title").with("where", place()),
        severity: RULE.severity,
        confidence: match (its, near.iter().find(|disk| disk.room == Room::Bytes)) {
            (Some(_), _) => Confidence::Certain,
            (None, None) => Confidence::Likely,
            (None, Some(_)) => Confidence::Possible,
        },
        subject: subject.to_owned(),
        culprit: None,
        victims: Vec::new(),
        time_range: range_of(&refused),
        statements,
        questions: vec![Message::new("question-space-users"), Message::new("question-space-grow")],
        whys: vec![why],
    }])
}
