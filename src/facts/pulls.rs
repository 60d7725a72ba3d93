//! Images that could not be pulled: which, for whom, and what the registry or the way to it answered.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{Cite, KubeContainer, KubeEvent, Locator, Role, Timestamp};

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
}

/// Gathers them from states and events.
#[must_use]
pub fn derive_pulls(inputs: &[Input<'_>]) -> Pulls {
    let mut all = Pulls::default();
    let mut failed: BTreeMap<String, FailedPull> = BTreeMap::new();
    // A bundle may show a pod in its namespace's list and alone.
    let mut seen: BTreeSet<(String, &str)> = BTreeSet::new();
    let mut had: Vec<Had<'_>> = Vec::new();
    let mut waiting: Vec<(&str, Cite)> = Vec::new();
    for object in inputs.iter().flat_map(|input| &input.parsed.objects).filter(|object| object.kind == "Pod") {
        let pod = object.full_name();
        for container in &object.containers {
            let Some(locator) = container.state.locator else { continue };
            let cite = Cite { locator, role: Role::Shows, at: None };
            if let ("Running" | "Terminated", Some(image)) = (container.state.phase.as_str(), &container.image) {
                had.push(Had { pod: pod.clone(), image, at: container.state.started, age_s: Some(0), cite });
            }
            match (is_pulling(container), container.state.phase.as_str()) {
                (true, _) => {
                    let image = container.image.as_deref().unwrap_or_default();
                    let message = container.state.message.as_deref().unwrap_or_default();
                    add(&mut failed, image, Some(&pod), message, cite);
                }
                (false, _) if !seen.insert((pod.clone(), &container.name)) => {}
                (false, "Waiting") if container.state.reason.as_deref() == Some("ContainerCreating") => {
                    waiting.push((&*object.name, cite))
                }
                (false, "Running" | "Terminated") => all.others.push(cite),
                _ => {}
            }
        }
    }
    let events = || inputs.iter().flat_map(|input| &input.parsed.events);
    let pulled = events().filter(|event| event.reason == "Pulled");
    had.extend(pulled.filter_map(|event| {
        let image = event.message.split('"').nth(1)?;
        let (at, age_s) = (event.last, event.age_last_s.map(|(age, _)| age));
        Some(Had { pod: event.full_name(), image, at, age_s, cite: shows(event) })
    }));
    had.order_by(|a, b| (a.image, &a.pod).cmp(&(b.image, &b.pod)));
    // Of these something is said that they wait for.
    let mut warned: BTreeSet<&str> = BTreeSet::new();
    warned.extend(events().filter(|event| event.kind == "Warning").map(KubeEvent::name));
    let unsaid = waiting.into_iter().filter(|(name, _)| !warned.contains(name));
    all.waiting.extend(unsaid.map(|(_, cite)| cite));
    for event in events() {
        if let Some(image) = image_of(event) {
            let pod = event.full_name();
            let from = had.partition_point(|it| (it.image, &it.pod) < (image, &pod));
            let mut its = had[from..].iter().take_while(|it| (it.image, &it.pod) == (image, &pod));
            let later = its.find(|it| it.is_later_than(event)).map(|it| it.cite);
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
    all.failed = failed.into_values().collect();
    all
}

/// That a pod had an image.
struct Had<'a> {
    pod: String,
    image: &'a str,
    at: Option<Timestamp>,
    /// Seconds before collection.
    age_s: Option<u32>,
    cite: Cite,
}

impl Had<'_> {
    /// Whether it was so after an event, by times or, of one output, by ages and places.
    fn is_later_than(&self, event: &KubeEvent) -> bool {
        match self.at.zip(event.last) {
            Some((at, failed)) => at >= failed,
            None => {
                let Locator { evidence, .. } = event.locator;
                let ages = self.age_s.zip(event.age_last_s).filter(|_| self.cite.locator.evidence == evidence);
                ages.is_some_and(|(own, (age, _))| (own, event.locator) < (age, self.cite.locator))
            }
        }
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

fn add(failed: &mut BTreeMap<String, FailedPull>, image: &str, pod: Option<&String>, message: &str, cite: Cite) {
    if failed.len() >= MAX_IMAGES && !failed.contains_key(image) {
        return;
    }
    let image = image.to_owned();
    let pull = failed.entry(image.clone()).or_insert_with(|| FailedPull { image, ..FailedPull::default() });
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
