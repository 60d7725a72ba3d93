//! Whole documents of the reference incidents, from files to markdown, in the templates that their teams use. The snapshots are read by
//! people; a renderer that is not ours proves their structure.

#[path = "documents/incident_a.rs"]
pub(crate) mod incident_a;
#[path = "documents/incident_b.rs"]
pub(crate) mod incident_b;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use debrief::case::Case;
use debrief::desk::Desk;
use debrief::evidence::MemorySource;
use debrief::evidence::digest::Digest;
use debrief::export::template;
use debrief::model::{Citation, Cite, Locator, Role, Timestamp};
use debrief::postmortem::saved::SavedCase;
use debrief::postmortem::{Document, TemplateChoice};
use debrief::protocol::Choices;
use debrief::protocol::desk::{ExportForm, ExportRequest, ExportedFile};
use debrief::text::{Lang, Texts};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

const OFFSET_S: i32 = 8 * 3600;

/// A case over the files of a folder, its times at UTC+8.
fn open(folder: &str, now: i64) -> Case {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut case = Case::new(OFFSET_S, Timestamp::from_seconds(now));
    let mut digests = Vec::new();
    for name in names.iter().filter(|name| !["README.md", "files.json"].contains(&name.as_str())) {
        let bytes = fs::read(folder.join(name)).unwrap();
        let mut digest = Digest::default();
        digest.update(&bytes);
        digests.push((case.add(name, Box::new(MemorySource(bytes)), Choices::default(), false), digest.finish()));
    }
    case.read_all();
    for (id, digest) in digests {
        case.set_digest(id, digest);
    }
    case
}

/// The first line of a file that holds some words, as a citation.
fn cite(case: &Case, file: &str, words: &str) -> Citation {
    let evidence = case.evidence();
    let meta = evidence.iter().find(|meta| meta.path == file).unwrap_or_else(|| panic!("no {file}"));
    let line = case.find_line(meta.id, words, 0, false).unwrap_or_else(|| panic!("{file} does not say {words}"));
    case.cite(&[Cite { locator: Locator::lines(meta.id, line, line), role: Role::Shows, at: None }]).remove(0)
}

/// The markdown and its pictures.
fn exported(case: &mut Case, document: &Document, lang: Lang) -> Vec<ExportedFile> {
    let request = ExportRequest {
        form: ExportForm::MarkdownFiles,
        case: SavedCase { document: document.clone(), ..SavedCase::default() },
        lang,
        pictures: Vec::new(),
        handles: Vec::new(),
        evidence_bytes: 0,
    };
    Desk::new(case.material(lang, document.offset_s)).export(&request, &[]).unwrap()
}

fn files(case: &mut Case, document: &Document, template: &str, lang: Lang) -> Vec<ExportedFile> {
    let template = TemplateChoice::BuiltIn(template.to_owned());
    exported(case, &Document { template, ..document.clone() }, lang)
}

fn markdown(files: &[ExportedFile]) -> String {
    String::from_utf8(files[0].bytes.clone()).unwrap()
}

#[test]
fn incident_a_as_its_team_writes_it() {
    let mut case = incident_a::case();
    let document = incident_a::document(&mut case);
    let files_of = |case: &mut Case, template| files(case, &document, template, Lang::En);
    insta::assert_snapshot!("incident_a_why_analysis", markdown(&files_of(&mut case, "why-analysis")));
    insta::assert_snapshot!("incident_a_sre_book", markdown(&files_of(&mut case, "sre-book")));
}

#[test]
fn incident_b_as_its_team_writes_it() {
    let mut case = incident_b::case();
    let chinese = incident_b::document(&case, Lang::ZhCn);
    let files_zh = files(&mut case, &chinese, "tabular", Lang::ZhCn);
    insta::assert_snapshot!("incident_b_tabular", markdown(&files_zh));
    let english = incident_b::document(&case, Lang::En);
    insta::assert_snapshot!("incident_b_sre_book", markdown(&files(&mut case, &english, "sre-book", Lang::En)));
    insta::assert_snapshot!("incident_b_short", markdown(&files(&mut case, &english, "short", Lang::En)));
    let graph = files_zh.iter().find(|file| file.path == "assets/causes.svg").expect("the causes branch");
    insta::assert_snapshot!("incident_b_causes_svg", String::from_utf8(graph.bytes.clone()).unwrap());
}

#[test]
fn every_form_of_the_causes_tells_the_same() {
    let mut case = incident_b::case();
    let mut document = incident_b::document(&case, Lang::En);
    let text = "# Forms\n## Tree\n{{causes}}\n## Questions\n{{causes questions}}\n## Numbered\n{{causes numbered}}\n## Table\n{{causes table}}\n";
    document.template = TemplateChoice::Own { name: "forms.md".to_owned(), text: text.to_owned() };
    let text = markdown(&exported(&mut case, &document, Lang::En));
    let forms: Vec<&str> = text.split("\n## ").skip(1).take(4).collect();
    for form in &forms {
        for words in ["503", "osd.12", "12 to 18 s", "muted", "2.31.4", "Redis", "certain"] {
            assert!(form.contains(words), "{words} is not in\n{form}");
        }
    }
    insta::assert_snapshot!("incident_b_causes", forms.join("\n## "));
    assert!(text.contains("\n## Evidence index\n\n### E1\n"), "a template without an index gets one");
}

#[test]
fn a_renderer_that_is_not_ours_reads_every_document() {
    let mut a = incident_a::case();
    let of_a = incident_a::document(&mut a);
    let mut b = incident_b::case();
    for lang in Lang::ALL {
        let of_b = incident_b::document(&b, lang);
        for template in TemplateChoice::BUILT_IN {
            check_structure(&files(&mut a, &of_a, template, lang), &format!("A {template} {lang:?}"));
            check_structure(&files(&mut b, &of_b, template, lang), &format!("B {template} {lang:?}"));
        }
    }
}

/// References lead to the index, pictures are among the files, tables are tables, headings go down one level at a time.
fn check_structure(files: &[ExportedFile], name: &str) {
    let text = markdown(files);
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).expect("front matter").1;
    let (mut links, mut anchors, mut levels) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut heading: Option<String> = None;
    let (mut n_tables, mut is_code) = (0, false);
    for event in Parser::new_ext(body, options) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                levels.push(level as usize);
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                // As GitHub makes them.
                let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
                let anchor = |text: String| text.to_lowercase().chars().filter(kept).collect::<String>();
                anchors.extend(heading.take().map(|text| anchor(text).replace(' ', "-")));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let anchor = dest_url.strip_prefix('#').unwrap_or_else(|| panic!("{name}: a link to {dest_url}"));
                links.insert(anchor.to_owned());
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                assert!(files.iter().any(|file| CowStr::from(file.path.as_str()) == dest_url), "{name}: no {dest_url}");
            }
            Event::Start(Tag::Table(_)) => n_tables += 1,
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Html(html) | Event::InlineHtml(html) => panic!("{name}: {html}"),
            Event::Text(text) => {
                assert!(is_code || !text.contains("| ---") && !text.contains("{{"), "{name}: {text}");
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    assert!(!links.is_empty() && links.is_subset(&anchors), "{name}: {links:?} in {anchors:?}");
    assert!(n_tables >= 1, "{name}");
    assert_eq!((levels.iter().filter(|level| **level == 1).count(), levels[0]), (1, 1), "{name}");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name}: {levels:?}");
}

#[test]
fn our_templates_are_understood() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang, 0);
        for id in TemplateChoice::BUILT_IN {
            let choice = TemplateChoice::BuiltIn(id.to_owned());
            let wrong: Vec<String> = template::check(&choice, &texts).iter().map(|wrong| texts.say(wrong)).collect();
            assert!(template::text(&choice).is_some() && wrong.is_empty(), "{id}: {wrong:?}");
        }
        let unknown = TemplateChoice::BuiltIn("from-the-future".to_owned());
        let wrong = template::check(&unknown, &texts);
        assert!(matches!(&wrong[..], [one] if texts.say(one).contains("from-the-future")));
    }
}

#[test]
fn an_own_template_is_filled_and_its_mistakes_are_said() {
    let mut case = incident_b::case();
    let mut document = incident_b::document(&case, Lang::En);
    let text = "<!-- ours\nsince 2020 -->\n# Report {{field number}}: {{title}}\nWritten on {{date}} by **us**.\n\n\
                | What | |\n|---|---|\n| Severity | {{field severity}} | too many |\n| Tags |\n\n\
                - {{t export-severity}}: {{field severity}}\n- second\n\n```yaml\n  key: {{title}}\n```\n\
                ## ? Luck\n{{part notes}}\n### ? Deeper\n{{part surprise}}\n## Findings\n{{findings}}\n{{nonsense}}\n{{causes upside-down}}\n{{part trigger}}\n";
    document.template = TemplateChoice::Own { name: "own.md".to_owned(), text: text.to_owned() };
    insta::assert_snapshot!("own_template", markdown(&exported(&mut case, &document, Lang::En)));
    let missing = Desk::new(case.material(Lang::En, document.offset_s)).preview(&document, Lang::En).missing;
    assert_eq!(missing.len(), 3, "{missing:?}");
}
