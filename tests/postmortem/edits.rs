//! Any sequence of edits leaves a sound document that saves, travels and undoes.

use super::*;
use proptest::prelude::*;

fn citations() -> impl Strategy<Value = Vec<Citation>> {
    let citation = (0..3_u32, 1..9_u32, any::<u64>(), "\\PC{0,12}", proptest::option::of(any::<i64>()));
    let citation = citation.prop_map(|(evidence, line, byte, text, at)| Citation {
        locator: Locator {
            evidence: EvidenceId(evidence),
            bytes: ByteRange { start: byte, end: byte },
            lines: LineRange::one(line),
        },
        path: text.clone(),
        role: Role::Bounds,
        at: at.map(Timestamp),
        excerpt: vec![text],
        digest: None,
    });
    proptest::collection::vec(citation, 0..3)
}

pub(crate) fn edits() -> impl Strategy<Value = Edit> {
    let id = || (0..12_u32).prop_map(ItemId);
    let text = || "\\PC{0,12}";
    let time = || proptest::option::of(any::<i64>().prop_map(Timestamp));
    let direction = prop_oneof![Just(Move::Up), Just(Move::Down), Just(Move::In), Just(Move::Out)];
    prop_oneof![
        text().prop_map(|text| Edit::Field(Field::Title, text)),
        text().prop_map(|text| Edit::Part(Part::Badly, text)),
        (id(), text()).prop_map(|(id, text)| Edit::AlternativeClaim(id, text)),
        (id(), text()).prop_map(|(id, text)| Edit::AlternativeReason(id, text)),
        id().prop_map(Edit::AddAlternative),
        id().prop_map(Edit::AddAnswer),
        (id(), text()).prop_map(|(id, text)| Edit::AttachFile(id, Attachment { text, ..Attachment::default() })),
        (proptest::option::of(id()), text(), citations()).prop_map(|(parent, question, citations)| Edit::AddWhy {
            parent,
            question,
            citations
        }),
        (id(), text()).prop_map(|(id, text)| Edit::WhyClaim(id, text)),
        (id(), direction).prop_map(|(id, direction)| Edit::MoveWhy(id, direction)),
        id().prop_map(Edit::RemoveWhy),
        (time(), text(), citations()).prop_map(|(at, text, citations)| Edit::AddEvent {
            at,
            phase: Some(Phase::Impact),
            text,
            citations
        }),
        (id(), time(), time()).prop_map(|(id, at, end)| Edit::EventTime(id, at, end)),
        (citations(), any::<i64>(), any::<bool>()).prop_map(|(places, to, along)| {
            let moved =
                places.into_iter().filter_map(|it| Some(Moved { place: it.locator, from: it.at?, to: Timestamp(to) }));
            Edit::Retime(moved.collect(), along)
        }),
        id().prop_map(Edit::RemoveEvent),
        text().prop_map(|text| Edit::AddAction(ActionKind::Detect, text)),
        (id(), proptest::option::of(id())).prop_map(|(id, why)| Edit::ActionAddresses(id, why)),
        (id(), citations()).prop_map(|(id, citations)| Edit::Attach(Target::Why(id), citations)),
        citations().prop_map(|citations| Edit::AcceptPart(Part::Impact, Message::new("m").with("n", 7_u32), citations)),
        (0..4_usize).prop_map(|index| match incident().findings[0].whys.get(index) {
            Some(why) => Edit::AcceptWhy(why.clone(), quote(&why.cites)),
            None => Edit::Decline("x".to_owned()),
        }),
    ]
}

proptest! {
    #[test]
    fn any_edits_leave_a_sound_document_that_saves_and_undoes(edits in proptest::collection::vec(edits(), 0..40)) {
        let (mut history, mut state) = (History::<()>::default(), Document::default());
        for edit in edits {
            history.edit(&mut state, edit);
        }
        let document = state.clone();
        let mut ids: Vec<ItemId> = document.outline().iter().map(|(_, why)| why.id).collect();
        ids.extend(document.events.iter().map(|event| event.id));
        ids.extend(document.actions.iter().map(|action| action.id));
        ids.extend(document.outline().iter().flat_map(|(_, why)| &why.alternatives).map(|other| other.id));
        let n_items = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), n_items);
        prop_assert!(document.events.is_sorted_by_key(|event| (event.at.is_none(), event.at)));
        prop_assert!(document.actions.iter().filter_map(|action| action.addresses).all(|id| document.why(id).is_some()));
        let _ = (completeness(&document, &Since::default()), spans(&document));

        let input = SavedInput {
            path: document.title().to_owned(),
            bytes: 7,
            choices: SavedChoices { year: Some(2023), ..SavedChoices::default() },
            ..SavedInput::default()
        };
        let case = SavedCase { document: document.clone(), inputs: vec![input], ..SavedCase::default() };
        prop_assert_eq!(SavedCase::from_json(&case.to_json().unwrap()), Ok(case));
        let wire = postcard::to_stdvec(&document).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Document>(&wire).unwrap(), document.clone());

        while history.undo(&mut state, &|()| ()).is_some() {}
        prop_assert!(state.whys.is_empty() && state.events.is_empty());
        while history.redo(&mut state, &|()| ()).is_some() {}
        prop_assert_eq!(state, document);
    }
}
