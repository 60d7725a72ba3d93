//! What a collection of a cluster lacks: logs of containers in trouble, of the run before a restart above all, events, the kernel's log of
//! a node that killed, nodes; and bundles that hold next to nothing.

use std::collections::BTreeSet;

use crate::facts::Input;
use crate::facts::bundle::{bundle_of, layout_of, run_of};
use crate::facts::workloads::exits::container_of;
use crate::model::gather::ByName;
use crate::model::sort::Order as _;
use crate::model::words::holds;
use crate::model::{
    Arg, Bundle, EvidenceMeta, EvidenceState, KubeContainer, KubeObject, Message, MissingEvidence, OomLine, PrintedLog,
    SightingKind, Workload,
};

/// Logs that are asked for one by one; a command for the rest follows.
const MAX_LOGS: usize = 12;

/// Everything that is missing, what tells most first.
pub(super) fn gaps(
    inputs: &[Input<'_>],
    twins: &[&EvidenceMeta],
    workloads: &[Workload],
    bundles: &[Bundle],
) -> Vec<MissingEvidence> {
    let mut missing: Vec<MissingEvidence> =
        bundles.iter().filter(|bundle| bundle.read == 0).filter_map(empty).collect();
    missing.extend(logs(inputs, twins, workloads));
    missing.extend(events(inputs, workloads));
    missing.extend(kernel_log(inputs, workloads));
    missing.extend(nodes(inputs, bundles));
    missing
}

fn gap(what: Message, command: String) -> MissingEvidence {
    MissingEvidence { what, command, disturbs: None }
}

/// The name of a kind of bundle, as a sentence says it.
fn name_of(bundle: &Bundle) -> Message {
    Message::new(&format!("bundle-{}", bundle.kind.as_str().replace('_', "-")))
}

fn empty(bundle: &Bundle) -> Option<MissingEvidence> {
    let root = bundle.root.rsplit('/').next().unwrap_or_default();
    let what = Message::new("missing-bundle-content").with("bundle", name_of(bundle)).with("root", root);
    Some(gap(what, layout_of(bundle.kind)?.command.to_owned()))
}

/// A log that is there: pod, container where known, whether of the run before.
type Log<'a> = (&'a str, Option<&'a str>, bool);

/// The logs of containers by what their paths and markers say.
struct Logs<'a> {
    known: BTreeSet<Log<'a>>,
    /// Those that terminals show.
    printed: Vec<&'a PrintedLog>,
    /// Runs of a pod's container by the numbers of their files.
    runs: BTreeSet<(&'a str, Option<&'a str>, u32)>,
    /// Names of other inputs that speak of a run before.
    previous: Vec<&'a str>,
}

impl<'a> Logs<'a> {
    fn of(inputs: &[Input<'a>], twins: &[&'a EvidenceMeta]) -> Self {
        let printed = inputs.iter().flat_map(|input| &input.parsed.logs).collect();
        let mut logs = Self { known: BTreeSet::new(), printed, runs: BTreeSet::new(), previous: Vec::new() };
        for meta in inputs.iter().map(|input| input.meta).chain(twins.iter().copied()) {
            if let Some((origin, pod)) = meta.origin.as_ref().and_then(|origin| Some((origin, origin.pod.as_deref()?)))
            {
                logs.known.insert((pod, origin.container.as_deref(), origin.previous));
                logs.runs.extend(run_of(&meta.path).map(|run| (pod, origin.container.as_deref(), run)));
            } else if meta.path.rsplit('/').next().is_some_and(|name| holds(name, "prev")) {
                logs.previous.push(&meta.path);
            }
        }
        // A dump on one stream names its logs by markers: `shop/web-1/web`.
        for input in inputs.iter().filter(|input| !input.parsed.objects.is_empty()) {
            let named = input.parsed.records.sources.iter().filter_map(|name| name.rsplit_once('/'));
            logs.known.extend(named.map(|(pod, container)| (pod, Some(container), false)));
        }
        logs
    }

    fn has(&self, pod: &str, container: &KubeContainer, is_previous: bool) -> bool {
        let KubeContainer { name: container, restarts, .. } = container;
        let holds_log = |container| self.known.contains(&(pod, container, is_previous));
        let is_known = holds_log(Some(container))
            || holds_log(None)
            || is_previous && self.runs.contains(&(pod, Some(container), restarts.saturating_sub(1)));
        // Somebody who collected by hand calls the file as they like.
        let name = pod.rsplit('/').next().unwrap_or(pod);
        is_known || is_previous && self.previous.iter().any(|path| holds(path, name) || holds(path, container))
    }

    /// Whether a terminal shows the log, with the namespace or without it where no other pod has the name.
    fn shows(
        &self,
        pod: &str,
        (view, is_unique): (&KubeObject, bool),
        container: &KubeContainer,
        is_previous: bool,
    ) -> bool {
        let bare = pod.find('/').and_then(|at| pod.get(at..)).unwrap_or(pod);
        self.printed.iter().any(|log| {
            log.is_previous == is_previous
                && (log.pod == pod || is_unique && log.pod == bare)
                && container_of(log, view).is_some_and(|meant| meant.name == container.name)
        })
    }
}

/// A container whose log is asked for.
struct Wanted<'a> {
    workload: &'a Workload,
    container: &'a KubeContainer,
    is_previous: bool,
}

fn logs(inputs: &[Input<'_>], twins: &[&EvidenceMeta], workloads: &[Workload]) -> Vec<MissingEvidence> {
    let logs = Logs::of(inputs, twins);
    let mut pods = ByName::<Vec<&KubeObject>>::default();
    for object in inputs.iter().flat_map(|input| &input.parsed.objects).filter(|object| object.kind == "Pod") {
        pods.get_or_insert_with(&object.name, Vec::new).push(object);
    }
    let mut wanted = Vec::new();
    for workload in workloads.iter().filter(|workload| workload.kind == "Pod") {
        let same = |view: &&&KubeObject| view.namespace.is_empty() || view.namespace == workload.namespace;
        let views = pods.get(&workload.name).into_iter().flatten();
        let is_unique = views.clone().all(|view| same(&view));
        let Some(view) = views.filter(same).max_by_key(|view| view.containers.len()) else { continue };
        let pod = format!("{}/{}", workload.namespace, workload.name);
        for container in &view.containers {
            let (has_restarted, has_run) = (container.restarts > 0, container.state.phase == "Running");
            // What waits to be started again has no log but that of the run that ended.
            let has = |is_previous| {
                logs.has(&pod, container, is_previous) || logs.shows(&pod, (view, is_unique), container, is_previous)
            };
            if has_restarted && !has(true) && !(container.state.phase == "Waiting" && has(false)) {
                wanted.push(Wanted { workload, container, is_previous: true });
            } else if workload.failing && has_run && !has_restarted && !has(false) {
                wanted.push(Wanted { workload, container, is_previous: false });
            }
        }
    }
    // What was hidden or made up is no name for a shell.
    wanted
        .retain(|it| [&it.workload.namespace, &it.workload.name, &it.container.name].iter().all(|name| is_name(name)));
    wanted.order_by_key(|it| (!it.is_previous, !it.workload.failing, u32::MAX - it.container.restarts));
    let n_more = wanted.len().saturating_sub(MAX_LOGS);
    let mut missing: Vec<MissingEvidence> = wanted.iter().take(MAX_LOGS).map(log).collect();
    if n_more > 0 {
        let command = "kubectl get pods -A -o wide".to_owned();
        missing.push(gap(Message::new("missing-more-logs").with("count", n_more), command));
    }
    missing
}

fn log(wanted: &Wanted<'_>) -> MissingEvidence {
    let Wanted { workload, container, is_previous } = *wanted;
    let namespace = match workload.namespace.as_str() {
        "" => String::new(),
        namespace => format!(" -n {namespace}"),
    };
    let previous = if is_previous { " --previous" } else { "" };
    let command = format!("kubectl logs{namespace} {} -c {}{previous}", workload.name, container.name);
    let id = if is_previous { "missing-previous-log" } else { "missing-container-log" };
    let what = Message::new(id).with("container", container.name.as_str()).with("pod", workload.name.as_str());
    gap(what.with("count", container.restarts), command)
}

/// Whether a name may stand in a command: Kubernetes gives no other.
fn is_name(name: &str) -> bool {
    !name.starts_with('-') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// Pods are in trouble, and not one event of anything was collected. A description prints them, also that there are none.
fn events(inputs: &[Input<'_>], workloads: &[Workload]) -> Option<MissingEvidence> {
    let is_pod = |workload: &&Workload| workload.kind == "Pod" && workload.failing;
    let tells = |input: &Input<'_>| !input.parsed.events.is_empty() || input.meta.format == "describe";
    (workloads.iter().any(|it| is_pod(&it)) && !inputs.iter().any(tells))
        .then(|| gap(Message::new("missing-events"), "kubectl get events -A --sort-by=.lastTimestamp".to_owned()))
}

/// A container was killed, and no kernel's log says by whom.
fn kernel_log(inputs: &[Input<'_>], workloads: &[Workload]) -> Option<MissingEvidence> {
    // An exit that a probe explains cites the probe's kill as well: then the kernel has nothing to add.
    let is_open = |workload: &Workload| {
        let mut exits = workload.statements.iter().filter(|statement| statement.topic == "exit");
        workload.exit_code == Some(137) && exits.any(|statement| statement.cites.len() == 1)
    };
    let of_memory = SightingKind::OutOfMemory(OomLine::default()).index();
    // kubelet says so, although no state does.
    let is_stated = inputs.iter().any(|input| input.parsed.sightings.n_seen[of_memory] > 0);
    let is_kernels = |input: &Input<'_>| {
        let has_source = || input.parsed.records.sources.iter().any(|source| source == "kernel");
        input.meta.format == "dmesg" || has_source()
    };
    let killed = workloads.iter().find(|workload| is_open(workload));
    if killed.is_none() && !is_stated || inputs.iter().any(is_kernels) {
        return None;
    }
    let killed = killed.or_else(|| workloads.iter().find(|workload| workload.exit_code == Some(137)));
    let node = killed.and_then(|workload| workload.node.as_deref());
    let node = node.filter(|node| is_name(node)).unwrap_or("NODE");
    let what = Message::new("missing-kernel-log").with("node", Arg::from(node));
    Some(gap(what, format!("ssh {node} journalctl -k -o short-iso")))
}

/// A bundle of a cluster without its nodes.
fn nodes(inputs: &[Input<'_>], bundles: &[Bundle]) -> Option<MissingEvidence> {
    use crate::model::BundleKind::{ClusterInfoDump, MustGather, SupportBundleKit, Troubleshoot};
    let is_of_cluster =
        |bundle: &&Bundle| matches!(bundle.kind, ClusterInfoDump | MustGather | SupportBundleKit | Troubleshoot);
    let inside = |input: &&Input<'_>, bundle: &Bundle| {
        bundle_of(&input.meta.path, bundles).is_some_and(|it| it.root == bundle.root)
    };
    let lacks = |bundle: &&Bundle| {
        let mut objects = inputs.iter().filter(|input| inside(input, bundle)).flat_map(|input| &input.parsed.objects);
        let has_pods = || {
            let of_bundle =
                inputs.iter().filter(|input| inside(input, bundle) && input.meta.state == EvidenceState::Ready);
            of_bundle.flat_map(|input| &input.parsed.objects).any(|object| object.kind == "Pod")
        };
        !objects.any(|object| object.kind == "Node") && has_pods()
    };
    let bundle = bundles.iter().filter(is_of_cluster).find(lacks)?;
    let what = Message::new("missing-nodes").with("bundle", name_of(bundle));
    Some(gap(what, "kubectl get nodes -o json".to_owned()))
}
