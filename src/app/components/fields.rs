//! Fields of the document: what is typed goes into it at once, key by key.

use std::rc::Rc;

use crate::app::dom::{El, el, el_of};
use crate::app::state::App;

/// What a field shows; tracks what it reads.
pub(crate) type Shown = Rc<dyn Fn() -> String>;

/// What writing or choosing does.
pub(crate) type Write = Box<dyn Fn(String)>;

/// A field of text.
pub(crate) struct Field {
    /// Element id, to jump to.
    pub(crate) id: String,
    /// Id of its name.
    pub(crate) label: &'static str,
    /// Id of what it shows while empty.
    pub(crate) hint: Option<String>,
    /// The text.
    pub(crate) value: Shown,
    /// What typing does.
    pub(crate) write: Write,
}

impl Field {
    /// Words of any length; the field grows with them from so many lines. Its name is heard, not seen.
    #[inline(never)]
    pub(crate) fn words(self, app: App, n_lines: usize) -> El {
        // Browsers without `field-sizing` get as many rows as there are lines.
        let value = Rc::clone(&self.value);
        let rows = move || value().lines().count().max(n_lines).to_string();
        let words = el_of("textarea", "words").attr_of("rows", rows).attr_of("aria-label", app.tr(self.label));
        self.writable(app, words)
    }

    /// One line with a visible name; `kind` as HTML has it (`text`, `date`).
    #[inline(never)]
    pub(crate) fn line(self, app: App, kind: &str) -> El {
        let name = el_of("span", "field-name").say(app.tr(self.label));
        let line = el("input").attr("type", kind).attr("autocomplete", "off");
        el_of("label", "field").child(name).child(self.writable(app, line))
    }

    fn writable(self, app: App, field: El) -> El {
        let Self { id, hint, value, write, .. } = self;
        field
            .attr("id", &id)
            .attr_of("placeholder", move || hint.as_ref().map(|hint| app.t(hint)).unwrap_or_default())
            .flag("readonly", move || app.read_only.get())
            .prop_of("value", move || value().into())
            .on_value("input", write)
    }
}

/// A choice among a few.
pub(crate) struct Choice {
    /// Id of its name.
    pub(crate) label: &'static str,
    /// Whether the name is seen above it, not only heard.
    pub(crate) named: bool,
    /// Values with their names, in order.
    pub(crate) options: Box<dyn Fn() -> Vec<(String, String)>>,
    /// The value chosen.
    pub(crate) value: Shown,
    /// What choosing does.
    pub(crate) choose: Write,
}

impl Choice {
    /// The menu.
    #[inline(never)]
    pub(crate) fn view(self, app: App) -> El {
        let Self { label, named, options, value, choose } = self;
        let option = move |(key, name): (String, String)| {
            let (own, value) = (key.clone(), Rc::clone(&value));
            el("option").attr("value", &key).prop_of("selected", move || (value() == own).into()).text(&name)
        };
        let menu = el_of("select", "choice")
            .flag("disabled", move || app.read_only.get())
            .area(move || options().into_iter().map(&option).collect::<Vec<_>>())
            .on_value("change", choose);
        let name = el_of("span", if named { "field-name" } else { "field-name visually-hidden" });
        el_of("label", "field").child(name.say(app.tr(label))).child(menu)
    }
}
