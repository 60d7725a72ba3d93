//! Containers of a pod: what is asked for (`spec`) and what became of it (`status`), joined by name.

use super::draft::set_time;
use crate::formats::tree::Place;
use crate::model::{ContainerState, EvidenceId, KubeContainer};

/// Bytes of a runtime's id at most: broken input repeats a key.
const MAX_ID: usize = 200;

/// A probe while its fields come in.
#[derive(Default)]
struct Probe {
    /// `http-get`, `exec`, …
    handler: &'static str,
    scheme: String,
    host: String,
    port: String,
    path: String,
    command: Vec<String>,
    delay: Option<String>,
    timeout: Option<String>,
    period: Option<String>,
    success: Option<String>,
    failure: Option<String>,
}

impl Probe {
    fn scalar(&mut self, path: &str, text: &str) {
        let set = || Some(text.to_owned());
        match path {
            "initialDelaySeconds" => self.delay = set(),
            "timeoutSeconds" => self.timeout = set(),
            "periodSeconds" => self.period = set(),
            "successThreshold" => self.success = set(),
            "failureThreshold" => self.failure = set(),
            "httpGet.scheme" => self.scheme = text.to_ascii_lowercase(),
            "httpGet.host" => text.clone_into(&mut self.host),
            "httpGet.path" => text.clone_into(&mut self.path),
            "httpGet.port" => (self.handler, self.port) = ("http-get", text.to_owned()),
            "tcpSocket.port" => (self.handler, self.port) = ("tcp-socket", text.to_owned()),
            "grpc.port" => (self.handler, self.port) = ("grpc", text.to_owned()),
            "exec.command[]" => {
                self.handler = "exec";
                self.command.push(text.to_owned());
            }
            _ => {}
        }
    }

    /// As `kubectl describe` prints it, the API server's defaults filled in.
    fn text(&self) -> String {
        let or = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
        let scheme = if self.scheme.is_empty() { "http" } else { &self.scheme };
        let target = match self.handler {
            "exec" => format!("[{}]", self.command.join(" ")),
            "http-get" => format!("{scheme}://{}:{}{}", self.host, self.port, self.path),
            _ => format!("{}:{}", self.host, self.port),
        };
        let (delay, timeout, period) = (or(&self.delay, "0"), or(&self.timeout, "1"), or(&self.period, "10"));
        let (success, failure) = (or(&self.success, "1"), or(&self.failure, "3"));
        let handler = self.handler;
        format!(
            "{handler} {target} delay={delay}s timeout={timeout}s period={period}s #success={success} #failure={failure}"
        )
    }
}

/// The containers of an object while they come in.
#[derive(Default)]
pub(super) struct Containers {
    current: Option<KubeContainer>,
    probe: Probe,
}

/// A path below a container, and whether it runs first.
struct InContainer<'a> {
    is_init: bool,
    rest: &'a str,
}

/// Splits a path at its container: `.spec.containers[].name`, also in the template of a workload.
fn in_container(path: &str) -> Option<InContainer<'_>> {
    let path = path.strip_prefix(".spec.template").filter(|path| path.starts_with(".spec.")).unwrap_or(path);
    let lists = [
        (".spec.containers[]", false),
        (".spec.initContainers[]", true),
        (".spec.ephemeralContainers[]", false),
        (".status.containerStatuses[]", false),
        (".status.initContainerStatuses[]", true),
        (".status.ephemeralContainerStatuses[]", false),
    ];
    lists.iter().find_map(|(list, is_init)| Some(InContainer { is_init: *is_init, rest: path.strip_prefix(list)? }))
}

impl Containers {
    pub(super) fn open(&mut self, path: &str) {
        let Some(InContainer { is_init, rest }) = in_container(path) else { return };
        match rest {
            "" => self.current = Some(KubeContainer { is_init, ..KubeContainer::default() }),
            ".livenessProbe" | ".readinessProbe" | ".startupProbe" => self.probe = Probe::default(),
            _ => {
                let Some((state, phase)) = self.current.as_mut().and_then(|current| state_of(current, rest)) else {
                    return;
                };
                state.phase = phase;
            }
        }
    }

    /// A value; `false` where it should be a time and is none.
    pub(super) fn scalar(&mut self, path: &str, text: &str, at: Place, evidence: EvidenceId) -> bool {
        let (Some(container), Some(InContainer { rest, .. })) = (&mut self.current, in_container(path)) else {
            return true;
        };
        match rest {
            ".name" => text.clone_into(&mut container.name),
            ".image" => container.image = Some(text.to_owned()),
            ".containerID" | ".lastState.terminated.containerID" => {
                let ids = container.id.get_or_insert_default();
                if ids.len() > MAX_ID {
                    return true;
                }
                // The run before stands behind a blank, whichever the author writes first.
                let mut at = 0;
                if rest != ".containerID" {
                    ids.push(' ');
                    at = ids.len();
                }
                ids.insert_str(at, text);
            }
            ".ready" => container.ready = Some(text == "true"),
            ".resources.limits.memory" => {
                container.memory_limit = Some(text.to_owned());
                container.memory_limit_at = Some(at.locator(evidence));
            }
            ".restartCount" => {
                container.restarts = text.parse().unwrap_or(0);
                container.restarts_at = Some(at.locator(evidence));
            }
            _ => {
                if let Some((probe, field)) = rest.get(1..).and_then(|rest| rest.split_once('.'))
                    && matches!(probe, "livenessProbe" | "readinessProbe" | "startupProbe")
                {
                    self.probe.scalar(field, text);
                    return true;
                }
                let Some((path, field)) = rest.rsplit_once('.') else { return true };
                let Some((state, _)) = state_of(container, path) else { return true };
                match field {
                    "reason" => state.reason = Some(text.to_owned()),
                    "message" => state.message = Some(text.to_owned()),
                    "exitCode" => state.exit_code = text.parse().ok(),
                    "signal" => state.signal = text.parse().ok().filter(|signal| *signal != 0),
                    "startedAt" => return set_time(text, &mut state.started),
                    "finishedAt" => return set_time(text, &mut state.finished),
                    _ => {}
                }
            }
        }
        true
    }

    pub(super) fn close(&mut self, path: &str, at: Place, evidence: EvidenceId, all: &mut Vec<KubeContainer>) {
        let Some(InContainer { rest, .. }) = in_container(path) else { return };
        if rest.is_empty() {
            if let Some(container) = self.current.take().filter(|container| !container.name.is_empty()) {
                join(all, container);
            }
            return;
        }
        let Some(container) = &mut self.current else { return };
        match rest {
            ".livenessProbe" => container.liveness = Some(self.probe.text()),
            ".readinessProbe" => container.readiness = Some(self.probe.text()),
            ".startupProbe" => container.startup = Some(self.probe.text()),
            _ => {
                if let Some((state, _)) = state_of(container, rest) {
                    state.locator = Some(at.locator(evidence));
                }
            }
        }
    }
}

/// The state a path names (`.lastState.terminated`), and its phase as `kubectl describe` prints it.
fn state_of<'a>(container: &'a mut KubeContainer, path: &str) -> Option<(&'a mut ContainerState, String)> {
    let (which, phase) = path.strip_prefix('.')?.split_once('.')?;
    let phase = match phase {
        "running" => "Running",
        "waiting" => "Waiting",
        "terminated" => "Terminated",
        _ => return None,
    };
    let state = match which {
        "state" => &mut container.state,
        "lastState" => container.last_state.get_or_insert_default(),
        _ => return None,
    };
    Some((state, phase.to_owned()))
}

/// Adds a container, or to the one of its name what only this side knows.
fn join(all: &mut Vec<KubeContainer>, new: KubeContainer) {
    let Some(old) = all.iter_mut().find(|old| old.name == new.name && old.is_init == new.is_init) else {
        return all.push(new);
    };
    old.id = new.id.or(old.id.take());
    old.image = old.image.take().or(new.image);
    if new.restarts_at.is_some() {
        (old.restarts, old.restarts_at) = (new.restarts, new.restarts_at);
    }
    if new.state.locator.is_some() {
        old.state = new.state;
    }
    old.last_state = new.last_state.or(old.last_state.take());
    old.ready = new.ready.or(old.ready);
    old.liveness = new.liveness.or(old.liveness.take());
    old.readiness = new.readiness.or(old.readiness.take());
    old.startup = new.startup.or(old.startup.take());
    old.memory_limit = new.memory_limit.or(old.memory_limit.take());
    old.memory_limit_at = new.memory_limit_at.or(old.memory_limit_at.take());
}
