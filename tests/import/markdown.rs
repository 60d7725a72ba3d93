//! Our own markdown comes back, in every form and language, also after people worked on it.

use debrief::desk::open;
use debrief::export::markdown_import;
use debrief::model::{Analysis, Confidence, Phase, Timestamp};
use debrief::postmortem::{
    ActionKind, Alternative, Attachment, Document, Field, ItemId, Part, Priority, Prose, TemplateChoice, Why, WhyKind,
    Wording,
};
use debrief::text::{Lang, Texts};
use proptest::prelude::*;

use crate::export::incident::{OFFSET_S, Words, document};
use crate::export::view_of;

/// The markdown of a document without analysis: what the program adds is not what people restore.
pub(super) fn markdown(document: &Document, lang: Lang) -> String {
    let texts = Texts::new(lang, OFFSET_S);
    let cite = |_: &[debrief::model::Cite]| Vec::new();
    let analysis = Analysis::default();
    let material = debrief::export::document::Material {
        analysis: &analysis,
        evidence: &[],
        charts: &[],
        taken_out: &[],
        cite: &cite,
    };
    let view = debrief::export::document::build(document, &material, &texts);
    let files = debrief::export::markdown::render(document, &view, &[], &texts);
    String::from_utf8(files[0].bytes.clone()).unwrap()
}

#[test]
fn our_own_markdown_restores_its_text() {
    let words = Words::of_incident_a();
    let mut own = document(&words);
    own.prose.insert(
        Part::Impact,
        Prose {
            text: Wording::Own("First *line* | of `it`\n- 1. item\n- +x".into()),
            ..own.prose(Part::Impact).clone()
        },
    );
    own.events[1].count = 211;
    own.events[1].end = Some(Timestamp::from_seconds(1_690_121_640));
    for lang in Lang::ALL {
        let texts = Texts::new(lang, OFFSET_S);
        let text = markdown(&own, lang);
        let (read, notes) = markdown_import::import(&text).unwrap();
        assert_eq!(notes, []);
        assert_eq!((read.export_lang, read.document.offset_s), (lang, OFFSET_S));
        let document = &read.document;
        for field in [Field::Title, Field::Severity, Field::Authors] {
            assert_eq!(document.field(field), own.field(field));
        }
        for part in [Part::Summary, Part::Impact, Part::Well, Part::Lucky] {
            assert_eq!(document.prose(part).text.say(&texts), own.prose(part).text.say(&texts), "{part:?}");
        }
        assert_eq!(
            document.prose(Part::Badly).text,
            Wording::Own("one\ntwo".into()),
            "a list of lessons needs no marks"
        );
        let told = |document: &Document| -> Vec<_> {
            let told = |it: &debrief::postmortem::DocumentEvent| {
                (it.at, it.end, it.uncertainty_s, it.count.max(1), it.phase, it.text.say(&texts))
            };
            document.events.iter().map(told).collect()
        };
        assert_eq!(told(document), told(&own));
        assert_eq!(document.events[0].phase, Some(Phase::Onset));
        let tree = |document: &Document| -> Vec<_> {
            document
                .outline()
                .iter()
                .map(|(depth, why)| (*depth, why.question.say(&texts), why.claim.say(&texts)))
                .collect()
        };
        assert_eq!(tree(document), tree(&own));
        assert_eq!(
            (document.whys[0].kind, document.whys[0].children[0].children[0].kind),
            (WhyKind::Cause, WhyKind::Question)
        );
        assert_eq!(document.actions[0].kind, ActionKind::Detect);
        assert_eq!(
            (&document.actions[0].owner, &document.actions[0].due),
            (&own.actions[0].owner, &own.actions[0].due)
        );
        let addressed = document.why(document.actions[0].addresses.unwrap()).unwrap();
        assert_eq!(addressed.question.say(&texts), "Why was it noticed late?");
        assert_eq!(document.actions[1].owner, "");

        let (citation, original) = (&document.whys[0].citations[0], &own.whys[0].citations[0]);
        assert_eq!(
            (&citation.path, &citation.digest, &citation.excerpt),
            (&original.path, &original.digest, &original.excerpt)
        );
        assert_eq!((citation.locator.lines, citation.at), (original.locator.lines, original.at));
        assert_eq!(read.inputs.len(), 2);
        assert_eq!(read.inputs[citation.locator.evidence.0 as usize].digest, original.digest);
        // Written again it is the same page.
        assert_eq!(markdown(document, lang), text);
    }
}

#[test]
fn the_whole_export_opens_without_the_programs_own_part() {
    let words = Words::of_incident_a();
    let texts = Texts::new(Lang::ZhCn, OFFSET_S);
    let document = document(&words);
    let view = view_of(&words, &document, &texts);
    let files = debrief::export::markdown::render(&document, &view, &crate::export::incident::evidence(&words), &texts);
    let opened = open(&files[0].bytes).unwrap();
    assert_eq!(opened.notes, []);
    assert_eq!(opened.case.document.whys.len(), 1);
    assert_eq!(
        opened.case.document.prose.keys().collect::<Vec<_>>(),
        [&Part::Summary, &Part::Impact, &Part::Well, &Part::Badly]
    );
}

/// Incident A with everything that a person can write of it.
pub(super) fn full() -> Document {
    let words = Words::of_incident_a();
    let mut own = document(&words);
    for field in Field::ALL {
        own.fields.insert(field, format!("{field:?} · {}", own.field(field).len()));
    }
    for part in Part::ALL {
        let text = Wording::Own(format!("Our own words on {part:?}.\n- an item"));
        own.prose.insert(part, Prose { text, ..own.prose(part).clone() });
    }
    own.events[1].end = Some(Timestamp::from_seconds(1_690_121_640));
    own.events[2].source = "Wei · network".into();
    own.events[3].citations = own.events[0].citations.clone();
    let citations = own.whys[0].citations.clone();
    let refuted = |id, claim: &str, reason: &str, citations| Alternative {
        id: ItemId(id),
        claim: Wording::Own(claim.into()),
        reason: Wording::Own(reason.into()),
        citations,
    };
    own.whys[0].confidence = Some(Confidence::Likely);
    own.whys[0].alternatives = vec![
        refuted(31, "It was memory", "Nothing was killed.", citations),
        refuted(32, "A deployment", "", Vec::new()),
    ];
    let action = &mut own.actions[0];
    (action.priority, action.done, action.check) = (Some(Priority::P1), true, "It fires · twice".into());
    let text = "[Manager]\n\n# ``` `x`\nDefaultTasksMax=80%\n".to_owned();
    action.attachments = vec![Attachment { file_name: "tasks.conf".into(), language: "ini".into(), text }];
    own
}

#[test]
fn every_form_comes_back_as_the_same_page() {
    let words = Words::of_incident_a();
    for id in ["sre-book", "why-analysis"] {
        for lang in Lang::ALL {
            let own = Document { template: TemplateChoice::BuiltIn(id.to_owned()), ..full() };
            let texts = Texts::new(lang, OFFSET_S);
            let page = |document: &Document| {
                let evidence = crate::export::incident::evidence(&words);
                let view = view_of(&words, document, &texts);
                let files = debrief::export::markdown::render(document, &view, &evidence, &texts);
                String::from_utf8(files[0].bytes.clone()).unwrap()
            };
            let text = page(&own);
            let (read, notes) = markdown_import::import(&text).unwrap();
            assert_eq!(notes, [], "{id} {lang:?}");
            // One form tells the impact below the summary, where nothing says that it begins.
            let unsaid = format!("> {}\n\n", texts.get("export-empty-impact"));
            same_lines(&page(&read.document).replace(&unsaid, ""), &text);
            let document = &read.document;
            let times = |it: &Document| it.events.iter().map(|it| (it.at, it.end, it.phase)).collect::<Vec<_>>();
            assert_eq!(times(document), times(&own));
            assert_eq!(document.template, own.template);
            for part in [Part::RuledOut, Part::OpenQuestions] {
                assert_eq!(document.prose(part).text, own.prose(part).text);
            }
            let (why, told) = (&document.whys[0], &own.whys[0]);
            assert_eq!((why.confidence, why.alternatives.len()), (told.confidence, 2));
            assert_eq!(why.alternatives[0].reason, told.alternatives[0].reason);
            let (action, told) = (&document.actions[0], &own.actions[0]);
            assert_eq!((action.priority, action.done, &action.check), (told.priority, told.done, &told.check));
            assert_eq!((&action.owner, &action.due, action.kind), (&told.owner, &told.due, told.kind));
            if id == "sre-book" {
                assert_eq!((&document.fields, &action.attachments), (&own.fields, &told.attachments));
            }
        }
    }
}

/// Equal, or the first line that is not.
fn same_lines(read: &str, written: &str) {
    for (read, written) in read.lines().zip(written.lines()) {
        assert_eq!(read, written);
    }
    assert_eq!(read.lines().count(), written.lines().count());
}

/// A tree with several answers, branches of every kind and what was ruled out, below the one of incident A.
fn branched() -> Document {
    let mut own = full();
    let mut id = 60;
    let mut why = |question: &str, claim: &str, kind, children| {
        id += 1;
        let (question, claim) = (Wording::Own(question.into()), Wording::Own(claim.into()));
        Why { id: ItemId(id), kind, question, claim, children, ..Why::default() }
    };
    let deep = vec![why("Why was it not reviewed?", "Nobody owns it.", WhyKind::Cause, Vec::new())];
    let others = vec![
        why("Why was the default in force?", "It was never looked at.", WhyKind::Cause, deep),
        why("", "The image sets it.", WhyKind::Contributing, Vec::new()),
        why("Who saw it?", "Nobody, for an hour.", WhyKind::Detection, Vec::new()),
        why("What helped?", "The other node took over.", WhyKind::Mitigating, Vec::new()),
    ];
    own.whys[0].children.splice(0..0, others);
    own.whys.push(why("", "A leak in the agent.", WhyKind::Contributing, Vec::new()));
    own.whys.push(why("Why on a Sunday?", "", WhyKind::Question, Vec::new()));
    own.whys.last_mut().unwrap().alternatives =
        vec![Alternative { id: ItemId(90), claim: Wording::Own("A job".into()), ..Alternative::default() }];
    own.last_id = 99;
    own
}

#[test]
fn a_chain_with_its_branches_comes_back_as_the_tree_that_it_was() {
    type Told = (u8, String, String, WhyKind, Option<Confidence>, usize, usize);
    let tree = |document: &Document, texts: &Texts| -> Vec<Told> {
        let told = |(depth, why): &(u8, &Why)| {
            let (question, claim) = (why.question.say(texts), why.claim.say(texts));
            (*depth, question, claim, why.kind, why.confidence, why.alternatives.len(), why.citations.len())
        };
        document.outline().iter().map(told).collect()
    };
    for lang in Lang::ALL {
        let own = Document { template: TemplateChoice::BuiltIn("short".to_owned()), ..branched() };
        let texts = Texts::new(lang, OFFSET_S);
        let (read, notes) = markdown_import::import(&markdown(&own, lang)).unwrap();
        assert_eq!(notes, []);
        assert_eq!(tree(&read.document, &texts), tree(&own, &texts));
    }
}

#[test]
fn a_table_of_causes_comes_back_as_the_same_table_and_a_chain_as_it_was() {
    let table = |page: &str, lang| {
        let head = format!("| {} |", Texts::new(lang, 0).get("export-level"));
        let rows = page.lines().skip_while(|line| !line.starts_with(&head)).take_while(|line| line.starts_with('|'));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    for lang in Lang::ALL {
        let own = Document { template: TemplateChoice::BuiltIn("tabular".to_owned()), ..branched() };
        let page = markdown(&own, lang);
        let (read, notes) = markdown_import::import(&page).unwrap();
        assert_eq!(notes.iter().map(|note| note.id.as_str()).collect::<Vec<_>>(), ["import-causes-flat"]);
        assert_eq!(table(&markdown(&read.document, lang), lang), table(&page, lang));
        assert!(table(&page, lang).len() > 10);

        let mut chain = Document { whys: own.whys[..1].to_vec(), ..own.clone() };
        let deepest = |depth: usize| Why {
            id: ItemId(70 + depth as u32),
            kind: WhyKind::Cause,
            question: Wording::Own(format!("Why {depth}?")),
            claim: Wording::Own(format!("Because {depth}.")),
            ..Why::default()
        };
        chain.whys[0].children =
            vec![Why { children: vec![Why { children: vec![deepest(3)], ..deepest(2) }], ..deepest(1) }];
        let (read, notes) = markdown_import::import(&markdown(&chain, lang)).unwrap();
        assert_eq!(notes, []);
        let depths = |document: &Document| document.outline().iter().map(|(depth, _)| *depth).collect::<Vec<_>>();
        assert_eq!(depths(&read.document), depths(&chain));
    }
}

#[test]
fn the_tabular_and_the_short_form_come_back() {
    for (id, lang) in [("tabular", Lang::En), ("short", Lang::ZhCn)] {
        let own = Document { template: TemplateChoice::BuiltIn(id.to_owned()), ..full() };
        let (read, notes) = markdown_import::import(&markdown(&own, lang)).unwrap();
        assert!(notes.iter().all(|note| note.id == "import-causes-flat"), "{notes:?}");
        let document = &read.document;
        assert_eq!(document.fields, own.fields);
        assert_eq!((document.actions.len(), document.actions[0].priority), (2, Some(Priority::P1)));
        let texts = Texts::new(lang, OFFSET_S);
        assert_eq!(document.whys[0].alternatives[0].claim.say(&texts), "It was memory");
        let asked = document.outline().iter().map(|(_, why)| why.question.say(&texts)).collect::<Vec<_>>();
        assert!(asked.iter().any(|question| question == "Why was podPidsLimit not set?"), "{asked:?}");
        if id == "tabular" {
            assert_eq!(document.prose(Part::Response).text, own.prose(Part::Response).text);
            assert_eq!(document.template, own.template);
        }
    }
}

#[test]
fn what_people_did_to_the_page_is_kept() {
    let page = "\u{feff}# Outage\r\n\r\nSome words\r\nbefore.\r\n\r\n## Summary\r\n\r\n> The summary has not been written.\r\n\r\n## Impact\r\n\r\nLate. [E1](#e1) [E7](#e7)\r\n\r\n\
                ## Our own section\r\n\r\n- **bold** point\r\n\r\n## Causes and contributing factors\r\n\r\n### Why?\r\n\r\n**Contributing factor:** Because.\r\nOf this.\r\n\r\n\
                * **Deeper?** Not answered yet.\r\n\r\n## Action items\r\n\r\n| Action | Owner | Type | Priority |\r\n|---|---|---|---|\r\n| Do \\| it | Wei | Detect | P1 |\r\n\r\n\
                ## Evidence index\r\n\r\n### E1\r\n\r\n**a · b.log** · lines 3–5 · SHA-256 not computed yet\r\n\r\n```text\r\nx\r\n```\r\n";
    let (case, notes) = markdown_import::import(page).unwrap();
    let document = case.document;
    assert_eq!(document.title(), "Outage");
    assert_eq!(document.prose(Part::Summary).text, Wording::Own("Some words before.".into()));
    assert_eq!(document.prose(Part::Impact).citations.len(), 1);
    assert_eq!(document.prose(Part::Notes).text, Wording::Own("Our own section\n- bold point".into()));
    assert_eq!(notes.iter().map(|note| note.id.as_str()).collect::<Vec<_>>(), ["import-unplaced"]);
    let why = &document.whys[0];
    assert_eq!((why.kind, &why.claim), (WhyKind::Contributing, &Wording::Own("Because. Of this.".into())));
    assert_eq!((why.children[0].kind, why.children[0].claim.is_empty()), (WhyKind::Question, true));
    let action = &document.actions[0];
    assert_eq!((&action.text, action.owner.as_str()), (&Wording::Own("Do | it".into()), "Wei"));
    assert_eq!((action.kind, action.due.as_str()), (ActionKind::Detect, ""));
    assert_eq!(case.inputs[0].path, "a · b.log");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_come_back_from_markdown(text in r"[ -~]{1,40}|[\\`*_\[\]<>#&~|$!\-+=.:()0-9a ]{1,40}|\PC{1,30}") {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let visible = debrief::export::inert::visible(&text).into_owned();
        prop_assume!(text.chars().any(char::is_alphanumeric) && visible == text && !text.contains('\u{a0}'));
        let words = Words { path: text.clone(), line: text.clone(), name: text.clone(), own: text.clone() };
        let mut own = document(&words);
        own.fields.insert(Field::Title, text.clone());
        let page = markdown(&own, Lang::En);
        let (read, _) = markdown_import::import(&page).unwrap();
        let texts = Texts::new(Lang::En, 0);
        prop_assert_eq!(read.document.title(), &text);
        let listed = ["- ", "* ", "• "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(&text).trim().to_owned();
        prop_assert_eq!(read.document.prose(Part::Well).text.say(&texts), listed, "{}", page);
        prop_assert_eq!(read.document.events[1].text.say(&texts), text.clone(), "{}", page);
        prop_assert_eq!(read.document.whys[0].claim.say(&texts), text.clone(), "{}", page);
        prop_assert_eq!(read.document.actions[0].owner.as_str(), &text);
        own.template = TemplateChoice::BuiltIn("why-analysis".into());
        let (tasks, _) = markdown_import::import(&markdown(&own, Lang::ZhCn)).unwrap();
        prop_assert_eq!((&tasks.document.actions[0].owner, &tasks.document.actions[0].due), (&text, &own.actions[0].due));
        prop_assert_eq!(&read.document.whys[0].citations[0].path, &own.whys[0].citations[0].path);
        prop_assert_eq!(&read.document.whys[0].citations[0].excerpt[0], &text);
    }
}
