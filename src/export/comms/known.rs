//! What is known, what is only a candidate, and what is not known: the parts every notice is made of.

use crate::export::document::words;
use crate::model::{Citation, Confidence};
use crate::postmortem::milestones::milestones;
use crate::postmortem::{Field, Part, Why, WhyKind};

use super::{Desk, Line};

impl Desk<'_> {
    pub(super) fn get(&self, id: &str) -> String {
        self.texts.get(id)
    }

    pub(super) fn line(&self, name: &str, items: Vec<String>) -> Line {
        Line { name: self.get(name), items }
    }

    /// `22:20`, in the document's zone; of another day than the notice's with the date.
    pub(super) fn clock(&self, at: crate::model::Timestamp) -> String {
        let [now, at] = [self.now, at].map(|at| at.to_local(self.texts.offset_s()));
        let from = if now.get(..10) == at.get(..10) { 11 } else { 0 };
        at.get(from..16).unwrap_or(&at).to_owned()
    }

    pub(super) fn severity(&self) -> String {
        match self.document.field(Field::Severity).trim() {
            "" => self.get("comms-severity-unknown"),
            severity => severity.to_owned(),
        }
    }

    /// What people see: the title, or the title of the finding as a candidate.
    pub(super) fn symptom(&self) -> String {
        match self.document.title() {
            "" => match self.analysis.findings.first() {
                Some(finding) => self.candidate(&self.texts.say(&finding.title)),
                None => self.get("export-untitled"),
            },
            title => title.to_owned(),
        }
    }

    pub(super) fn candidate(&self, claim: &str) -> String {
        self.texts.with("comms-candidate", &[("claim", claim.into())])
    }

    pub(super) fn at(&self, phase: crate::model::Phase) -> Option<crate::model::Timestamp> {
        milestones(self.document).into_iter().find(|milestone| milestone.phase == phase)?.at
    }

    /// Systems and figures, as people wrote them.
    pub(super) fn affected(&self) -> Vec<String> {
        let fields = [Field::Systems, Field::Scope].map(|field| self.document.field(field).trim().to_owned());
        let mut affected: Vec<String> = fields.into_iter().filter(|text| !text.is_empty()).collect();
        if affected.is_empty() {
            affected.push(self.get("comms-not-known"));
        }
        affected
    }

    /// The lines of a part that a person wrote.
    pub(super) fn part(&self, part: Part) -> Vec<String> {
        let text = words(&self.document.prose(part).text, self.texts);
        let lines = text.lines().map(|line| line.trim().trim_start_matches(['-', '*', '•']).trim().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// Answers with evidence, each with its first place; what is not marked as certain is a candidate.
    pub(super) fn causes(&self, with_places: bool) -> Vec<String> {
        let outline = self.document.outline();
        let told = outline.iter().map(|(_, why)| *why).filter(|why| {
            !why.is_open() && !why.citations.is_empty() && matches!(why.kind, WhyKind::Cause | WhyKind::Contributing)
        });
        told.map(|why| self.cause(why, with_places)).collect()
    }

    fn cause(&self, why: &Why, with_place: bool) -> String {
        let claim = words(&why.claim, self.texts);
        let claim = match why.citations.first().filter(|_| with_place) {
            Some(citation) => format!("{claim} ({})", place(citation)),
            None => claim,
        };
        if why.confidence == Some(Confidence::Certain) { claim } else { self.candidate(&claim) }
    }

    /// Questions nobody has answered yet.
    pub(super) fn unknown(&self) -> Vec<String> {
        let outline = self.document.outline();
        let open = outline.iter().filter(|(_, why)| why.is_open()).map(|(_, why)| words(&why.question, self.texts));
        let open = open.filter(|question| !question.is_empty());
        open.chain(self.part(Part::OpenQuestions)).collect()
    }
}

/// `kubelet.log:4211`.
fn place(citation: &Citation) -> String {
    format!("{}:{}", citation.path, citation.locator.lines.first)
}
