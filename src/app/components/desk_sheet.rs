//! The desk's dialogs: widgets as the desk says them. What a person does goes back as the id of an act; nothing is decided here.

use debrief::protocol::desk::{
    DeskAnswer, DeskRequest, Does, RENAMED, Sheet, SheetButton, SheetKind, SheetRequest, Shelf, ShelfAct, Widget,
};
use js_sys::Array;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlDialogElement, HtmlInputElement};

use crate::app::components::{notices, verbs};
use crate::app::dom::{El, button, effect, el, el_of, spawn};
use crate::app::leaving;
use crate::app::shelf;
use crate::app::signal::RwSignal;
use crate::app::state::{App, Tone};
use crate::app::storage::saved_case;

/// Element of the dialog's name.
const TITLE: &str = "sheet-title";

/// What a dialog holds while it is open.
#[derive(Clone, Copy)]
struct Desk {
    app: App,
    sheet: RwSignal<Sheet>,
    /// What the person wrote or chose, by widget.
    values: RwSignal<Vec<(String, String)>>,
    /// Counts acts on what was written: after one, fields are made anew, empty.
    acted: RwSignal<u32>,
    /// Counts questions: a slow answer must not replace a later one.
    asked: RwSignal<u32>,
}

/// The dialog; closed while there is none to show.
pub(crate) fn view(app: App) -> El {
    let desk = Desk {
        app,
        sheet: RwSignal::default(),
        values: RwSignal::default(),
        acted: RwSignal::default(),
        asked: RwSignal::default(),
    };
    let frame = el_of("dialog", "dialog desk-sheet")
        .attr("aria-labelledby", TITLE)
        .on("close", move |_: Event| app.dialog.set(None));
    let dialog: HtmlDialogElement = frame.raw();
    effect(move || match (app.dialog.get(), dialog.open()) {
        (Some(_), false) => {
            desk.values.set(Vec::new());
            drop(dialog.show_modal());
            desk.refresh();
        }
        (Some(_), true) => desk.refresh(),
        (None, true) => {
            dialog.close();
            desk.sheet.set(Sheet::default());
        }
        (None, false) => {}
    });
    let title = move || desk.sheet.with(|sheet| sheet.title.clone());
    let widgets = move || {
        let acted = desk.acted.get_untracked();
        desk.sheet.with(|sheet| sheet.widgets.iter().cloned().enumerate().map(|it| (acted, it)).collect::<Vec<_>>())
    };
    let close = button("", app.tr("page-close"), move || app.dialog.set(None));
    frame
        // The name first: the widgets come later, and what is heard must not begin at the last button.
        .child(el("h2").attr("id", TITLE).attr("tabindex", "-1").attr("autofocus", "").say(title))
        .child(el_of("div", "sheet-body").list(widgets, move |(_, (place, widget))| desk.widget(place, widget)))
        .child(notices::in_dialog(app))
        .child(el_of("div", "dialog-actions").child(close))
}

impl Desk {
    fn request(self, kind: SheetKind) -> Box<SheetRequest> {
        let inputs = self.app.engine().inputs();
        let case = saved_case(self.app, &inputs);
        let values = self.values.get_untracked();
        Box::new(SheetRequest { kind, values, case, now: leaving::now(), shelf: Shelf::default() })
    }

    /// Asks for the dialog as it stands.
    fn refresh(self) {
        let Some(kind) = self.app.dialog.get_untracked() else { return };
        let mut request = self.request(kind);
        let now = self.asked.get_untracked().wrapping_add(1);
        self.asked.set(now);
        spawn(async move {
            if kind == SheetKind::Cases {
                request.shelf = shelf::now(self.app).await;
            }
            let answer = leaving::ask_desk(self.app, DeskRequest::Sheet(request), &Array::new()).await;
            if self.asked.get_untracked() != now {
                return;
            }
            match answer {
                DeskAnswer::Sheet(sheet) => self.show(sheet),
                DeskAnswer::Failed(message) => self.app.notify(Tone::Trouble, self.app.say(&message)),
                _ => {}
            }
        });
    }

    /// Shows the dialog as it is now. A widget that says something else is made anew: the one in its place gets its focus.
    fn show(self, sheet: Sheet) {
        let is_other = self.sheet.with_untracked(|before| before.title != sheet.title);
        let focused = document().active_element().map(|element| element.id()).unwrap_or_default();
        self.sheet.set(sheet);
        // In the same turn, behind what makes the widgets anew: a key that is pressed in a later one would go nowhere.
        spawn(async move {
            let lost = document().active_element().is_none_or(|element| element.id().is_empty());
            if is_other {
                verbs::focus(TITLE);
            } else if lost && !focused.is_empty() {
                // What was pressed may have become a question: its first answer is behind the same widget, or is the next one.
                let first = focused.rsplit_once('-').map(|(widget, _)| format!("{widget}-0")).unwrap_or_default();
                let next = focused.split('-').nth(1).and_then(|place| place.parse::<u32>().ok());
                let next = next.map(|place| format!("sheet-{}", place + 1)).unwrap_or_default();
                let there = [&focused, &first, &next].into_iter().find(|id| document().get_element_by_id(id).is_some());
                verbs::focus(there.map_or(TITLE, String::as_str));
            }
        });
    }

    fn set(self, id: &str, value: String) {
        self.values.update(|values| {
            values.retain(|(name, _)| name != id);
            values.push((id.to_owned(), value));
        });
    }

    fn act(self, act: String) {
        let Some(kind) = self.app.dialog.get_untracked() else { return };
        let request = DeskRequest::Act(self.request(kind), act);
        spawn(async move {
            match leaving::ask_desk(self.app, request, &Array::new()).await {
                DeskAnswer::Acted(acted) => {
                    leaving::take(self.app, *acted);
                    if !self.values.with_untracked(Vec::is_empty) {
                        self.values.set(Vec::new());
                        self.acted.update(|acted| *acted += 1);
                    }
                    self.refresh();
                }
                DeskAnswer::Failed(message) => self.app.notify(Tone::Trouble, self.app.say(&message)),
                _ => {}
            }
        });
    }

    /// Does something with the cases that the browser keeps.
    fn shelf(self, act: ShelfAct) {
        let title = self
            .values
            .with_untracked(|values| values.iter().find(|(id, _)| id == RENAMED).map(|(_, title)| title.clone()));
        spawn(async move {
            shelf::act(self.app, act, title).await;
            self.values.set(Vec::new());
            self.refresh();
        });
    }

    fn widget(self, place: usize, widget: Widget) -> El {
        let app = self.app;
        let element = format!("sheet-{place}");
        match widget {
            Widget::Heading(text) => el("h3").text(&text),
            Widget::Text(text) => el("p").text(&text),
            Widget::Note(text) => el_of("p", "hint").text(&text),
            Widget::Verbatim(text) => el_of("pre", "verbatim").attr("tabindex", "0").text(&text),
            Widget::Choice { id, label, options, value } => {
                let option = |(key, name): &(String, String)| {
                    let chosen = *key == value;
                    el("option").attr("value", key).prop_of("selected", move || chosen.into()).text(name)
                };
                let menu = el_of("select", "choice")
                    .attr("id", &element)
                    .attr("aria-label", &label)
                    .children(options.iter().map(option));
                let menu = menu.on_value("change", move |value| {
                    self.set(&id, value);
                    self.refresh();
                });
                labelled(&label, menu)
            }
            Widget::Check { act, label, on, group } => {
                let kind = if group.is_empty() { "checkbox" } else { "radio" };
                let check = el("input").attr("id", &element).attr("type", kind).attr("name", &group);
                let check = check.prop_of("checked", move || on.into());
                let check = check.flag("disabled", move || app.read_only.get());
                let check = check.on("change", move |_: Event| self.act(act.clone()));
                el_of("label", "sheet-check").child(check).child(el("span").text(&label))
            }
            Widget::Field { id, label, value } => {
                let line = el("input")
                    .attr("id", &element)
                    .attr("type", "text")
                    .attr("autocomplete", "off")
                    .attr("aria-label", &label);
                let line = line.prop_of("value", move || value.as_str().into());
                labelled(&label, line.on_value("input", move |text| self.set(&id, text)))
            }
            Widget::File { id, label, accept } => {
                let input = el("input").attr("id", &element).attr("type", "file").attr("accept", &accept);
                let input = input.attr("aria-label", &label);
                let file: HtmlInputElement = input.raw();
                labelled(&label, input.on("change", move |_: Event| self.read(&id, &file)))
            }
            Widget::Table { head, rows } => {
                let with_buttons = rows.iter().any(|row| row.button.is_some());
                let heads = head.iter().map(|head| el("th").attr("scope", "col").text(head));
                let end = with_buttons.then(|| el("td"));
                let rows = rows.into_iter().enumerate().map(|(row_place, row)| {
                    let cells = row.cells.iter().map(|cell| el("td").text(cell));
                    let id = format!("{element}-{row_place}");
                    let end = row.button.map(|one| el("td").child(self.button(&id, one)));
                    el("tr").children(cells).children(end)
                });
                let table = el("table")
                    .child(el("thead").child(el("tr").children(heads).children(end)))
                    .child(el("tbody").children(rows));
                el_of("div", "paper-table").attr("tabindex", "0").attr("role", "group").child(table)
            }
            Widget::Entry { name, says, mark, buttons } => {
                let head = el_of("div", "entry-name").child(el("strong").text(&name));
                let mark = (!mark.is_empty()).then(|| el_of("span", "chip").text(&mark));
                let button = |(index, one): (usize, SheetButton)| self.button(&format!("{element}-{index}"), one);
                el_of("div", "sheet-entry")
                    .attr("role", "group")
                    .attr("aria-label", &name)
                    .child(head.children(mark))
                    .child(el_of("p", "muted").text(&says))
                    .child(el_of("div", "sheet-buttons").children(buttons.into_iter().enumerate().map(button)))
            }
            Widget::Buttons(buttons) => {
                let button = |(index, one): (usize, SheetButton)| self.button(&format!("{element}-{index}"), one);
                el_of("div", "sheet-buttons").children(buttons.into_iter().enumerate().map(button))
            }
        }
    }

    fn button(self, name: &str, SheetButton { label, does, primary }: SheetButton) -> El {
        let app = self.app;
        let acts = matches!(does, Does::Act(_) | Does::Open);
        let does_it = does.clone();
        let run = move || match &does_it {
            Does::Act(act) => self.act(act.clone()),
            Does::Export(form) => leaving::export(app, *form),
            Does::Copy(text) => leaving::copy(app, text.clone()),
            Does::Show(kind) => app.dialog.set(Some(*kind)),
            Does::Set(id, value) => {
                self.values.set(vec![(id.clone(), value.clone())]);
                self.refresh();
            }
            Does::Shelf(act) => self.shelf(act.clone()),
            Does::Open => pick(app),
        };
        let class = match does {
            Does::Shelf(ShelfAct::Delete(_)) => "danger",
            _ if primary => "primary",
            _ => "",
        };
        let one = button(class, move || label.clone(), run);
        one.attr("id", name).flag("disabled", move || acts && app.read_only.get())
    }

    fn read(self, id: &str, input: &HtmlInputElement) {
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        let id = id.to_owned();
        spawn(async move {
            if let Ok(text) = JsFuture::from(file.text()).await {
                self.set(&format!("{id}-name"), file.name());
                self.set(&id, text.as_string().unwrap_or_default());
                self.refresh();
            }
        });
    }
}

fn labelled(label: &str, inner: El) -> El {
    el_of("label", "sheet-field").child(el_of("span", "field-name").text(label)).child(inner)
}

/// Asks for a case file.
fn pick(app: App) {
    let input = el("input").attr("type", "file").attr("accept", ".debrief,.zip,.json,.md");
    let file: HtmlInputElement = input.raw();
    let chosen = file.clone();
    let input = input.on("change", move |_: Event| {
        if let Some(file) = chosen.files().and_then(|files| files.get(0)) {
            leaving::open(app, file.unchecked_ref());
        }
    });
    drop(input);
    file.click();
}
