//! `kubectl get` and `kubectl top`: the table of any resource, default or wide, of one namespace or all, one after another.
//!
//! ```text
//! NAME               READY   STATUS             RESTARTS        AGE       pods; older kubectl prints the bare number of restarts
//! payment-6c9f-x2x   0/1     CrashLoopBackOff   7 (3m12s ago)   41m
//! NAME     STATUS                        ROLES    AGE   VERSION           nodes; -o wide adds INTERNAL-IP … KERNEL-VERSION
//! node-5   NotReady,SchedulingDisabled   <none>   91d   v1.27.4
//! NAME           STATUS   VOLUME     CAPACITY   ACCESS MODES   STORAGECLASS   AGE
//! payment-data   Bound    pvc-1a2b   50Gi       RWO            ceph-rbd       91d
//! NAME     CPU(cores)   CPU%   MEMORY(bytes)   MEMORY%                    top; current kubectl prints CPU(%) and MEMORY(%)
//! node-5   3800m        95%    6144Mi          98%
//! ```
//! Tables of `top` below a line of `date`, a prompt that shows date and time, or the head of `watch` are samples of that time.
//! Columns are cut where the header's begin. Which resource it is say the columns, or `kind/name` in the rows (`kubectl get all`). Without
//! a header only pods and nodes are read, whose rows cannot be mistaken. Ages are intervals before an unknown time of collection and stay
//! text: no instant is made of them.
//!
//! Source: kubernetes/kubernetes `pkg/printers/internalversion/printers.go`. Not supported: custom columns without
//! NAME or without one of those above, `-o name`.

use super::super::bundle::kubectl_errors;
use super::super::host::{Samples, Stamps, is_prompt, parse_date_line, stamp_of_prompt};
use super::super::time::{number, parse_age};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::columns::{Columns, RowParser, Rows, fields};
use crate::evidence::Line;
use crate::model::{
    ByteRange, EvidenceId, IssueCode, KubeField, KubeObject, Level, LineRange, Locator, Unit, WallKind, WallTime,
};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "get-table", family: Family::Kube, sniff, parser };

/// Columns that tell a resource, most telling first: the first whose columns are all there wins.
const KINDS: &[(&str, &[&str])] = &[
    ("Pod", &["READY", "STATUS", "RESTARTS"]),
    ("Node", &["STATUS", "ROLES", "VERSION"]),
    ("PersistentVolumeClaim", &["STATUS", "VOLUME", "CAPACITY", "ACCESS MODES"]),
    ("PersistentVolume", &["CAPACITY", "ACCESS MODES", "RECLAIM POLICY", "CLAIM"]),
    ("StorageClass", &["PROVISIONER"]),
    ("Deployment", &["READY", "UP-TO-DATE", "AVAILABLE"]),
    ("DaemonSet", &["DESIRED", "CURRENT", "NODE SELECTOR"]),
    ("ReplicaSet", &["DESIRED", "CURRENT", "READY"]),
    ("HorizontalPodAutoscaler", &["REFERENCE", "MINPODS", "MAXPODS"]),
    ("NetworkPolicy", &["POD-SELECTOR"]),
    ("CronJob", &["SCHEDULE", "SUSPEND"]),
    ("Job", &["COMPLETIONS", "DURATION"]),
    ("Service", &["TYPE", "CLUSTER-IP"]),
    ("Node", &["CPU(cores)", "CPU%"]),
    ("Node", &["CPU(cores)", "CPU(%)"]),
    ("Pod", &["CPU(cores)", "MEMORY(bytes)"]),
    // Columns that somebody chose.
    ("Pod", &["RESTARTS"]),
];

/// `kind/name` as `kubectl get all` prints it.
const PREFIXES: &[(&str, &str)] = &[
    ("pod", "Pod"),
    ("service", "Service"),
    ("deployment.apps", "Deployment"),
    ("replicaset.apps", "ReplicaSet"),
    ("statefulset.apps", "StatefulSet"),
    ("daemonset.apps", "DaemonSet"),
    ("job.batch", "Job"),
    ("cronjob.batch", "CronJob"),
    ("horizontalpodautoscaler.autoscaling", "HorizontalPodAutoscaler"),
    ("persistentvolumeclaim", "PersistentVolumeClaim"),
    ("persistentvolume", "PersistentVolume"),
    ("node", "Node"),
];

/// Columns whose content has a path in the object itself.
const PATHS: &[(&str, &str, &str)] = &[
    ("Node", "VERSION", "status.nodeInfo.kubeletVersion"),
    ("Node", "KERNEL-VERSION", "status.nodeInfo.kernelVersion"),
    ("Node", "CONTAINER-RUNTIME", "status.nodeInfo.containerRuntimeVersion"),
    ("Node", "OS-IMAGE", "status.nodeInfo.osImage"),
    ("PersistentVolumeClaim", "VOLUME", "spec.volumeName"),
    ("PersistentVolumeClaim", "CAPACITY", "status.capacity.storage"),
    ("PersistentVolumeClaim", "STORAGECLASS", "spec.storageClassName"),
    ("PersistentVolume", "CAPACITY", "spec.capacity.storage"),
    ("PersistentVolume", "STORAGECLASS", "spec.storageClassName"),
    ("StorageClass", "PROVISIONER", "provisioner"),
    ("StorageClass", "RECLAIMPOLICY", "reclaimPolicy"),
    ("StorageClass", "ALLOWVOLUMEEXPANSION", "allowVolumeExpansion"),
];

fn sniff(head: &Head<'_>) -> u8 {
    let (mut header, mut n_rows, mut n_bare, mut n_other) = (None, 0u32, 0u32, 0u32);
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(60) {
        let line = line.trim_ascii_end();
        if let Some(columns) = header_of(line) {
            header = Some(columns);
        } else if let Some(columns) = &header {
            let fits = columns.cells(line).is_some_and(|cells| is_name(columns.cell(&cells, "NAME")));
            if fits || time_of(line).is_none() {
                *(if fits { &mut n_rows } else { &mut n_other }) += 1;
            }
        } else if bare_row(line).is_some() {
            n_bare += 1;
        } else if !is_aside(line) && time_of(line).is_none() {
            n_other += 1;
        }
    }
    match header {
        Some(_) if n_rows > 0 && n_rows >= n_other => 92,
        Some(_) if n_rows + n_other == 0 => 60,
        Some(_) => 30,
        None if n_bare >= 2 && n_other == 0 => 70,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(RowParser(GetTable {
        evidence,
        columns: None,
        kind: "",
        date: None,
        at: None,
        is_dated: false,
        stamps: Stamps::default(),
        samples: Samples::default(),
    }))
}

/// The columns of a header; tables of events are another format.
fn header_of(line: &[u8]) -> Option<Columns> {
    let columns = Columns::of_header(line)?;
    let is_get = columns.has("AGE") && !columns.has("REVISION");
    (columns.has("NAME") && (is_get || columns.has("CPU(cores)") || is_custom(&columns))).then_some(columns)
}

/// Columns that somebody chose: they are called as they like, but hardly anything else prints such names.
fn is_custom(columns: &Columns) -> bool {
    let has_any = |names: &[&str]| names.iter().any(|name| columns.has(name));
    if columns.names().next() == Some("ID") {
        // docker's.
        return false;
    }
    let is_pod = columns.has("RESTARTS") || columns.has("NODE") && has_any(&["STATUS", "PHASE", "IP", "IMAGE"]);
    is_pod || columns.names().take(2).eq(["NAMESPACE", "NAME"])
}

/// The name of an object: one word of what names may hold.
fn is_name(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-./_:*".contains(byte);
    !text.starts_with(b"/") && text.iter().all(is_part) && text.iter().any(u8::is_ascii_alphanumeric)
}

/// A prompt, the head of `watch`, or what kubectl says instead of a table.
pub(super) fn is_aside(line: &[u8]) -> bool {
    is_prompt(line)
        || line.starts_with(b"Every ")
        || line.starts_with(b"#")
        || line.starts_with(b"```")
        || line.starts_with(b"No resources found")
        || kubectl_errors::is_error(line)
}

/// When the next table was printed: a line of `date`, a prompt's clock, `Every 2.0s: kubectl top node    n1: Sat Nov 28 02:10:11 2026`.
fn time_of(line: &[u8]) -> Option<(WallTime, Option<i32>)> {
    if line.starts_with(b"Every ") {
        let at = crate::model::memmem::rfind(line, b"  ")?;
        let named = words_behind(&line[at..], b": ").unwrap_or(&line[at..]);
        return parse_date_line(named);
    }
    stamp_of_prompt(line).or_else(|| parse_date_line(line))
}

fn words_behind<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    crate::model::memmem::find(text, mark).map(|at| &text[at + mark.len()..])
}

/// A cell of `top`: `3800m`, `95%`, `6144Mi`.
fn amount(cell: &[u8]) -> Option<(f64, Unit)> {
    let n_digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = f64::from(number(&cell[..n_digits])?);
    let kib = |power: i32| whole * 1024_f64.powi(power);
    Some(match &cell[n_digits..] {
        b"" => (whole, Unit::None),
        b"m" => (whole / 1000.0, Unit::None),
        b"%" => (whole, Unit::Percent),
        b"Ki" => (kib(1), Unit::Bytes),
        b"Mi" => (kib(2), Unit::Bytes),
        b"Gi" => (kib(3), Unit::Bytes),
        _ => return None,
    })
}

/// What a row without a header is: the columns it has, by position.
fn bare_row(line: &[u8]) -> Option<(&'static str, &'static [&'static str])> {
    const PODS: &[&str] = &["NAME", "READY", "STATUS", "RESTARTS", "AGE"];
    const NODES: &[&str] = &["NAME", "STATUS", "ROLES", "AGE", "VERSION"];
    let cells: Vec<&[u8]> = fields(line).collect();
    let age = |index: usize| cells.get(index).is_some_and(|cell| parse_age(cell).is_some());
    let is_share = |cell: &[u8]| {
        let mut parts = cell.split(|byte| *byte == b'/');
        let both = (parts.next().and_then(number), parts.next().and_then(number), parts.next());
        matches!(both, (Some(_), Some(_), None))
    };
    let is_pod =
        cells.len() >= 5 && is_name(cells[0]) && is_share(cells[1]) && restarts_of(cells[3]).is_some() && age(4);
    let is_node = cells.len() >= 5
        && is_name(cells[0])
        && matches!(cells[1].split(|byte| *byte == b',').next(), Some(b"Ready" | b"NotReady"))
        && age(3)
        && cells[4].starts_with(b"v1.");
    match (is_pod, is_node) {
        (true, _) => Some(("Pod", PODS)),
        (_, true) => Some(("Node", NODES)),
        _ => None,
    }
}

/// `7` or `7 (3m12s ago)`.
fn restarts_of(text: &[u8]) -> Option<(u32, Option<(u32, u32)>)> {
    let mut words = text.split(|byte| *byte == b' ');
    // One number per container, where somebody chose the column.
    let mut counts = words.next()?.split(|byte| *byte == b',').map(number);
    let count = counts.try_fold(0u32, |sum, count| sum.checked_add(count?))?;
    let ago = words.next().and_then(|word| parse_age(word.strip_prefix(b"(")?));
    Some((count, ago))
}

/// The kind of the objects in a table; empty where its columns do not tell. Other resources have a node and a phase too (machines, volumes of
/// a storage): of columns that somebody chose, pods are told only by such as say nothing else.
fn kind_of(columns: &Columns) -> &'static str {
    const OF_PODS: [&str; 9] = ["NAMESPACE", "NAME", "READY", "STATUS", "PHASE", "RESTARTS", "IP", "NODE", "IMAGE"];
    let kind = KINDS.iter().find(|(_, names)| names.iter().all(|name| columns.has(name)));
    let is_pod = columns.has("NODE") && columns.names().all(|name| OF_PODS.contains(&name));
    kind.map_or(if is_pod { "Pod" } else { "" }, |(kind, _)| kind)
}

struct GetTable {
    evidence: EvidenceId,
    columns: Option<Columns>,
    kind: &'static str,
    /// When the next table was printed.
    date: Option<WallTime>,
    /// When the table at hand was.
    at: Option<WallTime>,
    is_dated: bool,
    stamps: Stamps,
    samples: Samples,
}

impl GetTable {
    /// Takes a row of `top` as a sample.
    fn sample(&mut self, text: &[u8], line: &Line<'_>) {
        let Some((at, columns)) = self.at.zip(self.columns.as_ref().filter(|columns| columns.has("CPU(cores)"))) else {
            return;
        };
        let Some(cells) = columns.cells(text) else { return };
        let cell = |name: &str| columns.cell(&cells, name);
        let labels = match (self.kind, columns.has("POD")) {
            ("Node", _) => [("node", cell("NAME")), ("", &[][..]), ("", &[][..])],
            (_, true) => [("namespace", cell("NAMESPACE")), ("pod", cell("POD")), ("container", cell("NAME"))],
            _ => [("namespace", cell("NAMESPACE")), ("pod", cell("NAME")), ("", &[][..])],
        };
        self.is_dated = true;
        let frame = self.samples.frame(b"", &labels);
        frame.row(at, line);
        for (name, cell) in columns.names().zip(&cells) {
            if let Some((value, unit)) = amount(cell).filter(|_| name.contains('(') || name.ends_with('%')) {
                frame.put(name, unit, value);
            }
        }
    }

    /// Whether a line says when the next table was printed.
    fn date(&mut self, text: &[u8], out: &mut Parsed) -> bool {
        let Some(stamp) = time_of(text) else { return false };
        self.date = Some(self.stamps.place(stamp, out));
        true
    }
}

impl Rows for GetTable {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) {
        let text = line.bytes.trim_ascii_end();
        if let Some(columns) = header_of(text) {
            self.kind = kind_of(&columns);
            self.columns = Some(columns);
            self.at = self.date.take();
            out.lines.parsed += 1;
            return;
        }
        if kubectl_errors::take(self.evidence, line, out) {
            out.lines.parsed += 1;
            return;
        }
        if text.is_empty() || is_aside(text) {
            self.date(text, out);
            out.lines.skipped += 1;
            return;
        }
        let bytes = ByteRange { start: line.offset, end: line.offset + text.len() as u64 };
        let here = Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) };
        let object = match &self.columns {
            Some(columns) => columns
                .cells(text)
                .and_then(|cells| object_of(self.kind, columns.names().zip(cells.iter().copied()), here)),
            None => {
                bare_row(text).and_then(|(kind, names)| object_of(kind, names.iter().copied().zip(fields(text)), here))
            }
        };
        let Some(object) = object else {
            if self.date(text, out) {
                self.is_dated = true;
                out.lines.parsed += 1;
                out.records.push(line.number, self.date.unwrap_or(WallTime::NONE), Level::None, b"");
                return;
            }
            out.lines.failed += 1;
            out.issues.add(IssueCode::UnparsedLines, line.number, line.offset);
            return;
        };
        self.sample(text, line);
        out.lines.parsed += 1;
        out.objects.push(object);
    }

    fn wall_kind(&self) -> WallKind {
        if self.is_dated { WallKind::Local } else { WallKind::Unclocked }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
    }
}

/// The object of a row; `None` where its name is none or stands alone.
fn object_of<'a>(kind: &str, cells: impl Iterator<Item = (&'a str, &'a [u8])>, here: Locator) -> Option<KubeObject> {
    let mut object = KubeObject::at(kind, here);
    let (mut n_cells, mut pod) = (0, None);
    for (column, cell) in cells {
        n_cells += u32::from(!cell.is_empty());
        let is_unset = cell.is_empty() || cell == b"<none>";
        let text = || String::from_utf8_lossy(cell).into_owned();
        match column {
            "NAME" => {
                // The storage class that claims get unless they name one is marked behind its name.
                let cell = cell.strip_suffix(b" (default)").unwrap_or(cell);
                if !is_name(cell) {
                    return None;
                }
                object.name = String::from_utf8_lossy(cell).into_owned();
            }
            "NAMESPACE" => object.namespace = text(),
            // Of each container, by `top --containers`.
            "POD" if kind == "Pod" => pod = Some(text()),
            _ if is_unset => {}
            // Where somebody chose the columns: other resources have phases of their own.
            _ if column == "STATUS" || column == "PHASE" && kind == "Pod" => {
                object.status = Some(KubeField { name: column.to_owned(), value: text(), locator: here });
            }
            "RESTARTS" => {
                let (count, ago) = restarts_of(cell)?;
                (object.restarts, object.restarted_age_s) = (Some(count), ago);
            }
            "NODE" => object.node = Some(text()),
            _ => {
                let path = PATHS.iter().find(|(of, name, _)| *of == object.kind && *name == column);
                let name = path.map_or(column, |(_, _, path)| path).to_owned();
                object.fields.push(KubeField { name, value: text(), locator: here });
            }
        }
    }
    if let Some((prefix, name)) = object.name.split_once('/')
        && let Some((_, kind)) = PREFIXES.iter().find(|(known, _)| *known == prefix)
    {
        (object.kind, object.name) = ((*kind).to_owned(), name.to_owned());
    }
    if let Some(pod) = pod {
        let value = std::mem::replace(&mut object.name, pod);
        object.fields.push(KubeField { name: "container".to_owned(), value, locator: here });
    }
    // A word alone is what another command printed.
    (!object.name.is_empty() && n_cells > 1).then_some(object)
}
