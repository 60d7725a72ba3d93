//! A panel that the engine says as items: drawn without knowing what it means. What the reader chooses on it is kept here by id and goes
//! back with the next question.

use debrief::model::Cite;
use debrief::protocol::{Answer, Request};
use debrief::view::panel::{Head, Item, OPEN_ROW, Panel, PanelKind, PanelRequest, Row, Spot, Tool, Weight};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, MouseEvent};

use crate::app::canvas::replay;
use crate::app::components::citation_chip::cite_chips;
use crate::app::components::verbs;
use crate::app::dom::{El, button, effect, el, el_of, spawn};
use crate::app::observe;
use crate::app::palette;
use crate::app::signal::{Memo, RwSignal, StoredValue};
use crate::app::state::App;

/// What outlives the panel.
#[derive(Clone, Copy, Default)]
pub(crate) struct DataMemory {
    panel: RwSignal<Panel>,
    values: RwSignal<Vec<(String, String)>>,
    width: RwSignal<f64>,
}

/// One panel while it is shown.
#[derive(Clone, Copy)]
struct Shown {
    app: App,
    memory: DataMemory,
}

/// The panel.
pub(crate) fn view(app: App, kind: PanelKind) -> El {
    let shown = Shown { app, memory: expect_context() };
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
        let busy = StoredValue::new(false);
        effect(move || {
            app.analysis.track();
            wanted.track();
            if !busy.get_value() {
                self.ask(wanted, busy);
            }
        });
    }

    fn ask(self, wanted: Memo<Option<PanelRequest>>, busy: StoredValue<bool>) {
        let Some(request) = wanted.get_untracked() else { return };
        busy.set_value(true);
        let answer = self.app.ask(Request::Panel(request.clone()));
        spawn(async move {
            let answer = answer.await;
            if let Answer::Panel(panel) = answer {
                self.show(panel);
            }
            // The panel may be gone by now.
            let Some(now) = wanted.try_get_untracked() else { return };
            busy.set_value(false);
            if now.as_ref() != Some(&request) {
                self.ask(wanted, busy);
            }
        });
    }

    /// Shows the panel as it is now; what was made anew in the place of the focus gets it.
    fn show(self, panel: Panel) {
        let focused = document().active_element().map(|element| element.id()).unwrap_or_default();
        self.memory.panel.set(panel);
        if !focused.is_empty() {
            request_animation_frame(move || {
                if document().active_element().is_none_or(|element| element.id().is_empty()) {
                    verbs::focus(&focused);
                }
            });
        }
    }

    fn value(self, id: &str) -> String {
        self.memory.values.with_untracked(|values| {
            values.iter().find(|(name, _)| name == id).map(|(_, value)| value.clone()).unwrap_or_default()
        })
    }

    fn set(self, id: &str, value: String) {
        self.memory.values.update(|values| {
            values.retain(|(name, _)| name != id);
            values.push((id.to_owned(), value));
        });
    }

    fn cites(self, cites: Vec<Cite>) -> Option<El> {
        (!cites.is_empty()).then(|| cite_chips(self.app, cites, false))
    }

    fn item(self, place: &str, item: Item) -> El {
        match item {
            Item::Heading(text) => el("h3").text(&text),
            Item::Text { text, weight, cites } => {
                let (tag, class) = match weight {
                    Weight::Verdict => ("h2", "data-verdict"),
                    Weight::Plain => ("p", ""),
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
                let ratio = window().device_pixel_ratio().max(1.0);
                raw.set_width((f64::from(width) * ratio).round() as u32);
                raw.set_height((f64::from(height) * ratio).round() as u32);
                let context =
                    raw.get_context("2d").ok().flatten().and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
                if let Some(context) = context {
                    replay(&context, &drawing, ratio);
                }
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
        }
    }

    fn tool(self, name: &str, tool: Tool) -> El {
        let element = format!("tool-{name}");
        match tool {
            Tool::Choice { id, label, options } => {
                let chosen = self.value(&id);
                let option = |(index, (value, name)): (usize, &(String, String))| {
                    let is_chosen = *value == chosen || index == 0 && chosen.is_empty();
                    el("option").attr("value", value).prop_of("selected", move || is_chosen.into()).text(name)
                };
                let menu = el_of("select", "quiet")
                    .attr("id", &element)
                    .children(options.iter().enumerate().map(option))
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
            Tool::Button { id, value, label } => {
                button("", move || label.clone(), move || self.set(&id, value.clone())).attr("id", &element)
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
            let Row { key, cells, cites, open } = row;
            let id = format!("row-{place}-{key}");
            let is_open = !open.is_empty();
            let cells = cells.iter().enumerate().map(|(index, cell)| {
                if index > 0 || key.is_empty() {
                    return el_of("td", class(index)).text(cell);
                }
                let (key, words) = (key.clone(), cell.clone());
                let toggle = move || {
                    let next = if self.value(OPEN_ROW) == key { String::new() } else { key.clone() };
                    self.set(OPEN_ROW, next);
                };
                let opener = button("link", move || words.clone(), toggle)
                    .attr("id", &id)
                    .attr("aria-expanded", if is_open { "true" } else { "false" });
                el_of("td", class(index)).child(opener)
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

/// The spot under the pointer: the deepest, for parents come first.
fn spot_at<'a>(spots: &'a [Spot], ev: &MouseEvent) -> Option<&'a Spot> {
    let (x, y) = (ev.offset_x() as f32, ev.offset_y() as f32);
    let holds = |spot: &&Spot| {
        let (left, top, right, bottom) = spot.area;
        left <= x && x < right && top <= y && y < bottom
    };
    spots.iter().rev().find(holds)
}
