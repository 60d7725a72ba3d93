//! The document: edits, undo, suggestions, milestones, completeness and the saved form.

pub(crate) mod edits;
mod review;
mod since;

use debrief::model::{
    Analysis, Arg, ByteRange, Ceiling, Citation, Cite, Confidence, EventSource, EvidenceId, Finding, LimitName,
    LineRange, Locator, Message, Phase, Role, Scope, Severity, Statement, TimelineEvent, Timestamp, WhySuggestion,
};
use debrief::postmortem::completeness::{Place, completeness};
use debrief::postmortem::edit::{Edit, Move, Target, apply};
use debrief::postmortem::history::History;
use debrief::postmortem::milestones::{Measure, milestones, spans};
use debrief::postmortem::saved::{LoadError, SavedCase, SavedChoices, SavedInput};
use debrief::postmortem::since::{Moved, Since};
use debrief::postmortem::suggest::ActionSuggestion;
use debrief::postmortem::tree::{self, MAX_DEPTH};
use debrief::postmortem::{ActionKind, Attachment, Document, Field, ItemId, Part, WhyKind, Wording, suggest};
use debrief::view::timeline::{RowKey, build_rows};

const RULE: &str = "host/pid-space-exhausted";

fn at(clock: &str) -> Timestamp {
    let (hour, minute) = clock.split_once(':').unwrap();
    let minutes: i64 = hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap();
    Timestamp::from_seconds(1_690_041_600 + minutes * 60)
}

fn cite(evidence: u32, line: u32) -> Cite {
    Cite { locator: Locator::lines(EvidenceId(evidence), line, line), role: Role::Shows, at: None }
}

fn quote(cites: &[Cite]) -> Vec<Citation> {
    let quoted = |cite: &Cite| Citation {
        locator: cite.locator,
        path: format!("file-{}", cite.locator.evidence.0),
        role: cite.role,
        at: cite.at,
        excerpt: vec![format!("line {}", cite.locator.lines.first)],
        digest: None,
    };
    cites.iter().map(quoted).collect()
}

fn event(name: &str, clock: &str, end: Option<&str>, phase: Phase) -> TimelineEvent {
    TimelineEvent {
        key: name.to_owned(),
        at: at(clock),
        end: end.map(at),
        uncertainty_s: 15,
        phase: Some(phase),
        text: Message::new(name),
        source: EventSource::Rule(RULE.to_owned()),
        count: 211,
        cites: vec![cite(0, 1)],
    }
}

fn why(name: &str, answered: bool) -> WhySuggestion {
    WhySuggestion {
        key: format!("{RULE}/{name}"),
        question: Message::new("question").with("name", name),
        claim: answered.then(|| Message::new("claim").with("ratio", Arg::Ratio(f64::NAN))),
        cites: if answered { vec![cite(1, 7)] } else { Vec::new() },
        would_need: Vec::new(),
    }
}

fn ceiling(name: LimitName, limit: u64, hit: bool) -> Ceiling {
    Ceiling {
        node: None,
        name,
        scope: Scope::Node,
        limit: Some(limit),
        used: None,
        at: None,
        ratio: None,
        headroom: None,
        slope_per_hour: None,
        exhaustion: None,
        hit,
        culprit: None,
        cites: vec![cite(2, 1)],
    }
}

/// What incident A's analysis says, as far as the document needs it.
fn incident() -> Analysis {
    let finding = Finding {
        rule: RULE.to_owned(),
        title: Message::new("title"),
        severity: Severity::Critical,
        confidence: Confidence::Certain,
        subject: "node node-xx".to_owned(),
        culprit: Some("order-sync".to_owned()),
        victims: vec!["calico-node".to_owned()],
        time_range: None,
        statements: Vec::new(),
        questions: Vec::new(),
        whys: vec![
            why("direct-cause", true),
            why("pod-limit", true),
            why("late-diagnosis", true),
            why("global-limit", false),
        ],
    };
    Analysis {
        findings: vec![finding],
        ceilings: vec![ceiling(LimitName::PidMax, 49_152, true), ceiling(LimitName::ThreadsMax, 1_545_000, false)],
        timeline: vec![
            event("onset", "22:00", None, Phase::Onset),
            event("unreachable", "22:09", Some("22:14"), Phase::Impact),
        ],
        ..Analysis::default()
    }
}

fn add_why(document: &mut Document, parent: Option<ItemId>) -> Option<ItemId> {
    apply(document, Edit::AddWhy { parent, question: String::new(), citations: Vec::new() })
}

fn add_event(document: &mut Document, clock: Option<&str>, phase: Phase) -> ItemId {
    let edit = Edit::AddEvent { at: clock.map(at), phase: Some(phase), text: String::new(), citations: Vec::new() };
    apply(document, edit).unwrap()
}

#[test]
fn what_the_evidence_rules_out_is_offered_where_a_cause_is_claimed_and_only_once() {
    let mut analysis = incident();
    let text = Message::new("finding-pid-ruled-out").with("limit", "ulimit -u");
    let statement =
        |topic: &str, line| Statement { topic: topic.to_owned(), text: text.clone(), cites: vec![cite(3, line)] };
    analysis.findings[0].statements =
        vec![statement("culprit", 1), statement("ruled-out", 2), statement("ruled-out", 3)];
    let mut document = Document::default();
    let ids = analysis.findings[0].whys.clone().into_iter().map(|why| {
        let citations = quote(&why.cites);
        apply(&mut document, Edit::AcceptWhy(why, citations)).unwrap()
    });
    let ids: Vec<ItemId> = ids.collect();
    let offered = |document: &Document, why| suggest::alternatives(&analysis.findings, document, why);
    let numbers: Vec<usize> = ids.iter().map(|id| offered(&document, *id).len()).collect();
    assert_eq!(numbers, [2, 0, 0, 0], "a contributing factor rules nothing out");

    let suggestion = offered(&document, ids[0]).remove(0);
    assert_eq!(suggestion.claim, Some(Message::new("document-alternative-limit").with("limit", "ulimit -u")));
    let citations = quote(&suggestion.cites);
    let other = apply(&mut document, Edit::AcceptAlternative(ids[0], suggestion, citations.clone())).unwrap();
    let taken = document.alternative(other).unwrap();
    assert_eq!((&taken.reason, &taken.citations), (&Wording::Suggested(text.clone()), &citations));
    assert_eq!(offered(&document, ids[0]).len(), 1);

    apply(&mut document, Edit::AlternativeClaim(other, "ulimit".to_owned()));
    let taken = document.alternative(other).unwrap();
    assert_eq!((&taken.claim, &taken.reason), (&Wording::Own("ulimit".to_owned()), &Wording::Suggested(text.clone())));
    apply(&mut document, Edit::RemoveAlternative(other));
    assert_eq!(offered(&document, ids[0]).len(), 2);
    assert_eq!(offered(&document, other), []);
}

#[test]
fn a_linear_reading_follows_causes_then_open_questions() {
    let mut document = Document::default();
    let ids = [None, Some(1), Some(1), Some(2), Some(3), Some(3)]
        .map(|parent| add_why(&mut document, parent.map(ItemId)).unwrap());
    assert_eq!(shape(&document), "1(2(4) 3(5 6))");
    let chain = |document: &Document| tree::chain(&document.whys).iter().map(|why| why.id.0).collect::<Vec<_>>();
    assert_eq!(chain(&document), [1, 2, 4]);
    apply(&mut document, Edit::WhyClaim(ids[2], "it leaked".to_owned()));
    apply(&mut document, Edit::WhyKind(ids[4], WhyKind::Mitigating));
    assert_eq!(chain(&document), [1, 3, 6]);
    assert_eq!(chain(&Document::default()), [0; 0]);
}

/// The tree as `1(2 3(4))`.
fn shape(document: &Document) -> String {
    fn walk(whys: &[debrief::postmortem::Why]) -> String {
        let one = |why: &debrief::postmortem::Why| match why.children.as_slice() {
            [] => why.id.0.to_string(),
            children => format!("{}({})", why.id.0, walk(children)),
        };
        whys.iter().map(one).collect::<Vec<_>>().join(" ")
    }
    walk(&document.whys)
}

#[test]
fn the_four_questions_are_offered_apart_and_each_only_once() {
    let analysis = incident();
    let mut document = Document::default();
    let offered = suggest::whys(&analysis.findings, &document);
    assert_eq!(offered.len(), 4);
    let kinds: Vec<WhyKind> = offered.iter().map(|why| suggest::why_kind(why)).collect();
    assert_eq!(kinds, [WhyKind::Cause, WhyKind::Contributing, WhyKind::Detection, WhyKind::Question]);

    let suggestion = offered[0].clone();
    let first = apply(&mut document, Edit::AcceptWhy(suggestion.clone(), quote(&suggestion.cites)));
    let again = apply(&mut document, Edit::AcceptWhy(suggestion, Vec::new()));
    assert_eq!(first, again);
    apply(&mut document, Edit::Decline(format!("{RULE}/pod-limit")));
    let keys: Vec<&str> = suggest::whys(&analysis.findings, &document).iter().map(|why| why.key.as_str()).collect();
    assert_eq!(keys, ["host/pid-space-exhausted/late-diagnosis", "host/pid-space-exhausted/global-limit"]);
    apply(&mut document, Edit::Offer(format!("{RULE}/pod-limit")));
    apply(&mut document, Edit::RemoveWhy(first.unwrap()));
    assert_eq!(suggest::whys(&analysis.findings, &document).len(), 4);
}

#[test]
fn a_draft_takes_everything_with_its_places_and_saves_even_a_nan() {
    let document = suggest::draft(&incident(), &quote);
    assert_eq!(document.whys.len(), 4);
    assert!(document.whys.iter().all(|why| why.children.is_empty() && why.is_open() == why.citations.is_empty()));
    assert_eq!(document.events.len(), 2);
    assert_eq!(document.events[1].count, 211);
    assert_eq!(document.prose(Part::Impact).citations.len(), 1);
    let case = SavedCase { document, ..SavedCase::default() };
    assert_eq!(SavedCase::from_json(&case.to_json().unwrap()), Ok(case));
}

#[test]
fn actions_carry_the_ceilings_figures_and_the_cause_they_address() {
    let mut analysis = incident();
    let document = suggest::draft(&analysis, &quote);
    let cause = document.whys[0].id;
    let raise = document
        .actions
        .iter()
        .find(|action| action.from.as_deref() == Some("host/pid-space-exhausted/action/raise-pid-max"));
    let raise = raise.unwrap();
    assert_eq!((raise.kind, raise.addresses), (ActionKind::Mitigate, Some(cause)));
    let Wording::Suggested(text) = &raise.text else { panic!("not a suggestion") };
    assert_eq!(text.args, [("limit".to_owned(), Arg::Int(49_152)), ("proposed".to_owned(), Arg::Int(262_144))]);
    // threads-max is far from full and above the larger pid_max.
    let names = |actions: &[ActionSuggestion]| {
        let names = actions.iter().filter_map(|action| action.key.rsplit('/').next().map(str::to_owned));
        names.collect::<Vec<String>>()
    };
    let want = ["raise-pid-max", "restart-culprit", "fix-leak", "pod-pids-limit", "alert-pids"];
    assert_eq!(names(&suggest::actions(&analysis)), want);
    assert!(document.actions.iter().any(|action| action.kind == ActionKind::Detect && action.addresses.is_some()));
    assert_eq!(document.field(Field::Systems), "calico-node");
    // What would be the next limit is told, and what was restarted already needs no restart.
    analysis.ceilings[1].limit = Some(200_000);
    analysis.findings[0].culprit = Some("order-sync (trade/order-sync-1)".to_owned());
    analysis.timeline.push(event("killed/trade/order-sync-1/0", "22:13", None, Phase::Mitigation));
    analysis.timeline.push(event("recovery", "22:14", None, Phase::Resolution));
    let want = ["raise-pid-max", "fix-leak", "pod-pids-limit", "alert-pids", "tune-threads-max"];
    assert_eq!(names(&suggest::actions(&analysis)), want);

    // Without a ceiling that was reached and without a culprit no figure and no name is made up.
    analysis.ceilings.clear();
    analysis.findings[0].culprit = None;
    let actions = suggest::actions(&analysis);
    assert!(actions.iter().all(|action| action.text.args.is_empty()));
    // At the kernel's own maximum there is nothing to raise.
    analysis.ceilings = vec![ceiling(LimitName::PidMax, 4_194_304, true)];
    let keys: Vec<String> = suggest::actions(&analysis).into_iter().map(|a| a.key).collect();
    assert!(!keys.iter().any(|key| key.ends_with("raise-pid-max")));
}

#[test]
fn the_impact_is_what_the_evidence_shows_or_nothing() {
    let mut analysis = incident();
    let impact = suggest::impact(&analysis).unwrap();
    assert_eq!(impact.text.id, "document-impact-range");
    assert_eq!(impact.cites.len(), 1);
    analysis.timeline.truncate(1);
    assert_eq!(suggest::impact(&analysis), None);
}

#[test]
fn whys_move_like_an_outline() {
    let mut document = Document::default();
    for _ in 0..4 {
        add_why(&mut document, None);
    }
    let check = |document: &mut Document, id, direction, expected: &str| {
        apply(document, Edit::MoveWhy(ItemId(id), direction));
        assert_eq!(shape(document), expected);
    };
    check(&mut document, 1, Move::In, "1 2 3 4");
    check(&mut document, 2, Move::In, "1(2) 3 4");
    check(&mut document, 3, Move::In, "1(2 3) 4");
    check(&mut document, 3, Move::Up, "1(3 2) 4");
    check(&mut document, 3, Move::Up, "1(3 2) 4");
    check(&mut document, 2, Move::In, "1(3(2)) 4");
    check(&mut document, 3, Move::Out, "1 3(2) 4");
    check(&mut document, 2, Move::Out, "1 3 2 4");
    check(&mut document, 4, Move::Out, "1 3 2 4");
    check(&mut document, 1, Move::Down, "3 1 2 4");
    check(&mut document, 9, Move::Down, "3 1 2 4");
}

#[test]
fn trees_stay_shallow_enough_to_be_saved() {
    let mut document = Document::default();
    let mut parent = None;
    for _ in 0..MAX_DEPTH + 5 {
        parent = add_why(&mut document, parent).or(parent);
    }
    let deepest = document.outline().into_iter().map(|(depth, _)| usize::from(depth)).max();
    assert_eq!(deepest, Some(MAX_DEPTH - 1));
    add_why(&mut document, None);
    let last = document.whys.last().unwrap().id;
    apply(&mut document, Edit::MoveWhy(last, Move::Up));
    apply(&mut document, Edit::MoveWhy(ItemId(1), Move::In));
    assert_eq!(document.whys.len(), 2, "nesting that goes too deep does nothing");
}

#[test]
fn an_answer_closes_a_question_and_removing_it_frees_its_actions() {
    let mut document = Document::default();
    let parent = add_why(&mut document, None).unwrap();
    let child = add_why(&mut document, Some(parent)).unwrap();
    assert!(document.why(child).unwrap().is_open());
    apply(&mut document, Edit::WhyClaim(child, "because".to_owned()));
    assert_eq!(document.why(child).unwrap().kind, WhyKind::Cause);
    let action = apply(&mut document, Edit::AddAction(ActionKind::Prevent, "do".to_owned())).unwrap();
    apply(&mut document, Edit::ActionAddresses(action, Some(child)));
    assert_eq!(document.actions[0].addresses, Some(child));
    apply(&mut document, Edit::RemoveWhy(parent));
    assert_eq!((document.whys.len(), document.actions[0].addresses), (0, None));
    assert!(add_why(&mut document, None).unwrap() > action, "identities are not given twice");
}

#[test]
fn events_stay_in_order_of_time_with_the_undated_last() {
    let mut document = Document::default();
    let undated = add_event(&mut document, None, Phase::Response);
    let late = add_event(&mut document, Some("22:14"), Phase::Resolution);
    let early = add_event(&mut document, Some("22:09"), Phase::Impact);
    let order = |document: &Document| document.events.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(order(&document), [early, late, undated]);
    apply(&mut document, Edit::EventTime(undated, Some(at("22:13")), None));
    assert_eq!(order(&document), [early, undated, late]);
}

#[test]
fn proposed_and_own_events_stand_in_one_order_of_time() {
    let analysis = incident();
    let mut document = Document::default();
    let undated = add_event(&mut document, None, Phase::Response);
    let own = add_event(&mut document, Some("22:05"), Phase::Trigger);
    let rows = build_rows(&analysis.timeline, &document);
    let keys: Vec<RowKey> = rows.iter().map(|row| row.key.clone()).collect();
    let proposed = |key: &str| RowKey::Proposed(key.to_owned());
    assert_eq!(keys, [proposed("onset"), RowKey::Own(own), proposed("unreachable"), RowKey::Own(undated)]);
    assert!(rows[1].milestone && !rows[3].milestone);
    let accept = Edit::AcceptEvent(analysis.timeline[0].clone(), quote(&analysis.timeline[0].cites));
    let accepted = apply(&mut document, accept).unwrap();
    let first = &build_rows(&analysis.timeline, &document)[0];
    assert_eq!((&first.key, first.event.count), (&RowKey::Own(accepted), 211));
}

#[test]
fn durations_name_their_two_instants() {
    let mut document = suggest::draft(&incident(), &quote);
    assert!(
        milestones(&document).iter().any(|milestone| milestone.phase == Phase::Detection && milestone.at.is_none())
    );
    add_event(&mut document, Some("22:13"), Phase::Detection);
    let spans = spans(&document);
    let measures: Vec<(Measure, f64, u32)> =
        spans.iter().map(|span| (span.measure, span.seconds, span.uncertainty_s)).collect();
    assert_eq!(measures, [(Measure::Impact, 300.0, 15), (Measure::Detect, 240.0, 15)]);
    assert_eq!(spans[1].from, (Phase::Impact, at("22:09")));
    assert_eq!(spans[1].to, (Phase::Detection, at("22:13")));
}

#[test]
fn what_is_resolved_while_it_is_felt_is_a_gap() {
    let mut document = suggest::draft(&incident(), &quote);
    let gap = |document: &Document| {
        let gaps = completeness(document, &Since::default()).gaps;
        gaps.into_iter().find(|gap| gap.text.id == "document-gap-resolved-early").map(|gap| gap.item)
    };
    assert_eq!(gap(&document), None);
    let early = add_event(&mut document, Some("22:13"), Phase::Resolution);
    assert_eq!(gap(&document), Some(Some(early)));
    add_event(&mut document, Some("22:14"), Phase::Resolution);
    assert_eq!(gap(&document), None);
}

#[test]
fn citations_are_put_once_taken_off_and_completed() {
    let mut document = Document::default();
    let why = add_why(&mut document, None).unwrap();
    let target = Target::Why(why);
    for _ in 0..2 {
        apply(&mut document, Edit::Attach(target, quote(&[cite(0, 1), cite(1, 2)])));
    }
    assert_eq!(target.citations(&document).len(), 2);
    apply(&mut document, Edit::Digest(EvidenceId(1), "abc".to_owned()));
    let digests: Vec<Option<&str>> = target.citations(&document).iter().map(|c| c.digest.as_deref()).collect();
    assert_eq!(digests, [None, Some("abc")]);
    apply(&mut document, Edit::Detach(target, 7));
    apply(&mut document, Edit::Detach(target, 0));
    assert_eq!(target.citations(&document).len(), 1);
}

#[test]
fn citing_goes_to_the_selected_item_or_becomes_an_event() {
    let mut document = Document::default();
    let action = apply(&mut document, Edit::AddAction(ActionKind::Detect, "alert".to_owned()));
    let mut place = quote(&[cite(0, 3)]);
    place[0].at = Some(at("22:09"));
    let event = apply(&mut document, Edit::Cite { target: action.map(Target::Event), citations: place.clone() });
    assert_eq!(document.events[0].at, Some(at("22:09")));
    assert_eq!(document.events[0].text, Wording::Own("line 3".to_owned()));
    apply(&mut document, Edit::Cite { target: event.map(Target::Event), citations: quote(&[cite(0, 4)]) });
    assert_eq!((document.events.len(), document.events[0].citations.len()), (1, 2));
    apply(&mut document, Edit::Cite { target: Some(Target::Part(Part::Impact)), citations: place });
    assert_eq!(document.prose(Part::Impact).citations.len(), 1);
}

#[test]
fn typing_is_one_step_and_machine_edits_are_none() {
    let (mut history, mut document) = (History::<()>::default(), Document::default());
    for title in ["n", "no", "node"] {
        history.edit(&mut document, Edit::Field(Field::Title, title.to_owned()));
    }
    history.edit(&mut document, Edit::Field(Field::Severity, "S".to_owned()));
    history.edit(&mut document, Edit::Field(Field::Title, "node-xx".to_owned()));
    history.seal();
    history.edit(&mut document, Edit::Field(Field::Title, "node-xx is full".to_owned()));
    history.edit(&mut document, Edit::Field(Field::Title, "node-xx is full".to_owned()));
    history.edit(&mut document, Edit::Offset(28_800));
    let mut titles = vec![document.title().to_owned()];
    while history.undo(&mut document, &|()| ()).is_some() {
        titles.push(document.title().to_owned());
        assert_eq!(document.offset_s, 28_800);
    }
    assert_eq!(titles, ["node-xx is full", "node-xx", "node", "node", ""]);
    while history.redo(&mut document, &|()| ()).is_some() {}
    assert_eq!(document.title(), "node-xx is full");
    assert!(history.can_undo() && !history.can_redo());
    history.undo(&mut document, &|()| ());
    history.edit(&mut document, Edit::Field(Field::Title, "else".to_owned()));
    assert!(!history.can_redo());
}

#[test]
fn an_empty_document_misses_everything_and_a_gap_points_at_its_item() {
    let mut document = Document::default();
    let empty = completeness(&document, &Since::default());
    assert_eq!((empty.n_done, empty.gaps.len()), (0, empty.n_checks), "what has nothing to check does not pass");
    assert!(empty.gaps.iter().any(|gap| gap.place == Place::Field(Field::Title)));
    apply(&mut document, Edit::Field(Field::Title, "x".to_owned()));
    let id = add_why(&mut document, None);
    let gaps = completeness(&document, &Since::default()).gaps;
    let open = gaps.iter().find(|gap| gap.text.id == "document-gap-open-questions").unwrap();
    assert_eq!((open.item, open.place), (id, Place::Whys));
    assert!(!gaps.iter().any(|gap| gap.place == Place::Field(Field::Title)));
}

#[test]
fn version_1_loads_for_ever() {
    let case = SavedCase::from_json(include_str!("fixtures/saved/v1.json")).unwrap();
    assert_eq!(case.version, Document::VERSION);
    assert_eq!(case.inputs.len(), 2);
    assert_eq!((case.inputs[0].choices.shift_ms, case.inputs[1].removed), (-15_000, true));
    assert_eq!(case.zone_s, Some(28_800));
    assert_eq!(case.document.title(), "node-xx ran out of PIDs");
    assert_eq!(shape(&case.document), "1(5)");
    assert_eq!(case.document.whys[0].citations[0].excerpt.len(), 1);
    assert_eq!(case.document.actions[0].addresses, Some(ItemId(1)));
    assert_eq!(case.document.events[0].phase, Some(Phase::Onset));
    assert!(
        matches!(&case.document.prose(Part::Impact).text, Wording::Suggested(message) if message.id == "document-impact-range")
    );
}

#[test]
fn what_is_unknown_is_ignored_what_is_newer_is_refused() {
    let known = SavedCase::from_json(r#"{"version":1,"mood":"calm","document":{"title":"a","weather":[1]}}"#).unwrap();
    assert_eq!(known.document.title(), "a");
    let newer = SavedCase::from_json(r#"{"version":99}"#).unwrap_err();
    assert_eq!(newer, LoadError::Newer { version: 99 });
    assert_eq!(newer.message().id, "document-saved-newer");
    for broken in ["", "[]", "{}", r#"{"version":0}"#, r#"{"version":1,"inputs":3}"#] {
        assert_eq!(SavedCase::from_json(broken), Err(LoadError::Broken), "{broken}");
    }
    // A file mended by hand: identities and order are put right.
    let json = r#"{"version":1,"document":{"actions":[{"id":9,"from":null,"kind":"prevent","text":{"Own":"a"},"owner":"","due":"","addresses":null}]}}"#;
    let mut document = SavedCase::from_json(json).unwrap().document;
    assert_eq!(add_why(&mut document, None), Some(ItemId(10)));
}
