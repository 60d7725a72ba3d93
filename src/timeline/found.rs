//! Findings that no other event tells of: what the kernel killed, dropped or refused is on no chart and in no object.

use super::event;
use crate::model::{EventSource, Finding, Message, TimelineEvent};

/// One event per finding with a time whose failures are no event yet.
pub(super) fn found(findings: &[Finding], known: &[TimelineEvent]) -> Vec<TimelineEvent> {
    let of = |finding: &Finding| {
        let range = finding.time_range?;
        let failures = finding.statements.iter().find(|statement| statement.topic == "failures")?;
        let is_known = |event: &TimelineEvent| {
            event.cites.iter().any(|cite| failures.cites.iter().any(|other| other.locator == cite.locator))
        };
        if failures.cites.iter().all(|cite| cite.at.is_none()) || known.iter().any(is_known) {
            return None;
        }
        let text = Message::new("event-finding").with("title", finding.title.clone());
        let key = format!("finding/{}/{}", finding.rule, finding.subject);
        let proposed = event(key, range.start, text, EventSource::Rule(finding.rule.clone()), failures.cites.clone());
        Some(TimelineEvent { end: (range.end > range.start).then_some(range.end), ..proposed })
    };
    findings.iter().filter_map(of).collect()
}
