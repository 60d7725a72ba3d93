//! The document as it will leave: blocks as text nodes, never as HTML.

use std::time::Duration;

use debrief::model::Citation;
use debrief::protocol::{Answer, Request};
use debrief::view::document::{Block, DocumentView, Inline};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::components::citation_chip::citation_chip;
use crate::app::erase::{area, text};
use crate::app::state::App;

/// A pause in typing before the preview is made anew.
const PAUSE: Duration = Duration::from_millis(200);

/// The preview.
pub(crate) fn document_preview(app: App) -> AnyView {
    let shown = RwSignal::new(DocumentView::default());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let revision = StoredValue::new(0_u32);
    let stop = move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        app.document.track();
        app.analysis.track();
        app.evidence.track();
        let lang = app.export_lang.get();
        stop();
        let refresh = move || {
            let now = revision
                .try_update_value(|revision| {
                    *revision += 1;
                    *revision
                })
                .unwrap_or_default();
            let document = app.document.get_untracked();
            spawn_local(async move {
                // A slow answer must not replace a later one, nor meet a panel that is gone.
                if let Answer::Preview(view) = app.ask(Request::Preview { document, lang }).await
                    && revision.try_get_value() == Some(now)
                {
                    shown.try_set(view);
                }
            });
        };
        timer.set_value(set_timeout_with_handle(refresh, PAUSE).ok());
    });
    on_cleanup(stop);
    let blocks = move || {
        let block = |view: &DocumentView| {
            view.blocks.iter().map(|block| render_block(app, block, &view.references)).collect_view()
        };
        shown.with(block).into_any()
    };
    view! {
        <section class="document-preview" aria-labelledby="preview-heading" tabindex="0">
            <h3 id="preview-heading" class="paper-name">{app.tr("document-preview")}</h3>
            <article class="paper" lang=text(move || app.export_lang.get().tag().to_owned())>{area(blocks)}</article>
        </section>
    }
    .into_any()
}

fn render_block(app: App, block: &Block, references: &[Citation]) -> AnyView {
    let inlines = |parts: &[Inline]| parts.iter().map(|part| render_inline(app, part, references)).collect_view();
    match block {
        Block::Heading(level, text) => {
            let text = text.clone();
            // The panel's own headings are levels 2 and 3.
            match level {
                1 => view! { <h4 class="paper-title">{text}</h4> }.into_any(),
                2 => view! { <h5>{text}</h5> }.into_any(),
                _ => view! { <h6>{text}</h6> }.into_any(),
            }
        }
        Block::Paragraph(parts) => view! { <p>{inlines(parts)}</p> }.into_any(),
        Block::List(items) => {
            let items =
                items.iter().map(|(depth, parts)| view! { <li style:--depth=depth.to_string()>{inlines(parts)}</li> });
            view! { <ul class="paper-list">{items.collect_view()}</ul> }.into_any()
        }
        Block::Numbered(items) => {
            let items = items.iter().map(|parts| view! { <li>{inlines(parts)}</li> });
            view! { <ol>{items.collect_view()}</ol> }.into_any()
        }
        Block::Table(head, rows) => {
            let head = head.iter().map(|cell| view! { <th scope="col">{cell.clone()}</th> }).collect_view();
            let row = |cells: &Vec<Vec<Inline>>| {
                let cell = |cell: &Vec<Inline>| instant(cell).unwrap_or_else(|| inlines(cell).into_any());
                let cells = cells.iter().map(|parts| view! { <td>{cell(parts)}</td> });
                view! { <tr>{cells.collect_view()}</tr> }
            };
            view! {
                <div class="paper-table" role="group" tabindex="0" aria-label=app.tr("document-table")>
                    <table>
                        <thead><tr>{head}</tr></thead>
                        <tbody>{rows.iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }
        Block::Chart { alt, svg, .. } => {
            let encoded = String::from(js_sys::encode_uri_component(svg));
            view! { <img class="paper-chart" alt=alt.clone() src=format!("data:image/svg+xml,{encoded}") /> }.into_any()
        }
        Block::Quote(number, lines) => view! {
            <figure class="paper-quote">
                <figcaption>{render_inline(app, &Inline::Reference(*number), references)}</figcaption>
                <pre tabindex="0">{lines.join("\n")}</pre>
            </figure>
        }
        .into_any(),
        Block::Note(text) => view! { <p class="paper-note">{text.clone()}</p> }.into_any(),
    }
}

/// The words of a cell that begins with a date, each whole: it may break between date and clock, not at a hyphen.
fn instant(cell: &[Inline]) -> Option<AnyView> {
    let [Inline::Text(text)] = cell else { return None };
    let day = text.get(..10)?;
    let is_day = day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    // The space stands outside: within a part that must not break it would not let the line break either.
    let word = |word: &str| view! { <span class="instant">{word.to_owned()}</span> " " };
    is_day.then(|| text.split(' ').map(word).collect_view().into_any())
}

fn render_inline(app: App, part: &Inline, references: &[Citation]) -> AnyView {
    match part {
        Inline::Text(text) => text.clone().into_any(),
        Inline::Strong(text) => view! { <strong>{text.clone()}</strong> }.into_any(),
        Inline::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
        Inline::Reference(number) => {
            let cited = number.checked_sub(1).and_then(|index| references.get(index as usize));
            let short = format!("E{number}");
            match cited {
                Some(citation) => citation_chip(app, citation, Some(short)),
                None => short.into_any(),
            }
        }
    }
}
