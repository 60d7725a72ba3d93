//! Folding: the same thing said again and again is one event with a count and a range.

use std::collections::HashMap;

use crate::compact;
use crate::model::TimelineEvent;

/// Folds events of the same source, phase and text that follow each other within `gap_s` seconds. Takes them in order of time and keeps
/// that order, by the first of each fold; citations are those of the first and the last. Linear.
pub(super) fn fold(events: Vec<TimelineEvent>, gap_s: i64) -> Vec<TimelineEvent> {
    let mut folded: Vec<TimelineEvent> = Vec::with_capacity(events.len());
    // Only looked up, never walked: its order does not matter.
    let mut open: HashMap<Vec<u8>, usize> = HashMap::new();
    for event in events {
        // Not `{:?}`, for which every type of a message would be printable, floats too: that is large.
        let same = compact::write(&(&event.source, &event.phase, &event.text));
        let last = open.get(&same).and_then(|&index| folded.get_mut(index));
        let near = |into: &TimelineEvent| event.at <= into.end.unwrap_or(into.at).plus_seconds(gap_s);
        match last.filter(|into| near(into)) {
            Some(into) => {
                let end = event.end.unwrap_or(event.at).max(into.end.unwrap_or(into.at));
                into.end = (end > into.at).then_some(end);
                into.count = into.count.saturating_add(event.count);
                into.uncertainty_s = into.uncertainty_s.max(event.uncertainty_s);
                into.cites.truncate(1);
                into.cites.extend(event.cites.last().filter(|cite| into.cites.first() != Some(cite)).copied());
            }
            None => {
                open.insert(same, folded.len());
                folded.push(event);
            }
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventSource, Message, Timestamp};

    #[test]
    fn repeats_keep_count_and_range_and_a_long_silence_begins_anew() {
        let said = |at_s: i64, text: &str| {
            let key = format!("{text}/{at_s}");
            let source = EventSource::Chat("bot".to_owned());
            super::super::event(key, Timestamp::from_seconds(at_s), Message::new(text), source, Vec::new())
        };
        let events = (0..211).map(|minute| said(minute * 60, "a")).chain([said(12_660, "b"), said(99_999, "a")]);
        let folded = fold(events.collect(), 3600);
        let shown: Vec<_> = folded.iter().map(|event| (event.key.as_str(), event.count, event.end)).collect();
        let end = Some(Timestamp::from_seconds(12_600));
        assert_eq!(shown, [("a/0", 211, end), ("b/12660", 1, None), ("a/99999", 1, None)]);
        let all = fold(vec![said(0, "a"), said(i64::from(u32::MAX), "a")], i64::MAX);
        assert_eq!(all.len(), 1);
    }
}
