//! `kubectl describe pod`, one pod or many, by old and new kubectl.
//!
//! ```text
//! Name:             calico-node-xx
//! Namespace:        kube-system
//! Node:             node-xx/10.0.0.5
//! Containers:
//!   calico-node:
//!     Container ID:   containerd://8e8c…
//!     Last State:     Terminated
//!       Reason:       Error
//!       Exit Code:    137
//!       Started:      Sun, 02 Jul 2023 10:12:44 +0800
//!       Finished:     Sun, 23 Jul 2023 22:14:03 +0800
//!     Restart Count:  1
//! Events:
//!   Type     Reason     Age                From     Message
//!   ----     ------     ----               ----     -------
//!   Warning  Unhealthy  16m (x8 over 20m)  kubelet  Liveness probe failed: …
//! ```
//! Stamps carry the zone of the person who ran kubectl; events have only ages, which are intervals before the unknown time of collection.
//! Sections that nothing asks for (labels, volumes, conditions, environment) are counted as skipped. A message that wraps is kept to its
//! first line.
//!
//! Source: <https://github.com/kubernetes/kubectl/blob/master/pkg/describe/describe.go> (`describePod`).
//! Not supported: text whose indentation was lost; other kinds than pods.

use super::super::time::{number, parse_rfc1123};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::events::EventTable;
use crate::evidence::{Block, Line};
use crate::model::{
    ByteRange, ContainerState, EvidenceId, IssueCode, KubeContainer, KubeObject, LineRange, Locator, Timestamp,
    WallKind,
};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "describe-pod", family: Family::Kube, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let (mut name, mut namespace, mut node, mut containers, mut events) = (false, false, false, false, false);
    for line in head.lines() {
        match key_value(line).0 {
            b"Name" => name = true,
            b"Namespace" => namespace = true,
            b"Node" => node = true,
            b"Containers" | b"Init Containers" => containers = true,
            _ => events |= EventTable::of_header(line).is_some(),
        }
    }
    match (name && namespace, containers, node, events) {
        (true, true, _, _) => 95,
        (true, false, true, _) => 80,
        (false, _, _, true) => 50,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(DescribePod { evidence, section: Section::Outside, pod: None, state: None, table: None })
}

/// What the lines at hand belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// No pod has begun.
    Outside,
    /// Fields of the pod, and sections that are not read.
    Pod,
    /// Containers of any kind.
    Containers,
    /// The events table.
    Events,
}

/// Which block of a container's state is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StateBlock {
    Now,
    Last,
}

struct DescribePod {
    evidence: EvidenceId,
    section: Section,
    pod: Option<KubeObject>,
    state: Option<StateBlock>,
    table: Option<EventTable>,
}

/// What became of a line.
enum Fate {
    Parsed,
    Skipped,
    Failed(IssueCode),
}

impl Parser for DescribePod {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::super::log::report_bytes(block, out);
        for line in block.lines() {
            if line.is_cut() {
                out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            match self.read(&line, out) {
                Fate::Parsed => out.lines.parsed += 1,
                Fate::Skipped => out.lines.skipped += 1,
                Fate::Failed(code) => {
                    out.lines.failed += 1;
                    out.issues.add(code, line.number, line.offset);
                }
            }
        }
        out.wall_kind = WallKind::Unclocked;
    }

    fn finish(&mut self, out: &mut Parsed) {
        out.objects.extend(self.pod.take());
        out.wall_kind = WallKind::Unclocked;
    }
}

impl DescribePod {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes;
        if text.trim_ascii().is_empty() {
            return Fate::Skipped;
        }
        let here = self.locator(line);
        let (key, value) = key_value(text);
        if key == b"Name" {
            out.objects.extend(self.pod.take());
            self.pod = Some(KubeObject { name: owned(value), ..KubeObject::at("Pod", here) });
            (self.section, self.state, self.table) = (Section::Pod, None, None);
            return Fate::Parsed;
        }
        if let Some(table) = EventTable::of_header(text) {
            (self.section, self.table) = (Section::Events, Some(table));
            self.reach(here);
            return Fate::Skipped;
        }
        if self.section != Section::Outside {
            self.reach(here);
        }
        match self.section {
            Section::Events => self.read_event(text, here, out),
            Section::Containers if text.starts_with(b" ") => self.read_container(text, here, out),
            Section::Outside if memchr::memmem::find(text, b"kubectl ").is_some() => Fate::Skipped,
            Section::Outside => Fate::Failed(IssueCode::UnparsedLines),
            Section::Pod | Section::Containers => self.read_field(key, value, out),
        }
    }

    fn locator(&self, line: &Line<'_>) -> Locator {
        Locator {
            evidence: self.evidence,
            bytes: ByteRange { start: line.offset, end: line.offset + line.full_len as u64 },
            lines: LineRange::one(line.number),
        }
    }

    /// The pod goes at least to here.
    fn reach(&mut self, here: Locator) {
        if let Some(pod) = &mut self.pod {
            pod.locator = joined(pod.locator, here);
        }
    }

    /// A field or the title of a section, at the left margin; the indented lines below a field that is not read.
    fn read_field(&mut self, key: &[u8], value: &[u8], out: &mut Parsed) -> Fate {
        let Some(pod) = &mut self.pod else { return Fate::Skipped };
        if !key.is_empty() {
            (self.section, self.state) = (Section::Pod, None);
        }
        match key {
            b"Namespace" => pod.namespace = owned(value),
            b"Node" => {
                let name = value.split(|byte| *byte == b'/').next().unwrap_or(value);
                pod.node = (!is_unset(name)).then(|| owned(name));
            }
            b"Start Time" => state_zone(value, out),
            b"Containers" | b"Init Containers" | b"Ephemeral Containers" => self.section = Section::Containers,
            b"Events" => self.section = Section::Events,
            _ => return Fate::Skipped,
        }
        Fate::Parsed
    }

    /// A line under `Containers:`: two blanks a name, four a field, six a field of a state (or of what is not read).
    fn read_container(&mut self, text: &[u8], here: Locator, out: &mut Parsed) -> Fate {
        let Some(pod) = &mut self.pod else { return Fate::Skipped };
        let indent = text.iter().take_while(|byte| **byte == b' ').count();
        let (key, value) = key_value(&text[indent..]);
        if indent == 2 && !key.is_empty() && value.is_empty() {
            self.state = None;
            pod.containers.push(KubeContainer { name: owned(key), ..KubeContainer::default() });
            return Fate::Parsed;
        }
        let Some(container) = pod.containers.last_mut() else { return Fate::Failed(IssueCode::UnparsedLines) };
        if indent > 4 {
            let state = match self.state {
                Some(StateBlock::Now) => &mut container.state,
                Some(StateBlock::Last) => container.last_state.get_or_insert_default(),
                None => return Fate::Skipped,
            };
            state.locator = Some(state.locator.map_or(here, |locator| joined(locator, here)));
            return read_state(state, key, value, out);
        }
        self.state = None;
        let set = |text: &[u8]| (!text.is_empty()).then(|| owned(text));
        match key {
            b"Container ID" => container.id = set(value),
            b"Image" => container.image = set(value),
            b"Liveness" => container.liveness = set(value),
            b"Readiness" => container.readiness = set(value),
            b"State" | b"Last State" => {
                let state = ContainerState { phase: owned(value), locator: Some(here), ..ContainerState::default() };
                if key == b"State" {
                    (container.state, self.state) = (state, Some(StateBlock::Now));
                } else {
                    (container.last_state, self.state) = (Some(state), Some(StateBlock::Last));
                }
            }
            b"Restart Count" => match number(value) {
                Some(restarts) => (container.restarts, container.restarts_at) = (restarts, Some(here)),
                None => return Fate::Failed(IssueCode::BadNumber),
            },
            _ => return Fate::Skipped,
        }
        Fate::Parsed
    }

    fn read_event(&mut self, text: &[u8], here: Locator, out: &mut Parsed) -> Fate {
        let Some(table) = &self.table else { return Fate::Skipped };
        let trimmed = text.trim_ascii();
        if trimmed.iter().all(|byte| *byte == b'-' || byte.is_ascii_whitespace()) {
            return Fate::Skipped;
        }
        let Some(row) = table.row(text, here) else {
            // A row of a shape that the header does not explain is lost; anything else is the rest of a message that wrapped.
            let is_row =
                text.starts_with(b" ") && (trimmed.starts_with(b"Normal ") || trimmed.starts_with(b"Warning "));
            return if is_row { Fate::Failed(IssueCode::UnparsedLines) } else { Fate::Skipped };
        };
        let mut event = row.event;
        if let Some(pod) = &mut self.pod {
            event.object = format!("pod/{}", pod.name);
            event.namespace.clone_from(&pod.namespace);
            pod.node = pod.node.take().or(row.node);
        }
        out.events.push(event);
        Fate::Parsed
    }
}

/// A field of a state block.
fn read_state(state: &mut ContainerState, key: &[u8], value: &[u8], out: &mut Parsed) -> Fate {
    match key {
        b"Reason" => state.reason = Some(owned(value)),
        b"Exit Code" => match std::str::from_utf8(value).ok().and_then(|code| code.parse().ok()) {
            Some(code) => state.exit_code = Some(code),
            None => return Fate::Failed(IssueCode::BadNumber),
        },
        b"Started" | b"Finished" => {
            let Some(at) = instant(value) else { return Fate::Failed(IssueCode::BadTime) };
            state_zone(value, out);
            if key == b"Started" {
                state.started = at;
            } else {
                state.finished = at;
            }
        }
        _ => return Fate::Skipped,
    }
    Fate::Parsed
}

/// The instant of a stamp: `None` where it cannot be read, `Some(None)` where it means *never* (year 1, or the epoch).
fn instant(value: &[u8]) -> Option<Option<Timestamp>> {
    if memchr::memmem::find(value, b" 0001 ").is_some() {
        return Some(None);
    }
    let utc = parse_rfc1123(value)?.utc()?;
    Some((utc.0 != 0).then_some(Timestamp(utc.0)))
}

/// The first stamp's zone is the zone of whoever ran kubectl.
fn state_zone(value: &[u8], out: &mut Parsed) {
    if out.stated_offset_s.is_none() {
        out.stated_offset_s = parse_rfc1123(value).and_then(|stamp| stamp.offset_s);
    }
}

/// `Key:   value` at the left margin, the value trimmed; an empty key where the line is indented or has none.
fn key_value(line: &[u8]) -> (&[u8], &[u8]) {
    let is_key = line.first().is_some_and(u8::is_ascii_alphanumeric);
    match memchr::memchr(b':', line) {
        Some(end) if is_key && line.get(end + 1).is_none_or(u8::is_ascii_whitespace) => {
            (&line[..end], line[end + 1..].trim_ascii())
        }
        _ => (&[], &[]),
    }
}

fn is_unset(text: &[u8]) -> bool {
    text.is_empty() || text == b"<none>" || text == b"<unset>"
}

fn owned(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// From the first to the second.
fn joined(from: Locator, to: Locator) -> Locator {
    Locator {
        bytes: ByteRange { start: from.bytes.start, end: to.bytes.end },
        lines: LineRange { first: from.lines.first, last: to.lines.last },
        ..from
    }
}
