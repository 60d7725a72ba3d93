//! The rows on screen: some sixty elements, whatever the input's size.

use debrief::model::Level;
use debrief::text::format;
use leptos::ev::{Event, KeyboardEvent, MouseEvent, WheelEvent};
use web_sys::{Element, HtmlElement};

use super::log_model::{LogModel, ROW_PX};
use crate::app::dom::{El, effect, el, el_of};
use crate::app::observe;
use crate::app::signal::Memo;

/// The scrolling list.
pub(crate) fn view(model: LogModel) -> El {
    let app = model.app;
    let list = el_of("div", "log-scroll");
    let scroller: Element = list.raw();
    let scrolled = scroller.clone();
    let space = el_of("div", "log-space");
    let room: HtmlElement = space.raw();
    observe::height_of(&list, model.height);
    effect(move || model.ask_for_screen());
    // The scroll bar follows the position, and the position the scroll bar: `scrolled_to` ignores its own echo.
    effect(move || {
        model.memory.top.track();
        model.n_lines.track();
        model.height.track();
        let offset = model.scroll_offset();
        // First the room: without it the bar would stop short, and its echo would move the position.
        drop(room.style().set_property("height", &(format::fixed(model.scroll_height(), 1) + "px")));
        if (f64::from(scroller.scroll_top()) - offset).abs() >= 1.0 {
            scroller.set_scroll_top(offset.round() as i32);
        }
    });
    let on_scroll = move |_: Event| model.scrolled_to(f64::from(scrolled.scroll_top()));
    // Where the bar is scaled, a notch of the wheel must still be a few lines.
    let on_wheel = move |ev: WheelEvent| {
        if model.is_scaled() && ev.delta_y() != 0.0 && !ev.ctrl_key() {
            ev.prevent_default();
            model.move_by(ev.delta_y() / ROW_PX);
        }
    };
    let places = move || (0..model.n_rows().min(model.n_lines.get())).collect();
    let shift = move || ["translateY(", &format::fixed(-(model.memory.top.get().fract() * ROW_PX), 1), "px)"].concat();
    let wrap = model.memory.wrap;
    let untimed = move || {
        let shown = model.memory.evidence.get().and_then(|id| app.meta(id));
        shown.is_none_or(|meta| meta.time_range.is_none())
    };
    let rows = el_of("div", "log-rows")
        .style_of("transform", move || if wrap.get() { String::new() } else { shift() })
        .style_of("min-width", move || {
            if wrap.get() { String::new() } else { ["calc(", &model.longest.get().to_string(), "ch + 22ch)"].concat() }
        })
        .list(places, move |place| row(model, place));
    let layer =
        el_of("div", "log-layer").style_of("height", move || format::fixed(model.height.get(), 1) + "px").child(rows);
    list.attr("tabindex", "0")
        .attr("role", "listbox")
        .attr("aria-multiselectable", "true")
        .attr_of("aria-label", app.tr("logs-lines"))
        .toggle("wrap", move || wrap.get())
        .toggle("untimed", untimed)
        .on("scroll", on_scroll)
        .on("wheel", on_wheel)
        .on("keydown", move |ev: KeyboardEvent| keys(model, &ev))
        .child(space.child(layer))
}

/// One row at a place from the top; scrolling changes what it shows, not which element it is.
fn row(model: LogModel, place: u32) -> El {
    let number = Memo::new(move |_| model.memory.top.get() as u32 + place + 1);
    let line = Memo::new(move |_| model.line(number.get()));
    let exists = move || number.get() <= model.n_lines.get();
    let selected = move || {
        let number = number.get();
        model.memory.selection.get().is_some_and(|(a, b)| (a.min(b)..=a.max(b)).contains(&number))
    };
    // One string: setting `class` anew would wipe out what `class:` directives had added.
    let class = move || {
        let (level, cited) =
            line.with(|line| line.as_ref().map_or((Level::None, false), |line| (line.level, line.cited)));
        let cited = cited || model.is_cited(number.get());
        let mark = |on: bool, name: &'static str| if on { name } else { "" };
        let (selected, cited, beyond) =
            (mark(selected(), " selected"), mark(cited, " cited"), mark(!exists(), " beyond"));
        ["log-row level-", level.as_str(), selected, cited, beyond].concat()
    };
    let level = move || {
        let level = line.with(|line| line.as_ref().map_or(Level::None, |line| line.level));
        if level == Level::None { String::new() } else { model.app.t(&format!("level-{}", level.as_str())) }
    };
    let local = Memo::new(move |_| {
        let at = line.with(|line| line.as_ref().and_then(|line| line.at));
        at.map(|at| at.to_local(model.app.case_offset_s.get())).unwrap_or_default()
    });
    // The year stands in the evidence list; narrow screens leave the day out as well.
    let part =
        move |from: usize, to: usize| move || local.with(|local| local.get(from..to).unwrap_or_default().to_owned());
    let piece = move |n: usize| {
        move || {
            let searched = model.memory.search.get();
            line.with(|line| line.as_ref().map_or("", |line| line.pieces(&searched)[n]).to_owned())
        }
    };
    let gutter = el_of("span", "log-gutter")
        .attr_of("title", level)
        .child(el_of("span", "log-number").say(move || number.get().to_string()))
        .child(el_of("span", "log-time").child(el_of("span", "log-day").say(part(5, 11))).say(part(11, 19)));
    el_of("div", "log-row")
        .attr_of("class", class)
        .attr("role", "option")
        .aria("aria-selected", selected)
        .on("click", move |ev: MouseEvent| model.select(number.get_untracked(), ev.shift_key()))
        .child(gutter)
        .child(el_of("span", "log-text").say(piece(0)).child(el("mark").say(piece(1))).say(piece(2)))
}

fn keys(model: LogModel, ev: &KeyboardEvent) {
    if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
        return;
    }
    let page = (model.height.get_untracked() / ROW_PX) as i64 - 1;
    let all = i64::from(model.n_lines.get_untracked());
    match ev.key().as_str() {
        "ArrowDown" | "j" => model.step(1, ev.shift_key()),
        "ArrowUp" | "k" => model.step(-1, ev.shift_key()),
        "PageDown" => model.step(page, ev.shift_key()),
        "PageUp" => model.step(-page, ev.shift_key()),
        "Home" => model.step(-all, ev.shift_key()),
        "End" => model.step(all, ev.shift_key()),
        "c" => model.cite_selection(),
        "n" => model.find(false),
        "N" => model.find(true),
        "e" => model.seek(String::new(), false),
        "E" => model.seek(String::new(), true),
        _ => return,
    }
    ev.prevent_default();
}
