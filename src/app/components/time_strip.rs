//! The events along time, a lane per source. The document's own can be dragged to the time that people know to be right.

use debrief::model::{Arg, Timestamp};
use debrief::postmortem::ItemId;
use debrief::postmortem::edit::Edit;
use debrief::text::format::{clock, fixed};
use debrief::view::timeline::{Lane, RowKey, TimelineRow};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};

use crate::app::components::event_row::{row_element, spoken};
use crate::app::components::phase_mark::phase_key;
use crate::app::components::verbs::focus_soon;
use crate::app::dom::{El, between, el_of};
use crate::app::panels::timeline::{TimelineState, rows};
use crate::app::signal::{Memo, RwSignal, StoredValue};
use crate::app::state::App;

/// What stays free on both sides of the events, as a share of their span: an event may be moved before the first.
const MARGIN: f64 = 0.05;
/// Steps of the axis in seconds; the first that needs no more than so many marks is taken.
const STEPS: [i64; 14] = [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 7 * 86_400];
const MOST_TICKS: f64 = 6.0;
/// With years they are wider.
const MOST_TICKS_OF_YEARS: f64 = 4.0;
/// A pointer that moved less has clicked.
const CLICK_PX: f64 = 3.0;

/// What the marks share.
#[derive(Clone, Copy)]
struct Strip {
    app: App,
    state: TimelineState,
    /// First and last second shown.
    frame: Memo<(f64, f64)>,
    /// The mark that the arrow keys stand on.
    current: RwSignal<Option<RowKey>>,
    /// The event being dragged, and how many seconds from its place.
    dragged: RwSignal<Option<(ItemId, i64)>>,
    /// Where the pointer came down, and the seconds per pixel there.
    from: StoredValue<Option<(f64, f64)>>,
}

/// The strip.
pub(crate) fn time_strip(app: App, state: TimelineState) -> El {
    let frame = Memo::new(move |_| {
        let span = state.view.with(|view| view.span);
        let (start, end) = span.map_or((0.0, 1.0), |span| (span.start.as_seconds_f64(), span.end.as_seconds_f64()));
        let margin = ((end - start) * MARGIN).max(1.0);
        (start - margin, end + margin)
    });
    let (current, dragged) = (RwSignal::new(None), RwSignal::new(None));
    let strip = Strip { app, state, frame, current, dragged, from: StoredValue::new(None) };
    let lanes = move || {
        state.view.with(|view| view.lanes.iter().filter(|lane| lane.n_shown > 0).map(|lane| lane.lane).collect())
    };
    el_of("div", "strip")
        .attr("role", "group")
        .attr_of("aria-label", app.tr("timeline-strip"))
        .list(lanes, move |lane| strip.lane(lane))
        .child(el_of("div", "strip-axis").attr("aria-hidden", "true").area(move || strip.ticks()))
        .child(el_of("p", "hint strip-keys").say(app.tr("timeline-strip-keys")))
}

impl Strip {
    /// A place along the strip in per cent.
    fn percent(self, at: f64) -> String {
        let (start, end) = self.frame.get();
        per_cent(between((at - start) / (end - start), -0.01, 1.01))
    }

    fn lane(self, lane: Lane) -> El {
        let Self { app, state, .. } = self;
        // A mark that moved past another keeps its place in the page, and with it the focus.
        let marks = Memo::new(move |before: Option<&Vec<RowKey>>| {
            let here = |row: &&TimelineRow| row.lane == lane && row.event.at.is_some();
            let now: Vec<RowKey> = state.view.with(|view| rows(view).filter(here).map(|row| row.key.clone()).collect());
            match before {
                Some(before) if before.len() == now.len() && before.iter().all(|key| now.contains(key)) => {
                    before.clone()
                }
                _ => now,
            }
        });
        el_of("div", "strip-lane")
            .child(el_of("span", "strip-name").attr("aria-hidden", "true").say(move || app.say(&lane.name())))
            .child(el_of("div", "strip-marks").list(move || marks.get(), move |key| self.mark(key)))
    }

    /// Marks of the axis at round times of the case's zone.
    fn ticks(self) -> Vec<El> {
        let (start, end) = self.frame.get();
        let offset_s = self.app.case_offset_s.get();
        let year =
            |seconds: f64| Timestamp::from_seconds(seconds as i64).to_local(offset_s).get(..4).map(str::to_owned);
        let turns = year(start) != year(end);
        let most = if turns { MOST_TICKS_OF_YEARS } else { MOST_TICKS };
        let longest = STEPS[STEPS.len() - 1];
        let fits = |step: &i64| (end - start) / *step as f64 <= most;
        // Spans of months get as many weeks as it takes.
        let weeks = || longest * (((end - start) / longest as f64 / most).ceil() as i64).max(1);
        let step = STEPS.into_iter().find(fits).unwrap_or_else(weeks);
        let first = (start as i64 + i64::from(offset_s)).div_euclid(step) + 1;
        let tick = |n: i64| {
            let at = Timestamp::from_seconds(n * step - i64::from(offset_s));
            let says = match step {
                // Over a turn of the year days need theirs.
                86_400.. => at.to_local(offset_s).get(if turns { 0 } else { 5 }..10).unwrap_or_default().to_owned(),
                60.. => clock(at, offset_s).get(..5).unwrap_or_default().to_owned(),
                _ => clock(at, offset_s),
            };
            let place = self.percent(at.as_seconds_f64());
            el_of("span", "strip-tick").style_of("left", move || place.clone()).text(&says)
        };
        let last = (end as i64 + i64::from(offset_s)).div_euclid(step);
        (first..=last).map(tick).collect()
    }

    /// One event; own ones can be moved.
    fn mark(self, key: RowKey) -> El {
        let Self { app, state, current, dragged, .. } = self;
        let own = if let RowKey::Own(id) = key { Some(id) } else { None };
        let row = {
            let key = key.clone();
            Memo::new(move |_| state.row(&key))
        };
        let moved = move || dragged.get().filter(|(id, _)| own == Some(*id)).map(|(_, by)| by);
        // Where it begins and ends, where it is dragged to.
        let place = Memo::new(move |_| {
            let by = moved().unwrap_or(0) as f64;
            row.with(|row| {
                let event = &row.as_ref()?.event;
                let at = event.at?.as_seconds_f64() + by;
                Some((at, event.end.map_or(at, |end| end.as_seconds_f64() + by)))
            })
        });
        let width = move || {
            let (start, end) = self.frame.get();
            let share = |(from, to): (f64, f64)| ((to - from) / (end - start)).max(0.0);
            place.get().map(|place| per_cent(share(place))).unwrap_or_default()
        };
        let says = move || row.with(|row| row.as_ref().map(|row| spoken(app, row)).unwrap_or_default());
        let told = move || {
            let at = place.get().map(|(at, _)| Timestamp::from_seconds(at as i64));
            at.filter(|_| moved().is_some()).map(|at| clock(at, app.case_offset_s.get())).unwrap_or_default()
        };
        let phase =
            move || row.with(|row| row.as_ref().map(|row| phase_key(row.event.phase).to_owned())).unwrap_or_default();
        let (element, focused, tab) = (row_element(&key), key.clone(), key.clone());
        let click = move || {
            if dragged.get_untracked().is_none() {
                focus_soon(element.clone());
            }
            dragged.set(None);
        };
        let mark = el_of("button", if own.is_some() { "strip-mark" } else { "strip-mark strip-proposed" })
            .attr("type", "button")
            .attr_of("tabindex", move || state.tabindex(current, &tab))
            .attr_of("aria-label", says)
            .attr_of("title", says)
            .attr_of("data-phase", phase)
            .style_of("left", move || place.get().map(|(at, _)| self.percent(at)).unwrap_or_default())
            .style_of("--length", width)
            .on("focus", move |_: Event| current.set(Some(focused.clone())))
            .on("click", move |_: Event| click())
            .on("keydown", move |ev: KeyboardEvent| self.key(own, &ev))
            .child(el_of("span", "strip-told").attr("aria-hidden", "true").say(told));
        let Some(id) = own else { return mark };
        mark.on("pointerdown", move |ev: PointerEvent| self.down(&ev))
            .on("pointermove", move |ev: PointerEvent| self.moved(id, &ev))
            .on("pointerup", move |_: PointerEvent| self.up())
            .on("pointercancel", move |_: PointerEvent| {
                self.from.set_value(None);
                dragged.set(None);
            })
    }

    // ---- correcting ----

    fn down(self, ev: &PointerEvent) {
        let Some(mark) = ev.current_target().map(JsCast::unchecked_into::<HtmlElement>) else { return };
        if ev.button() != 0 || self.app.read_only.get_untracked() {
            return;
        }
        drop(mark.set_pointer_capture(ev.pointer_id()));
        let width = mark.parent_element().map_or(1.0, |lane| lane.get_bounding_client_rect().width().max(1.0));
        let (start, end) = self.frame.get_untracked();
        self.from.set_value(Some((f64::from(ev.client_x()), (end - start) / width)));
    }

    fn moved(self, id: ItemId, ev: &PointerEvent) {
        let Some((x, seconds_per_px)) = self.from.get_value() else { return };
        let px = f64::from(ev.client_x()) - x;
        if px.abs() >= CLICK_PX || self.dragged.get_untracked().is_some() {
            self.dragged.set(Some((id, (px * seconds_per_px).round() as i64)));
        }
    }

    /// One drag is one step of undo. The click that follows it ends the drag.
    fn up(self) {
        self.from.set_value(None);
        if let Some((id, by)) = self.dragged.get_untracked() {
            self.app.seal();
            self.shift(id, by);
            self.app.seal();
        }
    }

    fn shift(self, id: ItemId, by: i64) {
        let Self { app, .. } = self;
        let times = app.document.with_untracked(|document| document.event(id).map(|event| (event.at, event.end)));
        let Some((Some(at), end)) = times else { return };
        // What is placed by hand stands on whole seconds; its length stays.
        let whole = Timestamp::from_seconds(at.0.div_euclid(1_000_000_000));
        let at_new = whole.plus_seconds(by);
        let end = end.map(|end| Timestamp(end.0 + (at_new.0 - at.0)));
        app.edit(Edit::EventTime(id, Some(at_new), end));
        app.announce(app.with("timeline-moved", &[("time", Arg::Time(at_new))]));
    }

    fn key(self, own: Option<ItemId>, ev: &KeyboardEvent) {
        if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
            return;
        }
        let step = if ev.shift_key() { 10 } else { 60 };
        match (ev.key().as_str(), own) {
            ("ArrowLeft", Some(id)) => self.shift(id, -step),
            ("ArrowRight", Some(id)) => self.shift(id, step),
            ("ArrowUp", _) => go(ev, false),
            ("ArrowDown", _) => go(ev, true),
            _ => return,
        }
        ev.prevent_default();
        ev.stop_propagation();
    }
}

/// The next or previous mark, lane by lane.
fn beside(mark: &Element, forward: bool) -> Option<Element> {
    let step = |from: &Element| if forward { from.next_element_sibling() } else { from.previous_element_sibling() };
    let nearest = if forward { ".strip-mark" } else { ".strip-mark:last-of-type" };
    step(mark).or_else(|| {
        let lane = step(&mark.closest(".strip-lane").ok().flatten()?)?;
        lane.query_selector(nearest).ok().flatten()
    })
}

fn go(ev: &KeyboardEvent, forward: bool) {
    let mark = ev.current_target().map(JsCast::unchecked_into::<Element>);
    if let Some(mark) = mark.and_then(|mark| beside(&mark, forward)) {
        let _ = mark.unchecked_into::<HtmlElement>().focus();
    }
}

/// A share as a length of style sheets.
fn per_cent(share: f64) -> String {
    fixed(share * 100.0, 3) + "%"
}
