//! The document as it will leave: blocks as text nodes, never as HTML.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use debrief::model::Citation;
use debrief::protocol::desk::{DeskAnswer, DeskRequest};
use debrief::view::document::{Block, DocumentView, Inline};
use js_sys::Array;

use crate::app::components::citation_chip::citation_chip;
use crate::app::dom::{El, effect, el, el_of, later, spawn};
use crate::app::leaving::ask_desk;
use crate::app::signal::RwSignal;
use crate::app::state::App;

/// A pause in typing before the preview is made anew.
const PAUSE_MS: u32 = 200;

/// The preview.
pub(crate) fn document_preview(app: App) -> El {
    let shown = RwSignal::new(DocumentView::default());
    let revision = Rc::new(Cell::new(0));
    // What is put in its place never fires.
    let timer = RefCell::new(None);
    effect(move || {
        app.document.track();
        app.analysis.track();
        app.evidence.track();
        app.export_lang.track();
        let revision = Rc::clone(&revision);
        timer.replace(Some(later(PAUSE_MS, move || refresh(app, shown, &revision))));
    });
    let blocks = move || {
        shown
            .with(|view| view.blocks.iter().map(|block| render_block(app, block, &view.references)).collect::<Vec<_>>())
    };
    el_of("section", "document-preview")
        .attr("aria-labelledby", "preview-heading")
        .attr("tabindex", "0")
        .child(el_of("h3", "paper-name").attr("id", "preview-heading").say(app.tr("document-preview")))
        .child(el_of("article", "paper").attr_of("lang", move || app.export_lang.get().tag().to_owned()).area(blocks))
}

fn refresh(app: App, shown: RwSignal<DocumentView>, revision: &Rc<Cell<u32>>) {
    let now = revision.get() + 1;
    revision.set(now);
    let revision = Rc::clone(revision);
    let document = Box::new(app.document.get_untracked());
    let request = DeskRequest::Preview { document, lang: app.export_lang.get_untracked() };
    spawn(async move {
        // A slow answer must not replace a later one; where the panel is gone, setting does nothing.
        if let DeskAnswer::Preview(view) = ask_desk(app, request, &Array::new()).await
            && revision.get() == now
        {
            shown.set(view);
        }
    });
}

fn render_block(app: App, block: &Block, references: &[Citation]) -> El {
    let inlines = |parent: El, parts: &[Inline]| {
        parts.iter().fold(parent, |parent, part| render_inline(app, parent, part, references))
    };
    match block {
        // The panel's own headings are levels 2 and 3.
        Block::Heading(1, text) => el_of("h4", "paper-title").text(text),
        Block::Heading(2, text) => el("h5").text(text),
        Block::Heading(_, text) => el("h6").text(text),
        Block::Paragraph(parts) => inlines(el("p"), parts),
        Block::List(items) => {
            let item = |(depth, parts): &(u8, Vec<Inline>)| {
                let depth = *depth;
                inlines(el("li").style_of("--depth", move || depth.to_string()), parts)
            };
            el_of("ul", "paper-list").children(items.iter().map(item))
        }
        Block::Numbered(items) => el("ol").children(items.iter().map(|parts| inlines(el("li"), parts))),
        Block::Table(head, rows) => {
            let cell = |parts: &Vec<Inline>| match instant(parts) {
                Some(text) => instant_cell(text),
                None => inlines(el("td"), parts),
            };
            let head = head.iter().map(|cell| el("th").attr("scope", "col").text(cell));
            let rows = rows.iter().map(|cells| el("tr").children(cells.iter().map(cell)));
            let table = el("table").child(el("thead").child(el("tr").children(head))).child(el("tbody").children(rows));
            el_of("div", "paper-table")
                .attr("role", "group")
                .attr("tabindex", "0")
                .attr_of("aria-label", app.tr("document-table"))
                .child(table)
        }
        Block::Chart { alt, svg, .. } => {
            let encoded = String::from(js_sys::encode_uri_component(svg));
            el_of("img", "paper-chart").attr("alt", alt).attr("src", &format!("data:image/svg+xml,{encoded}"))
        }
        Block::Quote(number, lines) => {
            let caption = render_inline(app, el("figcaption"), &Inline::Reference(*number), references);
            el_of("figure", "paper-quote").child(caption).child(el("pre").attr("tabindex", "0").text(&lines.join("\n")))
        }
        Block::Tasks(tasks) => {
            let task =
                |(done, parts): &(bool, Vec<Inline>)| inlines(el("li").text(if *done { "☑ " } else { "☐ " }), parts);
            el_of("ul", "paper-tasks").children(tasks.iter().map(task))
        }
        Block::Code { text, .. } => el_of("figure", "paper-quote").child(el("pre").attr("tabindex", "0").text(text)),
        Block::Note(text) => el_of("p", "paper-note").text(text),
    }
}

/// The text of a cell that begins with a date.
fn instant(cell: &[Inline]) -> Option<&str> {
    let [Inline::Text(text)] = cell else { return None };
    let day = text.get(..10)?;
    day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-').then_some(text)
}

/// Its words, each whole: it may break between date and clock, not at a hyphen.
fn instant_cell(text: &str) -> El {
    // The space stands outside: within a part that must not break it would not let the line break either.
    text.split(' ').fold(el("td"), |cell, word| cell.child(el_of("span", "instant").text(word)).text(" "))
}

fn render_inline(app: App, parent: El, part: &Inline, references: &[Citation]) -> El {
    match part {
        Inline::Text(text) | Inline::Link(text) => parent.text(text),
        Inline::Strong(text) => parent.child(el("strong").text(text)),
        Inline::Code(text) => parent.child(el("code").text(text)),
        Inline::Reference(number) => {
            let cited = number.checked_sub(1).and_then(|index| references.get(index as usize));
            let short = format!("E{number}");
            match cited {
                Some(citation) => parent.children(citation_chip(app, citation, Some(short))),
                None => parent.text(&short),
            }
        }
    }
}
