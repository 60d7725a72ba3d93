//! What the command line's JSON says of coverage: bundles, windows, what was not collected, what collectors say, what was hidden.

use serde::Serialize;

use super::evidence_json::RangeJson;
use crate::model::{Bundle, BundleKind, CollectedBy, CollectorError, Coverage, EvidenceMeta, Locator};
use crate::text::Texts;

#[derive(Serialize)]
pub(super) struct CoverageJson<'a> {
    bundles: Vec<BundleJson<'a>>,
    windows: Vec<WindowJson<'a>>,
    missing: Vec<MissingJson<'a>>,
    failed: &'a [String],
    redacted: &'a [String],
    errors: Vec<ErrorJson<'a>>,
}

impl<'a> CoverageJson<'a> {
    pub(super) fn of(coverage: &'a Coverage, evidence: &'a [EvidenceMeta], texts: &Texts) -> Self {
        let windows = coverage.windows.iter();
        let missing = coverage.missing.iter().map(|it| MissingJson {
            what: texts.say(&it.what),
            command: &it.command,
            disturbs: it.disturbs.as_ref().map(|it| texts.say(it)),
        });
        Self {
            bundles: coverage.bundles.iter().map(BundleJson::from).collect(),
            windows: windows.map(|(path, range)| WindowJson { path, range: RangeJson::from(*range) }).collect(),
            missing: missing.collect(),
            failed: &coverage.failed,
            redacted: &coverage.redacted,
            errors: coverage.errors.iter().map(|it| ErrorJson::of(it, evidence)).collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct BundleJson<'a> {
    kind: BundleKind,
    root: &'a str,
    verified: bool,
    collected: Option<CollectedJson>,
    inputs: u32,
    read: u32,
}

#[derive(Serialize)]
struct CollectedJson {
    at: String,
    uncertainty_s: u32,
    by: CollectedBy,
}

impl<'a> From<&'a Bundle> for BundleJson<'a> {
    fn from(bundle: &'a Bundle) -> Self {
        let collected = bundle.collected.as_ref().map(|it| CollectedJson {
            at: it.at.to_rfc3339(),
            uncertainty_s: it.uncertainty_s,
            by: it.by,
        });
        let Bundle { kind, ref root, verified, inputs, read, .. } = *bundle;
        Self { kind, root, verified, collected, inputs, read }
    }
}

#[derive(Serialize)]
struct WindowJson<'a> {
    path: &'a str,
    #[serde(flatten)]
    range: RangeJson,
}

#[derive(Serialize)]
struct MissingJson<'a> {
    what: String,
    command: &'a str,
    disturbs: Option<String>,
}

#[derive(Serialize)]
struct ErrorJson<'a> {
    path: &'a str,
    line: u32,
    collector: &'a str,
    message: &'a str,
    also: Vec<PlaceJson<'a>>,
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    path: &'a str,
    line: u32,
}

impl<'a> ErrorJson<'a> {
    fn of(error: &'a CollectorError, evidence: &'a [EvidenceMeta]) -> Self {
        let place = |locator: &Locator| {
            let meta = evidence.iter().find(|meta| meta.id == locator.evidence);
            PlaceJson { path: meta.map_or("", |meta| &meta.path), line: locator.lines.first }
        };
        let CollectorError { collector, message, locator, also } = error;
        let PlaceJson { path, line } = place(locator);
        Self { path, line, collector, message, also: also.iter().map(place).collect() }
    }
}
