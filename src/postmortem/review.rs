//! What a careful reviewer would remark: blame, causes nobody can act on, claims nothing shows, chains that stop too early.
//!
//! Remarks never block anything. Each names the item it is about, so that the page can show it there. Names of people are only known from
//! the document itself (authors, leads, attendees, owners): a name that stands nowhere else is not found, and a team's name is no person's.

use super::completeness::Place;
use super::{ActionItem, Document, Field, ItemId, Why, WhyKind, Wording};
use crate::model::words::{self, is_one_of, places_of};
use crate::model::{Message, Timestamp};

/// A remark.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// What it says.
    pub text: Message,
    /// Where.
    pub place: Place,
    /// On which item, where it is one's.
    pub item: Option<ItemId>,
}

/// Words that end an analysis instead of beginning it.
const HUMAN_ERROR: [&str; 13] = [
    "human error",
    "operator error",
    "user error",
    "human mistake",
    "fat finger",
    "fat-finger",
    "人为失误",
    "人为错误",
    "人为原因",
    "误操作",
    "操作失误",
    "操作不当",
    "人工失误",
];

/// Words that judge people, or tell what did not happen instead of what did. Not "failed to": programs say that all day.
const BLAMING: [&str; 21] = [
    "should have",
    "shouldn't have",
    "should not have",
    "neglected",
    "negligent",
    "negligence",
    "careless",
    "forgot",
    "incompetent",
    "inattentive",
    "to blame",
    "at fault",
    "本应",
    "本该",
    "疏忽",
    "粗心",
    "忘记",
    "忘了",
    "不负责任",
    "失职",
    "怪罪",
];

/// A chain with fewer causes than this may still be one line.
const STRAIGHT_CHAIN: usize = 3;

/// Reads the document as a reviewer would; remarks in reading order.
#[must_use]
pub fn review(document: &Document) -> Vec<Remark> {
    let mut remarks = Vec::new();
    blaming_parts(document, &mut remarks);
    let people = people(document);
    for why in document.whys.iter() {
        causes(document, why, None, &people, &mut remarks);
    }
    straight_chain(document, &mut remarks);
    for action in &document.actions {
        actions(action, &mut remarks);
    }
    remarks
}

fn own(wording: &Wording) -> &str {
    match wording {
        Wording::Own(text) => text,
        // The program's own sentences name no people and blame nobody.
        Wording::Suggested(_) => "",
    }
}

fn blaming_parts(document: &Document, remarks: &mut Vec<Remark>) {
    for (part, prose) in document.prose.iter() {
        if let Some(word) = first_of(own(&prose.text), &BLAMING) {
            let text = Message::new("review-blaming").with("word", word);
            remarks.push(Remark { text, place: Place::Part(*part), item: None });
        }
    }
    for event in &document.events {
        if let Some(word) = first_of(own(&event.text), &BLAMING) {
            let text = Message::new("review-blaming").with("word", word);
            remarks.push(Remark { text, place: Place::Timeline, item: Some(event.id) });
        }
    }
}

fn causes(document: &Document, why: &Why, parent: Option<&Why>, people: &[&str], remarks: &mut Vec<Remark>) {
    let mut remark = |text| remarks.push(Remark { text, place: Place::Whys, item: Some(why.id) });
    let claim = own(&why.claim);
    if let Some(name) = people.iter().find(|name| names(claim, name)) {
        remark(Message::new("review-person").with("name", *name));
    } else if let Some(handle) = handle(claim) {
        remark(Message::new("review-person").with("name", handle));
    }
    let is_leaf = why.children.iter().all(|child| child.kind == WhyKind::Mitigating);
    match (first_of(claim, &HUMAN_ERROR), first_of(claim, &BLAMING)) {
        (Some(word), _) if is_leaf => remark(Message::new("review-human-error").with("word", word)),
        (_, Some(word)) => remark(Message::new("review-blaming").with("word", word)),
        _ => {}
    }
    if !why.is_open() {
        if why.citations.is_empty() {
            remark(Message::new("review-no-evidence"));
        }
        let acts = |id: ItemId| document.actions.iter().any(|action| action.addresses == Some(id));
        if is_leaf && why.kind != WhyKind::Mitigating && !acts(why.id) && !parent.is_some_and(|parent| acts(parent.id))
        {
            remark(Message::new("review-no-action"));
        }
    }
    if let Some((first, effect)) = parent.and_then(|parent| times(why).zip(times(parent)))
        && why.kind != WhyKind::Mitigating
        && first.0 > effect.1
    {
        remark(Message::new("review-after-effect").with("cause", first.0).with("effect", effect.1));
    }
    for other in &why.alternatives {
        if other.citations.is_empty() || other.reason.is_empty() {
            remark(Message::new("review-alternative"));
        }
    }
    for child in &why.children {
        causes(document, child, Some(why), people, remarks);
    }
}

/// First and last instant that a why's citations show.
fn times(why: &Why) -> Option<(Timestamp, Timestamp)> {
    let at = || why.citations.iter().filter_map(|citation| citation.at);
    Some((at().min()?, at().max()?))
}

fn straight_chain(document: &Document, remarks: &mut Vec<Remark>) {
    let [top] = document.whys.as_slice() else { return };
    let (mut why, mut length) = (top, 1);
    while let [child] = why.children.as_slice() {
        (why, length) = (child, length + 1);
    }
    if why.children.is_empty() && length >= STRAIGHT_CHAIN {
        remarks.push(Remark { text: Message::new("review-straight-chain"), place: Place::Whys, item: Some(top.id) });
    }
}

fn actions(action: &ActionItem, remarks: &mut Vec<Remark>) {
    let mut remark = |text| remarks.push(Remark { text, place: Place::Actions, item: Some(action.id) });
    if let Some(word) = first_of(own(&action.text), &BLAMING) {
        remark(Message::new("review-blaming").with("word", word));
    }
    if action.addresses.is_none() {
        remark(Message::new("review-closes-nothing"));
    }
    if action.check.trim().is_empty() {
        remark(Message::new("review-no-check"));
    }
}

/// People that the document names: in its head and as owners. What says that it is a group is none.
fn people(document: &Document) -> Vec<&str> {
    const GROUPS: [&str; 14] = [
        "team", "group", "sre", "ops", "oncall", "on-call", "dev", "network", "storage", "组", "部", "团队", "运维",
        "开发",
    ];
    let heads = [Field::Authors, Field::Leads, Field::Attendees, Field::Responsible];
    let heads = heads.iter().map(|field| document.field(*field));
    let texts = heads.chain(document.actions.iter().map(|action| action.owner.as_str()));
    let names =
        texts.flat_map(|text| text.split([',', ';', '、', '，', '；', '\n', '/', ':', '：', '(', ')', '（', '）']));
    let is_person = |name: &&str| name.chars().count() >= 2 && first_of(name, &GROUPS).is_none();
    names.map(str::trim).filter(is_person).collect()
}

/// The first of some words that a text holds, ASCII case ignored; a Latin word only as a whole.
fn first_of<'a>(text: &str, words: &[&'a str]) -> Option<&'a str> {
    words.iter().copied().find(|word| names(text, word))
}

/// Whether a text names something: whole words for Latin letters, anywhere for scripts without spaces.
fn names(text: &str, name: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let (text, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    places_of(&text, &name).any(|at| {
        let before = words::before(&text, at).chars().next_back();
        let after = words::after(&text, at + name.len()).chars().next();
        let joins = |outer, inner| is_word(outer) && is_word(inner);
        !joins(before, name.chars().next()) && !joins(after, name.chars().next_back())
    })
}

/// Letters of any script, digits and what joins them. Unicode's own tables would weigh more than all of this file.
fn is_of_handle(c: char) -> bool {
    let is_punctuation = || c.is_whitespace() || is_one_of(c, "，。、；：？！（）《》「」『』“”‘’…—·");
    if c.is_ascii() { c.is_ascii_alphanumeric() || is_one_of(c, "_-.") } else { !is_punctuation() }
}

/// A chat handle (`@lin.wei`), not an address or a unit instance (`getty@tty1`).
fn handle(text: &str) -> Option<&str> {
    text.match_indices('@').find_map(|(at, _)| {
        let starts =
            words::before(text, at).chars().next_back().is_none_or(|c| c.is_whitespace() || is_one_of(c, "(（,，、"));
        let rest = words::after(text, at + 1);
        let end = rest.find(|c| !is_of_handle(c)).unwrap_or(rest.len());
        (starts && end > 1).then(|| words::before(words::after(text, at), 1 + end))
    })
}
