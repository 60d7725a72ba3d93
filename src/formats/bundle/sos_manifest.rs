//! What sos did, as data: `sos_reports/manifest.json`.
//!
//! ```text
//! {"version": "4.1", …, "components": {"report": {"plugins": {
//!   "networking": {"timeout": 300, "timeout_hit": true, "commands": [
//!     {"command": "ip", "exec": "ip -s -d link", "return_code": 124, "truncated": false, "runtime": 300.01, …}]}}}}}
//! ```
//! Yields errors of the collector: plugins whose time was up, and commands that `timeout` ended (124). Everything else about the run is left.
//!
//! Source: <https://github.com/sosreport/sos> `sos/report/__init__.py`, `sos/report/plugins/__init__.py`; canonical/hotsos#95.

use super::super::tree::json::JsonReader;
use super::super::tree::{Fate, Place, Visit};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::sos_log;
use crate::evidence::Block;
use crate::model::{CollectorError, EvidenceId, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sos-manifest", family: Family::Kube, sniff, parser };

/// Where the plugins stand: the keys of the levels around them.
const PLUGINS: [&str; 3] = ["components", "report", "plugins"];
/// What `timeout` answers for a command that it ended.
const TIMED_OUT: &str = "124";

fn sniff(head: &Head<'_>) -> u8 {
    let mut out = Parsed::default();
    let mut manifest = Manifest::new(EvidenceId(0));
    JsonReader::default().feed(&Block { bytes: head.bytes, offset: 0, first_line: 1 }, &mut manifest.visitor(&mut out));
    if manifest.has_plugins { 93 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(SosManifest { reader: JsonReader::default(), manifest: Manifest::new(evidence), end: 0 })
}

struct SosManifest {
    reader: JsonReader,
    manifest: Manifest,
    /// Bytes seen.
    end: u64,
}

impl Parser for SosManifest {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        self.reader.feed(block, &mut self.manifest.visitor(out));
        self.end = block.offset + block.bytes.len() as u64;
        out.wall_kind = WallKind::Unclocked;
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.reader.finish(self.end, &mut self.manifest.visitor(out));
        out.wall_kind = WallKind::Unclocked;
    }
}

/// What the document holds.
struct Manifest {
    evidence: EvidenceId,
    /// The key of each open level, and the one at hand.
    levels: Vec<String>,
    key: String,
    has_plugins: bool,
    /// The command at hand, whether it timed out, and where it begins.
    exec: String,
    is_over: bool,
    opened: Place,
}

impl Manifest {
    const fn new(evidence: EvidenceId) -> Self {
        let opened = Place { start: 0, end: 0, first: 0, last: 0 };
        Self {
            evidence,
            levels: Vec::new(),
            key: String::new(),
            has_plugins: false,
            exec: String::new(),
            is_over: false,
            opened,
        }
    }

    const fn visitor<'a>(&'a mut self, out: &'a mut Parsed) -> Visitor<'a> {
        Visitor { manifest: self, out }
    }

    /// The plugin that the open levels are in, and how many levels deeper it is.
    fn plugin(&self) -> Option<(&str, usize)> {
        let inside = self.levels.get(1..)?;
        let (around, inside) = (inside.get(..PLUGINS.len())?, inside.get(PLUGINS.len()..)?);
        let (plugin, deeper) = inside.split_first()?;
        around.iter().eq(PLUGINS.iter()).then_some((plugin.as_str(), deeper.len()))
    }

    /// Whether the innermost open level is a command of a plugin.
    fn is_command(&self) -> bool {
        matches!(self.plugin(), Some((_, 2)))
    }
}

struct Visitor<'a> {
    manifest: &'a mut Manifest,
    out: &'a mut Parsed,
}

impl Visitor<'_> {
    fn tell(&mut self, message: String, at: Place) {
        let it = &*self.manifest;
        let Some((collector, _)) = it.plugin() else { return };
        let (collector, locator) = (collector.to_owned(), at.locator(it.evidence));
        self.out.collector_errors.push(CollectorError { collector, message, locator, also: Vec::new() });
    }
}

impl Visit for Visitor<'_> {
    fn open(&mut self, _is_list: bool, at: Place) {
        let it = &mut *self.manifest;
        it.levels.push(std::mem::take(&mut it.key));
        it.has_plugins |= it.plugin().is_some();
        if it.is_command() {
            it.exec.clear();
            (it.is_over, it.opened) = (false, at);
        }
    }

    fn key(&mut self, key: &str, _: Place) {
        key.clone_into(&mut self.manifest.key);
    }

    fn scalar(&mut self, text: &str, _is_null: bool, at: Place) {
        let Some((plugin, deeper)) = self.manifest.plugin() else { return };
        match (deeper, self.manifest.key.as_str()) {
            (0, "timeout_hit") if text == "true" => self.tell(sos_log::timed_out(plugin), at),
            (2, "exec") => text.clone_into(&mut self.manifest.exec),
            (2, "return_code") => self.manifest.is_over = text == TIMED_OUT,
            _ => {}
        }
    }

    fn close(&mut self, at: Place) {
        if self.manifest.is_command() && std::mem::take(&mut self.manifest.is_over) {
            let message = format!("return_code: {TIMED_OUT}, {}", self.manifest.exec);
            let whole = self.manifest.opened.to(at);
            self.tell(message, whole);
        }
        self.manifest.levels.pop();
        self.manifest.key.clear();
    }

    fn abandon(&mut self) {
        self.manifest.levels.clear();
    }

    fn between(&mut self, _: &str, _: Place) -> Fate {
        Fate::Failed
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}
