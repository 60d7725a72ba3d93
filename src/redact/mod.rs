//! Finding what must not leave and putting pseudonyms in its place, when a document is exported.
//!
//! Evidence and document are never changed: everything here works on a copy that is about to leave. The same original gets the same
//! pseudonym (`node-1`, `host-2`, `ip-3`, `user-1`, `email-1`, `secret-1`) in all texts of an export, so a reader can still follow a machine
//! through the document. Numbers are given in order of first appearance and per kind; one that the case uses itself is never given.
//! The map stays with the [`Redactor`] and is shown as a preview.
//!
//! One file per class says what it finds, with samples, and what it leaves: [`secret`], [`email`], [`ip`], [`host`], [`user`]; [`known`]
//! finds the names that the case is sure of. Detectors are plain scanners, linear in the text.
//!
//! # What is not found
//! Redaction by looking at text is help for a person who reads what leaves, not a proof. Not found are: names of people, customers,
//! products, clusters, namespaces, pods and images; short host and account names that no position tells and the case does not know; secrets
//! without a look, a name or a position of their own; anything that is encoded, encrypted, split over texts or drawn. Pictures must be drawn
//! from redacted specifications ([`Redactor::chart`]). Times, counts and identifiers of processes and containers stay.

mod email;
mod host;
mod ip;
mod known;
mod ledger;
mod pairs;
mod scan;
mod secret;
mod user;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use known::KnownNames;

use crate::chart::ChartSpec;
use crate::model::{RedactionChoices, RedactionClass as Class, Replacement};
use known::Known;
use ledger::Ledger;
use scan::{Hit, Hits};

/// Names of our own JSON whose values are no evidence: digests and ids. `key` and `from` are not among them, because they can hold a name;
/// they are replaced alike wherever they stand, so they still refer to each other.
const OUR_OWN: &[&str] = &["digest", "id", "rule", "schema"];
/// How often a redacted text is looked at again: what was replaced can make a stretch beside it readable.
const ROUNDS: usize = 4;

/// Replaces what must not leave, alike in every text that it is given.
pub struct Redactor {
    enabled: bool,
    classes: Vec<Class>,
    known: Known,
    ledger: Ledger,
}

impl Redactor {
    /// A redactor for one export.
    #[must_use]
    pub fn new(choices: &RedactionChoices, known: &KnownNames) -> Self {
        let mut ledger = Ledger::new(choices);
        known.hosts.iter().chain(&known.users).for_each(|name| ledger.reserve(name));
        let enabled = choices.enabled && !choices.classes.is_empty();
        Self { enabled, classes: choices.classes.clone(), known: Known::new(known), ledger }
    }

    /// Looks at a text before anything is replaced: machines that its positions tell are then found in every other text, and pseudonyms that
    /// it uses as names are not given out. Every other method does this with what it is given; texts that are redacted one by one should all
    /// be learned first.
    pub fn learn(&mut self, text: &str) {
        if !self.enabled {
            return;
        }
        self.ledger.reserve(text);
        if self.classes.contains(&Class::Host) {
            let mut hits = Hits::default();
            detect_nodes(&scan::without_colours(text), &mut hits);
            self.learn_nodes(text, &hits);
        }
    }

    fn learn_nodes(&mut self, text: &str, hits: &Hits) {
        for hit in hits.0.iter().filter(|hit| hit.class == Class::Host && hit.noun == "node") {
            let name = text.get(hit.at.clone()).unwrap_or_default();
            if !self.ledger.is_ours(hit, name) {
                self.known.learn(name);
            }
        }
    }

    /// The text with pseudonyms in place of what must not leave; borrowed where nothing had to be replaced.
    pub fn text<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        if !self.enabled {
            return Cow::Borrowed(text);
        }
        let hits = self.look(text);
        self.replace_at(text, hits)
    }

    /// What [`Redactor::learn`] does, keeping what was found.
    fn look(&mut self, text: &str) -> Hits {
        self.ledger.reserve(text);
        let hits = self.detect(text);
        if self.classes.contains(&Class::Host) {
            self.learn_nodes(text, &hits);
        }
        hits
    }

    /// What the chosen classes find.
    fn detect(&self, text: &str) -> Hits {
        let mut hits = Hits::default();
        detect(&scan::without_colours(text), &self.classes, &mut hits);
        hits
    }

    /// Replaces in a text that was learned.
    fn replace<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let hits = self.detect(text);
        self.replace_at(text, hits)
    }

    /// Replaces what detectors found in a text that was learned.
    fn replace_at<'a>(&mut self, text: &'a str, hits: Hits) -> Cow<'a, str> {
        let Some(mut redacted) = self.pass(text, hits, true) else { return Cow::Borrowed(text) };
        for _ in 0..ROUNDS {
            let hits = self.detect(&redacted);
            let Some(next) = self.pass(&redacted, hits, false) else { break };
            redacted = next;
        }
        Cow::Owned(redacted)
    }

    /// Lines that belong together, such as a frozen excerpt: a private key or a manifest spans them. Their number stays.
    pub fn excerpt(&mut self, lines: &mut [String]) {
        if self.enabled {
            let text = joined(lines);
            let hits = self.look(&text);
            if let Cow::Owned(redacted) = self.replace_at(&text, hits) {
                put_lines(lines, &redacted);
            }
        }
    }

    fn replace_lines(&mut self, lines: &mut [String]) {
        if let Cow::Owned(redacted) = self.replace(&joined(lines)) {
            put_lines(lines, &redacted);
        }
    }

    /// Every string of a JSON document, except names and our own ids. A name tells what its value is, as in text.
    pub fn value(&mut self, value: &mut Value) {
        if self.enabled {
            self.learn_value(value);
            self.replace_value(value);
        }
    }

    /// Looks at every text of a model value, as [`Redactor::learn`] does.
    ///
    /// # Errors
    /// When the value has no form in JSON.
    pub fn learn_from<T: Serialize>(&mut self, value: &T) -> Result<(), serde_json::Error> {
        if self.enabled {
            self.learn_value(&serde_json::to_value(value)?);
        }
        Ok(())
    }

    /// A copy of any model value with every string replaced. It goes through JSON, so no field can be forgotten.
    ///
    /// # Errors
    /// When the value has no form in JSON (a number that is not finite) or does not accept its own form.
    pub fn apply<T: Serialize + DeserializeOwned>(&mut self, value: &T) -> Result<T, serde_json::Error> {
        let mut json = serde_json::to_value(value)?;
        self.value(&mut json);
        serde_json::from_value(json)
    }

    /// The same for a value that was learned with others by [`Redactor::learn_from`].
    ///
    /// # Errors
    /// As [`Redactor::apply`].
    pub fn apply_learned<T: Serialize + DeserializeOwned>(&mut self, value: &T) -> Result<T, serde_json::Error> {
        let mut json = serde_json::to_value(value)?;
        if self.enabled {
            self.replace_value(&mut json);
        }
        serde_json::from_value(json)
    }

    /// Every text that a chart draws. Keys of series stay: they are not drawn.
    pub fn chart(&mut self, spec: &mut ChartSpec) {
        if !self.enabled {
            return;
        }
        let ChartSpec { title, y_label, x_label, series, ceilings, markers, .. } = spec;
        let mut texts = vec![title, y_label, x_label];
        texts.extend(series.iter_mut().map(|it| &mut it.label));
        texts.extend(ceilings.iter_mut().map(|it| &mut it.label));
        texts.extend(markers.iter_mut().map(|it| &mut it.label));
        texts.iter().for_each(|text| self.learn(text));
        texts.into_iter().for_each(|text| self.string(text));
    }

    /// What was met so far and what stands for it, in order of first appearance. It holds the originals.
    #[must_use]
    pub fn replacements(&self) -> Vec<Replacement> {
        self.ledger.replacements()
    }

    fn string(&mut self, text: &mut String) {
        if let Cow::Owned(redacted) = self.replace(text) {
            *text = redacted;
        }
    }

    fn learn_value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.learn(text),
            Value::Array(items) => match lines_of(items) {
                Some(lines) => self.learn(&joined(&lines)),
                None => items.iter().for_each(|item| self.learn_value(item)),
            },
            Value::Object(fields) => {
                for (name, value) in fields.iter().filter(|(name, _)| !OUR_OWN.contains(&name.as_str())) {
                    match value {
                        Value::String(text) => match framed(name, text) {
                            Some((_, framed)) => self.learn(&framed),
                            None => self.learn(text),
                        },
                        value => self.learn_value(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn replace_value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => self.string(text),
            Value::Array(items) => match lines_of(items) {
                Some(mut lines) => {
                    self.replace_lines(&mut lines);
                    items.iter_mut().zip(lines).for_each(|(item, line)| *item = Value::String(line));
                }
                None => items.iter_mut().for_each(|item| self.replace_value(item)),
            },
            Value::Object(fields) => {
                for (name, value) in fields.iter_mut().filter(|(name, _)| !OUR_OWN.contains(&name.as_str())) {
                    match value {
                        Value::String(text) => self.field(name, text),
                        value => self.replace_value(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// A text that a name introduces.
    fn field(&mut self, name: &str, text: &mut String) {
        if let Some((head, framed)) = framed(name, text)
            && let Cow::Owned(redacted) = self.replace(&framed)
            && let Some(value) = redacted.strip_prefix(&framed[..head]).and_then(|it| it.strip_suffix('"'))
        {
            *text = value.to_owned();
        } else {
            self.string(text);
        }
    }

    /// Replaces once what detectors found and the case knows; `None` where nothing changes.
    fn pass(&mut self, text: &str, mut hits: Hits, first: bool) -> Option<String> {
        self.known.find(&scan::without_colours(text), &mut hits);
        let mut hits = hits.0;
        hits.retain(|hit| self.classes.contains(&hit.class) && text.get(hit.at.clone()).is_some());
        let mut out = String::new();
        let mut done = 0;
        for hit in settle(hits) {
            let original = &text[hit.at.clone()];
            if original.lines().all(|line| line.trim().is_empty() || self.ledger.is_ours(&hit, line.trim())) {
                continue;
            }
            let Some(name) = self.ledger.stand_in(&hit, original, text, first) else { continue };
            // Lines stay lines: each is replaced on its own, by the same name.
            for line in original.split_inclusive('\n') {
                let start = hit.at.start + (line.as_ptr() as usize - original.as_ptr() as usize);
                let content = line.trim();
                let from = start + line.len() - line.trim_start().len();
                if !content.is_empty() {
                    out.push_str(&text[done..from]);
                    out.push_str(name);
                    done = from + content.len();
                }
            }
        }
        (done > 0).then(|| out + &text[done..])
    }
}

/// The detectors of some classes; what they find of another class is not counted on.
fn detect(text: &str, classes: &[Class], hits: &mut Hits) {
    let finds = |class: Class| classes.contains(&class);
    detect_pairs(text, hits);
    if finds(Class::Secret) {
        secret::named::find_phrases(text, hits);
        secret::tokens::find(text, hits);
        secret::tokens::find_cut(text, hits);
        secret::blocks::find(text, hits);
    }
    if finds(Class::Email) {
        email::find(text, hits);
    }
    if finds(Class::Ip) {
        ip::find(text, hits);
    }
    if finds(Class::Host) {
        host::find(text, hits);
    }
    // Logins name machines too, and addresses hold a secret as well.
    if finds(Class::Host) || finds(Class::User) {
        user::find(text, hits);
    }
    if finds(Class::Secret) || finds(Class::Host) || finds(Class::User) {
        secret::urls::find(text, hits);
    }
}

/// Those that tell machines by their position.
fn detect_nodes(text: &str, hits: &mut Hits) {
    detect_pairs(text, hits);
    host::find(text, hits);
    user::find(text, hits);
}

fn detect_pairs(text: &str, hits: &mut Hits) {
    let mut armed = false;
    pairs::each_pair(text, &mut |pair| {
        let done = secret::named::pair(pair, &mut armed, hits);
        if done > 0 { done } else { host::pair(pair, hits).max(user::pair(pair, hits)) }
    });
}

/// Hits that do not overlap, in order of place: the class that comes first wins, then the longer one.
fn settle(mut hits: Vec<Hit>) -> impl Iterator<Item = Hit> {
    // Of two names for the same machine the one of a node says more.
    hits.sort_by_key(|hit| (hit.class, std::cmp::Reverse(hit.at.len()), hit.at.start, hit.noun != "node"));
    let mut settled: BTreeMap<usize, Hit> = BTreeMap::new();
    for hit in hits {
        // Those that are settled do not overlap, so only the last one that begins before this one's end can.
        let before = settled.range(..hit.at.end).next_back();
        if before.is_none_or(|(_, before)| before.at.end <= hit.at.start) {
            settled.insert(hit.at.start, hit);
        }
    }
    settled.into_values()
}

/// Lines as one text; their number stays.
fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| line.replace(['\n', '\r'], " ")).collect::<Vec<_>>().join("\n")
}

fn put_lines(lines: &mut [String], text: &str) {
    lines.iter_mut().zip(text.split('\n')).for_each(|(line, new)| new.clone_into(line));
}

/// A list of texts only: lines of an excerpt.
fn lines_of(items: &[Value]) -> Option<Vec<String>> {
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// A field as text, so that its name tells what it holds, and the length of what stands before the value. `None` where the name tells nothing.
fn framed(name: &str, text: &str) -> Option<(usize, String)> {
    let tells = secret::named::is_key(name) || host::is_key(name) || user::is_key(name);
    (tells && !text.contains(['"', '\n'])).then(|| (name.len() + 2, format!("{name}=\"{text}\"")))
}
