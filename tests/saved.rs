//! The snapshot of a saved case: bytes of an earlier build of this release must still be read by this one.

use std::path::{Path, PathBuf};
use std::{env, fs};

use debrief::desk::{json_to_snapshot, snapshot_to_json};
use debrief::model::{
    Arg, ByteRange, Citation, Confidence, EvidenceId, GuessKind, Issue, IssueCode, Issues, LineRange, Locator, Message,
    Phase, RedactionChoices, Role, Setting, TimeRange, Timestamp,
};
use debrief::postmortem::saved::{SNAPSHOT, SavedCase, SavedChoices, SavedInput, SavedVersion};
use debrief::postmortem::{
    ActionItem, ActionKind, Alternative, Attachment, Document, DocumentEvent, Field, ItemId, Part, Priority, Prose,
    TemplateChoice, Why, WhyKind, Wording,
};
use debrief::protocol::{self, ToPage, ToWorker};
use debrief::text::Lang;
use proptest::prelude::*;

/// What to do where the shape has changed.
const RAISE: &str =
    "the shape of the snapshot changed: `cargo xtask snapshot` raises its number and writes the fixture anew";

#[test]
fn the_snapshot_of_this_number_keeps_its_shape() {
    let bytes = sample().to_snapshot();
    if env::var_os("DEBRIEF_WRITE_SNAPSHOT").is_some() {
        fs::write(fixture(), &bytes).unwrap();
    }
    let kept = fs::read(fixture()).unwrap_or_default();
    assert!(kept == bytes, "{RAISE}");
    assert_eq!(SavedCase::from_snapshot(&kept), Some(sample()), "{RAISE}");
}

#[test]
fn json_and_snapshot_hold_the_same() {
    let snapshot = sample().to_snapshot();
    let json = snapshot_to_json(&snapshot).unwrap();
    assert_eq!(json_to_snapshot(&json).as_deref(), Ok(&snapshot[..]));
    let first_release = include_str!("fixtures/saved/v1.json");
    assert!(SavedCase::from_snapshot(&json_to_snapshot(first_release).unwrap()).is_some());
}

#[test]
fn a_damaged_snapshot_is_no_case() {
    let bytes = sample().to_snapshot();
    for end in 0..bytes.len() {
        assert_eq!(SavedCase::from_snapshot(&bytes[..end]), None, "cut at {end}");
        // Any other byte may stand anywhere: the reader agrees with the library that wrote them, and nothing panics.
        for flip in [0x01, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[end] ^= flip;
            let theirs = postcard::take_from_bytes::<SavedCase>(&other).ok().filter(|(_, rest)| rest.is_empty());
            let theirs = theirs.map(|(case, _)| case);
            // By their text, because a NaN equals nothing.
            assert_eq!(format!("{:?}", SavedCase::from_snapshot(&other)), format!("{theirs:?}"), "{flip} at {end}");
        }
    }
    assert_eq!(SavedCase::from_snapshot(&[&bytes[..], &[0]].concat()), None);
    assert_eq!(snapshot_to_json(&bytes[1..]).unwrap_err().id, "document-saved-broken");
    assert_eq!(json_to_snapshot(r#"{"version":99}"#).unwrap_err().id, "document-saved-newer");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_of_messages_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = protocol::decode::<ToPage>(&bytes);
        let _ = protocol::decode::<ToWorker>(&bytes);
        // Small numbers are ids of variants and short lengths: these go deeper.
        let small: Vec<u8> = bytes.iter().map(|byte| byte % 20).collect();
        let _ = protocol::decode::<ToPage>(&small);
        let _ = protocol::decode::<ToWorker>(&small);
    }
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/saved/snapshot-{SNAPSHOT}.bin"))
}

/// Every field filled and every variant named, each value another one: a field that is new does not compile here until it is filled too.
fn sample() -> SavedCase {
    SavedCase {
        version: Document::VERSION,
        document: document(),
        inputs: vec![SavedInput {
            path: "logs/kubelet.log".to_owned(),
            bytes: 3_158_064,
            digest: Some("5f70bf18".to_owned()),
            choices: SavedChoices {
                format: Some("klog".to_owned()),
                offset_s: Some(28_800),
                year: Some(2023),
                shift_ms: -15_000,
                day: Some(19_561),
                settings: vec![Setting { what: GuessKind::TimeUnit, value: "ms".to_owned() }],
            },
            removed: true,
            noted: Issues {
                list: vec![Issue { code: IssueCode::ArchiveCut, count: 3, first_line: 4, first_byte: 1_048_576 }],
            },
            former: true,
        }],
        versions: vec![SavedVersion {
            at: Timestamp(1_690_200_000_000_000_000),
            name: "reviewed".to_owned(),
            document: Document { last_id: 7, ..Document::default() },
            former: true,
        }],
        zone_s: Some(-3_600),
        lang: Lang::ALL[0],
        export_lang: Lang::ALL[1],
    }
}

fn document() -> Document {
    let event = |(index, phase): (u32, Phase)| DocumentEvent {
        id: ItemId(20 + index),
        from: Some("host/onset".to_owned()),
        at: Some(Timestamp(1_690_120_800_000_000_000)),
        end: Some(Timestamp(1_690_120_860_000_000_000)),
        uncertainty_s: 15,
        count: 211,
        phase: Some(phase),
        source: "kubelet".to_owned(),
        text: Wording::Own("Threads climb.".to_owned()),
        citations: vec![citation(Role::Shows)],
    };
    let why = |(index, kind): (u32, WhyKind)| Why {
        id: ItemId(40 + index),
        from: Some("host/direct-cause".to_owned()),
        kind,
        question: Wording::Own("What was the cause?".to_owned()),
        claim: Wording::Suggested(message()),
        citations: vec![citation(Role::Bounds), citation(Role::Contradicts)],
        confidence: [Confidence::Possible, Confidence::Likely, Confidence::Certain].get(index as usize).copied(),
        alternatives: vec![Alternative {
            id: ItemId(70 + index),
            claim: Wording::Own("ulimit -u".to_owned()),
            reason: Wording::Own("46k is below 204k".to_owned()),
            citations: vec![citation(Role::Bounds)],
        }],
        children: vec![Why { id: ItemId(60 + index), ..Why::default() }],
    };
    let action = |(index, kind): (u32, ActionKind)| ActionItem {
        id: ItemId(80 + index),
        from: Some("host/raise".to_owned()),
        kind,
        text: Wording::Own("Raise it.".to_owned()),
        owner: "Ana".to_owned(),
        due: "2023-08-01".to_owned(),
        priority: Priority::ALL.get(index as usize).copied(),
        check: "the drill fires".to_owned(),
        done: index == 0,
        addresses: Some(ItemId(40)),
        attachments: vec![Attachment {
            file_name: "90-pid-max.conf".to_owned(),
            language: "ini".to_owned(),
            text: "kernel.pid_max = 262144\n".to_owned(),
        }],
    };
    Document {
        fields: Field::ALL.into_iter().map(|field| (field, field.as_str().to_owned())).collect(),
        prose: Part::ALL
            .into_iter()
            .map(|part| (part, Prose { text: Wording::Suggested(message()), citations: vec![citation(Role::Shows)] }))
            .collect(),
        events: (0..).zip(Phase::ALL).map(event).collect(),
        whys: (0..).zip(WhyKind::ALL).map(why).collect(),
        actions: (0..).zip(ActionKind::ALL).map(action).collect(),
        template: TemplateChoice::Own { name: "ours.md".to_owned(), text: "# {{title}}".to_owned() },
        redaction: RedactionChoices { keep: vec!["node-xx".to_owned()], ..RedactionChoices::everything() },
        declined: vec!["host/other".to_owned()],
        offset_s: 19_800,
        last_id: 99,
    }
}

fn message() -> Message {
    let (start, end) = (Timestamp(1_690_121_340_000_000_000), Timestamp(1_690_121_640_000_000_000));
    Message::new("document-impact-range")
        .with("text", Arg::Text("order-sync".to_owned()))
        .with("int", Arg::Int(-49_152))
        .with("float", Arg::Float(0.5))
        .with("ratio", Arg::Ratio(0.75))
        .with("time", Arg::Time(start))
        .with("range", Arg::Range(TimeRange { start, end }))
        .with("seconds", Arg::Seconds(300.25))
        .with("bytes", Arg::Bytes(1 << 33))
        .with("message", Arg::Message(Box::new(Message::new("inner"))))
        .with("list", Arg::List(vec![Arg::Int(1), Arg::Text("two".to_owned())]))
}

fn citation(role: Role) -> Citation {
    Citation {
        locator: Locator {
            evidence: EvidenceId(3),
            bytes: ByteRange { start: 70_000, end: 70_123 },
            lines: LineRange { first: 301, last: 303 },
        },
        path: "kubelet.log".to_owned(),
        role,
        at: Some(Timestamp(1_690_121_000_000_000_000)),
        excerpt: vec!["first".to_owned(), "second".to_owned()],
        digest: Some("ab12".to_owned()),
    }
}
