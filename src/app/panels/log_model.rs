//! What the log view knows: which lines are at hand, which are on screen, which are selected.
//!
//! Lines are asked for in pages and only while they are on screen. A scroll bar cannot be taller than some 33 million pixels, so for long
//! inputs it is scaled: the position is a line, the scroll offset only its picture.

use debrief::model::{Cite, EvidenceId, Few, LineRange, Locator, Role};
use debrief::protocol::{Answer, Request};
use debrief::view::lines::LineView;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::app::dom::{between, spawn};
use crate::app::signal::{Memo, RwSignal, StoredValue};
use crate::app::state::App;

/// Height of a row in CSS pixels; `--row` in `logs.css` is the same.
pub(crate) const ROW_PX: f64 = 20.0;
/// Tallest scroll area, well below every browser's bound.
const MAX_SCROLL_PX: f64 = 16_000_000.0;
/// Lines of a page.
const PAGE: u32 = 200;
/// Pages kept.
const PAGES: usize = 24;

/// What outlives the panel: where one was.
#[derive(Clone, Copy, Default)]
pub(crate) struct LogsMemory {
    /// The input shown.
    pub(crate) evidence: RwSignal<Option<EvidenceId>>,
    /// The line at the top, from 0, with the part of it that is scrolled away.
    pub(crate) top: RwSignal<f64>,
    /// Selected lines: where the selection began and where it is now, from 1.
    pub(crate) selection: RwSignal<Option<(u32, u32)>>,
    /// Whether long lines are broken.
    pub(crate) wrap: RwSignal<bool>,
    /// What is searched.
    pub(crate) search: RwSignal<String>,
    /// The place that was opened last: where it is a part of a line, it is marked there.
    pub(crate) opened: RwSignal<Option<Locator>>,
}

/// Lines that are at hand.
#[derive(Clone)]
struct Page {
    lines: Vec<LineView>,
    /// How many lines the input had when they were asked for: while it is read there are more and more.
    n_lines: u32,
}

impl Page {
    /// Whether it holds all it can while the input has that many lines.
    fn is_whole(&self, n_lines: u32) -> bool {
        self.lines.len() >= PAGE as usize || self.n_lines >= n_lines
    }
}

/// The lines of one panel.
#[derive(Clone, Copy)]
pub(crate) struct LogModel {
    pub(crate) app: App,
    pub(crate) memory: LogsMemory,
    /// Lines of the input.
    pub(crate) n_lines: RwSignal<u32>,
    /// Height of the view in CSS pixels.
    pub(crate) height: RwSignal<f64>,
    /// Longest line seen, in characters: what the horizontal scroll bar is made from.
    pub(crate) longest: RwSignal<usize>,
    /// Lines of the input that the document cites.
    cited: Memo<Vec<LineRange>>,
    pages: RwSignal<Few<u32, Page>>,
    asked: StoredValue<Vec<u32>>,
}

impl LogModel {
    /// A model over what the memory remembers.
    pub(crate) fn new(app: App, memory: LogsMemory) -> Self {
        let cited = Memo::new(move |_| {
            let mut cited = Vec::new();
            if let Some(evidence) = memory.evidence.get() {
                app.document.with(|document| {
                    document.each_citation(&mut |citation| {
                        if citation.locator.evidence == evidence {
                            cited.push(citation.locator.lines);
                        }
                    });
                });
            }
            cited
        });
        Self {
            app,
            memory,
            cited,
            n_lines: RwSignal::default(),
            height: RwSignal::new(0.0),
            longest: RwSignal::default(),
            pages: RwSignal::default(),
            asked: StoredValue::default(),
        }
    }

    /// Forgets the lines at hand: another input, another clock, another conclusion.
    pub(crate) fn forget(self) {
        self.pages.set(Few::default());
        self.asked.set_value(Vec::new());
    }

    // ---- position ----

    /// Rows that fit, a partial one included.
    pub(crate) fn n_rows(self) -> u32 {
        (self.height.get() / ROW_PX).ceil() as u32 + 1
    }

    /// The last position that makes sense: the last line at the bottom, or at the top where lines are broken.
    fn last_top(self) -> f64 {
        let n = f64::from(self.n_lines.get_untracked());
        let shown = if self.memory.wrap.get_untracked() { 1.0 } else { self.height.get_untracked() / ROW_PX };
        (n - shown).max(0.0)
    }

    /// Height of the scroll area.
    pub(crate) fn scroll_height(self) -> f64 {
        between(f64::from(self.n_lines.get()) * ROW_PX, self.height.get(), MAX_SCROLL_PX)
    }

    /// Whether the scroll bar is only a picture of the position.
    pub(crate) fn is_scaled(self) -> bool {
        f64::from(self.n_lines.get_untracked()) * ROW_PX > MAX_SCROLL_PX
    }

    /// Pixels of scrolling per line.
    fn px_per_line(self) -> f64 {
        let room = untrack(|| self.scroll_height()) - self.height.get_untracked();
        let last = self.last_top();
        if last > 0.0 { room / last } else { ROW_PX }
    }

    /// The scroll offset of the position.
    pub(crate) fn scroll_offset(self) -> f64 {
        self.memory.top.get_untracked() * self.px_per_line()
    }

    /// The reader dragged the scroll bar.
    pub(crate) fn scrolled_to(self, offset: f64) {
        if (offset - self.scroll_offset()).abs() >= 1.0 {
            self.go_to(offset / self.px_per_line());
        }
    }

    /// Moves by lines.
    pub(crate) fn move_by(self, lines: f64) {
        self.go_to(self.memory.top.get_untracked() + lines);
    }

    /// Puts a line (from 0) at the top.
    pub(crate) fn go_to(self, line: f64) {
        self.memory.top.set(between(line, 0.0, self.last_top()));
    }

    /// Scrolls as little as needed to show a line with some around it, or to the middle when it is far.
    pub(crate) fn reveal(self, line: u32) {
        const AROUND: f64 = 3.0;
        let index = f64::from(line.saturating_sub(1));
        let (top, shown) = (self.memory.top.get_untracked(), self.height.get_untracked() / ROW_PX);
        if index < top + AROUND {
            let near = top - index < shown;
            self.go_to(if near { index - AROUND } else { index - shown / 3.0 });
        } else if index + 1.0 + AROUND > top + shown {
            let near = index - top < 2.0 * shown;
            self.go_to(if near { index + 1.0 + AROUND - shown } else { index - shown / 3.0 });
        }
    }

    // ---- lines ----

    /// The line of a row, if it is at hand; tracks both.
    pub(crate) fn line(self, number: u32) -> Option<LineView> {
        let (page, index) = ((number - 1) / PAGE, (number - 1) % PAGE);
        self.pages.with(|pages| pages.get(&page)?.lines.get(index as usize).cloned())
    }

    /// Asks for the pages on screen that are not at hand. Tracks what is on screen, and what is at hand: lines that were forgotten while
    /// they were on screen are asked for again.
    pub(crate) fn ask_for_screen(self) {
        let Some(evidence) = self.memory.evidence.get() else { return };
        let first = self.memory.top.get() as u32;
        let n_lines = self.n_lines.get();
        let last = (first + self.n_rows()).min(n_lines.max(1)) - 1;
        for page in first / PAGE..=last / PAGE {
            let at_hand = self.pages.with(|pages| pages.get(&page).is_some_and(|page| page.is_whole(n_lines)));
            let asked = self.asked.try_update_value(|asked| {
                let known = asked.contains(&page);
                if !known {
                    asked.push(page);
                }
                known
            });
            if !at_hand && asked == Some(false) {
                self.ask_page(evidence, page);
            }
        }
    }

    fn ask_page(self, evidence: EvidenceId, page: u32) {
        let opened = self.memory.opened.get_untracked().filter(|opened| opened.evidence == evidence);
        let cited = opened.map(|opened| opened.bytes).unwrap_or_default();
        let request = Request::Lines { evidence, first: page * PAGE + 1, count: PAGE, cited };
        let answer = self.app.ask(request);
        spawn(async move {
            let answer = answer.await;
            // The panel may be gone, or show another input by now.
            if self.memory.evidence.try_get_untracked() != Some(Some(evidence)) || self.pages.is_disposed() {
                return;
            }
            self.asked.update_value(|asked| asked.retain(|asked| *asked != page));
            if let Answer::Lines(view) = answer {
                let n_lines = u32::try_from(view.n_lines).unwrap_or(u32::MAX);
                self.n_lines.set(n_lines);
                let longest = view.lines.iter().map(|line| line.text.len()).max().unwrap_or(0);
                self.longest.update(|seen| *seen = longest.max(*seen));
                if view.lines.iter().any(|line| line.mark.end > 0) {
                    request_animation_frame(show_mark);
                }
                self.pages.update(|pages| {
                    while pages.len() >= PAGES {
                        // The page farthest from this one is the least likely to be wanted.
                        let far = pages.keys().copied().max_by_key(|kept| kept.abs_diff(page));
                        far.map(|far| pages.remove(&far));
                    }
                    pages.insert(page, Page { lines: view.lines, n_lines });
                });
            }
        });
    }

    /// Whether the document cites a line; tracks it.
    pub(crate) fn is_cited(self, line: u32) -> bool {
        self.cited.with(|cited| cited.iter().any(|lines| (lines.first..=lines.last).contains(&line)))
    }

    // ---- selection ----

    /// Selects a line, or extends the selection to it.
    pub(crate) fn select(self, line: u32, extend: bool) {
        let line = line.clamp(1, self.n_lines.get_untracked().max(1));
        self.memory.selection.update(|selection| {
            let anchor = selection.filter(|_| extend).map_or(line, |(anchor, _)| anchor);
            *selection = Some((anchor, line));
        });
    }

    /// Moves the selection's end and keeps it in sight.
    pub(crate) fn step(self, lines: i64, extend: bool) {
        let now = self.memory.selection.get_untracked().map_or(self.memory.top.get_untracked() as u32, |(_, now)| now);
        let line = u32::try_from((i64::from(now) + lines).max(1)).unwrap_or(u32::MAX);
        self.select(line, extend);
        if let Some((_, now)) = self.memory.selection.get_untracked() {
            self.reveal(now);
        }
    }

    /// Copies the selected lines into the document.
    pub(crate) fn cite_selection(self) {
        let (Some(evidence), Some((a, b))) =
            (self.memory.evidence.get_untracked(), self.memory.selection.get_untracked())
        else {
            return;
        };
        let at = untrack(|| self.line(a.min(b))).and_then(|line| line.at);
        let cite = Cite { locator: Locator::lines(evidence, a.min(b), a.max(b)), role: Role::Shows, at };
        let app = self.app;
        spawn(async move { app.cite_into_document(app.cite(vec![cite]).await) });
    }

    /// Goes to the next or previous line that holds what is searched.
    pub(crate) fn find(self, backwards: bool) {
        let text = self.memory.search.get_untracked();
        if !text.is_empty() {
            self.seek(text, backwards);
        }
    }

    /// Goes to the next or previous line that holds a text; without one, that tells of an error or worse.
    pub(crate) fn seek(self, text: String, backwards: bool) {
        let Some(evidence) = self.memory.evidence.get_untracked() else { return };
        let from = self.memory.selection.get_untracked().map_or(0, |(_, line)| line);
        spawn(async move {
            // Around the end once, as everywhere.
            let edge = if backwards { u32::MAX } else { 0 };
            for from in [Some(from), Some(edge).filter(|edge| *edge != from)].into_iter().flatten() {
                let request = Request::FindLine { evidence, text: text.clone(), from, backwards };
                match self.app.ask(request).await {
                    Answer::FoundLine(Some(line)) => {
                        self.select(line, false);
                        self.reveal(line);
                        request_animation_frame(show_mark);
                        let line = debrief::text::format::integer(i64::from(line));
                        return self.app.announce(self.app.with("logs-found", &[("line", line.into())]));
                    }
                    Answer::FoundLine(None) => {}
                    _ => return,
                }
            }
            let id = if text.is_empty() { "logs-no-error" } else { "logs-not-found" };
            let text = self.app.with(id, &[("text", text.into())]);
            self.app.notify(crate::app::state::Tone::Done, text);
        });
    }
}

/// Scrolls to what is marked in a long line that is selected.
fn show_mark() {
    let of = |what: &str| document().query_selector(what).ok().flatten();
    if let (Some(list), Some(mark)) = (of(".log-scroll"), of(".log-row.selected mark:not(:empty)")) {
        let mark: HtmlElement = mark.unchecked_into();
        list.set_scroll_left(mark.offset_left() - list.client_width() / 2);
    }
}
