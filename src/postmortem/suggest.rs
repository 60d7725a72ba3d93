//! What the program offers for the document: whys, events, action items, a title, the impact.
//!
//! Everything comes from the analysis and carries its places. What a person took or declined is not offered again; what the evidence no
//! longer carries is not in the analysis and so not here. Whys stay separate questions: a chain is only made by a person.

use serde::{Deserialize, Serialize};

use super::edit::{self, Edit};
use super::{ActionKind, Document, DocumentEvent, Field, ItemId, Part, WhyKind, Wording};
use crate::model::words::holds;
use crate::model::{
    Analysis, Arg, Ceiling, Citation, Cite, Finding, LimitName, Message, Phase, Severity, Statement, TimeRange,
    TimelineEvent, WhySuggestion,
};

/// The most that Linux accepts for `kernel.pid_max` on 64 bits (`PID_MAX_LIMIT`).
const PID_MAX_LIMIT: u64 = 4_194_304;
/// What the reference incident's team chose.
pub(super) const USUAL_PID_MAX: u64 = 262_144;
/// The share of a ceiling at which an alert is proposed.
const ALERT_RATIO: f64 = 0.8;

/// From this share on a limit that was not reached may be the next.
const NEXT_RATIO: f64 = 0.5;
/// Affected systems that are named.
const MAX_SYSTEMS: usize = 12;

/// An action item that the program proposes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionSuggestion {
    /// Stable key, unique in the case.
    pub key: String,
    /// What for.
    pub kind: ActionKind,
    /// What.
    pub text: Message,
    /// Key of the why suggestion it addresses.
    pub addresses: Option<String>,
    /// Id of the ready-made fix that carries it out (`fixes::Fix::id`).
    #[serde(default)]
    pub fix: Option<String>,
}

/// A sentence for the impact with the places that show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImpactSuggestion {
    /// The sentence.
    pub text: Message,
    /// Its places.
    pub cites: Vec<Cite>,
}

/// An answer that the evidence rules out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlternativeSuggestion {
    /// The answer that it is not, where the finding names it.
    pub claim: Option<Message>,
    /// Why it is not.
    pub reason: Message,
    /// The places that show it.
    pub cites: Vec<Cite>,
}

/// What an accepted suggestion is to the incident; a person can change it.
#[must_use]
pub fn why_kind(suggestion: &WhySuggestion) -> WhyKind {
    let name = suggestion.key.rsplit('/').next().unwrap_or_default();
    if suggestion.claim.is_none() {
        WhyKind::Question
    } else if holds(name, "cause") {
        WhyKind::Cause
    } else if is_of_detection(suggestion) {
        WhyKind::Detection
    } else {
        WhyKind::Contributing
    }
}

/// Whether a why asks how it was noticed, answered or not.
fn is_of_detection(suggestion: &WhySuggestion) -> bool {
    let name = suggestion.key.rsplit('/').next().unwrap_or_default();
    holds(name, "detect") || holds(name, "diagnos")
}

/// Whys still to offer, in the order of the findings.
#[must_use]
pub fn whys<'a>(findings: &'a [Finding], document: &Document) -> Vec<&'a WhySuggestion> {
    let taken: Vec<&str> = document.outline().into_iter().filter_map(|(_, why)| why.from.as_deref()).collect();
    let offered = findings.iter().flat_map(|finding| &finding.whys);
    offered.filter(|why| !taken.contains(&why.key.as_str()) && !document.declined.contains(&why.key)).collect()
}

/// What the findings rule out beside the answer of a why: offered where a cause is claimed, until an alternative anywhere cites it.
#[must_use]
pub fn alternatives(findings: &[Finding], document: &Document, why: ItemId) -> Vec<AlternativeSuggestion> {
    let Some(why) = document.why(why) else { return Vec::new() };
    let is_of = |finding: &&Finding| why.from.as_ref().is_none_or(|key| key.starts_with(&finding.rule));
    let taken = |cites: &[Cite]| {
        let outline = document.outline();
        let mut there = outline.iter().flat_map(|(_, why)| &why.alternatives).flat_map(|other| &other.citations);
        cites.first().is_none_or(|cite| there.any(|citation| citation.locator == cite.locator))
    };
    let is_claimed = why.kind == WhyKind::Cause && !why.is_open();
    let findings = findings.iter().filter(|finding| is_claimed && is_of(finding));
    let ruled_out = findings.flat_map(|finding| &finding.statements).filter(|it| it.topic == "ruled-out");
    let offered = ruled_out.filter(|it| !taken(&it.cites)).map(|Statement { text, cites, .. }| {
        let limit = text.args.iter().find(|(name, _)| name == "limit");
        let claim = limit.map(|(name, limit)| Message::new("document-alternative-limit").with(name, limit.clone()));
        AlternativeSuggestion { claim, reason: text.clone(), cites: cites.clone() }
    });
    offered.collect()
}

/// Events still to offer, in order of time.
#[must_use]
pub fn events<'a>(timeline: &'a [TimelineEvent], document: &Document) -> Vec<&'a TimelineEvent> {
    let is_taken = |event: &TimelineEvent| document.events.iter().any(|own| is_of(own, event));
    let offered = timeline.iter();
    offered.filter(|event| !is_taken(event) && !document.declined.contains(&event.key)).collect()
}

/// Whether an event of the document is a proposed one that was accepted. Some keys hold a time, which a corrected clock changes: then it is
/// the same as long as it says the same of the same places.
#[must_use]
pub fn is_of(own: &DocumentEvent, proposed: &TimelineEvent) -> bool {
    let Some(from) = &own.from else { return false };
    let says_same = || matches!(&own.text, Wording::Suggested(text) if *text == proposed.text);
    let places = || own.citations.iter().map(|citation| citation.locator);
    let is_same =
        || says_same() && !own.citations.is_empty() && places().eq(proposed.cites.iter().map(|it| it.locator));
    *from == proposed.key || is_same()
}

/// Action items of those offered that were neither taken nor declined.
#[must_use]
pub fn open_actions<'a>(offered: &'a [ActionSuggestion], document: &Document) -> Vec<&'a ActionSuggestion> {
    let taken: Vec<&str> = document.actions.iter().filter_map(|action| action.from.as_deref()).collect();
    let is_open =
        |action: &&ActionSuggestion| !taken.contains(&action.key.as_str()) && !document.declined.contains(&action.key);
    offered.iter().filter(is_open).collect()
}

/// Action items that can be offered.
#[must_use]
pub fn actions(analysis: &Analysis) -> Vec<ActionSuggestion> {
    let mut offered: Vec<ActionSuggestion> = Vec::new();
    for finding in &analysis.findings {
        let proposed = match finding.rule.as_str() {
            "host/pid-space-exhausted" => pid_space_actions(finding, analysis),
            _ => plain_actions(finding),
        };
        for action in proposed {
            if offered.iter().all(|other| other.key != action.key) {
                offered.push(action);
            }
        }
    }
    offered
}

/// A title: what the most severe finding says.
#[must_use]
pub fn title(findings: &[Finding]) -> Option<&Message> {
    findings.first().map(|finding| &finding.title)
}

/// The systems that suffered by what the findings say; nothing where they name none.
#[must_use]
pub fn systems(findings: &[Finding]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in findings.iter().flat_map(|finding| &finding.victims) {
        if names.len() < MAX_SYSTEMS && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The impact as far as the evidence shows it: what the proposed events of that phase say, from the first to the last instant.
#[must_use]
pub fn impact(analysis: &Analysis) -> Option<ImpactSuggestion> {
    let events: Vec<&TimelineEvent> =
        analysis.timeline.iter().filter(|event| event.phase == Some(Phase::Impact)).collect();
    let ranges = events.iter().map(|event| TimeRange::of(event.at, event.end.unwrap_or(event.at)));
    let range = ranges.reduce(TimeRange::union)?;
    let what = Arg::List(events.iter().map(|event| Arg::from(event.text.clone())).collect());
    let text = if range.start == range.end {
        Message::new("document-impact-at").with("start", range.start).with("what", what)
    } else {
        Message::new("document-impact-range")
            .with("start", range.start)
            .with("end", range.end)
            .with("duration", Arg::Seconds(range.seconds()))
            .with("what", what)
    };
    let cites: Vec<Cite> = events.iter().flat_map(|event| event.cites.iter().copied()).collect();
    (!cites.is_empty()).then_some(ImpactSuggestion { text, cites })
}

/// The document with everything taken as proposed: what the command line writes, marked there as a draft. It has no title: a title is
/// words in one language, so the caller says [`title`] in the language it writes in.
#[must_use]
pub fn draft(analysis: &Analysis, cite: &dyn Fn(&[Cite]) -> Vec<Citation>) -> Document {
    let mut document = Document::default();
    if let Some(impact) = impact(analysis) {
        edit::apply(&mut document, Edit::AcceptPart(Part::Impact, impact.text, cite(&impact.cites)));
    }
    edit::apply(&mut document, Edit::Field(Field::Systems, systems(&analysis.findings)));
    for event in &analysis.timeline {
        edit::apply(&mut document, Edit::AcceptEvent(event.clone(), cite(&event.cites)));
    }
    for why in analysis.findings.iter().flat_map(|finding| &finding.whys) {
        edit::apply(&mut document, Edit::AcceptWhy(why.clone(), cite(&why.cites)));
    }
    for action in actions(analysis) {
        edit::apply(&mut document, Edit::AcceptAction(action));
    }
    document
}

/// What can be done about a node that ran out of PIDs. Figures come from the ceiling that was reached and the culprit from the finding;
/// without them the sentence that would need them is not offered.
fn pid_space_actions(finding: &Finding, analysis: &Analysis) -> Vec<ActionSuggestion> {
    let why = |name: &str| {
        let key = format!("{}/{name}", finding.rule);
        finding.whys.iter().any(|why| why.key == key).then_some(key)
    };
    let mut actions = Vec::new();
    let mut offer = |name: &str, kind, text, addresses| {
        let fix = fix_of(name).map(str::to_owned);
        actions.push(ActionSuggestion { key: format!("{}/action/{name}", finding.rule), kind, text, addresses, fix });
    };

    let hit = analysis.ceilings.iter().find(|ceiling| ceiling.hit);
    let reached = hit.and_then(|ceiling| Some((ceiling.name, ceiling.limit?)));
    if let Some((LimitName::PidMax, limit)) = reached
        && let Some(proposed) = larger_pid_max(limit)
    {
        let text = Message::new("document-action-raise-pid-max").with("limit", limit).with("proposed", proposed);
        offer("raise-pid-max", ActionKind::Mitigate, text, why("direct-cause"));
    }
    if let Some(culprit) = &finding.culprit {
        // What was restarted before its threads were back needs no restart.
        let at = |key: &str| analysis.timeline.iter().find(|event| event.key == key).map(|event| event.at);
        // `web (shop/web-0)`: the container and its pod.
        let is_its = |(pod, _): (&str, &str)| {
            let container = culprit.strip_suffix(')').and_then(|name| name.strip_suffix(pod));
            container.is_some_and(|name| name.ends_with('('))
        };
        let is_restart = |event: &&TimelineEvent| {
            event.key.strip_prefix("killed/").and_then(|key| key.rsplit_once('/')).is_some_and(is_its)
        };
        let mut restarts = analysis.timeline.iter().filter(is_restart).map(|event| Some(event.at));
        if !restarts.any(|restart| at("onset") <= restart && restart <= at("recovery")) {
            let text = Message::new("document-action-restart-culprit").with("culprit", culprit.as_str());
            offer("restart-culprit", ActionKind::Mitigate, text, why("direct-cause"));
        }
        let text = Message::new("document-action-fix-leak").with("culprit", culprit.as_str());
        offer("fix-leak", ActionKind::Prevent, text, why("direct-cause"));
    } else {
        offer("find-leak", ActionKind::Prevent, Message::new("document-action-find-leak"), why("direct-cause"));
    }
    let text = Message::new("document-action-pod-pids-limit");
    offer("pod-pids-limit", ActionKind::Prevent, text, why("pod-limit"));
    if let Some((name, limit)) = reached {
        let mark = (limit as f64 * ALERT_RATIO).floor() as u64;
        let text = Message::new("document-action-alert-pids").with("ceiling", name.as_str()).with("mark", mark);
        let noticed = finding.whys.iter().find(|why| is_of_detection(why)).map(|why| why.key.clone());
        offer("alert-pids", ActionKind::Detect, text, noticed);
    }
    let threads_max = analysis.ceilings.iter().find(|ceiling| ceiling.name == LimitName::ThreadsMax);
    // Where it is far from full it matters only if a larger pid_max would leave it the tighter one.
    let raised = reached.filter(|(name, _)| *name == LimitName::PidMax).and_then(|(_, limit)| larger_pid_max(limit));
    let is_next = |ceiling: &&Ceiling| {
        ceiling.ratio.is_some_and(|ratio| ratio >= NEXT_RATIO)
            || ceiling.limit.zip(raised).is_some_and(|(own, other)| own < other)
    };
    if let Some(limit) = threads_max.filter(is_next).and_then(|ceiling| ceiling.limit) {
        let text = Message::new("document-action-tune-threads-max").with("limit", limit);
        offer("tune-threads-max", ActionKind::Prevent, text, why("global-limit"));
    }
    actions
}

/// What is usually done about a finding, whatever its figures: rule, name, kind, text, the ready-made fix.
type PlainAction = (&'static str, &'static str, ActionKind, &'static str, Option<&'static str>);

const PLAIN_ACTIONS: &[PlainAction] = &[
    ("host/file-system-full", "grow", ActionKind::Mitigate, "document-action-grow-volume", Some("volume-resize")),
    ("host/file-system-full", "expansion", ActionKind::Prevent, "document-action-expansion", Some("storage-class")),
    ("host/file-system-full", "alert", ActionKind::Detect, "document-action-alert-volumes", None),
    ("host/name-not-resolved", "allow", ActionKind::Mitigate, "document-action-allow-dns", Some("allow-dns")),
    ("kube/crash-loop", "start", ActionKind::Mitigate, "document-action-crash-loop", None),
    ("kube/oom-killed", "limit", ActionKind::Prevent, "document-action-memory-limit", Some("memory-limits")),
    ("kube/probe-kill-loop", "probe", ActionKind::Prevent, "document-action-startup-probe", Some("probe-patch")),
];

/// Where hosts have their own file systems: no claim of a volume is mounted there, so none can grow.
const OF_HOSTS: [&str; 10] =
    ["/", "/boot", "/boot/efi", "/home", "/tmp", "/usr", "/var", "/var/log", "/var/lib/containerd", "/var/lib/docker"];

fn plain_actions(finding: &Finding) -> Vec<ActionSuggestion> {
    let is_hosts = OF_HOSTS.contains(&finding.subject.as_str());
    let of_rule = PLAIN_ACTIONS.iter().filter(|(rule, ..)| *rule == finding.rule);
    let offer = |&(rule, name, kind, text, fix): &PlainAction| ActionSuggestion {
        key: format!("{rule}/action/{name}/{}", finding.subject),
        kind,
        text: Message::new(text).with("subject", finding.subject.as_str()),
        addresses: finding.whys.first().map(|why| why.key.clone()),
        fix: fix.filter(|_| !is_hosts).map(str::to_owned),
    };
    let of_rule = of_rule.filter(|(_, name, ..)| !is_hosts || *name != "expansion");
    // What runs again is not to be started, and what a log complains of can be put right only where that is known.
    let is_answered = finding.whys.iter().all(|why| why.claim.is_some());
    let is_told = || finding.severity > Severity::Low && is_answered;
    of_rule.filter(|(rule, ..)| *rule != "kube/crash-loop" || is_told()).map(offer).collect()
}

/// The ready-made fix that carries an action out. What needs a person's judgement alone has none.
fn fix_of(action: &str) -> Option<&'static str> {
    match action {
        "raise-pid-max" => Some("sysctl-pid-max"),
        "pod-pids-limit" => Some("kubelet-pod-pids-limit"),
        "alert-pids" => Some("alert-rules"),
        _ => None,
    }
}

/// A `kernel.pid_max` with room: the usual one, or twice the present one; `None` at the kernel's own limit.
pub(super) fn larger_pid_max(limit: u64) -> Option<u64> {
    let proposed = limit.saturating_mul(2).clamp(USUAL_PID_MAX, PID_MAX_LIMIT);
    (proposed > limit).then_some(proposed)
}
