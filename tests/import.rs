//! What leaves comes back: case files, JSON and markdown, also after other tools and people had them in hand, and whatever is wrong with them.

mod markdown;

use debrief::case::Case;
use debrief::desk::{Desk, open};
use debrief::evidence::digest::digest_of;
use debrief::evidence::{MemorySource, Source};
use debrief::export::case_file::{self, Carried};
use debrief::export::document_json;
use debrief::export::import::{self, ImportError};
use debrief::export::zip::{Archive, Limits, Zip, ZipError};
use debrief::model::{Arg, IssueCode, Message, Timestamp};
use debrief::postmortem::edit::apply;
use debrief::postmortem::saved::{LoadError, SavedCase, SavedChoices, SavedInput};
use debrief::postmortem::{Document, Part, TemplateChoice, Wording};
use debrief::protocol::Choices;
use debrief::protocol::desk::{ExportForm, ExportRequest};
use debrief::text::{Lang, Texts};
use proptest::prelude::*;

use super::export::incident::{Words, document};
use super::postmortem::edits::edits;
use markdown::{full, markdown};

fn saved(document: Document, evidence: &[Vec<u8>]) -> SavedCase {
    let input = |bytes: &Vec<u8>| SavedInput {
        path: "a/b \u{202e}.log".to_owned(),
        bytes: bytes.len() as u64,
        digest: Some(digest_of(bytes)),
        choices: SavedChoices { format: Some("plain".to_owned()), shift_ms: -15_000, ..SavedChoices::default() },
        removed: bytes.is_empty(),
        noted: IssueCode::ArchiveDamaged.into(),
        former: false,
    };
    let inputs = evidence.iter().map(input).collect();
    SavedCase { document, inputs, zone_s: Some(28_800), export_lang: Lang::ZhCn, ..SavedCase::default() }
}

fn carried(evidence: &[Vec<u8>]) -> Vec<Carried> {
    evidence.iter().cloned().enumerate().map(|(index, bytes)| Carried { index, bytes }).collect()
}

fn numbers() -> impl Strategy<Value = Message> {
    let number = any::<f64>().prop_filter("JSON has no others", |number| number.is_finite());
    (number, any::<i64>()).prop_map(|(number, at)| {
        let args = Arg::List(vec![Arg::Ratio(number), Arg::Seconds(number), Arg::Time(Timestamp(at))]);
        Message::new("document-impact-at").with("start", args).with("what", Arg::Float(number))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn export_import_is_equal(
        edits in proptest::collection::vec(edits(), 0..30),
        number in numbers(),
        evidence in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..3),
    ) {
        let mut document = Document::default();
        for edit in edits {
            apply(&mut document, edit);
        }
        document.prose.insert(Part::Resolution, Wording::Suggested(number).into());
        let case = saved(document, &evidence);
        let file = case_file::write(&case, &carried(&evidence)).unwrap();
        let read = import::open(&file).unwrap();
        prop_assert_eq!(&read.case, &case);
        prop_assert_eq!(read.evidence, carried(&evidence));
        prop_assert_eq!(read.notes, []);
        let opened = open(&file).unwrap();
        prop_assert_eq!(opened.evidence.len(), evidence.len());

        let json = document_json::render(&case, &Texts::new(case.export_lang, 0));
        prop_assert_eq!(&import::open(json.as_bytes()).unwrap().case, &case);
        prop_assert_eq!(import::open(case.to_json().unwrap().as_bytes()).unwrap().case, case);
    }

    #[test]
    fn no_bytes_break_the_reader(
        start in proptest::sample::select(vec!["PK\u{3}\u{4}", "{", "---\n# ", "## Timeline\n", "## Causes and contributing factors\n"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        crate::formats::fuzz::fuzz_open(&[start.as_bytes(), &bytes].concat());
    }

    #[test]
    fn what_opens_after_a_change_opens_again(
        form in 0..3_usize, at in 0..100_000_usize, n_bytes in 0..40_usize, put in "[#|*`> \\-\\[\\]x0-9:{},\"\n]{0,6}",
    ) {
        let own = full();
        let case = saved(own.clone(), &[b"one".to_vec(), Vec::new()]);
        let mut page = match form {
            0 => markdown(&own, Lang::En),
            1 => markdown(&Document { template: TemplateChoice::BuiltIn("why-analysis".into()), ..own }, Lang::ZhCn),
            _ => document_json::render(&case, &Texts::new(Lang::En, 0)),
        };
        let start = page.floor_char_boundary(at % page.len());
        let end = page.ceil_char_boundary((start + n_bytes).min(page.len()));
        page.replace_range(start..end, &put);
        crate::formats::fuzz::fuzz_open(page.as_bytes());
    }

    #[test]
    fn a_damaged_file_is_said_or_the_same(at in 0..10_000_usize, byte in any::<u8>(), cut in any::<bool>()) {
        let evidence = [b"one\ntwo\n".to_vec()];
        let case = saved(document(&Words::of_incident_a()), &evidence);
        let whole = case_file::write(&case, &carried(&evidence)).unwrap();
        let mut file = whole.clone();
        let at = at % file.len();
        if cut {
            file.truncate(at);
        } else {
            file[at] = byte;
        }
        if let Ok(read) = import::open(&file) {
            prop_assert_eq!(read.case, case);
            prop_assert!(read.evidence.iter().all(|it| it.bytes == evidence[0]));
        }
    }
}

#[test]
fn what_another_tool_packed_again_opens() {
    // `zip -r` of a folder with the unpacked case in it, a note of the system's and another file.
    let read = import::open(include_bytes!("fixtures/saved/repacked.zip")).unwrap();
    assert_eq!(read.case.document.title(), "node-xx ran out of PIDs");
    assert_eq!(read.evidence, [Carried { index: 1, bytes: b"kernel.pid_max = 49152\n".repeat(40) }]);
    assert_eq!(read.notes, []);
}

#[test]
fn every_saved_version_opens_as_it_is() {
    let read = import::open(include_bytes!("fixtures/saved/v1.json")).unwrap();
    assert_eq!((read.case.version, read.case.inputs.len()), (Document::VERSION, 2));
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = Zip::default();
    assert!(files.iter().all(|(path, bytes)| zip.add(path, bytes)));
    zip.finish()
}

#[test]
fn errors_say_what_and_where() {
    let case = |bytes: &[u8]| import::open(bytes).unwrap_err();
    for (error, expected) in [
        (case(b"hello"), ImportError::NotOurs),
        (case(b""), ImportError::NotOurs),
        (case(b"{\"version\":2,\n  \"document\":}"), ImportError::Json { line: 2, column: 14 }),
        (case(b"{\"a\":1}"), ImportError::Case(LoadError::Broken)),
        (case(b"{\"version\":99}"), ImportError::Case(LoadError::Newer { version: 99 })),
        (case(b"PK\x03\x04"), ImportError::Zip(ZipError::NoDirectory)),
        (case(&zip(&[("a.txt", b"x")])), ImportError::NoCase),
        (case(&zip(&[("case.json", b"{")])), ImportError::Json { line: 1, column: 1 }),
    ] {
        assert_eq!(error, expected);
        for lang in Lang::ALL {
            let said = Texts::new(lang, 0).say(&error.message());
            assert!(said.len() > 20 && !said.contains("import-") && !said.contains('{'), "{said}");
        }
    }
}

#[test]
fn evidence_that_is_not_what_the_case_names_is_left_out_and_named() {
    let evidence = [b"one".to_vec(), b"two".to_vec()];
    let case = saved(Document::default(), &evidence);
    let json = case.to_json().unwrap();
    let file = |first: &[u8]| {
        zip(&[
            ("case.json", json.as_bytes()),
            ("evidence/0-x", first),
            ("evidence/1-x", b"two"),
            ("evidence/9-x", b"?"),
        ])
    };
    for (first, note) in [(&b"three"[..], "import-evidence-size"), (b"ONE", "import-evidence-digest")] {
        let opened = open(&file(first)).unwrap();
        assert_eq!(opened.case, case);
        assert_eq!(opened.evidence.iter().map(|it| it.index).collect::<Vec<_>>(), [1]);
        assert_eq!(opened.notes.iter().map(|note| note.id.as_str()).collect::<Vec<_>>(), [note]);
    }
}

#[test]
fn bombs_do_not_go_off() {
    let limits = Limits { n_entries: 3, bytes: 1 << 20 };
    // Says it unpacks to 4 GB.
    let mut bomb = zip(&[("case.json", b"{}")]);
    let entry = bomb.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    bomb[entry + 24..entry + 28].copy_from_slice(&u32::MAX.to_le_bytes());
    let too_large = ZipError::TooLarge { path: "case.json".into() };
    assert_eq!(Archive::open(&bomb, limits).unwrap().read(0), Err(too_large.clone()));
    // Unpacks to more than it says.
    let zeros = vec![0; 1 << 22];
    let packed = miniz_oxide::deflate::compress_to_vec(&zeros, 9);
    let mut liar = zip(&[("case.json", &packed)]);
    for (at, header) in [(8, b"PK\x03\x04"), (10, b"PK\x01\x02")] {
        let from = liar.windows(4).position(|it| it == header).unwrap();
        liar[from + at] = 8;
    }
    let damaged = ZipError::Damaged { path: "case.json".into() };
    assert_eq!(Archive::open(&liar, limits).unwrap().read(0), Err(damaged));
    // Encrypted.
    let mut locked = zip(&[("case.json", b"{}")]);
    let entry = locked.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    locked[entry + 8] |= 1;
    assert_eq!(Archive::open(&locked, limits).unwrap().read(0), Err(ZipError::Unreadable { path: "case.json".into() }));
    // Too many, and together too large.
    let many = zip(&[("a", b""), ("b", b""), ("c", b""), ("d", b"")]);
    assert_eq!(Archive::open(&many, limits).unwrap_err(), ZipError::TooManyEntries { n_entries: 4 });
    let half = vec![0; 600 << 10];
    let two = zip(&[("a", &half), ("case.json", &half)]);
    let mut archive = Archive::open(&two, limits).unwrap();
    assert!(archive.read(0).is_ok());
    assert_eq!(archive.read(1), Err(too_large));
}

#[test]
fn a_case_carries_its_small_evidence_in_the_original_bytes() {
    let utf16: Vec<u8> = "kernel.pid_max = 49152\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files = [("big.log", vec![b'x'; 5_000]), ("limits.txt", [&[0xff, 0xfe], utf16.as_slice()].concat())];
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    let mut inputs = Vec::new();
    for (path, bytes) in &files {
        case.add(path, Box::new(MemorySource(bytes.clone())), Choices::default(), false);
        let (bytes, digest) = (bytes.len() as u64, Some(digest_of(bytes)));
        inputs.push(SavedInput { path: (*path).to_owned(), bytes, digest, ..SavedInput::default() });
    }
    case.read_all();
    let words = Words::of_incident_a();
    let saved = SavedCase { document: document(&words), inputs, ..SavedCase::default() };
    let desk = Desk::new(case.material(Lang::En, 0));
    let sources: Vec<MemorySource> = files.iter().map(|(_, bytes)| MemorySource(bytes.clone())).collect();
    let sources: Vec<&dyn Source> = sources.iter().map(|source| -> &dyn Source { source }).collect();
    let export = |form, evidence_bytes| {
        let (case, handles) = (saved.clone(), vec![0, 1]);
        let request = ExportRequest { form, case, lang: Lang::En, pictures: Vec::new(), handles, evidence_bytes };
        desk.export(&request, &sources).unwrap()
    };
    for (room, expected) in [(0, &[][..]), (4_000, &[1]), (10_000, &[0, 1])] {
        let opened = open(&export(ExportForm::CaseFile, room)[0].bytes).unwrap();
        assert_eq!((opened.case, opened.notes), (saved.clone(), Vec::new()));
        assert_eq!(opened.evidence.iter().map(|it| it.index).collect::<Vec<_>>(), expected);
        assert!(opened.evidence.iter().all(|it| it.bytes == files[it.index as usize].1));
    }
    let zip = export(ExportForm::Zip, 0).remove(0);
    assert_eq!(open(&zip.bytes).unwrap().case.document, saved.document, "the zip of an export holds the document");
    for (form, path) in [
        (ExportForm::Markdown, "postmortem.md"),
        (ExportForm::Html, "postmortem.html"),
        (ExportForm::Json, "document.json"),
        (ExportForm::TimelineCsv, "timeline.csv"),
        (ExportForm::Timesketch, "timeline.jsonl"),
        (ExportForm::RichText, "postmortem.html"),
    ] {
        assert_eq!(export(form, 0)[0].path, path);
    }
}
