//! One incident: its evidence, its analysis and every operation that the page, the worker and the command line offer.

mod concluding;
mod input;
mod panels;
mod quote;
mod reading;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::rc::Rc;

use crate::evidence::Source;
use crate::evidence::guard::INDEX_FROM_BYTES;
use crate::facts::Facts;
use crate::facts::bundle::{bundle_of, derive_bundles, hosts_of};
use crate::facts::clock::{CaseClock, case_offset, resolve_clocks};
use crate::facts::stacks::DumpFacts;
use crate::facts::stacks::diff::Side;
use crate::model::{
    Analysis, Bundle, ByteRange, Citation, Cite, Clock, EvidenceId, EvidenceMeta, IssueCode, Issues, Level, Parsed,
    Role, TimeRange, Timestamp, Zone,
};
use crate::protocol::desk::Material;
use crate::protocol::{Choices, TrendsRequest};
use crate::text::{Lang, Texts};
use crate::view::lines::{LineView, LinesView};
use crate::view::stacks::{self, DiffView, DumpView};
use crate::view::trends::{self, LeavingChart, Plans, TrendsView};
use concluding::Concluding;
use input::{Input, add_doubts};
use panels::Listing;
pub use reading::Step;

/// Lines given at most for one request.
const MAX_LINES: u32 = 500;
/// Ends of names of what a bundle holds beside evidence: what describes it and its collectors, and answers of others. JSON is known by itself.
const DOCUMENTS: [&str; 5] = [".yaml", ".yml", ".html", "/version", "/version.txt"];
/// Characters of a shown line.
const MAX_LINE_CHARS: usize = 2_000;

/// One incident.
#[derive(Default)]
pub struct Case {
    inputs: Vec<Input>,
    clock: CaseClock,
    /// Conclusions and what they were drawn from; `None` when evidence or a correction came since.
    concluded: Option<(Analysis, Facts)>,
    /// Conclusions that are being drawn.
    concluding: Option<Concluding>,
    /// The charts of these conclusions, for the picks last asked for.
    plans: Option<Plans>,
    /// The inputs before this one are read.
    unread_from: usize,
    /// Inputs read since the clocks were set.
    n_unclocked: usize,
    /// The order of the inputs' paths, and which repeat an earlier one, as last concluded: an archive may hold a hundred thousand.
    listing: Listing,
    /// Lines that a finding cites.
    cited: Vec<(EvidenceId, u32)>,
    /// Another size of slices than usual.
    slice_bytes: Option<NonZeroUsize>,
    index_from: Option<u64>,
    /// Reused for every slice.
    buffer: Vec<u8>,
    /// Sentences by language, where they are not compiled in.
    sentences: Vec<(Lang, String)>,
    /// The sentences last asked for: loading a language costs more than drawing a chart.
    texts: Option<Rc<Texts>>,
}

impl Case {
    /// An empty case. `zone` is that of inputs that state none; `now` only helps to infer a missing year.
    #[must_use]
    pub fn new(zone: impl Into<Zone>, now: Timestamp) -> Self {
        let clock = CaseClock { chosen_offset_s: None, zone: zone.into(), now: Some(now) };
        Self { clock, ..Self::default() }
    }

    /// Reads slices of another size than 8 MiB. The answers are the same for any size; less memory and shorter turns for more reads.
    #[must_use]
    pub fn with_slice_bytes(mut self, bytes: NonZeroUsize) -> Self {
        self.slice_bytes = Some(bytes);
        self
    }

    /// Keeps only some of the records of inputs from another size on than 2 GiB.
    #[must_use]
    pub const fn with_index_from(mut self, bytes: u64) -> Self {
        self.index_from = Some(bytes);
        self
    }

    /// The size from which on only some of an input's records are kept.
    #[must_use]
    pub fn index_from(&self) -> u64 {
        self.index_from.unwrap_or(INDEX_FROM_BYTES)
    }

    /// Takes the sentences of a language, compiled, that the case says itself (`text::engine_file`).
    pub fn speak(&mut self, lang: Lang, compiled: String) {
        self.sentences.retain(|(known, _)| *known != lang);
        self.sentences.push((lang, compiled));
        self.texts = None;
    }

    /// Adds an input; it waits for [`Case::step`].
    pub fn add(&mut self, path: &str, source: Box<dyn Source>, choices: Choices, removed: bool) -> EvidenceId {
        let id = EvidenceId(u32::try_from(self.inputs.len()).unwrap_or(u32::MAX));
        let is_indexed = source.len() >= self.index_from();
        let mut input = Input::new(id, path, source, choices, is_indexed);
        input.removed = removed;
        self.inputs.push(input);
        self.unsettle();
        id
    }

    /// Says what was wrong with an input before it was added: unpacking found it. Told before it is read.
    pub fn note(&mut self, id: EvidenceId, noted: Issues) {
        if let Some(input) = self.input_mut(id) {
            input.noted = noted;
        }
    }

    /// All inputs, in the order they came.
    #[must_use]
    pub fn evidence(&self) -> Vec<EvidenceMeta> {
        let assumed = self.assumed();
        let told = self.inputs.iter().zip(self.repeats());
        told.map(|(input, is_repeat)| self.told(input, &assumed, is_repeat)).collect()
    }

    /// Inputs whose numbers count what their names say.
    fn assumed(&self) -> Vec<EvidenceId> {
        let mut assumed = Vec::new();
        let series = self.concluded.as_ref().map_or(&[][..], |(_, facts)| &facts.usage.series);
        for origin in series.iter().filter(|series| series.assumed).filter_map(|series| series.origin.as_ref()) {
            // An input's series follow each other.
            if assumed.last() != Some(&origin.evidence) {
                assumed.push(origin.evidence);
            }
        }
        assumed
    }

    /// Which inputs hold the same bytes as an earlier one that takes part: evidence given twice is not twice the evidence. What two hosts
    /// or pods say alike, or two files of one number, is no repetition.
    fn repeats(&self) -> Vec<bool> {
        let (mut contents, mut digests) = (BTreeSet::new(), BTreeSet::new());
        let mut repeats = Vec::new();
        for input in &self.inputs {
            let of = (input.whose(), !input.removed);
            let is_read = input.content().is_some_and(|content| is_known(&mut contents, content, of));
            let digest = input.meta.digest.as_deref();
            repeats.push(digest.is_some_and(|digest| is_known(&mut digests, digest, of)) || is_read);
        }
        repeats
    }

    /// What one input yielded, for `records` and `series` of the command line.
    #[must_use]
    pub fn parsed(&self, id: EvidenceId) -> Option<&Parsed> {
        self.input(id).map(|input| &input.parsed)
    }

    /// The bundles that inputs are part of: a part of the analysis that needs none of the rest.
    #[must_use]
    pub fn bundles(&self) -> Vec<Bundle> {
        derive_bundles(&self.not_removed())
    }

    fn not_removed(&self) -> Vec<crate::facts::Input<'_>> {
        let taking_part = self.inputs.iter().filter(|input| !input.removed);
        taking_part.map(|input| crate::facts::Input { meta: &input.meta, parsed: &input.parsed }).collect()
    }

    /// What lies in a bundle of one host is of that host. Gives the bundles.
    fn set_hosts(&mut self) -> Vec<Bundle> {
        let inputs = self.not_removed();
        let bundles = derive_bundles(&inputs);
        let hosts = hosts_of(&inputs, &bundles);
        for (input, host) in self.inputs.iter_mut().filter(|input| !input.removed).zip(hosts) {
            if host.is_some() {
                input.meta.origin.get_or_insert_default().node = host;
            }
        }
        bundles
    }

    /// Conclusions over everything read that was not removed.
    pub fn analysis(&mut self) -> &Analysis {
        self.conclude();
        static EMPTY: std::sync::OnceLock<Analysis> = std::sync::OnceLock::new();
        self.concluded.as_ref().map_or_else(|| EMPTY.get_or_init(Analysis::default), |(analysis, _)| analysis)
    }

    fn set_clocks(&mut self) {
        self.n_unclocked = 0;
        // What was taken out says nothing of the clocks of the others, but what is cited of it keeps its time.
        for with_removed in [true, false] {
            if with_removed && self.inputs.iter().all(|input| !input.removed) {
                continue;
            }
            let is_read = |input: &Input| with_removed || !input.removed;
            let read: Vec<&Input> = self.inputs.iter().filter(|input| is_read(input)).collect();
            let clocked: Vec<_> = read.iter().map(|input| input.clocked()).collect();
            let clocks = resolve_clocks(&clocked, &self.clock);
            let path = |clock: &Clock| Some(read.get(clock.year_from? as usize)?.meta.path.clone());
            let clocks: Vec<_> = clocks.into_iter().map(|clock| (clock, path(&clock).unwrap_or_default())).collect();
            for (input, (clock, year_from)) in self.inputs.iter_mut().filter(|input| is_read(input)).zip(clocks) {
                if input.removed == with_removed {
                    input.set_clock(clock, year_from);
                }
            }
        }
    }

    /// Zone in force for inputs that state none, in seconds east of UTC.
    #[must_use]
    pub fn offset_s(&self) -> i32 {
        let read: Vec<&Parsed> = self.inputs.iter().filter(|input| !input.removed).map(|input| &input.parsed).collect();
        case_offset(&read, self.time_range().map(|range| range.end), &self.clock).0
    }

    /// Time range of everything that has a time and takes part.
    #[must_use]
    pub fn time_range(&self) -> Option<TimeRange> {
        let ranges = self.inputs.iter().filter(|input| !input.removed).filter_map(|input| input.meta.time_range);
        ranges.reduce(TimeRange::union)
    }

    /// Corrects an input. Another format or setting reads it again; another clock only moves it.
    pub fn choose(&mut self, id: EvidenceId, choices: Choices) {
        if let Some(input) = self.input_mut(id) {
            let rereads = input.choices.format != choices.format || input.choices.settings != choices.settings;
            input.choices = choices;
            if rereads {
                input.reread();
                self.unread_from = self.unread_from.min(id.0 as usize);
            }
            self.unsettle();
            self.set_clocks();
        }
    }

    /// Sets the zone of the case for inputs that state none; `None` = as inferred.
    pub fn set_zone(&mut self, offset_s: Option<i32>) {
        self.clock.chosen_offset_s = offset_s;
        self.unsettle();
        self.set_clocks();
    }

    /// Takes an input out of the analysis, or puts it back.
    pub fn set_removed(&mut self, id: EvidenceId, removed: bool) {
        if let Some(input) = self.input_mut(id) {
            input.removed = removed;
            if removed {
                // From now on a person's choice keeps it out.
                input.noted.take_back(IssueCode::NotKept);
            }
            self.unsettle();
            self.set_clocks();
        }
    }

    /// Empties the case; ids start from 0 again.
    pub fn clear(&mut self) {
        let clock = CaseClock { chosen_offset_s: None, ..std::mem::take(&mut self.clock) };
        let sentences = std::mem::take(&mut self.sentences);
        *self =
            Self { clock, slice_bytes: self.slice_bytes, index_from: self.index_from, sentences, ..Self::default() };
    }

    /// Tells a digest that was computed elsewhere.
    pub fn set_digest(&mut self, id: EvidenceId, digest: String) {
        if let Some(input) = self.input_mut(id) {
            input.meta.digest = Some(digest);
        }
    }

    /// Lines of an input, at most 500 at once.
    #[must_use]
    pub fn lines(&self, id: EvidenceId, first: u32, count: u32) -> LinesView {
        self.marked_lines(id, first, count, ByteRange::default())
    }

    /// The same; where some bytes are a part of one of the lines, they are marked in it, and in sight however long it is.
    #[must_use]
    pub fn marked_lines(&self, id: EvidenceId, first: u32, count: u32, cited: ByteRange) -> LinesView {
        let Some(input) = self.input(id) else { return LinesView::default() };
        let count = count.min(MAX_LINES);
        let mut view = LinesView { evidence: Some(id), n_lines: input.index().n_lines(), lines: Vec::new() };
        if count == 0 {
            return view;
        }
        quote::for_each_line(input, first, |line| {
            let (mut text, is_cut) = quote::first_chars(&line.text, MAX_LINE_CHARS);
            // One byte of difference is the line end's `\r`.
            let cut = is_cut || line.bytes.end - line.bytes.start > line.text.len() as u64 + line.n_lost + 1;
            let mut mark = ByteRange::default();
            if let Some(marked) = quote::marked(input, &line, cited, MAX_LINE_CHARS as u64) {
                (text, mark) = marked;
            } else if cut {
                text.push_str(" …");
            }
            let record = quote::record_of(input, &line, cited);
            let own = record.filter(|record| record.line == line.number);
            // Of an indexed input the nearest record that was kept is seldom the line's.
            let record = if input.is_indexed { own } else { record };
            view.lines.push(LineView {
                number: line.number,
                text,
                mark,
                cut,
                at: own.and_then(|record| input.meta.clock.resolve(record.wall)),
                level: record.map_or(Level::None, |record| record.level),
                cited: self.cited.contains(&(id, line.number)),
            });
            (view.lines.len() as u32) < count
        });
        view
    }

    /// Some bytes of an input as text, as much as is shown of a line.
    #[must_use]
    pub fn text_of(&self, id: EvidenceId, bytes: ByteRange) -> String {
        self.input(id).map_or_else(String::new, |input| quote::text_of(input, bytes, MAX_LINE_CHARS))
    }

    /// The next line after (or the last before) `from` that holds `text`, ASCII case ignored; without a text the next that tells of an error
    /// or worse, of an indexed input among the records that it kept.
    #[must_use]
    pub fn find_line(&self, id: EvidenceId, text: &str, from: u32, backwards: bool) -> Option<u32> {
        let input = self.input(id)?;
        if text.is_empty() {
            input.parsed.records.error_line(from, backwards)
        } else {
            quote::find_line(input, text, from, backwards)
        }
    }

    /// Plans the charts of what is concluded, if they are not: whoever asks for them first need not wait for long series to be looked through.
    pub fn plan_charts(&mut self) {
        if self.concluded.is_some() && self.plans.is_none() {
            self.charted(&[]);
        }
    }

    /// The charts of the case.
    pub fn trends(&mut self, request: &TrendsRequest) -> TrendsView {
        let texts = self.texts_in(request.lang, request.offset_s);
        match self.charted(&request.picked) {
            Some((analysis, facts, plans)) => trends::build_trends(facts, analysis, plans, request, &texts),
            None => TrendsView::default(),
        }
    }

    /// One chart as the reader has it, to leave on its own, as a picture or with every sample; `None` where there is no such chart.
    pub fn leaving_chart(&mut self, key: &str, as_table: bool, request: &TrendsRequest) -> Option<LeavingChart> {
        let texts = self.texts_in(request.lang, request.offset_s);
        let (analysis, facts, plans) = self.charted(&request.picked)?;
        trends::build_chart(facts, analysis, plans, (key, as_table), request, &texts)
    }

    /// Conclusions and their charts.
    fn charted(&mut self, picked: &[String]) -> Option<(&Analysis, &Facts, &Plans)> {
        self.conclude();
        let (analysis, facts) = self.concluded.as_ref()?;
        self.plans.take_if(|plans| !plans.fit(picked));
        Some((analysis, facts, self.plans.get_or_insert_with(|| Plans::of(facts, picked))))
    }

    /// All stack dumps that take part, and where `other` is given, the largest dump of that input against the largest of the rest.
    pub fn stacks(&mut self, other: Option<EvidenceId>, lang: Lang) -> (Vec<DumpView>, Option<DiffView>) {
        self.conclude();
        let texts = self.texts_in(lang, self.offset_s());
        let Some((_, facts)) = self.concluded.as_ref() else { return (Vec::new(), None) };
        let side = |facts| self.dump_side(facts);
        let all = facts.stacks.iter().filter_map(side);
        let views = all.map(|(side, path)| stacks::dump_view(side, path, &texts)).collect();
        let largest = |is_other: bool| {
            let of = facts.stacks.iter().filter(|it| (Some(it.evidence) == other) == is_other);
            of.rev().max_by_key(|it| it.n_tasks).and_then(side)
        };
        let diff = other.and_then(|_| Some(stacks::diff_view(largest(false)?, largest(true)?)));
        (views, diff)
    }

    /// Freezes places into citations; a place whose input is gone is left out.
    #[must_use]
    pub fn cite(&self, cites: &[Cite]) -> Vec<Citation> {
        let of = |cite: &Cite| self.input(cite.locator.evidence).map(|input| quote::citation(input, cite));
        cites.iter().filter_map(of).collect()
    }

    /// Cites the sample of a series that is nearest to an instant (seconds since the epoch).
    pub fn cite_sample(&mut self, series: &str, at: f64) -> Option<Citation> {
        self.conclude();
        let (_, facts) = self.concluded.as_ref()?;
        let series = facts.usage.series.iter().find(|one| one.key == series)?;
        let cite = series.cite(series.nearest(at)?, Role::Shows)?;
        self.cite(&[cite]).pop()
    }

    /// What exports need: conclusions, inputs, charts in one language and zone, and every place quoted that the analysis points at.
    pub fn material(&mut self, lang: Lang, offset_s: i32) -> Material {
        self.conclude();
        let texts = self.texts_in(lang, offset_s);
        let evidence = self.evidence();
        let Some((analysis, facts)) = self.concluded.as_ref() else {
            return Material { evidence, ..Material::default() };
        };
        let charts = trends::build_export_charts(facts, analysis, &texts);
        let mut analysis = analysis.clone();
        let mut cites = Vec::new();
        analysis.for_each_cite(|cite| cites.push(*cite));
        let quoted = |cite: Cite| Some((cite, self.cite(&[cite]).pop()?));
        let citations = cites.into_iter().filter_map(quoted).collect();
        Material { analysis, evidence, charts, citations }
    }

    /// What is known of an input, with its state and its doubts.
    fn told(&self, input: &Input, assumed: &[EvidenceId], is_repeat: bool) -> EvidenceMeta {
        let mut meta = EvidenceMeta { state: input.state(), ..input.meta.clone() };
        add_doubts(&mut meta);
        if assumed.contains(&meta.id) {
            meta.issues.add(IssueCode::QuantityAssumed, 0, 0);
        }
        if is_repeat {
            meta.issues.add(IssueCode::SameContent, 0, 0);
        }
        let bundles = self.concluded.as_ref().map_or(&[][..], |(analysis, _)| &analysis.coverage.bundles);
        if DOCUMENTS.iter().any(|end| meta.path.ends_with(end)) && bundle_of(&meta.path, bundles).is_some() {
            let n_before = meta.issues.list.len();
            meta.issues.list.retain(|issue| issue.code != IssueCode::PlainText);
            if meta.issues.list.len() < n_before {
                meta.issues.add(IssueCode::Document, 0, 0);
            }
        }
        meta
    }

    fn dump_side<'a>(&'a self, facts: &'a DumpFacts) -> Option<(Side<'a>, &'a str)> {
        let input = self.input(facts.evidence)?;
        let dumps = &input.parsed.dumps;
        let dump = dumps.kept.get(facts.index)?;
        Some((Side { facts, dump, symbols: &dumps.symbols }, &input.meta.path))
    }

    fn texts_in(&mut self, lang: Lang, offset_s: i32) -> Rc<Texts> {
        let known = self.texts.as_ref().filter(|texts| texts.lang() == lang && texts.offset_s() == offset_s);
        let load = || match self.sentences.iter().find(|(known, _)| *known == lang) {
            Some((_, compiled)) => Texts::of_compiled(lang, compiled.clone(), offset_s),
            None => Texts::of_the_engine(lang, offset_s),
        };
        let texts = known.map_or_else(|| Rc::new(load()), Rc::clone);
        self.texts = Some(Rc::clone(&texts));
        texts
    }

    fn input(&self, id: EvidenceId) -> Option<&Input> {
        self.inputs.get(id.0 as usize)
    }

    fn input_mut(&mut self, id: EvidenceId) -> Option<&mut Input> {
        self.inputs.get_mut(id.0 as usize)
    }
}

/// Whether a content is known, of the same one or where one of them names none, and knows it from now on where it takes part.
fn is_known<'a, K: Ord + Copy>(
    known: &mut BTreeSet<(K, &'a str)>,
    content: K,
    (whose, takes_part): (&'a str, bool),
) -> bool {
    let of_any = if whose.is_empty() { "*" } else { "" };
    let is_known = [whose, of_any].iter().any(|whose| known.contains(&(content, *whose)));
    if takes_part {
        known.extend([(content, whose), (content, "*")]);
    }
    is_known
}
