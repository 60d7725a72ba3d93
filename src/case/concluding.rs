//! Drawing conclusions, in steps, so that what is asked meanwhile and needs none is answered.

use super::input::Input;
use super::{Case, quote};
use crate::facts::growth::report_growth;
use crate::facts::{self, Derivation, Facts};
use crate::model::words::shortened;
use crate::model::{Analysis, Arg, Cite, EvidenceMeta, Message, Role};

/// Characters of a line that a sentence quotes.
const QUOTED_CHARS: usize = 240;

/// Conclusions that are being drawn.
#[derive(Debug, Default)]
pub(super) struct Concluding {
    derivation: Derivation,
    /// Which inputs repeat an earlier one.
    repeats: Vec<bool>,
}

impl Case {
    /// Draws a part of the conclusions; gives the share that is drawn, 1 when all are. Whatever changes the case begins anew.
    pub fn conclude_step(&mut self) -> f64 {
        if self.concluded.is_some() {
            return 1.0;
        }
        let Some(mut concluding) = self.concluding.take() else {
            self.set_clocks();
            let derivation = Derivation::of(self.set_hosts());
            self.concluding = Some(Concluding { derivation, repeats: self.repeats() });
            return 0.0;
        };
        let (inputs, twins) = self.taking_part(&concluding.repeats);
        if concluding.derivation.step(&inputs, &twins) {
            let Concluding { derivation, repeats } = concluding;
            self.listing.repeats = repeats;
            self.settle(derivation.facts());
            return 1.0;
        }
        // Rules, timeline and places are still to come.
        let share = concluding.derivation.share().min(0.99);
        self.concluding = Some(concluding);
        share
    }

    /// Draws all conclusions.
    pub(super) fn conclude(&mut self) {
        while self.conclude_step() < 1.0 {}
    }

    /// What was concluded holds no longer.
    pub(super) fn unsettle(&mut self) {
        self.concluded = None;
        self.concluding = None;
    }

    /// The inputs that take part, and those that only repeat one of them.
    fn taking_part(&self, repeats: &[bool]) -> (Vec<facts::Input<'_>>, Vec<&EvidenceMeta>) {
        let (mut inputs, mut twins) = (Vec::new(), Vec::new());
        for (Input { meta, parsed, removed, .. }, is_repeat) in self.inputs.iter().zip(repeats) {
            match is_repeat {
                _ if *removed => {}
                true => twins.push(meta),
                false => inputs.push(facts::Input { meta, parsed }),
            }
        }
        (inputs, twins)
    }

    /// Asks the rules and completes what they say.
    fn settle(&mut self, facts: Facts) {
        let (findings, outcomes) = crate::rules::ask_all(&facts);
        let timeline = crate::timeline::propose(&facts, &findings);
        let mut analysis = Analysis {
            findings,
            outcomes,
            ceilings: facts.ceilings.clone(),
            other_ceilings: facts.other_ceilings.clone(),
            workloads: facts.workloads.clone(),
            spread: facts.spread.clone(),
            timeline,
            threads: facts.threads.clone(),
            growth: facts.growth.as_ref().and_then(|growth| report_growth(growth, &facts.usage)),
            change_points: facts.change_points.clone(),
            coverage: facts.coverage.clone(),
        };
        analysis.for_each_cite(|cite| {
            if let Some(input) = self.input(cite.locator.evidence) {
                cite.locator = quote::complete(input, cite.locator);
            }
        });
        for error in analysis.coverage.errors.iter_mut().filter(|error| error.message.is_empty()) {
            let first = Cite { locator: error.locator, role: Role::Shows, at: None };
            error.message = self.cite(&[first]).pop().and_then(|mut quoted| quoted.excerpt.pop()).unwrap_or_default();
        }
        // Which of its arguments is a quotation that is still to be made.
        let blank =
            |text: &Message| text.args.iter().position(|(name, arg)| name == Message::QUOTED && *arg == Arg::from(""));
        for finding in &mut analysis.findings {
            let statements = finding.statements.iter_mut().map(|it| (&mut it.text, &it.cites));
            let claims = finding.whys.iter_mut().filter_map(|why| Some((why.claim.as_mut()?, &why.cites)));
            for (text, cites) in statements.chain(claims) {
                if let Some((at, cite)) = blank(text).zip(cites.first()) {
                    text.args[at].1 = Arg::from(self.last_line(cite));
                }
            }
            // A log that ends with nothing says nothing.
            let is_blank = |text: &Message| blank(text).is_some();
            finding.statements.retain(|statement| !is_blank(&statement.text));
            finding.whys.iter_mut().for_each(|why| drop(why.claim.take_if(|claim| is_blank(claim))));
        }
        let statements = analysis.findings.iter().flat_map(|finding| &finding.statements);
        let places = statements.flat_map(|statement| &statement.cites).map(|cite| cite.locator);
        self.cited = places.map(|locator| (locator.evidence, locator.lines.first)).collect();
        self.concluded = Some((analysis, facts));
        self.plans = None;
    }

    /// The last line at a place that holds anything.
    fn last_line(&self, cite: &Cite) -> String {
        let lines = self.cite(&[*cite]).pop().map(|quoted| quoted.excerpt).unwrap_or_default();
        let last = lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty());
        shortened(last.unwrap_or_default(), QUOTED_CHARS)
    }
}
