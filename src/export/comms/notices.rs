//! First notice, update, notice of the end, and the summary for stakeholders.

use crate::export::document::words;
use crate::model::{Arg, Phase};
use crate::postmortem::milestones::{Measure, spans};
use crate::postmortem::{ActionItem, Part};
use crate::text::format;

use super::{Desk, Sheet};

impl Desk<'_> {
    pub(super) fn first(&self) -> Sheet {
        let since = self.at(Phase::Impact).or_else(|| self.at(Phase::Onset));
        let since = since.map_or_else(|| self.get("comms-not-known"), |at| self.clock(at));
        let head = self.texts.with(
            "comms-first-head",
            &[
                ("severity", self.severity().into()),
                ("time", self.clock(self.now).into()),
                ("zone", format::offset(self.texts.offset_s()).into()),
                ("symptom", self.symptom().into()),
                ("since", since.into()),
            ],
        );
        let requests = self.analysis.coverage.missing.iter().map(|missing| {
            let what = self.texts.say(&missing.what);
            self.texts.with("comms-request", &[("what", what.into()), ("command", missing.command.as_str().into())])
        });
        let mut known = self.part(Part::Impact);
        known.extend(self.causes(true));
        let lines = vec![
            self.line("comms-affected", self.affected()),
            self.line("comms-known", known),
            self.line("comms-unknown", self.unknown()),
            self.line("comms-requests", requests.collect()),
            self.line("comms-rule", vec![self.get("comms-rule-text")]),
            self.line("comms-next", vec![self.clock(self.now.plus_seconds(self.interval_s()))]),
        ];
        Sheet { head, lines, table: None, on_one_line: false }
    }

    pub(super) fn update(&self) -> Sheet {
        let head = self.texts.with("comms-update-head", &[("time", self.clock(self.now).into())]);
        let owned = |action: &&ActionItem| !action.owner.trim().is_empty();
        let mut teams: Vec<&str> =
            self.document.actions.iter().filter(owned).map(|action| action.owner.trim()).collect();
        teams.dedup();
        let mut told: Vec<&str> = Vec::new();
        let mut by_team = Vec::new();
        for team in teams {
            if told.contains(&team) {
                continue;
            }
            told.push(team);
            let of_team = self.document.actions.iter().filter(|action| action.owner.trim() == team);
            let items: Vec<String> = of_team.map(|action| self.work(action)).collect();
            let items = items.join(&self.get("comms-and"));
            by_team.push(self.texts.with("comms-team", &[("team", team.into()), ("items", items.into())]));
        }
        let open = self.document.actions.iter().filter(|action| !action.done);
        let plan = open.map(|action| {
            let what = words(&action.text, self.texts);
            match action.due.trim() {
                "" => what,
                due => self.texts.with("comms-until", &[("what", what.into()), ("due", due.into())]),
            }
        });
        let mut risks = self.part(Part::OpenQuestions);
        if risks.is_empty() {
            risks.push(self.get("comms-none-named"));
        }
        let lines = vec![
            self.line("comms-state", vec![self.state()]),
            self.line("comms-by-team", by_team),
            self.line("comms-plan", plan.collect()),
            self.line("comms-risks", risks),
        ];
        Sheet { head, lines, table: None, on_one_line: true }
    }

    pub(super) fn resolved(&self) -> Sheet {
        let end = self.at(Phase::Resolution).or_else(|| self.at(Phase::Mitigation));
        let (severity, symptom) = (("severity", self.severity().into()), ("symptom", self.symptom().into()));
        // Nothing is called resolved that the timeline does not show as resolved.
        let head = match end {
            Some(at) => self.texts.with("comms-resolved-head", &[severity, symptom, ("time", self.clock(at).into())]),
            None => self.texts.with("comms-unresolved-head", &[severity, symptom]),
        };
        let durations = spans(self.document).into_iter().map(|span| {
            self.texts.with(
                "comms-span",
                &[
                    ("name", self.get(span.measure.message_id()).into()),
                    ("length", Arg::Seconds(span.seconds)),
                    ("from", self.clock(span.from.1).into()),
                    ("to", self.clock(span.to.1).into()),
                ],
            )
        });
        let open = self.document.actions.iter().filter(|action| !action.done);
        let lines = vec![
            self.line("comms-affected", self.affected()),
            self.line("comms-durations", durations.collect()),
            self.line("comms-causes", self.causes(true)),
            self.line("comms-unknown", self.unknown()),
            self.line("comms-follows", open.map(|action| self.work(action)).collect()),
        ];
        Sheet { head, lines, table: None, on_one_line: false }
    }

    /// Without commands, file names and lines: its readers cannot open them.
    pub(super) fn stakeholders(&self) -> Sheet {
        let head = self.texts.with("comms-stakeholders-head", &[("symptom", self.symptom().into())]);
        let what = match self.part(Part::Summary) {
            summary if summary.is_empty() => self.part(Part::Impact),
            summary => summary,
        };
        let how_long = spans(self.document).into_iter().find(|span| span.measure == Measure::Impact);
        let how_long = how_long.map(|span| format::duration(span.seconds, self.texts.lang()));
        let actions = self.document.actions.iter().map(|action| self.work(action));
        let lines = vec![
            self.line("comms-what", what),
            self.line("comms-affected", self.affected()),
            self.line("comms-how-long", how_long.into_iter().collect()),
            self.line("comms-state", vec![self.state()]),
            self.line("comms-causes", self.causes(false)),
            self.line("comms-follows", actions.collect()),
        ];
        Sheet { head, lines, table: None, on_one_line: false }
    }

    /// The farthest phase that the timeline reached.
    fn state(&self) -> String {
        let reached = [
            (Phase::Resolution, "comms-state-resolved"),
            (Phase::Mitigation, "comms-state-mitigated"),
            (Phase::Response, "comms-state-responding"),
            (Phase::Detection, "comms-state-detected"),
            (Phase::Impact, "comms-state-ongoing"),
        ];
        let reached = reached.into_iter().find_map(|(phase, id)| Some((self.at(phase)?, id)));
        match reached {
            Some((at, id)) => self.texts.with(id, &[("time", self.clock(at).into())]),
            None => self.get("comms-not-known"),
        }
    }

    fn work(&self, action: &ActionItem) -> String {
        let what = words(&action.text, self.texts);
        let id = if action.done { "comms-done" } else { "comms-to-do" };
        self.texts.with(id, &[("what", what.into())])
    }

    /// Until the next notice: 15, 30 or 60 minutes by severity.
    fn interval_s(&self) -> i64 {
        let severity = self.severity();
        let level = severity.chars().find_map(|c| c.to_digit(10));
        let is_priority = severity.starts_with(['P', 'p']);
        match level.map(|level| if is_priority { level + 1 } else { level }) {
            Some(0 | 1) => 15 * 60,
            Some(2) => 30 * 60,
            _ => 60 * 60,
        }
    }
}
