//! Images that could not be pulled: which, for whom, and what the registry or the way to it answered.

use std::collections::BTreeSet;

use super::Input;
use super::events::Seen;
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{Cite, EvidenceId, KubeContainer, KubeEvent, Locator, Role, Timestamp};

/// Images that are kept.
const MAX_IMAGES: usize = 200;

/// What stood in the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PullCause {
    /// The answer was not collected, or is of no known kind.
    #[default]
    Unknown,
    /// The registry could not be reached, or its name not be resolved.
    Unreachable,
    /// Its certificate was not accepted.
    Certificate,
    /// It asks for other credentials.
    Unauthorised,
    /// It has no such image or tag.
    NotFound,
    /// It gives no more for now.
    RateLimit,
}

/// One image.
#[derive(Clone, Debug, Default)]
pub struct FailedPull {
    /// Its reference.
    pub image: String,
    /// Pods that wait for it, as `namespace/name`.
    pub pods: BTreeSet<String>,
    /// What says that a pod had it later.
    pub had: Option<Cite>,
    /// What stood in the way.
    pub cause: PullCause,
    /// First and last time.
    pub range: Option<(Timestamp, Timestamp)>,
    /// What says so.
    pub cites: Vec<Cite>,
    /// The answer that tells the cause.
    pub answer: Option<Cite>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Pulls {
    /// By image.
    pub failed: Vec<FailedPull>,
    /// Containers that have an image: places of their states.
    pub others: Vec<Cite>,
    /// Containers that wait to be created, of which nothing says what for.
    pub waiting: Vec<Cite>,
    /// Warnings about those that wait to be created for something else.
    pub held: Vec<Cite>,
}

/// Gathers them from states and events.
#[must_use]
pub fn derive_pulls(inputs: &[Input<'_>]) -> Pulls {
    let mut all = Pulls::default();
    let mut failed = ByName::default();
    // A bundle may show a pod in its namespace's list and alone.
    let mut seen: BTreeSet<(String, &str)> = BTreeSet::new();
    let mut had: Vec<Had<'_>> = Vec::new();
    let mut waiting: Vec<(String, &str, Cite)> = Vec::new();
    for object in inputs.iter().flat_map(|input| &input.parsed.objects).filter(|object| object.kind == "Pod") {
        let pod = object.full_name();
        for container in &object.containers {
            let Some(locator) = container.state.locator else { continue };
            let cite = Cite { locator, role: Role::Shows, at: None };
            if let ("Running" | "Terminated", Some(image)) = (container.state.phase.as_str(), &container.image) {
                let seen = Seen { at: container.state.started, age_s: Some(0), locator };
                had.push(Had { pod: pod.clone(), image: Some(image), seen });
            }
            match (is_pulling(container), container.state.phase.as_str()) {
                (true, _) => {
                    let image = container.image.as_deref().unwrap_or_default();
                    let message = container.state.message.as_deref().unwrap_or_default();
                    add(&mut failed, image, Some(&pod), message, cite);
                }
                (false, _) if !seen.insert((pod.clone(), &container.name)) => {}
                (false, "Waiting") if container.state.reason.as_deref() == Some("ContainerCreating") => {
                    waiting.push((pod.clone(), &object.name, cite))
                }
                (false, "Running" | "Terminated") => all.others.push(cite),
                _ => {}
            }
        }
    }
    let events = || inputs.iter().flat_map(|input| &input.parsed.events);
    had.extend(events().filter_map(|event| {
        let image = match event.reason.as_str() {
            "Pulled" => Some(event.message.split('"').nth(1)?),
            _ if event.kind == "Warning" && event.is_about("Pod", "") => None,
            _ => return None,
        };
        Some(Had { pod: event.full_name(), image, seen: Seen::of(event, event.last) })
    }));
    // Of one output the latest is enough.
    let age_s = |it: &Had<'_>| it.seen.age_s.unwrap_or(u32::MAX);
    had.order_by(|a, b| {
        let by_age = age_s(a).cmp(&age_s(b)).then(b.seen.locator.cmp(&a.seen.locator));
        a.output().cmp(&b.output()).then(b.seen.at.cmp(&a.seen.at)).then(by_age)
    });
    had.dedup_by(|a, b| a.output() == b.output());
    let said_of = |image: Option<&str>, pod: &str| {
        let from = had.partition_point(|it| (it.image, it.pod.as_str()) < (image, pod));
        let until = from + had[from..].partition_point(|it| (it.image, it.pod.as_str()) == (image, pod));
        &had[from..until]
    };
    for (pod, name, cite) in waiting {
        // Whether it has its image is not said where something else is what it waits for.
        match said_of(None, &pod).first().or(said_of(None, name).first()) {
            Some(warning) => all.held.push(warning.cite()),
            None => all.waiting.push(cite),
        }
    }
    for event in events() {
        if let Some(image) = image_of(event) {
            let (pod, failed_at) = (event.full_name(), Seen::of(event, event.last));
            let later = said_of(Some(image), &pod).iter().find(|it| it.seen.is_later_than(&failed_at)).map(Had::cite);
            add(&mut failed, image, Some(&pod).filter(|_| later.is_none()), &event.message, shows(event));
            if let Some(pull) = failed.get_mut(image) {
                pull.had = later.or(pull.had);
            }
            if let (Some(pull), Some((first, last))) = (failed.get_mut(image), event.first.zip(event.last)) {
                let (from, to) = pull.range.unwrap_or((first, last));
                pull.range = Some((from.min(first), to.max(last)));
            }
        }
    }
    all.failed = failed.into_values();
    all
}

/// That a pod had an image, or that Kubernetes warned of the pod.
struct Had<'a> {
    pod: String,
    image: Option<&'a str>,
    seen: Seen,
}

impl Had<'_> {
    /// Whom it is about, and the output that says so: times and ages are not compared with each other.
    fn output(&self) -> (Option<&str>, &str, EvidenceId, bool) {
        (self.image, &self.pod, self.seen.locator.evidence, self.seen.at.is_none())
    }

    const fn cite(&self) -> Cite {
        Cite { locator: self.seen.locator, role: Role::Shows, at: self.seen.at }
    }
}

fn shows(event: &KubeEvent) -> Cite {
    Cite { locator: event.locator, role: Role::Shows, at: event.last }
}

/// Whether a container waits for its image in vain. That it is being pulled is no trouble.
fn is_pulling(container: &KubeContainer) -> bool {
    let reasons = ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "RegistryUnavailable"];
    container.state.phase == "Waiting"
        && container.state.reason.as_deref().is_some_and(|reason| reasons.contains(&reason))
}

/// The image of `Failed to pull image "registry.io/a:1": rpc error: …`.
fn image_of(event: &KubeEvent) -> Option<&str> {
    let rest = event.message.strip_prefix("Failed to pull image \"").filter(|_| event.reason == "Failed")?;
    rest.split('"').next().filter(|image| !image.is_empty())
}

fn add(failed: &mut ByName<FailedPull>, image: &str, pod: Option<&String>, message: &str, cite: Cite) {
    if failed.len() >= MAX_IMAGES && failed.get(image).is_none() {
        return;
    }
    let new = || FailedPull { image: image.to_owned(), ..FailedPull::default() };
    let pull = failed.get_or_insert_with(image, new);
    pull.pods.extend(pod.cloned());
    let cause = cause_of(message);
    if cause != PullCause::Unknown && pull.cause == PullCause::Unknown {
        (pull.cause, pull.answer) = (cause, Some(cite));
    }
    let is_new = |locator: Locator| pull.cites.iter().all(|cite| cite.locator != locator);
    if is_new(cite.locator) && pull.cites.len() < 8 {
        pull.cites.push(cite);
    }
}

fn cause_of(message: &str) -> PullCause {
    let message = message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| holds(&message, word));
    if says(&["x509:", "certificate", "tls: "]) {
        PullCause::Certificate
    } else if says(&["toomanyrequests", "rate limit"]) {
        PullCause::RateLimit
    } else if says(&[
        "unauthorized",
        "authentication required",
        "access denied",
        "denied:",
        "no basic auth",
        "403 forbidden",
    ]) {
        PullCause::Unauthorised
    } else if says(&["manifest unknown", "not found", "name unknown", "does not exist"]) {
        PullCause::NotFound
    } else if says(&[
        "no such host",
        "i/o timeout",
        "connection refused",
        "deadline exceeded",
        "no route to host",
        "network is unreachable",
        "eof",
    ]) {
        PullCause::Unreachable
    } else {
        PullCause::Unknown
    }
}
