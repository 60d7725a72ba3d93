//! Carrying out edits: one total function. An edit that names an item which is gone does nothing. Events stay in order of time (those
//! without a time last) and identities are never given twice.

use super::edit::{Edit, Target};
use super::since::{self, Moved};
use super::suggest;
use super::tree::{MAX_DEPTH, depth, find_why, for_each_why, insert_after, move_why, swap, take_why};
use super::{ActionItem, Alternative, Document, DocumentEvent, ItemId, Part, Why, WhyKind, Wording};
use crate::model::Citation;
use crate::model::sort::Order as _;

/// Makes a change. Gives the item it was made on, if it is one and still there.
pub fn apply(document: &mut Document, edit: Edit) -> Option<ItemId> {
    match edit {
        Edit::Field(field, text) => {
            if text.is_empty() {
                document.fields.remove(&field);
            } else {
                document.fields.insert(field, text);
            }
        }
        Edit::Part(part, text) => write_part(document, part, Wording::Own(text), Vec::new()),
        Edit::AcceptPart(part, message, citations) => {
            write_part(document, part, Wording::accepted(message), citations);
        }
        Edit::Redaction(choices) => document.redaction = choices,
        Edit::Template(choice) => document.template = choice,
        Edit::Replace(other) => {
            *document = *other;
            mend(document);
        }
        Edit::Decline(key) => {
            if !document.declined.contains(&key) {
                document.declined.push(key);
            }
        }
        Edit::Offer(key) => document.declined.retain(|declined| *declined != key),
        Edit::Offset(offset_s) => document.offset_s = offset_s,
        Edit::Digest(evidence, digest) => document.for_each_citation(&mut |citation| {
            if citation.locator.evidence == evidence && citation.digest.is_none() {
                citation.digest = Some(digest.clone());
            }
        }),
        Edit::Retime(moved, events_too) => retime(document, &moved, events_too),
        Edit::Cite { target, citations } => match target.filter(|target| target.exists(document)) {
            Some(target) => return edit_citations(document, target, |list| attach(list, citations)),
            None => return citations.into_iter().map(|citation| add_cited_event(document, citation)).last(),
        },
        Edit::Attach(target, citations) => return edit_citations(document, target, |list| attach(list, citations)),
        Edit::Detach(target, index) => {
            return edit_citations(document, target, |list| {
                if index < list.len() {
                    list.remove(index);
                }
            });
        }
        Edit::AcceptWhy(..)
        | Edit::AddWhy { .. }
        | Edit::WhyQuestion(..)
        | Edit::WhyClaim(..)
        | Edit::WhyKind(..)
        | Edit::WhyConfidence(..)
        | Edit::AddAnswer(_)
        | Edit::AddAlternative(_)
        | Edit::AcceptAlternative(..)
        | Edit::AlternativeClaim(..)
        | Edit::AlternativeReason(..)
        | Edit::RemoveAlternative(_)
        | Edit::MoveWhy(..)
        | Edit::RemoveWhy(_) => return apply_to_whys(document, edit),
        Edit::AcceptEvent(..)
        | Edit::AddEvent { .. }
        | Edit::EventTime(..)
        | Edit::EventPhase(..)
        | Edit::EventText(..)
        | Edit::EventSource(..)
        | Edit::RemoveEvent(_) => return apply_to_events(document, edit),
        other => return apply_to_actions(document, other),
    }
    None
}

fn apply_to_whys(document: &mut Document, edit: Edit) -> Option<ItemId> {
    match edit {
        Edit::AcceptWhy(suggestion, citations) => {
            let taken = document.outline().into_iter().find(|(_, why)| why.from.as_ref() == Some(&suggestion.key));
            if let Some((_, why)) = taken {
                return Some(why.id);
            }
            let id = next_id(document);
            document.whys.push(Why {
                id,
                kind: suggest::why_kind(&suggestion),
                from: Some(suggestion.key),
                question: Wording::accepted(suggestion.question),
                claim: suggestion.claim.map(Wording::accepted).unwrap_or_default(),
                citations,
                ..Why::default()
            });
            Some(id)
        }
        Edit::AddWhy { parent, question, citations } => {
            let too_deep =
                parent.is_some_and(|parent| depth(&document.whys, parent).is_none_or(|at| at + 1 >= MAX_DEPTH));
            if too_deep {
                return None;
            }
            let id = next_id(document);
            let why =
                Why { id, kind: WhyKind::Question, question: Wording::Own(question), citations, ..Why::default() };
            match parent.and_then(|parent| find_why(&mut document.whys, parent)) {
                Some(parent) => parent.children.push(why),
                None => document.whys.push(why),
            }
            Some(id)
        }
        Edit::WhyQuestion(id, text) => edit_why(document, id, |why| why.question = Wording::Own(text)),
        Edit::WhyClaim(id, text) => edit_why(document, id, |why| {
            why.claim = Wording::Own(text);
            if why.kind == WhyKind::Question && !why.claim.is_empty() {
                why.kind = WhyKind::Cause;
            }
        }),
        Edit::WhyKind(id, kind) => edit_why(document, id, |why| why.kind = kind),
        Edit::WhyConfidence(id, confidence) => edit_why(document, id, |why| why.confidence = confidence),
        Edit::AddAnswer(of) => {
            let id = next_id(document);
            insert_after(&mut document.whys, of, Why { id, kind: WhyKind::Cause, ..Why::default() }).then_some(id)
        }
        Edit::AddAlternative(of) => {
            let id = next_id(document);
            edit_why(document, of, |why| why.alternatives.push(Alternative { id, ..Alternative::default() }))?;
            Some(id)
        }
        Edit::AcceptAlternative(of, suggestion, citations) => {
            let id = next_id(document);
            let claim = suggestion.claim.map(Wording::accepted).unwrap_or_default();
            let other = Alternative { id, claim, reason: Wording::accepted(suggestion.reason), citations };
            edit_why(document, of, |why| why.alternatives.push(other))?;
            Some(id)
        }
        Edit::AlternativeClaim(id, text) => edit_alternative(document, id, |other| other.claim = Wording::Own(text)),
        Edit::AlternativeReason(id, text) => edit_alternative(document, id, |other| other.reason = Wording::Own(text)),
        Edit::RemoveAlternative(id) => {
            for_each_why(&mut document.whys, &mut |why| why.alternatives.retain(|other| other.id != id));
            None
        }
        Edit::MoveWhy(id, direction) => move_why(&mut document.whys, id, direction, 0).then_some(id),
        Edit::RemoveWhy(id) => {
            let removed = take_why(&mut document.whys, id)?;
            let mut gone = vec![&removed];
            while let Some(why) = gone.pop() {
                for action in document.actions.iter_mut().filter(|action| action.addresses == Some(why.id)) {
                    action.addresses = None;
                }
                gone.extend(&why.children);
            }
            None
        }
        _ => None,
    }
}

fn apply_to_events(document: &mut Document, edit: Edit) -> Option<ItemId> {
    let id = match edit {
        Edit::AcceptEvent(event, citations) => {
            let taken = document.events.iter().find(|own| own.from.as_ref() == Some(&event.key));
            if let Some(own) = taken {
                return Some(own.id);
            }
            let id = next_id(document);
            document.events.push(DocumentEvent { id, citations, ..DocumentEvent::accepted(event) });
            id
        }
        Edit::AddEvent { at, phase, text, citations } => {
            let id = next_id(document);
            let event =
                DocumentEvent { id, at, phase, text: Wording::Own(text), citations, ..DocumentEvent::default() };
            document.events.push(event);
            id
        }
        Edit::EventTime(id, at, end) => {
            let event = find_event(document, id)?;
            if event.at != at {
                // The doubt belonged to the instant that was replaced.
                event.uncertainty_s = 0;
            }
            (event.at, event.end) = (at, end);
            id
        }
        Edit::EventPhase(id, phase) => {
            find_event(document, id)?.phase = phase;
            id
        }
        Edit::EventText(id, text) => {
            find_event(document, id)?.text = Wording::Own(text);
            id
        }
        Edit::EventSource(id, source) => {
            find_event(document, id)?.source = source;
            id
        }
        Edit::RemoveEvent(id) => {
            document.events.retain(|event| event.id != id);
            return None;
        }
        _ => return None,
    };
    sort_events(document);
    Some(id)
}

fn apply_to_actions(document: &mut Document, edit: Edit) -> Option<ItemId> {
    match edit {
        Edit::AcceptAction(suggestion) => {
            let taken = document.actions.iter().find(|action| action.from.as_ref() == Some(&suggestion.key));
            if let Some(action) = taken {
                return Some(action.id);
            }
            let addresses = suggestion.addresses.as_ref().and_then(|key| {
                document.outline().into_iter().find(|(_, why)| why.from.as_ref() == Some(key)).map(|(_, why)| why.id)
            });
            let id = next_id(document);
            document.actions.push(ActionItem {
                id,
                from: Some(suggestion.key),
                kind: suggestion.kind,
                text: Wording::accepted(suggestion.text),
                addresses,
                ..ActionItem::default()
            });
            Some(id)
        }
        Edit::AddAction(kind, text) => {
            let id = next_id(document);
            document.actions.push(ActionItem { id, kind, text: Wording::Own(text), ..ActionItem::default() });
            Some(id)
        }
        Edit::ActionText(id, text) => edit_action(document, id, |action| action.text = Wording::Own(text)),
        Edit::ActionKind(id, kind) => edit_action(document, id, |action| action.kind = kind),
        Edit::ActionOwner(id, owner) => edit_action(document, id, |action| action.owner = owner),
        Edit::ActionDue(id, due) => edit_action(document, id, |action| action.due = due),
        Edit::ActionPriority(id, priority) => edit_action(document, id, |action| action.priority = priority),
        Edit::ActionCheck(id, check) => edit_action(document, id, |action| action.check = check),
        Edit::ActionDone(id, done) => edit_action(document, id, |action| action.done = done),
        Edit::AttachFile(id, file) => edit_action(document, id, |action| {
            match action.attachments.iter_mut().find(|there| there.file_name == file.file_name) {
                Some(there) => *there = file,
                None => action.attachments.push(file),
            }
        }),
        Edit::DetachFile(id, name) => {
            edit_action(document, id, |action| action.attachments.retain(|file| file.file_name != name))
        }
        Edit::ActionAddresses(id, why) => {
            let why = why.filter(|why| document.why(*why).is_some());
            edit_action(document, id, |action| action.addresses = why)
        }
        Edit::MoveAction(id, direction) => {
            let index = document.actions.iter().position(|action| action.id == id)?;
            swap(&mut document.actions, index, direction).then_some(id)
        }
        Edit::RemoveAction(id) => {
            document.actions.retain(|action| action.id != id);
            None
        }
        _ => None,
    }
}

/// Puts the document's own rules right after it came from outside: order of events, identities not given twice.
pub(super) fn mend(document: &mut Document) {
    let outline = document.outline();
    let others = outline.iter().flat_map(|(_, why)| &why.alternatives).map(|other| other.id.0).max();
    let whys = outline.iter().map(|(_, why)| why.id.0).max();
    let events = document.events.iter().map(|event| event.id.0).max();
    let actions = document.actions.iter().map(|action| action.id.0).max();
    document.last_id = [whys, others, events, actions].into_iter().flatten().fold(document.last_id, u32::max);
    sort_events(document);
}

fn retime(document: &mut Document, moved: &[Moved], events_too: bool) {
    for event in document.events.iter_mut().filter(|_| events_too) {
        if let Some((at, end)) = since::retimed(event, moved) {
            (event.at, event.end) = (Some(at), end);
        }
    }
    document.for_each_citation(&mut |citation| {
        let by = since::shift(citation, moved);
        citation.at = citation.at.map(|at| since::shifted(at, by));
    });
    sort_events(document);
}

/// Writes a part; one that says nothing and cites nothing is not kept.
fn write_part(document: &mut Document, part: Part, text: Wording, citations: Vec<Citation>) {
    let prose = document.prose.or_default(part);
    prose.text = text;
    attach(&mut prose.citations, citations);
    document.prose.retain(|_, prose| !prose.is_empty());
}

fn next_id(document: &mut Document) -> ItemId {
    document.last_id = document.last_id.saturating_add(1);
    ItemId(document.last_id)
}

/// An event that says what the cited line says.
fn add_cited_event(document: &mut Document, citation: Citation) -> ItemId {
    let id = next_id(document);
    let line = citation.excerpt.iter().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or(&citation.path);
    let text = Wording::Own(line.to_owned());
    document.events.push(DocumentEvent {
        id,
        at: citation.at,
        text,
        citations: vec![citation],
        ..DocumentEvent::default()
    });
    sort_events(document);
    id
}

fn sort_events(document: &mut Document) {
    document.events.order_by_key(|event| (event.at.is_none(), event.at));
}

fn find_event(document: &mut Document, id: ItemId) -> Option<&mut DocumentEvent> {
    document.events.iter_mut().find(|event| event.id == id)
}

fn edit_action(document: &mut Document, id: ItemId, change: impl FnOnce(&mut ActionItem)) -> Option<ItemId> {
    document.actions.iter_mut().find(|action| action.id == id).map(change).map(|()| id)
}

fn edit_why(document: &mut Document, id: ItemId, change: impl FnOnce(&mut Why)) -> Option<ItemId> {
    find_why(&mut document.whys, id).map(change).map(|()| id)
}

fn edit_alternative(document: &mut Document, id: ItemId, change: impl FnOnce(&mut Alternative)) -> Option<ItemId> {
    let mut change = Some(change);
    for_each_why(&mut document.whys, &mut |why| {
        if let Some(other) = why.alternatives.iter_mut().find(|other| other.id == id)
            && let Some(change) = change.take()
        {
            change(other);
        }
    });
    change.is_none().then_some(id)
}

fn attach(list: &mut Vec<Citation>, citations: Vec<Citation>) {
    for citation in citations {
        if !list.iter().any(|there| there.locator == citation.locator && there.role == citation.role) {
            list.push(citation);
        }
    }
}

fn edit_citations(document: &mut Document, target: Target, change: impl FnOnce(&mut Vec<Citation>)) -> Option<ItemId> {
    match target {
        Target::Why(id) => edit_why(document, id, |why| change(&mut why.citations)),
        Target::Event(id) => {
            change(&mut find_event(document, id)?.citations);
            Some(id)
        }
        Target::Part(part) => {
            change(&mut document.prose.or_default(part).citations);
            document.prose.retain(|_, prose| !prose.is_empty());
            None
        }
        Target::Alternative(id) => edit_alternative(document, id, |other| change(&mut other.citations)),
    }
}
