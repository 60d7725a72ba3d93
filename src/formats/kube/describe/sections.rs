//! The sections below a title at the left margin.

use super::super::columns::fields;
use super::{Fate, IssueCode, Locator, Read, instant, is_unset, key_value, owned};
use crate::model::{KubeCondition, KubeField, KubeObject};

/// What the lines at hand belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// No object has begun.
    Outside,
    /// Fields of the object, and sections that are not read.
    Fields,
    /// Containers.
    Containers {
        /// Whether they run before the others.
        is_init: bool,
    },
    /// The events table.
    Events,
    /// Conditions of a pod, a node or a claim.
    Conditions,
    /// `Capacity:` of a node.
    Capacity,
    /// `Allocatable:` of a node.
    Allocatable,
    /// `System Info:` of a node.
    SystemInfo,
    /// `Non-terminated Pods:` of a node.
    Pods,
    /// `Allocated resources:` of a node.
    Allocated,
    /// `Volumes:` of a pod.
    Volumes,
    /// `Used By:` of a claim, which goes on below.
    UsedBy,
    /// `Spec:` of a network policy.
    Policy {
        /// Whether the rules at hand are of what goes out.
        is_egress: bool,
    },
}

impl Section {
    /// The section that a key at the left margin begins.
    pub(super) fn of_key(key: &[u8]) -> Self {
        match key {
            b"Containers" | b"Ephemeral Containers" => Self::Containers { is_init: false },
            b"Init Containers" => Self::Containers { is_init: true },
            b"Events" => Self::Events,
            b"Conditions" => Self::Conditions,
            b"Capacity" => Self::Capacity,
            b"Allocatable" => Self::Allocatable,
            b"System Info" => Self::SystemInfo,
            b"Non-terminated Pods" => Self::Pods,
            b"Allocated resources" => Self::Allocated,
            b"Volumes" => Self::Volumes,
            b"Used By" => Self::UsedBy,
            b"Spec" => Self::Policy { is_egress: false },
            _ => Self::Fields,
        }
    }

    /// What an indented key changes for the lines below it.
    pub(super) fn turn(&mut self, key: &[u8]) {
        if let Self::Policy { is_egress } = self
            && key.ends_with(b"gress traffic")
        {
            *is_egress = key == b"Allowing egress traffic";
        }
    }

    /// An indented line of a section.
    pub(super) fn read(
        self,
        text: &[u8],
        here: Locator,
        object: &mut KubeObject,
        others: &mut Vec<KubeObject>,
    ) -> Read {
        let trimmed = text.trim_ascii();
        let (key, value) = key_value(trimmed);
        let is_rule = trimmed.iter().all(|byte| *byte == b'-' || byte.is_ascii_whitespace());
        let mut add = |name: String, value: &[u8]| {
            object.fields.push(KubeField { name, value: owned(value), locator: here });
            Ok(Fate::Parsed)
        };
        match self {
            Self::UsedBy => add("usedBy".into(), trimmed),
            Self::Capacity if !key.is_empty() => add(format!("status.capacity.{}", owned(key)), value),
            Self::Allocatable if !key.is_empty() => add(format!("status.allocatable.{}", owned(key)), value),
            Self::SystemInfo => match key {
                b"Boot ID" => add("status.nodeInfo.bootID".into(), value),
                b"Kernel Version" => add("status.nodeInfo.kernelVersion".into(), value),
                b"OS Image" => add("status.nodeInfo.osImage".into(), value),
                b"Container Runtime Version" => add("status.nodeInfo.containerRuntimeVersion".into(), value),
                b"Kubelet Version" => add("status.nodeInfo.kubeletVersion".into(), value),
                _ => Ok(Fate::Skipped),
            },
            Self::Volumes if key == b"ClaimName" => {
                object.claims.push(owned(value));
                Ok(Fate::Parsed)
            }
            // The same fields as of a manifest.
            Self::Policy { is_egress } => match key {
                super::OF_POLICIES => {
                    let selects_all = value.starts_with(b"<none>");
                    object.kind = "NetworkPolicy".to_owned();
                    add("spec.podSelector".into(), if selects_all { b"{}" } else { b"matches" })
                }
                b"Policy Types" => {
                    let types: Vec<u8> = value.iter().copied().filter(|byte| *byte != b' ').collect();
                    add("spec.policyTypes".into(), &types)
                }
                b"To Port" if is_egress => {
                    let slash = value.iter().position(|byte| *byte == b'/').filter(|_| !value.starts_with(b"<any>"));
                    let port = slash.map(|slash| [&value[slash + 1..], b"/", &value[..slash]].concat());
                    add("spec.egress[].ports".into(), port.as_deref().unwrap_or(b"*"))
                }
                _ => Ok(Fate::Skipped),
            },
            _ if is_rule => Ok(Fate::Skipped),
            Self::Conditions => read_condition(trimmed, here, object),
            Self::Pods => {
                let cells: Vec<&[u8]> = fields(trimmed).take(8).collect();
                if cells.first() == Some(&&b"Namespace"[..]) {
                    return Ok(Fate::Skipped);
                }
                let [namespace, name, ..] = cells.as_slice() else { return Err(IssueCode::UnparsedLines) };
                let pod = KubeObject::at("Pod", here);
                let node = Some(object.name.clone());
                others.push(KubeObject { namespace: owned(namespace), name: owned(name), node, ..pod });
                Ok(Fate::Parsed)
            }
            Self::Allocated => {
                let cells: Vec<&[u8]> = fields(trimmed).take(3).collect();
                match cells.as_slice() {
                    [b"Resource", ..] => Ok(Fate::Skipped),
                    [resource, requests, limits] => {
                        let _ = add(format!("allocated.{}.requests", owned(resource)), requests);
                        add(format!("allocated.{}.limits", owned(resource)), limits)
                    }
                    _ => Ok(Fate::Skipped),
                }
            }
            _ => Ok(Fate::Skipped),
        }
    }
}

/// `Ready  False  <heartbeat>  <transition>  Reason  Message`, or the first two alone for pods.
fn read_condition(row: &[u8], here: Locator, object: &mut KubeObject) -> Read {
    let cells: Vec<&[u8]> = fields(row).take(6).collect();
    let cell = |index: usize| cells.get(index).copied().filter(|text| !is_unset(text)).unwrap_or_default();
    let (kind, status) = (cell(0), cell(1));
    if kind == b"Type" {
        return Ok(Fate::Skipped);
    }
    if !matches!(status, b"True" | b"False" | b"Unknown") {
        return Err(IssueCode::UnparsedLines);
    }
    // Where a stamp is missing the cells move to the left.
    let stamps: Vec<_> = (2..cells.len()).take_while(|index| instant(cell(*index)).is_some()).collect();
    let since = stamps.last().and_then(|index| instant(cell(*index))).flatten();
    let rest = 2 + stamps.len();
    // A reason is one word: a sentence in its place is the message of a condition without one.
    let is_sentence = cell(rest).contains(&b' ');
    let (reason, message) = if is_sentence { (&[][..], cell(rest)) } else { (cell(rest), cell(rest + 1)) };
    let (reason, message) = (owned(reason), owned(message));
    let (kind, status) = (owned(kind), owned(status));
    object.conditions.push(KubeCondition { kind, status, reason, message, since, locator: here });
    Ok(Fate::Parsed)
}
