//! Merging two trees of causes.

use std::collections::{BTreeMap, BTreeSet};

use super::pair::{Key, pair};
use super::{Merging, Place, unite};
use crate::model::Citation;
use crate::postmortem::tree::{MAX_DEPTH, depth, find_why};
use crate::postmortem::{Alternative, ItemId, Why, WhyKind, Wording};
use crate::text::Texts;

/// A why where it stands: the one above it, the one before it, and the question that it answers, its own or that of the one before.
pub(super) struct Placed<'a> {
    pub(super) why: &'a Why,
    above: Option<ItemId>,
    before: Option<ItemId>,
    question: String,
}

/// Every why in reading order.
pub(super) fn placed<'a>(whys: &'a [Why], texts: &Texts) -> Vec<Placed<'a>> {
    fn walk<'a>(whys: &'a [Why], above: Option<ItemId>, texts: &Texts, rows: &mut Vec<Placed<'a>>) {
        let mut before = None;
        for (at, why) in whys.iter().enumerate() {
            rows.push(Placed { why, above, before, question: asked(whys, at, texts) });
            before = Some(why.id);
            walk(&why.children, Some(why.id), texts, rows);
        }
    }
    let mut rows = Vec::new();
    walk(whys, None, texts, &mut rows);
    rows
}

/// The question that the why at a position answers.
fn asked(whys: &[Why], at: usize, texts: &Texts) -> String {
    for why in whys.get(..=at).unwrap_or_default().iter().rev() {
        if !why.is_further_answer() {
            return why.question.say(texts).trim().to_owned();
        }
    }
    String::new()
}

pub(super) fn key(placed: &Placed<'_>, texts: &Texts) -> Key {
    let Placed { why, question, .. } = placed;
    let mut said = own_words(placed, texts);
    if said.is_empty() {
        said = placed_children(why, texts).iter().map(|child| key(child, texts).said).collect();
    }
    let is_open = why.claim.say(texts).trim().is_empty();
    Key { id: why.id.0, from: why.from.clone(), about: question.clone(), said, is_open }
}

/// What a why says by itself, in words or by what it cites and rules out. What lies below it may be paired with something elsewhere.
fn own_words(placed: &Placed<'_>, texts: &Texts) -> String {
    let Placed { why, question, .. } = placed;
    let claim = why.claim.say(texts).trim().to_owned();
    if question.is_empty() && claim.is_empty() {
        let ruled_out = why.alternatives.iter().map(|other| alternative_key(other, texts).said);
        return std::iter::once(places(&why.citations)).chain(ruled_out).collect();
    }
    format!("{question}\n{claim}")
}

fn placed_children<'a>(why: &'a Why, texts: &Texts) -> Vec<Placed<'a>> {
    let rows = why.children.iter().enumerate();
    rows.map(|(at, child)| Placed { why: child, above: None, before: None, question: asked(&why.children, at, texts) })
        .collect()
}

pub(super) fn alternative_key(other: &Alternative, texts: &Texts) -> Key {
    let (claim, reason) = (other.claim.say(texts).trim().to_owned(), other.reason.say(texts).trim().to_owned());
    let said =
        if claim.is_empty() && reason.is_empty() { places(&other.citations) } else { format!("{claim}\n{reason}") };
    Key { id: other.id.0, from: None, about: claim, said, is_open: reason.is_empty() }
}

/// What tells items apart that say nothing.
pub(super) fn places(citations: &[Citation]) -> String {
    let place = |citation: &Citation| {
        let locator = citation.locator;
        format!("{}:{}-{}\n", locator.evidence.0, locator.lines.first, locator.lines.last)
    };
    citations.iter().map(place).collect()
}

impl Merging {
    /// Merges their whys; gives which of ours each of theirs is now.
    pub(super) fn whys(&mut self, theirs: &[Why]) -> BTreeMap<ItemId, ItemId> {
        let rows = placed(theirs, &self.texts);
        let ours = placed(&self.document.whys, &self.texts);
        let (own_keys, keys): (Vec<Key>, Vec<Key>) = (
            ours.iter().map(|row| key(row, &self.texts)).collect(),
            rows.iter().map(|row| key(row, &self.texts)).collect(),
        );
        let own_ids: Vec<ItemId> = ours.iter().map(|row| row.why.id).collect();
        let mut ids = BTreeMap::new();
        let pairs = pair(&own_keys, &keys, self.common);
        for (row, at) in rows.iter().zip(&pairs) {
            if let Some(id) = at.and_then(|at| own_ids.get(at)) {
                ids.insert(row.why.id, *id);
            }
        }
        // One that says nothing by itself is new only for what comes below it; the deeper stand behind.
        let mut adding = BTreeSet::new();
        for (row, at) in rows.iter().zip(&pairs).rev() {
            let is_new = at.is_none() && (adding.contains(&row.why.id) || !own_words(row, &self.texts).is_empty());
            if is_new {
                adding.insert(row.why.id);
                adding.extend(row.above);
            }
        }
        for (row, at) in rows.iter().zip(&pairs) {
            match at.and_then(|at| own_ids.get(at)) {
                Some(id) => self.same_why(*id, row.why),
                None if !adding.contains(&row.why.id) => {}
                None => {
                    let id = self.new_why(row, &ids);
                    ids.insert(row.why.id, id);
                }
            }
        }
        ids
    }

    fn same_why(&mut self, id: ItemId, their: &Why) {
        let Some(mut own) = find_why(&mut self.document.whys, id).cloned() else { return };
        let was_open = own.is_open();
        own.from = own.from.take().or_else(|| their.from.clone());
        let place = Place::Why(id);
        // A further answer has no question of its own: whose it is was settled by where it stands.
        if !own.is_further_answer() && !their.is_further_answer() {
            self.wording(&mut own.question, &their.question, place, "merge-question", "");
        }
        let name = own.question.say(&self.texts);
        self.wording(&mut own.claim, &their.claim, place, "merge-answer", &name);
        let kind = |kind: WhyKind, texts: &Texts| texts.get(&format!("why-kind-{}", kind.as_str()));
        if own.kind != their.kind && their.kind != WhyKind::Question {
            if was_open && own.kind == WhyKind::Question {
                own.kind = their.kind;
            } else {
                let both = [kind(own.kind, &self.texts), kind(their.kind, &self.texts)];
                self.differ(both, place, "merge-kind", &name);
            }
        }
        let confidence =
            |it: &crate::model::Confidence, texts: &Texts| texts.get(&format!("confidence-{}", it.as_str()));
        self.option(&mut own.confidence, &their.confidence, confidence, place, "merge-confidence", &name);
        unite(&mut own.citations, &their.citations);
        self.alternatives(&mut own.alternatives, &their.alternatives);
        if let Some(there) = find_why(&mut self.document.whys, id) {
            *there = own;
        }
    }

    fn alternatives(&mut self, ours: &mut Vec<Alternative>, theirs: &[Alternative]) {
        let keys = |list: &[Alternative]| list.iter().map(|it| alternative_key(it, &self.texts)).collect::<Vec<_>>();
        let (own_keys, keys) = (keys(ours), keys(theirs));
        for ((their, key), at) in theirs.iter().zip(&keys).zip(pair(&own_keys, &keys, self.common)) {
            match at.and_then(|at| ours.get_mut(at)) {
                Some(own) => {
                    let place = Place::Alternative(own.id);
                    self.wording(&mut own.claim, &their.claim, place, "merge-alternative", "");
                    let name = own.claim.say(&self.texts);
                    self.wording(&mut own.reason, &their.reason, place, "merge-reason", &name);
                    unite(&mut own.citations, &their.citations);
                }
                None if key.said.is_empty() => {}
                None => ours.push(Alternative { id: self.next_id(), ..their.clone() }),
            }
        }
    }

    /// Puts a why of theirs into our tree: after the one it followed, where that is here; never between a question and its answers.
    fn new_why(&mut self, row: &Placed<'_>, ids: &BTreeMap<ItemId, ItemId>) -> ItemId {
        let id = self.next_id();
        let mut new = Why { id, children: Vec::new(), alternatives: Vec::new(), ..row.why.clone() };
        self.alternatives(&mut new.alternatives, &row.why.alternatives);
        let texts = &self.texts;
        let whys = &mut self.document.whys;
        let above = row.above.and_then(|above| ids.get(&above)).copied();
        let above = above.filter(|above| depth(whys, *above).is_some_and(|depth| depth + 1 < MAX_DEPTH));
        let siblings = match above.and_then(|above| find_why(whys, above)) {
            Some(above) => &mut above.children,
            None => &mut self.document.whys,
        };
        let before = row.before.and_then(|before| ids.get(&before));
        let before = before.and_then(|before| siblings.iter().position(|why| why.id == *before));
        let mut at = before.map_or(siblings.len(), |before| before + 1);
        let is_beside = new.is_further_answer() && at > 0 && asked(siblings, at - 1, texts) == row.question;
        if new.is_further_answer() && row.question.is_empty() {
            // An answer to no question: behind another it would answer that one.
            at = 0;
        } else if !is_beside {
            if new.is_further_answer() {
                new.question = Wording::Own(row.question.clone());
            }
            while siblings.get(at).is_some_and(Why::is_further_answer) {
                at += 1;
            }
        }
        siblings.insert(at, new);
        id
    }
}
