//! Names that the case knows for certain: found wherever they stand.
//!
//! A name with a digit, a dash or a dot is found between any two marks (`kube-proxy-node-5`, `node-5:10250`, `节点node-5上`); a plain word
//! only as a word of its own (`web`, not `web-frontend`). Letter case is ignored.

use std::collections::BTreeMap;

use super::host;
use super::scan::{Hits, has_digit, is_name, is_word, run, word_start};
use crate::model::sort::Order as _;
use crate::model::{Analysis, RedactionClass as Class};

/// Names that the case knows for certain, whatever position they stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownNames {
    /// Machines: nodes, hosts of log headers.
    pub hosts: Vec<String>,
    /// Accounts of people.
    pub users: Vec<String>,
}

impl KnownNames {
    /// What an analysis knows: the nodes of workloads and the subjects of findings (`node x`).
    #[must_use]
    pub fn of(analysis: &Analysis) -> Self {
        let nodes = analysis.workloads.iter().filter_map(|workload| workload.node.as_deref());
        let subjects = analysis.findings.iter().filter_map(|finding| finding.subject.strip_prefix("node "));
        let mut hosts: Vec<String> = nodes.chain(subjects).map(str::to_owned).collect();
        hosts.order();
        hosts.dedup();
        Self { hosts, users: Vec::new() }
    }
}

/// Known names, ready to be looked for.
#[derive(Default)]
pub(super) struct Known {
    names: BTreeMap<String, Class>,
    longest: usize,
}

impl Known {
    pub(super) fn new(names: &KnownNames) -> Self {
        let mut known = Self::default();
        for name in &names.users {
            known.add(name, Class::User);
        }
        for name in &names.hosts {
            known.add(name, Class::Host);
        }
        known
    }

    /// Remembers a name. An address is left to its own class; what is no name at all is not looked for.
    pub(super) fn add(&mut self, name: &str, class: Class) {
        let name = name.trim().to_ascii_lowercase();
        let fits = name.bytes().all(is_name) && name.bytes().any(|byte| byte.is_ascii_alphabetic());
        if fits
            && (class == Class::User || host::is_short(&name))
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            self.longest = self.longest.max(name.len());
            self.names.insert(name, class);
        }
    }

    /// Remembers a machine that a position told, where its name is unlike any word, and the first label of a full name.
    pub(super) fn learn(&mut self, name: &str) {
        for name in [name, name.split('.').next().unwrap_or(name)] {
            if name.len() >= 4 && has_digit(name) && host::is_short(name) {
                self.add(name, Class::Host);
            }
        }
    }

    pub(super) fn find(&self, text: &str, hits: &mut Hits) {
        if self.names.is_empty() {
            return;
        }
        let lower = text.to_ascii_lowercase();
        let bytes = lower.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !is_word(bytes[at]) {
                at += 1;
                continue;
            }
            let start = word_start(text.as_bytes(), at);
            match self.longest_from(&lower, start) {
                Some((end, Class::User)) => hits.push(Class::User, start..end),
                Some((end, _)) => hits.push_node(start..end),
                None => {}
            }
            at = run(bytes, start.max(at), is_word).max(at + 1);
        }
    }

    /// The longest known name that begins here and ends where a word does.
    fn longest_from(&self, text: &str, start: usize) -> Option<(usize, Class)> {
        let bytes = text.as_bytes();
        let mut found = None;
        let mut end = start;
        loop {
            end = run(bytes, end, is_word);
            if end - start > self.longest {
                return found;
            }
            let name = &text[start..end];
            if let Some(class) = self.names.get(name)
                && stands_free(bytes, start, end, name)
            {
                found = Some((end, *class));
            }
            let next = run(bytes, end, |byte| matches!(byte, b'-' | b'.'));
            if next == end || next == bytes.len() {
                return found;
            }
            end = next;
        }
    }
}

/// Whether a plain word stands alone; a telling name may be part of a longer one.
fn stands_free(bytes: &[u8], start: usize, end: usize, name: &str) -> bool {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphabetic());
    let joins = |at: usize| matches!(bytes.get(at), Some(b'-' | b'_'));
    let dotted = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(|byte| is_word(*byte));
    let after_dot = start > 1 && bytes[start - 1] == b'.' && is_word(bytes[start - 2]);
    !is_plain || !(joins(end) || start > 0 && joins(start - 1) || dotted || after_dot)
}
