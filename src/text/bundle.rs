//! The messages of one Fluent file, resolved.
//!
//! `fluent-bundle` can do much more (terms, functions, number formats, plural rules of two hundred languages), and its tables and float
//! arithmetic were a tenth of what people download. What `locales/` uses is texts, variables, selection by number or plural form, and
//! attributes; anything else is written as its name, so that it is seen. A test compares every message with `fluent-bundle`'s reading of it.

use std::collections::BTreeMap;

use fluent_syntax::ast::{
    Entry, Expression, Identifier, InlineExpression, Message, Pattern, PatternElement, VariantKey,
};
use fluent_syntax::parser::parse_runtime;
use fluent_syntax::unicode::unescape_unicode_to_string;

use super::Lang;

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
    messages: BTreeMap<String, Message<String>>,
}

impl Bundle {
    /// Reads a file. A broken message is caught by the locale test; here the rest of the file must still serve.
    pub(super) fn new(lang: Lang, source: String) -> Self {
        let resource = parse_runtime(source).unwrap_or_else(|(resource, _)| resource);
        let mut messages = BTreeMap::new();
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                messages.insert(message.id.name.clone(), message);
            }
        }
        Self { lang, messages }
    }

    /// A message, or `message.attribute`; its id where there is none.
    pub(super) fn format(&self, id: &str, args: Args<'_>) -> String {
        let mut text = String::new();
        match self.pattern(id) {
            Some(pattern) => self.write(&mut text, pattern, args),
            None => text.push_str(id),
        }
        text
    }

    fn pattern(&self, id: &str) -> Option<&Pattern<String>> {
        let Some((id, attribute)) = id.split_once('.') else { return self.messages.get(id)?.value.as_ref() };
        let attributes = &self.messages.get(id)?.attributes;
        attributes.iter().find(|found| found.id.name == attribute).map(|found| &found.value)
    }

    fn write(&self, text: &mut String, pattern: &Pattern<String>, args: Args<'_>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => text.push_str(value),
                PatternElement::Placeable { expression } => self.write_expression(text, expression, args),
            }
        }
    }

    fn write_expression(&self, text: &mut String, expression: &Expression<String>, args: Args<'_>) {
        match expression {
            Expression::Inline(inline) => self.write_inline(text, inline, args),
            Expression::Select { selector, variants } => {
                let fits = |key: &VariantKey<String>| match (selected(selector, args), key) {
                    (Some(Value::Number(number)), VariantKey::NumberLiteral { value }) => value.parse() == Ok(*number),
                    (Some(Value::Number(number)), VariantKey::Identifier { name }) => {
                        plural(self.lang, *number) == name
                    }
                    (Some(Value::Text(text)), VariantKey::Identifier { name }) => text == name,
                    _ => false,
                };
                let chosen = variants.iter().find(|variant| fits(&variant.key));
                if let Some(variant) = chosen.or_else(|| variants.iter().find(|variant| variant.default)) {
                    self.write(text, &variant.value, args);
                }
            }
        }
    }

    fn write_inline(&self, text: &mut String, inline: &InlineExpression<String>, args: Args<'_>) {
        match inline {
            InlineExpression::StringLiteral { value } => text.push_str(&unescape_unicode_to_string(value)),
            InlineExpression::NumberLiteral { value } => text.push_str(value),
            InlineExpression::Placeable { expression } => self.write_expression(text, expression, args),
            InlineExpression::VariableReference { id: Identifier { name } } => match selected(inline, args) {
                Some(Value::Text(value)) => text.push_str(value),
                Some(Value::Number(number)) => text.push_str(&number.to_string()),
                None => text.extend(["{$", name, "}"]),
            },
            InlineExpression::FunctionReference { id, .. }
            | InlineExpression::MessageReference { id, .. }
            | InlineExpression::TermReference { id, .. } => text.extend(["{", &id.name, "}"]),
        }
    }
}

fn selected<'a>(selector: &InlineExpression<String>, args: Args<'a>) -> Option<&'a Value> {
    let InlineExpression::VariableReference { id } = selector else { return None };
    args.iter().find(|(name, _)| *name == id.name).map(|(_, value)| value)
}

/// The plural form of a whole number. Source: <https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html>.
fn plural(lang: Lang, number: i64) -> &'static str {
    if lang == Lang::En && number.unsigned_abs() == 1 { "one" } else { "other" }
}
