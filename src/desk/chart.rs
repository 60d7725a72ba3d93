//! One chart on its own: what the reader sees of it, with the replacements of the document.

use super::Desk;
use super::export::file;
use super::material::redactor;
use crate::chart::svg;
use crate::export::{chart_csv, document};
use crate::model::Message;
use crate::model::words::before;
use crate::protocol::desk::{ChartFile, ChartRequest, DeskAnswer, Picture};
use crate::view::trends::LeavingChart;

/// Bytes of a file's name: systems take some 250.
const MAX_NAME: usize = 100;

impl Desk {
    /// The chart in its form. What names in it become is what they become in the document.
    pub(super) fn chart(&self, request: &ChartRequest) -> DeskAnswer {
        let Some(LeavingChart { mut key, mut spec, thinned }) = crate::protocol::decode(&request.chart) else {
            return DeskAnswer::Failed(Message::new("page-engine-stopped"));
        };
        let choices = &request.case.document.redaction;
        if choices.enabled && !choices.classes.is_empty() {
            let mut redactor = redactor(&request.case, &self.material);
            redactor.chart(&mut spec);
            key = redactor.text(&key).into_owned();
        }
        // The key of any other chart is its number: what it shows tells more.
        let end = crate::model::memmem::find(spec.title.as_bytes(), b": ").unwrap_or(spec.title.len());
        let is_name = || spec.title.bytes().any(|byte| byte.is_ascii_alphanumeric());
        if key.starts_with("other-") && end <= MAX_NAME && is_name() {
            key = before(&spec.title, end).to_owned();
        }
        let path = |extension: &str| document::asset(&key, extension);
        DeskAnswer::Exported(vec![match request.form {
            ChartFile::Png => {
                return DeskAnswer::Pictures(vec![Picture { path: path("png"), drawing: svg::picture(&spec) }]);
            }
            ChartFile::Svg => file(&path("svg"), "image/svg+xml", svg::render_svg(&spec)),
            ChartFile::Csv => {
                file(&path(if thinned { "thinned.csv" } else { "csv" }), "text/csv", chart_csv::render(&spec))
            }
        }])
    }
}
