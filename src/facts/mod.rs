//! Derived views that several rules share. They are computed once per analysis, own what they say, and carry the places it stands on.

pub mod bundle;
pub mod caveats;
pub mod ceilings;
pub mod change_point;
pub mod clock;
pub mod coincidence;
pub mod coverage;
pub mod events;
pub mod evictions;
pub mod failures;
pub mod growth;
pub mod history;
pub mod joins;
mod median;
pub mod memory;
pub mod names;
pub mod occurrences;
pub mod probes;
pub mod pulls;
pub mod shift;
pub mod slope;
pub mod space;
pub mod stacks;
pub mod usage;
pub mod workloads;

use crate::model::{
    Bundle, Ceiling, ChangePoint, Coverage, EvidenceMeta, Locator, Parsed, SpreadRow, ThreadHistory, Workload,
};

/// One input as facts see it: what is known of it and what it yielded.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What is known of it; its clock is in force.
    pub meta: &'a EvidenceMeta,
    /// What it yielded.
    pub parsed: &'a Parsed,
}

impl<'a> Input<'a> {
    /// The host that a place tells of, without its domain: by the prompt above it, else by the path. `None` where neither says so.
    #[must_use]
    pub fn host_at(&self, at: &Locator) -> Option<&'a str> {
        let hosts = &self.parsed.hosts;
        let host = match hosts.partition_point(|(from, _)| *from <= at.lines.first) {
            0 => self.meta.origin.as_ref()?.node.as_deref()?,
            n => hosts[n - 1].1.as_str(),
        };
        Some(usage::short(host)).filter(|host| !host.is_empty())
    }
}

/// Everything rules may look at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Series by what they count, and the node's threads over time.
    pub usage: usage::Usage,
    /// Failures that lines state, in order of time.
    pub failures: failures::Failures,
    /// Limits with their use.
    pub ceilings: Vec<Ceiling>,
    /// The same of other nodes.
    pub other_ceilings: Vec<Ceiling>,
    /// Who grew with the node's threads, and since when.
    pub growth: Option<growth::Growth>,
    /// What the node's threads were put together from, and where they are missing.
    pub threads: Option<ThreadHistory>,
    /// What misleads about limits on tasks.
    pub caveats: Vec<caveats::Caution>,
    /// Every lasting change of a series.
    pub change_points: Vec<ChangePoint>,
    /// What people, alerting and Kubernetes say happened.
    pub occurrences: occurrences::Occurrences,
    /// Stack dumps: groups, queues, owners.
    pub stacks: Vec<stacks::DumpFacts>,
    /// The layers of one stall, joined as far as the evidence goes.
    pub stall: joins::Stall,
    /// Rejections in pods' cgroups, joined with the pods' own failures.
    pub refusals: Vec<joins::refusals::Refusal>,
    /// Kills for memory.
    pub memory: memory::MemoryKills,
    /// Kills by liveness probes.
    pub probes: probes::ProbeKills,
    /// Pods that kubelet evicted, and nodes under pressure.
    pub evictions: evictions::Evictions,
    /// How full file systems were.
    pub space: Vec<space::FileSystem>,
    /// An answer of a name server.
    pub resolved: Option<names::Answer>,
    /// Whether a log of the cluster's name service was collected.
    pub has_dns_log: bool,
    /// Images that were not pulled.
    pub pulls: pulls::Pulls,
    /// Workloads that restarted or fail.
    pub workloads: Vec<Workload>,
    /// Containers that are started again and again.
    pub crash_loops: workloads::CrashLoops,
    /// How failing pods spread.
    pub spread: Vec<SpreadRow>,
    /// What the evidence covers.
    pub coverage: Coverage,
}

/// Facts while they are derived: in steps, so that others have their turn in between.
#[derive(Debug, Default)]
pub struct Derivation {
    facts: Facts,
    bundles: Vec<Bundle>,
    repeats: events::Repeats,
    /// Parts that are done.
    n_parts: usize,
    /// Series that were looked at for changes, and their samples.
    n_series: usize,
    n_samples: usize,
}

type Part = fn(&mut Derivation, &[Input<'_>], &[&EvidenceMeta]);

/// What is derived, each from what stands before it. Changes of series, which take longest, follow.
const PARTS: &[Part] = &[
    |it, inputs, _| it.facts.usage = usage::derive_usage(inputs),
    |it, inputs, _| it.repeats = events::Repeats::of(inputs, &it.bundles),
    |it, inputs, _| it.facts.failures = failures::derive_failures(inputs, &it.bundles, &it.repeats),
    |it, inputs, _| it.facts.occurrences = occurrences::derive_occurrences(inputs, &it.bundles, &it.repeats),
    |it, _, _| it.facts.growth = growth::derive_growth(&it.facts.usage),
    |it, inputs, _| {
        let facts = &mut it.facts;
        facts.ceilings = ceilings::derive_ceilings(inputs, &facts.usage, facts.growth.as_ref());
        facts.other_ceilings = ceilings::derive_others(inputs, &facts.usage);
        facts.threads = history::derive_history(&facts.usage, &facts.failures, facts.growth.as_ref());
        facts.caveats = caveats::derive_caveats(inputs, &facts.usage, facts.growth.as_ref(), &facts.failures);
    },
    |it, inputs, _| it.facts.stacks = stacks::derive_stacks(inputs),
    |it, inputs, _| it.facts.stall = joins::derive_stall(inputs, &it.facts.stacks),
    |it, inputs, _| {
        let facts = &mut it.facts;
        facts.refusals = joins::refusals::derive_refusals(inputs, &facts.failures, &facts.usage, facts.growth.as_ref());
        facts.memory = memory::derive_memory_kills(inputs, &facts.failures, &it.bundles);
        facts.probes = probes::derive_probe_kills(inputs, &facts.failures, &it.repeats);
        facts.evictions = evictions::derive_evictions(inputs, &facts.failures, &it.bundles, &it.repeats);
        facts.space = space::derive_space(inputs);
        facts.resolved = names::derive_answer(inputs);
        facts.has_dns_log = names::has_log(inputs);
        facts.pulls = pulls::derive_pulls(inputs);
    },
    |it, inputs, twins| {
        let facts = &mut it.facts;
        (facts.workloads, facts.crash_loops) =
            workloads::derive_workloads(inputs, &facts.failures, &facts.memory, &it.bundles);
        facts.spread = workloads::derive_spread(inputs);
        let bundles = std::mem::take(&mut it.bundles);
        let tasks = (facts.ceilings.as_slice(), facts.growth.as_ref());
        let is_kubelets = facts.failures.task_refused().any(|refused| refused.reporter.starts_with("kubelet"));
        facts.coverage =
            coverage::derive_coverage(inputs, twins, (&facts.usage, is_kubelets), tasks, &facts.workloads, bundles);
    },
];

/// Samples that are looked at for changes in one step, unless one series has more.
const STEP_SAMPLES: usize = 250_000;

impl Derivation {
    /// Of inputs that are part of bundles.
    #[must_use]
    pub fn of(bundles: Vec<Bundle>) -> Self {
        Self { bundles, ..Self::default() }
    }

    /// Derives the next part from the inputs that take part, always the same ones; whether that was the last. `twins` hold what one of them
    /// holds already: only that they are there counts.
    pub fn step(&mut self, inputs: &[Input<'_>], twins: &[&EvidenceMeta]) -> bool {
        if let Some(part) = PARTS.get(self.n_parts) {
            self.n_parts += 1;
            part(self, inputs, twins);
            return false;
        }
        let until = self.n_samples + STEP_SAMPLES;
        while let Some(series) = self.facts.usage.series.get(self.n_series).filter(|_| self.n_samples < until) {
            self.n_series += 1;
            self.n_samples += series.values.len();
            self.facts.change_points.extend(growth::change_points_of(series));
        }
        let is_last = self.n_series == self.facts.usage.series.len();
        if is_last {
            growth::order_change_points(&mut self.facts.change_points);
        }
        is_last
    }

    /// The share that is done, from 0 to 1: half for the parts, half for the samples.
    #[must_use]
    pub fn share(&self) -> f64 {
        let all: usize = self.facts.usage.series.iter().map(|series| series.values.len()).sum();
        (self.n_parts as f64 / PARTS.len() as f64 + self.n_samples as f64 / all.max(1) as f64) / 2.0
    }

    /// What was derived.
    #[must_use]
    pub fn facts(self) -> Facts {
        self.facts
    }
}
