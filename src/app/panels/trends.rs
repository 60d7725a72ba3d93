//! The panel Trends: metrics over time, all charts over one window that the whole page shares.

use debrief::protocol::{Answer, Request, TrendsRequest};
use debrief::view::trends::{ChartView, TrendsView};
use leptos::prelude::*;

use super::{legend, plot};
use crate::app::dom::{El, button, effect, el, el_of, spawn};
use crate::app::observe;
use crate::app::palette;
use crate::app::state::{App, Tone};

/// Height of the first chart in CSS pixels; the others are as high as `.plot-canvas` in `trends.css` says.
const FIRST_HEIGHT: u32 = 320;

/// What a chart shows; the drawing is for the window of the moment.
pub(super) type Chart = Memo<Option<ChartView>>;

/// What outlives the panel.
#[derive(Clone, Copy, Default)]
pub(crate) struct TrendsMemory {
    /// Keys of hidden series.
    pub(crate) hidden: RwSignal<Vec<String>>,
    /// The charts as last drawn: shown while new ones are on their way.
    pub(super) view: RwSignal<TrendsView>,
    /// Width of a chart in CSS pixels.
    pub(crate) width: RwSignal<f64>,
    /// Whether the tables are shown.
    table: RwSignal<bool>,
}

/// The panel.
pub(crate) fn view(app: App) -> El {
    let memory: TrendsMemory = expect_context();
    let measured = el_of("div", "chart-measure");
    observe::width_of(&measured, memory.width);
    follow(app, memory);
    let keys = move || memory.view.with(|view| view.charts.iter().map(|chart| chart.key.clone()).collect::<Vec<_>>());
    let whole = button("", app.tr("trends-whole"), move || app.window.set(None));
    let table = button("", app.tr("trends-table"), move || memory.table.update(|shown| *shown = !*shown));
    let tools = el_of("div", "bar-row")
        .attr("role", "toolbar")
        .attr_of("aria-label", app.tr("trends-tools"))
        .child(el_of("span", "grow muted for-mouse").say(app.tr("trends-hint")))
        .child(el_of("span", "grow muted for-touch").say(app.tr("trends-hint-touch")))
        .child(whole.flag("disabled", move || app.window.get().is_none()))
        .child(table.aria("aria-pressed", move || memory.table.get()));
    let none = move || memory.view.with(|view| view.charts.is_empty());
    let charts = el_of("div", "charts")
        .child(measured)
        .when(none, move || el_of("p", "muted pane-empty").say(app.tr("trends-none")))
        .list(keys, move |key| block(app, memory, key));
    el_of("div", "trends").child(tools).child(charts)
}

/// Asks for new drawings whenever what they show has changed; one request at a time, the newest wish wins.
fn follow(app: App, memory: TrendsMemory) {
    let wanted = Memo::new(move |_| {
        app.analysis.track();
        let width = memory.width.get();
        app.theme.track();
        (width > 0.0).then(|| TrendsRequest {
            window: app.window.get(),
            width: width as u32,
            height: FIRST_HEIGHT,
            hidden: memory.hidden.get(),
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
            ask(app, memory, wanted, busy);
        }
    });
}

fn ask(app: App, memory: TrendsMemory, wanted: Memo<Option<TrendsRequest>>, busy: StoredValue<bool>) {
    let Some(request) = wanted.get_untracked() else { return };
    busy.set_value(true);
    let answer = app.ask(Request::Trends(request.clone()));
    spawn(async move {
        let answer = answer.await;
        if let Answer::Trends(view) = answer {
            memory.view.set(view);
        }
        // The panel may be gone by now.
        let Some(now) = wanted.try_get_untracked() else { return };
        busy.set_value(false);
        if now.as_ref() != Some(&request) {
            ask(app, memory, wanted, busy);
        }
    });
}

/// A chart with its heading, legend and table.
fn block(app: App, memory: TrendsMemory, key: String) -> El {
    let chart: Chart =
        Memo::new(move |_| memory.view.with(|view| view.charts.iter().find(|chart| chart.key == key).cloned()));
    let title = move || chart.with(|chart| chart.as_ref().map(|chart| chart.title.clone())).unwrap_or_default();
    el_of("section", "chart")
        .child(el("h2").say(title))
        .child(plot::view(app, memory, chart))
        .child(legend::view(app, memory, chart))
        .when(move || memory.table.get(), move || data_table(app, chart))
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
            rows.map(|row| el("tr").children(row.iter().map(|cell| el("td").text(cell)))).collect::<Vec<_>>()
        })
    };
    // Charts have a table each: its name says whose it is.
    let name = move || {
        let title = chart.with(|chart| chart.as_ref().map(|chart| chart.title.clone())).unwrap_or_default();
        app.with("trends-table-of", &[("title", title.into())])
    };
    let table = el("table").child(el("thead").child(el("tr").area(head))).child(el("tbody").area(rows));
    el_of("div", "data-table").attr("tabindex", "0").attr("role", "region").attr_of("aria-label", name).child(table)
}

/// Copies a sample into the document.
pub(crate) fn cite_sample(app: App, series: String, at: f64) {
    spawn(async move {
        match app.ask(Request::CiteSample { series, at }).await {
            Answer::Citations(citations) if !citations.is_empty() => app.cite_into_document(citations),
            _ => app.notify(Tone::Trouble, app.t("trends-nothing-there")),
        }
    });
}
