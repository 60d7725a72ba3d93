//! What the document says of evidence that was corrected or taken out after it was cited.

use super::*;
use crate::documents;
use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::postmortem::DocumentEvent;
use debrief::postmortem::history::Went;
use debrief::postmortem::since::{moved, offer, resting_on, retimed, timed_places};
use debrief::protocol::{Choices, TrendsRequest};
use debrief::view::timeline::Lane;

const SHIFT_S: i64 = 600;

/// Places whose time is another now, as the page asks for them.
fn asked(case: &mut Case, document: &Document) -> Vec<Moved> {
    let quoted = case.cite(&timed_places(document));
    moved(document, &quoted, &case.analysis().timeline)
}

/// The document with everything that is proposed for the timeline.
fn accepted(case: &mut Case) -> Document {
    let mut document = Document::default();
    for event in case.analysis().timeline.clone() {
        let citations = case.cite(&event.cites);
        apply(&mut document, Edit::AcceptEvent(event, citations));
    }
    document
}

fn shift(case: &mut Case, shift_ms: i64, is_shifted: impl Fn(&str) -> bool) {
    for meta in case.evidence().into_iter().filter(|meta| is_shifted(&meta.path)) {
        case.choose(meta.id, Choices { shift_ms, ..Choices::default() });
    }
}

fn gap(document: &Document, since: &Since, id: &str) -> Option<(Arg, Option<ItemId>)> {
    let gap = completeness(document, since).gaps.into_iter().find(|gap| gap.text.id == id)?;
    Some((gap.text.args[0].1.clone(), gap.item))
}

#[test]
fn accepted_events_follow_the_lines_of_a_clock_that_was_corrected() {
    let mut case = documents::incident_a::case();
    let before = accepted(&mut case);
    assert_eq!(asked(&mut case, &before), [], "nothing was corrected");
    let mut other = documents::incident_b::case();
    let of_other = accepted(&mut other);
    assert_eq!((of_other.events.len() > 5, asked(&mut other, &of_other)), (true, Vec::new()));

    shift(&mut case, SHIFT_S * 1000, |path| path == "kubelet.journal.log");
    let moved = asked(&mut case, &before);
    let is_of_journal =
        |event: &&DocumentEvent| event.citations.first().is_some_and(|citation| citation.path == "kubelet.journal.log");
    let stale: Vec<&DocumentEvent> = before.events.iter().filter(|event| retimed(event, &moved).is_some()).collect();
    assert_eq!(stale, before.events.iter().filter(is_of_journal).collect::<Vec<_>>());
    let since = Since { moved: moved.clone(), ..Since::default() };
    assert_eq!(
        gap(&before, &since, "document-gap-moved"),
        Some((Arg::from(stale.len()), stale.first().map(|event| event.id)))
    );
    let asks = offer(&before, &moved).unwrap();
    assert_eq!(asks.args[1].1, Arg::List(vec!["kubelet.journal.log".into()]));
    assert_eq!(asks.args[2].1, Arg::List(vec![Arg::Seconds(SHIFT_S as f64)]));

    let mut after = before.clone();
    apply(&mut after, Edit::Retime(moved.clone(), true));
    for event in &stale {
        let now = after.event(event.id).unwrap();
        let by = |at: Option<Timestamp>| at.map(|at| at.plus_seconds(SHIFT_S));
        assert_eq!((now.at, now.end), (by(event.at), by(event.end)));
        assert_eq!(now.citations[0].at, by(event.citations[0].at));
    }
    assert_eq!(asked(&mut case, &after), [], "what was moved along fits again");
    let own: Vec<_> = after.events.iter().filter_map(|event| Some((event.at?, event.text.clone()))).collect();
    let offered = suggest::events(&case.analysis().timeline, &after);
    let again: Vec<_> =
        offered.iter().filter(|it| own.contains(&(it.at, Wording::Suggested(it.text.clone())))).collect();
    assert!(again.is_empty(), "offered once more beside the accepted: {again:?}");

    let rows = build_rows(&case.analysis().timeline, &after);
    let own = rows.iter().filter(|row| matches!(row.key, RowKey::Own(_)));
    assert!(own.clone().count() > 4 && own.clone().all(|row| row.lane != Lane::Own), "nobody added them");

    let mut kept = before.clone();
    apply(&mut kept, Edit::Retime(moved, false));
    let times = |document: &Document| document.events.iter().map(|event| (event.at, event.end)).collect::<Vec<_>>();
    assert_eq!(times(&kept), times(&before));
    let moved = asked(&mut case, &kept);
    assert_eq!(
        (moved.as_slice(), offer(&kept, &moved)),
        (&[][..], None),
        "kept as they are, they are not asked about again"
    );
}

#[test]
fn what_was_taken_out_before_the_case_was_opened_has_the_times_it_had() {
    let journal = "Jul 23 22:08:47 node-xx kubelet[1123]: E0723 22:08:47.1 exec.go:1] fork/exec /bin/sh: resource temporarily unavailable\n";
    let read = |is_removed| {
        let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_790_000_000));
        for (path, text, removed) in
            [("kubelet.log", journal, is_removed), ("date.log", "2023-07-23 22:08:47 INFO web: started\n", false)]
        {
            case.add(path, Box::new(MemorySource(text.as_bytes().to_vec())), Choices::default(), removed);
        }
        case.read_all();
        case
    };
    let case = read(false);
    let mut document = Document::default();
    let citations = case.cite(&[cite(0, 1)]);
    assert_eq!(read(true).cite(&[cite(0, 1)])[0].at, citations[0].at);
    assert!(citations[0].at.is_some());
    apply(&mut document, Edit::Cite { target: None, citations });
    assert_eq!(asked(&mut read(true), &document), []);
}

#[test]
fn samples_of_a_series_take_along_what_was_worked_out_of_them() {
    let mut case = documents::incident_a::case();
    let before = accepted(&mut case);
    shift(&mut case, -1500, |path| path.ends_with(".csv") || path.ends_with(".json"));
    let moved = asked(&mut case, &before);
    let stale = before.events.iter().filter(|event| retimed(event, &moved).is_some());
    let keys: Vec<&str> = stale.filter_map(|event| event.from.as_deref()).collect();
    assert_eq!(keys, ["onset", "recovery"]);
}

#[test]
fn every_sample_that_is_cited_has_its_time_again_and_follows() {
    let mut case = documents::incident_a::case();
    let view = case.trends(&TrendsRequest::unseen());
    let mut document = Document::default();
    for key in view.charts.iter().flat_map(|chart| &chart.legend).map(|entry| entry.key.clone()) {
        for at in [1_690_120_800.0, 1_690_121_400.0] {
            let citations = Vec::from_iter(case.cite_sample(&key, at));
            apply(&mut document, Edit::Cite { target: None, citations });
        }
    }
    let n_events = document.events.len();
    assert!(n_events > 8, "{n_events}");
    assert_eq!(asked(&mut case, &document), []);
    shift(&mut case, 5_000, |_| true);
    let moved = asked(&mut case, &document);
    let follow = document.events.iter().filter(|event| retimed(event, &moved).is_some());
    assert_eq!(follow.count(), n_events);
}

#[test]
fn what_a_person_set_and_what_rests_on_other_places_stands() {
    let (here, there) = (at("22:08"), at("22:20"));
    let quoted = |line, at| Citation { at: Some(at), ..quote(&[cite(0, line)]).remove(0) };
    let place = |line| Locator::lines(EvidenceId(0), line, line);
    let moved = [Moved { place: place(1), from: here, to: there }];
    let event = |at, end, citations: &[Citation]| DocumentEvent {
        at: Some(at),
        end,
        citations: citations.to_vec(),
        ..DocumentEvent::default()
    };
    let first = quoted(1, here);
    assert_eq!(retimed(&event(here, None, std::slice::from_ref(&first)), &moved), Some((there, None)));
    let long = event(here, Some(at("22:10")), std::slice::from_ref(&first));
    assert_eq!(retimed(&long, &moved), Some((there, Some(at("22:22")))), "a stretch stays as long as it was");
    let other = quoted(2, at("22:10"));
    let between = event(here, other.at, &[first.clone(), other]);
    assert_eq!(retimed(&between, &moved), Some((there, between.end)), "its end is of a place that did not move");
    // Set by hand; with a doubt that is not the program's; of another line that says the same time; without a time; typed.
    let doubtful = DocumentEvent { uncertainty_s: 5, ..event(at("22:07"), None, std::slice::from_ref(&first)) };
    for stands in [
        event(at("22:07"), None, std::slice::from_ref(&first)),
        doubtful.clone(),
        event(here, None, &[first.clone(), quoted(2, here)]),
        DocumentEvent { at: None, ..event(here, None, std::slice::from_ref(&first)) },
        event(here, None, &[]),
    ] {
        assert_eq!(retimed(&stands, &moved), None, "{stands:?}");
    }
    let worked_out = DocumentEvent { from: Some("onset".to_owned()), ..doubtful };
    assert_eq!(retimed(&worked_out, &moved), Some((at("22:19"), None)));
}

#[test]
fn citations_of_evidence_that_was_taken_out_are_counted_and_named() {
    let mut document = Document::default();
    let since = |ids: &[u32]| Since { taken_out: ids.iter().copied().map(EvidenceId).collect(), ..Since::default() };
    let checks = |document: &Document| completeness(document, &Since::default()).n_checks;
    let without = checks(&document);
    let id = add_why(&mut document, None).unwrap();
    let places = quote(&[cite(0, 1), cite(1, 1), cite(1, 2)]);
    apply(&mut document, Edit::Attach(Target::Why(id), places.clone()));
    assert!(checks(&document) > without, "cited evidence is looked at");
    apply(&mut document, Edit::Attach(Target::Part(Part::Impact), places[..1].to_vec()));
    assert_eq!(gap(&document, &since(&[]), "document-gap-taken-out"), None);
    assert_eq!(gap(&document, &since(&[1]), "document-gap-taken-out"), Some((2_usize.into(), Some(id))));
    let all = since(&[1, 0, 7]);
    let told = completeness(&document, &all).gaps.pop().unwrap();
    assert_eq!((told.place, told.item), (Place::Part(Part::Impact), None));
    assert_eq!(told.text.args[1].1, Arg::List(vec!["file-0".into(), "file-1".into()]));
    assert_eq!(resting_on(&document, &all.taken_out), 4);
}

#[test]
fn what_is_done_beside_the_document_is_undone_in_its_turn() {
    let (mut history, mut document) = (History::<bool>::default(), Document::default());
    let mut removed = false;
    history.edit(&mut document, Edit::Field(Field::Title, "n".to_owned()));
    history.beside(removed);
    removed = true;
    history.edit(&mut document, Edit::Field(Field::Title, "node".to_owned()));
    assert_eq!(history.undo(&mut document, &|_| removed), Some(Went::Document));
    assert_eq!(document.title(), "n", "what was typed before and after it is not one step");
    assert_eq!(history.undo(&mut document, &|_| removed), Some(Went::Beside(false)));
    assert_eq!(document.title(), "n");
    removed = false;
    assert_eq!(history.undo(&mut document, &|_| removed), Some(Went::Document));
    assert_eq!(history.undo(&mut document, &|_| removed), None);
    assert_eq!(history.redo(&mut document, &|_| removed), Some(Went::Document));
    assert_eq!(history.redo(&mut document, &|_| removed), Some(Went::Beside(true)));
    history.edit(&mut document, Edit::Offset(60));
    history.beside(true);
    assert!(!history.can_redo());
}
