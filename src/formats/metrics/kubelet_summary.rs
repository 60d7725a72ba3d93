//! kubelet's `/stats/summary` (`kubectl get --raw /api/v1/nodes/NODE/proxy/stats/summary`), one or many, one after the other.
//!
//! ```text
//! {"node":{"nodeName":"node-xx","rlimit":{"time":"2023-07-23T14:03:11Z","maxpid":49152,"curproc":46312},
//!   "memory":{"time":"2023-07-23T14:03:05Z","workingSetBytes":8589934592},"fs":{"capacityBytes":77851254784,"usedBytes":61174054912}},
//!  "pods":[{"podRef":{"name":"report-7d9f6c-2qkzv","namespace":"shop"},"process_stats":{"process_count":41}}]}
//! ```
//! Yields per node `curproc` (threads, as `/proc/loadavg` counts them) and `maxpid`, its limit; per pod `process_count`,
//! which counts processes and never threads; for both working set and CPU; of the file system that kubelet's own files lie on a table
//! `node.fs`. `process_stats` has no time of its own: it takes that of the
//! pod's CPU or memory, and has none without them.
//!
//! *Traps.* Old kubelets keep `curproc` in 16 bits, so it wraps at 65,535, and leave `threads-max` out of `maxpid` (kubernetes#107107,
//! fixed by #107112). A `curproc` below the sum of the pods' processes cannot be right: it is a gap, and counted as a bad number.
//!
//! Spec: `Summary` in kubernetes/kubelet `pkg/apis/stats/v1alpha1/types.go`. Not supported: containers, other file systems, network and swap.

use super::documents::{Documents, document_at};
use super::instant::parse_time;
use super::json::{Broken, Reader, unescape};
use super::number::parse_sample_value;
use super::samples::Samples;
use super::table::Place;
use super::written::DayOrder;
use crate::formats::whole::WholeParser;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Locator, Row, Table, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "kubelet-summary", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let Some(open) = document_at(head.bytes, 0) else { return 0 };
    let holds = |key: &[u8]| crate::model::memmem::find(&head.bytes[open..], key).is_some();
    let is_node = holds(b"\"nodeName\"") && (holds(b"\"systemContainers\"") || holds(b"\"rlimit\""));
    let is_pods = holds(b"\"podRef\"") && holds(b"\"workingSetBytes\"");
    if is_node || is_pods { 95 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    WholeParser::boxed(evidence, read_whole)
}

fn read_whole(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    let mut samples = Samples::new(evidence);
    let mut full = Table::new("node.fs", FS_COLUMNS.map(str::to_owned).to_vec());
    Documents::new(bytes, out).read_all(&mut |docs, reader| {
        let mut summary = Summary::default();
        let read = summary.read(docs, reader);
        // What is complete of a summary that breaks is kept.
        full.rows.extend(summary.node.full(docs, evidence));
        summary.emit(docs, &mut samples);
        read
    });
    full.n_rows = full.rows.len() as u64;
    out.tables.extend(Some(full).filter(|full| full.n_rows > 0));
    samples.finish(out);
}

/// Columns of the table of file systems: those of `df`, as kubelet names what it measures.
const FS_COLUMNS: [&str; 5] = ["nodeName", "capacityBytes", "usedBytes", "Use%", "fs"];

/// A number of a summary and the byte where it stands.
type Measured = Option<(f64, usize)>;

/// What is measured of the node or of a pod.
#[derive(Default)]
struct Stats {
    name: String,
    namespace: String,
    /// Time of CPU or memory.
    wall: Option<WallTime>,
    cpu: Measured,
    memory: Measured,
    processes: Measured,
    rlimit_wall: Option<WallTime>,
    max_pid: Measured,
    threads: Measured,
    /// Bytes of kubelet's own file system: all, and those in use.
    capacity: Measured,
    used: Measured,
}

#[derive(Default)]
struct Summary {
    node: Stats,
    pods: Vec<Stats>,
}

impl Summary {
    fn read(&mut self, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
        members(reader, &mut |reader, key| match key {
            b"node" => self.node.read(docs, reader),
            b"pods" if reader.peek()? == b'[' => {
                reader.expect(b'[')?;
                let mut is_first = true;
                while reader.has_item(std::mem::take(&mut is_first), b']')? {
                    let mut pod = Stats::default();
                    let read = pod.read(docs, reader);
                    self.pods.push(pod);
                    read?;
                }
                Ok(())
            }
            _ => reader.skip(),
        })
    }

    fn emit(mut self, docs: &mut Documents<'_, '_>, samples: &mut Samples) {
        let processes: f64 = self.pods.iter().filter_map(|pod| pod.processes).map(|(n, _)| n).sum();
        if let Some((threads, at)) = self.node.threads.as_mut().filter(|(threads, _)| *threads < processes) {
            *threads = f64::NAN;
            let at = *at;
            docs.report(IssueCode::BadNumber, at);
        }
        let node = self.node.name.as_str();
        for (stats, is_pod) in std::iter::once((&self.node, false)).chain(self.pods.iter().map(|pod| (pod, true))) {
            let measured = [
                ("curproc", stats.threads, stats.rlimit_wall),
                ("maxpid", stats.max_pid, stats.rlimit_wall),
                ("process_count", stats.processes, stats.wall),
                ("memory_working_set_bytes", stats.memory, stats.wall),
                ("cpu_usage_nanocores", stats.cpu, stats.wall),
            ];
            for (name, measured, wall) in measured {
                let Some((value, at)) = measured else { continue };
                let labels =
                    [("node", node), ("namespace", &stats.namespace), ("pod", if is_pod { &stats.name } else { "" })];
                let labels: Vec<(String, String)> = labels
                    .iter()
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                    .collect();
                let key = [name, node, &stats.namespace, if is_pod { &stats.name } else { "" }].join("\0");
                let found = samples.find(key.as_bytes());
                let Some(index) = found.or_else(|| samples.open(key.as_bytes(), name.to_owned(), labels)) else {
                    docs.report(IssueCode::TooManySeries, at);
                    continue;
                };
                let place = Place { line: docs.line_of(at), offset: at as u64 };
                samples.push(index, wall.unwrap_or(WallTime::NONE), value, place);
            }
        }
    }
}

impl Stats {
    /// The node's row of file systems: like `df`, per cent are rounded up.
    fn full(&self, docs: &mut Documents<'_, '_>, evidence: EvidenceId) -> Option<Row> {
        let ((capacity, _), (used, at)) = self.capacity.zip(self.used)?;
        let whole = |bytes: f64| (bytes as u64).to_string();
        let percent = (used / capacity * 100.0).ceil();
        let is_sound = capacity > 0.0 && used >= 0.0 && percent <= 100.0;
        let cells = vec![self.name.clone(), whole(capacity), whole(used), whole(percent) + "%", "node.fs".to_owned()];
        let line = docs.line_of(at);
        is_sound.then(|| Row { cells, locator: Locator::lines(evidence, line, line) })
    }

    fn read(&mut self, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
        members(reader, &mut |reader, key| match key {
            b"nodeName" => {
                self.name = unescape(reader.scalar()?);
                Ok(())
            }
            b"podRef" => members(reader, &mut |reader, key| {
                match key {
                    b"name" => self.name = unescape(reader.scalar()?),
                    b"namespace" => self.namespace = unescape(reader.scalar()?),
                    _ => reader.skip()?,
                }
                Ok(())
            }),
            b"cpu" => members(reader, &mut |reader, key| match key {
                b"time" => time(docs, reader, &mut self.wall),
                b"usageNanoCores" => number(docs, reader, &mut self.cpu),
                _ => reader.skip(),
            }),
            b"memory" => members(reader, &mut |reader, key| match key {
                b"time" => time(docs, reader, &mut self.wall),
                b"workingSetBytes" => number(docs, reader, &mut self.memory),
                _ => reader.skip(),
            }),
            b"fs" => members(reader, &mut |reader, key| match key {
                b"capacityBytes" => number(docs, reader, &mut self.capacity),
                b"usedBytes" => number(docs, reader, &mut self.used),
                _ => reader.skip(),
            }),
            b"process_stats" => members(reader, &mut |reader, key| match key {
                b"process_count" => number(docs, reader, &mut self.processes),
                _ => reader.skip(),
            }),
            b"rlimit" => members(reader, &mut |reader, key| match key {
                b"time" => time(docs, reader, &mut self.rlimit_wall),
                b"maxpid" => number(docs, reader, &mut self.max_pid),
                b"curproc" => number(docs, reader, &mut self.threads),
                _ => reader.skip(),
            }),
            _ => reader.skip(),
        })
    }
}

/// Takes the value of a key.
type ReadMember<'r> = &'r mut dyn FnMut(&mut Reader<'_>, &[u8]) -> Result<(), Broken>;

/// Gives the members of an object, key by key; anything else is stepped over.
fn members(reader: &mut Reader<'_>, read: ReadMember<'_>) -> Result<(), Broken> {
    if reader.peek()? != b'{' {
        return reader.skip();
    }
    reader.expect(b'{')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b'}')? {
        let key = reader.key()?;
        read(reader, key)?;
    }
    Ok(())
}

fn number(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>, into: &mut Measured) -> Result<(), Broken> {
    reader.peek()?;
    let at = reader.at;
    match parse_sample_value(reader.scalar()?) {
        Some(value) => *into = Some((value, at)),
        None => docs.report(IssueCode::BadNumber, at),
    }
    Ok(())
}

fn time(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>, into: &mut Option<WallTime>) -> Result<(), Broken> {
    reader.peek()?;
    let at = reader.at;
    let text = reader.scalar()?;
    match parse_time(text, DayOrder::Either) {
        Some((wall, _)) => *into = Some(wall),
        // What was never measured has the null time.
        None if text == b"null" => {}
        None => docs.report(IssueCode::BadTime, at),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::model::{LimitName, WallKind};

    const SUMMARY: &str = r#"{
 "node": {
  "nodeName": "node-xx",
  "memory": {"time": "2023-07-23T14:03:05Z", "workingSetBytes": 8589934592},
  "rlimit": {"time": "2023-07-23T14:03:11Z", "maxpid": 49152, "curproc": 46312}
 },
 "pods": [
  {"podRef": {"name": "report-7d9f6c-2qkzv", "namespace": "shop", "uid": "1"}, "cpu": {"time": "2023-07-23T14:03:00Z", "usageNanoCores": 5},
   "containers": [{"name": "report"}], "process_stats": {"process_count": 41}},
  {"podRef": {"name": "web", "namespace": "shop"}, "process_stats": {"process_count": 3}}
 ]
}
"#;

    #[test]
    fn the_node_has_threads_and_a_limit_and_pods_have_processes() {
        assert_eq!(sniff(&Head { bytes: SUMMARY.as_bytes(), name: "unknown", complete: true }), 95);
        let parsed = parse_text(&FORMAT, SUMMARY);
        let shown: Vec<(String, f64, bool)> = parsed
            .frames
            .iter()
            .map(|frame| {
                (
                    frame.columns[0].selector(),
                    frame.columns[0].values[0],
                    frame.wall.first().is_some_and(WallTime::is_some),
                )
            })
            .collect();
        let expected = [
            ("curproc{node=\"node-xx\"}", 46_312.0, true),
            ("maxpid{node=\"node-xx\"}", 49_152.0, true),
            ("memory_working_set_bytes{node=\"node-xx\"}", 8_589_934_592.0, true),
            ("process_count{node=\"node-xx\", namespace=\"shop\", pod=\"report-7d9f6c-2qkzv\"}", 41.0, true),
            ("cpu_usage_nanocores{node=\"node-xx\", namespace=\"shop\", pod=\"report-7d9f6c-2qkzv\"}", 5.0, true),
            ("process_count{node=\"node-xx\", namespace=\"shop\", pod=\"web\"}", 3.0, false),
        ];
        assert_eq!(shown, expected.map(|(name, value, timed)| (name.to_owned(), value, timed)));
        let codes: Vec<_> = parsed.issues.list.iter().map(|issue| (issue.code, issue.count)).collect();
        assert_eq!((parsed.wall_kind, codes), (WallKind::Utc, vec![(IssueCode::SnapshotWithoutTime, 1)]));
    }

    #[test]
    fn summaries_one_after_the_other_are_a_series() {
        let later = SUMMARY.replace("T14:03:", "T14:04:").replace("46312", "46400");
        let parsed = parse_text(&FORMAT, &format!("{SUMMARY}{later}"));
        assert_eq!((parsed.frames.len(), &parsed.frames[0].columns[0].values[..]), (6, &[46_312.0, 46_400.0][..]));
    }

    #[test]
    fn a_limit_without_a_time_is_stated() {
        let parsed = parse_text(&FORMAT, &SUMMARY.replace("\"time\": \"2023-07-23T14:03:11Z\", ", ""));
        let limit = &parsed.limits[0];
        assert_eq!((limit.name, limit.value, limit.locator.lines.first), (LimitName::KubeletMaxPid, Some(49_152), 5));
    }

    #[test]
    fn a_count_below_its_parts_has_wrapped() {
        let parsed = parse_text(&FORMAT, &SUMMARY.replace("46312", "12"));
        assert!(parsed.frames[0].columns[0].values[0].is_nan());
        assert_eq!((parsed.issues.list[0].code, parsed.issues.list[0].first_line), (IssueCode::BadNumber, 5));
    }

    #[test]
    fn a_summary_cut_anywhere_keeps_what_was_complete() {
        let most = (2..SUMMARY.trim_end().len()).map(|cut| {
            let parsed = parse_text(&FORMAT, &SUMMARY[..cut]);
            assert!(parsed.issues.list.iter().any(|issue| issue.code == IssueCode::TruncatedDocument), "cut at {cut}");
            parsed.frames.len()
        });
        assert_eq!(most.max(), Some(6));
    }
}
