//! Failures that lines and Kubernetes events state, in order of time.

use std::collections::BTreeMap;

use super::Input;
use super::bundle::bundle_of;
use super::events::Repeats;
use crate::model::gather::{ByName, names_of};
use crate::model::sighting::{CEPH_TROUBLE, refuses_a_task, refuses_space};
use crate::model::sort::Order as _;
use crate::model::words::{cut_at, holds};
use crate::model::{
    Bundle, Cite, CollectedBy, EvidenceId, KubeEvent, KubeObject, LineRange, Locator, OomLine, OomStep, Role, Row,
    Sighting, SightingKind, TimeRange, Timestamp,
};

/// A probe that failed, by an event or a line of its own.
pub const PROBE_FAILED: SightingKind = SightingKind::ProbeFailed { is_event: false };
/// Lines between what kubelet's prober says of a failure and the event of it.
const PROBE_LINES: u32 = 10;
/// A probe reports a failure at most about this long after it, in seconds: the default period is 10 s.
const PROBE_PERIOD_S: i64 = 30;

/// One stated failure.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What.
    pub kind: SightingKind,
    /// When, of an event when it was last seen; `None` where the input has no clock.
    pub at: Option<Timestamp>,
    /// When an event was first seen, and how far that may be off, in seconds.
    pub since: Option<(Timestamp, u32)>,
    /// How far `at` may be off, in seconds.
    pub uncertainty_s: u32,
    /// Who reported it: the unit of a log line, the reporter of an event.
    pub reporter: String,
    /// Whom it is about, where the place says so: `namespace/pod`.
    pub subject: Option<String>,
    /// The host whose log or terminal says so, where the evidence tells hosts apart.
    pub host: Option<String>,
    /// How often (events are folded).
    pub count: u32,
    /// Whether an event of Kubernetes tells of it, else a line.
    pub is_event: bool,
    /// Where.
    pub locator: Locator,
}

/// Those by which some failures are counted and dated: with an exact time, else with any; an event's age often repeats a line.
#[must_use]
pub fn timed<'a>(failures: &[&'a Failure]) -> Vec<&'a Failure> {
    let mut timed: Vec<&Failure> = failures.iter().copied().filter(|failure| failure.at.is_some()).collect();
    if timed.iter().any(|failure| failure.uncertainty_s == 0) {
        timed.retain(|failure| failure.uncertainty_s == 0);
    }
    timed
}

/// How often, as lines say it, and as events count it of those that no line names: both tell of the same. A line that names nobody may be of
/// anyone.
#[must_use]
pub fn count_of(failures: &[&Failure]) -> u32 {
    let lines = || failures.iter().filter(|failure| !failure.is_event);
    let n_lines = u32::try_from(lines().count()).unwrap_or(u32::MAX);
    let names_all = lines().all(|line| line.subject.is_some());
    let named = names_of(lines().filter_map(|line| line.subject.as_ref()));
    let is_named = |it: &Failure| it.subject.as_ref().is_none_or(|subject| named.get(subject).is_some());
    let events = failures.iter().filter(|it| it.is_event && (n_lines == 0 || names_all && !is_named(it)));
    events.map(|failure| failure.count).fold(n_lines, u32::saturating_add)
}

/// When probes may have failed because tasks were refused: while that was so, and as long as a probe takes to say so.
#[must_use]
pub fn probes_suffer(refused: &[&Failure]) -> Option<TimeRange> {
    let exact: Vec<&Failure> = refused.iter().copied().filter(|failure| failure.uncertainty_s == 0).collect();
    range_of(&exact).map(|it| TimeRange { end: it.end.plus_seconds(PROBE_PERIOD_S), ..it })
}

/// From the first to the last of some failures.
#[must_use]
pub fn range_of(failures: &[&Failure]) -> Option<TimeRange> {
    failures.iter().filter_map(|failure| failure.range()).reduce(TimeRange::union)
}

impl Failure {
    /// From when to when it happened: an event may stand for many.
    #[must_use]
    pub fn range(&self) -> Option<TimeRange> {
        let at = self.at?;
        Some(TimeRange::of(self.since.map_or(at, |(first, _)| first), at))
    }

    /// When it may have happened: an event that was seen twice happened at its first and at its last time, and not in between.
    #[must_use]
    pub fn spans(&self) -> Option<[TimeRange; 2]> {
        let range = self.range()?;
        if self.count > 2 {
            return Some([range; 2]);
        }
        let off_s = i64::from(self.since.map_or(0, |(_, off_s)| off_s));
        let first = TimeRange::of(range.start.plus_seconds(-off_s), range.start.plus_seconds(off_s));
        Some([first, TimeRange::of(range.end, range.end)])
    }

    /// Whether some of it lies in a time.
    #[must_use]
    pub fn is_within(&self, time: TimeRange) -> bool {
        self.range().is_some_and(|own| time.start <= own.end && own.start <= time.end)
    }

    /// A citation of its place.
    #[must_use]
    pub const fn cite(&self, role: Role) -> Cite {
        Cite { locator: self.locator, role, at: self.at }
    }

    /// Whether its line names the error that the system gave. Java and Python do not.
    #[must_use]
    pub const fn names_errno(&self) -> bool {
        !matches!(self.kind, SightingKind::NativeThreadFailed)
    }

    /// Whether a task could not be created for want of a free slot (EAGAIN), as far as the line says.
    #[must_use]
    pub const fn is_task_refused(&self) -> bool {
        match self.kind {
            SightingKind::GoThreadCreateFailed { errno, .. } => !matches!(errno, Some(12)),
            SightingKind::ResourceUnavailable | SightingKind::NativeThreadFailed => true,
            _ => false,
        }
    }
}

/// All stated failures.
#[derive(Clone, Debug, Default)]
pub struct Failures {
    /// Kept failures: with a time first, in its order, then those without, in order of place.
    pub list: Vec<Failure>,
    /// How many were seen of each kind, kept or not, by [`SightingKind::index`].
    pub n_seen: [u32; SightingKind::N_KINDS],
}

impl Failures {
    /// Failures of one kind, by the index of [`SightingKind::index`].
    pub fn of(&self, index: usize) -> impl DoubleEndedIterator<Item = &Failure> {
        self.list.iter().filter(move |failure| failure.kind.index() == index)
    }

    /// Probes that failed in a time.
    pub fn probes_within(&self, time: TimeRange) -> impl Iterator<Item = &Failure> {
        self.of(PROBE_FAILED.index()).filter(move |probe| probe.is_within(time))
    }

    /// Failures to create a task.
    pub fn task_refused(&self) -> impl DoubleEndedIterator<Item = &Failure> {
        self.list.iter().filter(|failure| failure.is_task_refused())
    }
}

/// Gathers failures from the logs' sightings and from Kubernetes events.
#[must_use]
pub fn derive_failures(inputs: &[Input<'_>], bundles: &[Bundle], repeats: &Repeats) -> Failures {
    let mut failures = Failures::default();
    let mut copies = Copies::default();
    for input in inputs {
        let sightings = &input.parsed.sightings;
        for (seen, count) in failures.n_seen.iter_mut().zip(sightings.n_seen) {
            *seen = seen.saturating_add(count);
        }
        // An event's text is not scanned as a log line as well; a terminal shows other commands beside those of kubectl.
        let is_kube = !input.parsed.events.is_empty() || !input.parsed.objects.is_empty();
        let is_event = |line: u32| {
            let mut ranges = input.parsed.events.iter().map(|event| event.locator.lines);
            ranges.any(|range| (range.first..=range.last).contains(&line))
        };
        if !is_kube || input.meta.format == "terminal" {
            let lasts = sightings.last.iter().flatten().filter(|last| !sightings.kept.contains(last));
            let stated = sightings.kept.iter().chain(lasts).filter(|it| it.kind != SightingKind::Hidden);
            let stated = stated.filter(|it| !is_kube || !is_event(it.line));
            let mut probed = ByName::<u32>::default();
            let stated = stated.filter(|it| !is_told_of_probe(it, &mut probed));
            let told = stated.map(|sighting| (sighting.digest, of_sighting(input, sighting)));
            failures.list.extend(told.filter(|(digest, failure)| !copies.has(input, *digest, failure)).map(|it| it.1));
        }
        failures.list.extend(of_ceph(input));
        let collected = collection_time(input, inputs, bundles);
        let events = input.parsed.events.iter().filter(|event| !repeats.has(event));
        failures.list.extend(events.filter_map(|event| of_event(event, &collected)));
    }
    failures.list.order_by_key(|failure| (failure.at.is_none(), failure.at, failure.locator));
    failures
}

/// Whether a line is kubelet's event of a failed probe that a line of its prober shortly above told of.
fn is_told_of_probe(line: &Sighting, probed: &mut ByName<u32>) -> bool {
    let subject = line.subject.as_deref().unwrap_or_default();
    match line.kind {
        SightingKind::ProbeFailed { is_event: true } => {
            probed.get(subject).is_some_and(|told| line.line.saturating_sub(*told) <= PROBE_LINES)
        }
        SightingKind::ProbeFailed { is_event: false } => {
            *probed.get_or_insert_with(subject, || 0) = line.line;
            false
        }
        _ => false,
    }
}

/// Lines that several inputs hold: logs that overlap, an excerpt beside the whole. A line with its time, about the same pod and host, is
/// one event as often as the input has it that has it most.
#[derive(Default)]
struct Copies<'a>(BTreeMap<LineKey<'a>, (u32, EvidenceId, u32)>);

/// Time, digest and kind of a line, its pod and its host.
type LineKey<'a> = (Timestamp, u32, usize, Option<String>, Option<&'a str>);

impl<'a> Copies<'a> {
    fn has(&mut self, input: &Input<'a>, digest: u32, failure: &Failure) -> bool {
        let Some(at) = failure.at.filter(|_| digest != 0) else { return false };
        let Failure { kind, subject, locator, .. } = failure;
        let key = (at, digest, kind.index(), subject.clone(), input.host_at(locator));
        let (most, latest, n) = self.0.entry(key).or_insert((0, locator.evidence, 0));
        if *latest != locator.evidence {
            (*latest, *n) = (locator.evidence, 0);
        }
        *n += 1;
        let is_copy = *n <= *most;
        *most = (*most).max(*n);
        is_copy
    }
}

fn of_sighting(input: &Input<'_>, sighting: &Sighting) -> Failure {
    let records = &input.parsed.records;
    let record = records.at_place(sighting.line, sighting.bytes.start);
    let at = record.and_then(|record| input.meta.clock.resolve(records.get(record)?.wall));
    let lines = crate::model::LineRange::one(sighting.line);
    let locator = Locator { evidence: input.meta.id, bytes: sighting.bytes, lines };
    Failure {
        kind: sighting.kind.clone(),
        at,
        since: None,
        uncertainty_s: 0,
        reporter: record.map_or("", |record| records.source_name(record)).to_owned(),
        // A line of a container's log is about its pod, where the path says whose log it is.
        subject: sighting.subject.clone().or_else(|| input.meta.origin.as_ref()?.pod.clone()),
        host: input.host_at(&locator).map(str::to_owned),
        count: 1,
        is_event: false,
        locator,
    }
}

/// What `ceph -s` says of trouble on lines of their own; those that begin with `HEALTH_` were seen as they are.
fn of_ceph<'a>(input: &'a Input<'_>) -> impl Iterator<Item = Failure> + 'a {
    let rows = input.parsed.tables.iter().filter(|table| table.title == "ceph -s").flat_map(|table| &table.rows);
    let is_trouble = |row: &&Row| match &row.cells[..] {
        [name, state] => name.is_empty() && CEPH_TROUBLE.iter().any(|words| holds(state, words)),
        _ => false,
    };
    rows.filter(is_trouble).map(|row| Failure {
        kind: SightingKind::CephTrouble,
        at: None,
        since: None,
        uncertainty_s: 0,
        reporter: "ceph".to_owned(),
        subject: None,
        host: input.host_at(&row.locator).map(str::to_owned),
        count: 1,
        is_event: false,
        locator: row.locator,
    })
}

/// Whether an event states one of the failures.
pub(super) fn is_failure(event: &KubeEvent) -> bool {
    failure_of(event).is_some()
}

fn failure_of(event: &KubeEvent) -> Option<SightingKind> {
    let message = &event.message;
    if refuses_a_task(message.as_bytes()) {
        Some(SightingKind::ResourceUnavailable)
    } else if refuses_space(message) {
        Some(SightingKind::NoSpace { path: String::new() })
    } else if holds(message, "failed liveness probe, will be restarted") {
        Some(SightingKind::LivenessKill)
    } else if let Some(victim) = message.strip_prefix("System OOM encountered, victim process: ") {
        let (process, pid) = cut_at(victim, ", pid: ").unwrap_or((victim, ""));
        let (step, process, pid) = (OomStep::Killed, process.to_owned(), pid.trim().parse().ok());
        Some(SightingKind::OutOfMemory(OomLine { step, process, pid, is_of_cgroup: Some(false), ..OomLine::default() }))
    } else {
        (event.reason == "Unhealthy").then_some(PROBE_FAILED)
    }
}

fn of_event(event: &KubeEvent, collected: &Collected) -> Option<Failure> {
    let kind = failure_of(event)?;
    let last = event_time(event, collected);
    let since = last.zip(first_seen(event, collected)).filter(|((at, _), (first, _))| first < at).map(|it| it.1);
    let (at, uncertainty_s) = last.map_or((None, 0), |(at, uncertainty)| (Some(at), uncertainty));
    let subject = (!event.name().is_empty()).then(|| event.full_name());
    let reporter = event.from.clone();
    let (count, locator) = (event.count, event.locator);
    Some(Failure { kind, at, since, uncertainty_s, reporter, subject, host: None, count, is_event: true, locator })
}

/// When an event was last seen: absolute where printed, else collection time minus its age, as exact as the age's unit.
#[must_use]
pub fn event_time(event: &KubeEvent, collected: &Collected) -> Option<(Timestamp, u32)> {
    if let Some(last) = event.last.or(event.first) {
        return Some((last, 0));
    }
    before(event, collected, event.age_last_s?)
}

/// An age as a time.
fn before(event: &KubeEvent, collected: &Collected, (age, unit): (u32, u32)) -> Option<(Timestamp, u32)> {
    let (at, slack) = collected.of_line(event.locator.lines.first).or(collected.rest)?;
    Some((at.plus_seconds(-i64::from(age)), slack.max(unit)))
}

/// When an event was first seen, in the same way.
#[must_use]
pub fn first_seen(event: &KubeEvent, collected: &Collected) -> Option<(Timestamp, u32)> {
    event.first.map(|at| (at, 0)).or_else(|| before(event, collected, event.age_first_s?))
}

/// When the outputs of an input were collected, and how far that may be off in seconds.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// Those that have a time of their own, in order of lines.
    pub dated: Vec<(LineRange, Timestamp)>,
    /// All others.
    pub rest: Option<(Timestamp, u32)>,
}

impl Collected {
    fn of_line(&self, line: u32) -> Option<(Timestamp, u32)> {
        let (lines, at) = self.dated.get(self.dated.partition_point(|(lines, _)| lines.last < line))?;
        (lines.first <= line).then_some((*at, DATE_WITHIN_S))
    }
}

/// Starts that are compared with every described container: one is enough, and a table may hold thousands.
const MAX_STARTS: usize = 500;

/// When the output was collected: it prints ages, but a description of a pod also prints absolute container starts. A `Started` event of
/// age `a` about a container that started at `s` puts the collection between `s + a` and one unit of `a` later. The description may be
/// another input of the case (a table of events has none); the input's own comes first. Else the bundle's own clock tells.
#[must_use]
pub fn collection_time(input: &Input<'_>, inputs: &[Input<'_>], bundles: &[Bundle]) -> Collected {
    let mut collected = Collected { dated: dated(input), rest: None };
    collected.rest = tied_start(input, inputs, &collected).or_else(|| {
        // A clock in the bundle: its commands ran within minutes of each other.
        let collected = bundle_of(&input.meta.path, bundles)?.collected?;
        let is_exact = collected.by != CollectedBy::Newest && collected.uncertainty_s <= COLLECTED_WITHIN_S;
        is_exact.then_some((collected.at, COLLECTED_WITHIN_S))
    });
    collected
}

/// Lines from what `date` printed to the first of the next output: a prompt and a heading.
const DATE_ABOVE: u32 = 3;
/// How long the next command may have waited for its own.
const DATE_WITHIN_S: u32 = 60;

/// The outputs with events in a terminal that `date` ran right before.
fn dated(input: &Input<'_>) -> Vec<(LineRange, Timestamp)> {
    let (records, objects) = (&input.parsed.records, &input.parsed.objects);
    // Rows of one output stand line below line.
    if input.meta.format != "terminal" {
        return Vec::new();
    }
    let outputs = input.parsed.events.chunk_by(|a, b| b.locator.lines.first == a.locator.lines.last.saturating_add(1));
    let dated = outputs.filter_map(|output| {
        let (first, last) = (output.first()?.locator, output.last()?.locator.lines.last);
        // A description begins above them.
        let above = objects.partition_point(|object| object.locator.lines.first <= first.lines.first).checked_sub(1);
        let above = above.map(|above| objects[above].locator);
        let is_its = |it: &Locator| first.lines.first <= it.lines.last.saturating_add(DATE_ABOVE);
        let start = above.filter(is_its).unwrap_or(first);
        let index = records.at_place(start.lines.first, start.bytes.start)?;
        let date = records.get(index).filter(|_| records.source_name(index) == "date")?;
        let lines = LineRange { first: first.lines.first, last };
        let at = input.meta.clock.resolve(date.wall)?;
        (start.lines.first - date.line <= DATE_ABOVE).then_some((lines, at))
    });
    dated.collect()
}

/// How long collecting a bundle may take.
const COLLECTED_WITHIN_S: u32 = 600;

fn tied_start(input: &Input<'_>, inputs: &[Input<'_>], collected: &Collected) -> Option<(Timestamp, u32)> {
    // What has its own time tells nothing of the others'.
    let is_rest = |event: &KubeEvent| collected.of_line(event.locator.lines.first).is_none();
    let is_start = |event: &&KubeEvent| event.reason == "Started" && event.age_last_s.is_some() && is_rest(event);
    let started: Vec<&KubeEvent> = input.parsed.events.iter().filter(is_start).take(MAX_STARTS).collect();
    if started.is_empty() {
        return None;
    }
    let tied = |objects: &[KubeObject]| {
        let containers = objects.iter().flat_map(|object| object.containers.iter().map(move |it| (object, it)));
        let starts = containers.filter_map(|(object, it)| it.state.started.map(|at| (object, it.name.as_str(), at)));
        starts
            .filter_map(|(object, name, at)| {
                let event = started.iter().find(|event| {
                    is_about(event, object) && event.message.split_whitespace().any(|word| word == name)
                })?;
                let (age, unit) = event.age_last_s?;
                Some((at.plus_seconds(i64::from(age)), unit))
            })
            .min_by_key(|(at, unit)| (*unit, *at))
    };
    tied(&input.parsed.objects).or_else(|| {
        let others = inputs.iter().filter(|other| other.meta.id != input.meta.id && input.parsed.objects.is_empty());
        others.filter_map(|other| tied(&other.parsed.objects)).min_by_key(|(at, unit)| (*unit, *at))
    })
}

/// Whether an event is about an object, as far as either says.
fn is_about(event: &KubeEvent, object: &KubeObject) -> bool {
    let (_, name) = event.object.split_once('/').unwrap_or(("", &event.object));
    let same = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
    same(name, &object.name) && same(&event.namespace, &object.namespace)
}
