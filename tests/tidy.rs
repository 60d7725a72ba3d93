//! Rules about the code itself, as data: who may use whom, what the engine never names, what every text and registry must have.
//!
//! The checks read sources as text: enough for code that rustfmt has formatted, and every message names the file.

mod source;
mod wording;

use std::collections::BTreeSet;

use debrief::formats::registry::FORMATS;
use debrief::model::IssueCode;
use debrief::postmortem::{Field, Part};
use debrief::rules::RULES;
use debrief::text::engine_file::{OF_THE_ENGINE, OF_THE_PAGE};
use debrief::text::page_file::NOT_OF_THE_PAGE;

use source::{
    files, first_segments, has_extension, is_kebab, kebab, literal_arguments, locales, read, sources, variables,
};

/// Which modules of the library a module may name; docs/ARCHITECTURE.md draws it. `case` holds everything together.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("compact", &[]),
    ("text", &["model"]),
    ("evidence", &["model"]),
    ("unpack", &["evidence", "model"]),
    ("formats", &["evidence", "model"]),
    ("reading", &["evidence", "formats", "model"]),
    ("facts", &["evidence", "model"]),
    ("rules", &["facts", "model"]),
    ("timeline", &["compact", "facts", "model"]),
    ("postmortem", &["compact", "model", "text", "timeline"]),
    ("chart", &["model", "text"]),
    ("redact", &["chart", "model", "postmortem"]),
    ("view", &["chart", "evidence", "facts", "formats", "model", "postmortem", "rules", "text", "timeline"]),
    ("protocol", &["chart", "compact", "model", "postmortem", "text", "view"]),
    ("export", &["chart", "model", "postmortem", "protocol", "text", "view"]),
    (
        "case",
        &[
            "chart",
            "evidence",
            "facts",
            "formats",
            "model",
            "postmortem",
            "protocol",
            "reading",
            "rules",
            "text",
            "timeline",
            "view",
        ],
    ),
    ("desk", &["chart", "evidence", "export", "model", "postmortem", "protocol", "redact", "text", "view"]),
    ("app", &["chart", "model", "postmortem", "protocol", "text", "view"]),
    (
        "bin",
        &[
            "case",
            "desk",
            "evidence",
            "export",
            "formats",
            "model",
            "postmortem",
            "protocol",
            "reading",
            "text",
            "unpack",
            "view",
        ],
    ),
];

/// What the engine never names: the outside world belongs to the page, the worker and the command line.
const STD_BANNED: &[&str] = &["env", "fs", "net", "process", "thread"];
const BANNED: &[&str] = &[
    "Instant::now",
    "SystemTime",
    "print!(",
    "println!(",
    "gloo::",
    "idb::",
    "js_sys",
    "leptos",
    "wasm_bindgen",
    "web_sys",
];

/// Words that mean something was left unfinished. Written in halves, so that this file passes.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("db", "g!("),
    concat!("#[ig", "nore"),
    concat!("test.", "only"),
    concat!("test.", "skip"),
];

/// Texts whose ids are composed at run time: prefix, the file and the enum whose variants end the id, and the variant that is not said.
const FAMILIES: &[(&str, &str, &str, &str)] = &[
    ("phase-", "src/model/timeline.rs", "Phase", ""),
    ("severity-", "src/model/finding.rs", "Severity", ""),
    ("confidence-", "src/model/finding.rs", "Confidence", ""),
    ("outcome-", "src/model/finding.rs", "Outcome", ""),
    ("role-", "src/model/citation.rs", "Role", ""),
    ("why-kind-", "src/postmortem/mod.rs", "WhyKind", ""),
    ("action-kind-", "src/postmortem/mod.rs", "ActionKind", ""),
    ("level-", "src/model/record.rs", "Level", "none"),
    ("redact-class-", "src/model/redaction.rs", "RedactionClass", ""),
    ("bundle-", "src/model/bundle.rs", "BundleKind", ""),
    ("event-level-", "src/model/analysis.rs", "ChangeKind", ""),
    ("evidence-state-", "src/model/evidence.rs", "EvidenceState", "ready"),
    ("trends-form-", "src/chart/mod.rs", "ChartForm", ""),
    ("panel-change-", "src/facts/stacks/diff.rs", "Change", ""),
    ("panel-wait-", "src/model/stack.rs", "WaitClass", ""),
];

/// Who may name a text that the page does not have: the desk's and the command line's code, where every text is compiled in, and what only
/// their reports say.
const HAVE_ALL_TEXTS: &[&str] = &[
    "src/bin/",
    "src/desk/",
    "src/export/",
    "src/postmortem/fixes/",
    "src/postmortem/merge",
    "src/text/engine_file.rs",
    "src/text/page_file.rs",
    "src/view/evidence_panel",
    "src/view/limits_panel.rs",
    "src/view/owner_graph.rs",
    "src/view/spread.rs",
    "src/view/stack_panel.rs",
    "src/view/stack_picture.rs",
    "src/view/trends/",
    "src/view/wait_bars.rs",
    "src/view/workload_panel.rs",
    "src/facts/workloads/",
];

/// Who may make a message of such a text, because it is said where it is made, or by reports alone, and never by the page.
const SAY_IT_THEMSELVES: &[&str] = &[
    "src/bin/",
    "src/export/draft.rs",
    "src/export/report.rs",
    "src/export/template/",
    "src/facts/workloads/",
    "src/postmortem/fixes/",
    "src/postmortem/merge",
    "src/view/trends/",
];

#[test]
fn modules_use_only_what_they_may() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let Some(module) = source.module() else { continue };
        let (_, allowed) = EDGES.iter().find(|(name, _)| *name == module).expect("every module is in the table");
        // Bins name the library by its name; inside it is `crate`. A path through `super` would hide an edge.
        let library = if source.is_engine() { "crate" } else { "debrief" };
        for used in first_segments(&source.code, library) {
            if used != module && EDGES.iter().any(|(name, _)| *name == used) && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: {module} may not use {used}", source.path));
            }
        }
        let to_the_root = "super::".repeat(source.depth());
        if source.is_engine() && source.code.contains(&to_the_root) {
            wrong.push(format!("{}: say `crate::`, not `{to_the_root}`", source.path));
        }
    }
    none(&wrong);
}

#[test]
fn the_engine_never_names_the_outside_world() {
    let mut wrong = Vec::new();
    for source in sources("src").iter().filter(|source| source.is_engine()) {
        let std = first_segments(&source.code, "std");
        wrong.extend(STD_BANNED.iter().filter(|it| std.contains(**it)).map(|it| format!("{}: std::{it}", source.path)));
        wrong.extend(BANNED.iter().filter(|it| source.code.contains(**it)).map(|it| format!("{}: {it}", source.path)));
    }
    none(&wrong);
}

#[test]
fn files_are_documented_short_and_finished() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "xtask", "e2e", "public", "style", "benches"] {
        for path in files(folder).filter(|path| has_extension(path, &["rs", "js", "css"])) {
            let text = read(&path);
            if has_extension(&path, &["rs"]) && !text.starts_with("//! ") {
                wrong.push(format!("{path} does not open with its `//!` documentation"));
            }
            if text.lines().count() > 500 && !text.contains(concat!("// Long ", "because: ")) {
                wrong.push(format!("{path} has more than 500 lines and no `// Long because: …`"));
            }
            wrong.extend(UNFINISHED.iter().filter(|it| text.contains(**it)).map(|it| format!("{path}: {it}")));
        }
    }
    none(&wrong);
}

#[test]
fn nothing_points_to_another_origin() {
    let mut wrong = Vec::new();
    // The name of a namespace is never fetched.
    let remote = |text: &str| {
        let text = text.replace("http://www.w3.org/", "");
        ["http://", "https://", "ws://", "wss://"].iter().any(|scheme| text.contains(scheme))
    };
    for source in sources("src") {
        let literals = source.literals.iter().filter(|literal| remote(literal));
        wrong.extend(literals.map(|literal| format!("{}: {literal}", source.path)));
    }
    for path in ["public", "style"].into_iter().flat_map(files).chain(["index.html".to_owned()]) {
        let is_evidence = path.starts_with("public/examples/");
        if !is_evidence && has_extension(&path, &["css", "html", "js", "svg", "webmanifest"]) && remote(&read(&path)) {
            wrong.push(path);
        }
    }
    none(&wrong);
}

#[test]
fn both_languages_say_the_same_things() {
    let [(en_name, en, en_twice), (zh_name, zh, zh_twice)] = locales();
    let mut wrong = [en_twice, zh_twice].concat();
    for (name, other_name, here, there) in [(en_name, zh_name, &en, &zh), (zh_name, en_name, &zh, &en)] {
        for (id, text) in here {
            match there.get(id) {
                None => wrong.push(format!("{id} is in {name} and not in {other_name}")),
                Some(other) if variables(text) != variables(other) => {
                    wrong.push(format!("{id}: other variables in {other_name}"))
                }
                Some(_) => {}
            }
            if name.contains("zh") && text.contains("[one]") {
                wrong.push(format!("{id}: Chinese has no form `one`, [1] is meant"));
            }
            if !id.split('.').all(is_kebab) {
                wrong.push(format!("{id} is not kebab-case"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn texts_are_there_and_used() {
    let sources = sources("src");
    // A template names a text as `{{t id}}`; that it is there is tested with the templates.
    let templates: String =
        files("src/export/template").filter(|it| has_extension(it, &["md"])).map(|it| read(&it)).collect();
    let named = templates.split("{{t ").skip(1).filter_map(|rest| rest.split("}}").next());
    let literals = sources.iter().flat_map(|source| &source.literals).map(String::as_str);
    let literals: BTreeSet<&str> = literals.chain(named).collect();
    let [(name, texts, _), _] = locales();
    let areas: BTreeSet<&str> = texts.keys().filter_map(|id| id.split('-').next()).collect();
    let mut wrong = Vec::new();

    let composed: BTreeSet<String> = families()
        .into_iter()
        .filter(|(prefix, _)| {
            literals.iter().any(|literal| literal.starts_with(prefix.as_str()) && literal.contains('{'))
        })
        .flat_map(|(prefix, ends)| ends.into_iter().map(move |end| format!("{prefix}{end}")))
        .collect();
    wrong.extend(composed.iter().filter(|id| !texts.contains_key(*id)).map(|id| format!("{name} lacks {id}")));

    for id in texts.keys() {
        let referenced = || texts.values().any(|text| text.contains(&format!("{{ {id} }}")));
        // An attribute of a composed message is composed with it; any other is named as `id.attribute`.
        let owner = id.split('.').next().unwrap_or(id);
        if !literals.contains(id.as_str()) && !composed.contains(id) && !composed.contains(owner) && !referenced() {
            wrong.push(format!("{id} is used nowhere"));
        }
    }

    for source in &sources {
        for (call, strict) in [("Message::new(", true), (".get(", false), (".with(", false)] {
            for id in literal_arguments(&source.text, call) {
                // `.get` and `.with` serve others too: only what lies in an area of the texts is a text.
                let is_text =
                    strict || (id.contains('-') && id.split('-').next().is_some_and(|area| areas.contains(area)));
                if is_text && !texts.contains_key(id) {
                    wrong.push(format!("{}: {name} lacks {id}", source.path));
                }
            }
        }
    }
    none(&wrong);
}

/// The engine carries only the texts that the build script lists for it.
#[test]
fn the_engine_has_what_it_says() {
    const SAID_HERE: &[&str] = &[
        "src/case",
        "src/facts/stacks",
        "src/facts/workloads",
        "src/view/evidence",
        "src/view/limits",
        "src/view/spread",
        "src/view/stack",
        "src/view/trends",
        "src/view/workload",
    ];
    assert!(!OF_THE_ENGINE.is_empty() && OF_THE_PAGE.is_sorted());
    let is_of_the_page = |id: &str| OF_THE_PAGE.iter().any(|it| id == *it || it.ends_with('-') && id.starts_with(it));
    let [(_, texts, _), _] = locales();
    let mut wrong = Vec::new();
    for source in sources("src").iter().filter(|source| SAID_HERE.iter().any(|place| source.path.starts_with(place))) {
        let said = source.literals.iter().filter(|id| texts.contains_key(*id));
        let others = said.filter(|id| !OF_THE_ENGINE.iter().any(|area| id.starts_with(area)) || is_of_the_page(id));
        wrong.extend(others.map(|id| format!("{}: the engine does not have {id}", source.path)));
    }
    none(&wrong);
}

/// The desk carries no texts of the areas that the build script leaves out for it.
#[test]
fn the_desk_has_what_it_says() {
    const OF_THE_DESK: &[&str] = &["src/chart", "src/desk", "src/export", "src/postmortem", "src/redact", "src/text"];
    /// The command line's reports have all texts.
    const OF_THE_COMMAND_LINE: &[&str] =
        &["src/export/report", "src/export/stacks.rs", "src/text/engine_file.rs", "src/text/page_file.rs"];
    let build = read("build.rs");
    let (_, list) = build.split_once("NOT_OF_THE_DESK: &[&str] =").expect("the build script lists areas");
    let left_out: Vec<&str> =
        list.split(']').next().unwrap_or_default().split('"').filter(|it| it.ends_with('-')).collect();
    assert!(!left_out.is_empty());
    let [(_, texts, _), _] = locales();
    let mut wrong = Vec::new();
    let is_in = |path: &str, places: &[&str]| places.iter().any(|place| path.starts_with(place));
    for source in sources("src") {
        if !is_in(&source.path, OF_THE_DESK) || is_in(&source.path, OF_THE_COMMAND_LINE) {
            continue;
        }
        // What the desk only names, as the reason of a failure, the page says.
        let said = source.literals.iter().filter(|id| texts.contains_key(*id) && !id.starts_with("page-"));
        // So do ids that are put together: their literals begin with the area.
        let made = source.literals.iter().filter(|id| id.contains("-{"));
        let missing = said.chain(made).filter(|id| left_out.iter().any(|area| id.starts_with(area)));
        wrong.extend(missing.map(|id| format!("{}: the desk does not have {id}", source.path)));
    }
    none(&wrong);
}

#[test]
fn the_page_has_what_reaches_it() {
    let [(_, texts, _), _] = locales();
    let is_kept_from_it = |id: &str| texts.contains_key(id) && NOT_OF_THE_PAGE.iter().any(|area| id.starts_with(area));
    let mut wrong = Vec::new();
    for source in sources("src") {
        let is_in = |places: &[&str]| places.iter().any(|place| source.path.starts_with(place));
        if !is_in(HAVE_ALL_TEXTS) {
            let named = source.literals.iter().filter(|literal| is_kept_from_it(literal));
            wrong.extend(named.map(|id| format!("{}: the page does not have {id}", source.path)));
        }
        if !is_in(SAY_IT_THEMSELVES) {
            let made = literal_arguments(&source.text, "Message::new(").filter(|id| is_kept_from_it(id));
            wrong.extend(made.map(|id| format!("{}: {id} may reach the page, which does not have it", source.path)));
        }
    }
    for (prefix, _) in families() {
        wrong.extend(NOT_OF_THE_PAGE.contains(&prefix.as_str()).then(|| format!("the page composes {prefix}")));
    }
    none(&wrong);
}

#[test]
fn registries_are_complete_and_sorted() {
    let mut wrong = Vec::new();
    let ids: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    if !rules.is_sorted() {
        wrong.push(format!("rules are not sorted: {rules:?}"));
    }
    for (what, ids) in [("format", ids), ("rule", rules)] {
        let unique: BTreeSet<_> = ids.iter().collect();
        if unique.len() != ids.len() {
            wrong.push(format!("two {what}s share an id: {ids:?}"));
        }
        wrong.extend(
            ids.iter().filter(|id| !id.split('/').all(is_kebab)).map(|id| format!("{what} {id} is not kebab-case")),
        );
    }
    for (registry, folder, item) in
        [("src/formats/registry.rs", "src/formats", "FORMAT"), ("src/rules/mod.rs", "src/rules", "RULE")]
    {
        let entries = listed_modules(&read(registry), item);
        if !entries.is_sorted() {
            wrong.push(format!("{registry} is not sorted: {entries:?}"));
        }
        for source in sources(folder).iter().filter(|source| source.code.contains(&format!(" {item}: "))) {
            let name = source.path[folder.len() + 1..].trim_end_matches(".rs").replace('/', "::");
            if !entries.contains(&name) {
                wrong.push(format!("{} is not in {registry}", source.path));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_dependency_says_why() {
    let mut wrong = Vec::new();
    for path in ["Cargo.toml", "xtask/Cargo.toml"] {
        let text = read(path);
        // A comment speaks for the lines below it, up to the next blank one.
        for block in text.split("\n\n").filter(|block| block.contains("dependencies")) {
            if !block.lines().any(|line| line.starts_with('#')) && block.lines().any(|line| line.contains(" = ")) {
                wrong.push(format!("{path}: no reason given for\n{block}"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn no_test_file_is_forgotten() {
    let main = read("tests/it.rs");
    let is_module =
        |path: &String| !["tests/it.rs", "tests/web.rs"].contains(&path.as_str()) && path.matches('/').count() == 1;
    let names = files("tests")
        .filter(is_module)
        .filter_map(|path| Some(path.strip_prefix("tests/")?.strip_suffix(".rs")?.to_owned()));
    none(&names.filter(|name| !main.contains(&format!("mod {name};"))).collect::<Vec<_>>());
}

/// Prefixes of composed ids with all their ends.
fn families() -> Vec<(String, Vec<String>)> {
    let composed = |(prefix, path, name, silent): &(&str, &str, &str, &str)| {
        let ends = variants(&read(path), name).into_iter().map(|it| kebab(&it)).filter(|it| it != silent);
        ((*prefix).to_owned(), ends.collect())
    };
    let mut families: Vec<(String, Vec<String>)> = FAMILIES.iter().map(composed).collect();
    families.push(("format-".to_owned(), FORMATS.iter().map(|format| format.id.to_owned()).collect()));
    let issues = IssueCode::ALL.iter().flat_map(|code| [code.as_str().to_owned(), format!("{}.help", code.as_str())]);
    families.push(("issue-".to_owned(), issues.collect()));
    let hints = Field::ALL.map(Field::message_id).into_iter().chain(Part::ALL.map(Part::message_id));
    families.push((
        "document-field-".to_owned(),
        hints.map(|id| format!("{}.hint", &id["document-field-".len()..])).collect(),
    ));
    families.push(("rule-".to_owned(), RULES.iter().map(|rule| rule.id.replace('/', "-")).collect()));
    families
}

/// The modules whose `item` a registry lists.
fn listed_modules(registry: &str, item: &str) -> Vec<String> {
    let ends = format!("::{item}");
    let words = registry.split(|it: char| !(it.is_alphanumeric() || it == '_' || it == ':'));
    words.filter_map(|word| word.strip_suffix(&ends).map(String::from)).collect()
}

fn variants(text: &str, name: &str) -> Vec<String> {
    let (_, body) = text.split_once(&format!("pub enum {name} {{\n")).expect("the enum is where the table says");
    let body = body.split("\n}").next().unwrap_or_default();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(|it: char| it.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(|it| it.is_alphanumeric()).collect())
        .collect()
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
