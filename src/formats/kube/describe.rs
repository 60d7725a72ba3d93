//! `kubectl describe`, one object or many, by old and new kubectl: pods, nodes, claims, network policies, and the head and events of any
//! other kind.
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
//! An object's kind is not printed: what only one kind has tells it. Stamps carry the zone of the person who ran kubectl; events have only
//! ages, which are intervals before the unknown time of collection. Sections that nothing asks for (labels, environment) are counted as
//! skipped. A message that wraps is kept to its first line.
//!
//! Source: <https://github.com/kubernetes/kubectl/blob/master/pkg/describe/describe.go> (`describePod`, `describeNode`,
//! `describePVC`, `describeNetworkPolicy`). Not supported: text whose indentation was lost.

mod container;
mod sections;

use super::super::time::{number, parse_rfc1123};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::events::EventTable;
use crate::evidence::{Block, Line};
use crate::formats::tree::Fate;
use crate::model::{
    ByteRange, EvidenceId, IssueCode, KubeField, KubeObject, KubeOwner, LineRange, Locator, Timestamp, WallKind,
};
use container::ContainerReader;
use sections::Section;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "describe", family: Family::Kube, sniff, parser };

/// Keys at the left margin that only one kind has.
const TELLING: &[(&str, &str)] = &[
    ("Roles", "Node"),
    ("System Info", "Node"),
    ("Node", "Pod"),
    ("Containers", "Pod"),
    ("Init Containers", "Pod"),
    ("StorageClass", "PersistentVolumeClaim"),
    ("Used By", "PersistentVolumeClaim"),
    ("StrategyType", "Deployment"),
    ("Provisioner", "StorageClass"),
];

/// What a policy says below `Spec:`, and nothing else does.
const OF_POLICIES: &[u8] = b"PodSelector";

fn sniff(head: &Head<'_>) -> u8 {
    let (mut name, mut namespace, mut labels, mut kind, mut events) = (false, false, false, "", false);
    let (mut has_volume, mut has_containers, mut has_pressure) = (false, false, false);
    for line in head.lines() {
        has_pressure |= line.starts_with(b"  MemoryPressure ");
        if line.starts_with(b"  ") && key_value(line.trim_ascii()).0 == OF_POLICIES {
            kind = "NetworkPolicy";
        }
        match key_value(line).0 {
            b"Name" => name = true,
            b"Namespace" => namespace = true,
            b"Labels" | b"Annotations" => labels = true,
            b"Volume" => has_volume = true,
            key => {
                has_containers |= key == b"Containers" || key == b"Init Containers";
                if kind.is_empty() {
                    kind = told_kind(key);
                }
                events |= key == b"Events" || EventTable::of_header(line).is_some();
            }
        }
    }
    match (name, kind) {
        (true, "Pod") if namespace && has_containers => 95,
        (true, "Pod") if namespace => 80,
        (true, "Node") if labels => 95,
        (true, "Node") if has_pressure => 90,
        (true, "PersistentVolumeClaim") if namespace && has_volume => 95,
        (true, "NetworkPolicy") if namespace && labels => 95,
        (true, _) if labels && events => 75,
        (false, _) if head.lines().any(|line| EventTable::of_header(line).is_some()) => 50,
        _ => 0,
    }
}

fn told_kind(key: &[u8]) -> &'static str {
    TELLING.iter().find(|(name, _)| name.as_bytes() == key).map_or("", |(_, kind)| kind)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Describe {
        evidence,
        section: Section::Outside,
        object: None,
        others: Vec::new(),
        container: ContainerReader::default(),
        table: None,
    })
}

struct Describe {
    evidence: EvidenceId,
    section: Section,
    object: Option<KubeObject>,
    /// Pods that a node's description lists.
    others: Vec<KubeObject>,
    container: ContainerReader,
    table: Option<EventTable>,
}

impl Parser for Describe {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::super::log::report_bytes(block, out);
        for line in block.lines() {
            if line.is_cut() {
                out.issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            let (fate, code) = match self.read(&line, out) {
                Ok(fate) => (fate, None),
                Err(code) => (Fate::Failed, Some(code)),
            };
            match fate {
                Fate::Parsed => out.lines.parsed += 1,
                Fate::Skipped => out.lines.skipped += 1,
                Fate::Failed => out.lines.failed += 1,
            }
            if let Some(code) = code {
                out.issues.add(code, line.number, line.offset);
            }
        }
        out.wall_kind = WallKind::Unclocked;
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.emit(out);
        out.wall_kind = WallKind::Unclocked;
    }
}

/// What became of a line, or why it was lost.
type Read = Result<Fate, IssueCode>;

impl Describe {
    fn emit(&mut self, out: &mut Parsed) {
        out.objects.extend(self.object.take());
        out.objects.append(&mut self.others);
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Read {
        let text = line.bytes;
        if text.trim_ascii().is_empty() {
            return Ok(Fate::Skipped);
        }
        let here = self.locator(line);
        let (key, value) = key_value(text);
        if key == b"Name" {
            self.emit(out);
            self.object = Some(KubeObject { name: owned(value), ..KubeObject::at("", here) });
            (self.section, self.container, self.table) = (Section::Fields, ContainerReader::default(), None);
            return Ok(Fate::Parsed);
        }
        if let Some(table) = EventTable::of_header(text) {
            (self.section, self.table) = (Section::Events, Some(table));
            self.reach(here);
            return Ok(Fate::Skipped);
        }
        let Some(object) = &mut self.object else {
            return match self.section {
                Section::Events => self.read_event(text, here, out),
                _ if crate::model::memmem::find(text, b"kubectl ").is_some() => Ok(Fate::Skipped),
                _ => Err(IssueCode::UnparsedLines),
            };
        };
        object.locator = joined(object.locator, here);
        if !key.is_empty() && (self.section != Section::Events || !told_kind(key).is_empty()) {
            if object.kind.is_empty() {
                told_kind(key).clone_into(&mut object.kind);
            }
            self.section = Section::of_key(key);
            return self.read_field(key, value, here, out);
        }
        self.section.turn(key_value(text.trim_ascii()).0);
        match self.section {
            Section::Events => self.read_event(text, here, out),
            Section::Containers { is_init } => self.container.read(text, is_init, here, &mut object.containers, out),
            section => section.read(text, here, object, &mut self.others),
        }
    }

    fn locator(&self, line: &Line<'_>) -> Locator {
        Locator {
            evidence: self.evidence,
            bytes: ByteRange { start: line.offset, end: line.offset + line.full_len as u64 },
            lines: LineRange::one(line.number),
        }
    }

    /// The object goes at least to here.
    fn reach(&mut self, here: Locator) {
        if let Some(object) = &mut self.object {
            object.locator = joined(object.locator, here);
        }
    }

    /// A field or the title of a section, at the left margin.
    fn read_field(&mut self, key: &[u8], value: &[u8], here: Locator, out: &mut Parsed) -> Read {
        let Some(object) = &mut self.object else { return Ok(Fate::Skipped) };
        let mut add =
            |name: &str| object.fields.push(KubeField { name: name.into(), value: owned(value), locator: here });
        match key {
            b"Namespace" => object.namespace = owned(value),
            b"Node" => {
                let name = value.split(|byte| *byte == b'/').next().unwrap_or(value);
                object.node = (!is_unset(name)).then(|| owned(name));
            }
            b"Start Time" | b"CreationTimestamp" => state_zone(value, out),
            b"Status" => {
                object.status = Some(KubeField { name: "status.phase".into(), value: owned(value), locator: here })
            }
            b"Reason" => object.reason = Some(owned(value)),
            b"Message" => {
                add("status.message");
                object.message = Some(owned(value));
            }
            b"Controlled By" => {
                let owner = std::str::from_utf8(value).ok().and_then(|owner| owner.split_once('/'));
                object.owner = owner.map(|(kind, name)| KubeOwner { kind: kind.into(), name: name.into() });
            }
            _ if is_unset(value) && !matches!(self.section, Section::Fields) => {}
            b"StorageClass" => add("spec.storageClassName"),
            b"Volume" => add("spec.volumeName"),
            b"Capacity" if !value.is_empty() => add("status.capacity.storage"),
            b"Used By" => add("usedBy"),
            b"Unschedulable" => add("spec.unschedulable"),
            b"Non-terminated Pods" => add("nonTerminatedPods"),
            b"QoS Class" => add("status.qosClass"),
            b"Replicas" => add("replicas"),
            b"Provisioner" => add("provisioner"),
            b"AllowVolumeExpansion" => add("allowVolumeExpansion"),
            _ if self.section == Section::Fields => return Ok(Fate::Skipped),
            _ => {}
        }
        Ok(Fate::Parsed)
    }

    fn read_event(&mut self, text: &[u8], here: Locator, out: &mut Parsed) -> Read {
        let Some(table) = &self.table else { return Ok(Fate::Skipped) };
        let trimmed = text.trim_ascii();
        if trimmed.iter().all(|byte| *byte == b'-' || byte.is_ascii_whitespace()) {
            return Ok(Fate::Skipped);
        }
        let Some(row) = table.row(text, here) else {
            // A row of a shape that the header does not explain is lost; anything else is the rest of a message that wrapped.
            let is_row =
                text.starts_with(b" ") && (trimmed.starts_with(b"Normal ") || trimmed.starts_with(b"Warning "));
            return if is_row { Err(IssueCode::UnparsedLines) } else { Ok(Fate::Skipped) };
        };
        let mut event = row.event;
        if let Some(object) = &mut self.object {
            let kind = object.kind.to_ascii_lowercase();
            event.object = if kind.is_empty() { object.name.clone() } else { format!("{kind}/{}", object.name) };
            event.namespace.clone_from(&object.namespace);
            if kind == "pod" {
                object.node = object.node.take().or(row.node);
            }
        }
        out.events.push(event);
        Ok(Fate::Parsed)
    }
}

/// The instant of a stamp: `None` where it cannot be read, `Some(None)` where it means *never* (year 1, or the epoch).
fn instant(value: &[u8]) -> Option<Option<Timestamp>> {
    if crate::model::memmem::find(value, b" 0001 ").is_some() {
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
