//! `kubectl get -o json`: any object, lists of them, several documents in a row, and `kubectl cluster-info dump`.
//!
//! ```text
//! {"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "web-1", "namespace": "shop"},
//!  "status": {"phase": "Running", "containerStatuses": [{"name": "web", "restartCount": 7,
//!   "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2024-08-20T05:58:23Z"}}}]}}]}
//! ==== START logs for container web of pod shop/web-1 ====                cluster-info dump, between the documents or in NS/POD/logs.txt
//! ```
//! The document is read as a stream: an answer of any size costs what is kept of its objects. Where it breaks, everything complete before
//! that place is kept.
//!
//! Spec: kubernetes.io/docs/reference/kubernetes-api. Not supported: `-o jsonpath`, the audit log, component configuration.

use super::super::tree::json::JsonReader;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::manifest::{Objects, Shape};
use crate::evidence::Block;
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "kube-json", family: Family::Kube, sniff, parser };

/// How the log of a container begins in a dump.
const MARK: &[u8] = b"==== START logs for container ";

fn sniff(head: &Head<'_>) -> u8 {
    // With `--output-directory` the logs of a pod are a file of their own.
    if head.bytes.trim_ascii_start().starts_with(MARK) {
        return 94;
    }
    let mut shape = Shape::new();
    JsonReader::default().feed(&Block { bytes: head.bytes, offset: 0, first_line: 1 }, &mut shape);
    shape.score(head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(KubeJson { reader: JsonReader::default(), objects: Objects::new(evidence), end: 0 })
}

struct KubeJson {
    reader: JsonReader,
    objects: Objects,
    /// Bytes seen.
    end: u64,
}

impl Parser for KubeJson {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.reader.feed(block, &mut self.objects.visitor(out));
        self.end = block.offset + block.bytes.len() as u64;
        self.objects.set_clock(out);
    }

    /// An answer may be one line, however long.
    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(self.end, &mut self.objects.visitor(out));
        self.objects.set_clock(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../../tests/fixtures/formats/kube-json/objects-in-a-row.txt");

    /// The text in blocks of so many bytes, which end inside lines and tokens.
    fn read(n_bytes: usize) -> Parsed {
        let mut out = Parsed::default();
        let mut parser = parser(EvidenceId(0), &Head { bytes: b"", name: "", complete: false });
        let (mut offset, mut first_line) = (0, 1);
        for bytes in TEXT.as_bytes().chunks(n_bytes) {
            parser.feed(&Block { bytes, offset, first_line }, &mut out);
            offset += bytes.len() as u64;
            first_line += memchr::memchr_iter(b'\n', bytes).count() as u32;
        }
        parser.finish(&mut out);
        out
    }

    #[test]
    fn blocks_may_end_anywhere() {
        let whole = read(usize::MAX);
        assert_eq!(whole.objects.len(), 8);
        for n_bytes in [1, 2, 7, 100] {
            let cut = read(n_bytes);
            assert_eq!(
                (cut.objects, cut.lines, cut.issues),
                (whole.objects.clone(), whole.lines, whole.issues.clone())
            );
        }
    }
}
