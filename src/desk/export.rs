//! The case in every form it leaves in.

use super::Desk;
use super::material::Leaving;
use crate::chart::svg;
use crate::evidence::{Source, read_all};
use crate::export::case_file::{self, Carried};
use crate::export::{bundle, document, document_json, html, markdown, timeline_csv, timesketch};
use crate::model::sort::Order as _;
use crate::model::{Cite, EvidenceId, Message};
use crate::postmortem::saved::SavedCase;
use crate::postmortem::{Document, merge};
use crate::protocol::desk::{ExportForm, ExportRequest, ExportedFile, Picture};
use crate::text::{Lang, Texts};
use crate::view::document::{Block, DocumentView};

impl Desk {
    /// The document as it would leave.
    #[must_use]
    pub fn preview(&self, document: &Document, lang: Lang) -> DocumentView {
        let case = SavedCase { document: document.clone(), ..SavedCase::default() };
        let leaving = Leaving::new(&case, &self.material);
        leaving.view(&Texts::new(lang, document.offset_s))
    }

    /// The charts of an export, for the page to draw: made from what has its replacements already, so that no picture tells what the text
    /// does not.
    #[must_use]
    pub fn pictures(&self, request: &ExportRequest) -> Vec<Picture> {
        let leaving = Leaving::new(&request.case, &self.material);
        let blocks = leaving.view(&Texts::new(request.lang, request.case.document.offset_s)).blocks;
        // Not every form of the document has the charts.
        let is_shown = |key: &str| {
            let own = document::asset(key, "svg");
            blocks.iter().any(|block| matches!(block, Block::Chart { path, .. } if *path == own))
        };
        let charts = leaving.material.charts.iter().filter(|(key, _)| is_shown(key));
        charts.map(|(key, spec)| Picture { path: document::asset(key, "png"), drawing: svg::picture(spec) }).collect()
    }

    /// The case in one form, as files; the first is the one that was asked for. `given` are the handles that came along: inputs for a case
    /// file, pictures for an archive.
    ///
    /// # Errors
    /// When an archive would grow beyond what archives hold.
    pub fn export(&self, request: &ExportRequest, given: &[&dyn Source]) -> Result<Vec<ExportedFile>, Message> {
        let form = request.form;
        let too_large = || Message::new("document-archive-full");
        if form == ExportForm::CaseFile {
            let (case, places) = merge::leaving(&request.case);
            let evidence = carried(request, &places, given);
            let bytes = case_file::write(&case, &evidence).ok_or_else(too_large)?;
            return Ok(vec![file("case.debrief", "application/zip", bytes)]);
        }
        let texts = &Texts::new(request.lang, request.case.document.offset_s);
        let leaving = Leaving::new(&request.case, &self.material);
        let view = leaving.view(texts);
        let (case, evidence) = (&leaving.case, &leaving.material.evidence);
        let document = &case.document;
        let title = match document.title() {
            "" => texts.get("export-untitled"),
            title => title.to_owned(),
        };
        let page = || file("postmortem.html", "text/html", html::render(&title, &view, texts));
        let csv = || file("timeline.csv", "text/csv", timeline_csv::render(document, &view, texts));
        let jsonl = || file("timeline.jsonl", "application/jsonl", timesketch::render(document, &view, texts));
        let json = || file("document.json", "application/json", document_json::render(&merge::leaving(case).0, texts));
        let markdown = |view: &DocumentView| markdown::render(document, view, evidence, texts);
        Ok(match form {
            ExportForm::Markdown => markdown(&without_pictures(view, texts)),
            ExportForm::MarkdownFiles => markdown(&view),
            ExportForm::Html => vec![page()],
            ExportForm::Json => vec![json()],
            ExportForm::TimelineCsv => vec![csv()],
            ExportForm::Timesketch => vec![jsonl()],
            ExportForm::RichText => {
                let formatted = file("postmortem.html", "text/html", html::fragment(&view));
                let plain = markdown(&without_pictures(view, texts)).into_iter().next().map(|file| file.bytes);
                vec![formatted, file("postmortem.txt", "text/plain", plain.unwrap_or_default())]
            }
            ExportForm::Zip | ExportForm::CaseFile => {
                let mut files = markdown(&view);
                files.extend([page(), csv(), jsonl(), json()]);
                let drawn = request.pictures.iter().zip(given).filter_map(|(path, given)| {
                    let bytes = read_all(*given).ok().filter(|bytes| !bytes.is_empty())?;
                    Some(file(path, "image/png", bytes))
                });
                files.extend(drawn);
                let bytes = bundle::pack(document, &files).ok_or_else(too_large)?;
                vec![file("postmortem.zip", "application/zip", bytes)]
            }
        })
    }
}

impl Leaving {
    fn view(&self, texts: &Texts) -> DocumentView {
        let quote = |cites: &[Cite]| self.quote(cites);
        let inputs = (0..).map(EvidenceId).zip(&self.case.inputs);
        let taken_out: Vec<EvidenceId> = inputs.filter(|(_, input)| input.removed).map(|(id, _)| id).collect();
        let material = document::Material {
            analysis: &self.material.analysis,
            evidence: &self.material.evidence,
            charts: &self.material.charts,
            taken_out: &taken_out,
            cite: &quote,
        };
        document::build(&self.case.document, &material, texts)
    }
}

/// The document as one file of text: in place of each picture stands what it shows and where there is one.
fn without_pictures(mut view: DocumentView, texts: &Texts) -> DocumentView {
    for block in &mut view.blocks {
        if let Block::Chart { alt, .. } = block {
            let says = texts.with("export-picture-apart", &[("alt", std::mem::take(alt).into())]);
            *block = Block::Note(says);
        }
    }
    view
}

/// Inputs that fit, the smallest first, so that most of them do; `places` says where each stands in the file. One that cannot be read again,
/// or is another than the case says, stays where it is.
fn carried(request: &ExportRequest, places: &[Option<EvidenceId>], files: &[&dyn Source]) -> Vec<Carried> {
    let of = |(index, file)| {
        let index = usize::try_from(index).ok()?;
        let (saved, place) = (request.case.inputs.get(index)?, places.get(index).copied()??);
        let file: &&dyn Source = file;
        (file.len() == saved.bytes).then_some((place.0 as usize, *file))
    };
    let mut inputs: Vec<(usize, &dyn Source)> = request.handles.iter().copied().zip(files).filter_map(of).collect();
    inputs.order_by_key(|(_, file)| file.len());
    let mut room = request.evidence_bytes;
    let mut carried = Vec::new();
    for (index, file) in inputs {
        let Some(left) = room.checked_sub(file.len()) else { break };
        if let Ok(bytes) = read_all(file) {
            room = left;
            carried.push(Carried { index, bytes });
        }
    }
    carried.order_by_key(|carried| carried.index);
    carried
}

pub(super) fn file(path: &str, media_type: &str, content: impl Into<Vec<u8>>) -> ExportedFile {
    ExportedFile { path: path.to_owned(), media_type: media_type.to_owned(), bytes: content.into() }
}
