//! The document as version 1 saved it: every part was a field of its own.

use serde::Deserialize;

use crate::model::Citation;
use crate::postmortem::{ActionItem, Document, DocumentEvent, Field, Part, Prose, Why, Wording};

/// Version 1 of a document. What its whys, events and actions had, those of version 2 have under the same names.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DocumentV1 {
    title: String,
    authors: String,
    severity: String,
    summary: Wording,
    impact: Wording,
    events: Vec<DocumentEvent>,
    whys: Vec<Why>,
    actions: Vec<ActionItem>,
    lessons: LessonsV1,
    impact_citations: Vec<Citation>,
    declined: Vec<String>,
    offset_s: i32,
    last_id: u32,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LessonsV1 {
    well: String,
    badly: String,
    lucky: String,
}

impl From<DocumentV1> for Document {
    fn from(old: DocumentV1) -> Self {
        let fields = [(Field::Title, old.title), (Field::Authors, old.authors), (Field::Severity, old.severity)];
        let lessons = old.lessons;
        let prose = [
            (Part::Summary, Prose::from(old.summary)),
            (Part::Impact, Prose { text: old.impact, citations: old.impact_citations }),
            (Part::Well, Wording::Own(lessons.well).into()),
            (Part::Badly, Wording::Own(lessons.badly).into()),
            (Part::Lucky, Wording::Own(lessons.lucky).into()),
        ];
        Self {
            fields: fields.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
            prose: prose.into_iter().filter(|(_, prose)| !prose.is_empty()).collect(),
            events: old.events,
            whys: old.whys,
            actions: old.actions,
            declined: old.declined,
            offset_s: old.offset_s,
            last_id: old.last_id,
            ..Self::default()
        }
    }
}
