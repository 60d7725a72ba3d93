//! Chart colours, read from the style tokens: the one place where they stand is `tokens.css`.

use debrief::chart::Palette;
use leptos::prelude::*;

/// Colours for series in `tokens.css`: `--series-0` and so on.
const SERIES: usize = 8;

/// The colours of the theme in force.
pub(crate) fn current() -> Palette {
    let style = document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
    let token = |name: &str| {
        let value = style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
        value.trim().to_owned()
    };
    Palette {
        background: token("--surface"),
        text: token("--text"),
        grid: token("--grid"),
        muted: token("--muted"),
        alarm: token("--alarm"),
        warning: token("--warning"),
        series: (0..SERIES).map(|index| token(&format!("--series-{index}"))).collect(),
    }
}
