//! Merging a colleague's case into ours.
//!
//! Nothing is lost and nothing is decided for people. Evidence is matched by digest, items by the suggestion they came from, by their
//! identity where both documents come from one, or by what they say; what only they have is added. Where both wrote something different, ours
//! stays, theirs goes into the notes, and the conflict is reported with both texts. Merging the same case again changes nothing.

mod inputs;
mod pair;
mod whys;

use serde::{Deserialize, Serialize};

use super::apply::mend;
use super::saved::{SavedCase, SavedInput, SavedVersion};
use super::{ActionItem, Attachment, Document, DocumentEvent, Field, ItemId, Part, TemplateChoice, Wording};
use crate::model::sort::Order as _;
use crate::model::{Citation, EvidenceId, Message, Timestamp};
use crate::text::{Texts, format};
use pair::{Key, common, pair};
use whys::places;

/// Two cases in one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// The document.
    pub document: Document,
    /// Inputs: ours at their positions, then what only they have.
    pub inputs: Vec<SavedInput>,
    /// Which of `inputs` each of theirs is, in their order.
    pub places: Vec<EvidenceId>,
    /// What both wrote differently.
    pub conflicts: Vec<Conflict>,
}

/// Where two documents differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A line of the head.
    Field(Field),
    /// A part of the prose.
    Part(Part),
    /// An event.
    Event(ItemId),
    /// A why.
    Why(ItemId),
    /// An alternative that was ruled out.
    Alternative(ItemId),
    /// An action item.
    Action(ItemId),
    /// The form of the document.
    Template,
}

/// Something that both wrote, and wrote differently. Ours stands where it stood; theirs is in the notes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Where in the merged document.
    pub place: Place,
    /// What it is about, in words.
    pub about: Message,
    /// What we wrote.
    pub ours: String,
    /// What they wrote.
    pub theirs: String,
}

/// Merges `theirs` into `ours`. Choices about inputs, zone and languages stay ours.
#[must_use]
pub fn merge(ours: &SavedCase, theirs: &SavedCase) -> Merged {
    let (mut document, mut inputs) = (ours.document.clone(), ours.inputs.clone());
    let (mut other, mut other_inputs) = (theirs.document.clone(), theirs.inputs.clone());
    for (document, inputs) in [(&mut document, &mut inputs), (&mut other, &mut other_inputs)] {
        mend(document);
        inputs::complete(document, inputs);
    }
    let mut places = inputs::unite(&mut inputs, &other_inputs);
    for (place, their) in places.iter().zip(&other_inputs) {
        // What only a former case had is of this one again.
        if let Some(own) = inputs.get_mut(place.0 as usize).filter(|own| own.former) {
            (own.removed, own.former) = (their.removed, false);
        }
    }
    point(&mut other, &places);
    // New items get numbers that neither document has given.
    document.last_id = document.last_id.max(other.last_id);
    let texts = Texts::new(ours.export_lang, document.offset_s);
    let common = common(&keys(&document, &texts), &keys(&other, &texts));
    let mut merging = Merging { texts, document, common, conflicts: Vec::new() };
    merging.fields(&other);
    merging.prose(&other);
    let ids = merging.whys(&other.whys);
    merging.events(&other.events);
    for action in &mut other.actions {
        action.addresses = action.addresses.and_then(|id| ids.get(&id)).copied();
    }
    merging.actions(&other.actions);
    merging.choices(other);
    merging.keep_theirs();
    let Merging { mut document, conflicts, .. } = merging;
    mend(&mut document);
    places.truncate(theirs.inputs.len());
    Merged { document, inputs, places, conflicts }
}

/// Puts `theirs` where nothing stands: a case without words and inputs. Versions kept of it are marked as former: [`leaving`] leaves them
/// behind. Gives which input each of theirs has become.
pub fn replace(ours: &mut SavedCase, theirs: SavedCase) -> Vec<EvidenceId> {
    let SavedCase { mut document, inputs: their_inputs, versions, zone_s, .. } = theirs;
    let mut all = their_inputs.clone();
    mend(&mut document);
    inputs::complete(&mut document, &mut all);
    let mut places: Vec<EvidenceId> = (0..).map(EvidenceId).take(all.len()).collect();
    ours.versions.iter_mut().for_each(|version| version.former = true);
    (ours.document, ours.inputs, ours.zone_s) = (document, all, zone_s);
    add_versions(ours, versions, &places);
    places.truncate(their_inputs.len());
    places
}

/// The case as it leaves: without what only a former case had (the first releases put an opened case in the place of another), unless the document cites it again after an undo. Gives for each input where
/// it stands now.
#[must_use]
pub fn leaving(case: &SavedCase) -> (SavedCase, Vec<Option<EvidenceId>>) {
    let mut case = case.clone();
    case.versions.retain(|version| !version.former);
    let mut stays: Vec<bool> = case.inputs.iter().map(|input| !input.former).collect();
    for document in std::iter::once(&case.document).chain(case.versions.iter().map(|version| &version.document)) {
        document.each_citation(&mut |citation| {
            if let Some(stays) = stays.get_mut(citation.locator.evidence.0 as usize) {
                *stays = true;
            }
        });
    }
    let mut next = 0;
    let mut place = |stays: bool| {
        next += u32::from(stays);
        stays.then(|| EvidenceId(next - 1))
    };
    let places: Vec<_> = stays.iter().map(|stays| place(*stays)).collect();
    let mut stays = stays.into_iter();
    case.inputs.retain(|_| stays.next().unwrap_or(true));
    // What a citation of nothing we have points at is no input here either.
    let to: Vec<EvidenceId> = places.iter().map(|place| place.unwrap_or(EvidenceId(u32::MAX))).collect();
    point(&mut case.document, &to);
    case.versions.iter_mut().for_each(|version| point(&mut version.document, &to));
    (case, places)
}

/// Adds their kept versions to ours, in order of time.
pub fn add_versions(ours: &mut SavedCase, theirs: Vec<SavedVersion>, places: &[EvidenceId]) {
    for mut version in theirs {
        point(&mut version.document, places);
        if !ours.versions.contains(&version) {
            ours.versions.push(version);
        }
    }
    ours.versions.order_by_key(|version| version.at);
}

/// Lets citations point at where their inputs have gone.
fn point(document: &mut Document, places: &[EvidenceId]) {
    document.for_each_citation(&mut |citation| {
        if let Some(id) = places.get(citation.locator.evidence.0 as usize) {
            citation.locator.evidence = *id;
        }
    });
}

/// Keys of everything that has an identity.
fn keys(document: &Document, texts: &Texts) -> Vec<Key> {
    let placed = whys::placed(&document.whys, texts);
    let mut keys: Vec<Key> = placed.iter().map(|row| whys::key(row, texts)).collect();
    keys.extend(placed.iter().flat_map(|row| &row.why.alternatives).map(|other| whys::alternative_key(other, texts)));
    keys.extend(document.events.iter().map(|event| event_key(event, texts)));
    keys.extend(document.actions.iter().map(|action| action_key(action, texts)));
    keys
}

/// The same words at another time are another event.
fn event_key(event: &DocumentEvent, texts: &Texts) -> Key {
    let text = event.text.say(texts).trim().to_owned();
    let rest = if text.is_empty() { format!("{}{}", event.source.trim(), places(&event.citations)) } else { text };
    let at = event.at.map(|at| at.0.to_string()).unwrap_or_default();
    let said = if rest.is_empty() && at.is_empty() { String::new() } else { format!("{at}\n{rest}") };
    Key { id: event.id.0, from: event.from.clone(), about: String::new(), said, is_open: false }
}

fn action_key(action: &ActionItem, texts: &Texts) -> Key {
    let mut said = action.text.say(texts).trim().to_owned();
    if said.is_empty() {
        let files = action.attachments.iter().flat_map(|file| [&file.file_name, &file.text]);
        let words: Vec<&str> =
            [&action.owner, &action.due, &action.check].into_iter().chain(files).map(|it| it.trim()).collect();
        said = words.join("\n").trim().to_owned();
    }
    Key { id: action.id.0, from: action.from.clone(), about: String::new(), said, is_open: false }
}

/// Adds citations that are not there; of one that is, the digest, if only they know it.
fn unite(ours: &mut Vec<Citation>, theirs: &[Citation]) {
    for their in theirs {
        let is_same = |own: &&mut Citation| {
            own.locator == their.locator && own.role == their.role && own.excerpt == their.excerpt
        };
        match ours.iter_mut().find(is_same) {
            Some(own) => own.digest = own.digest.take().or_else(|| their.digest.clone()),
            None => ours.push(their.clone()),
        }
    }
}

struct Merging {
    texts: Texts,
    document: Document,
    /// Identities up to this one mean the same item in both.
    common: u32,
    conflicts: Vec<Conflict>,
}

impl Merging {
    fn next_id(&mut self) -> ItemId {
        self.document.last_id = self.document.last_id.saturating_add(1);
        ItemId(self.document.last_id)
    }

    /// Reports what both wrote, ours first. `item` names the item in its own words.
    fn differ(&mut self, both: [String; 2], place: Place, what: &str, item: &str) {
        let [ours, theirs] = both;
        let mut about = Message::new(what);
        if !item.trim().is_empty() {
            about = Message::new("merge-item").with("item", item.trim()).with("what", about);
        }
        self.conflicts.push(Conflict { place, about, ours, theirs });
    }

    fn wording(&mut self, ours: &mut Wording, theirs: &Wording, place: Place, what: &str, item: &str) {
        if ours.is_empty() && !theirs.is_empty() {
            *ours = theirs.clone();
            return;
        }
        let both = [ours.say(&self.texts), theirs.say(&self.texts)];
        if !both[1].trim().is_empty() && both[0].trim() != both[1].trim() {
            self.differ(both, place, what, item);
        }
    }

    fn text(&mut self, ours: &mut String, theirs: &str, place: Place, what: &str, item: &str) {
        if ours.trim().is_empty() {
            if !theirs.trim().is_empty() {
                theirs.clone_into(ours);
            }
        } else if !theirs.trim().is_empty() && ours.trim() != theirs.trim() {
            self.differ([ours.clone(), theirs.to_owned()], place, what, item);
        }
    }

    fn option<T: Copy + PartialEq>(
        &mut self,
        ours: &mut Option<T>,
        theirs: &Option<T>,
        say: impl Fn(&T, &Texts) -> String,
        place: Place,
        what: &str,
        item: &str,
    ) {
        match (&ours, theirs) {
            (None, _) => *ours = *theirs,
            (Some(own), Some(their)) if own != their => {
                let both = [say(own, &self.texts), say(their, &self.texts)];
                self.differ(both, place, what, item);
            }
            _ => {}
        }
    }

    fn fields(&mut self, theirs: &Document) {
        for (&field, their) in theirs.fields.iter() {
            let mut own = self.document.field(field).to_owned();
            match field {
                // Lists of names are united.
                Field::Authors | Field::Leads | Field::Attendees | Field::Systems | Field::Tags
                    if !own.trim().is_empty() =>
                {
                    let names = |text: &str| {
                        let names = text.split([',', ';', '、', '，', '；', '\n']).map(str::trim);
                        names.filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
                    };
                    let known = names(&own);
                    let mut new: Vec<String> = Vec::new();
                    for name in names(their) {
                        if !known.contains(&name) && !new.contains(&name) {
                            new.push(name);
                        }
                    }
                    new.iter().for_each(|name| own = format!("{}, {name}", own.trim_end()));
                }
                _ => self.text(&mut own, their, Place::Field(field), field.message_id(), ""),
            }
            if !own.is_empty() {
                self.document.fields.insert(field, own);
            }
        }
    }

    fn prose(&mut self, theirs: &Document) {
        for (&part, their) in theirs.prose.iter() {
            let mut own = self.document.prose(part).clone();
            if part == Part::Notes && !own.text.is_empty() {
                let words = their.text.say(&self.texts);
                let lines = words.lines().filter(|line| !line.trim().is_empty());
                lines.for_each(|line| add_lines(&mut own.text, line, &self.texts));
            } else {
                self.wording(&mut own.text, &their.text, Place::Part(part), part.message_id(), "");
            }
            unite(&mut own.citations, &their.citations);
            if !own.is_empty() {
                self.document.prose.insert(part, own);
            }
        }
    }

    fn events(&mut self, theirs: &[DocumentEvent]) {
        let keys = |events: &[DocumentEvent]| events.iter().map(|it| event_key(it, &self.texts)).collect::<Vec<_>>();
        let (own_keys, keys) = (keys(&self.document.events), keys(theirs));
        let mut events = std::mem::take(&mut self.document.events);
        for ((their, key), at) in theirs.iter().zip(&keys).zip(pair(&own_keys, &keys, self.common)) {
            match at.and_then(|at| events.get_mut(at)) {
                Some(own) => self.same_event(own, their),
                None if key.said.is_empty() => {}
                None => events.push(DocumentEvent { id: self.next_id(), ..their.clone() }),
            }
        }
        self.document.events = events;
    }

    fn same_event(&mut self, own: &mut DocumentEvent, their: &DocumentEvent) {
        let place = Place::Event(own.id);
        own.from = own.from.take().or_else(|| their.from.clone());
        self.wording(&mut own.text, &their.text, place, "export-event", "");
        let name = own.text.say(&self.texts);
        let time = |at: &Timestamp, texts: &Texts| format::time(*at, texts.offset_s());
        if own.at.is_none() {
            own.uncertainty_s = their.uncertainty_s;
        } else if own.at == their.at && own.uncertainty_s != their.uncertainty_s {
            // Either may have looked closer.
            own.uncertainty_s = own.uncertainty_s.min(their.uncertainty_s);
        }
        self.option(&mut own.at, &their.at, time, place, "merge-time", &name);
        self.option(&mut own.end, &their.end, time, place, "merge-end", &name);
        own.count = own.count.max(their.count);
        let phase = |it: &crate::model::Phase, texts: &Texts| texts.get(&format!("phase-{}", it.as_str()));
        self.option(&mut own.phase, &their.phase, phase, place, "export-phase", &name);
        self.text(&mut own.source, &their.source, place, "merge-source", &name);
        unite(&mut own.citations, &their.citations);
    }

    fn actions(&mut self, theirs: &[ActionItem]) {
        let keys = |actions: &[ActionItem]| actions.iter().map(|it| action_key(it, &self.texts)).collect::<Vec<_>>();
        let (own_keys, keys) = (keys(&self.document.actions), keys(theirs));
        let mut actions = std::mem::take(&mut self.document.actions);
        for ((their, key), at) in theirs.iter().zip(&keys).zip(pair(&own_keys, &keys, self.common)) {
            match at.and_then(|at| actions.get_mut(at)) {
                Some(own) => self.same_action(own, their),
                None if key.said.is_empty() => {}
                None => actions.push(ActionItem { id: self.next_id(), ..their.clone() }),
            }
        }
        self.document.actions = actions;
    }

    fn same_action(&mut self, own: &mut ActionItem, their: &ActionItem) {
        let place = Place::Action(own.id);
        own.from = own.from.take().or_else(|| their.from.clone());
        self.wording(&mut own.text, &their.text, place, "export-action", "");
        let name = own.text.say(&self.texts);
        if own.kind != their.kind {
            let both = [own.kind, their.kind].map(|kind| self.texts.get(&format!("action-kind-{}", kind.as_str())));
            self.differ(both, place, "export-kind", &name);
        }
        self.text(&mut own.owner, &their.owner, place, "export-owner", &name);
        self.text(&mut own.due, &their.due, place, "export-due", &name);
        self.text(&mut own.check, &their.check, place, "merge-check", &name);
        let priority = |it: &super::Priority, _: &Texts| it.as_str().to_owned();
        self.option(&mut own.priority, &their.priority, priority, place, "merge-priority", &name);
        own.done |= their.done;
        let questions: Vec<(ItemId, String)> =
            self.document.outline().iter().map(|(_, why)| (why.id, why.question.say(&self.texts))).collect();
        let question = |id: &ItemId, _: &Texts| {
            questions.iter().find(|(own, _)| own == id).map(|(_, question)| question.clone()).unwrap_or_default()
        };
        self.option(&mut own.addresses, &their.addresses, question, place, "export-addresses", &name);
        for file in &their.attachments {
            attach(&mut own.attachments, file);
        }
    }

    /// What was declined, and the form.
    fn choices(&mut self, theirs: Document) {
        let document = &mut self.document;
        let whys = document.outline().into_iter().filter_map(|(_, why)| why.from.clone());
        let events = document.events.iter().filter_map(|event| event.from.clone());
        let taken: Vec<String> =
            whys.chain(events).chain(document.actions.iter().filter_map(|it| it.from.clone())).collect();
        for key in theirs.declined {
            if !document.declined.contains(&key) && !taken.contains(&key) {
                document.declined.push(key);
            }
        }
        let standard = TemplateChoice::default();
        if document.template == standard {
            document.template = theirs.template;
        } else if theirs.template != standard && document.template != theirs.template {
            let both = [&document.template, &theirs.template].map(|template| match template {
                TemplateChoice::BuiltIn(id) => id.clone(),
                TemplateChoice::Own { name, .. } => name.clone(),
            });
            self.differ(both, Place::Template, "merge-template", "");
        }
    }

    /// Puts what they wrote differently into the notes, once.
    fn keep_theirs(&mut self) {
        for conflict in self.conflicts.iter().filter(|conflict| conflict.place != Place::Template) {
            let about = self.texts.say(&conflict.about);
            let note = [("about", about.into()), ("text", conflict.theirs.trim().into())];
            let note = self.texts.with("merge-note", &note);
            add_lines(&mut self.document.prose.or_default(Part::Notes).text, &note, &self.texts);
        }
    }
}

/// Adds lines to the end of a text that does not have them.
fn add_lines(text: &mut Wording, lines: &str, texts: &Texts) {
    let own = text.say(texts);
    let (have, want): (Vec<&str>, Vec<&str>) = (own.lines().collect(), lines.lines().collect());
    if !have.windows(want.len().max(1)).any(|window| window == want) {
        *text = Wording::Own(if own.is_empty() {
            lines.to_owned()
        } else {
            format!("{}\n{lines}", own.trim_end_matches('\n'))
        });
    }
}

/// Adds a file that is not there under its own or another name; a name that is taken by another text gets a number.
fn attach(files: &mut Vec<Attachment>, file: &Attachment) {
    let (stem, ending) = file
        .file_name
        .rsplit_once('.')
        .map_or((file.file_name.as_str(), String::new()), |(stem, ending)| (stem, format!(".{ending}")));
    let numbered = (2..).map(|n: u32| format!("{stem}-{n}{ending}"));
    for name in std::iter::once(file.file_name.clone()).chain(numbered) {
        match files.iter().find(|own| own.file_name == name) {
            Some(own) if own.text == file.text => return,
            Some(_) => {}
            None => return files.push(Attachment { file_name: name, ..file.clone() }),
        }
    }
}
