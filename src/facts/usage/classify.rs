//! What a column counts and whom, from its name and labels.

use super::Quantity;
use crate::model::words::{after, before, cut_at, holds};
use crate::model::{Column, Instants, LimitName, Unit};

/// Metrics that state a limit or count against one, by a part of their name that nothing else has. The first that fits wins.
const OF_LIMITS: &[(&str, Quantity)] = &[
    ("container_threads_max", Quantity::Stated(LimitName::PidsMax)),
    ("node_processes_max_threads", Quantity::Stated(LimitName::ThreadsMax)),
    // The name says processes; the kernel counts threads against it.
    ("node_processes_max_processes", Quantity::Stated(LimitName::PidMax)),
    ("k8s_node_pid_limit", Quantity::Stated(LimitName::KubeletMaxPid)),
    ("k8s_node_pid_usage", Quantity::NodeThreads),
    ("node_filefd_maximum", Quantity::Stated(LimitName::FileMax)),
    ("node_filefd_allocated", Quantity::Used(LimitName::FileMax)),
    ("node_nf_conntrack_entries_limit", Quantity::Stated(LimitName::ConntrackMax)),
    ("node_nf_conntrack_entries", Quantity::Used(LimitName::ConntrackMax)),
    ("process_max_fds", Quantity::Stated(LimitName::UlimitFiles)),
    ("process_open_fds", Quantity::Used(LimitName::UlimitFiles)),
    ("node_systemd_unit_tasks_max", Quantity::Stated(LimitName::TasksMax)),
    ("node_systemd_unit_tasks_current", Quantity::Used(LimitName::TasksMax)),
];

/// What an expression may apply to a count so that it stays one, and what PromQL writes before a bracket beside functions. The empty one is
/// a bracket by itself.
const KEEPING: &str = " sum max min avg mean median quantile topk bottomk limitk by without on ignoring group_left group_right sort \
                       sort_desc label_replace label_join vector round ceil floor abs max_over_time min_over_time avg_over_time \
                       last_over_time quantile_over_time";
/// What says of a recording rule or a legend that it is a share, a speed or a number of series.
const NO_COUNTS: [&str; 9] =
    ["_ratio", ":ratio", " ratio", "percent", "utili", ":rate", ":deriv", "count by", "count without"];

/// Whether an expression is still the count that it selects: an aggregation is, and a join with labels. Arithmetic, speeds and shares
/// are not.
fn is_count(name: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':');
    let (mut word, mut depth) = (0, 0);
    let mut outside = String::new();
    for (at, letter) in name.char_indices() {
        // Labels hold anything.
        depth += i32::from(matches!(letter, '{' | '[')) - i32::from(matches!(letter, '}' | ']'));
        if depth <= 0 {
            outside.push(letter);
        }
        let rest = || after(name, at + letter.len_utf8()).trim_start();
        let is_kept = match letter {
            _ if depth > 0 => true,
            // A file that was saved twice is `threads(1).csv`.
            '(' => {
                rest().starts_with(|next: char| next.is_ascii_digit())
                    || KEEPING.split(' ').any(|it| it == before(after(name, word), at - word))
            }
            '*' => rest().starts_with("on"),
            '/' | '%' | '^' => false,
            // Names of files and pods have hyphens too.
            '+' | '-' => {
                let (left, right) = (before(name, at).trim_end(), rest());
                let own = after(left, left.trim_end_matches(is_word).len());
                let behind = right.trim_start_matches(is_word);
                let other = before(right, right.len() - behind.len());
                !((own.contains('_') || left.ends_with([')', '}'])) && (other.contains('_') || behind.starts_with('(')))
            }
            _ => true,
        };
        if !is_kept {
            return false;
        }
        if !is_word(letter) {
            word = at + letter.len_utf8();
        }
    }
    !NO_COUNTS.iter().any(|part| holds(&outside, part))
}

/// What a column counts: its metric name decides; a legend without one borrows from the file's name, and that is marked.
pub(super) fn classify(column: &Column, path: &str) -> (Quantity, bool, bool) {
    let classify_name = |name: &str| {
        let known = classify_name(name, column)?;
        let is_kept = known.0 == Quantity::ForkRate || column.unit != Unit::Percent && is_count(name);
        Some(if is_kept { known } else { (Quantity::Other, false) })
    };
    let name = column.name.to_ascii_lowercase();
    if let Some((quantity, counter)) = classify_name(&name) {
        return (quantity, counter, false);
    }
    if has_own_name(column) {
        return (Quantity::Other, false, false);
    }
    let file = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let by_file = classify_name(&file).filter(|(quantity, _)| *quantity != Quantity::Other);
    match by_file {
        Some((quantity, counter)) => (quantity, counter, true),
        None => (Quantity::Other, false, false),
    }
}

/// Whether a column says itself what it counts, though that is nothing known here: a table called after the threads may hold memory too.
fn has_own_name(column: &Column) -> bool {
    let is_metric = |name: &str| {
        name.contains('_') && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b':'))
    };
    column.unit != Unit::None || !column.labels.is_empty() && is_metric(&column.name)
}

fn classify_name(name: &str, column: &Column) -> Option<(Quantity, bool)> {
    let has = |needle: &str| holds(name, needle);
    if let Some((_, quantity)) = OF_LIMITS.iter().find(|(part, _)| has(part)) {
        return Some((*quantity, false));
    }
    match name {
        "file-nr" => return Some((Quantity::Used(LimitName::FileMax), false)),
        // `docker stats`; its threads are among them.
        "pids" if column.label("container").is_some() => return Some((Quantity::ContainerThreads, false)),
        "maxpid" => return Some((Quantity::Stated(LimitName::KubeletMaxPid), false)),
        _ => {}
    }
    if has("threads_max") || has("max_threads") || has("max_processes") || has("threads-max") {
        return Some((Quantity::Other, false));
    }
    if has("forks") || has("proc/s") {
        let is_rate = has("rate(") || has("increase(") || has("proc/s") || column.unit == Unit::PerSecond;
        return Some((Quantity::ForkRate, !is_rate && has("_total")));
    }
    let is_sum = has("sum(") || has("sum by") || name.starts_with("sum");
    let one_container = ["container", "pod", "name"].iter().any(|key| column.label(key).is_some());
    if has("container_threads") || has("container-threads") {
        let by = has(" by ") || has("by (") || has("by(");
        // `sum by (node)` is one total per node; by anything else it is parts.
        let of_node =
            column.label("node").or(column.label("instance")).is_some() && column.label("namespace").is_none();
        let total = is_sum && (!by || of_node) && !one_container;
        return Some((if total { Quantity::ContainerSum } else { Quantity::ContainerThreads }, false));
    }
    if has("node_processes_threads") || has("plist-sz") || name == "curproc" {
        return Some((Quantity::NodeThreads, false));
    }
    if has("container_processes") || has("node_processes_pids") || has("_pids") {
        return Some((Quantity::Processes, false));
    }
    None
}

/// A counter's rate per second; a reset or the first sample has none.
pub(super) fn rate(times: Instants<'_>, values: &[f64]) -> Vec<f64> {
    let mut rates = vec![f64::NAN; values.len()];
    let mut last: Option<usize> = None;
    for index in 0..values.len() {
        if !values[index].is_finite() {
            continue;
        }
        if let Some(before) = last {
            let (seconds, grown) = (times.at(index) - times.at(before), values[index] - values[before]);
            if seconds > 0.0 && grown >= 0.0 {
                rates[index] = grown / seconds;
            }
        }
        last = Some(index);
    }
    rates
}

/// Container, pod or legend: what a person calls the series.
pub(super) fn label_of(column: &Column) -> String {
    let labels = ["container", "name", "pod", "PodName", "pod_name", "id", "node", "instance"];
    let named = labels.iter().find_map(|key| column.label(key).filter(|value| !value.is_empty()));
    named.unwrap_or(&column.name).to_owned()
}

/// `namespace/pod`, as far as labels say.
pub(super) fn owner_of(column: &Column) -> Option<String> {
    let pod = ["pod", "PodName", "pod_name"].iter().find_map(|key| column.label(key)).filter(|pod| !pod.is_empty())?;
    Some(column.label("namespace").map_or_else(|| pod.to_owned(), |namespace| format!("{namespace}/{pod}")))
}

/// The node that labels name, or the query that stands in for a name: `sum(container_threads{node="node-5"})`.
pub(super) fn node_of(column: &Column) -> Option<String> {
    let in_query = || Some(cut_at(&column.name, "node=\"")?.1.split_once('"')?.0);
    let stated = ["node", "kubernetes_node", "k8s_node_name", "instance"]
        .iter()
        .find_map(|key| column.label(key))
        .or_else(in_query)?;
    // `node-5/10.0.0.5` and `node-5:9100` both name node-5.
    stated.split(['/', ':']).next().filter(|name| !name.is_empty()).map(str::to_owned)
}
