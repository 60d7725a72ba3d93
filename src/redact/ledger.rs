//! Who stands for whom: one pseudonym per original, in order of first appearance, over all texts of one export.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{Hit, has_digit, is_word};
use crate::model::gather::set_of;
use crate::model::{RedactionChoices, RedactionClass as Class, Replacement};

/// What pseudonyms begin with.
const NOUNS: [&str; 6] = ["email", "host", "ip", "node", "secret", "user"];
/// Characters of a sample on either side of the original.
const AROUND: usize = 40;

/// The map of an export. It stays where it was made.
#[derive(Default)]
pub(super) struct Ledger {
    entries: Vec<Replacement>,
    places: BTreeMap<(Class, String), usize>,
    keep: BTreeSet<String>,
    /// Pseudonyms given out: met again, they are our own words.
    issued: BTreeSet<String>,
    /// Texts of the shape of a pseudonym that stand in the case: never given out.
    reserved: BTreeSet<String>,
    numbers: BTreeMap<&'static str, u32>,
}

impl Ledger {
    pub(super) fn new(choices: &RedactionChoices) -> Self {
        Self { keep: set_of(choices.keep.iter().map(|it| it.trim().to_ascii_lowercase())), ..Self::default() }
    }

    /// Keeps `node-3` free when the case itself has a `node-3`.
    pub(super) fn reserve(&mut self, text: &str) {
        for dash in memchr::memchr_iter(b'-', text.as_bytes()) {
            let Some(noun) = NOUNS.iter().find(|noun| ends_with_word(&text[..dash], noun)) else { continue };
            let n_digits = text[dash + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let name = &text[dash - noun.len()..dash + 1 + n_digits];
            if n_digits > 0 && !self.issued.contains(&name.to_ascii_lowercase()) {
                self.reserved.insert(name.to_ascii_lowercase());
            }
        }
    }

    /// Whether the hit is what an earlier redaction put there. Names of the shape `node-3` and `host-3` are given to real machines too, so
    /// for them only this ledger's own count.
    pub(super) fn is_ours(&self, hit: &Hit, text: &str) -> bool {
        self.issued.contains(text) || hit.class != Class::Host && is_pseudonym(text)
    }

    /// What stands for a hit, `None` where it stays. `first` = met in a text as it came, not in one that was redacted already.
    pub(super) fn stand_in(&mut self, hit: &Hit, original: &str, context: &str, first: bool) -> Option<&str> {
        let place = self.place(hit, original, context);
        let entry = &mut self.entries[place];
        if first || !entry.kept {
            entry.count = entry.count.saturating_add(1);
        }
        (!entry.kept).then_some(entry.pseudonym.as_str())
    }

    fn place(&mut self, hit: &Hit, original: &str, context: &str) -> usize {
        let folded = match hit.class {
            // Their letter case means something.
            Class::Secret | Class::User => original.to_owned(),
            Class::Email | Class::Ip | Class::Host => original.to_ascii_lowercase(),
        };
        if let Some(place) = self.places.get(&(hit.class, folded.clone())) {
            return *place;
        }
        let kept = self.keep.contains(&original.trim().to_ascii_lowercase());
        let entry = Replacement {
            class: hit.class,
            original: original.to_owned(),
            pseudonym: if kept { String::new() } else { self.next(hit.noun) },
            count: 0,
            kept,
            sample: sample(context, hit),
        };
        self.entries.push(entry);
        self.places.insert((hit.class, folded), self.entries.len() - 1);
        self.entries.len() - 1
    }

    fn next(&mut self, noun: &'static str) -> String {
        let number = self.numbers.entry(noun).or_default();
        loop {
            *number += 1;
            let name = format!("{noun}-{number}");
            if !self.reserved.contains(&name) {
                self.issued.insert(name.clone());
                return name;
            }
        }
    }

    pub(super) fn replacements(&self) -> Vec<Replacement> {
        self.entries.clone()
    }
}

/// Whether the text has the shape of a pseudonym.
fn is_pseudonym(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(noun, number)| {
        NOUNS.contains(&noun) && has_digit(number) && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(start) = bytes.len().checked_sub(word.len()) else { return false };
    bytes[start..].eq_ignore_ascii_case(word.as_bytes()) && !start.checked_sub(1).is_some_and(|at| is_word(bytes[at]))
}

/// The text around a hit.
fn sample(context: &str, hit: &Hit) -> String {
    let head = context[..hit.at.start].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let tail = context[hit.at.end..].char_indices().nth(AROUND).map_or(context.len(), |(at, _)| hit.at.end + at);
    let (from, to) = (if head > 0 { "… " } else { "" }, if tail < context.len() { " …" } else { "" });
    format!("{from}{}{to}", &context[head..tail])
}
