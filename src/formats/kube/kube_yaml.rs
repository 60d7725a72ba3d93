//! `kubectl get -o yaml` and `oc get -o yaml`: any object, lists of them, several documents; manifests as people write them.
//!
//! ```text
//! apiVersion: v1
//! items:
//! - kind: Pod
//!   metadata:
//!     name: web-1
//!   status:
//!     containerStatuses:
//!     - lastState:
//!         terminated:
//!           exitCode: 137
//!           finishedAt: "2024-08-20T05:58:23Z"
//! kind: List
//! ```
//! A manifest has no status: its objects say what is asked for, not what is.
//!
//! Spec: kubernetes.io/docs/reference/kubernetes-api. Not supported: Helm templates before they are rendered, and what
//! [`crate::formats::tree`] says of YAML.

use super::super::tree::yaml::YamlReader;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::manifest::{Objects, Shape};
use crate::evidence::Block;
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "kube-yaml", family: Family::Kube, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut shape = Shape::new();
    let mut reader = YamlReader::default();
    reader.feed(&Block { bytes: head.bytes, offset: 0, first_line: 1 }, &mut shape);
    reader.finish(&mut shape);
    shape.score(head)
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(KubeYaml { reader: YamlReader::default(), objects: Objects::new(evidence) })
}

struct KubeYaml {
    reader: YamlReader,
    objects: Objects,
}

impl Parser for KubeYaml {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        super::super::log::report_bytes(block, out);
        self.reader.feed(block, &mut self.objects.visitor(out));
        self.objects.set_clock(out);
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(&mut self.objects.visitor(out));
        self.objects.set_clock(out);
    }
}
