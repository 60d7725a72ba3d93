//! Names were not resolved: what they stand for may be well and is not reached.
//!
//! # What it detects
//! Lines of resolvers (Java, Go, libc, Node, curl, nginx, nslookup) and of CoreDNS about names that were not resolved, and whether the name
//! server was silent or said that there is no such name.
//!
//! # Why it matters
//! The two send people to different places: silence means that packets to port 53 do not arrive or find nobody, often behind a policy that
//! denies all egress; an answer means that the name is wrong, or its service gone.
//!
//! # Evidence used
//! Lines of logs and terminals; NetworkPolicies that hold for every pod of a namespace and let no query out.
//!
//! # Example
//! ```text
//! java.net.UnknownHostException: redis.cache
//! ;; connection timed out; no servers could be reached
//! ```
//!
//! # Ruled out when
//! `dig` got an answer, and logs were collected that tell of no name that was not resolved. An answer alone is one name from one place.
//!
//! # Known false positives
//! Names that nobody needs (a mistyped one, a search domain tried in vain) fail on healthy systems too, and every name does while a machine
//! boots: a few lines stay undecided, more are *likely* at most, and *medium* without a policy that explains them. Java keeps a failed answer for ten seconds and says it again.
//!
//! # Questions to ask next
//! Does the same name resolve from another pod, another node? Which policy selects this pod, and does it let UDP and TCP 53 out?
//!
//! # References
//! <https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/>

use crate::facts::Facts;
use crate::facts::failures::Failure;
use crate::model::gather::ByName;
use crate::model::{
    Arg, Confidence, Finding, Locator, Message, Outcome, Role, Severity, SightingKind, Statement, TimeRange,
    WhySuggestion,
};
use crate::rules::RuleInfo;
use crate::rules::reached::first_and_last;

/// The rule.
pub static RULE: RuleInfo =
    RuleInfo { id: "host/name-not-resolved", severity: Severity::Medium, since: "0.2.0", detect };

/// Fewer lines may be a mistake in a name.
const MANY: usize = 3;
/// Lines without a time that are this near and say the same name tell of one failure.
const NEAR_LINES: u32 = 100;
/// Names that are told.
const TOLD: usize = 3;

fn detect(facts: &Facts) -> Outcome {
    let kind = SightingKind::NameNotResolved { name: String::new(), is_silent: false, server: String::new() };
    let mut lines: Vec<&Failure> = facts.failures.of(kind.index()).collect();
    // A stack trace says it once per cause.
    lines.dedup_by(|a, b| a.at.is_some() && a.at == b.at);
    let mut last = ByName::default();
    lines.retain(|&line| line.at.is_some() || is_new(line, &mut last));
    let log = Some("missing-dns-log").filter(|_| !facts.has_dns_log);
    let needed = || {
        let ids = [Some("missing-dns-lookup"), log, Some("missing-dns-policies")];
        ids.into_iter().flatten().map(Message::new).collect::<Vec<_>>()
    };
    if lines.is_empty() {
        return match facts.resolved {
            Some(answer) if answer.has_records => {
                Outcome::RuledOut { why: Message::new("outcome-dns-answered"), cites: vec![answer.cite] }
            }
            Some(answer) => {
                let why = Message::new("outcome-dns-one-answer");
                Outcome::Inconclusive { why, would_need: needed(), cites: vec![answer.cite] }
            }
            None => Outcome::Skipped { missing: needed() },
        };
    }
    let mut names: Vec<&str> = Vec::new();
    let mut silent = Vec::new();
    let mut servers = ByName::<(&str, &Failure, u32)>::default();
    for &line in &lines {
        if let SightingKind::NameNotResolved { name, is_silent, server } = &line.kind {
            if !server.is_empty() {
                servers.get_or_insert_with(server, || (server.as_str(), line, 0)).2 += 1;
            }
            if !name.is_empty() && !names.contains(&name.as_str()) && names.len() < TOLD {
                names.push(name);
            }
            silent.extend(is_silent.then_some(line));
        }
    }
    if lines.len() < MANY {
        // Of a mistake in a name a server answers that there is no such name.
        let id = if silent.len() == lines.len() { "finding-dns-silent" } else { "outcome-dns-few" };
        let (why, cites) = (Message::new(id).with("count", lines.len()), first_and_last(&lines));
        return Outcome::Inconclusive { why, would_need: needed(), cites };
    }
    let asked = servers.into_values();
    let list = |of: &dyn Fn(&(&str, &Failure, u32)) -> String| {
        let mut list: Vec<Arg> = asked.iter().take(TOLD).map(|server| of(server).into()).collect();
        if asked.len() > TOLD {
            list.push(Message::new("event-names-more").with("count", asked.len() - TOLD).into());
        }
        Arg::List(list)
    };
    let listed = if !names.is_empty() {
        Arg::List(names.iter().map(|name| Arg::from(*name)).collect())
    } else if asked.is_empty() {
        Arg::from(Message::new("finding-dns-unnamed"))
    } else {
        Arg::from(Message::new("finding-dns-unanswered").with("servers", list(&|(server, ..)| (*server).to_owned())))
    };
    let statement = |topic: &str, text, cites| Statement { topic: topic.to_owned(), text, cites };
    let said = Message::new("finding-dns-lines").with("count", lines.len()).with("names", listed.clone());
    let mut statements = vec![statement("failures", said, first_and_last(&lines))];
    if !silent.is_empty() {
        let text = Message::new("finding-dns-silent").with("count", silent.len());
        statements.push(statement("cause", text, first_and_last(&silent)));
    }
    if !asked.is_empty() {
        let counted = list(&|(server, _, count)| [*server, " ×", &count.to_string()].concat());
        let cites = asked.iter().take(TOLD).map(|(_, line, _)| line.cite(Role::Shows)).collect();
        statements.push(statement("servers", Message::new("finding-dns-servers").with("servers", counted), cites));
    }
    // One that lets queries out is not among the objects in trouble. Only a policy of the same namespace can be why.
    let policies = || facts.workloads.iter().filter(|workload| workload.kind == "NetworkPolicy");
    let own = policies().find(|policy| is_theirs(&policy.namespace, &lines));
    let shown = own.or_else(|| policies().next()).and_then(|policy| {
        let text = Message::new("finding-dns-policy").with("namespace", policy.namespace.as_str());
        let topic = if own.is_some() { "policy" } else { "bears-on" };
        Some(statement(topic, text, policy.statements.first()?.cites.clone()))
    });
    statements.extend(shown.clone());
    let policy = shown.filter(|_| own.is_some());
    let times = lines.iter().filter_map(|line| line.at);
    Outcome::Found(vec![Finding {
        rule: RULE.id.to_owned(),
        title: Message::new("finding-dns-title").with("names", listed),
        severity: if policy.is_some() { Severity::High } else { RULE.severity },
        confidence: Confidence::Likely,
        subject: if names.is_empty() { "DNS".to_owned() } else { names.join(", ") },
        culprit: None,
        victims: Vec::new(),
        time_range: times.clone().min().zip(times.max()).map(|(first, last)| TimeRange::of(first, last)),
        statements,
        questions: vec![Message::new("question-dns-elsewhere"), Message::new("question-dns-policy")],
        whys: vec![WhySuggestion {
            key: RULE.id.to_owned(),
            question: Message::new("finding-dns-why"),
            would_need: if policy.is_some() { Vec::new() } else { needed() },
            claim: policy.as_ref().map(|policy| policy.text.clone()),
            cites: policy.map(|policy| policy.cites).unwrap_or_default(),
        }],
    }])
}

/// Whether a line without a time tells of a failure that no line shortly before it told of. Each question without an answer is one.
fn is_new(line: &Failure, last: &mut ByName<Locator>) -> bool {
    let SightingKind::NameNotResolved { name, is_silent: false, .. } = &line.kind else { return true };
    let (at, mut is_new) = (line.locator, false);
    // They come input by input.
    let is_near =
        |told: &Locator| told.evidence == at.evidence && at.lines.first.saturating_sub(told.lines.first) <= NEAR_LINES;
    let told = last.get_or_insert_with(name, || {
        is_new = true;
        at
    });
    if !is_new && !is_near(told) {
        (*told, is_new) = (at, true);
    }
    is_new
}

/// Whether a namespace is that of a pod that a line is about.
fn is_theirs(namespace: &str, lines: &[&Failure]) -> bool {
    let of = |line: &Failure| {
        line.subject.as_deref().and_then(|pod| pod.split_once('/')).is_some_and(|it| it.0 == namespace)
    };
    lines.iter().any(|line| of(line))
}
