//! The parts and fields of a document: the union of what published templates ask for.

use serde::{Deserialize, Serialize};

use super::Wording;
use crate::model::Citation;
use crate::model::words::replaced;

/// A line of the document's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Title.
    Title,
    /// The incident's number in the team's own books (`INC-2023-071`).
    Number,
    /// State of the document (draft, in review, final).
    Status,
    /// Severity as the team names it (`SEV2`).
    Severity,
    /// Who writes it.
    Authors,
    /// Date of the report, ISO.
    Date,
    /// Who led the response, and in which role.
    Leads,
    /// Who took part in the review.
    Attendees,
    /// Systems that were affected.
    Systems,
    /// Who and how many were affected, with figures.
    Scope,
    /// Who answers for the follow-up.
    Responsible,
    /// Tags.
    Tags,
}

impl Field {
    /// All, in the order of a form.
    pub const ALL: [Self; 12] = [
        Self::Title,
        Self::Number,
        Self::Status,
        Self::Severity,
        Self::Authors,
        Self::Date,
        Self::Leads,
        Self::Attendees,
        Self::Systems,
        Self::Scope,
        Self::Responsible,
        Self::Tags,
    ];

    /// The spelling in saved cases and templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Number => "number",
            Self::Status => "status",
            Self::Severity => "severity",
            Self::Authors => "authors",
            Self::Date => "date",
            Self::Leads => "leads",
            Self::Attendees => "attendees",
            Self::Systems => "systems",
            Self::Scope => "scope",
            Self::Responsible => "responsible",
            Self::Tags => "tags",
        }
    }

    /// Message id of its name.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Title => "document-field-title",
            Self::Number => "document-field-number",
            Self::Status => "document-field-status",
            Self::Severity => "document-field-severity",
            Self::Authors => "document-field-authors",
            Self::Date => "document-field-date",
            Self::Leads => "document-field-leads",
            Self::Attendees => "document-field-attendees",
            Self::Systems => "document-field-systems",
            Self::Scope => "document-field-scope",
            Self::Responsible => "document-field-responsible",
            Self::Tags => "document-field-tags",
        }
    }

    /// Message id of what to write there.
    #[must_use]
    pub fn hint_id(self) -> String {
        format!("document-field-{}.hint", replaced(self.as_str(), "_", "-"))
    }
}

/// A part of the document written as prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What happened, in a paragraph.
    Summary,
    /// Whom it hurt, how, how long, in figures.
    Impact,
    /// What set it off.
    Trigger,
    /// How it was noticed, and why not sooner.
    Detection,
    /// Who was told, and whether in time.
    Notification,
    /// What was done.
    Response,
    /// What reduced the harm.
    Mitigation,
    /// What ended it.
    Resolution,
    /// What went well.
    Well,
    /// What went badly.
    Badly,
    /// Where luck helped.
    Lucky,
    /// Why it surprised.
    Surprise,
    /// What is still open.
    OpenQuestions,
    /// What was considered and ruled out, in people's own words.
    RuledOut,
    /// Anything else a reader should have.
    Notes,
}

impl Part {
    /// All, in the order of a document.
    pub const ALL: [Self; 15] = [
        Self::Summary,
        Self::Impact,
        Self::Trigger,
        Self::Detection,
        Self::Notification,
        Self::Response,
        Self::Mitigation,
        Self::Resolution,
        Self::Well,
        Self::Badly,
        Self::Lucky,
        Self::Surprise,
        Self::OpenQuestions,
        Self::RuledOut,
        Self::Notes,
    ];

    /// The spelling in saved cases and templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Impact => "impact",
            Self::Trigger => "trigger",
            Self::Detection => "detection",
            Self::Notification => "notification",
            Self::Response => "response",
            Self::Mitigation => "mitigation",
            Self::Resolution => "resolution",
            Self::Well => "well",
            Self::Badly => "badly",
            Self::Lucky => "lucky",
            Self::Surprise => "surprise",
            Self::OpenQuestions => "open_questions",
            Self::RuledOut => "ruled_out",
            Self::Notes => "notes",
        }
    }

    /// Message id of its name.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Summary => "document-field-summary",
            Self::Impact => "document-field-impact",
            Self::Trigger => "document-field-trigger",
            Self::Detection => "document-field-detection",
            Self::Notification => "document-field-notification",
            Self::Response => "document-field-response",
            Self::Mitigation => "document-field-mitigation",
            Self::Resolution => "document-field-resolution",
            Self::Well => "document-field-well",
            Self::Badly => "document-field-badly",
            Self::Lucky => "document-field-lucky",
            Self::Surprise => "document-field-surprise",
            Self::OpenQuestions => "document-field-open-questions",
            Self::RuledOut => "document-field-ruled-out",
            Self::Notes => "document-field-notes",
        }
    }

    /// Message id of what to write there.
    #[must_use]
    pub fn hint_id(self) -> String {
        format!("document-field-{}.hint", replaced(self.as_str(), "_", "-"))
    }
}

/// What a part says and what shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prose {
    /// The words.
    pub text: Wording,
    /// What shows them.
    pub citations: Vec<Citation>,
}

impl Prose {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.citations.is_empty()
    }
}

impl From<Wording> for Prose {
    fn from(text: Wording) -> Self {
        Self { text, citations: Vec::new() }
    }
}
