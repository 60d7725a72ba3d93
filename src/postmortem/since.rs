//! What became of the evidence since the document cited it: clocks were corrected, inputs were taken out.
//!
//! A citation keeps the time that its place had, so an event whose own time is that very instant took it over, and follows the place. One
//! with another time does not: a person set it, or it tells of something else than the line (when a wait began that a dump shows).

use serde::{Deserialize, Serialize};

use super::completeness::{Gap, Place};
use super::{Document, DocumentEvent};
use crate::model::{Arg, Citation, Cite, EvidenceId, Locator, Message, TimelineEvent, Timestamp};

/// A cited place whose time is another now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The place.
    pub place: Locator,
    /// Its time when it was cited.
    pub from: Timestamp,
    /// Its time now.
    pub to: Timestamp,
}

/// What is known of the cited evidence now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Since {
    /// Places whose time is another.
    pub moved: Vec<Moved>,
    /// Inputs that a person took out.
    pub taken_out: Vec<EvidenceId>,
}

/// Every place that the document cites with a time: what is to be quoted anew to know its time now.
#[must_use]
pub fn timed_places(document: &Document) -> Vec<Cite> {
    let mut cites = Vec::new();
    document.each_citation(&mut |citation| {
        if citation.at.is_some() {
            cites.push(Cite { locator: citation.locator, role: citation.role, at: None });
        }
    });
    cites
}

/// The cited places whose time is another now: by what they are quoted with, or where a place has no time of its own (a sample of a series)
/// by what is proposed of it.
#[must_use]
pub fn moved(document: &Document, quoted: &[Citation], timeline: &[TimelineEvent]) -> Vec<Moved> {
    let mut moved = Vec::new();
    document.each_citation(&mut |citation| {
        let (place, Some(from)) = (citation.locator, citation.at) else { return };
        let mut now = quoted.iter().find(|quote| quote.locator == place).and_then(|quote| quote.at);
        for cite in timeline.iter().flat_map(|event| &event.cites).filter(|cite| cite.locator == place) {
            now = if cite.at == Some(from) { cite.at } else { now.or(cite.at) };
        }
        moved.extend(now.filter(|to| *to != from).map(|to| Moved { place, from, to }));
    });
    moved
}

/// By how many nanoseconds the time of a citation's place moved.
pub(super) fn shift(citation: &Citation, moved: &[Moved]) -> i64 {
    let is_its = |it: &&Moved| it.place == citation.locator && citation.at == Some(it.from);
    moved.iter().find(is_its).map_or(0, |it| it.to.0.saturating_sub(it.from.0))
}

pub(super) const fn shifted(at: Timestamp, by: i64) -> Timestamp {
    Timestamp(at.0.saturating_add(by))
}

/// Beginning and end of an event by what its places say now; `None` where it stands as it is.
#[must_use]
pub fn retimed(event: &DocumentEvent, moved: &[Moved]) -> Option<(Timestamp, Option<Timestamp>)> {
    // What the places with this time, or with any, moved by, where they all agree; nothing where there is none.
    let agreed = |instant: Option<Timestamp>| {
        let mut by = None;
        for citation in event.citations.iter().filter(|it| it.at.is_some() && (instant.is_none() || it.at == instant)) {
            let own = shift(citation, moved);
            by = Some(if by.is_none_or(|by| by == own) { own } else { 0 });
        }
        by
    };
    let at = event.at?;
    // A time with a doubt is the program's own, worked out from what it cites: one that a person sets has none.
    let is_worked_out = event.from.is_some() && event.uncertainty_s > 0;
    let by = agreed(event.at).or_else(|| agreed(None).filter(|_| is_worked_out)).filter(|by| *by != 0)?;
    let end = event.end.map(|end| shifted(end, agreed(event.end).unwrap_or(by)));
    Some((shifted(at, by), end))
}

/// What a person is asked when places moved: whether the events that follow them are to go along. `None` where none does.
#[must_use]
pub fn offer(document: &Document, moved: &[Moved]) -> Option<Message> {
    let (mut paths, mut by, mut count) = (Vec::new(), Vec::new(), 0_usize);
    for event in document.events.iter().filter(|event| retimed(event, moved).is_some()) {
        count += 1;
        for citation in &event.citations {
            let ns = shift(citation, moved);
            if ns != 0 {
                add(&mut paths, Arg::Text(citation.path.clone()));
                add(&mut by, Arg::Seconds(ns as f64 / 1e9));
            }
        }
    }
    let offer = || Message::new("page-moved").with("count", count).with("paths", list(paths)).with("by", list(by));
    (count > 0).then(offer)
}

/// How many citations rest on one of these inputs.
#[must_use]
pub fn resting_on(document: &Document, inputs: &[EvidenceId]) -> usize {
    let mut count = 0;
    document.each_citation(&mut |citation| count += usize::from(inputs.contains(&citation.locator.evidence)));
    count
}

/// What the document misses where it cites inputs that were taken out, at the first place that does; `None` where it cites nothing.
pub(super) fn without(document: &Document, taken_out: &[EvidenceId]) -> Option<Result<(), Gap>> {
    let (mut paths, mut first, mut cites) = (Vec::new(), None, false);
    document.each_cited(&mut |place, item, citation| {
        cites = true;
        if taken_out.contains(&citation.locator.evidence) {
            first.get_or_insert((place, item));
            add(&mut paths, Arg::Text(citation.path.clone()));
        }
    });
    let gap = |(place, item): (Place, _)| {
        let count = resting_on(document, taken_out);
        let text = Message::new("document-gap-taken-out").with("count", count).with("paths", list(paths));
        Gap { text, place, item }
    };
    cites.then(|| first.map_or(Ok(()), |first| Err(gap(first))))
}

fn add(list: &mut Vec<Arg>, arg: Arg) {
    if !list.contains(&arg) {
        list.push(arg);
    }
}

/// Names and lengths, as many as one reads.
fn list(mut args: Vec<Arg>) -> Arg {
    const SHOWN: usize = 3;
    if args.len() > SHOWN {
        args.truncate(SHOWN);
        args.push(Arg::Text("…".to_owned()));
    }
    Arg::List(args)
}
