//! Events of both interfaces: `v1` and `events.k8s.io`.

use super::draft::set_time;
use crate::model::{KubeEvent, KubeObject, Timestamp};

/// An event while its fields come in.
#[derive(Default)]
pub(super) struct EventDraft {
    kind: String,
    reason: String,
    message: String,
    from: String,
    about_kind: String,
    about_namespace: String,
    about_name: String,
    count: Option<u32>,
    series_count: Option<u32>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    at: Option<Timestamp>,
    series_last: Option<Timestamp>,
}

impl EventDraft {
    /// A value; `false` where it should be a time and is none.
    pub(super) fn scalar(&mut self, path: &str, text: &str) -> bool {
        let set = |field: &mut String| text.clone_into(field);
        match path {
            ".type" => set(&mut self.kind),
            ".reason" => set(&mut self.reason),
            ".message" | ".note" => set(&mut self.message),
            ".source.component" | ".deprecatedSource.component" => set(&mut self.from),
            ".reportingComponent" | ".reportingController" if self.from.is_empty() => set(&mut self.from),
            ".involvedObject.kind" | ".regarding.kind" => set(&mut self.about_kind),
            ".involvedObject.namespace" | ".regarding.namespace" => set(&mut self.about_namespace),
            ".involvedObject.name" | ".regarding.name" => set(&mut self.about_name),
            ".count" | ".deprecatedCount" => self.count = text.parse().ok(),
            ".series.count" => self.series_count = text.parse().ok(),
            ".firstTimestamp" | ".deprecatedFirstTimestamp" => return set_time(text, &mut self.first),
            ".lastTimestamp" | ".deprecatedLastTimestamp" => return set_time(text, &mut self.last),
            ".eventTime" => return set_time(text, &mut self.at),
            ".series.lastObservedTime" => return set_time(text, &mut self.series_last),
            _ => {}
        }
        true
    }

    /// Whether it names an object, which only events do.
    pub(super) const fn is_about_something(&self) -> bool {
        !self.about_name.is_empty()
    }

    /// The event; `None` where nothing says what happened.
    pub(super) fn finish(self, object: &KubeObject) -> Option<KubeEvent> {
        if self.reason.is_empty() && self.message.is_empty() {
            return None;
        }
        let first = self.first.or(self.at);
        let namespace = Some(self.about_namespace).filter(|name| !name.is_empty());
        Some(KubeEvent {
            kind: self.kind,
            reason: self.reason,
            from: self.from,
            object: format!("{}/{}", self.about_kind.to_ascii_lowercase(), self.about_name),
            namespace: namespace.unwrap_or_else(|| object.namespace.clone()),
            message: self.message,
            count: self.series_count.max(self.count).unwrap_or(1).max(1),
            first,
            last: self.last.max(self.series_last).or(first),
            age_last_s: None,
            age_first_s: None,
            locator: object.locator,
        })
    }
}
