//! What would have to be collected to answer a question, with the command where one is known.

use debrief::model::{Message, MissingEvidence};
use leptos::prelude::*;

use crate::app::state::App;

/// The list, now; nothing where nothing is known to help. Tracks the analysis and the language.
pub(crate) fn would_need(app: App, needed: &[Message]) -> AnyView {
    if needed.is_empty() {
        return ().into_any();
    }
    let item = |what: &Message| {
        let command = app.analysis.with(|analysis| command_for(&analysis.coverage.missing, what));
        let command = command.map(|command| view! { <code class="command">{command}</code> }.into_any());
        view! { <li>{app.say(what)}{command}</li> }
    };
    view! {
        <div class="would-need">
            <span>{app.t("whys-would-need")}</span>
            <ul>{needed.iter().map(item).collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// The command that collects something, where the analysis knows one.
fn command_for(missing: &[MissingEvidence], what: &Message) -> Option<String> {
    let same = |other: &&MissingEvidence| other.what.id == what.id;
    missing.iter().find(same).map(|missing| missing.command.clone())
}
