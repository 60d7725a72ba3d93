//! Nothing planted leaves, in any form; what was not planted stays; and nobody waits for it.

use debrief::desk::Desk;
use debrief::model::{Citation, EvidenceId, LineRange, Locator, RedactionChoices, Role};
use debrief::postmortem::saved::{SavedCase, SavedInput};
use debrief::postmortem::{
    ActionItem, Attachment, DocumentEvent, Field, ItemId, Part, Prose, TemplateChoice, Why, WhyKind, Wording,
};
use debrief::protocol::desk::{ExportForm, ExportRequest, Material};
use debrief::redact::{KnownNames, Redactor};
use debrief::text::Lang;

use super::{FORMS, NOW, a, b, exported, text_of};

/// What must not leave.
const PLANTED: [&str; 8] = [
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "s3cr3t-Pa55",
    "lin.wei@corp.example",
    "10.77.66.55",
    "db-07.corp.internal",
    "worker-prod-17",
    "alice.liu",
];

/// A case with everything planted everywhere that a person or evidence can write.
fn planted() -> (Material, SavedCase) {
    let (mut material, mut case) = a();
    let all = "key AKIAIOSFODNN7EXAMPLE token=ghp_16C7e42F292c6912E7710c838347Ae178B4a postgres://app:s3cr3t-Pa55@db-07.corp.internal/x \
               by lin.wei@corp.example from 10.77.66.55 node/worker-prod-17 user=alice.liu";
    // The same names where no position tells what they are.
    let bare = "worker-prod-17 was slow, worker-prod-17.log says so";
    let place = |line| Locator { lines: LineRange::one(line), ..Locator::lines(EvidenceId(0), line, line) };
    let citation = Citation {
        path: format!("nodes/worker-prod-17/{}.log", PLANTED[0]),
        locator: place(1),
        role: Role::Shows,
        at: Some(NOW),
        excerpt: vec![all.to_owned(), bare.to_owned()],
        digest: None,
    };
    let own = |text: &str| Wording::Own(text.to_owned());
    let document = &mut case.document;
    document.redaction = RedactionChoices::everything();
    for field in [Field::Title, Field::Systems, Field::Authors] {
        document.fields.insert(field, all.to_owned());
    }
    document.prose.insert(Part::Notes, Prose { text: own(all), citations: vec![citation.clone()] });
    document.events.push(DocumentEvent {
        id: ItemId(9001),
        at: Some(NOW),
        source: bare.to_owned(),
        text: own(all),
        citations: vec![citation.clone()],
        ..DocumentEvent::default()
    });
    document.whys.push(Why {
        id: ItemId(9002),
        kind: WhyKind::Cause,
        question: own(bare),
        claim: own(all),
        citations: vec![citation.clone()],
        ..Why::default()
    });
    let file = |name: &str| Attachment { file_name: name.to_owned(), language: "sh".to_owned(), text: all.to_owned() };
    document.actions.push(ActionItem {
        id: ItemId(9003),
        text: own(all),
        owner: "lin.wei@corp.example".to_owned(),
        check: bare.to_owned(),
        attachments: vec![file("worker-prod-17.sh")],
        ..ActionItem::default()
    });
    document.last_id = 9003;
    case.inputs.push(SavedInput { path: citation.path.clone(), bytes: 7, ..SavedInput::default() });
    for meta in &mut material.evidence {
        meta.path = format!("{}-{}", citation.path, meta.path);
    }
    for (index, (key, chart)) in material.charts.iter_mut().enumerate() {
        *key = format!("worker-prod-17/{index}/{key}");
        chart.title = all.to_owned();
        chart.y_label = bare.to_owned();
        chart.series.iter_mut().for_each(|series| series.label = all.to_owned());
        chart.ceilings.iter_mut().for_each(|ceiling| ceiling.label = format!("{} of worker-prod-17", PLANTED[1]));
        chart.markers.iter_mut().for_each(|marker| marker.label = format!("{} at {}", PLANTED[4], PLANTED[5]));
    }
    for (_, quoted) in &mut material.citations {
        quoted.excerpt = vec![all.to_owned(), bare.to_owned()];
        quoted.path.clone_from(&citation.path);
    }
    if let Some(finding) = material.analysis.findings.first_mut() {
        finding.culprit = Some(format!("pod/x on worker-prod-17 {}", PLANTED[4]));
    }
    (material, case)
}

#[test]
fn nothing_planted_leaves_in_any_form() {
    let (material, mut case) = planted();
    assert!(!material.charts.is_empty() && !material.citations.is_empty() && !material.evidence.is_empty());
    let n_charts = material.charts.len();
    let desk = Desk::new(material);
    for template in TemplateChoice::BUILT_IN {
        case.document.template = TemplateChoice::BuiltIn(template.to_owned());
        for form in FORMS {
            let text = text_of(&desk, form, &case);
            for secret in PLANTED {
                let at = text.find(secret);
                let near = at.map(|at| text[..at].chars().rev().take(160).collect::<Vec<_>>().into_iter().rev());
                assert!(at.is_none(), "{form:?} {template}: {secret} after …{}", near.unwrap().collect::<String>());
            }
        }
        let request = ExportRequest {
            form: ExportForm::Zip,
            case: case.clone(),
            lang: Lang::En,
            pictures: Vec::new(),
            handles: Vec::new(),
            evidence_bytes: 0,
        };
        let pictures = serde_json::to_string(&desk.pictures(&request)).unwrap();
        assert!(PLANTED.iter().all(|secret| !pictures.contains(secret)), "{template}");
        let preview = serde_json::to_string(&desk.preview(&case.document, Lang::En)).unwrap();
        assert!(PLANTED.iter().all(|secret| !preview.contains(secret)), "{template}");
    }
    case.document.template =
        TemplateChoice::Own { name: "all.md".to_owned(), text: "{{charts}}\n{{findings}}\n".to_owned() };
    let files = exported(&desk, ExportForm::MarkdownFiles, &case);
    assert_eq!(files.len(), n_charts + 1, "every chart is still drawn");
    for file in &files {
        let text = String::from_utf8_lossy(&file.bytes);
        assert!(PLANTED.iter().all(|secret| !text.contains(secret) && !file.path.contains(secret)), "{}", file.path);
    }
}

#[test]
fn redaction_takes_nothing_else_away() {
    for (material, mut case) in [a(), b()] {
        let count = |case: &SavedCase, material: &Material| {
            let files = exported(&Desk::new(material.clone()), ExportForm::MarkdownFiles, case);
            let text = String::from_utf8_lossy(&files[0].bytes).into_owned();
            (files.len(), text.lines().count(), text.lines().filter(|line| line.starts_with('#')).count())
        };
        case.document.redaction.enabled = false;
        let plain = count(&case, &material);
        case.document.redaction = RedactionChoices::everything();
        assert_eq!(count(&case, &material), plain);
    }
}

#[test]
fn a_large_case_is_redacted_whole() {
    let lines = (0..10_000).map(|n| {
        let (host, ip) = (n % 40, n % 200);
        format!("Jul 23 22:{:02}:14 node-{host} kubelet[2210]: E0723 pod_workers.go:190] \"Error syncing pod\" err=\"dial tcp 10.1.2.{ip}:6443: connection refused\" pod=\"shop/web-{n}\"", n % 60)
    });
    let mut lines: Vec<String> = lines.collect();
    let mut redactor = Redactor::new(&RedactionChoices::everything(), &KnownNames::default());
    for excerpt in lines.chunks_mut(20) {
        redactor.excerpt(excerpt);
    }
    assert!(lines.iter().all(|line| !line.contains("10.1.2.")));
}
