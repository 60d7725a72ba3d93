//! The document as blocks, in the order of the SRE book's postmortems: what people wrote and accepted first, then what the program adds
//! (`appendix`), then the evidence index.
//!
//! Only what a person accepted stands as a claim. An empty section says so in a note and in [`DocumentView::missing`].

use crate::chart::ChartSpec;
use crate::model::{Analysis, Arg, Citation, EvidenceMeta, Phase, Timestamp};
use crate::postmortem::milestones::{Measure, milestones, spans};
use crate::postmortem::{ActionKind, Document, DocumentEvent, ItemId, Why, WhyKind, Wording};
use crate::text::{Texts, format};
use crate::view::document::{Block, DocumentView, Inline};

use super::appendix;
use super::references::References;

/// What an export is made from, besides the document.
pub struct Material<'a> {
    /// Conclusions.
    pub analysis: &'a Analysis,
    /// All inputs.
    pub evidence: &'a [EvidenceMeta],
    /// Charts by key (`threads`), drawn wide and in light colours.
    pub charts: &'a [(String, ChartSpec)],
    /// Freezes places into citations; what the analysis cites is quoted through this.
    pub cite: &'a dyn Fn(&[crate::model::Cite]) -> Vec<Citation>,
}

/// Builds the document's blocks in the language of `texts`.
#[must_use]
pub fn build(document: &Document, material: &Material<'_>, texts: &Texts) -> DocumentView {
    let mut pages =
        Pages { texts, references: References::new(material.evidence), blocks: Vec::new(), missing: Vec::new() };
    pages.opening(document);
    pages.causes(&document.whys);
    pages.timeline(&document.events);
    appendix::charts(&mut pages, material.charts);
    pages.actions(document);
    pages.lessons(document);
    appendix::write(&mut pages, document, material);
    let Pages { references, blocks, missing, .. } = pages;
    DocumentView { blocks, references: references.finish(), missing }
}

/// A document being written.
pub(super) struct Pages<'a> {
    pub(super) texts: &'a Texts,
    pub(super) references: References<'a>,
    pub(super) blocks: Vec<Block>,
    missing: Vec<String>,
}

/// A table cell without references.
pub(super) fn cell(text: impl Into<String>) -> Vec<Inline> {
    vec![Inline::Text(text.into())]
}

/// Words in the language of the export; a person's own words as they are.
pub(super) fn words(wording: &Wording, texts: &Texts) -> String {
    match wording {
        Wording::Suggested(message) => texts.say(message),
        Wording::Own(text) => text.trim().to_owned(),
    }
}

/// Id of what a why is to the incident.
pub(super) const fn why_kind_id(kind: WhyKind) -> &'static str {
    match kind {
        WhyKind::Cause => "why-kind-cause",
        WhyKind::Contributing => "why-kind-contributing",
        WhyKind::Detection => "why-kind-detection",
        WhyKind::Question => "why-kind-question",
    }
}

const fn action_kind_id(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Mitigate => "action-kind-mitigate",
        ActionKind::Prevent => "action-kind-prevent",
        ActionKind::Detect => "action-kind-detect",
        ActionKind::Process => "action-kind-process",
    }
}

/// Id of the name of a phase's instant; what set the incident off is told by the timeline and the causes.
const fn instant_id(phase: Phase) -> Option<&'static str> {
    Some(match phase {
        Phase::Trigger => return None,
        Phase::Onset => "export-onset",
        Phase::Impact => "export-start",
        Phase::Detection => "export-detect",
        Phase::Response => "export-respond",
        Phase::Mitigation => "export-mitigate",
        Phase::Resolution => "export-resolve",
    })
}

/// Id of the name of a duration between two phases; how long the impact lasted is between two instants of one.
const fn interval_id(measure: Measure) -> Option<&'static str> {
    Some(match measure {
        Measure::Impact => return None,
        Measure::Detect => "export-ttd",
        Measure::Respond => "export-tta",
        Measure::Mitigate => "export-ttm",
        Measure::Resolve => "export-ttr",
    })
}

/// An instant without its fraction of a second, which is left to the quoted line.
pub(super) fn utc(at: Timestamp) -> String {
    Timestamp(at.0.div_euclid(1_000_000_000).saturating_mul(1_000_000_000)).to_rfc3339()
}

impl Pages<'_> {
    pub(super) fn get(&self, id: &str) -> String {
        self.texts.get(id)
    }

    pub(super) fn heading(&mut self, level: u8, id: &str) {
        let text = self.get(id);
        self.blocks.push(Block::Heading(level, text));
    }

    pub(super) fn note(&mut self, id: &str) {
        let text = self.get(id);
        self.blocks.push(Block::Note(text));
    }

    pub(super) fn table(&mut self, heads: &[&str], rows: Vec<Vec<Vec<Inline>>>) {
        let heads = heads.iter().map(|id| self.get(id)).collect();
        self.blocks.push(Block::Table(heads, rows));
    }

    /// Words followed by their references.
    pub(super) fn cited(&mut self, text: String, citations: &[Citation]) -> Vec<Inline> {
        let mut inlines = cell(text);
        inlines.extend(self.references.inlines(citations));
        inlines
    }

    /// Says that something a person should write is not there.
    fn lacks(&mut self, id: &str) {
        let text = self.get(id);
        self.missing.push(text.clone());
        self.blocks.push(Block::Note(text));
    }

    fn opening(&mut self, document: &Document) {
        if document.title.trim().is_empty() {
            self.heading(1, "export-untitled");
            self.missing.push(self.get("export-empty-title"));
        } else {
            self.blocks.push(Block::Heading(1, document.title.trim().to_owned()));
        }
        self.facts(document);
        self.heading(2, "export-summary");
        self.prose(&document.summary, &[], "export-empty-summary");
        self.heading(2, "export-impact");
        self.prose(&document.impact, &document.impact_citations, "export-empty-impact");
    }

    fn facts(&mut self, document: &Document) {
        let mut rows = Vec::new();
        for (id, text, empty) in [
            ("export-severity", &document.severity, "export-empty-severity"),
            ("export-authors", &document.authors, "export-empty-authors"),
        ] {
            if text.trim().is_empty() {
                self.missing.push(self.get(empty));
                rows.push((self.get(id), self.get("export-not-set")));
            } else {
                rows.push((self.get(id), text.trim().to_owned()));
            }
        }
        for milestone in milestones(document) {
            if let (Some(id), Some(at)) = (instant_id(milestone.phase), milestone.at) {
                rows.push((self.get(id), self.instant(at, milestone.uncertainty_s)));
            }
        }
        for span in spans(document) {
            let names = (interval_id(span.measure), instant_id(span.from.0), instant_id(span.to.0));
            if let (Some(name), Some(first), Some(last)) = names {
                let value = self.texts.with(
                    "export-interval",
                    &[
                        ("length", self.length(span.seconds, span.uncertainty_s).into()),
                        ("first", self.get(first).into()),
                        ("from", span.from.1.into()),
                        ("last", self.get(last).into()),
                        ("to", span.to.1.into()),
                    ],
                );
                rows.push((self.get(name), value));
            }
        }
        let rows = rows.into_iter().map(|(name, value)| vec![cell(name), cell(value)]).collect();
        self.table(&["export-fact", "export-value"], rows);
    }

    fn instant(&self, at: Timestamp, uncertainty_s: u32) -> String {
        let local = format::time(at, self.texts.offset_s());
        let off = self.off_by(uncertainty_s);
        if self.texts.offset_s() == 0 { format!("{local}{off}") } else { format!("{local} ({}){off}", utc(at)) }
    }

    /// A length, to the minute where its ends are not known better than that.
    fn length(&self, seconds: f64, uncertainty_s: u32) -> String {
        let seconds = if uncertainty_s < 30 { seconds } else { (seconds / 60.0).round() * 60.0 };
        format!("{}{}", format::duration(seconds, self.texts.lang()), self.off_by(uncertainty_s))
    }

    /// ` ± 30 s`, nothing where the instant is exact.
    fn off_by(&self, uncertainty_s: u32) -> String {
        match uncertainty_s {
            0 => String::new(),
            seconds => format!(" ± {}", format::duration(f64::from(seconds), self.texts.lang())),
        }
    }

    /// A sentence of the program, or a person's paragraphs: one per line; lines that begin with `- ` or `* ` become a list.
    fn prose(&mut self, wording: &Wording, citations: &[Citation], empty: &str) {
        let text = words(wording, self.texts);
        if text.is_empty() {
            self.lacks(empty);
        } else if matches!(wording, Wording::Suggested(_)) {
            self.blocks.push(Block::Paragraph(cell(text)));
        } else {
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                self.own_line(line);
            }
        }
        let references = self.references.inlines(citations);
        if references.is_empty() {
            return;
        }
        match self.blocks.last_mut() {
            Some(Block::Paragraph(inlines)) => inlines.extend(references),
            _ => {
                let mut inlines = vec![self.label(self.get("export-evidence"))];
                inlines.extend(references);
                self.blocks.push(Block::Paragraph(inlines));
            }
        }
    }

    /// A name that introduces what follows it.
    pub(super) fn label(&self, name: impl Into<Arg>) -> Inline {
        Inline::Strong(self.texts.with("export-label", &[("name", name.into())]))
    }

    fn own_line(&mut self, line: &str) {
        let Some(item) = list_item(line) else {
            return self.blocks.push(Block::Paragraph(cell(line)));
        };
        match self.blocks.last_mut() {
            Some(Block::List(items)) => items.push((0, cell(item))),
            _ => self.blocks.push(Block::List(vec![(0, cell(item))])),
        }
    }

    fn causes(&mut self, whys: &[Why]) {
        self.heading(2, "export-causes");
        if whys.is_empty() {
            self.lacks("export-empty-causes");
        }
        for why in whys {
            let question = words(&why.question, self.texts);
            self.blocks.push(Block::Heading(3, question));
            let mut paragraph = vec![self.label(self.get(why_kind_id(why.kind)))];
            paragraph.extend(self.answer(why));
            self.blocks.push(Block::Paragraph(paragraph));
            let mut items = Vec::new();
            self.deeper(&why.children, 0, &mut items);
            if !items.is_empty() {
                self.blocks.push(Block::List(items));
            }
        }
    }

    fn deeper(&mut self, whys: &[Why], depth: u8, items: &mut Vec<(u8, Vec<Inline>)>) {
        for why in whys {
            let mut item = vec![Inline::Strong(words(&why.question, self.texts))];
            item.extend(self.answer(why));
            items.push((depth, item));
            self.deeper(&why.children, depth.saturating_add(1), items);
        }
    }

    /// A space, the answer and its references; what is open or unproven is said to be.
    fn answer(&mut self, why: &Why) -> Vec<Inline> {
        let claim = words(&why.claim, self.texts);
        if claim.is_empty() {
            return cell(format!(" {}", self.get("export-open")));
        }
        if why.citations.is_empty() {
            return cell(format!(" {claim} {}", self.get("export-uncited")));
        }
        self.cited(format!(" {claim}"), &why.citations)
    }

    fn timeline(&mut self, events: &[DocumentEvent]) {
        self.heading(2, "export-timeline");
        if events.is_empty() {
            self.lacks("export-empty-timeline");
            return;
        }
        let mut events: Vec<&DocumentEvent> = events.iter().collect();
        events.sort_by_key(|event| (event.at.is_none(), event.at));
        let rows = events.into_iter().map(|event| self.event(event)).collect();
        let local = self.texts.with("export-local", &[("zone", format::offset(self.texts.offset_s()).into())]);
        let heads = vec![
            self.get("export-utc"),
            local,
            self.get("export-event"),
            self.get("export-phase"),
            self.get("export-evidence"),
        ];
        self.blocks.push(Block::Table(heads, rows));
    }

    fn event(&mut self, event: &DocumentEvent) -> Vec<Vec<Inline>> {
        let offset_s = self.texts.offset_s();
        let (utc, local) = match event.at {
            None => (self.get("export-time-unknown"), String::new()),
            Some(at) => {
                let until = |from: String, to: Option<String>| match to {
                    Some(to) => format!("{from} – {to}"),
                    None => from,
                };
                let local = until(local_time(at, offset_s), event.end.map(|end| format::clock(end, offset_s)));
                (until(utc(at), event.end.map(utc)), format!("{local}{}", self.off_by(event.uncertainty_s)))
            }
        };
        let phase = event.phase.map(|phase| self.get(&format!("phase-{}", phase.as_str()))).unwrap_or_default();
        let mut text = words(&event.text, self.texts);
        if event.count > 1 {
            text = self.texts.with("export-repeated", &[("text", text.into()), ("count", event.count.into())]);
        }
        vec![cell(utc), cell(local), cell(text), cell(phase), self.references.inlines(&event.citations)]
    }

    fn actions(&mut self, document: &Document) {
        self.heading(2, "export-actions");
        if document.actions.is_empty() {
            self.lacks("export-empty-actions");
            return;
        }
        let n_unowned = document.actions.iter().filter(|action| action.owner.trim().is_empty()).count();
        if n_unowned > 0 {
            self.missing.push(self.texts.with("export-unowned", &[("count", Arg::from(n_unowned))]));
        }
        let rows = document.actions.iter().map(|action| {
            let or_not_set = |text: &str| match text.trim() {
                "" => self.get("export-not-set"),
                text => text.to_owned(),
            };
            let addresses = action.addresses.and_then(|id| find_why(&document.whys, id));
            vec![
                cell(self.get(action_kind_id(action.kind))),
                cell(words(&action.text, self.texts)),
                cell(or_not_set(&action.owner)),
                cell(or_not_set(&action.due)),
                cell(addresses.map(|why| words(&why.question, self.texts)).unwrap_or_default()),
            ]
        });
        let rows = rows.collect();
        self.table(&["export-kind", "export-action", "export-owner", "export-due", "export-addresses"], rows);
    }

    fn lessons(&mut self, document: &Document) {
        let lessons = &document.lessons;
        self.heading(2, "export-lessons");
        if [&lessons.well, &lessons.badly, &lessons.lucky].iter().all(|text| text.trim().is_empty()) {
            self.lacks("export-empty-lessons");
            return;
        }
        for (id, text) in
            [("export-well", &lessons.well), ("export-badly", &lessons.badly), ("export-lucky", &lessons.lucky)]
        {
            self.heading(3, id);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let items: Vec<_> = lines.map(|line| (0, cell(list_item(line).unwrap_or(line)))).collect();
            if items.is_empty() {
                self.note("export-nothing");
            } else {
                self.blocks.push(Block::List(items));
            }
        }
    }
}

/// The words of a line that a person wrote as a list item.
fn list_item(line: &str) -> Option<&str> {
    ["- ", "* ", "• "].iter().find_map(|mark| line.strip_prefix(mark))
}

fn local_time(at: Timestamp, offset_s: i32) -> String {
    Timestamp(at.0.div_euclid(1_000_000_000).saturating_mul(1_000_000_000)).to_local(offset_s)
}

fn find_why(whys: &[Why], id: ItemId) -> Option<&Why> {
    whys.iter().find_map(|why| if why.id == id { Some(why) } else { find_why(&why.children, id) })
}
