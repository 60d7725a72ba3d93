//! The timeline, read back from its table and from the instants that the head names.

use super::unsay::{duration_s, unsay};
use super::{Reading, words};
use crate::export::document::instant_id;
use crate::model::sort::Order as _;
use crate::model::{Phase, Timestamp};
use crate::postmortem::{DocumentEvent, Wording, instant};
use crate::text::format;
use crate::view::document::Block;

impl Reading<'_> {
    pub(super) fn timeline(&mut self, blocks: &[Block]) {
        let texts = self.texts;
        // The head of the local column names its zone; what is read there is how far the instant may be off.
        let is_local = |head: &String| unsay(texts, "export-local", ["zone"], head).is_some();
        let local = blocks.iter().find_map(|block| match block {
            Block::Table(heads, _) => heads.iter().find(|head| is_local(head)).cloned(),
            _ => None,
        });
        let local = local.and_then(|head| unsay(texts, "export-local", ["zone"], &head)).map(|[zone]| zone);
        let renamed: Vec<Block> = blocks
            .iter()
            .cloned()
            .map(|mut block| {
                if let Block::Table(heads, _) = &mut block {
                    heads.iter_mut().filter(|head| is_local(head)).for_each(|head| *head = texts.get("export-local"));
                }
                block
            })
            .collect();
        if let Some(offset_s) = local.and_then(|zone| format::parse_offset(&zone)) {
            self.document.offset_s = offset_s;
        }
        self.rows(&renamed, |reading, cell| {
            let said = |id: &str| words(&cell(id));
            let phase = Phase::ALL
                .into_iter()
                .find(|phase| texts.get(&format!("phase-{}", phase.as_str())) == said("export-phase"));
            let mut text = said("export-event");
            let mut count = 1;
            if let Some([inner, times]) = unsay(texts, "export-repeated", ["text", "count"], &text)
                && let Ok(times) = times.replace(',', "").parse()
            {
                (text, count) = (inner, times);
            }
            let (utc, local) = (said("export-utc"), said("export-local"));
            let (local, off) = local.split_once('±').map_or((local.as_str(), None), |(at, off)| (at, duration_s(off)));
            // The short form has no column in UTC.
            let offset_s = reading.document.offset_s;
            let (range, offset_s) = if utc.is_empty() { (local, offset_s) } else { (utc.as_str(), 0) };
            let (start, end) = range.split_once(" – ").unwrap_or((range, ""));
            let at = instant::parse(start, offset_s, None);
            let end = instant::parse(end, offset_s, at);
            let event = DocumentEvent {
                id: reading.id(),
                at,
                end,
                uncertainty_s: off.unwrap_or(0),
                count,
                phase,
                source: said("export-source"),
                text: Wording::Own(text),
                citations: reading.cited(&cell("export-evidence")),
                ..DocumentEvent::default()
            };
            reading.document.events.push(event);
        });
        self.document.events.order_by_key(|event: &DocumentEvent| (event.at.is_none(), event.at));
    }

    /// Keeps an instant of the head: `2023-07-23 22:09:14 +08:00 (2023-07-23T14:09:14Z) ± 30 s`; says whether the row is one.
    pub(super) fn instant(&mut self, name: &str, value: &str) -> bool {
        let is_its = |phase: &Phase| instant_id(*phase).is_some_and(|id| self.texts.get(id) == name);
        let Some(phase) = Phase::ALL.into_iter().find(is_its) else { return false };
        let value = value.split('±').next().unwrap_or_default();
        let value = value.split_once('(').map_or(value, |(_, utc)| utc.trim_end().trim_end_matches(')'));
        self.instants.extend(instant::parse(value, 0, None).map(|at| (phase, at)));
        true
    }

    /// A timeline without phases: an instant of the head is that of the one event at its time.
    pub(super) fn place_instants(&mut self) {
        let events = &mut self.document.events;
        for (phase, at) in self.instants.drain(..) {
            if events.iter().any(|event| event.phase == Some(phase)) {
                continue;
            }
            let mut there = events.iter_mut().filter(|event| event.at.map(second) == Some(second(at)));
            if let (Some(event @ DocumentEvent { phase: None, .. }), None) = (there.next(), there.next()) {
                event.phase = Some(phase);
            }
        }
    }
}

/// The whole second of an instant: the page shows no less.
const fn second(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000_000_000)
}
