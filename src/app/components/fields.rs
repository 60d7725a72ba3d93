//! Fields of the document: what is typed goes into it at once, key by key.

use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::app::erase::{area, flag, on, text};
use crate::app::state::App;

/// A field of text.
pub(crate) struct Field {
    /// Element id, to jump to.
    pub(crate) id: String,
    /// Id of its name.
    pub(crate) label: &'static str,
    /// Id of what it shows while empty.
    pub(crate) hint: Option<&'static str>,
    /// The text.
    pub(crate) value: Signal<String>,
    /// What typing does.
    pub(crate) write: Callback<String>,
}

impl Field {
    /// Words of any length; the field grows with them from so many lines. Its name is heard, not seen.
    pub(crate) fn words(self, app: App, n_lines: usize) -> AnyView {
        let Self { id, label, hint, value, write } = self;
        // Browsers without `field-sizing` get as many rows as there are lines.
        let rows = text(move || value.with(|text| text.lines().count()).max(n_lines).to_string());
        let input = move |ev: Event| write.run(event_target::<HtmlTextAreaElement>(&ev).value());
        view! {
            <textarea
                id=id
                class="words"
                rows=rows
                aria-label=text(move || app.t(label))
                placeholder=hint_text(app, hint)
                readonly=flag(move || app.read_only.get())
                prop:value=value
                on:input=on(input)
            ></textarea>
        }
        .into_any()
    }

    /// One line with a visible name; `kind` as HTML has it (`text`, `date`).
    pub(crate) fn line(self, app: App, kind: &'static str) -> AnyView {
        let Self { id, label, hint, value, write } = self;
        let input = move |ev: Event| write.run(event_target::<HtmlInputElement>(&ev).value());
        view! {
            <label class="field">
                <span class="field-name">{text(move || app.t(label))}</span>
                <input
                    id=id
                    type=kind
                    autocomplete="off"
                    placeholder=hint_text(app, hint)
                    readonly=flag(move || app.read_only.get())
                    prop:value=value
                    on:input=on(input)
                />
            </label>
        }
        .into_any()
    }
}

fn hint_text(app: App, hint: Option<&'static str>) -> Signal<String> {
    text(move || hint.map(|hint| app.t(hint)).unwrap_or_default())
}

/// A choice among a few.
pub(crate) struct Choice {
    /// Id of its name.
    pub(crate) label: &'static str,
    /// Whether the name is seen above it, not only heard.
    pub(crate) named: bool,
    /// Values with their names, in order.
    pub(crate) options: Box<dyn Fn() -> Vec<(String, String)> + Send>,
    /// The value chosen.
    pub(crate) value: Signal<String>,
    /// What choosing does.
    pub(crate) choose: Callback<String>,
}

impl Choice {
    /// The menu.
    pub(crate) fn view(self, app: App) -> AnyView {
        let Self { label, named, options, value, choose } = self;
        let option = move |(key, name): (String, String)| {
            let own = key.clone();
            let selected = flag(move || value.with(|value| *value == own));
            view! { <option value=key prop:selected=selected>{name}</option> }
        };
        let change = move |ev: Event| choose.run(event_target::<HtmlSelectElement>(&ev).value());
        let name_class = if named { "field-name" } else { "field-name visually-hidden" };
        view! {
            <label class="field">
                <span class=name_class>{text(move || app.t(label))}</span>
                <select class="choice" disabled=flag(move || app.read_only.get()) on:change=on(change)>
                    {area(move || options().into_iter().map(option).collect_view().into_any())}
                </select>
            </label>
        }
        .into_any()
    }
}
