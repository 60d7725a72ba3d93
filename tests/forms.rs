//! Every form in which a case leaves, from a hand-built incident A: what each looks like, and that hostile words are inert in all of them.

use debrief::export::case_file::{self, Carried};
use debrief::export::zip::{Archive, Limits};
use debrief::export::{bundle, document_json, html, markdown, timeline_csv, timesketch};
use debrief::postmortem::saved::{SavedCase, SavedInput};
use debrief::postmortem::{Attachment, Document, Field, Part, Wording};
use debrief::protocol::desk::ExportedFile;
use debrief::text::{Lang, Texts, acts};
use proptest::prelude::*;
use serde_json::Value;

use super::export::incident::{OFFSET_S, Words, at, document, evidence};
use super::export::{conforms, view_of};

/// Everything that could be written of a case.
struct Forms {
    page: String,
    fragment: String,
    csv: String,
    jsonl: String,
    json: String,
    case: SavedCase,
    case_file: Vec<u8>,
    bundle: Vec<u8>,
}

fn case_of(words: &Words, document: Document) -> SavedCase {
    let inputs = evidence(words).into_iter().map(|meta| SavedInput {
        path: meta.path,
        bytes: meta.bytes,
        digest: meta.digest,
        ..SavedInput::default()
    });
    SavedCase { document, inputs: inputs.collect(), ..SavedCase::default() }
}

fn forms(words: &Words, document: Document, lang: Lang) -> Forms {
    let texts = Texts::new(lang, OFFSET_S);
    let view = view_of(words, &document, &texts);
    let case = case_of(words, document);
    let document = &case.document;
    let page = html::render(document.title(), &view, &texts);
    let files = markdown::render(document, &view, &evidence(words), &texts);
    let carried = [Carried { index: 0, bytes: words.line.clone().into_bytes() }];
    let picture = ExportedFile { path: words.path.clone(), media_type: "image/png".into(), bytes: vec![1, 2] };
    Forms {
        fragment: html::fragment(&view),
        csv: timeline_csv::render(document, &view, &texts),
        jsonl: timesketch::render(document, &view, &texts),
        json: document_json::render(&case, &texts),
        case_file: case_file::write(&case, &carried).unwrap(),
        bundle: bundle::pack(document, &[files, vec![picture]].concat()).unwrap(),
        page,
        case,
    }
}

/// Incident A with the things that only some forms show.
fn full(words: &Words) -> Document {
    let mut document = document(words);
    document.events[1].end = Some(at(22, 14, 0));
    document.events[1].count = 211;
    document.events[2].source = words.name.clone();
    let file = |name: &str| Attachment { file_name: name.into(), language: "ini".into(), text: words.own.clone() };
    document.actions[0].attachments = vec![file("90-pid-max.conf"), file(&words.path)];
    document.actions[1].attachments = vec![file("90-pid-max.conf")];
    document.actions[1].check = words.own.clone();
    document
}

#[test]
fn the_timeline_goes_into_spreadsheets_and_timesketch() {
    let words = Words::of_incident_a();
    let forms = forms(&words, full(&words), Lang::En);
    insta::assert_snapshot!("timeline", format!("{}\n{}", forms.csv.trim_start_matches('\u{feff}'), forms.jsonl));
    assert!(forms.csv.starts_with('\u{feff}'));
}

#[test]
fn the_page_needs_nothing_else() {
    let words = Words::of_incident_a();
    for (lang, name) in [(Lang::En, "html_en"), (Lang::ZhCn, "html_zh")] {
        let forms = forms(&words, full(&words), lang);
        check_html(&forms.page);
        let (head, body) = forms.page.split_once("</head>").unwrap();
        assert!(head.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
        assert!(head.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{}\">", lang.tag())));
        // Pictures have snapshots of their own.
        let mut pieces = body.split("<svg");
        let mut shown = pieces.next().unwrap().to_owned();
        for piece in pieces {
            shown.push_str("<svg…");
            shown.push_str(&piece[piece.find("</svg>").unwrap()..]);
        }
        insta::assert_snapshot!(name, shown);
    }
}

#[test]
fn files_of_action_items_stand_at_the_end_and_lead_both_ways() {
    let words = Words::of_incident_a();
    for lang in Lang::ALL {
        let texts = Texts::new(lang, OFFSET_S);
        let document = full(&words);
        let view = view_of(&words, &document, &texts);
        let files = markdown::render(&document, &view, &evidence(&words), &texts);
        let text = String::from_utf8(files[0].bytes.clone()).unwrap();
        let section = |id: &str| {
            let (_, rest) = text.split_once(&format!("\n## {}\n", texts.get(id))).unwrap_or_else(|| panic!("{id}"));
            rest.split("\n## ").next().unwrap().to_owned()
        };
        let actions = section("export-actions");
        assert!(actions.contains(" [F1](#f1) [F2](#f2) |") && actions.contains(" [F3](#f3) |"), "{actions}");
        assert!(!actions.contains("```"), "{actions}");
        let attached = section("export-files");
        let back = ["[Action items](#action-items)", "[改进措施](#改进措施)"];
        assert_eq!(back.iter().map(|back| attached.matches(back).count()).sum::<usize>(), 3, "{attached}");
        assert!(["### F1\n", "### F2\n", "### F3\n", "90-pid-max.conf"].iter().all(|it| attached.contains(it)));
        // Every link of the page leads somewhere, and each file is led to.
        let page = html::render(document.title(), &view, &texts);
        let targets: Vec<&str> = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(targets.iter().all(|target| page.contains(&format!(" id=\"{target}\""))), "{targets:?}");
        assert!((1..=3).all(|n| page.contains(&format!("\">F{n}</a>"))) && !html::fragment(&view).contains("<a "));
    }
}

#[test]
fn the_document_as_json_keeps_its_contract() {
    let words = Words::of_incident_a();
    let forms = forms(&words, full(&words), Lang::En);
    conforms(&forms.json, include_str!("../docs/schema/document.schema.json"));
    let value: Value = serde_json::from_str(&forms.json).unwrap();
    assert_eq!(value["schema"], "debrief/document/1");
    assert_eq!(value["document"]["prose"]["summary"]["text"]["Suggested"]["text"], words.name);
    assert_eq!(value["document"]["events"][1]["at_utc"], "2023-07-23T14:09:14Z");
}

fn files_of(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = Archive::open(bytes, Limits { n_entries: 100, bytes: 1 << 24 }).unwrap();
    let paths: Vec<String> = archive.entries().iter().map(|entry| entry.path.clone()).collect();
    let read = |(index, path)| (path, archive.read(index).unwrap().unwrap());
    paths.into_iter().enumerate().map(read).collect()
}

fn names_of(bytes: &[u8]) -> Vec<String> {
    files_of(bytes).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn archives_hold_what_they_should_under_safe_names() {
    let words = Words::of_incident_a();
    let forms = forms(&words, full(&words), Lang::En);
    let names = [
        "postmortem.md",
        "assets/causes.svg",
        "assets/threads.svg",
        "node-xx/kubelet.journal",
        "fixes/90-pid-max.conf",
        "fixes/kubelet.journal",
        "fixes/90-pid-max-2.conf",
    ];
    assert_eq!(names_of(&forms.bundle), names);
    assert_eq!(names_of(&forms.case_file), ["case.json", "digests.json", "evidence/0-kubelet.journal"]);
}

/// Lines that act on something: one per line of the fixture, line ends of other systems included.
fn hostile_lines() -> Vec<&'static str> {
    include_str!("fixtures/hostile/lines.txt").split('\n').filter(|line| !line.is_empty()).collect()
}

#[test]
fn hostile_lines_are_inert_in_every_form() {
    assert!(hostile_lines().len() > 45);
    for line in hostile_lines() {
        is_inert(line);
    }
}

fn is_inert(hostile: &str) {
    let words = Words { path: hostile.into(), line: hostile.into(), name: hostile.into(), own: hostile.into() };
    let mut document = full(&words);
    for field in Field::ALL {
        document.fields.insert(field, hostile.into());
    }
    for part in Part::ALL {
        document.prose.insert(part, Wording::Own(hostile.into()).into());
    }
    for lang in Lang::ALL {
        let forms = forms(&words, document.clone(), lang);
        let texts = [&forms.page, &forms.fragment, &forms.csv, &forms.jsonl, &forms.json];
        for (form, text) in ["page", "fragment", "csv", "jsonl", "json"].into_iter().zip(texts) {
            let acting = text.trim_start_matches('\u{feff}').chars().find(|&c| acts(c) && c != '\n' && c != '\r');
            assert_eq!(acting, None, "{hostile:?} in {form}");
        }
        check_html(&forms.page);
        check_html(&format!("<!DOCTYPE html>\n{}", forms.fragment));
        check_csv(&forms.csv);
        for line in forms.jsonl.lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(
                value["message"].is_string() && value["datetime"].is_string() && value["timestamp_desc"].is_string()
            );
            assert!(!line.contains(['<', '>']), "{line}");
        }
        conforms(&forms.json, include_str!("../docs/schema/document.schema.json"));
        assert!(!forms.json.contains(['<', '>']));
        // The words themselves are whole.
        assert_eq!(SavedCase::from_json(&forms.json).unwrap().document, forms.case.document);
        for (path, bytes) in files_of(&forms.bundle).into_iter().chain(files_of(&forms.case_file)) {
            check_name(&path);
            if path.ends_with(".svg") {
                check_svg(&String::from_utf8(bytes).unwrap());
            }
        }
    }
}

fn check_name(path: &str) {
    assert!(
        path.len() < 300 && !path.starts_with('/') && !path.contains(['\\', ':', '*', '?', '"', '<', '>', '|']),
        "{path:?}"
    );
    assert!(!path.chars().any(|c| acts(c) || c.is_control() || c.is_whitespace()), "{path:?}");
    for part in path.split('/') {
        assert!(!part.is_empty() && !part.starts_with(['.', '-']) && !part.ends_with(['.', ' ']), "{path:?}");
        let stem = part.split('.').next().unwrap().to_lowercase();
        assert!(!["con", "prn", "aux", "nul"].contains(&stem.as_str()), "{path:?}");
    }
}

/// Every row has as many cells as the head, and no cell is a formula.
fn check_csv(text: &str) {
    let mut n_cells = None;
    for row in text.trim_start_matches('\u{feff}').trim_end().split("\r\n") {
        let (mut cells, mut rest) = (0, row);
        loop {
            let cell = if let Some(quoted) = rest.strip_prefix('"') {
                let mut end = 0;
                while let Some(at) = quoted[end..].find('"').map(|at| at + end) {
                    end = at;
                    if !quoted[at..].starts_with("\"\"") {
                        break;
                    }
                    end += 2;
                }
                rest = &quoted[end + 1..];
                &quoted[..end]
            } else {
                let end = rest.find(',').unwrap_or(rest.len());
                let cell = &rest[..end];
                assert!(!cell.contains('"'), "{row}");
                rest = &rest[end..];
                cell
            };
            cells += 1;
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '\t', '\r']), "{cell:?} in {row}");
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => break,
            }
        }
        assert_eq!(rest, "", "{row}");
        assert_eq!(*n_cells.get_or_insert(cells), cells, "{row}");
    }
}

/// Elements and attributes that the page may have; `style` of the head is checked to be ours.
const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "nav",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "a",
    "strong",
    "em",
    "code",
    "pre",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "text",
];
const EMPTY: &[&str] = &["meta", "path", "rect", "circle"];

/// A strict reader: stricter than a browser, which would mend what we must not write. Elements are known, nested and closed; attributes are
/// known and quoted; every `<` and `&` is markup of ours.
fn check_html(html: &str) {
    let mut rest = html.strip_prefix("<!DOCTYPE html>\n").expect("a doctype");
    let mut open: Vec<&str> = Vec::new();
    while let Some(at) = rest.find(['<', '&', '>']) {
        let sign = &rest[at..];
        if let Some(entity) = sign.strip_prefix('&') {
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|known| entity.starts_with(known));
            assert!(known, "{}", &sign[..sign.len().min(40)]);
            rest = entity;
            continue;
        }
        assert!(sign.starts_with('<'), "a stray > in {sign:.40}");
        let (tag, after) = sign[1..].split_once('>').unwrap_or_else(|| panic!("unclosed {sign:.40}"));
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{sign:.60}");
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag.trim_end_matches('/'), ""));
        assert!(ELEMENTS.contains(&name), "{sign:.60}");
        while !attributes.trim_end_matches('/').is_empty() {
            let (key, value) = attributes.split_once("=\"").unwrap_or_else(|| panic!("{tag}"));
            let (value, next) = value.split_once('"').unwrap_or_else(|| panic!("{tag}"));
            check_attribute(name, key, value);
            attributes = next.trim_start();
        }
        if !EMPTY.contains(&name) {
            open.push(name);
        }
        if name == "style" {
            let end = rest.find("</style>").unwrap();
            assert_eq!(rest[..end].trim(), include_str!("../src/export/html.css").trim());
            rest = &rest[end..];
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn check_attribute(element: &str, key: &str, value: &str) {
    let drawing = ["svg", "g", "path", "rect", "circle", "text"].contains(&element);
    let known = match (element, key) {
        ("a", "href") => value.starts_with("#e") || value.starts_with("#s"),
        (_, "id") => value[1..].parse::<u32>().is_ok(),
        ("meta", "charset" | "name" | "content") | ("html", "lang") | ("th", "scope") | ("nav", "aria-label") => true,
        ("meta", "http-equiv") => value == "Content-Security-Policy",
        (_, "class") => ["wide", "note", "tasks"].contains(&value),
        ("svg", "xmlns") => value == "http://www.w3.org/2000/svg",
        (_, key) => drawing && !key.starts_with("on") && !["href", "style", "xlink:href"].contains(&key),
    };
    assert!(known, "{element} {key}={value}");
}

fn check_svg(svg: &str) {
    assert!(!svg.chars().any(|c| acts(c) && c != '\n'));
    check_html(&format!("<!DOCTYPE html>\n{}", svg.trim_end()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_are_inert(hostile in r#"[ -~]{1,40}|[<>&"'=+@,\\/.:|`\t\r\n\x1b\x00-]{1,30}|\PC{1,40}"#) {
        is_inert(&hostile);
    }
}
