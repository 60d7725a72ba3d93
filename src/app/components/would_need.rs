//! What would have to be collected to answer a question, with the command where one is known.

use debrief::model::{Message, MissingEvidence};

use crate::app::dom::{El, el, el_of};
use crate::app::state::App;

/// The list.
pub(crate) fn would_need(app: App, needed: Vec<Message>) -> El {
    let item = |what: Message| {
        let wanted = what.clone();
        let command = move || app.analysis.with(|analysis| command_for(&analysis.missing, &wanted));
        el("li")
            .say(move || app.say(&what))
            .area(move || command().map(|command| el_of("code", "command").text(&command)))
    };
    let says = el("span").say(app.tr("whys-would-need"));
    el_of("div", "would-need").child(says).child(el("ul").children(needed.into_iter().map(item)))
}

/// The command that collects something, where the analysis knows one.
fn command_for(missing: &[MissingEvidence], what: &Message) -> Option<String> {
    let same = |other: &&MissingEvidence| other.what.id == what.id;
    missing.iter().find(same).map(|missing| missing.command.clone())
}
