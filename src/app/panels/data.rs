//! A panel that the engine says as items: drawn without knowing what it means. What the reader chooses on it is kept here by id and goes
//! back with the next question.

use debrief::model::Cite;
use debrief::protocol::{Answer, Request};
use debrief::text::format;
use debrief::view::panel::{Gauge, Head, Item, OPEN_ROW, Panel, PanelKind, PanelRequest, Row, Spot, Tool, Weight};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlElement, MouseEvent};

use crate::app::canvas::paint;
use crate::app::components::citation_chip::{IN_CELL, cite_chips};
use crate::app::components::evidence_item;
use crate::app::dom::{El, between, button, effect, el, el_of, spawn};
use crate::app::observe;
use crate::app::palette;
use crate::app::signal::{Memo, RwSignal, StoredValue};
use crate::app::state::{self, App, Sheet};

/// How far a row stands in for each step down a tree.
const INDENT_PX: u32 = 16;

/// What outlives a panel.
#[derive(Clone, Copy, Default)]
struct DataMemory {
    panel: RwSignal<Panel>,
    values: RwSignal<Vec<(String, String)>>,
    width: RwSignal<f64>,
    /// The row that was opened last.
    row: StoredValue<String>,
}

/// Whether a question is under way.
#[derive(Clone, Copy, PartialEq)]
enum Asking {
    /// None is.
    Idle,
    /// One is.
    Busy,
    /// One is, and its answer will be of the past.
    Stale,
}

/// What outlives each of the panels, by [`PanelKind`].
#[derive(Clone, Copy, Default)]
pub(crate) struct DataMemories([DataMemory; PanelKind::COUNT]);

impl DataMemories {
    fn of(&self, kind: PanelKind) -> DataMemory {
        self.0[kind as usize]
    }
}

/// One panel while it is shown.
#[derive(Clone, Copy)]
struct Shown {
    app: App,
    memory: DataMemory,
}

/// What shows a row of the panel Evidence, or with an empty key all of it.
pub(crate) fn opener(app: App) -> impl Fn(&str) + Copy {
    let shown = Shown { app, memory: app.memories.data.of(PanelKind::Evidence) };
    move |row| {
        shown.set(OPEN_ROW, row.to_owned());
        app.panel.set(state::Panel::Evidence);
        app.sheet.set(Sheet::None);
    }
}

/// The panel.
pub(crate) fn view(app: App, kind: PanelKind) -> El {
    let shown = Shown { app, memory: app.memories.data.of(kind) };
    let measured = el_of("div", "data-measure");
    observe::width_of(&measured, shown.memory.width);
    shown.follow(kind);
    let items = move || shown.memory.panel.with(|panel| panel.items.iter().cloned().enumerate().collect::<Vec<_>>());
    let body = el_of("div", "data-items").list(items, move |(place, item)| shown.item(&place.to_string(), item));
    el_of("div", "data-panel").child(measured).child(body)
}

impl Shown {
    /// Asks again whenever what the panel shows may have changed; one question at a time, the newest wish wins.
    fn follow(self, kind: PanelKind) {
        let Self { app, memory } = self;
        let wanted = Memo::new(move |_| {
            app.analysis.track();
            app.theme.track();
            let width = memory.width.get();
            (width > 0.0).then(|| PanelRequest {
                kind,
                values: memory.values.get(),
                width: width as u32,
                palette: palette::current(),
                lang: app.lang.get(),
                offset_s: app.case_offset_s.get(),
            })
        });
        let state = StoredValue::new(Asking::Idle);
        effect(move || {
            app.analysis.track();
            if kind == PanelKind::Evidence {
                app.evidence.track();
            }
            wanted.track();
            match state.get_value() {
                Asking::Idle => self.ask(wanted, state),
                _ => state.set_value(Asking::Stale),
            }
        });
    }

    fn ask(self, wanted: Memo<Option<PanelRequest>>, state: StoredValue<Asking>) {
        let Some(request) = wanted.get_untracked() else { return };
        state.set_value(Asking::Busy);
        let answer = self.app.ask(Request::Panel(request));
        spawn(async move {
            let answer = answer.await;
            if let Answer::Panel(panel) = answer {
                self.show(panel);
            }
            // The panel may be gone by now.
            if wanted.try_get_untracked().is_none() {
                return;
            }
            let is_stale = state.get_value() == Asking::Stale;
            state.set_value(Asking::Idle);
            if is_stale {
                self.ask(wanted, state);
            }
        });
    }

    /// Shows the panel as it is now. The focus goes to what was made anew in its place, else to the row that was left, else to the head.
    fn show(self, panel: Panel) {
        let focused = document().active_element().map(|element| element.id()).unwrap_or_default();
        let row = ["row-", &self.memory.row.get_value()].concat();
        self.memory.panel.set(panel);
        if !focused.is_empty() {
            request_animation_frame(move || {
                // Where the focus was removed with its element, the browser gives it to the body, and who opened the panel a moment before may
                // find it given to the panel; anything else has it for a reason.
                let is_lost = |element: Element| element.tag_name() == "BODY" || element.id() == "panel";
                if document().active_element().is_none_or(is_lost) {
                    let places = [focused.as_str(), &row, "tool-0-0"];
                    if let Some(place) = places.iter().find_map(|it| document().get_element_by_id(it)) {
                        // A place of the reader's: what was to be given the focus before comes too late.
                        let _ = place.unchecked_ref::<HtmlElement>().focus();
                    }
                }
            });
        }
    }

    fn value(self, id: &str) -> String {
        self.memory.values.with(|values| {
            values.iter().find(|(name, _)| name == id).map(|(_, value)| value.clone()).unwrap_or_default()
        })
    }

    fn set(self, id: &str, value: String) {
        self.set_all(&[(id.to_owned(), value)]);
    }

    fn set_all(self, sets: &[(String, String)]) {
        if let Some((_, row)) = sets.iter().find(|(id, row)| id == OPEN_ROW && !row.is_empty()) {
            self.memory.row.set_value(row.clone());
        }
        self.memory.values.update(|values| {
            values.retain(|(name, _)| sets.iter().all(|(id, _)| name != id));
            values.extend_from_slice(sets);
        });
    }

    fn cites(self, cites: Vec<Cite>) -> Option<El> {
        (!cites.is_empty()).then(|| cite_chips(self.app, cites, false, IN_CELL))
    }

    fn item(self, place: &str, item: Item) -> El {
        match item {
            Item::Heading(text) => el("h3").text(&text),
            Item::Text { text, weight, cites } => {
                let (tag, class) = match weight {
                    Weight::Verdict => ("h2", "data-verdict"),
                    Weight::Plain => ("p", ""),
                    Weight::Trouble => ("p", "data-trouble"),
                    Weight::Quiet => ("p", "muted"),
                };
                el_of(tag, class).text(&text).text(" ").children(self.cites(cites))
            }
            Item::Tools(tools) => {
                let tools =
                    tools.into_iter().enumerate().map(|(index, one)| self.tool(&format!("{place}-{index}"), one));
                el_of("div", "bar-row data-tools").children(tools)
            }
            Item::Picture { name, drawing, spots } => {
                let canvas = el_of("canvas", "data-picture").attr("role", "img").attr("aria-label", &name);
                let (_, _, width, height) = drawing.plot;
                let raw: HtmlCanvasElement = canvas.raw();
                paint(&raw, &drawing, (width, height), window().device_pixel_ratio().max(1.0));
                let (under, told) = (spots.clone(), raw.clone());
                canvas
                    .on("mousemove", move |ev: MouseEvent| {
                        let spot = spot_at(&under, &ev);
                        told.set_title(spot.map_or("", |spot| spot.title.as_str()));
                    })
                    .on("click", move |ev: MouseEvent| {
                        if let Some(spot) = spot_at(&spots, &ev) {
                            self.set(&spot.id, spot.value.clone());
                        }
                    })
            }
            Item::Table { name, head, rows } => self.table(place, &name, head, rows),
            Item::Lines(lines) => el_of("pre", "verbatim").attr("tabindex", "0").text(&lines.join("\n")),
            Item::Facts(facts) => el_of("dl", "data-facts")
                .children(facts.iter().flat_map(|(name, fact)| [el("dt").text(name), el("dd").text(fact)])),
            Item::Correct(id) => {
                let app = self.app;
                evidence_item::acts(app, id, Memo::new(move |_| app.meta(id)), None)
            }
        }
    }

    fn tool(self, name: &str, tool: Tool) -> El {
        let element = ["tool-", name].concat();
        match tool {
            Tool::Choice { id, label, options } => {
                let option = |(value, name): &(String, String)| {
                    let (of, own) = (id.clone(), value.clone());
                    // A picture sets it as well, and then the menu stays. Where none is chosen, the browser shows the first.
                    let is_chosen = move || (self.value(&of) == own).into();
                    el("option").attr("value", value).prop_of("selected", is_chosen).text(name)
                };
                let menu = el_of("select", "quiet")
                    .attr("id", &element)
                    .children(options.iter().map(option))
                    .on_value("change", move |value| self.set(&id, value));
                el_of("label", "data-choice").child(el_of("span", "muted").text(&label)).child(menu)
            }
            Tool::Search { id, label } => {
                let written = self.value(&id);
                el("input")
                    .attr("id", &element)
                    .attr("type", "search")
                    .attr("aria-label", &label)
                    .attr("placeholder", &label)
                    .prop_of("value", move || written.as_str().into())
                    .on_value("input", move |text| self.set(&id, text))
            }
            Tool::Button { sets, label } => {
                button("", move || label.clone(), move || self.set_all(&sets)).attr("id", &element)
            }
        }
    }

    fn table(self, place: &str, name: &str, head: Vec<Head>, rows: Vec<Row>) -> El {
        let class = |index: usize| if head.get(index).is_some_and(|head| head.is_number) { "number" } else { "" };
        let heads = head
            .iter()
            .enumerate()
            .map(|(index, head)| el_of("th", class(index)).attr("scope", "col").text(&head.label));
        let heads: Vec<El> = heads.collect();
        let span = (heads.len() + 1).to_string();
        let body = rows.into_iter().flat_map(|row| {
            let Row { key, sets, is_unfolded, depth, cells, cites, open, gauge } = row;
            let is_open = !open.is_empty();
            // A row that opens what is under it says whether it does; one that leads elsewhere does not.
            let expanded = is_unfolded.or(sets.is_empty().then_some(is_open));
            let cells = cells.iter().enumerate().map(|(index, cell)| {
                let of_row = el_of("td", class(index));
                if index > 0 {
                    let bar = gauge.filter(|gauge| gauge.column as usize == index).zip(head.get(index));
                    return of_row.text(cell).children(bar.map(|(gauge, head)| bar_of(&gauge, &head.label)));
                }
                let indent = format!("{}px", INDENT_PX * u32::from(depth));
                let of_row = of_row.style_of("padding-inline-start", move || indent.clone());
                if key.is_empty() {
                    return of_row.text(cell);
                }
                let (key, words, sets, id) = (key.clone(), cell.clone(), sets.clone(), format!("row-{key}"));
                let press = move || match sets.as_slice() {
                    [] => self.set(OPEN_ROW, if self.value(OPEN_ROW) == key { String::new() } else { key.clone() }),
                    sets => self.set_all(sets),
                };
                let opener = button("link", move || words.clone(), press).attr("id", &id);
                of_row.child(match expanded {
                    Some(is_open) => opener.attr("aria-expanded", if is_open { "true" } else { "false" }),
                    None => opener,
                })
            });
            let row = el_of("tr", if is_open { "open" } else { "" }).children(cells.collect::<Vec<_>>());
            let row = row.child(el("td").children(self.cites(cites)));
            let under = is_open.then(|| {
                let items =
                    open.into_iter().enumerate().map(|(index, item)| self.item(&format!("{place}-{index}"), item));
                el("tr").child(el_of("td", "data-open").attr("colspan", &span).children(items))
            });
            std::iter::once(row).chain(under)
        });
        let table = el("table")
            .child(el("thead").child(el("tr").children(heads).child(el("td"))))
            .child(el("tbody").children(body.collect::<Vec<_>>()));
        el_of("div", "scroll-x data-table-of")
            .attr("tabindex", "0")
            .attr("role", "group")
            .attr("aria-label", name)
            .child(table)
    }
}

/// How full something is.
fn bar_of(gauge: &Gauge, name: &str) -> El {
    let percent = format::fixed(between(gauge.share * 100.0, 0.0, 100.0), 1);
    let width = percent.clone() + "%";
    el_of("span", &format!("gauge level-{}", gauge.level))
        .attr("role", "meter")
        .attr("aria-label", name)
        .attr("aria-valuenow", &percent)
        .child(el("span").style_of("width", move || width.clone()))
}

/// The spot under the pointer: the deepest, for parents come first.
fn spot_at<'a>(spots: &'a [Spot], ev: &MouseEvent) -> Option<&'a Spot> {
    let (x, y) = (ev.offset_x() as f32, ev.offset_y() as f32);
    let holds = |spot: &&Spot| {
        let (left, top, right, bottom) = spot.area;
        left <= x && x < right && top <= y && y < bottom
    };
    spots.iter().rev().find(holds)
}
