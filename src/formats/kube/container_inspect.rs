//! Containers as their runtime describes them: `docker inspect`, `podman inspect`, `crictl inspect`, `nerdctl inspect`.
//!
//! ```text
//! [{"Id": "8e8c1f…", "State": {"Status": "exited", "OOMKilled": true, "ExitCode": 137, "FinishedAt": "2024-08-20T05:58:23.1Z"},
//!   "Name": "/payment", "RestartCount": 3, "HostConfig": {"Memory": 536870912, "PidsLimit": 100}}]                                docker
//! {"status": {"id": "8e8c1f…", "metadata": {"attempt": 3, "name": "api"}, "state": "CONTAINER_EXITED", "exitCode": 137,
//!   "reason": "OOMKilled", "labels": {"io.kubernetes.pod.name": "api-0", …}}, "info": {"runtimeSpec": {…}}}                        crictl
//! ```
//! Yields the container's state and restarts, as those of its pod where its labels name one, and the limits of its control group: tasks
//! (none where it is 0, less or `null`) and memory (none where it is 0). docker's `OOMKilled` tells of any process of the container; it is
//! the reason of an end only with exit code 137.
//!
//! Source: moby `api/types/container`, cri-api `runtime/v1/api.proto` (`ContainerStatus`). Not supported: images, networks, `inspectp`,
//! `--format`.

use super::super::tree::json::JsonReader;
use super::super::tree::{Fate, Place, Visit};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::manifest::set_time;
use crate::evidence::Block;
use crate::model::{
    ContainerState, EvidenceId, IssueCode, KubeContainer, KubeObject, Limit, LimitName, LimitOrigin, Locator, Scope,
    WallKind,
};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "container-inspect", family: Family::Kube, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let bytes = head.bytes.trim_ascii_start();
    let has = |key: &[u8]| crate::model::memmem::find(bytes, key).is_some();
    let of_docker = || bytes.starts_with(b"[") && has(b"\"RestartCount\"") && has(b"\"ExitCode\"");
    let of_cri = || bytes.starts_with(b"{") && has(b"\"attempt\"") && has(b"\"CONTAINER_");
    if of_docker() || of_cri() { 96 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Inspect { reader: JsonReader::default(), found: Found { evidence, ..Found::default() }, end: 0 })
}

struct Inspect {
    reader: JsonReader,
    found: Found,
    /// Bytes seen.
    end: u64,
}

impl Parser for Inspect {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.reader.feed(block, &mut Visitor { found: &mut self.found, out });
        self.end = block.offset + block.bytes.len() as u64;
        // Instants have zones of their own.
        out.wall_kind = WallKind::Unclocked;
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(self.end, &mut Visitor { found: &mut self.found, out });
        out.wall_kind = WallKind::Unclocked;
    }
}

/// What is known of the container at hand.
#[derive(Default)]
struct Found {
    evidence: EvidenceId,
    path: String,
    /// Lengths of the path before what is open, and whether that is a list.
    levels: Vec<(usize, bool)>,
    key: Place,
    begun: Place,
    container: KubeContainer,
    namespace: String,
    pod: String,
    is_oom: bool,
    limits: Vec<(LimitName, Option<u64>, Locator)>,
}

impl Found {
    fn scalar(&mut self, text: &str, is_null: bool, at: Locator) -> bool {
        let Self { container, path, .. } = self;
        let state = &mut container.state;
        let path = path.strip_prefix("[]").unwrap_or(path);
        match path {
            ".HostConfig.PidsLimit" | ".info.runtimeSpec.linux.resources.pids.limit" => {
                let value = text.parse().ok().filter(|value| *value > 0);
                self.limits.push((LimitName::PidsMax, value, at));
            }
            _ if is_null || text.is_empty() => {}
            ".HostConfig.Memory" | ".info.runtimeSpec.linux.resources.memory.limit" => {
                let value = text.parse().ok().filter(|value| *value > 0);
                container.memory_limit = value.map(|_| text.to_owned());
                container.memory_limit_at = value.map(|_| at);
                self.limits.push((LimitName::MemoryMax, value, at));
            }
            ".Name" if container.name.is_empty() => text.trim_start_matches('/').clone_into(&mut container.name),
            ".status.metadata.name" | ".Config.Labels.io.kubernetes.container.name" => {
                text.clone_into(&mut container.name);
            }
            ".Id" | ".status.id" => container.id = Some(text.to_owned()),
            ".Config.Image" | ".status.image.image" => container.image = Some(text.to_owned()),
            ".RestartCount"
            | ".status.metadata.attempt"
            | ".Config.Labels.annotation.io.kubernetes.container.restartCount" => {
                // Below kubelet docker itself restarts nothing.
                container.restarts = container.restarts.max(text.parse().unwrap_or(0));
                container.restarts_at = Some(at);
            }
            ".State.Status" | ".status.state" => {
                state.phase = match text {
                    "running" | "paused" | "CONTAINER_RUNNING" => "Running",
                    "created" | "CONTAINER_CREATED" | "CONTAINER_UNKNOWN" => "Waiting",
                    _ => "Terminated",
                }
                .to_owned();
            }
            ".State.ExitCode" | ".status.exitCode" => {
                (state.exit_code, state.locator) = (text.parse().ok(), Some(at));
            }
            ".State.OOMKilled" => self.is_oom = text == "true",
            ".status.reason" => state.reason = Some(text.to_owned()),
            ".State.Error" | ".status.message" => state.message = Some(text.to_owned()),
            ".State.StartedAt" | ".status.startedAt" => return set_time(text, &mut state.started),
            ".State.FinishedAt" | ".status.finishedAt" => return set_time(text, &mut state.finished),
            _ => {
                let label = path.strip_prefix(".Config.Labels").or_else(|| path.strip_prefix(".status.labels"));
                match label {
                    Some(".io.kubernetes.pod.name") => text.clone_into(&mut self.pod),
                    Some(".io.kubernetes.pod.namespace") => text.clone_into(&mut self.namespace),
                    _ => {}
                }
            }
        }
        true
    }

    /// The document or item has ended.
    fn end(&mut self, at: Place, out: &mut Parsed) {
        let Self { evidence, mut container, namespace, pod, is_oom, limits, .. } =
            std::mem::replace(self, Self { evidence: self.evidence, ..Self::default() });
        // The sandbox of a pod runs nothing of its own.
        if container.name.is_empty() || container.name == "POD" || container.state.phase.is_empty() {
            return;
        }
        let (kind, name) = if pod.is_empty() { ("Container", &container.name) } else { ("Pod", &pod) };
        let owner = [namespace.as_str(), &pod, &container.name];
        let owner = owner.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        // What a pod's container is free of may still bind the pod.
        let told = limits.into_iter().filter(|(_, value, _)| value.is_some() || pod.is_empty());
        out.limits.extend(told.map(|(name, value, locator)| {
            let (scope, origin) = (Scope::Cgroup(owner.clone()), LimitOrigin::Live);
            Limit { name, scope, value, origin, soft: true, locator }
        }));
        let state = &mut container.state;
        if state.phase != "Terminated" {
            // What runs or waits has no end of its own: what stands there is of the run before, or nothing.
            *state = ContainerState {
                phase: std::mem::take(&mut state.phase),
                started: state.started,
                ..Default::default()
            };
        } else if is_oom && state.exit_code == Some(137) {
            state.reason = Some("OOMKilled".to_owned());
        }
        let same =
            |object: &&mut KubeObject| (&*object.kind, &object.namespace, &object.name) == (kind, &namespace, name);
        if let Some(object) = out.objects.iter_mut().rev().take(MAX_APART).find(same) {
            // Another container of the pod.
            object.containers.push(container);
            return;
        }
        let mut object = KubeObject::at(kind, at.locator(evidence));
        (object.namespace, object.name) = (namespace, name.clone());
        object.containers.push(container);
        out.objects.push(object);
    }
}

/// How far back the pod of a container is looked for.
const MAX_APART: usize = 64;

struct Visitor<'a> {
    found: &'a mut Found,
    out: &'a mut Parsed,
}

impl Visit for Visitor<'_> {
    fn open(&mut self, is_list: bool, at: Place) {
        let it = &mut *self.found;
        if it.levels.iter().all(|(_, is_list)| *is_list) {
            it.begun = at;
        }
        it.levels.push((it.path.len(), is_list));
        if is_list {
            it.path.push_str("[]");
        }
    }

    fn key(&mut self, key: &str, at: Place) {
        let it = &mut *self.found;
        if let Some((len, _)) = it.levels.last() {
            it.path.truncate(*len);
            it.path.push('.');
            it.path.push_str(key);
        }
        it.key = at;
    }

    fn scalar(&mut self, text: &str, is_null: bool, at: Place) {
        let place = self.found.key.to(at).locator(self.found.evidence);
        if !self.found.scalar(text, is_null, place) {
            self.out.issues.add(IssueCode::BadTime, at.first, at.start);
        }
    }

    fn close(&mut self, at: Place) {
        let it = &mut *self.found;
        let Some((len, is_list)) = it.levels.pop() else { return };
        it.path.truncate(len);
        if !is_list && it.levels.iter().all(|(_, is_list)| *is_list) {
            let levels = std::mem::take(&mut it.levels);
            let path = std::mem::take(&mut it.path);
            it.end(it.begun.to(at), self.out);
            (it.levels, it.path) = (levels, path);
        }
    }

    fn abandon(&mut self) {
        *self.found = Found { evidence: self.found.evidence, ..Found::default() };
    }

    fn between(&mut self, line: &str, _: Place) -> Fate {
        if super::super::host::is_prompt(line.as_bytes()) { Fate::Skipped } else { Fate::Failed }
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}
