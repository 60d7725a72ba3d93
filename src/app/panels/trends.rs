//! The panel Trends: metrics over time, all charts over one window that the whole page shares.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use debrief::chart::ChartForm;
use debrief::model::TimeRange;
use debrief::postmortem::instant;
use debrief::protocol::desk::ChartFile;
use debrief::protocol::{Answer, Request, TrendsRequest};
use debrief::view::panel::PanelKind;
use debrief::view::trends::{ChartView, LEFT_OUT, reaches};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::data;
use super::{legend, level_changes, plot};
use crate::app::citing::{asks_to_cite, cite_range, cite_sample};
use crate::app::dom::{El, button, effect, el, el_of, spawn};
use crate::app::leaving::save_chart;
use crate::app::observe;
use crate::app::palette;
use crate::app::signal::{Memo, RwSignal};
use crate::app::state::App;

/// Height of the first chart in CSS pixels; the others are as high as `.plot-canvas` in `trends.css` says.
const FIRST_HEIGHT: u32 = 320;

/// A chart as the engine drew it: another answer is another one, whatever it shows.
#[derive(Clone)]
pub(crate) struct Drawn {
    view: Rc<ChartView>,
    /// The how many-th look at the evidence this is: drawings of one look differ in their windows alone.
    pub(super) look: u32,
    /// Whether it shows everything.
    pub(super) is_whole: bool,
}

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view)
    }
}

impl Deref for Drawn {
    type Target = ChartView;

    fn deref(&self) -> &ChartView {
        &self.view
    }
}

/// What a chart shows; the drawing is for the window of the moment.
pub(super) type Chart = Memo<Option<Drawn>>;

/// What outlives the panel.
#[derive(Clone, Copy, Default)]
pub(crate) struct TrendsMemory {
    /// Keys of hidden series.
    pub(crate) hidden: RwSignal<Vec<String>>,
    /// Keys of series taken out of *others*.
    pub(super) picked: RwSignal<Vec<String>>,
    /// Charts drawn otherwise than as lines.
    forms: RwSignal<Vec<(String, ChartForm)>>,
    /// Time range of all series.
    pub(super) full: RwSignal<Option<TimeRange>>,
    /// The charts as last drawn: shown while new ones are on their way.
    charts: RwSignal<Vec<Drawn>>,
    /// How many looks at the evidence there were.
    looks: RwSignal<u32>,
    /// Where the crosshair stands, in seconds since the epoch: all charts show it.
    pub(super) cross: RwSignal<Option<f64>>,
    /// Width of a chart in CSS pixels.
    pub(crate) width: RwSignal<f64>,
    /// Whether the tables are shown.
    table: RwSignal<bool>,
}

/// The panel.
pub(crate) fn view(app: App) -> El {
    let memory = app.memories.trends;
    let measured = el_of("div", "chart-measure");
    observe::width_of(&measured, memory.width);
    follow(app, memory);
    let keys = move || memory.charts.with(|charts| charts.iter().map(|chart| chart.key.clone()).collect::<Vec<_>>());
    let whole = button("", app.tr("trends-whole"), move || app.window.set(None));
    let table = button("", app.tr("trends-table"), move || memory.table.update(|shown| *shown = !*shown));
    let tools = el_of("div", "bar-row")
        .attr("role", "toolbar")
        .attr_of("aria-label", app.tr("trends-tools"))
        .child(el_of("span", "grow muted for-mouse").say(app.tr("trends-hint")))
        .child(el_of("span", "grow muted for-touch").say(app.tr("trends-hint-touch")))
        .child(whole.flag("disabled", move || app.window.get().is_none()))
        .child(table.aria("aria-pressed", move || memory.table.get()));
    let none = move || memory.charts.with(Vec::is_empty);
    let charts = el_of("div", "charts")
        .child(measured)
        .when(none, move || el_of("p", "muted pane-empty").say(app.tr("trends-none")))
        .list(keys, move |key| block(app, memory, key));
    el_of("div", "trends").child(tools).child(charts)
}

/// How long a hand has to rest before charts are drawn anew, in milliseconds, while the last drawings reach as far as it went.
const REST_MS: u32 = 60;

/// What the reader wants to see, and the how many-th look at the evidence it is.
#[derive(Clone, PartialEq)]
struct Wanted {
    look: u32,
    request: TrendsRequest,
}

/// What was asked for, and what is to be.
#[derive(Default)]
struct Asking {
    busy: bool,
    last: Option<Wanted>,
    /// The last look of which everything was drawn.
    whole: Option<u32>,
    /// Let go before the next one, not by itself while it runs.
    rest: Option<Timeout>,
}

/// Asks for new drawings whenever what they show has changed; one request at a time, the newest wish wins.
fn follow(app: App, memory: TrendsMemory) {
    let whole = Memo::new(move |_| {
        app.theme.track();
        request(app, memory)
    });
    let look = Memo::new(move |_| {
        app.analysis.track();
        whole.track();
        memory.looks.update_untracked(|looks| *looks += 1);
        memory.looks.get_untracked()
    });
    let wanted = Memo::new(move |_| {
        let request = TrendsRequest { window: app.window.get(), ..whole.get()? };
        Some(Wanted { look: look.get(), request })
    });
    let asking = Rc::new(RefCell::new(Asking::default()));
    effect(move || {
        wanted.track();
        soon(app, memory, wanted, Rc::clone(&asking));
    });
}

/// Asks, but not in the middle of a movement: putting new drawings on screen takes longer than moving the last ones.
fn soon(app: App, memory: TrendsMemory, wanted: Memo<Option<Wanted>>, asking: Rc<RefCell<Asking>>) {
    let Some(now) = wanted.try_get_untracked().flatten() else { return };
    let mut state = asking.borrow_mut();
    if state.busy {
        return;
    }
    let full = memory.full.get_untracked();
    let rests = state.last.as_ref().is_some_and(|last| {
        let ranges = last.request.window.or(full).zip(now.request.window.or(full));
        let has_whole = state.whole == Some(now.look);
        last.look == now.look && ranges.is_some_and(|(shown, wanted)| reaches(shown, wanted, has_whole))
    });
    let later = Rc::clone(&asking);
    state.rest = rests.then(|| Timeout::new(REST_MS, move || ask(app, memory, wanted, later)));
    drop(state);
    if !rests {
        ask(app, memory, wanted, asking);
    }
}

/// What the reader wants to see of everything; nothing while there is no room.
fn request(app: App, memory: TrendsMemory) -> Option<TrendsRequest> {
    let width = memory.width.get();
    (width > 0.0).then(|| TrendsRequest {
        window: None,
        width: width as u32,
        height: FIRST_HEIGHT,
        hidden: memory.hidden.get(),
        picked: memory.picked.get(),
        forms: memory.forms.get(),
        tables: memory.table.get(),
        palette: palette::current(),
        lang: app.lang.get(),
        offset_s: app.case_offset_s.get(),
    })
}

fn ask(app: App, memory: TrendsMemory, wanted: Memo<Option<Wanted>>, asking: Rc<RefCell<Asking>>) {
    let Some(now) = wanted.try_get_untracked().flatten() else { return };
    {
        let mut state = asking.borrow_mut();
        (state.busy, state.last) = (true, Some(now.clone()));
    }
    let answer = app.ask(Request::Trends(now.request.clone()));
    spawn(async move {
        let answer = answer.await;
        let (look, is_whole) = (now.look, now.request.window.is_none());
        if let Answer::Trends(view) = answer {
            // Most answers are of the same series, and a window is shown anew when this is told.
            if memory.full.get_untracked() != view.full {
                memory.full.set(view.full);
            }
            let drawn = |chart| Drawn { view: Rc::new(chart), look, is_whole };
            memory.charts.set(view.charts.into_iter().map(drawn).collect());
            if is_whole {
                asking.borrow_mut().whole = Some(look);
            }
        }
        asking.borrow_mut().busy = false;
        // The panel may be gone by now.
        let newest = wanted.try_get_untracked().flatten();
        if newest.is_some_and(|newest| newest != now) {
            soon(app, memory, wanted, asking);
        }
    });
}

/// A chart with its heading, legend and table.
fn block(app: App, memory: TrendsMemory, key: String) -> El {
    let limits = (key == "threads").then(|| data::view(app, PanelKind::Limits));
    let (is_chart, of_form, of_files) = (key != LEFT_OUT, key.clone(), key.clone());
    let chart: Chart =
        Memo::new(move |_| memory.charts.with(|charts| charts.iter().find(|chart| chart.key == key).cloned()));
    let (form, files) = (form_choice(app, memory, of_form, chart), files(app, memory, of_files));
    let title = move || chart.with(|chart| chart.as_ref().map(|chart| chart.title.clone())).unwrap_or_default();
    let head = el_of("header", "panel-head").child(el("h2").say(title));
    let legend = legend::view(app, memory, chart);
    if !is_chart {
        return el_of("section", "chart").child(head).child(legend);
    }
    // For those who have neither the key nor a second button of the mouse.
    let cite_window = button("quiet", app.tr("trends-cite-window"), move || {
        let window = app.window.get_untracked().or(memory.full.get_untracked());
        if let (Some((series, label)), Some(TimeRange { start, end })) = (told_series(chart, None), window) {
            cite_range(app, series, label, (start.as_seconds_f64(), end.as_seconds_f64()));
        }
    });
    let cite_window = cite_window.attr_of("title", app.tr("trends-cite-window-title"));
    el_of("section", "chart")
        .child(head.child(form).child(files).child(cite_window))
        .child(plot::view(app, memory, chart))
        .child(legend)
        .child(level_changes::view(app, memory, chart))
        .when(move || memory.table.get(), move || data_table(app, chart))
        .children(limits)
}

/// The chart as a file.
fn files(app: App, memory: TrendsMemory, key: String) -> El {
    let file = |(name, form): (&'static str, ChartFile)| {
        let key = key.clone();
        let save = move || {
            if let Some(whole) = untrack(|| request(app, memory)) {
                let request = TrendsRequest { window: app.window.get_untracked(), ..whole };
                save_chart(app, key.clone(), form, request);
            }
        };
        button("quiet", move || name.to_owned(), save)
    };
    el_of("span", "chart-files")
        .attr("role", "group")
        .attr_of("aria-label", app.tr("trends-save"))
        .attr_of("title", app.tr("trends-save-title"))
        .children([("SVG", ChartFile::Svg), ("PNG", ChartFile::Png), ("CSV", ChartFile::Csv)].map(file))
}

/// How the chart is drawn.
fn form_choice(app: App, memory: TrendsMemory, key: String, chart: Chart) -> El {
    const FORMS: [(&str, ChartForm); 4] = [
        ("lines", ChartForm::Lines),
        ("steps", ChartForm::Steps),
        ("stacked", ChartForm::Stacked),
        ("log", ChartForm::Log),
    ];
    // Answers come while the chart moves; the options stay.
    let form = Memo::new(move |_| {
        chart.with(|chart| chart.as_ref().map(|chart| (chart.form, chart.can_stack))).unwrap_or_default()
    });
    let options = move || {
        let (chosen, can_stack) = form.get();
        let offered = FORMS.iter().filter(|(_, form)| can_stack || *form != ChartForm::Stacked);
        let option = |(id, form): &(&'static str, ChartForm)| {
            let option = el("option").attr("value", id).text(&app.t(&format!("trends-form-{id}")));
            if *form == chosen { option.attr("selected", "") } else { option }
        };
        offered.map(option).collect::<Vec<_>>()
    };
    let choose = move |value: String| {
        let form = FORMS.iter().find(|(id, _)| *id == value).map(|(_, form)| *form);
        memory.forms.update(|forms| {
            forms.retain(|(chart, _)| *chart != key);
            forms.extend(form.map(|form| (key.clone(), form)));
        });
    };
    el_of("select", "quiet chart-form")
        .attr_of("aria-label", app.tr("trends-form"))
        .area(options)
        .on_value("change", choose)
}

/// The same figures as text.
fn data_table(app: App, chart: Chart) -> El {
    let head = move || {
        chart.with(|chart| {
            let heads = chart.iter().flat_map(|chart| &chart.table_head);
            heads.map(|head| el("th").attr("scope", "col").text(head)).collect::<Vec<_>>()
        })
    };
    let rows = move || {
        chart.with(|chart| {
            let rows = chart.iter().flat_map(|chart| &chart.table_rows);
            let row = |(index, row): (usize, &Vec<String>)| {
                let cells = row.iter().map(|cell| el("td").text(cell));
                el("tr").attr("tabindex", if index == 0 { "0" } else { "-1" }).children(cells)
            };
            rows.enumerate().map(row).collect::<Vec<_>>()
        })
    };
    // Charts have a table each: its name says whose it is.
    let name = move || {
        let title = chart.with(|chart| chart.as_ref().map(|chart| chart.title.clone())).unwrap_or_default();
        app.with("trends-table-of", &[("title", title.into())])
    };
    let body = el("tbody")
        .area(rows)
        .on("keydown", move |ev: KeyboardEvent| table_key(app, chart, &ev))
        .on("dblclick", move |ev: Event| cite_cell(app, chart, &ev));
    let table = el("table")
        .child(el_of("caption", "hint").say(app.tr("trends-table-keys")))
        .child(el("thead").child(el("tr").area(head)))
        .child(body);
    el_of("div", "data-table").attr("tabindex", "0").attr("role", "region").attr_of("aria-label", name).child(table)
}

/// The arrow keys go from row to row; `c` and Enter cite.
fn table_key(app: App, chart: Chart, ev: &KeyboardEvent) {
    let row = ev.target().and_then(|row| row.dyn_into::<HtmlElement>().ok());
    let next = match ev.key().as_str() {
        "ArrowDown" => row.and_then(|row| row.next_element_sibling()),
        "ArrowUp" => row.and_then(|row| row.previous_element_sibling()),
        "Enter" => return cite_cell(app, chart, ev),
        _ if asks_to_cite(ev) => return cite_cell(app, chart, ev),
        _ => return,
    };
    ev.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}

/// Cites the sample of a cell, or the culprit's of a row.
fn cite_cell(app: App, chart: Chart, ev: &Event) {
    let target = ev.target().map(JsCast::unchecked_into::<Element>);
    let Some(row) = target.as_ref().and_then(|target| target.closest("tr").ok().flatten()) else { return };
    let at = row.first_element_child().and_then(|cell| cell.text_content());
    let at = at.and_then(|at| instant::parse(&at, app.case_offset_s.get_untracked(), None));
    let column = target.and_then(|cell| {
        let mut before = cell.dyn_into::<HtmlElement>().ok()?.previous_element_sibling();
        let mut column = 0_usize;
        while let Some(cell) = before.filter(|cell| cell.tag_name() == "TD") {
            before = cell.previous_element_sibling();
            column += 1;
        }
        Some(column)
    });
    let of_column = chart.with_untracked(|chart| {
        let entry = chart.as_ref()?.legend.get(column?.checked_sub(1)?)?;
        Some(entry.key.clone())
    });
    let series = of_column.or_else(|| told_series(chart, None).map(|(key, _)| key));
    if let (Some(series), Some(at)) = (series, at) {
        ev.prevent_default();
        cite_sample(app, series, at.as_seconds_f64());
    }
}

/// Key and name of the series that is meant where only a chart is pointed at: the culprit, else the one at a place of the legend, else the first shown.
pub(super) fn told_series(chart: Chart, otherwise: Option<usize>) -> Option<(String, String)> {
    chart.with_untracked(|chart| {
        let legend = &chart.as_ref()?.legend;
        let mut shown = legend.iter().filter(|entry| !entry.hidden && !entry.folded);
        let culprit = shown.clone().find(|entry| entry.culprit);
        let given = otherwise.and_then(|place| legend.get(place));
        let entry = culprit.or(given).or_else(|| shown.next())?;
        Some((entry.key.clone(), entry.label.clone()))
    })
}
