//! A Fluent source as lines that are resolved as they are read. The build script and `cargo xtask post-build` compile this same file and
//! write the sentences so: no program carries a parser or a tree of them.
//!
//! ```text
//! page-lines=␁count␃ lines
//! page-files=␂count␄0␅no file␄one␅one file␄␅␁count␃ files␆
//! ```
//!
//! Sorted by id, an attribute as `message.attribute`. Control characters mark what is not text: a variable, and a selection by a variable
//! with a key and a text per variant, the default one last and without a key. What `locales/` does not use (terms, functions) is written as
//! its name, so that it is seen.

use fluent_syntax::ast::{
    Entry, Expression, Identifier, InlineExpression, Pattern, PatternElement, Variant, VariantKey,
};
use fluent_syntax::parser::parse_runtime;
use fluent_syntax::unicode::unescape_unicode_to_string;

use super::mark;

/// The messages of a source, each a line. A broken one is caught by the locale test; the rest of the file must still serve.
#[must_use]
pub(crate) fn compiled(source: &str) -> String {
    let resource = parse_runtime(source).unwrap_or_else(|(resource, _)| resource);
    let mut lines = Vec::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        if let Some(pattern) = &message.value {
            lines.push((message.id.name.to_owned(), text(pattern)));
        }
        for attribute in &message.attributes {
            lines.push(([message.id.name, ".", attribute.id.name].concat(), text(&attribute.value)));
        }
    }
    lines.sort_unstable();
    lines.iter().flat_map(|(id, text)| [id, "=", text, "\n"]).collect()
}

fn text(pattern: &Pattern<&str>) -> String {
    let mut text = String::new();
    write(&mut text, pattern);
    text.replace('\n', &mark::BREAK.to_string())
}

fn write(line: &mut String, pattern: &Pattern<&str>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => line.push_str(value),
            PatternElement::Placeable { expression } => write_expression(line, expression),
        }
    }
}

fn write_expression(line: &mut String, expression: &Expression<&str>) {
    match expression {
        Expression::Inline(inline) => write_inline(line, inline),
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            line.push(mark::SELECT);
            line.push_str(id.name);
            let (default, others): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.default);
            for variant in others {
                let (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }) = variant.key;
                write_variant(line, key, variant);
            }
            default.iter().for_each(|variant| write_variant(line, "", variant));
            line.push(mark::SELECTED);
        }
        Expression::Select { variants, .. } => {
            variants.iter().filter(|variant| variant.default).for_each(|variant| write(line, &variant.value));
        }
    }
}

fn write_variant(line: &mut String, key: &str, variant: &Variant<&str>) {
    line.push(mark::VARIANT);
    line.push_str(key);
    line.push(mark::KEYED);
    write(line, &variant.value);
}

fn write_inline(line: &mut String, inline: &InlineExpression<&str>) {
    match inline {
        InlineExpression::StringLiteral { value } => line.push_str(&unescape_unicode_to_string(value)),
        InlineExpression::NumberLiteral { value } => line.push_str(value),
        InlineExpression::Placeable { expression } => write_expression(line, expression),
        InlineExpression::VariableReference { id: Identifier { name } } => {
            line.push(mark::VARIABLE);
            line.push_str(name);
            line.push(mark::NAMED);
        }
        InlineExpression::FunctionReference { id, .. }
        | InlineExpression::MessageReference { id, .. }
        | InlineExpression::TermReference { id, .. } => line.extend(["{", id.name, "}"]),
    }
}
