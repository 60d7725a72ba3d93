//! Workloads, the spread of failing pods, and what collectors did not collect.

use super::Report;
use crate::export::terminal::cell;
use crate::model::{Cite, Coverage, Role, SpreadRow, Workload};
use crate::view::spread::build_spread;

/// Workloads shown one by one.
const WORKLOADS_SHOWN: usize = 40;

impl Report<'_> {
    pub(super) fn workloads(&mut self, workloads: &[Workload]) {
        if workloads.is_empty() {
            return;
        }
        let n_policies = workloads.iter().filter(|it| !it.is_in_trouble()).count();
        self.page.heading(&self.texts.with("cli-workloads", &[("policies", n_policies.into())]));
        for it in workloads.iter().take(WORKLOADS_SHOWN) {
            let names = [it.namespace.as_str(), it.name.as_str()].into_iter().filter(|part| !part.is_empty());
            let on = it.node.as_ref().map(|node| format!(" @ {node}")).unwrap_or_default();
            let top = it.owners.last().map(|owner| format!(" · {}/{}", owner.kind, owner.name)).unwrap_or_default();
            let status = it.status.as_ref().map(|status| format!(" · {status}")).unwrap_or_default();
            let restarts = match it.restarts {
                0 => String::new(),
                count => format!(" · {}", self.texts.with("cli-restarts", &[("count", count.into())])),
            };
            let line = format!("{} {}{on}{top}{status}{restarts}", it.kind, names.collect::<Vec<_>>().join("/"));
            self.page.paragraph(2, "", &line);
            let places = self.places(&it.cites);
            self.page.paragraph(6, "", &places);
            for statement in &it.statements {
                self.statement(&self.texts.say(&statement.text), &statement.cites);
            }
        }
        let n_more = workloads.len().saturating_sub(WORKLOADS_SHOWN);
        if n_more > 0 {
            let text = self.texts.with("cli-more-workloads", &[("count", n_more.into())]);
            self.page.paragraph(2, "", &text);
        }
    }

    pub(super) fn spread(&mut self, rows: &[SpreadRow]) {
        if rows.is_empty() {
            return;
        }
        self.heading("cli-spread");
        let rows = build_spread(rows, self.texts).into_iter();
        let rows = rows.map(|row| vec![row.dimension, cell(&row.value, 48), row.count, row.share]);
        self.page.columns(2, &rows.collect::<Vec<_>>(), &[2, 3]);
    }

    pub(super) fn collectors(&mut self, coverage: &Coverage) {
        if !coverage.errors.is_empty() {
            self.heading("cli-collector-errors");
            for error in &coverage.errors {
                let parts = [error.collector.as_str(), &error.message].into_iter().filter(|part| !part.is_empty());
                let text = parts.collect::<Vec<_>>().join(": ");
                let places = std::iter::once(&error.locator).chain(&error.also);
                let cites = places.map(|locator| Cite { locator: *locator, role: Role::Shows, at: None });
                self.statement(&text, &cites.collect::<Vec<_>>());
            }
        }
    }
}
