//! Kubernetes objects as the API server gives them, whatever notation they come in: what `-o json` and `-o yaml` share.
//!
//! The readers of [`crate::formats::tree`] tell of keys and values; here the path of each decides what it means, and an object is written
//! out when it ends. So a list of any length costs what is kept of its objects. Single objects, `List`s and typed lists (whose items have
//! no kind), bare lists and several documents in a row are all read. `managedFields` and everything nobody asks for is passed over; a time
//! of the year 1 or 1970 means *never* and is no time.
//!
//! Between documents stand prompts, and in `kubectl cluster-info dump` the logs of containers between markers, which become records.

mod draft;
mod event;
mod pod;

use super::super::host::is_prompt;
use super::super::log::{goes_on, level_of, read_stray};
use super::super::tree::{Fate, Place, Visit};
use crate::evidence::Line;
use crate::formats::{Head, Parsed};
use crate::model::words::{cut_at, holds};
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};
use draft::Draft;
pub(super) use draft::set_time;

/// What collectors write in place of what they hide.
const HIDDEN: &str = "***HIDDEN***";

/// An open map or list.
struct OpenLevel {
    /// Length of the path before it.
    path_len: usize,
    is_list: bool,
    at: Place,
}

/// What the documents of one input hold.
pub(super) struct Objects {
    evidence: EvidenceId,
    path: String,
    levels: Vec<OpenLevel>,
    /// Where the last key stands.
    key: Place,
    draft: Option<Draft>,
    /// Length of the path at which the draft's own paths begin.
    base: usize,
    /// Kind of the list at hand, without `List`; objects from this index on have none of their own yet.
    list: Option<(String, usize)>,
    /// The container whose log is between markers.
    log: Option<String>,
    /// A line of such a log had a time.
    log_has_times: bool,
}

impl Objects {
    pub(super) const fn new(evidence: EvidenceId) -> Self {
        Self {
            evidence,
            path: String::new(),
            levels: Vec::new(),
            key: Place { start: 0, end: 0, first: 0, last: 0 },
            draft: None,
            base: 0,
            list: None,
            log: None,
            log_has_times: false,
        }
    }

    /// Events carry instants of their own, and so may lines of logs; objects alone have no clock.
    pub(super) fn set_clock(&self, out: &mut Parsed) {
        let has_time =
            self.log_has_times || out.events.iter().any(|event| event.first.is_some() || event.last.is_some());
        out.wall_kind = if has_time { WallKind::Utc } else { WallKind::Unclocked };
    }

    /// Joins this to where its findings go.
    pub(super) const fn visitor<'a>(&'a mut self, out: &'a mut Parsed) -> Visitor<'a> {
        Visitor { objects: self, out }
    }
}

/// Objects at work.
pub(super) struct Visitor<'a> {
    objects: &'a mut Objects,
    out: &'a mut Parsed,
}

impl Visit for Visitor<'_> {
    fn open(&mut self, is_list: bool, at: Place) {
        let it = &mut *self.objects;
        if it.levels.is_empty() {
            it.path.clear();
            it.list = is_list.then(|| (String::new(), self.out.objects.len()));
        }
        let is_list_of_objects = is_list
            && it.levels.len() == 1
            && it.path == ".items"
            && it.draft.as_ref().is_some_and(|draft| draft.kind().is_empty() || draft.kind().ends_with("List"));
        if is_list_of_objects {
            let kind = it.draft.take().map(|draft| draft.kind().to_owned()).unwrap_or_default();
            it.list = Some((kind, self.out.objects.len()));
        }
        let is_object = !is_list
            && it.draft.is_none()
            && match it.levels.len() {
                0 => true,
                1 => it.path == "[]",
                2 => it.path == ".items[]",
                _ => false,
            };
        if is_object {
            it.base = it.path.len();
            it.draft = Some(Draft::new(it.evidence, at));
        } else if let (Some(draft), Some(path)) = (&mut it.draft, it.path.get(it.base..)) {
            draft.open(path, at);
        }
        it.levels.push(OpenLevel { path_len: it.path.len(), is_list, at });
        if is_list {
            it.path.push_str("[]");
        }
    }

    fn key(&mut self, key: &str, at: Place) {
        let it = &mut *self.objects;
        if let Some(level) = it.levels.last() {
            it.path.truncate(level.path_len);
            it.path.push('.');
            it.path.push_str(key);
        }
        it.key = at;
        self.report(key, at);
    }

    fn scalar(&mut self, text: &str, is_null: bool, at: Place) {
        self.report(text, at);
        let it = &mut *self.objects;
        if is_null {
            return;
        }
        if it.levels.len() == 1 && it.path == ".kind" && it.draft.is_none() {
            // A list whose keys are sorted says its kind last.
            if let Some((kind, _)) = &mut it.list {
                text.clone_into(kind);
            }
        }
        if let (Some(draft), Some(path)) = (&mut it.draft, it.path.get(it.base..)) {
            // A value stands where its key does; an item of a list has none.
            let is_item = it.levels.last().is_some_and(|level| level.is_list);
            let at = if is_item { at } else { it.key.to(at) };
            if !draft.scalar(path, text, at) {
                self.out.issues.add(IssueCode::BadTime, at.first, at.start);
            }
        }
    }

    fn close(&mut self, at: Place) {
        let it = &mut *self.objects;
        let Some(level) = it.levels.pop() else { return };
        it.path.truncate(level.path_len);
        let ends_draft = !level.is_list && it.path.len() == it.base && it.levels.len() <= 2;
        if ends_draft && let Some(draft) = it.draft.take() {
            draft.finish(level.at.to(at), it.list.as_ref().map_or("", |(kind, _)| kind), self.out);
        } else if let (Some(draft), Some(path)) = (&mut it.draft, it.path.get(it.base..)) {
            draft.close(path, level.at.to(at));
        }
        if it.levels.is_empty()
            && let Some((kind, from)) = it.list.take()
        {
            let kind = kind.strip_suffix("List").unwrap_or(&kind);
            for object in self.out.objects.iter_mut().skip(from).filter(|object| object.kind.is_empty()) {
                kind.clone_into(&mut object.kind);
            }
        }
    }

    fn abandon(&mut self) {
        let it = &mut *self.objects;
        it.levels.clear();
        it.path.clear();
        (it.draft, it.list) = (None, None);
    }

    fn between(&mut self, line: &str, at: Place) -> Fate {
        if let Some(container) = marked(line, "==== START logs for container ") {
            self.objects.log = Some(container);
            return Fate::Parsed;
        }
        let text = line.as_bytes();
        if marked(line, "==== END logs for container ").is_some() {
            self.objects.log = None;
            // What follows belongs to no line of the log.
            self.out.records.push(at.first, WallTime::NONE, Level::None, b"");
            return Fate::Parsed;
        }
        let last = self.out.records.last();
        match &self.objects.log {
            Some(_) if text.is_empty() => Fate::Skipped,
            Some(_) if goes_on(text) && last.is_some_and(|last| last.source != 0) => Fate::Parsed,
            Some(container) => {
                let (container, full_len) = (container.as_bytes(), text.len());
                // Programs write their clocks as they like: only an instant with its zone is one here.
                if !read_stray(
                    &Line { bytes: text, offset: at.start, number: at.first, full_len },
                    WallKind::Utc,
                    container,
                    false,
                    self.out,
                ) {
                    self.out.records.push(at.first, WallTime::NONE, level_of(text), container);
                }
                self.objects.log_has_times |= self.out.records.last().is_some_and(|last| last.wall.is_some());
                Fate::Parsed
            }
            None if is_prompt(line.as_bytes()) || line.starts_with('#') => Fate::Skipped,
            None => Fate::Failed,
        }
    }

    fn takes_text(&self) -> bool {
        self.objects.log.is_some()
    }

    fn out(&mut self) -> &mut Parsed {
        self.out
    }
}

impl Visitor<'_> {
    fn report(&mut self, text: &str, at: Place) {
        if holds(text, HIDDEN) {
            self.out.issues.add(IssueCode::Redacted, at.first, at.start);
        }
    }
}

/// The container of `==== START logs for container C of pod NS/POD ====` as `NS/POD/C`.
fn marked(line: &str, marker: &str) -> Option<String> {
    let (container, pod) = cut_at(line.strip_prefix(marker)?.strip_suffix(" ====")?, " of pod ")?;
    Some(format!("{pod}/{container}"))
}

/// What a head tells of the documents in it, by the very reader that will read them.
pub(super) struct Shape {
    parsed: Parsed,
    path: String,
    levels: Vec<(usize, bool)>,
    /// `kind` and `apiVersion` of a document or of the items of a list.
    kind: String,
    version: String,
    has_metadata: bool,
    has_items: bool,
    /// Text other than prompts stands before the first document.
    has_foreword: bool,
    has_begun: bool,
}

impl Shape {
    pub(super) fn new() -> Self {
        Self {
            has_foreword: false,
            has_begun: false,
            parsed: Parsed::default(),
            path: String::new(),
            levels: Vec::new(),
            kind: String::new(),
            version: String::new(),
            has_metadata: false,
            has_items: false,
        }
    }

    /// How sure it is that these are Kubernetes objects.
    pub(super) fn score(&self, head: &Head<'_>) -> u8 {
        // A log of requests has objects of its own kind, one per line; a component's configuration is no object of the cluster.
        if self.version.starts_with("audit.k8s.io") || holds(&self.version, ".config.k8s.io") {
            return 0;
        }
        if self.has_foreword {
            return 0;
        }
        let hint = u8::from(holds(head.name, "cluster-resources/"));
        match (!self.version.is_empty() && !self.kind.is_empty(), self.has_metadata, self.has_items) {
            (true, ..) => 95,
            (false, true, true) => 80 + hint,
            (false, true, false) => 60 + hint,
            _ => 0,
        }
    }
}

impl Visit for Shape {
    fn open(&mut self, is_list: bool, _: Place) {
        self.has_begun = true;
        if self.levels.is_empty() {
            self.path.clear();
        }
        if !is_list && matches!(self.path.as_str(), ".metadata" | "[].metadata" | ".items[].metadata") {
            self.has_metadata = true;
        }
        self.has_items |= is_list && self.path == ".items";
        self.levels.push((self.path.len(), is_list));
        if is_list {
            self.path.push_str("[]");
        }
    }

    fn key(&mut self, key: &str, _: Place) {
        if let Some((len, _)) = self.levels.last() {
            self.path.truncate(*len);
            self.path.push('.');
            self.path.push_str(key);
        }
    }

    fn scalar(&mut self, text: &str, is_null: bool, _: Place) {
        // An empty list of items is `null`.
        self.has_items |= is_null && self.path == ".items";
        let field = match self.path.as_str() {
            ".kind" | "[].kind" | ".items[].kind" => &mut self.kind,
            ".apiVersion" | "[].apiVersion" | ".items[].apiVersion" => &mut self.version,
            _ => return,
        };
        if !is_null && field.is_empty() {
            text.clone_into(field);
        }
    }

    fn close(&mut self, _: Place) {
        if let Some((len, _)) = self.levels.pop() {
            self.path.truncate(len);
        }
    }

    fn abandon(&mut self) {
        self.levels.clear();
        self.path.clear();
    }

    fn between(&mut self, line: &str, _: Place) -> Fate {
        let is_prompt = is_prompt(line.as_bytes()) || line.starts_with('#');
        self.has_foreword |= !self.has_begun && !is_prompt;
        if is_prompt { Fate::Skipped } else { Fate::Failed }
    }

    fn out(&mut self) -> &mut Parsed {
        &mut self.parsed
    }
}
