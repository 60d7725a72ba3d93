//! The messages of one language, resolved from their compiled form.
//!
//! `fluent-bundle` can do much more (terms, functions, number formats, plural rules of two hundred languages), and its tables and float
//! arithmetic were a tenth of what people download. What `locales/` uses is texts, variables, selection by number or plural form, and
//! attributes. A test compares every message with `fluent-bundle`'s reading of it.

use super::Lang;
use super::mark;

/// What a variable stands for.
pub(super) enum Value {
    /// Any text.
    Text(String),
    /// A number, which selects a plural form.
    Number(i64),
}

type Args<'a> = &'a [(&'a str, Value)];

/// The messages of one language.
pub(super) struct Bundle {
    lang: Lang,
    /// Lines as `compiled.rs` writes them.
    compiled: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Bundle {
    /// Takes a compiled language.
    pub(super) fn new(lang: Lang, compiled: String) -> Self {
        let mut at = 0;
        let mut starts = Vec::new();
        for line in compiled.split_inclusive('\n') {
            starts.push(at);
            at += line.len();
        }
        Self { lang, compiled, starts }
    }

    /// A message, or `message.attribute`; its id where there is none.
    pub(super) fn format(&self, id: &str, args: Args<'_>) -> String {
        let mut text = String::new();
        match self.pattern(id) {
            Some(pattern) => drop(self.write(&mut text, pattern, args)),
            None => text.push_str(id),
        }
        text
    }

    fn pattern(&self, id: &str) -> Option<&str> {
        let found = self.starts.binary_search_by(|start| self.line(*start).map_or("", |(id, _)| id).cmp(id)).ok()?;
        Some(self.line(*self.starts.get(found)?)?.1)
    }

    fn line(&self, start: usize) -> Option<(&str, &str)> {
        self.compiled.get(start..)?.split('\n').next()?.split_once('=')
    }

    /// Writes a pattern until a variant or a selection ends; gives what follows.
    fn write<'a>(&self, text: &mut String, mut pattern: &'a str, args: Args<'_>) -> &'a str {
        loop {
            let (plain, rest) = split(pattern, |c| c <= mark::BREAK);
            text.push_str(plain);
            let mut marks = rest.chars();
            match marks.next() {
                Some(mark::VARIABLE) => {
                    let (name, rest) = split(marks.as_str(), |c| c == mark::NAMED);
                    match value(name, args) {
                        Some(Value::Text(value)) => text.push_str(value),
                        Some(Value::Number(number)) => text.push_str(&number.to_string()),
                        None => text.extend(["{$", name, "}"]),
                    }
                    pattern = after(rest);
                }
                Some(mark::SELECT) => {
                    let (name, rest) = split(marks.as_str(), |c| c == mark::VARIANT);
                    pattern = self.select(text, value(name, args), rest, args);
                }
                Some(mark::BREAK) => {
                    text.push('\n');
                    pattern = marks.as_str();
                }
                _ => return rest,
            }
        }
    }

    /// Writes the variant that fits, or the last; gives what follows the selection.
    fn select<'a>(&self, text: &mut String, by: Option<&Value>, mut variants: &'a str, args: Args<'_>) -> &'a str {
        let mut is_chosen = false;
        while let Some(variant) = variants.strip_prefix(mark::VARIANT) {
            let (key, rest) = split(variant, |c| c == mark::KEYED);
            let fits = !is_chosen && (key.is_empty() || by.is_some_and(|by| self.fits(key, by)));
            let before = text.len();
            variants = self.write(text, after(rest), args);
            if !fits {
                text.truncate(before);
            }
            is_chosen |= fits;
        }
        after(variants)
    }

    fn fits(&self, key: &str, value: &Value) -> bool {
        match value {
            Value::Text(text) => text == key,
            Value::Number(number) => key.parse() == Ok(*number) || plural(self.lang, *number) == key,
        }
    }
}

/// A text up to a mark, and from it on.
fn split(text: &str, is_mark: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at_checked(text.find(is_mark).unwrap_or(text.len())).unwrap_or_default()
}

/// What follows a mark.
fn after(text: &str) -> &str {
    let mut marks = text.chars();
    marks.next();
    marks.as_str()
}

fn value<'a>(name: &str, args: Args<'a>) -> Option<&'a Value> {
    args.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The plural form of a whole number. Source: <https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html>.
fn plural(lang: Lang, number: i64) -> &'static str {
    if lang == Lang::En && number.unsigned_abs() == 1 { "one" } else { "other" }
}
