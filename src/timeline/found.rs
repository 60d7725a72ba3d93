//! Findings that no other event tells of: what the kernel killed, dropped or refused, or a dump shows, is on no chart and in no object.

use super::event;
use crate::model::{EventSource, Finding, Message, Statement, TimeRange, TimelineEvent, Timestamp};

/// One event per finding with a time that no event tells of yet: by its failures, else by the first statement that has a time.
pub(super) fn found(findings: &[Finding], known: &[TimelineEvent]) -> Vec<TimelineEvent> {
    let of = |finding: &Finding| {
        let of_topic = |topic: &str| finding.statements.iter().find(|statement| statement.topic == topic);
        let (shown, place) = match of_topic("failures") {
            Some(failures) => (failures, String::new()),
            // Since when it is so is an event of its own.
            None if of_topic("onset").is_some() => return None,
            None => {
                let shown = finding.statements.iter().find(|statement| time_of(statement).is_some())?;
                // A program can have several circles, and a queue in each of its dumps.
                let place = shown.cites.first()?.locator;
                (shown, format!("/{}.{}", place.evidence.0, place.lines.first))
            }
        };
        let at = time_of(shown)?;
        let is_known = |event: &TimelineEvent| {
            event.cites.iter().any(|cite| shown.cites.iter().any(|other| other.locator == cite.locator))
        };
        if known.iter().any(is_known) {
            return None;
        }
        let TimeRange { start, end } = finding.time_range.unwrap_or(TimeRange { start: at, end: at });
        let key = format!("finding/{}/{}{place}", finding.rule, finding.subject);
        let text = Message::new("event-finding").with("title", finding.title.clone());
        let proposed = event(key, start, text, EventSource::Rule(finding.rule.clone()), shown.cites.clone());
        Some(TimelineEvent { end: (end > start).then_some(end), ..proposed })
    };
    findings.iter().filter_map(of).collect()
}

fn time_of(statement: &Statement) -> Option<Timestamp> {
    statement.cites.iter().find_map(|cite| cite.at)
}
