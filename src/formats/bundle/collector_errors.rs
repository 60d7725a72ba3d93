//! Errors of a bundle's collectors: what should have been collected and was not.
//!
//! ```text
//! {"collector":"etcd","error":"current k8s distribution does not support etcd collector","timestamp":"2025-12-10T21:05:22Z"}
//! ["configmaps \"example-configmap\" not found"]
//! ```
//! The first is a file of `collector-errors/`, the second one of `*-errors/` or an `errors.json` beside what was collected. Either way it
//! is coverage and never a failure of the cluster: a collector that is not configured finds nothing.
//!
//! Source: <https://github.com/replicatedhq/troubleshoot> `pkg/supportbundle`, `pkg/collect`. Not supported: `*-stderr.txt`, which is the
//! tool's own text and stays a plain log.

use super::super::tree::json::JsonReader;
use super::super::tree::{Fate, Place, Visit};
use super::super::{Family, Format, Head, Parsed, Parser};
use crate::evidence::Block;
use crate::model::{CollectorError, EvidenceId, WallKind};

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

fn sniff(head: &Head<'_>) -> u8 {
    let mut out = Parsed::default();
    let mut errors = Errors::new(EvidenceId(0));
    JsonReader::default().feed(&Block { bytes: head.bytes, offset: 0, first_line: 1 }, &mut errors.visitor(&mut out));
    let speaks_of_errors =
        |it: &CollectorError| ERROR_WORDS.iter().any(|word| it.message.to_ascii_lowercase().contains(word));
    let all = &out.collector_errors;
    match all.as_slice() {
        _ if errors.is_other || all.is_empty() => 0,
        [one] if !one.collector.is_empty() => 90,
        _ if all.iter().all(speaks_of_errors) => 70,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(CollectorErrors { reader: JsonReader::default(), errors: Errors::new(evidence), end: 0 })
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
        it.is_other |= it.depth > 0;
        it.depth += 1;
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
            "[]" if !is_null => {
                let (collector, message) = (String::new(), text.to_owned());
                let locator = at.locator(it.evidence);
                self.out.collector_errors.push(CollectorError { collector, message, locator, also: Vec::new() });
            }
            "collector" => text.clone_into(&mut it.collector),
            "error" => it.message = Some((text.to_owned(), at)),
            "timestamp" => {}
            _ => it.is_other = true,
        }
    }

    fn close(&mut self, at: Place) {
        let it = &mut *self.errors;
        it.depth = it.depth.saturating_sub(1);
        if let Some((message, _)) = it.message.take() {
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
