//! The panel tabs: one stop for the Tab key, arrows move between them.

use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::app::dom::{El, button, effect, el_of};
use crate::app::state::{App, Panel};

/// The text of a panel's tab.
pub(crate) const fn name_of(panel: Panel) -> &'static str {
    match panel {
        Panel::Findings => "page-panel-findings",
        Panel::Trends => "page-panel-trends",
        Panel::Stacks => "page-panel-stacks",
        Panel::Logs => "page-panel-logs",
        Panel::Timeline => "page-panel-timeline",
        Panel::Whys => "page-panel-whys",
        Panel::Postmortem => "page-panel-postmortem",
        Panel::Evidence => "page-panel-evidence",
        Panel::Workloads => "page-panel-workloads",
    }
}

/// The tabs.
pub(crate) fn view(app: App) -> El {
    let tab = |(index, panel): (usize, Panel)| {
        let selected = move || app.panel.get() == panel;
        let number = (index + 1).to_string();
        button("tab", app.tr(name_of(panel)), move || app.panel.set(panel))
            .attr("role", "tab")
            .attr("id", &format!("tab-{number}"))
            .attr("aria-controls", "panel")
            .attr("title", &number)
            .aria("aria-selected", selected)
            .attr_of("tabindex", move || if selected() { "0" } else { "-1" }.to_owned())
    };
    let tabs = el_of("div", "tabs")
        .attr("role", "tablist")
        .attr_of("aria-label", app.tr("page-panels"))
        .children(Panel::ALL.into_iter().enumerate().map(tab));
    let list: Element = tabs.raw();
    let bar: HtmlElement = tabs.raw();
    // On a phone not all of them have room: the chosen one is brought into the middle.
    effect(move || {
        let index = Panel::ALL.iter().position(|panel| *panel == app.panel.get()).unwrap_or(0);
        if let Some(tab) = bar.children().item(index as u32) {
            let tab: HtmlElement = tab.unchecked_into();
            bar.set_scroll_left(tab.offset_left() - bar.offset_left() + (tab.offset_width() - bar.client_width()) / 2);
        }
    });
    tabs.on("keydown", move |ev: KeyboardEvent| step(app, &list, &ev))
}

fn step(app: App, list: &Element, ev: &KeyboardEvent) {
    let n = Panel::ALL.len();
    let now = Panel::ALL.iter().position(|panel| *panel == app.panel.get_untracked()).unwrap_or(0);
    let next = match ev.key().as_str() {
        "ArrowRight" => (now + 1) % n,
        "ArrowLeft" => (now + n - 1) % n,
        "Home" => 0,
        "End" => n - 1,
        _ => return,
    };
    ev.prevent_default();
    app.panel.set(Panel::ALL[next]);
    if let Some(tab) = list.children().item(next as u32) {
        drop(tab.unchecked_into::<HtmlElement>().focus());
    }
}
