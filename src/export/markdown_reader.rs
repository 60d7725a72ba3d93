//! Markdown back to blocks: the inverse of [`super::markdown`] for what that writes, and tolerant of what people change in an editor.
//!
//! ```text
//! - **Why was it noticed late?** Nobody watched `pids.current`. [E3](#e3)
//! ```
//! Read: front matter, headings, paragraphs, lists, tables, fences, quotes, images, and inside them bold, code, references and backslash
//! escapes. Anything else of markdown stays the text that it is. Lines that a person broke are joined, as renderers do.

use super::markdown::anchor;
use crate::view::document::{Block, Inline};

/// Bytes in which the name of a heading ends that a link leads to.
const MOST_OF_A_NAME: usize = 300;

/// A page of markdown.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Scalars of the front matter, without their quotes.
    pub(super) front: Vec<(String, String)>,
    /// Blocks, in order. Charts have no picture; a quotation is code.
    pub(super) blocks: Vec<Block>,
}

/// Reads a page. Total: any text gives some blocks.
pub(super) fn read(text: &str) -> Page {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim_end).peekable();
    let mut page = Page::default();
    if lines.next_if_eq(&"---").is_some() {
        for line in lines.by_ref().take_while(|line| *line != "---") {
            if let Some((key, value)) = line.split_once(':') {
                page.front.push((key.trim().to_owned(), unquoted(value.trim())));
            }
        }
    }
    let mut was_blank = true;
    while let Some(line) = lines.next() {
        let body = line.trim_start();
        let fence = body.bytes().take_while(|byte| *byte == b'`').count();
        if body.is_empty() {
            was_blank = true;
            continue;
        }
        if fence >= 3 {
            let closes = |line: &&str| line.len() >= fence && line.bytes().all(|byte| byte == b'`');
            let language = body.trim_start_matches('`').trim().to_owned();
            let text = lines.by_ref().take_while(|line| !closes(line)).flat_map(|line| [line, "\n"]).collect();
            page.blocks.push(Block::Code { language, text });
        } else if body.starts_with('|') {
            let heads = cells(body).iter().map(|cell| plain(cell)).collect();
            // The row of dashes below the heads.
            lines.next_if(|line| line.trim_start().starts_with('|'));
            let mut rows = Vec::new();
            while let Some(row) = lines.next_if(|line| line.trim_start().starts_with('|')) {
                rows.push(cells(row.trim_start()).iter().map(|cell| inlines(&cell.replace("\\|", "|"))).collect());
            }
            page.blocks.push(Block::Table(heads, rows));
        } else {
            push_line(line, body, was_blank, &mut page.blocks);
        }
        was_blank = false;
    }
    page
}

fn push_line(line: &str, body: &str, was_blank: bool, blocks: &mut Vec<Block>) {
    let hashes = body.bytes().take_while(|byte| *byte == b'#').count();
    let after_hashes = body.get(hashes..).unwrap_or_default();
    if (1..=6).contains(&hashes) && (after_hashes.is_empty() || after_hashes.starts_with(' ')) {
        return blocks.push(Block::Heading(hashes as u8, plain(after_hashes.trim())));
    }
    if let Some(text) = body.strip_prefix('>') {
        return blocks.push(Block::Note(plain(text.trim())));
    }
    if let Some((alt, path)) = body.strip_prefix("![").and_then(|rest| rest.rsplit_once("](")) {
        let path = path.trim_end_matches(')').to_owned();
        return blocks.push(Block::Chart { path, alt: plain(alt), svg: String::new() });
    }
    if let Some(item) = ["- ", "* ", "+ "].iter().find_map(|mark| body.strip_prefix(mark)) {
        let task = [("[ ] ", false), ("[x] ", true), ("[X] ", true)].into_iter();
        if let Some((task, done)) = task.filter_map(|(mark, done)| Some((item.strip_prefix(mark)?, done))).next() {
            let task = (done, inlines(task));
            match blocks.last_mut().filter(|_| !was_blank) {
                Some(Block::Tasks(tasks)) => tasks.push(task),
                _ => blocks.push(Block::Tasks(vec![task])),
            }
            return;
        }
        let depth = u8::try_from((line.len() - body.len()) / 2).unwrap_or(u8::MAX);
        let item = (depth, inlines(item));
        match blocks.last_mut().filter(|_| !was_blank || depth > 0) {
            Some(Block::List(items)) => items.push(item),
            _ => blocks.push(Block::List(vec![item])),
        }
        return;
    }
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(item) = body.get(digits..).and_then(|rest| rest.strip_prefix(". ")).filter(|_| digits > 0) {
        match blocks.last_mut().filter(|_| !was_blank) {
            Some(Block::Numbered(items)) => items.push(inlines(item)),
            _ => blocks.push(Block::Numbered(vec![inlines(item)])),
        }
        return;
    }
    match blocks.last_mut().filter(|_| !was_blank) {
        Some(Block::Paragraph(before)) => before.extend([vec![Inline::Text(" ".to_owned())], inlines(body)].concat()),
        _ => blocks.push(Block::Paragraph(inlines(body))),
    }
}

/// A YAML scalar in double quotes, as the front matter has them; any other as it is.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return value.to_owned() };
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

/// The cells of a row, still escaped: a pipe after a backslash is text, also in code.
fn cells(row: &str) -> Vec<String> {
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').filter(|before| !before.ends_with('\\')).unwrap_or(row);
    let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for c in row.chars() {
        if c == '|' && !escaped {
            cells.push(std::mem::take(&mut cell).trim().to_owned());
        } else {
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    cells.push(cell.trim().to_owned());
    cells
}

/// Only the words.
pub(super) fn words(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Strong(text) | Inline::Code(text) | Inline::Link(text) => out.push_str(text),
            Inline::Reference(_) => {}
        }
    }
    out.trim().to_owned()
}

fn plain(text: &str) -> String {
    words(&inlines(text))
}

/// Splits a line into words, bold words, code and references.
fn inlines(text: &str) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut text_so_far = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (inline, length) = match c {
            '\\' => match rest[1..].chars().next().filter(char::is_ascii_punctuation) {
                Some(escaped) => {
                    text_so_far.push(escaped);
                    rest = &rest[2..];
                    continue;
                }
                None => (None, 1),
            },
            '*' => strong(rest),
            '`' => code(rest),
            '[' => match reference(rest) {
                (None, _) => link(rest),
                found => found,
            },
            c => (None, c.len_utf8()),
        };
        match inline {
            Some(inline) => {
                if !text_so_far.is_empty() {
                    found.push(Inline::Text(std::mem::take(&mut text_so_far)));
                }
                found.push(inline);
            }
            None => text_so_far.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    if !text_so_far.is_empty() {
        found.push(Inline::Text(text_so_far));
    }
    found
}

/// Bold words at the beginning of `text`, and how many bytes they take; without them one byte of text.
fn strong(text: &str) -> (Option<Inline>, usize) {
    let Some(inner) = text.strip_prefix("**") else { return (None, 1) };
    let (mut words, mut escaped) = (String::new(), false);
    for (at, c) in inner.char_indices() {
        if !escaped && c == '*' && inner[at..].starts_with("**") && at > 0 {
            return (Some(Inline::Strong(words)), at + 4);
        }
        if escaped && !c.is_ascii_punctuation() {
            words.push('\\');
        }
        escaped = c == '\\' && !escaped;
        if !escaped {
            words.push(c);
        }
    }
    (None, 1)
}

fn code(text: &str) -> (Option<Inline>, usize) {
    let fence = text.bytes().take_while(|byte| *byte == b'`').count();
    let inner = &text[fence..];
    let mut at = 0;
    while let Some(start) = inner[at..].find('`').map(|found| at + found) {
        let run = inner[start..].bytes().take_while(|byte| *byte == b'`').count();
        if run == fence {
            let code = &inner[..start];
            let padded = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
            let code = padded.filter(|code| code.starts_with('`') || code.ends_with('`')).unwrap_or(code);
            return (Some(Inline::Code(code.to_owned())), fence + start + run);
        }
        at = start + run;
    }
    (None, fence)
}

/// `[E12](#e12)`.
fn reference(text: &str) -> (Option<Inline>, usize) {
    let number = text.strip_prefix("[E").and_then(|rest| rest.split_once("](#e"));
    let number = number.and_then(|(number, rest)| rest.strip_prefix(number)?.starts_with(')').then_some(number));
    let canonical = |number: &&str| number.bytes().all(|byte| byte.is_ascii_digit());
    match number.filter(canonical).and_then(|digits| Some((digits, digits.parse().ok()?))) {
        Some((digits, number)) => (Some(Inline::Reference(number)), 2 * digits.len() + 7),
        None => (None, 1),
    }
}

/// `[Action items](#action-items)`: the name of a heading with the anchor that it has.
fn link(text: &str) -> (Option<Inline>, usize) {
    // Names are short: a line of nothing but brackets must not be searched once for each.
    let end = text.bytes().take(MOST_OF_A_NAME).position(|byte| byte == b']').unwrap_or(1);
    let (name, rest) = (text.get(1..end).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let target = anchor(name);
    match rest.strip_prefix("](#").and_then(|rest| rest.strip_prefix(target.as_str())) {
        Some(rest) if rest.starts_with(')') && !target.is_empty() => {
            (Some(Inline::Link(plain(name))), name.len() + target.len() + 5)
        }
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inlines_are_what_was_written() {
        let read = inlines(
            r"**Why \*now\*?** a\|b `` x`y `` \[E1\](#e1) [E12](#e12) [E3](#e1) [To do](#to-do)[F1](#f2) 2 * 3 ** 4",
        );
        assert_eq!(
            read,
            [
                Inline::Strong("Why *now*?".into()),
                Inline::Text(" a|b ".into()),
                Inline::Code(" x`y ".into()),
                Inline::Text(" [E1](#e1) ".into()),
                Inline::Reference(12),
                Inline::Text(" [E3](#e1) ".into()),
                Inline::Link("To do".into()),
                Inline::Text("[F1](#f2) 2 * 3 ** 4".into()),
            ]
        );
    }

    #[test]
    fn a_page_has_its_blocks() {
        let page = read(
            "---\ntitle: \"a \\\"b\\\"\"\n---\n\n# T\n\n| a | b |\n| --- | --- |\n| 1 \\| 2 | `x \\| y` |\n\n- x\n  - y\n\n- [x] z\n\n````text\n```\n````\n> n\n\none\ntwo\n",
        );
        assert_eq!(page.front, [("title".to_owned(), "a \"b\"".to_owned())]);
        let text = |text: &str| vec![Inline::Text(text.into())];
        assert_eq!(
            page.blocks,
            [
                Block::Heading(1, "T".into()),
                Block::Table(
                    vec!["a".into(), "b".into()],
                    vec![vec![text("1 | 2"), vec![Inline::Code("x | y".into())]]]
                ),
                Block::List(vec![(0, text("x")), (1, text("y"))]),
                Block::Tasks(vec![(true, text("z"))]),
                Block::Code { language: "text".into(), text: "```\n".into() },
                Block::Note("n".into()),
                Block::Paragraph([text("one"), text(" "), text("two")].concat()),
            ]
        );
    }
}
