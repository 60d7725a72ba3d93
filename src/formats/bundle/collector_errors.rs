//! Errors of a bundle's collectors: what should have been collected and was not.
//!
//! ```text
//! {"collector":"etcd","error":"current k8s distribution does not support etcd collector","timestamp":"2025-12-10T21:05:22Z"}
//! ["configmaps \"example-configmap\" not found"]
//! {"command":"/usr/bin/crictl ps -a","exitCode":1,"error":"exit status 1","outputDir":"","input":"","env":null}
//! sonobuoy (F)                                : 2ms                          execution-data/summary.txt: failed; X is excluded
//! ```
//! The first is a file of `collector-errors/`, the second one of `*-errors/` or an `errors.json` beside what was collected, the third a
//! command on a host (`host-collectors/run-host/NAME-info.json`), where it went wrong. Either way it
//! is coverage and never a failure of the cluster: a collector that is not configured finds nothing.
//!
//! Source: <https://github.com/replicatedhq/troubleshoot> `pkg/supportbundle`, `pkg/collect`, `pkg/collect/host_run.go`. Not supported: `*-stderr.txt`, which is the
//! tool's own text and stays a plain log.

use super::super::log::{LineParser, Lines, Verdict};
use super::super::tree::json::JsonReader;
use super::super::tree::{Fate, Place, Visit};
use super::super::{Family, Format, Head, Parsed, Parser};
use crate::evidence::{Block, Line};
use crate::model::words::holds;
use crate::model::{ByteRange, CollectorError, EvidenceId, LineRange, Locator, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "collector-errors", family: Family::Kube, sniff, parser };

/// Words of errors: a list of strings without any is a list of something else.
const ERROR_WORDS: &[&str] = &[
    "not found",
    "could not",
    "cannot",
    "failed",
    "forbidden",
    "denied",
    "timed out",
    "timeout",
    "error",
    "refused",
    "unable",
];

/// Heads of the parts of a summary. Analysers collect nothing.
const COLLECTORS: &[u8] = b"= Collectors summary =";

fn is_summary(head: &Head<'_>) -> bool {
    head.bytes.starts_with(b"====") && crate::model::memmem::find(head.bytes, COLLECTORS).is_some()
}

fn sniff(head: &Head<'_>) -> u8 {
    if is_summary(head) {
        return 95;
    }
    let mut out = Parsed::default();
    let mut errors = Errors::new(EvidenceId(0));
    JsonReader::default().feed(&Block { bytes: head.bytes, offset: 0, first_line: 1 }, &mut errors.visitor(&mut out));
    let speaks_of_errors =
        |it: &CollectorError| ERROR_WORDS.iter().any(|word| holds(&it.message.to_ascii_lowercase(), word));
    let all = &out.collector_errors;
    match all.as_slice() {
        _ if errors.is_other => 0,
        _ if errors.is_run => 92,
        [] => 0,
        [one] if !one.collector.is_empty() => 90,
        _ if all.iter().all(speaks_of_errors) => 70,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    if is_summary(head) {
        return Box::new(LineParser::new(Summary { evidence, is_open: false }));
    }
    Box::new(CollectorErrors { reader: JsonReader::default(), errors: Errors::new(evidence), end: 0 })
}

/// What a run says of all its collectors.
struct Summary {
    evidence: EvidenceId,
    /// Within the part about collectors.
    is_open: bool,
}

impl Lines for Summary {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let text = line.bytes.trim_ascii();
        if text.starts_with(b"===") {
            self.is_open = crate::model::memmem::find(text, COLLECTORS).is_some()
                || self.is_open && text.ends_with(b"====") && !text.contains(&b' ');
            return Verdict::Skipped;
        }
        let at = crate::model::memmem::find(text, b" (").filter(|at| text.get(at + 3) == Some(&b')'));
        let Some(at) = at.filter(|_| self.is_open && !text.starts_with(b"Succeeded")) else { return Verdict::Skipped };
        if matches!(text[at + 2], b'F' | b'X') {
            let bytes = ByteRange { start: line.offset, end: line.offset + line.bytes.len() as u64 };
            out.collector_errors.push(CollectorError {
                collector: String::from_utf8_lossy(&text[..at]).into_owned(),
                message: String::new(),
                locator: Locator { evidence: self.evidence, bytes, lines: LineRange::one(line.number) },
                also: Vec::new(),
            });
        }
        Verdict::Record
    }
}

struct CollectorErrors {
    reader: JsonReader,
    errors: Errors,
    /// Bytes seen.
    end: u64,
}

impl Parser for CollectorErrors {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.reader.feed(block, &mut self.errors.visitor(out));
        self.end = block.offset + block.bytes.len() as u64;
        out.wall_kind = WallKind::Unclocked;
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(self.end, &mut self.errors.visitor(out));
        out.wall_kind = WallKind::Unclocked;
    }
}

/// What the documents hold.
struct Errors {
    evidence: EvidenceId,
    depth: usize,
    key: String,
    collector: String,
    message: Option<(String, Place)>,
    opened: Place,
    /// What a command ended with, unless it went well.
    exit_code: Option<String>,
    /// It tells of a command.
    is_run: bool,
    /// Something stands there that no list of errors has.
    is_other: bool,
}

impl Errors {
    const fn new(evidence: EvidenceId) -> Self {
        let opened = Place { start: 0, end: 0, first: 0, last: 0 };
        Self {
            evidence,
            depth: 0,
            key: String::new(),
            collector: String::new(),
            message: None,
            opened,
            exit_code: None,
            is_run: false,
            is_other: false,
        }
    }

    const fn visitor<'a>(&'a mut self, out: &'a mut Parsed) -> Visitor<'a> {
        Visitor { errors: self, out }
    }
}

struct Visitor<'a> {
    errors: &'a mut Errors,
    out: &'a mut Parsed,
}

impl Visit for Visitor<'_> {
    fn open(&mut self, is_list: bool, at: Place) {
        let it = &mut *self.errors;
        it.depth += 1;
        if it.depth > 1 {
            // A command has its environment with it.
            it.is_other |= it.key != "env";
            return;
        }
        it.key.clear();
        it.collector.clear();
        it.message = None;
        it.opened = at;
        if is_list {
            "[]".clone_into(&mut it.key);
        }
    }

    fn key(&mut self, key: &str, _: Place) {
        key.clone_into(&mut self.errors.key);
    }

    fn scalar(&mut self, text: &str, is_null: bool, at: Place) {
        let it = &mut *self.errors;
        match it.key.as_str() {
            _ if it.depth > 1 => {}
            "[]" if !is_null => {
                let (collector, message) = (String::new(), text.to_owned());
                let locator = at.locator(it.evidence);
                self.out.collector_errors.push(CollectorError { collector, message, locator, also: Vec::new() });
            }
            "collector" | "command" => text.clone_into(&mut it.collector),
            "exitCode" => {
                it.is_run = !it.collector.is_empty();
                it.is_other |= !it.is_run;
                it.exit_code = Some(format!("exitCode: {text}")).filter(|_| text != "0");
            }
            "outputDir" | "input" | "env" => it.is_other |= !it.is_run,
            "error" if text.is_empty() && it.is_run => {}
            "error" => it.message = Some((text.to_owned(), at)),
            "timestamp" => {}
            _ => it.is_other = true,
        }
    }

    fn close(&mut self, at: Place) {
        let it = &mut *self.errors;
        it.depth = it.depth.saturating_sub(1);
        if it.depth > 0 {
            return;
        }
        let code = it.exit_code.take().map(|code| (code, it.opened));
        if let Some((message, _)) = it.message.take().or(code) {
            let locator = it.opened.to(at).locator(it.evidence);
            let collector = std::mem::take(&mut it.collector);
            self.out.collector_errors.push(CollectorError { collector, message, locator, also: Vec::new() });
        }
    }

    fn abandon(&mut self) {
        self.errors.depth = 0;
    }

    fn between(&mut self, _: &str, _: Place) -> Fate {
        self.errors.is_other = true;
        Fate::Failed
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}
