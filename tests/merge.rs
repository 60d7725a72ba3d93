//! Merging two cases: nothing is lost, nothing is decided for people, and doing it again changes nothing.

use debrief::model::{
    ByteRange, Citation, Confidence, EventSource, EvidenceId, LineRange, Locator, Message, Phase, Role, TimelineEvent,
    Timestamp, WhySuggestion,
};
use debrief::postmortem::edit::{Edit, Move, Target, apply};
use debrief::postmortem::merge::{Merged, Place, merge};
use debrief::postmortem::saved::{SavedCase, SavedInput};
use debrief::postmortem::suggest::ActionSuggestion;
use debrief::postmortem::tree::MAX_DEPTH;
use debrief::postmortem::{ActionKind, Attachment, Document, Field, ItemId, Part, Priority, WhyKind, Wording};
use proptest::prelude::*;
use serde_json::Value;

fn citation(evidence: u32, line: u32) -> Citation {
    Citation {
        locator: Locator { evidence: EvidenceId(evidence), bytes: ByteRange::default(), lines: LineRange::one(line) },
        path: format!("file-{evidence}"),
        role: Role::Shows,
        at: None,
        excerpt: vec![format!("line {line}")],
        digest: None,
    }
}

fn input(path: &str, bytes: u64, digest: Option<&str>) -> SavedInput {
    SavedInput { path: path.into(), bytes, digest: digest.map(str::to_owned), ..SavedInput::default() }
}

fn case(edits: Vec<Edit>, inputs: Vec<SavedInput>) -> SavedCase {
    let mut document = Document::default();
    for edit in edits {
        apply(&mut document, edit);
    }
    SavedCase { document, inputs, ..SavedCase::default() }
}

fn again(ours: &SavedCase, merged: &Merged) -> SavedCase {
    SavedCase { document: merged.document.clone(), inputs: merged.inputs.clone(), ..ours.clone() }
}

fn add_event(clock: i64, text: &str, citations: Vec<Citation>) -> Edit {
    Edit::AddEvent { at: Some(Timestamp::from_seconds(clock)), phase: None, text: text.into(), citations }
}

fn add_why(parent: Option<u32>, question: &str) -> Edit {
    Edit::AddWhy { parent: parent.map(ItemId), question: question.into(), citations: Vec::new() }
}

#[test]
fn what_only_they_have_is_added_and_what_differs_is_kept_beside() {
    let base = vec![
        Edit::Field(Field::Title, "Outage".into()),
        Edit::Field(Field::Authors, "Wei, Ana".into()),
        add_event(100, "Restarted kubelet", vec![citation(0, 7)]),
        add_why(None, "Why?"),
        Edit::WhyClaim(ItemId(2), "Leak".into()),
        Edit::AddAction(ActionKind::Prevent, "Fix it".into()),
    ];
    let log = || input("kubelet.log", 10, Some("aa"));
    let ours = [
        base.clone(),
        vec![
            Edit::Part(Part::Impact, "Ours".into()),
            Edit::ActionOwner(ItemId(3), "Wei".into()),
            add_event(90, "Our own event", Vec::new()),
        ],
    ];
    let theirs = [
        base,
        vec![
            Edit::Part(Part::Impact, "Theirs\nin two lines".into()),
            Edit::Part(Part::Lucky, "A quiet night".into()),
            Edit::Field(Field::Authors, "Ana; Sam".into()),
            Edit::EventText(ItemId(1), "Restarted kubelet by hand".into()),
            Edit::EventPhase(ItemId(1), Some(Phase::Mitigation)),
            Edit::Attach(Target::Event(ItemId(1)), vec![citation(1, 3)]),
            Edit::WhyConfidence(ItemId(2), Some(Confidence::Likely)),
            add_why(Some(2), "Why did it leak?"),
            Edit::AddAnswer(ItemId(2)),
            Edit::WhyClaim(ItemId(5), "And a second cause".into()),
            Edit::ActionOwner(ItemId(3), "Sam".into()),
            Edit::ActionAddresses(ItemId(3), Some(ItemId(4))),
            Edit::AttachFile(ItemId(3), Attachment { file_name: "a.yaml".into(), ..Attachment::default() }),
        ],
    ];
    let ours = case(ours.concat(), vec![input("other.txt", 1, None), log()]);
    let mut ours = ours;
    ours.document.events[1].citations[0].locator.evidence = EvidenceId(1);
    let theirs = case(theirs.concat(), vec![log(), input("new.csv", 5, None)]);
    let merged = merge(&ours, &theirs);
    let document = &merged.document;

    let paths: Vec<&str> = merged.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(paths, ["other.txt", "kubelet.log", "new.csv"]);
    let texts: Vec<_> = document.events.iter().map(|event| event.text.clone()).collect();
    assert_eq!(texts, [Wording::Own("Our own event".into()), Wording::Own("Restarted kubelet".into())]);
    let event = &document.events[1];
    assert_eq!(event.phase, Some(Phase::Mitigation));
    assert_eq!(event.citations.iter().map(|it| it.locator.evidence.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(document.field(Field::Authors), "Wei, Ana, Sam");
    assert_eq!(document.prose(Part::Lucky).text, Wording::Own("A quiet night".into()));
    assert_eq!(document.prose(Part::Impact).text, Wording::Own("Ours".into()));
    let outline: Vec<_> =
        document.outline().iter().map(|(depth, why)| (*depth, why.question.clone(), why.claim.clone())).collect();
    let own = |text: &str| Wording::Own(text.into());
    assert_eq!(
        outline,
        [(0, own("Why?"), own("Leak")), (1, own("Why did it leak?"), own("")), (0, own(""), own("And a second cause")),]
    );
    assert_eq!(document.whys[0].confidence, Some(Confidence::Likely));
    let action = &document.actions[0];
    assert_eq!((action.owner.as_str(), action.attachments.len()), ("Wei", 1));
    assert_eq!(document.why(action.addresses.unwrap()).unwrap().question, own("Why did it leak?"));

    let conflicts: Vec<_> =
        merged.conflicts.iter().map(|it| (it.place, it.ours.as_str(), it.theirs.as_str())).collect();
    assert_eq!(
        conflicts,
        [
            (Place::Part(Part::Impact), "Ours", "Theirs\nin two lines"),
            (Place::Event(ItemId(1)), "Restarted kubelet", "Restarted kubelet by hand"),
            (Place::Action(ItemId(3)), "Wei", "Sam"),
        ]
    );
    let Wording::Own(notes) = &document.prose(Part::Notes).text else { panic!("own words") };
    insta::assert_snapshot!("merge_notes", notes);
    assert_eq!(merge(&again(&ours, &merged), &theirs).document, *document);
}

#[test]
fn the_same_number_without_a_common_origin_is_not_the_same_item() {
    let ours = case(vec![add_event(1, "one", Vec::new()), add_why(None, "a?")], Vec::new());
    let theirs = case(vec![add_event(2, "two", Vec::new()), add_why(None, "b?")], Vec::new());
    let merged = merge(&ours, &theirs);
    assert_eq!((merged.document.events.len(), merged.document.whys.len()), (2, 2));
    assert_eq!(merged.conflicts, []);
}

#[test]
fn deep_trees_and_unknown_inputs_are_taken() {
    let deep = |name: &str| {
        let whys = (0..MAX_DEPTH as u32 + 1)
            .map(|at| add_why(at.checked_sub(1).map(|above| above + 1), &format!("{name}{at}")));
        case(whys.collect(), Vec::new())
    };
    let merged = merge(&deep("a"), &deep("b"));
    assert_eq!(merged.document.outline().len(), 2 * MAX_DEPTH);
    let far = case(vec![add_event(1, "x", vec![citation(u32::MAX, 1)])], Vec::new());
    let merged = merge(&case(Vec::new(), vec![input("a", 1, None)]), &far);
    assert_eq!(merged.inputs.len(), 2);
    assert_eq!(merged.document.events[0].citations[0].locator.evidence, EvidenceId(1));
}

/// Few words and few numbers, so that two people often mean the same.
fn small_edits() -> impl Strategy<Value = Edit> {
    let id = || (1..9_u32).prop_map(ItemId);
    let text = || proptest::sample::select(vec!["", "a", "b", "c d", "e\nf", "a, b", "g"]).prop_map(str::to_owned);
    let at = || proptest::option::of((0..3_i64).prop_map(Timestamp::from_seconds));
    let cites =
        || proptest::collection::vec((0..4_u32, 1..3_u32).prop_map(|(evidence, line)| citation(evidence, line)), 0..3);
    let key = || proptest::sample::select(vec!["k1", "k2"]).prop_map(str::to_owned);
    let field = proptest::sample::select(vec![Field::Title, Field::Authors, Field::Tags, Field::Scope]);
    let part = proptest::sample::select(vec![Part::Summary, Part::Lucky, Part::Notes]);
    let kind = proptest::sample::select(WhyKind::ALL.to_vec());
    prop_oneof![
        (field, text()).prop_map(|(field, text)| Edit::Field(field, text)),
        (part.clone(), text()).prop_map(|(part, text)| Edit::Part(part, text)),
        (part, cites()).prop_map(|(part, cites)| Edit::AcceptPart(part, Message::new("export-open"), cites)),
        (proptest::option::of(id()), text(), cites()).prop_map(|(parent, question, citations)| Edit::AddWhy {
            parent,
            question,
            citations
        }),
        (id(), text()).prop_map(|(id, text)| Edit::WhyQuestion(id, text)),
        (id(), text()).prop_map(|(id, text)| Edit::WhyClaim(id, text)),
        (id(), kind).prop_map(|(id, kind)| Edit::WhyKind(id, kind)),
        (id(), Just(Some(Confidence::Likely))).prop_map(|(id, sure)| Edit::WhyConfidence(id, sure)),
        id().prop_map(Edit::AddAnswer),
        id().prop_map(Edit::AddAlternative),
        (id(), text()).prop_map(|(id, text)| Edit::AlternativeClaim(id, text)),
        (id(), text()).prop_map(|(id, text)| Edit::AlternativeReason(id, text)),
        (id(), proptest::sample::select(vec![Move::Up, Move::In, Move::Out]))
            .prop_map(|(id, to)| Edit::MoveWhy(id, to)),
        id().prop_map(Edit::RemoveWhy),
        (at(), text(), cites()).prop_map(|(at, text, citations)| Edit::AddEvent { at, phase: None, text, citations }),
        (id(), at(), at()).prop_map(|(id, at, end)| Edit::EventTime(id, at, end)),
        (id(), text()).prop_map(|(id, text)| Edit::EventText(id, text)),
        (id(), text()).prop_map(|(id, text)| Edit::EventSource(id, text)),
        (id(), Just(Some(Phase::Impact))).prop_map(|(id, phase)| Edit::EventPhase(id, phase)),
        id().prop_map(Edit::RemoveEvent),
        text().prop_map(|text| Edit::AddAction(ActionKind::Detect, text)),
        (id(), text()).prop_map(|(id, text)| Edit::ActionText(id, text)),
        (id(), text()).prop_map(|(id, text)| Edit::ActionOwner(id, text)),
        (id(), Just(Some(Priority::P1))).prop_map(|(id, priority)| Edit::ActionPriority(id, priority)),
        (id(), proptest::option::of(id())).prop_map(|(id, why)| Edit::ActionAddresses(id, why)),
        (id(), text()).prop_map(|(id, text)| {
            Edit::AttachFile(id, Attachment { file_name: "x.conf".into(), text, ..Attachment::default() })
        }),
        text().prop_map(Edit::Decline),
        (0..3_i64, key(), text(), cites()).prop_map(|(at, key, text, cites)| {
            let source = EventSource::Log(text);
            let at = Timestamp::from_seconds(at);
            let text = Message::new("export-open");
            let event = TimelineEvent {
                key,
                at,
                end: None,
                uncertainty_s: 9,
                phase: None,
                text,
                source,
                count: 2,
                cites: vec![],
            };
            Edit::AcceptEvent(event, cites)
        }),
        (key(), key(), cites()).prop_map(|(key, question, cites)| {
            let why = |key, claim| WhySuggestion {
                key,
                question: Message::new(&question),
                claim,
                cites: vec![],
                would_need: vec![],
            };
            Edit::AcceptWhy(why(key, Some(Message::new("export-open"))), cites)
        }),
        (key(), key()).prop_map(|(key, addresses)| {
            let text = Message::new("export-open");
            Edit::AcceptAction(ActionSuggestion {
                key,
                kind: ActionKind::Prevent,
                text,
                addresses: Some(addresses),
                fix: None,
            })
        }),
    ]
}

fn small_inputs() -> impl Strategy<Value = Vec<SavedInput>> {
    let one = (
        proptest::sample::select(vec!["p", "q"]),
        0..2_u64,
        proptest::sample::select(vec![None, Some("d"), Some("e")]),
    );
    proptest::collection::vec(one.prop_map(|(path, bytes, digest)| input(path, bytes, digest)), 0..5)
}

/// A why that says nothing but what it cites, and what lies below it is found elsewhere in ours: it must be known again the next time.
#[test]
fn a_why_without_words_is_added_once() {
    let blank = Edit::AddWhy { parent: None, question: String::new(), citations: vec![citation(0, 1)] };
    let ask = |question: &str| Edit::WhyQuestion(ItemId(1), question.to_owned());
    let below =
        |question: &str| Edit::AddWhy { parent: Some(ItemId(1)), question: question.to_owned(), citations: Vec::new() };
    let bare = Edit::AddWhy { parent: None, question: String::new(), citations: Vec::new() };
    for (ours, theirs, n_whys) in [
        (vec![blank.clone(), ask("Why?")], vec![blank, below("Why?")], 2),
        // Without even that it is nothing to add.
        (vec![bare.clone(), ask("Why?"), below("How?")], vec![bare, below("Why?"), below("How?")], 2),
    ] {
        let (ours, theirs) = (case(ours, Vec::new()), case(theirs, Vec::new()));
        let merged = merge(&ours, &theirs);
        assert_eq!(merged.document.outline().len(), n_whys);
        assert_eq!(merge(&again(&ours, &merged), &theirs).document, merged.document);
    }
}

/// Every word that a person wrote or that was quoted.
fn words(value: &Value, inside: bool, out: &mut Vec<String>) {
    match value {
        Value::String(text) if inside => out.extend(text.lines().map(|line| line.trim().to_owned())),
        Value::Array(items) => items.iter().for_each(|item| words(item, inside, out)),
        // A sentence of the program is no person's word.
        Value::Object(members) => members.iter().filter(|(key, _)| *key != "Suggested").for_each(|(key, member)| {
            let own = ["Own", "fields", "owner", "due", "check", "source", "excerpt", "text"].contains(&key.as_str());
            words(member, inside || own, out);
        }),
        _ => {}
    }
}

fn words_of(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    words(&serde_json::to_value(document).unwrap(), false, &mut out);
    out.into_iter().flat_map(|line| line.split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_loses_nothing_and_settles(
        base in proptest::collection::vec(small_edits(), 0..12),
        ours in proptest::collection::vec(small_edits(), 0..12),
        theirs in proptest::collection::vec(small_edits(), 0..12),
        our_inputs in small_inputs(),
        their_inputs in small_inputs(),
    ) {
        let ours = case([base.clone(), ours].concat(), our_inputs);
        let theirs = case([base, theirs].concat(), their_inputs);
        let merged = merge(&ours, &theirs);

        let document = &merged.document;
        let mut ids: Vec<ItemId> = document.outline().iter().map(|(_, why)| why.id).collect();
        ids.extend(document.outline().iter().flat_map(|(_, why)| &why.alternatives).map(|other| other.id));
        ids.extend(document.events.iter().map(|event| event.id));
        ids.extend(document.actions.iter().map(|action| action.id));
        let n_items = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), n_items);
        prop_assert!(document.outline().iter().all(|(depth, _)| usize::from(*depth) < MAX_DEPTH));

        let all = words_of(document);
        for word in words_of(&ours.document).into_iter().chain(words_of(&theirs.document)) {
            prop_assert!(all.iter().any(|line| line.contains(&word)), "{word:?} is lost");
        }

        // Once more: nothing changes. With itself: nothing changes.
        let settled = again(&ours, &merged);
        let second = merge(&settled, &theirs);
        prop_assert_eq!(&second.document, &merged.document);
        prop_assert_eq!(&second.inputs, &merged.inputs);
        let with_itself = merge(&settled, &settled);
        prop_assert_eq!(&with_itself.document, &settled.document);
        prop_assert_eq!(&with_itself.inputs, &settled.inputs);
        prop_assert_eq!(with_itself.conflicts, []);
    }
}
