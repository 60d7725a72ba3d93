//! Bundles: whose layout, when collected, how much of it was read.

use super::Report;
use crate::export::terminal::tail_cell;
use crate::model::{Bundle, CollectedBy, Coverage, Message};

/// Paths shown of the inputs in which something was hidden.
const PATHS_SHOWN: usize = 4;

impl Report<'_> {
    pub(super) fn bundles(&mut self, bundles: &[Bundle]) {
        if bundles.is_empty() {
            return;
        }
        self.heading("cli-bundles");
        for bundle in bundles {
            let name = self.texts.say(&Message::new(&format!("bundle-{}", bundle.kind.as_str().replace('_', "-"))));
            let root = if bundle.root.is_empty() { "." } else { &bundle.root };
            let head = self.texts.with("cli-bundle", &[("name", name.into()), ("root", root.into())]);
            let inputs = self.texts.with("cli-count-inputs", &[("count", bundle.inputs.into())]);
            let mut facts =
                vec![self.texts.with("cli-bundle-inputs", &[("inputs", inputs.into()), ("read", bundle.read.into())])];
            if let Some(collected) = &bundle.collected {
                let id = match collected.by {
                    CollectedBy::Clock => "cli-bundle-clock",
                    CollectedBy::Name if collected.uncertainty_s > 1 => "cli-bundle-name-zone",
                    CollectedBy::Name => "cli-bundle-name",
                    CollectedBy::Newest => "cli-bundle-newest",
                };
                facts.push(self.texts.with(id, &[("at", collected.at.into())]));
            }
            if !bundle.verified {
                facts.push(self.texts.get("cli-bundle-unverified"));
            }
            self.page.paragraph(2, "- ", &head);
            self.page.paragraph(6, "", &facts.join(" · "));
            let place = bundle.collected.and_then(|collected| collected.cite);
            let places = self.places(place.as_slice());
            if !places.is_empty() {
                self.page.paragraph(6, "", &places);
            }
        }
    }

    /// Where values were hidden before the evidence came here: what is not seen there is not absent.
    pub(super) fn redacted(&mut self, coverage: &Coverage) {
        if coverage.redacted.is_empty() {
            return;
        }
        self.heading("cli-redacted");
        let count = self.texts.with("cli-redacted-count", &[("count", coverage.redacted.len().into())]);
        self.page.paragraph(2, "- ", &count);
        for path in coverage.redacted.iter().take(PATHS_SHOWN) {
            self.page.paragraph(6, "", &tail_cell(path, 92));
        }
    }
}
