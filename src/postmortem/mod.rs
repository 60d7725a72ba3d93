//! The document people edit: impact, timeline, causes, action items, lessons.
//!
//! Nothing enters it until a person accepts it. What was accepted and not touched stays a message, so it can still change language; the
//! first edit makes it the person's own words. Citations are frozen copies: removing evidence never changes a document.

mod apply;
pub mod completeness;
pub mod edit;
pub mod fixes;
pub mod history;
pub mod instant;
pub mod merge;
pub mod milestones;
pub mod parts;
pub mod review;
pub mod saved;
pub mod since;
pub mod suggest;
pub mod tree;

use serde::{Deserialize, Serialize};

use crate::model::{Arg, Citation, Confidence, Few, Message, Phase, RedactionChoices, TimelineEvent, Timestamp};
use crate::text::{Texts, format};
use completeness::Place;
pub use parts::{Field, Part, Prose};

/// Words in the document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Wording {
    /// The program's sentence, accepted as it was.
    Suggested(Message),
    /// A person's own words.
    Own(String),
}

impl Default for Wording {
    fn default() -> Self {
        Self::Own(String::new())
    }
}

impl Wording {
    /// A sentence as it enters the document. JSON has no NaN and no infinity, and one must not cost a person the saved case.
    #[must_use]
    pub fn accepted(mut message: Message) -> Self {
        fn make_finite(arg: &mut Arg) {
            match arg {
                Arg::Float(number) | Arg::Ratio(number) | Arg::Seconds(number) if !number.is_finite() => {
                    *arg = Arg::Text(format::fixed(*number, 0));
                }
                Arg::Message(message) => message.args.iter_mut().for_each(|(_, arg)| make_finite(arg)),
                Arg::List(items) => items.iter_mut().for_each(make_finite),
                _ => {}
            }
        }
        message.args.iter_mut().for_each(|(_, arg)| make_finite(arg));
        Self::Suggested(message)
    }

    /// The words in the language of `texts`; a person's own words stay as they are.
    #[must_use]
    pub fn say(&self, texts: &Texts) -> String {
        match self {
            Self::Suggested(message) => texts.say(message),
            Self::Own(text) => text.clone(),
        }
    }

    /// Whether nothing is said yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Own(text) if text.trim().is_empty())
    }
}

/// Identity of an item of the document; never reused within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemId(pub u32);

/// What an answer is to the incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyKind {
    /// Caused it.
    #[default]
    Cause,
    /// Made it possible or worse.
    Contributing,
    /// Made it be noticed or understood late.
    Detection,
    /// Kept it from being worse, or ended it.
    Mitigating,
    /// Open: asked, not answered.
    Question,
}

impl WhyKind {
    /// All, in the order of a menu.
    pub const ALL: [Self; 5] = [Self::Cause, Self::Contributing, Self::Detection, Self::Mitigating, Self::Question];

    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Contributing => "contributing",
            Self::Detection => "detection",
            Self::Mitigating => "mitigating",
            Self::Question => "question",
        }
    }
}

/// An answer that was considered and ruled out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Alternative {
    /// Identity.
    pub id: ItemId,
    /// The answer that it is not.
    pub claim: Wording,
    /// Why it is not.
    pub reason: Wording,
    /// What shows that.
    pub citations: Vec<Citation>,
}

/// A question of the causal analysis and one answer. A question with several answers is several whys in a row: those after the first have
/// no question of their own ([`Why::is_further_answer`]).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Why {
    /// Identity.
    pub id: ItemId,
    /// Key of the suggestion it came from, so that it is not offered twice.
    pub from: Option<String>,
    /// What it is to the incident.
    pub kind: WhyKind,
    /// The question.
    pub question: Wording,
    /// The answer; empty while open.
    pub claim: Wording,
    /// What carries the answer.
    pub citations: Vec<Citation>,
    /// How sure the team is.
    pub confidence: Option<Confidence>,
    /// Other answers, ruled out.
    pub alternatives: Vec<Alternative>,
    /// Deeper whys.
    pub children: Vec<Why>,
}

impl Why {
    /// Whether the question still waits for an answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.kind == WhyKind::Question || self.claim.is_empty()
    }

    /// Whether it is one more answer to the question of the why before it.
    #[must_use]
    pub fn is_further_answer(&self) -> bool {
        self.question.is_empty() && !self.claim.is_empty()
    }
}

/// An event of the document's timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentEvent {
    /// Identity.
    pub id: ItemId,
    /// Key of the proposal it came from.
    pub from: Option<String>,
    /// When; `None` while a person has not said.
    pub at: Option<Timestamp>,
    /// End of a range.
    pub end: Option<Timestamp>,
    /// How far `at` may be off, in seconds.
    pub uncertainty_s: u32,
    /// How often, for an accepted fold of repeats; 0 and 1 both mean once.
    pub count: u32,
    /// What it is to the incident.
    pub phase: Option<Phase>,
    /// Who says so or who acted: a team, a program, a person's role.
    pub source: String,
    /// What happened.
    pub text: Wording,
    /// What shows it.
    pub citations: Vec<Citation>,
}

impl DocumentEvent {
    /// A proposed event as it enters the document, still without identity and citations.
    #[must_use]
    pub fn accepted(event: TimelineEvent) -> Self {
        Self {
            from: Some(event.key),
            at: Some(event.at),
            end: event.end,
            uncertainty_s: event.uncertainty_s,
            count: event.count,
            phase: event.phase,
            source: event.source.name().to_owned(),
            text: Wording::accepted(event.text),
            ..Self::default()
        }
    }
}

/// What an action item is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Reduces harm now.
    Mitigate,
    /// Keeps it from happening again.
    #[default]
    Prevent,
    /// Lets it be noticed sooner.
    Detect,
    /// Changes how people work.
    Process,
}

impl ActionKind {
    /// All, in the order in which they help.
    pub const ALL: [Self; 4] = [Self::Mitigate, Self::Prevent, Self::Detect, Self::Process];

    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mitigate => "mitigate",
            Self::Prevent => "prevent",
            Self::Detect => "detect",
            Self::Process => "process",
        }
    }
}

/// How urgent an action item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// At once.
    P0,
    /// Next.
    P1,
    /// Soon.
    P2,
    /// Some day.
    P3,
}

impl Priority {
    /// All, the most urgent first.
    pub const ALL: [Self; 4] = [Self::P0, Self::P1, Self::P2, Self::P3];

    /// As people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
        }
    }
}

/// A file that carries out an action item: made from the case, a person's from then on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Its name (`90-pid-max.conf`).
    pub file_name: String,
    /// Its language, as a code fence names it (`yaml`).
    pub language: String,
    /// Its content.
    pub text: String,
}

/// Something to be done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionItem {
    /// Identity.
    pub id: ItemId,
    /// Key of the suggestion it came from.
    pub from: Option<String>,
    /// What for.
    pub kind: ActionKind,
    /// What.
    pub text: Wording,
    /// Who; empty while nobody took it.
    pub owner: String,
    /// By when, as a person writes it (ISO date from the page's date field).
    pub due: String,
    /// How urgent.
    pub priority: Option<Priority>,
    /// How one sees that it works.
    pub check: String,
    /// Whether it is done.
    pub done: bool,
    /// The why it addresses.
    pub addresses: Option<ItemId>,
    /// Files that carry it out.
    pub attachments: Vec<Attachment>,
}

/// The form in which the document is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateChoice {
    /// One of the program's, by id.
    BuiltIn(String),
    /// A person's own.
    Own {
        /// What it is called (its file name).
        name: String,
        /// Markdown with slots.
        text: String,
    },
}

impl TemplateChoice {
    /// Ids of the program's own, in the order of a menu; the first is the default.
    pub const BUILT_IN: [&str; 4] = ["sre-book", "why-analysis", "tabular", "short"];
}

impl Default for TemplateChoice {
    fn default() -> Self {
        Self::BuiltIn("sre-book".to_owned())
    }
}

/// The document. Its saved form carries [`Document::VERSION`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Lines of its head; what nobody wrote is not there.
    pub fields: Few<Field, String>,
    /// Parts written as prose; what nobody wrote is not there.
    pub prose: Few<Part, Prose>,
    /// Timeline, in order of time; events without a time stand last.
    pub events: Vec<DocumentEvent>,
    /// Causes: top-level questions, each a tree.
    pub whys: Vec<Why>,
    /// Actions.
    pub actions: Vec<ActionItem>,
    /// The form in which it is written.
    pub template: TemplateChoice,
    /// What is replaced when it leaves.
    pub redaction: RedactionChoices,
    /// Suggestions that a person declined, by key.
    pub declined: Vec<String>,
    /// Seconds east of UTC in which the document's times are shown.
    pub offset_s: i32,
    /// Last id given.
    pub last_id: u32,
}

impl Document {
    /// Version of the saved form.
    pub const VERSION: u32 = 2;

    /// A line of the head; empty where nobody wrote it.
    #[must_use]
    pub fn field(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        self.field(Field::Title).trim()
    }

    /// A part; empty where nobody wrote it.
    #[must_use]
    pub fn prose(&self, part: Part) -> &Prose {
        static NONE: Prose = Prose { text: Wording::Own(String::new()), citations: Vec::new() };
        self.prose.get(&part).unwrap_or(&NONE)
    }

    /// Every why with its depth (0 at the top), in reading order.
    #[must_use]
    pub fn outline(&self) -> Vec<(u8, &Why)> {
        fn walk<'a>(whys: &'a [Why], depth: u8, rows: &mut Vec<(u8, &'a Why)>) {
            for why in whys {
                rows.push((depth, why));
                walk(&why.children, depth.saturating_add(1), rows);
            }
        }
        let mut rows = Vec::new();
        walk(&self.whys, 0, &mut rows);
        rows
    }

    /// The why of that identity, at any depth.
    #[must_use]
    pub fn why(&self, id: ItemId) -> Option<&Why> {
        self.outline().into_iter().map(|(_, why)| why).find(|why| why.id == id)
    }

    /// The alternative of that identity, of whichever why.
    #[must_use]
    pub fn alternative(&self, id: ItemId) -> Option<&Alternative> {
        self.outline().into_iter().flat_map(|(_, why)| &why.alternatives).find(|other| other.id == id)
    }

    /// The event of that identity.
    #[must_use]
    pub fn event(&self, id: ItemId) -> Option<&DocumentEvent> {
        self.events.iter().find(|event| event.id == id)
    }

    /// The action item of that identity.
    #[must_use]
    pub fn action(&self, id: ItemId) -> Option<&ActionItem> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// Shows every citation of the document.
    pub fn each_citation(&self, visit: &mut dyn FnMut(&Citation)) {
        self.each_cited(&mut |_, _, citation| visit(citation));
    }

    /// The same, with the part of the document and the item that carries it.
    pub fn each_cited(&self, visit: &mut dyn FnMut(Place, Option<ItemId>, &Citation)) {
        type Visit<'a> = &'a mut dyn FnMut(Place, Option<ItemId>, &Citation);
        fn all(citations: &[Citation], place: Place, item: Option<ItemId>, visit: Visit<'_>) {
            citations.iter().for_each(|citation| visit(place, item, citation));
        }
        fn walk(whys: &[Why], visit: Visit<'_>) {
            for why in whys {
                all(&why.citations, Place::Whys, Some(why.id), visit);
                for other in &why.alternatives {
                    all(&other.citations, Place::Whys, Some(why.id), visit);
                }
                walk(&why.children, visit);
            }
        }
        for (part, prose) in self.prose.iter() {
            all(&prose.citations, Place::Part(*part), None, visit);
        }
        for event in &self.events {
            all(&event.citations, Place::Timeline, Some(event.id), visit);
        }
        walk(&self.whys, visit);
    }

    pub(crate) fn for_each_citation(&mut self, visit: &mut dyn FnMut(&mut Citation)) {
        fn walk(whys: &mut [Why], visit: &mut dyn FnMut(&mut Citation)) {
            for why in whys {
                why.citations.iter_mut().for_each(&mut *visit);
                why.alternatives.iter_mut().flat_map(|other| &mut other.citations).for_each(&mut *visit);
                walk(&mut why.children, visit);
            }
        }
        self.prose.values_mut().flat_map(|prose| &mut prose.citations).for_each(&mut *visit);
        self.events.iter_mut().flat_map(|event| &mut event.citations).for_each(&mut *visit);
        walk(&mut self.whys, visit);
    }
}
