//! The comms kit over incident A, in both languages, and what it must never do.

use debrief::export::comms::{Notice, write};
use debrief::model::{Confidence, MissingEvidence, Phase};
use debrief::postmortem::{Document, Field, Wording};
use debrief::text::{Lang, Texts};

use super::incident::{OFFSET_S, Words, analysis, at, document};

fn written(document: &Document, words: &Words, lang: Lang) -> String {
    let texts = Texts::new(lang, OFFSET_S);
    let analysis = analysis(words);
    let notice = |notice: &Notice| {
        let written = write(*notice, document, &analysis, at(22, 20, 0), &texts);
        format!("=== {}\n{}\n--- markdown\n{}", texts.get(notice.name_id()), written.chat, written.markdown)
    };
    Notice::ALL.iter().map(notice).collect::<Vec<_>>().join("\n")
}

fn reviewed(words: &Words) -> Document {
    let mut document = document(words);
    document.fields.insert(Field::Systems, "payment-service, order-service".into());
    document.fields.insert(Field::Leads, "SRE: Lin Wei; network: Sam Okoro".into());
    document.whys[0].confidence = Some(Confidence::Certain);
    document
}

#[test]
fn every_notice_in_both_languages() {
    let words = Words::of_incident_a();
    insta::assert_snapshot!("comms-en", written(&reviewed(&words), &words, Lang::En));
    insta::assert_snapshot!("comms-zh", written(&reviewed(&words), &words, Lang::ZhCn));
}

#[test]
fn what_is_not_certain_is_a_candidate_and_what_is_missing_is_said() {
    let words = Words::of_incident_a();
    let texts = Texts::new(Lang::En, OFFSET_S);
    let mut document = document(&words);
    document.fields.clear();
    let mut analysis = analysis(&words);
    analysis.coverage.missing.push(MissingEvidence {
        what: debrief::model::Message::new("export-untitled"),
        command: "ps -eLf | wc -l".into(),
        disturbs: None,
    });
    let first = write(Notice::First, &document, &analysis, at(22, 20, 0), &texts).chat;
    assert!(first.starts_with("[SEV?] 22:20 +08:00"), "{first}");
    assert!(first.contains("candidate, not confirmed"), "{first}");
    assert!(first.contains("Affected: not known yet"), "{first}");
    assert!(first.contains("`ps -eLf | wc -l`"), "{first}");
    // The summary for stakeholders names no file and no command.
    let told = write(Notice::Stakeholders, &document, &analysis, at(22, 20, 0), &texts).chat;
    assert!(!told.contains(&words.path) && !told.contains('`'), "{told}");
    // Without a timeline there is no state, and none is made up.
    document.events.retain(|event| event.phase == Some(Phase::Onset));
    document.whys[0].claim = Wording::default();
    let update = write(Notice::Update, &document, &analysis, at(22, 20, 0), &texts).chat;
    assert!(update.contains("State: not known yet"), "{update}");
}
