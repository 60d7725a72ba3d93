//! The legend of a chart: find a series, hide it, look at it alone, take one out of *others*. The culprit has its mark.

use debrief::model::words::holds;
use debrief::view::trends::{LEFT_OUT, LegendEntry};

use super::trends::{Chart, Drawn, TrendsMemory};
use crate::app::dom::{El, button, el, el_of};
use crate::app::signal::RwSignal;
use crate::app::state::App;

/// Legends longer than this can be searched.
const SEARCHED: usize = 8;
/// Entries shown at most: a search narrows them down.
const SHOWN: usize = 100;

/// The legend.
pub(crate) fn view(app: App, memory: TrendsMemory, chart: Chart) -> El {
    let search = RwSignal::new(String::new());
    let long = move || chart.with(|chart| chart.as_ref().is_some_and(|chart| chart.legend.len() > SEARCHED));
    let field = move || {
        el_of("input", "legend-search")
            .attr("type", "search")
            .attr_of("aria-label", app.tr("trends-search"))
            .attr_of("placeholder", app.tr("trends-search"))
            .prop_of("value", move || search.get().into())
            .on_value("input", move |value| search.set(value))
    };
    let shown = move || {
        let search = lowercase(&search.get());
        chart.with(|chart| {
            let all = chart.iter().flat_map(|chart| &chart.legend);
            // What is summed in *others* shows up where it is looked for, what has no chart at once.
            let are_left_out = chart.as_ref().is_some_and(|chart| chart.key == LEFT_OUT);
            let is_meant = |entry: &LegendEntry| {
                if search.is_empty() { !entry.folded | are_left_out } else { holds(&lowercase(&entry.label), &search) }
            };
            let shown = all.enumerate().filter(|(_, entry)| is_meant(entry)).take(SHOWN);
            shown.map(|(place, entry)| Shown { place, entry: entry.clone() }).collect::<Vec<_>>()
        })
    };
    let entries = el_of("ul", "legend-entries").list(shown, move |shown| view_entry(app, memory, chart, shown));
    el_of("div", "legend").when(long, field).child(entries)
}

/// An entry and its place among those of the chart.
#[derive(Clone)]
struct Shown {
    place: usize,
    entry: LegendEntry,
}

impl PartialEq for Shown {
    /// The figures change with every window and are told by themselves: what says the rest stays.
    fn eq(&self, other: &Self) -> bool {
        let told = |shown: &Self| {
            let LegendEntry { color, hidden, culprit, folded, .. } = shown.entry;
            (shown.place, color, hidden, culprit, folded)
        };
        told(self) == told(other) && self.entry.key == other.entry.key && self.entry.label == other.entry.label
    }
}

fn view_entry(app: App, memory: TrendsMemory, chart: Chart, Shown { place, entry }: Shown) -> El {
    let LegendEntry { key, label, color, hidden, culprit, folded, .. } = entry;
    let figure = move |of: fn(&LegendEntry) -> &String| {
        move || {
            let entry = |chart: &Drawn| chart.legend.get(place).map(|entry| of(entry).clone());
            chart.with(|chart| chart.as_ref().and_then(entry)).unwrap_or_default()
        }
    };
    let toggled = key.clone();
    let toggle = move || {
        if folded {
            return memory.picked.update(|picked| picked.push(toggled.clone()));
        }
        memory.hidden.update(|hidden| match hidden.iter().position(|hidden| *hidden == toggled) {
            Some(index) => drop(hidden.remove(index)),
            None => hidden.push(toggled.clone()),
        });
    };
    let solo = move || {
        chart.with_untracked(|chart| {
            let all = chart.iter().flat_map(|chart| &chart.legend);
            let others = all.filter(|entry| entry.key != key).map(|entry| entry.key.clone());
            let others: Vec<String> = others.collect();
            memory.hidden.update(|hidden| {
                let is_solo = others.iter().all(|other| hidden.contains(other)) && !hidden.contains(&key);
                hidden.retain(|hidden| *hidden != key && !others.contains(hidden));
                if !is_solo {
                    hidden.extend(others);
                }
            });
        });
    };
    let swatch = if folded { "swatch".to_owned() } else { format!("swatch series-{color}") };
    let name = el_of("button", "legend-name")
        .attr("type", "button")
        .attr("aria-pressed", if hidden || folded { "false" } else { "true" })
        .attr("title", &label)
        .on("click", move |_: web_sys::Event| toggle())
        .child(el_of("span", &swatch).attr("aria-hidden", "true"))
        .child(el_of("span", "legend-label").text(&label));
    let max = el_of("span", "number muted")
        .attr_of("title", app.tr("trends-max"))
        .child(el("small").say(app.tr("trends-max-short")))
        .text(" ")
        .say(figure(|entry| &entry.max));
    let off = if hidden { " off" } else { "" };
    let entry = el_of("li", &format!("legend-entry{off}{}", if culprit { " culprit" } else { "" })).child(name);
    if folded {
        return entry;
    }
    entry
        .children(culprit.then(|| el_of("span", "culprit-mark").say(app.tr("trends-culprit"))))
        .child(el_of("span", "number").attr_of("title", app.tr("trends-last")).say(figure(|entry| &entry.last)))
        .child(max)
        .child(button("quiet solo", app.tr("trends-solo"), solo))
}

/// The browser knows the alphabets: the tables need not be downloaded.
fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
