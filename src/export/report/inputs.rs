//! What was read, and what trouble there was.

use std::collections::BTreeMap;

use super::{Report, count_of, format_name, n_lines};
use crate::export::issue::issue_text;
use crate::export::terminal::{cell, tail_cell};

/// Inputs with the same trouble that are named one by one.
const ALIKE_SHOWN: usize = 5;

impl Report<'_> {
    pub(super) fn inputs(&mut self) {
        self.heading("cli-inputs");
        let rows = self.evidence.iter().map(|meta| {
            let lines = self.texts.say(&count_of("cli-count-lines", n_lines(meta)));
            vec![tail_cell(&meta.path, 48), cell(&format_name(meta, self.texts), 30), lines]
        });
        let rows: Vec<_> = rows.collect();
        self.page.columns(2, &rows, &[2]);
        self.issues();
        if self.evidence.is_empty() {
            self.page.paragraph(2, "", &self.texts.get("cli-no-input"));
        }
    }

    /// Trouble in reading; what many inputs have is said once.
    fn issues(&mut self) {
        let all = || self.evidence.iter().flat_map(|meta| meta.issues.list.iter().map(move |issue| (meta, issue)));
        let mut alike: BTreeMap<_, usize> = BTreeMap::new();
        all().for_each(|(_, issue)| *alike.entry(issue.code).or_default() += 1);
        let mut lines = Vec::new();
        for (meta, issue) in all() {
            // None where it was said already.
            let Some(n) = alike.get(&issue.code).copied() else { continue };
            if n <= ALIKE_SHOWN {
                lines.push(format!("{}: {}", meta.path, issue_text(issue, self.texts)));
            } else {
                alike.remove(&issue.code);
                let title = self.texts.get(&format!("issue-{}", issue.code.as_str()));
                let args = [("title", title.into()), ("count", n.into()), ("path", meta.path.as_str().into())];
                lines.push(self.texts.with("cli-issue-alike", &args));
            }
        }
        for line in lines {
            self.page.paragraph(2, "! ", &line);
        }
    }
}
