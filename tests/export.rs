//! What leaves the program, from a hand-built incident A: snapshots in both languages, references that resolve, schemas that hold, and
//! hostile evidence that stays text.

#[path = "export/comms.rs"]
mod comms;
#[path = "export/incident.rs"]
pub(crate) mod incident;

use std::collections::BTreeMap;

use debrief::export::document::{Material, build};
use debrief::export::draft::draft;
use debrief::export::series::{SeriesBrief, summarise, to_csv};
use debrief::export::{case_file, document_json, json, markdown, report};
use debrief::model::*;
use debrief::postmortem::saved::SavedCase;
use debrief::postmortem::{
    Alternative, Attachment, Document, Field, ItemId, Part, TemplateChoice, Why, WhyKind, Wording,
};
use debrief::text::{Lang, Texts};
use debrief::view::document::{Block, DocumentView};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use incident::{OFFSET_S, Words, analysis, at, charts, document, evidence, quote};

pub(crate) fn view_of(words: &Words, document: &Document, texts: &Texts) -> DocumentView {
    let (analysis, evidence, charts) = (analysis(words), evidence(words), charts(words));
    let cite = |cites: &[Cite]| quote(words, cites);
    let material = Material { analysis: &analysis, evidence: &evidence, charts: &charts, taken_out: &[], cite: &cite };
    build(document, &material, texts)
}

fn markdown_of(words: &Words, document: &Document, lang: Lang) -> String {
    let texts = Texts::new(lang, OFFSET_S);
    let view = view_of(words, document, &texts);
    let files = markdown::render(document, &view, &evidence(words), &texts);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["postmortem.md", "assets/causes.svg", "assets/threads.svg"]);
    for picture in &files[1..] {
        let svg = String::from_utf8(picture.bytes.clone()).unwrap();
        assert!(!svg.contains("<script") && !svg.contains("</code"), "{svg}");
    }
    String::from_utf8(files[0].bytes.clone()).unwrap()
}

#[test]
fn markdown_reads_well_in_both_languages() {
    let words = Words::of_incident_a();
    insta::assert_snapshot!("postmortem_en", markdown_of(&words, &document(&words), Lang::En));
    insta::assert_snapshot!("postmortem_zh", markdown_of(&words, &document(&words), Lang::ZhCn));
}

#[test]
fn an_empty_document_says_what_is_missing() {
    let (words, texts) = (Words::of_incident_a(), Texts::new(Lang::En, 0));
    let view = view_of(&words, &Document::default(), &texts);
    assert_eq!(view.missing.len(), 9, "{:?}", view.missing);
    let claims = view.blocks.iter().filter(|block| matches!(block, Block::Paragraph(_))).count();
    assert_eq!(claims, view.references.len() + 3, "only the program's paragraphs and the index");
}

#[test]
fn what_was_exported_is_known_when_it_comes_back() {
    let words = Words::of_incident_a();
    let text = markdown_of(&words, &document(&words), Lang::En);
    assert!(is_export(text.as_bytes()));
    let texts = Texts::new(Lang::En, OFFSET_S);
    for document in [Document::default(), document(&words)] {
        let case = SavedCase { document, ..SavedCase::default() };
        assert!(is_export(document_json::render(&case, &texts).as_bytes()));
        assert!(is_export(&case_file::write(&case, &[]).unwrap()), "whatever the file is called");
    }
    let other_zip = [b"PK\x03\x04".as_slice(), &[0; 22], b"\x0d\0\0\0case.json.log"].concat();
    assert!(!is_export(&other_zip));
    let pods = "{\n  \"apiVersion\": \"v1\",\n  \"items\": [";
    for other in
        ["---\ntitle: x\n---\n", "# Notes\ntool_version: \"debrief 0.1.0\"\n", "{\n  \"document\": {}\n}", pods, ""]
    {
        assert!(!is_export(other.as_bytes()), "{other}");
    }
}

#[test]
fn a_draft_says_that_it_is_one() {
    let (words, texts) = (Words::of_incident_a(), Texts::new(Lang::En, OFFSET_S));
    let draft = draft(&analysis(&words), &|cites| quote(&words, cites), &texts);
    assert_eq!(
        draft.whys.iter().map(|why| why.kind).collect::<Vec<_>>(),
        [WhyKind::Cause, WhyKind::Detection, WhyKind::Question]
    );
    insta::assert_snapshot!("draft_en", markdown_of(&words, &draft, Lang::En));
}

#[test]
fn references_resolve_and_none_is_listed_twice() {
    let words = Words::of_incident_a();
    let text = markdown_of(&words, &document(&words), Lang::En);
    let anchors: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("### E")).collect();
    let mut seen = Vec::new();
    for link in text.split("](#e").skip(1) {
        let number = link.split(')').next().unwrap();
        assert!(anchors.contains(&number), "E{number} is not in the index");
        if !seen.contains(&number) {
            seen.push(number);
        }
    }
    assert_eq!(seen, anchors, "numbered in the order of first use, all of them used");
    let texts = Texts::new(Lang::En, OFFSET_S);
    let mut locators: Vec<Locator> =
        view_of(&words, &document(&words), &texts).references.iter().map(|it| it.locator).collect();
    locators.sort();
    locators.dedup();
    assert_eq!(locators.len(), anchors.len());
}

#[test]
fn the_report_fits_a_terminal() {
    let words = Words::of_incident_a();
    for (lang, name) in [(Lang::En, "report_en"), (Lang::ZhCn, "report_zh")] {
        let text = report::analyze(&analysis(&words), &evidence(&words), &Texts::new(lang, OFFSET_S));
        for line in text.lines() {
            assert!(debrief::export::inert::width(line) <= 100, "{line}");
        }
        insta::assert_snapshot!(name, text);
    }
    insta::assert_snapshot!("inspect_en", report::inspect(&evidence(&words), &[], &Texts::new(Lang::En, OFFSET_S)));
}

fn briefs() -> Vec<SeriesBrief> {
    let words = Words::of_incident_a();
    let wall = |i: i64| WallTime(at(22, 0, 0).0 + i * 60_000_000_000);
    let column = |name: &str, labels: &[(&str, &str)], values: &[f64]| Column {
        name: name.into(),
        labels: labels.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
        unit: Unit::None,
        values: values.to_vec().into(),
    };
    let frame = Frame {
        wall: (0..4).map(wall).collect(),
        rows: RowAt::Lines(vec![2, 3, 4, 5].into()),
        columns: vec![
            column("container_threads", &[("container", "report-worker")], &[f64::NAN, 200.0, 31_000.0, 31_000.0]),
            column("=total", &[], &[f64::NAN; 4]),
        ],
    };
    let mut analysis = analysis(&words);
    analysis.timeline[0].source = EventSource::Series("container_threads{container=\"report-worker\"}".into());
    summarise(&evidence(&words)[1], &[frame], &analysis)
}

#[test]
fn series_in_brief() {
    let texts = Texts::new(Lang::En, OFFSET_S);
    insta::assert_snapshot!("series", format!("{}\n{}", report::series(&briefs(), &texts), to_csv(&briefs())));
}

#[test]
fn json_keeps_its_contract() {
    let words = Words::of_incident_a();
    let (analysis, evidence, texts) = (analysis(&words), evidence(&words), Texts::new(Lang::En, OFFSET_S));
    let cite = |cites: &[Cite]| quote(&words, cites);
    let analyze = json::analyze(&analysis, &evidence, &cite, &texts);
    insta::assert_snapshot!("analyze_json", analyze);
    conforms(&analyze, include_str!("../docs/schema/analyze.schema.json"));
    conforms(
        &json::analyze(&Analysis::default(), &[], &cite, &texts),
        include_str!("../docs/schema/analyze.schema.json"),
    );
    conforms(&json::inspect(&evidence, &[]), include_str!("../docs/schema/inspect.schema.json"));
    conforms(&json::series(&briefs(), &evidence), include_str!("../docs/schema/series.schema.json"));
}

pub(crate) fn conforms(text: &str, schema: &str) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    check(&serde_json::from_str(text).unwrap(), &schema, &schema, "$");
}

/// The part of JSON Schema that our schemas use; anything else in them fails, so nothing is silently unchecked.
fn check(value: &Value, schema: &Value, root: &Value, at: &str) {
    for (key, rule) in schema.as_object().unwrap() {
        match key.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let target = root.pointer(rule.as_str().unwrap().trim_start_matches('#'));
                check(value, target.unwrap_or_else(|| panic!("{at}: {rule} does not exist")), root, at);
            }
            "anyOf" => {
                let null = rule.as_array().unwrap().iter().any(|it| it["type"] == "null");
                if !(null && value.is_null()) {
                    check(value, &rule[0], root, at);
                }
            }
            "type" => {
                let names = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                let fits = |name: &Value| match name.as_str().unwrap() {
                    "null" => value.is_null(),
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "number" => value.is_number(),
                    other => panic!("{at}: unknown type {other}"),
                };
                assert!(names.iter().any(fits), "{at}: {value} is not {rule}");
            }
            "const" => assert_eq!(value, rule, "{at}"),
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{at}: {value} is not one of {rule}"),
            "required" => {
                for name in rule.as_array().unwrap() {
                    assert!(value.get(name.as_str().unwrap()).is_some(), "{at}: {name} is missing");
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(item, rule, root, &format!("{at}[{index}]"));
                }
            }
            "properties" => {
                let object = value.as_object().into_iter().flatten();
                for (name, item) in object {
                    let rule = rule.get(name).unwrap_or_else(|| panic!("{at}.{name} is not in the schema"));
                    check(item, rule, root, &format!("{at}.{name}"));
                }
            }
            "additionalProperties" => {
                for (name, item) in value.as_object().into_iter().flatten() {
                    check(item, rule, root, &format!("{at}.{name}"));
                }
            }
            other => panic!("{at}: the check does not know {other}"),
        }
    }
}

/// How often each structure of markdown occurs.
fn structure(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for event in Parser::new_ext(text, options) {
        let name = match event {
            Event::Start(Tag::Heading { level, .. }) => format!("heading {level}"),
            Event::Start(Tag::Link { dest_url, .. }) => format!("link {dest_url}"),
            Event::Start(Tag::Image { dest_url, .. }) => format!("image {dest_url}"),
            Event::Start(tag) => format!("{tag:?}").split(['(', ' ']).next().unwrap().to_owned(),
            Event::Text(_) | Event::End(_) => continue,
            Event::Code(_) => "code".to_owned(),
            other => format!("{other:?}").split('(').next().unwrap().to_owned(),
        };
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

#[test]
fn the_classics_stay_text() {
    for hostile in [
        "</code></pre><script>alert(1)</script>",
        "| a | b |\n|---|---|\n| `|` |",
        "```\n# out of the fence",
        "````` ` ``` ~~~~ `",
        "[x](javascript:alert(1)) ![y](http://evil/z.png) <http://evil> &lt;b&gt; &#x3c;",
        "1. one",
        "- item",
        "+ item",
        "> quote",
        "# head",
        "---",
        "===",
        "    code",
        "\\",
        "a\\",
        "*",
        "**",
        "$x$ $$y$$",
        "[^1]: foot",
        ": def",
        "\x1b[31mred\x1b[0m \u{202e}gnp.exe\u{202c} \u{2067}x\u{2069} \0\u{85}\u{2028}",
        "\"quoted\": 'yaml' # no\n---\nkey: value",
    ] {
        stays_text(hostile);
    }
}

/// Every slot in every form.
const EVERYTHING: &str = "# {{title}} {{field tags}}\n## A\n{{facts overview}}\n{{milestones}}\n{{part notes}}\n- {{title}}\n\n\
    | {{field tags}} | b |\n| - | - |\n| {{title}} | {{date}} |\n\n## B\n{{causes}}\n{{causes questions}}\n{{causes numbered}}\n{{causes table}}\n\
    {{causes graph}}\n## C\n{{timeline}}\n{{timeline short}}\n{{charts}}\n{{actions}}\n{{actions full}}\n{{actions todo}}\n{{lessons}}\n{{findings}}\n\
    {{ruled-out}}\n{{open-questions}}\n{{coverage}}\n## D\n{{evidence}}\n";

/// Hostile words must give the structure that harmless words give.
fn stays_text(hostile: &str) {
    stays_text_in(hostile, TemplateChoice::default());
    stays_text_in(hostile, TemplateChoice::Own { name: "everything.md".into(), text: EVERYTHING.into() });
}

fn stays_text_in(hostile: &str, template: TemplateChoice) {
    let build = |text: &str| {
        let words = Words {
            path: text.into(),
            line: text.into(),
            name: text.into(),
            own: format!("a{}", text.replace(['\n', '\r'], " ")),
        };
        let mut document = document(&words);
        for field in [Field::Title, Field::Severity, Field::Authors] {
            document.fields.insert(field, text.into());
        }
        document.prose.insert(Part::Well, Wording::Own(text.replace(['\n', '\r'], " ")).into());
        document.fields.insert(Field::Tags, text.into());
        document.template = template.clone();
        document.events[0].source = text.into();
        let own = || Wording::Own(text.into());
        let citations = document.whys[0].citations.clone();
        document.whys[0].alternatives = vec![Alternative { id: ItemId(50), claim: own(), reason: own(), citations }];
        document.whys[0].children.push(Why { id: ItemId(51), claim: own(), ..Why::default() });
        document.actions[0].check = text.into();
        document.actions[0].attachments =
            vec![Attachment { file_name: text.into(), language: text.into(), text: text.into() }];
        markdown_of(&words, &document, Lang::En)
    };
    let hostile_text = build(hostile);
    assert_eq!(structure(&hostile_text), structure(&build("harmless")), "{hostile:?}\n{hostile_text}");
    let acts = |c: char| (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!hostile_text.contains(acts), "{hostile:?}");
    let front = hostile_text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).unwrap().0;
    assert_eq!(front.lines().count(), 13, "{front}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_evidence_stays_text(hostile in r"[ -~]{1,40}|[\\`*_\[\]<>#&~|$!\-+=.:()0-9a \n\x1b]{1,40}|\PC{1,40}") {
        prop_assume!(hostile.chars().any(char::is_alphanumeric));
        stays_text(&hostile);
    }
}
