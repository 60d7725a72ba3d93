//! Derived views that several rules share. They are computed once per analysis, own what they say, and carry the places it stands on.

pub mod bundle;
pub mod caveats;
pub mod ceilings;
pub mod change_point;
pub mod clock;
pub mod coincidence;
pub mod coverage;
pub mod events;
pub mod failures;
pub mod growth;
pub mod history;
pub mod joins;
pub mod memory;
pub mod occurrences;
pub mod probes;
pub mod pulls;
pub mod shift;
pub mod slope;
pub mod stacks;
pub mod usage;
pub mod workloads;

use crate::model::{Ceiling, ChangePoint, Coverage, EvidenceMeta, Parsed, SpreadRow, ThreadHistory, Workload};

/// One input as facts see it: what is known of it and what it yielded.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What is known of it; its clock is in force.
    pub meta: &'a EvidenceMeta,
    /// What it yielded.
    pub parsed: &'a Parsed,
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
    /// Images that were not pulled.
    pub pulls: pulls::Pulls,
    /// Workloads that restarted or fail.
    pub workloads: Vec<Workload>,
    /// How failing pods spread.
    pub spread: Vec<SpreadRow>,
    /// What the evidence covers.
    pub coverage: Coverage,
}

/// Derives all facts from the inputs that take part. `twins` hold what one of them holds already: only that they are there counts.
#[must_use]
pub fn derive_facts(inputs: &[Input<'_>], twins: &[&EvidenceMeta]) -> Facts {
    let bundles = bundle::derive_bundles(inputs, twins);
    let usage = usage::derive_usage(inputs);
    let repeats = events::Repeats::of(inputs);
    let failures = failures::derive_failures(inputs, &bundles, &repeats);
    let occurrences = occurrences::derive_occurrences(inputs, &bundles, &repeats);
    let growth = growth::derive_growth(&usage);
    let change_points = growth::derive_change_points(&usage);
    let ceilings = ceilings::derive_ceilings(inputs, &usage, growth.as_ref());
    let threads = history::derive_history(&usage, &failures, growth.as_ref());
    let caveats = caveats::derive_caveats(inputs, &usage, growth.as_ref(), &failures);
    let stacks = stacks::derive_stacks(inputs);
    let stall = joins::derive_stall(inputs, &stacks);
    let refusals = joins::refusals::derive_refusals(inputs, &failures, &usage, growth.as_ref());
    let memory = memory::derive_memory_kills(inputs, &failures, &bundles);
    let probes = probes::derive_probe_kills(inputs, &failures, &repeats);
    let pulls = pulls::derive_pulls(inputs);
    let workloads = workloads::derive_workloads(inputs, &failures, &bundles);
    let spread = workloads::derive_spread(inputs);
    let coverage = coverage::derive_coverage(inputs, twins, &usage, &workloads, bundles);
    Facts {
        usage,
        failures,
        ceilings,
        growth,
        threads,
        caveats,
        change_points,
        occurrences,
        stacks,
        stall,
        refusals,
        memory,
        probes,
        pulls,
        workloads,
        spread,
        coverage,
    }
}
