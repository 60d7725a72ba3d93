//! The desk's dialogs: what stands on each, and what its acts do to the case. And that nothing planted leaves in any form.

#[path = "desk/cases.rs"]
mod cases;
#[path = "desk/markdown.rs"]
mod markdown;
#[path = "desk/redaction.rs"]
mod redaction;

use debrief::case::Case;
use debrief::desk::Desk;
use debrief::evidence::digest::digest_of;
use debrief::evidence::{MemorySource, Source};
use debrief::export::case_file::{self, Carried};
use debrief::export::zip::{Archive, Limits};
use debrief::model::is_export;
use debrief::model::{Citation, EvidenceId, Locator, RedactionClass, Role, Timestamp};
use debrief::postmortem::saved::{SavedCase, SavedInput, SavedVersion};
use debrief::postmortem::{Document, DocumentEvent, Field, ItemId, Part, TemplateChoice, Wording, suggest};
use debrief::protocol::desk::{
    Acted, DeskAnswer, DeskRequest, Does, ExportForm, ExportRequest, ExportedFile, Material, SUGGESTED, Sheet,
    SheetButton, SheetKind, SheetRequest, Shelf, Widget,
};
use debrief::text::Lang;

use crate::documents::{incident_a, incident_b};

const NOW: Timestamp = Timestamp(1_700_000_000_000_000_000);
const FORMS: [ExportForm; 7] = [
    ExportForm::Markdown,
    ExportForm::Html,
    ExportForm::Zip,
    ExportForm::Json,
    ExportForm::TimelineCsv,
    ExportForm::Timesketch,
    ExportForm::RichText,
];

fn material(case: &mut Case) -> Material {
    case.material(Lang::En, 8 * 3600)
}

fn a() -> (Material, SavedCase) {
    let mut case = incident_a::case();
    let document = incident_a::document(&mut case);
    (material(&mut case), SavedCase { document, ..SavedCase::default() })
}

fn b() -> (Material, SavedCase) {
    let mut case = incident_b::case();
    let document = incident_b::document(&case, Lang::En);
    (material(&mut case), SavedCase { document, ..SavedCase::default() })
}

fn request(kind: SheetKind, case: &SavedCase, values: &[(&str, &str)]) -> SheetRequest {
    let values = values.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    SheetRequest { kind, values, case: case.clone(), now: NOW, shelf: Shelf::default() }
}

fn sheet(desk: &Desk, kind: SheetKind, case: &SavedCase, values: &[(&str, &str)]) -> Sheet {
    let sheet = desk.sheet(&request(kind, case, values));
    assert!(!sheet.title.is_empty());
    sheet
}

fn act(desk: &mut Desk, kind: SheetKind, case: &SavedCase, act: &str) -> Acted {
    desk.act(request(kind, case, &[]), act)
}

fn buttons(sheet: &Sheet) -> Vec<&SheetButton> {
    let buttons = sheet.widgets.iter().flat_map(|widget| match widget {
        Widget::Buttons(buttons) | Widget::Entry { buttons, .. } => buttons.iter().collect::<Vec<_>>(),
        Widget::Table { rows, .. } => rows.iter().filter_map(|row| row.button.as_ref()).collect(),
        _ => Vec::new(),
    });
    buttons.collect()
}

fn acts(sheet: &Sheet) -> Vec<&str> {
    let of_buttons = buttons(sheet).into_iter().filter_map(|button| match &button.does {
        Does::Act(act) => Some(act.as_str()),
        _ => None,
    });
    let checks = sheet.widgets.iter().filter_map(|widget| match widget {
        Widget::Check { act, .. } => Some(act.as_str()),
        _ => None,
    });
    of_buttons.chain(checks).collect()
}

fn on(sheet: &Sheet) -> Vec<&str> {
    let on = sheet.widgets.iter().filter_map(|widget| match widget {
        Widget::Check { act, on: true, .. } => Some(act.as_str()),
        _ => None,
    });
    on.collect()
}

fn notes(sheet: &Sheet) -> Vec<&str> {
    let notes = sheet.widgets.iter().filter_map(|widget| match widget {
        Widget::Note(note) => Some(note.as_str()),
        _ => None,
    });
    notes.collect()
}

fn rows(sheet: &Sheet) -> Vec<Vec<String>> {
    let rows = sheet.widgets.iter().flat_map(|widget| match widget {
        Widget::Table { rows, .. } => rows.iter().map(|row| row.cells.clone()).collect(),
        _ => Vec::new(),
    });
    rows.collect()
}

#[test]
fn an_act_that_is_not_known_changes_nothing() {
    let (material, case) = b();
    let mut desk = Desk::new(material);
    let kinds = [
        SheetKind::Export,
        SheetKind::Redaction,
        SheetKind::Comms,
        SheetKind::Fixes(case.document.actions[0].id),
        SheetKind::Fixes(ItemId(9999)),
        SheetKind::Versions,
        SheetKind::Opened,
        SheetKind::Cases,
    ];
    for kind in kinds {
        sheet(&desk, kind, &case, &[]);
        for unknown in ["", "take", "merge", "restore 7", "class nonsense", "template nonsense", SUGGESTED] {
            assert_eq!(act(&mut desk, kind, &case, unknown), Acted { case: case.clone(), ..Acted::default() });
        }
    }
}

#[test]
fn the_form_is_chosen_and_an_own_one_says_its_mistakes() {
    let (material, case) = b();
    let mut desk = Desk::new(material);
    let first = sheet(&desk, SheetKind::Export, &case, &[]);
    assert_eq!(on(&first), ["template sre-book"]);
    // One of them is on: the page draws them as such.
    let groups = first.widgets.iter().filter_map(|widget| match widget {
        Widget::Check { group, .. } => Some(group.as_str()),
        _ => None,
    });
    assert_eq!(groups.collect::<Vec<_>>(), ["template"; 4]);
    let forms: Vec<ExportForm> = buttons(&first)
        .into_iter()
        .filter_map(|button| if let Does::Export(form) = button.does { Some(form) } else { None })
        .collect();
    assert!(FORMS.iter().chain([&ExportForm::CaseFile]).all(|form| forms.contains(form)), "{forms:?}");
    let tabular = act(&mut desk, SheetKind::Export, &case, "template tabular").case;
    assert_eq!(on(&sheet(&desk, SheetKind::Export, &tabular, &[])), ["template tabular"]);

    let own = [("template-own", "# {{title}}\n{{nonsense}}\n"), ("template-own-name", "own.md")];
    let shown = sheet(&desk, SheetKind::Export, &tabular, &own);
    assert!(notes(&shown).iter().any(|note| note.contains("nonsense")), "{:?}", notes(&shown));
    let used = desk.act(request(SheetKind::Export, &tabular, &own), "use-own").case;
    let TemplateChoice::Own { name, text } = &used.document.template else { panic!("not taken") };
    assert_eq!((name.as_str(), text.as_str()), ("own.md", own[0].1));
    let shown = sheet(&desk, SheetKind::Export, &used, &[]);
    assert!(on(&shown).is_empty() && notes(&shown).iter().any(|note| note.contains("nonsense")));
}

#[test]
fn classes_are_switched_and_originals_kept() {
    let (material, mut case) = b();
    case.document.prose.insert(Part::Notes, Wording::Own("curl -u ops:hunter2-Zq9 http://10.9.8.7/".to_owned()).into());
    let mut desk = Desk::new(material);
    let first = sheet(&desk, SheetKind::Redaction, &case, &[]);
    assert_eq!(on(&first), ["class secret"], "secrets are replaced unless a person says otherwise");
    assert!(rows(&first).iter().any(|row| row[1].contains("hunter2-Zq9")), "{:?}", rows(&first));
    let off = act(&mut desk, SheetKind::Redaction, &case, "class secret").case;
    assert!(!off.document.redaction.enabled);
    let shown = sheet(&desk, SheetKind::Redaction, &off, &[]);
    assert!(on(&shown).is_empty() && rows(&shown).is_empty() && notes(&shown).len() == 1);
    let with_ips = act(&mut desk, SheetKind::Redaction, &off, "class ip").case;
    let shown = sheet(&desk, SheetKind::Redaction, &with_ips, &[]);
    assert_eq!(on(&shown), ["class ip"]);
    assert!(acts(&shown).contains(&"keep 10.9.8.7"));
    let kept = act(&mut desk, SheetKind::Redaction, &with_ips, "keep 10.9.8.7").case;
    assert!(text_of(&desk, ExportForm::Markdown, &kept).contains("10.9.8.7"));
    assert!(rows(&sheet(&desk, SheetKind::Redaction, &kept, &[])).iter().any(|row| row[1] == "10.9.8.7"));
    let again = act(&mut desk, SheetKind::Redaction, &kept, "keep 10.9.8.7").case;
    assert_eq!(again.document, with_ips.document);
    assert!(!text_of(&desk, ExportForm::Markdown, &again).contains("10.9.8.7"));
}

fn exported(desk: &Desk, form: ExportForm, case: &SavedCase) -> Vec<ExportedFile> {
    let case = case.clone();
    let request =
        ExportRequest { form, case, lang: Lang::En, pictures: Vec::new(), handles: Vec::new(), evidence_bytes: 0 };
    desk.export(&request, &[]).unwrap()
}

/// Every byte that leaves, names of files included; archives unpacked.
fn text_of(desk: &Desk, form: ExportForm, case: &SavedCase) -> String {
    let mut text = String::new();
    for file in exported(desk, form, case) {
        text.push_str(&file.path);
        if file.media_type == "application/zip" {
            text.push_str(&zip_text(&file.bytes));
        } else {
            text.push_str(&String::from_utf8_lossy(&file.bytes));
        }
    }
    text
}

fn zip_text(bytes: &[u8]) -> String {
    let mut archive = Archive::open(bytes, Limits { n_entries: 100, bytes: 1 << 24 }).unwrap();
    let paths: Vec<String> = archive.entries().iter().map(|entry| entry.path.clone()).collect();
    let read = |(index, path)| format!("{path}{}", String::from_utf8_lossy(&archive.read(index).unwrap().unwrap()));
    paths.into_iter().enumerate().map(read).collect()
}

#[test]
fn the_pictures_of_an_archive_are_those_that_the_desk_had_drawn() {
    let (material, mut case) = a();
    let desk = Desk::new(material);
    let request = |case: &SavedCase, pictures: Vec<String>| {
        let (form, case) = (ExportForm::Zip, case.clone());
        ExportRequest { form, case, lang: Lang::En, pictures, handles: Vec::new(), evidence_bytes: 0 }
    };
    let drawn = desk.pictures(&request(&case, Vec::new()));
    let paths: Vec<String> = drawn.iter().map(|picture| picture.path.clone()).collect();
    let beside = |file: &ExportedFile| file.path.strip_suffix(".svg").map(|stem| format!("{stem}.png"));
    let markdown = exported(&desk, ExportForm::MarkdownFiles, &case);
    assert_eq!(paths, markdown.iter().filter_map(beside).filter(|it| !it.ends_with("causes.png")).collect::<Vec<_>>());
    assert!(!drawn.is_empty() && drawn.iter().all(|picture| picture.drawing.size().0 > 100.0));
    // What could not be drawn has no bytes and is left out.
    let given: Vec<MemorySource> = (0..drawn.len()).map(|index| MemorySource(vec![7; index])).collect();
    let given: Vec<&dyn Source> = given.iter().map(|source| -> &dyn Source { source }).collect();
    let zip = desk.export(&request(&case, paths.clone()), &given).unwrap();
    assert!(is_export(&zip[0].bytes), "its markdown lies first, as it is");
    let mut archive = Archive::open(&zip[0].bytes, Limits { n_entries: 100, bytes: 1 << 24 }).unwrap();
    let names: Vec<String> = archive.entries().iter().map(|entry| entry.path.clone()).collect();
    for (index, path) in paths.iter().enumerate() {
        let at = names.iter().position(|name| name == path);
        let bytes = at.map(|at| archive.read(at).unwrap().unwrap());
        assert_eq!(bytes, (index > 0).then(|| vec![7; index]), "{path}");
    }
    case.document.template = TemplateChoice::Own { name: "own.md".to_owned(), text: "# {{title}}\n".to_owned() };
    assert_eq!(desk.pictures(&request(&case, Vec::new())), []);
}

#[test]
fn versions_are_kept_bounded_and_come_back() {
    let (material, case) = b();
    let mut desk = Desk::new(material);
    assert_eq!(notes(&sheet(&desk, SheetKind::Versions, &case, &[])).len(), 1);
    let named = request(SheetKind::Versions, &case, &[("version-name", " before the review ")]);
    let mut kept = desk.act(named, "keep").case;
    assert_eq!((kept.versions.len(), kept.versions[0].name.as_str()), (1, "before the review"));
    assert_eq!((kept.versions[0].at, &kept.versions[0].document), (NOW, &case.document));
    kept.document = Document::default();
    let shown = sheet(&desk, SheetKind::Versions, &kept, &[]);
    assert!(acts(&shown).contains(&"restore 0") && rows(&shown).len() == 1);
    let back = act(&mut desk, SheetKind::Versions, &kept, "restore 0");
    assert!(back.closes && back.case.document == case.document && back.case.versions == kept.versions);
    for n in 0..40 {
        let named = request(SheetKind::Versions, &kept, &[("version-name", &n.to_string())]);
        kept = desk.act(named, "keep").case;
    }
    assert_eq!((kept.versions.len(), kept.versions[29].name.as_str()), (30, "39"));
}

/// A case with two inputs, an event that cites each, and its bytes.
fn with_inputs(title: &str, inputs: &[(&str, &[u8])]) -> (SavedCase, Vec<Carried>) {
    let saved = |(path, bytes): &(&str, &[u8])| SavedInput {
        path: (*path).to_owned(),
        bytes: bytes.len() as u64,
        digest: Some(digest_of(bytes)),
        ..SavedInput::default()
    };
    let event = |(index, (path, bytes)): (usize, &(&str, &[u8]))| DocumentEvent {
        id: ItemId(index as u32 + 1),
        at: Some(Timestamp::from_seconds(index as i64)),
        text: Wording::Own(format!("{title}: {path}")),
        citations: vec![Citation {
            path: (*path).to_owned(),
            locator: Locator::lines(EvidenceId(index as u32), 1, 1),
            role: Role::Shows,
            at: None,
            excerpt: vec![String::from_utf8_lossy(bytes).into_owned()],
            digest: Some(digest_of(bytes)),
        }],
        ..DocumentEvent::default()
    };
    let mut document = Document {
        events: inputs.iter().enumerate().map(event).collect(),
        last_id: inputs.len() as u32,
        ..Document::default()
    };
    document.fields.insert(Field::Title, title.to_owned());
    let carried = inputs.iter().enumerate().map(|(index, (_, bytes))| Carried { index, bytes: bytes.to_vec() });
    let case = SavedCase { document, inputs: inputs.iter().map(saved).collect(), ..SavedCase::default() };
    (case, carried.collect())
}

/// Every citation points at the input whose digest it names, and what came along stands at the input of its digest.
fn check_places(acted: &Acted) {
    let documents = std::iter::once(&acted.case.document).chain(acted.case.versions.iter().map(|it| &it.document));
    for citation in documents.flat_map(|document| &document.events).flat_map(|event| &event.citations) {
        let input = &acted.case.inputs[citation.locator.evidence.0 as usize];
        assert_eq!(input.digest, citation.digest, "{} is cited as {}", input.path, citation.path);
    }
    for one in &acted.evidence {
        assert_eq!(acted.case.inputs[one.index as usize].digest.as_deref(), Some(digest_of(&one.bytes).as_str()));
    }
}

#[test]
fn an_opened_case_stands_apart_or_is_merged_and_every_citation_finds_its_input() {
    let (ours, _) = with_inputs("ours", &[("a.log", b"first"), ("b.log", b"second"), ("same.log", b"size!")]);
    // The same bytes under another name, other bytes under the same name and of the same size, and what only they have.
    let (mut theirs, carried) =
        with_inputs("theirs", &[("copy-of-b.log", b"second"), ("same.log", b"other"), ("new.log", b"new")]);
    theirs.versions.push(SavedVersion {
        at: Timestamp::from_seconds(1),
        name: "theirs, early".to_owned(),
        document: theirs.document.clone(),
        former: false,
    });
    let file = case_file::write(&theirs, &carried).unwrap();
    let open = |desk: &mut Desk| {
        assert_eq!(desk.answer(DeskRequest::Open, &[&MemorySource(file.clone())]), DeskAnswer::Done);
    };
    let mut desk = Desk::default();
    assert_eq!(notes(&sheet(&desk, SheetKind::Opened, &ours, &[])).len(), 1);
    open(&mut desk);
    assert_eq!(acts(&sheet(&desk, SheetKind::Opened, &ours, &[])), ["merge", "take"]);
    assert_eq!(acts(&sheet(&desk, SheetKind::Opened, &SavedCase::default(), &[])), ["take"]);

    let merged = act(&mut desk, SheetKind::Opened, &ours, "merge");
    check_places(&merged);
    assert!(merged.closes && merged.said.len() == 1);
    assert_eq!((merged.case.document.events.len(), merged.evidence.len()), (6, 3));
    let paths: Vec<&str> = merged.case.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!(paths, ["a.log", "b.log", "same.log", "same.log", "new.log"]);
    let names = |case: &SavedCase| case.versions.iter().map(|version| version.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&merged.case), ["theirs, early", "before opening a file"]);
    assert_eq!(act(&mut desk, SheetKind::Opened, &ours, "merge").case, ours, "what was opened is taken once");

    open(&mut desk);
    let apart = act(&mut desk, SheetKind::Opened, &ours, "take");
    check_places(&apart);
    assert!(apart.apart && apart.closes && !merged.apart);
    assert_eq!((&apart.case.document, &apart.case.inputs), (&theirs.document, &theirs.inputs));
    assert_eq!((names(&apart.case), apart.evidence.len()), (vec!["theirs, early".to_owned()], 3));

    // The first releases put it in the place of ours, whose inputs and versions stayed: such cases are still kept somewhere.
    let mut taken = merged;
    taken.case.document.fields.insert(Field::Title, "theirs".to_owned());
    taken.case.document.events.retain(|event| matches!(&event.text, Wording::Own(text) if text.starts_with("theirs")));
    for ours_only in [0, 2] {
        let input = &mut taken.case.inputs[ours_only];
        (input.removed, input.former) = (true, true);
    }
    taken.case.versions[1].former = true;
    check_places(&taken);
    let back = act(&mut desk, SheetKind::Versions, &taken.case, "restore 1").case;
    assert_eq!(back.document, ours.document);

    // The case that it took the place of does not leave with it.
    let bytes = [&b"first"[..], b"second", b"size!", b"other", b"new"];
    let given: Vec<MemorySource> = bytes.iter().map(|bytes| MemorySource(bytes.to_vec())).collect();
    let given: Vec<&dyn Source> = given.iter().map(|source| -> &dyn Source { source }).collect();
    let saved = |case: &SavedCase| {
        let (form, handles) = (ExportForm::CaseFile, (0..5).collect());
        let (case, pictures) = (case.clone(), Vec::new());
        let request = ExportRequest { form, case, lang: Lang::En, pictures, handles, evidence_bytes: 1 << 20 };
        desk.export(&request, &given).unwrap().remove(0).bytes
    };
    let left = saved(&taken.case);
    let text = zip_text(&left);
    assert!(["a.log", "size!", "ours: "].iter().all(|former| !text.contains(former)), "{text}");
    let opened = debrief::desk::open(&left).unwrap();
    let paths: Vec<&str> = opened.case.inputs.iter().map(|input| input.path.as_str()).collect();
    assert_eq!((paths, opened.evidence.len()), (vec!["b.log", "same.log", "new.log"], 3));
    check_places(&Acted { case: opened.case.clone(), evidence: opened.evidence, ..Acted::default() });
    assert_eq!((opened.case.document.title(), names(&opened.case)), ("theirs", vec!["theirs, early".to_owned()]));
    // After the way back it does again.
    let again = debrief::desk::open(&saved(&back)).unwrap();
    check_places(&Acted { case: again.case.clone(), evidence: again.evidence, ..Acted::default() });
    assert!(again.case.inputs.iter().any(|input| input.path == "a.log"));

    open(&mut desk);
    let fresh = act(&mut desk, SheetKind::Opened, &SavedCase::default(), "take");
    assert_eq!((&fresh.case.document, &fresh.case.inputs), (&theirs.document, &theirs.inputs));
    assert_eq!(names(&fresh.case), ["theirs, early"]);
    check_places(&fresh);
}

#[test]
fn a_file_that_is_no_case_says_so_and_nothing_is_open() {
    let mut desk = Desk::default();
    let answer = desk.answer(DeskRequest::Open, &[&MemorySource(b"Jul 23 22:09:14 n1 app[7]: x\n".to_vec())]);
    assert!(matches!(answer, DeskAnswer::Failed(_)), "{answer:?}");
    assert!(matches!(desk.answer(DeskRequest::Open, &[]), DeskAnswer::Failed(_)));
    assert_eq!(acts(&sheet(&desk, SheetKind::Opened, &SavedCase::default(), &[])), Vec::<&str>::new());
}

#[test]
fn a_fix_is_preselected_by_its_suggestion_and_attached_once() {
    let (material, case) = a();
    let offered = suggest::actions(&material.analysis);
    let mut desk = Desk::new(material);
    let mut n_files = 0;
    for action in &case.document.actions {
        let fix = offered.iter().find(|it| Some(&it.key) == action.from.as_ref()).and_then(|it| it.fix.clone());
        let kind = SheetKind::Fixes(action.id);
        let shown = sheet(&desk, kind, &case, &[]);
        let chosen = shown.widgets.iter().find_map(|widget| match widget {
            Widget::Choice { value, options, .. } => {
                assert!(options.iter().any(|(id, _)| id == value));
                Some(value.clone())
            }
            _ => None,
        });
        let files = |case: &SavedCase| case.document.action(action.id).unwrap().attachments.clone();
        let attached = act(&mut desk, kind, &case, SUGGESTED).case;
        match fix {
            Some(fix) => {
                n_files += 1;
                assert_eq!(chosen, Some(fix.clone()));
                assert!(acts(&shown).contains(&fix.as_str()));
                assert_eq!(files(&attached).len(), files(&case).len() + 1);
                let twice = act(&mut desk, kind, &attached, &fix);
                assert!(twice.closes && twice.case == attached);
                assert_eq!(notes(&sheet(&desk, kind, &attached, &[])).len(), notes(&shown).len() + 1);
            }
            None => assert_eq!(attached, case),
        }
    }
    assert!(n_files >= 2, "{n_files}");
    let unknown = sheet(&desk, SheetKind::Fixes(ItemId(9999)), &case, &[]);
    assert!(unknown.widgets.is_empty());
}

#[test]
fn a_notice_is_shown_in_the_language_chosen() {
    let (material, case) = b();
    let desk = Desk::new(material);
    let texts = |values: &[(&str, &str)]| {
        let sheet = sheet(&desk, SheetKind::Comms, &case, values);
        let texts = sheet.widgets.iter().filter_map(|widget| match widget {
            Widget::Verbatim(text) => Some(text.clone()),
            _ => None,
        });
        let texts: Vec<String> = texts.collect();
        for text in &texts {
            assert!(buttons(&sheet).iter().any(|button| button.does == Does::Copy(text.clone())));
        }
        texts
    };
    let english = texts(&[]);
    assert_eq!(english.len(), 2);
    let chinese = texts(&[("notice-lang", "zh-CN")]);
    let is_chinese = |text: &str| text.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char));
    assert!(is_chinese(&chinese[0]) && !is_chinese(&english[0]));
    let sheet = sheet(&desk, SheetKind::Comms, &case, &[]);
    let notices = sheet.widgets.iter().find_map(|widget| match widget {
        Widget::Choice { id, options, .. } if id == "notice" => Some(options.clone()),
        _ => None,
    });
    for (notice, _) in notices.unwrap() {
        assert!(texts(&[("notice", &notice)]).iter().all(|text| !text.trim().is_empty()), "{notice}");
    }
}

#[test]
fn every_class_is_on_the_sheet_in_both_languages() {
    for lang in Lang::ALL {
        let case = SavedCase { lang, ..SavedCase::default() };
        let shown = sheet(&Desk::default(), SheetKind::Redaction, &case, &[]);
        let classes = RedactionClass::ALL.map(|class| format!("class {}", class.as_str()));
        assert!(classes.iter().all(|class| acts(&shown).contains(&class.as_str())));
    }
}
