//! The panels that the engine says as data, with what they need of a case.

use super::input::Input;
use super::{Case, quote};
use crate::chart::Palette;
use crate::chart::graph::draw_graph;
use crate::chart::svg::drawing_svg;
use crate::evidence::Source;
use crate::model::sort::Order as _;
use crate::model::{Cite, EvidenceId, EvidenceMeta, EvidenceState, Parsed};
use crate::text::Lang;
use crate::view::evidence_panel::{Content, Inputs, build_evidence_panel};
use crate::view::limits_panel::build_limits_panel;
use crate::view::lines::LinesView;
use crate::view::owner_graph::owner_graph;
use crate::view::panel::{Panel, PanelKind, PanelRequest};
use crate::view::stack_panel::build_stack_panel;
use crate::view::workload_panel::build_workload_panel;

/// What a list of all inputs needs and what is not worked out for every question.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Places in the order of paths.
    order: Vec<u32>,
    /// Which inputs repeat an earlier one; none is known to before conclusions are drawn.
    pub(super) repeats: Vec<bool>,
}

impl Case {
    /// A panel that is said as data, as it stands.
    pub fn panel(&mut self, request: &PanelRequest) -> Panel {
        let texts = self.texts_in(request.lang, request.offset_s);
        if request.kind == PanelKind::Evidence {
            // Not concluded for it: it is looked at while evidence is read.
            if self.listing.order.len() != self.inputs.len() {
                self.listing.order = order_of(&self.inputs);
            }
            return build_evidence_panel(&Given { case: self, assumed: self.assumed() }, request, &texts);
        }
        self.conclude();
        let Some((analysis, facts)) = self.concluded.as_ref() else { return Panel::default() };
        match request.kind {
            PanelKind::Stacks => {
                let dumps: Vec<_> = facts.stacks.iter().filter_map(|facts| self.dump_side(facts)).collect();
                build_stack_panel(&dumps, request, &texts)
            }
            PanelKind::Workloads => {
                let quote = |cite: &Cite| self.cite(&[*cite]).pop().map(|quoted| quoted.excerpt).unwrap_or_default();
                build_workload_panel(&analysis.workloads, &analysis.spread, request, &texts, &quote)
            }
            PanelKind::Limits => build_limits_panel(facts, analysis, &texts),
            PanelKind::Evidence => Panel::default(),
        }
    }
}

impl Case {
    /// Who waits for whom in the largest dump that shows it, as an SVG document `width` pixels wide, for a light or a dark page; `None` where
    /// no dump does.
    pub fn owner_graph_svg(&mut self, lang: Lang, width: u32, is_dark: bool) -> Option<String> {
        let palette = if is_dark { Palette::dark() } else { Palette::light() };
        self.conclude();
        let texts = self.texts_in(lang, self.offset_s());
        let (_, facts) = self.concluded.as_ref()?;
        let waits = facts.stacks.iter().rev().filter(|facts| !facts.queues.is_empty());
        let (side, _) = self.dump_side(waits.max_by_key(|facts| facts.n_tasks)?)?;
        let (drawing, _) = draw_graph(&owner_graph(side, width, &texts)?.graph, width, &palette);
        Some(drawing_svg(&drawing, &texts.say(&side.facts.verdict)))
    }
}

/// Places in the order of paths, part by part: `a/b` stands before `a.b`, because what lies in `a` belongs together.
fn order_of(inputs: &[Input]) -> Vec<u32> {
    let parts = |place: &u32| {
        let path = inputs.get(*place as usize).map_or("", |input| &input.meta.path);
        path.bytes().map(|byte| if byte == b'/' { 0 } else { byte })
    };
    let mut order: Vec<u32> = (0..u32::try_from(inputs.len()).unwrap_or(u32::MAX)).collect();
    order.order_by(|a, b| parts(a).cmp(parts(b)));
    order
}

/// The inputs of a case, for the panel.
struct Given<'a> {
    case: &'a Case,
    assumed: Vec<EvidenceId>,
}

impl Inputs for Given<'_> {
    fn order(&self) -> &[u32] {
        &self.case.listing.order
    }

    fn meta(&self, place: u32) -> &EvidenceMeta {
        &self.case.inputs[place as usize].meta
    }

    fn state(&self, place: u32) -> EvidenceState {
        self.case.inputs[place as usize].state()
    }

    fn told(&self, place: u32) -> EvidenceMeta {
        let is_repeat = self.case.listing.repeats.get(place as usize).is_some_and(|is_repeat| *is_repeat);
        self.case.told(&self.case.inputs[place as usize], &self.assumed, is_repeat)
    }

    fn content(&self, place: u32) -> Option<Box<dyn Content + '_>> {
        let input = self.case.input(EvidenceId(place))?;
        Some(Box::new(Opened { case: self.case, input }))
    }
}

/// One input, for the panel.
struct Opened<'a> {
    case: &'a Case,
    input: &'a Input,
}

impl Content for Opened<'_> {
    fn parsed(&self) -> &Parsed {
        &self.input.parsed
    }

    fn source(&self) -> &dyn Source {
        self.input.source()
    }

    fn lines(&self, first: u32, count: u32) -> LinesView {
        self.case.lines(self.input.meta.id, first, count)
    }

    fn line_at(&self, byte: u64) -> u32 {
        quote::line_at(self.input, byte)
    }

    fn byte_of(&self, line: u32) -> u64 {
        let mut start = 0;
        quote::for_each_line(self.input, line, |line| {
            start = line.bytes.start;
            false
        });
        start
    }
}
