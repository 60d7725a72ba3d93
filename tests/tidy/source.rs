//! Reading sources and texts for the checks. Knows Rust's comments and strings and Fluent's lines, nothing more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A source file in the forms that the checks need. Its tests are left out: they may name what they like.
pub(super) struct Source {
    pub(super) path: String,
    /// Without tests.
    pub(super) text: String,
    /// Without tests, comments and the contents of strings.
    pub(super) code: String,
    /// Contents of strings, in order.
    pub(super) literals: Vec<String>,
}

impl Source {
    /// The table's name for where the file lies; `None` for the two roots, which name everything.
    pub(super) fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let first = inside.split('/').next()?.trim_end_matches(".rs");
        (!["lib", "main"].contains(&first)).then_some(first)
    }

    pub(super) fn is_engine(&self) -> bool {
        self.path.starts_with("src/") && !matches!(self.module(), Some("app" | "bin")) && self.path != "src/main.rs"
    }

    /// How many `super::` lead to the root of the library.
    pub(super) fn depth(&self) -> usize {
        self.path.trim_end_matches("/mod.rs").matches('/').count()
    }
}

pub(super) fn sources(folder: &str) -> Vec<Source> {
    let rust = files(folder).filter(|path| has_extension(path, &["rs"]));
    rust.map(|path| {
        let text = read(&path);
        let text = without_tests(&text);
        let (code, literals) = lex(&text);
        Source { path, text, code, literals }
    })
    .collect()
}

fn without_tests(text: &str) -> String {
    let Some((before, tests)) = text.split_once("\n#[cfg(test)]\nmod ") else { return text.to_owned() };
    let (_, after) = tests.split_once("\n}\n").unwrap_or_default();
    format!("{before}\n{after}")
}

/// Splits Rust into its code without comments and string contents, and those contents.
fn lex(text: &str) -> (String, Vec<String>) {
    let (mut code, mut literals) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let raw = rest.strip_prefix('r').filter(|it| it.trim_start_matches('#').starts_with('"'));
        let is_word = code.ends_with(|it: char| it.is_alphanumeric() || it == '_');
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some(raw) = raw.filter(|_| !is_word || code.ends_with('b')) {
            let hashes = &raw[..raw.len() - raw.trim_start_matches('#').len()];
            let (literal, after) =
                raw[hashes.len() + 1..].split_once(&format!("\"{hashes}")).expect("a raw string ends");
            literals.push(literal.to_owned());
            code.push_str("\"\"");
            rest = after;
        } else if first == '"' {
            let end = string_end(&rest[1..]);
            literals.push(rest[1..=end].to_owned());
            code.push_str("\"\"");
            rest = &rest[end + 2..];
        } else if let Some(quote) = ["'\"'", "'\\\"'"].into_iter().find(|it| rest.starts_with(it)) {
            rest = &rest[quote.len()..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    (code, literals)
}

/// Where a string ends whose opening quote was taken.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_end
    });
    end.expect("a string ends")
}

/// The names right after `library::`, also inside `library::{…}`.
pub(super) fn first_segments(code: &str, library: &str) -> BTreeSet<String> {
    let name =
        |text: &str| text.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect::<String>();
    let mut found = BTreeSet::new();
    let start = format!("{library}::");
    for (at, _) in code.match_indices(&start) {
        if code[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':') {
            continue;
        }
        let after = &code[at + start.len()..];
        let Some(group) = after.strip_prefix('{') else {
            found.insert(name(after));
            continue;
        };
        let mut depth = 0;
        let mut at_item = true;
        for (index, char) in group.char_indices() {
            if at_item && !char.is_whitespace() && char != '}' {
                found.insert(name(&group[index..]));
                at_item = false;
            }
            match char {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' => at_item = depth == 0,
                _ => {}
            }
        }
    }
    found
}

/// The string that a call opens with, wherever it does.
pub(super) fn literal_arguments<'a>(text: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(call).skip(1).filter_map(|after| after.trim_start().strip_prefix('"')?.split('"').next())
}

pub(super) fn kebab(name: &str) -> String {
    let mut text = String::new();
    for char in name.chars() {
        if char.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(char.to_ascii_lowercase());
    }
    text
}

pub(super) fn is_kebab(text: &str) -> bool {
    text.split('-')
        .all(|part| !part.is_empty() && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()))
}

/// A language: its file, id (or `id.attribute`) -> Fluent source, and what is said twice.
pub(super) type Locale = (&'static str, BTreeMap<String, String>, Vec<String>);

/// Both languages. Fails where Fluent finds an error.
pub(super) fn locales() -> [Locale; 2] {
    ["locales/en.ftl", "locales/zh-CN.ftl"].map(|path| {
        let text = read(path);
        if let Err((_, errors)) = fluent_bundle::FluentResource::try_new(text.clone()) {
            panic!("{path}: {errors:?}");
        }
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        let mut twice = Vec::new();
        let (mut message, mut current) = (String::new(), String::new());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let attribute = line.trim_start().strip_prefix('.').and_then(|it| it.split_once(" ="));
            if let Some((name, value)) = attribute {
                current = format!("{message}.{name}");
                if texts.insert(current.clone(), value.to_owned()).is_some() {
                    twice.push(format!("{path}: {current} stands twice"));
                }
            } else if let Some((name, value)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}'])) {
                (message, current) = (name.to_owned(), name.to_owned());
                if texts.insert(current.clone(), value.to_owned()).is_some() {
                    twice.push(format!("{path}: {current} stands twice"));
                }
            } else if let Some(text) = texts.get_mut(&current) {
                text.push_str(line);
            }
        }
        (path, texts, twice)
    })
}

pub(super) fn variables(text: &str) -> BTreeSet<&str> {
    let end = |it: char| !(it.is_alphanumeric() || it == '-' || it == '_');
    text.split('$').skip(1).filter_map(|after| after.split(end).next()).collect()
}

/// Files below a folder of the project, sorted, as paths with `/`. A folder that is not there has none; what tools left is not ours.
pub(super) fn files(folder: &str) -> impl Iterator<Item = String> + use<> {
    fn visit(path: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if entry.path().is_dir() {
                if !["node_modules", "out", "test-results"].contains(&name.to_string_lossy().as_ref()) {
                    visit(&entry.path(), found);
                }
            } else {
                found.push(entry.path());
            }
        }
    }
    let mut found = Vec::new();
    visit(&root().join(folder), &mut found);
    found.sort();
    found.into_iter().filter_map(|path| Some(path.strip_prefix(root()).ok()?.to_string_lossy().replace('\\', "/")))
}

pub(super) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
