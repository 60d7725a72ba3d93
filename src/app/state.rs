//! What the whole page shares: signals over the case, the document and the reader's choices, and the few verbs that change them.
//!
//! A component reads signals and calls a verb; it never talks to the worker, to storage or to the document behind the verbs' back.

use std::ops::Deref;
use std::rc::Rc;

use debrief::model::{Arg, Citation, Cite, EvidenceId, EvidenceMeta, LineRange, Locator, Message, TimeRange};
use debrief::postmortem::edit::{Edit, Target};
use debrief::postmortem::history::History;
use debrief::postmortem::saved::SavedVersion;
use debrief::postmortem::since::Moved;
use debrief::postmortem::{Document, ItemId};
use debrief::protocol::desk::SheetKind;
use debrief::protocol::{Answer, Progress, Request};
use debrief::text::{Lang, Texts};
use debrief::view::conclusions::Conclusions;
use leptos::prelude::*;

use super::citing::Carried;
use super::desk::Desk;
use super::engine::Engine;
use super::inputs::{Chosen, Input};
use super::language;
use super::panels::data::DataMemories;
use super::panels::logs::LogsMemory;
use super::panels::trends::TrendsMemory;
use super::signal::{RwSignal, StoredValue};
use super::unpacking::{Unpacker, Unpacking};

/// A panel of the centre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Panel {
    /// What the rules concluded.
    #[default]
    Findings,
    /// Metrics over time.
    Trends,
    /// Stack dumps.
    Stacks,
    /// Evidence, line by line.
    Logs,
    /// Proposed and accepted events.
    Timeline,
    /// The causal analysis.
    Whys,
    /// The document as it will be exported.
    Postmortem,
    /// Everything that was given.
    Evidence,
    /// What restarted or fails.
    Workloads,
}

impl Panel {
    /// All, in the order of the tabs and of the keys 1 to 9.
    pub(crate) const ALL: [Self; 9] = [
        Self::Findings,
        Self::Trends,
        Self::Stacks,
        Self::Logs,
        Self::Timeline,
        Self::Whys,
        Self::Postmortem,
        Self::Evidence,
        Self::Workloads,
    ];
}

/// Colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// On narrow screens the panes beside the centre are sheets: which one is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sheet {
    /// None.
    #[default]
    None,
    /// The evidence list.
    Evidence,
    /// The document rail.
    Document,
}

/// Whether the case is safe in this browser.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum SaveState {
    /// Nothing to save yet.
    #[default]
    Untouched,
    /// Changed since the last save.
    Pending,
    /// Saved at this local clock time (`12:03:04`).
    Saved(String),
    /// Not saved, and why.
    Failed(Arg),
}

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something was done.
    Done,
    /// Something did not work.
    Trouble,
}

/// A button of a notice: its text and what it does.
#[derive(Clone)]
pub(crate) struct NoticeAction {
    /// Text of the button.
    pub(crate) label: String,
    /// What it does.
    pub(crate) run: Callback<()>,
}

/// A notice at the foot of the page.
#[derive(Clone)]
pub(crate) struct Notice {
    /// Identity.
    pub(crate) id: u32,
    /// How loud.
    pub(crate) tone: Tone,
    /// What it says.
    pub(crate) text: String,
    /// An offer (undo), if there is one.
    pub(crate) action: Option<NoticeAction>,
}

impl Notice {
    /// Whether it tells of something done that it offers to take back.
    pub(crate) fn is_undoable(&self) -> bool {
        self.tone == Tone::Done && self.action.is_some()
    }
}

impl PartialEq for Notice {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What the panels leave behind when another is shown.
#[derive(Clone, Copy, Default)]
pub(crate) struct Memories {
    pub(crate) logs: LogsMemory,
    pub(crate) trends: TrendsMemory,
    pub(crate) data: DataMemories,
}

/// The state of the page. A reference that lives as long as the page: copy it into closures freely.
#[derive(Clone, Copy)]
pub(crate) struct App(&'static Shared);

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        self.0
    }
}

/// What the page shares, as signals.
pub(crate) struct Shared {
    /// All inputs, as the worker last told.
    pub(crate) evidence: RwSignal<Vec<EvidenceMeta>>,
    /// Inputs of a restored case that were not kept: to be dropped again.
    pub(crate) missing: RwSignal<Vec<EvidenceId>>,
    /// Raised with every change of the inputs or of what a person corrected about them, so that it is saved.
    pub(crate) inputs_revision: RwSignal<u32>,
    /// Conclusions over everything read so far.
    pub(crate) analysis: RwSignal<Conclusions>,
    /// Zone in force for inputs that state none; times on the page are shown in it.
    pub(crate) case_offset_s: RwSignal<i32>,
    /// The zone a person set for the case; `None` = inferred.
    pub(crate) zone_choice: RwSignal<Option<i32>>,
    /// Time range of everything that has a time.
    pub(crate) time_range: RwSignal<Option<TimeRange>>,
    /// How far reading is.
    pub(crate) progress: RwSignal<Progress>,
    /// Whether a person holds reading and unpacking. Set it only through [`Engine::pause`].
    pub(crate) paused: RwSignal<bool>,
    /// Ids of all formats, for the menu that corrects one.
    pub(crate) formats: RwSignal<Vec<String>>,
    /// The document. Read it freely; change it only through [`App::edit`], [`App::undo`] and [`App::redo`].
    pub(crate) document: RwSignal<Document>,
    /// Places that the document cites whose time is another now.
    pub(crate) moved: RwSignal<Vec<Moved>>,
    /// The item of the document that citing goes to: an event, a why or an action item; `None` = a new event per citation.
    pub(crate) selected: RwSignal<Option<Target>>,
    /// The citations that are being dragged.
    pub(crate) carried: RwSignal<Option<Carried>>,
    /// Language of the page.
    pub(crate) lang: RwSignal<Lang>,
    /// Language of the exported document.
    pub(crate) export_lang: RwSignal<Lang>,
    /// Colours.
    pub(crate) theme: RwSignal<Theme>,
    /// The panel shown.
    pub(crate) panel: RwSignal<Panel>,
    /// Whether the panel Whys draws the causes as a graph.
    pub(crate) graph: RwSignal<bool>,
    /// The why that the keys stand on in that graph; one that is not there stands for the incident.
    pub(crate) cause: RwSignal<ItemId>,
    /// The sheet open on narrow screens.
    pub(crate) sheet: RwSignal<Sheet>,
    /// The incident window that all panels share; `None` = everything.
    pub(crate) window: RwSignal<Option<TimeRange>>,
    /// The place that Logs shows and marks.
    pub(crate) opened: RwSignal<Option<Locator>>,
    /// Whether another tab holds the case.
    pub(crate) read_only: RwSignal<bool>,
    /// The saved case is not back yet: nothing may be written over it.
    pub(crate) restoring: RwSignal<bool>,
    /// What was dropped meanwhile; it is taken in behind the saved inputs.
    pub(crate) dropped_early: RwSignal<Vec<Input>>,
    /// The large input that is being copied into the browser, and how far that is.
    pub(crate) keeping: RwSignal<Option<Message>>,
    /// The archive that is being opened.
    pub(crate) unpacking: RwSignal<Option<Unpacking>>,
    /// Whether the document and the inputs are safe.
    pub(crate) save_state: RwSignal<SaveState>,
    /// The dialog of the desk that is open.
    pub(crate) dialog: RwSignal<Option<SheetKind>>,
    /// Earlier states of the document that were kept.
    pub(crate) versions: RwSignal<Vec<SavedVersion>>,
    /// Counts what the engine told: what the desk knows may be older.
    pub(crate) knowledge: RwSignal<u32>,
    /// Notices at the foot of the page.
    pub(crate) notices: RwSignal<Vec<Notice>>,
    /// Notices shown so far: an identity is never given twice, or the timer of one that is gone would close another.
    n_notices: RwSignal<u32>,
    /// What screen readers are told.
    pub(crate) announcement: RwSignal<String>,
    /// Why the engine stopped, where it did: a sentence for the banner.
    pub(crate) engine_trouble: RwSignal<Option<Message>>,
    /// What can be taken back.
    pub(super) history: RwSignal<History<Chosen>>,
    /// What outlives the panels.
    pub(crate) memories: Memories,
    engine: StoredValue<Engine>,
    desk: StoredValue<Desk>,
    unpacker: StoredValue<Unpacker>,
}

impl App {
    /// An empty page; not yet connected to a worker.
    pub(crate) fn new(engine: Engine) -> Self {
        Self(Box::leak(Box::new(Shared {
            evidence: RwSignal::default(),
            missing: RwSignal::default(),
            inputs_revision: RwSignal::default(),
            analysis: RwSignal::default(),
            case_offset_s: RwSignal::default(),
            zone_choice: RwSignal::default(),
            time_range: RwSignal::default(),
            progress: RwSignal::new(Progress { idle: true, ..Progress::default() }),
            paused: RwSignal::new(false),
            formats: RwSignal::default(),
            document: RwSignal::default(),
            moved: RwSignal::default(),
            selected: RwSignal::default(),
            carried: RwSignal::default(),
            lang: RwSignal::default(),
            export_lang: RwSignal::default(),
            theme: RwSignal::default(),
            panel: RwSignal::default(),
            graph: RwSignal::default(),
            cause: RwSignal::default(),
            sheet: RwSignal::default(),
            window: RwSignal::default(),
            opened: RwSignal::default(),
            read_only: RwSignal::new(true),
            restoring: RwSignal::new(true),
            dropped_early: RwSignal::new(Vec::new()),
            keeping: RwSignal::default(),
            unpacking: RwSignal::default(),
            save_state: RwSignal::default(),
            dialog: RwSignal::default(),
            versions: RwSignal::default(),
            knowledge: RwSignal::default(),
            notices: RwSignal::default(),
            n_notices: RwSignal::default(),
            announcement: RwSignal::default(),
            engine_trouble: RwSignal::default(),
            history: RwSignal::default(),
            memories: Memories::default(),
            engine: StoredValue::new(engine),
            desk: StoredValue::new(Desk::default()),
            unpacker: StoredValue::new(Unpacker::default()),
        })))
    }

    // ---- text ----

    /// The page's sentences; tracks language and zone.
    pub(crate) fn texts(self) -> Rc<Texts> {
        language::texts(self.lang.get(), self.case_offset_s.get())
    }

    /// A text without arguments, now.
    pub(crate) fn t(self, id: &str) -> String {
        self.texts().get(id)
    }

    /// A text without arguments that follows the language: `.say(app.tr("page-help"))`.
    pub(crate) fn tr(self, id: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
        move || self.t(id)
    }

    /// A message of the engine, now.
    pub(crate) fn say(self, message: &Message) -> String {
        self.texts().say(message)
    }

    /// A text with arguments given in place, now.
    pub(crate) fn with(self, id: &str, args: &[(&str, Arg)]) -> String {
        self.texts().with(id, args)
    }

    // ---- document ----

    /// Changes the document; can be undone. Gives the item it was made on. Does nothing while another tab holds the case.
    pub(crate) fn edit(self, edit: Edit) -> Option<ItemId> {
        if self.read_only.get_untracked() {
            // What the program itself keeps in step (zone, digests) is not worth a word.
            if edit.is_step() {
                self.notify(Tone::Trouble, self.t("page-read-only"));
            }
            return None;
        }
        let mut document = self.document.get_untracked();
        let touched = self.history.try_update(|history| history.edit(&mut document, edit)).flatten();
        if self.document.with_untracked(|before| *before != document) {
            self.document.set(document);
        }
        touched
    }

    /// Ends a run of typing: what is written next is a step of its own.
    pub(crate) fn seal(self) {
        self.history.update_untracked(History::seal);
    }

    /// Puts another document in place (restoring a case, a new case); what could be undone is forgotten.
    pub(crate) fn replace_document(self, document: Document) {
        self.history.set(History::default());
        self.selected.set(None);
        self.document.set(document);
    }

    /// Copies citations into the document: to the selected item, or as new events where none is selected.
    pub(crate) fn cite_into_document(self, citations: Vec<Citation>) {
        self.cite_to(self.selected.get_untracked(), citations);
    }

    /// Copies citations to an item of the document.
    pub(crate) fn cite_to(self, target: Option<Target>, citations: Vec<Citation>) {
        let n = citations.len();
        if n > 0 {
            self.edit(Edit::Cite { target, citations });
            self.tell_cited(n);
        }
    }

    /// Says that so many places were cited, and offers to take it back.
    pub(crate) fn tell_cited(self, n: usize) {
        let text = self.with("document-cited", &[("count", n.into())]);
        self.notify_undoable(text);
    }

    // ---- engine ----

    /// Asks the worker. Resolves with [`Answer::Failed`] when the engine stops meanwhile.
    pub(crate) fn ask(self, request: Request) -> impl Future<Output = Answer> {
        self.engine().ask(request)
    }

    /// Freezes places into citations; empty when the engine cannot.
    pub(crate) async fn cite(self, cites: Vec<Cite>) -> Vec<Citation> {
        match self.ask(Request::Cite(cites)).await {
            Answer::Citations(citations) => citations,
            _ => Vec::new(),
        }
    }

    /// The desk's client.
    pub(crate) fn desk(self) -> Desk {
        self.desk.get_value()
    }

    /// The unpacker's client.
    pub(crate) fn unpacker(self) -> Unpacker {
        self.unpacker.get_value()
    }

    /// The worker's client.
    pub(crate) fn engine(self) -> Engine {
        self.engine.get_value()
    }

    /// What is known of an input; tracks the list.
    pub(crate) fn meta(self, id: EvidenceId) -> Option<EvidenceMeta> {
        self.evidence.with(|list| list.iter().find(|meta| meta.id == id).cloned())
    }

    // ---- moving about ----

    /// Shows a place in Logs.
    pub(crate) fn open_at(self, locator: Locator) {
        self.opened.set(Some(locator));
        self.panel.set(Panel::Logs);
        self.sheet.set(Sheet::None);
    }

    /// Shows a line in Logs.
    pub(crate) fn open_line(self, evidence: EvidenceId, line: u32) {
        let lines = LineRange::one(line.max(1));
        self.open_at(Locator { lines, ..Locator::lines(evidence, 1, 1) });
    }

    // ---- telling ----

    /// Tells screen readers something that is seen elsewhere on the page.
    pub(crate) fn announce(self, text: String) {
        self.announcement.set(text);
    }

    /// Shows a notice.
    pub(crate) fn notify(self, tone: Tone, text: String) {
        self.push_notice(tone, text, None);
    }

    /// Shows a notice with an offer.
    pub(crate) fn notify_with(self, tone: Tone, text: String, action: NoticeAction) {
        self.push_notice(tone, text, Some(action));
    }

    /// Says what was done, and offers to take it back.
    pub(crate) fn notify_undoable(self, text: String) {
        let label = self.t("page-undo");
        self.notify_with(Tone::Done, text, NoticeAction { label, run: Callback::new(move |()| self.undo()) });
    }

    fn push_notice(self, tone: Tone, text: String, action: Option<NoticeAction>) {
        const KEPT: usize = 4;
        self.announce(text.clone());
        let id = self.n_notices.get_untracked().wrapping_add(1);
        self.n_notices.set(id);
        self.notices.update(|notices| {
            // Said again, it is not said twice; and what is done next is what an undo takes back.
            notices.retain(|notice| notice.text != text && !(action.is_some() && notice.is_undoable()));
            notices.push(Notice { id, tone, text, action });
            let surplus = notices.len().saturating_sub(KEPT);
            notices.drain(..surplus);
        });
    }
}
