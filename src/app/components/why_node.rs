//! A why of the document: question and answer to write in, its kind, how sure it is, its evidence, what was ruled out instead, what a
//! reviewer would remark, its place in the tree.

use std::rc::Rc;

use debrief::model::{Confidence, Message};
use debrief::postmortem::edit::{Edit, Move, Target};
use debrief::postmortem::review::Remark;
use debrief::postmortem::{ItemId, Why, WhyKind, tree};
use web_sys::KeyboardEvent;

use crate::app::citing::takes;
use crate::app::components::citation_chip::{citation_chips, is_target, target_button};
use crate::app::components::fields::{Choice, Field, Shown};
use crate::app::components::verbs::{
    alternative_element, answer_again, ask_deeper, focus, focus_soon, keep_focus, remove_why, step_of, why_element,
};
use crate::app::components::why_alternatives::why_alternatives;
use crate::app::components::would_need::would_need;
use crate::app::dom::{El, el_of, icon_button};
use crate::app::signal::Memo;
use crate::app::state::App;

/// The node. Alt with the arrow keys moves it, with Enter adds to it; Enter alone goes from the question to its answer; Tab stays the key
/// that leaves a field.
pub(crate) fn why_node(app: App, id: ItemId, remarks: Memo<Vec<Remark>>) -> El {
    let read = move |part: fn(&Why, App) -> String| {
        move || app.document.with(|document| document.why(id).map(|why| part(why, app)).unwrap_or_default())
    };
    let kind = read(|why, _| why.kind.as_str().to_owned());
    let field = |element: String, label, value, edit: fn(ItemId, String) -> Edit| {
        let write = Box::new(move |text| {
            app.edit(edit(id, text));
        });
        Field { id: element, label, hint: Some(label.to_owned()), value: Rc::new(read(value)), write }
    };
    let element = why_element(id);
    let claim_element = format!("{element}-claim");
    let answer = claim_element.clone();
    let to_answer = move |ev: KeyboardEvent| {
        let is_bare = !(ev.alt_key() || ev.ctrl_key() || ev.meta_key() || ev.shift_key());
        // Enter also ends what an input method composes.
        if is_bare && ev.key() == "Enter" && !ev.is_composing() {
            ev.prevent_default();
            focus(&answer);
        }
    };
    let question = field(element, "whys-field-question", |why, app| why.question.say(&app.texts()), Edit::WhyQuestion);
    let claim = field(claim_element, "whys-field-claim", |why, app| why.claim.say(&app.texts()), Edit::WhyClaim);
    let is_open = move || app.document.with(|document| document.why(id).is_none_or(Why::is_open));
    let lacking = move || {
        let open =
            app.document.with(|document| document.why(id).filter(|why| why.is_open()).map(|why| needed(app, why)));
        open.into_iter().filter(|needed| !needed.is_empty()).collect()
    };
    let remarks = move || {
        let own = |remark: &&Remark| remark.item == Some(id);
        let said = |remark: &Remark| el_of("p", "why-remark").attr("role", "note").text(&app.say(&remark.text));
        remarks.with(|remarks| remarks.iter().filter(own).map(said).collect::<Vec<_>>())
    };
    let same = move || match standing(app, id).asked {
        Some(question) => app.with("whys-further-answer", &[("question", question.into())]),
        None => app.t("whys-field-question"),
    };
    let sureness = move || {
        let level = read(|why, _| why.confidence.map(Confidence::as_str).unwrap_or_default().to_owned());
        menu(app, "whys-field-confidence", LEVELS, Rc::new(level), Box::new(move |key| write_level(id, key)))
    };
    let head = el_of("div", "why-head")
        .child(el_of("span", "why-number").say(move || standing(app, id).number))
        .child(question.words(app, 1).attr_of("placeholder", same).on("keydown", to_answer))
        .child(menu(app, "whys-field-kind", KINDS, Rc::new(kind), Box::new(move |key| write_kind(id, key))))
        .when(move || !is_open(), sureness);
    takes(app, el_of("li", "why"), Target::Why(id))
        .toggle("why-is-open", is_open)
        .toggle("why-further", move || standing(app, id).asked.is_some())
        .toggle("why-joined", move || standing(app, id).is_joined)
        .toggle("why-target", is_target(app, Target::Why(id)))
        .style_of("--depth", move || standing(app, id).depth.to_string())
        .attr_of("data-kind", kind)
        .on("keydown", move |ev| on_key(app, id, &ev))
        .child(head)
        .child(claim.words(app, 1))
        .when(is_open, move || el_of("p", "why-open").say(app.tr("whys-open")))
        .list(lacking, move |needed| would_need(app, needed))
        .child(el_of("div", "why-foot").child(citation_chips(app, Target::Why(id))).child(buttons(app, id)))
        .children(why_alternatives(app, id))
        .area(remarks)
}

/// What an answer can be to the incident: key and text.
const KINDS: &[(&str, &str)] = &[
    ("cause", "why-kind-cause"),
    ("contributing", "why-kind-contributing"),
    ("detection", "why-kind-detection"),
    ("mitigating", "why-kind-mitigating"),
    ("question", "why-kind-question"),
];

/// How sure an answer can be.
const LEVELS: &[(&str, &str)] = &[
    ("", "whys-confidence-unset"),
    ("certain", "confidence-certain"),
    ("likely", "confidence-likely"),
    ("possible", "confidence-possible"),
];

fn write_kind(id: ItemId, key: &str) -> Edit {
    Edit::WhyKind(id, WhyKind::ALL.into_iter().find(|kind| kind.as_str() == key).unwrap_or_default())
}

fn write_level(id: ItemId, key: &str) -> Edit {
    let levels = [Confidence::Certain, Confidence::Likely, Confidence::Possible];
    Edit::WhyConfidence(id, levels.into_iter().find(|level| level.as_str() == key))
}

/// A menu of a why.
#[inline(never)]
fn menu(
    app: App,
    label: &'static str,
    options: &'static [(&str, &str)],
    value: Shown,
    write: Box<dyn Fn(&str) -> Edit>,
) -> El {
    let options = Box::new(move || options.iter().map(|(key, text)| ((*key).to_owned(), app.t(text))).collect());
    let choose = Box::new(move |key: String| {
        app.edit(write(&key));
    });
    Choice { label, named: false, options, value, choose }.view(app)
}

/// Where a why stands.
#[derive(Default)]
struct Standing {
    /// Levels above it.
    depth: u8,
    /// Its number in the linear reading; empty beside it.
    number: String,
    /// The question that it is one more answer to: it has none of its own and follows one at its level.
    asked: Option<String>,
    /// Whether it is such an answer and stands right below the one before.
    is_joined: bool,
}

#[inline(never)]
fn standing(app: App, id: ItemId) -> Standing {
    let texts = app.texts();
    app.document.with(|document| {
        let outline = document.outline();
        let Some(at) = outline.iter().position(|(_, why)| why.id == id) else { return Standing::default() };
        let (depth, own) = outline[at];
        let mut above = outline[..at].iter().rev().take_while(|(level, _)| *level >= depth);
        let is_further = own.question.is_empty() && own.kind != WhyKind::Question;
        let question = above.find(|(level, why)| is_further && *level == depth && !why.question.is_empty());
        let number = tree::chain(&document.whys).iter().position(|why| why.id == id);
        Standing {
            depth,
            number: number.map(|number| (number + 1).to_string()).unwrap_or_default(),
            asked: question.map(|(_, why)| why.question.say(&texts)),
            is_joined: question.is_some() && outline[at - 1].0 == depth,
        }
    })
}

fn buttons(app: App, id: ItemId) -> El {
    let rule_out = move || {
        if let Some(other) = app.edit(Edit::AddAlternative(id)) {
            focus_soon(alternative_element(other));
        }
    };
    let moves = [
        ("↑", "whys-move-up", Move::Up),
        ("↓", "whys-move-down", Move::Down),
        ("←", "whys-move-out", Move::Out),
        ("→", "whys-move-in", Move::In),
    ];
    let mover = |(sign, name, direction)| icon_button("icon", sign, app.tr(name), move || shift(app, id, direction));
    el_of("span", "why-buttons")
        .child(target_button(app, Target::Why(id)))
        .child(icon_button("icon", "↳", app.tr("whys-add-child"), move || ask_deeper(app, Some(id))))
        .child(icon_button("icon", "+", app.tr("whys-add-answer"), move || answer_again(app, id)))
        .child(icon_button("icon", "≠", app.tr("whys-add-alternative"), rule_out))
        .children(moves.map(mover))
        .child(icon_button("icon", "×", app.tr("whys-remove"), move || remove_why(app, id)))
}

fn on_key(app: App, id: ItemId, ev: &KeyboardEvent) {
    if !ev.alt_key() || ev.ctrl_key() || ev.meta_key() {
        return;
    }
    let key = ev.key();
    match step_of(&key) {
        Some(direction) => shift(app, id, direction),
        None if key != "Enter" => return,
        None if ev.shift_key() => ask_deeper(app, Some(id)),
        None => answer_again(app, id),
    }
    ev.prevent_default();
    ev.stop_propagation();
}

fn shift(app: App, id: ItemId, direction: Move) {
    keep_focus(move || {
        app.edit(Edit::MoveWhy(id, direction));
    });
}

/// What would answer an open question, as long as the analysis still says so.
fn needed(app: App, why: &Why) -> Vec<Message> {
    let Some(key) = &why.from else { return Vec::new() };
    app.analysis.with(|analysis| {
        let mut offered = analysis.findings.iter().flat_map(|finding| &finding.whys);
        offered.find(|why| why.key == *key).map(|why| why.would_need.clone()).unwrap_or_default()
    })
}
