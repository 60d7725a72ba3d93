//! An input as it came: its lines, or its bytes in rows of sixteen, a page at a time and at any place.
//!
//! ```text
//!   00000040  3c 6e 6f 64 65 20 6e 61 6d 65 3d 22 61 22 3e 0a  <node name="a">.
//! ▸ 00000050  3c 2f 6e[00]64 65 3e 0a                          </n.de>.
//! ```
//! A place is a line where it is a number, a byte where it begins with `0x`; of what was never read as text every number is a byte.

use super::Content;
use crate::evidence::read_full;
use crate::text::{Texts, acts, format};
use crate::view::panel::{Item, PanelRequest, Tool};

/// Bytes of a row.
const ROW: u64 = 16;
/// Rows of a page.
const ROWS: u64 = 32;
/// Lines of a page.
const LINES: u32 = 100;
/// Rows and lines shown before the place looked for.
const BEFORE: u64 = 4;

/// Where the reader looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// From a line on.
    Line(u32),
    /// From a byte on.
    Byte(u64),
}

/// A page of an input, and the ways to others.
pub(super) fn items(key: &str, content: &dyn Content, request: &PanelRequest, texts: &Texts) -> Vec<Item> {
    let n_bytes = content.source().len();
    let n_lines = u32::try_from(content.lines(1, 0).n_lines).unwrap_or(u32::MAX);
    let read = |name: &str| parse(request.value(&format!("{name}-{key}")), n_lines);
    // What was looked for is marked and stands within the page; what was turned to begins it.
    let (looked_for, from) = (read("pos"), read("from"));
    let place = looked_for.or(from).unwrap_or(if n_lines > 0 { Place::Line(1) } else { Place::Byte(0) });
    let turn = |label: &str, to: Place| {
        let to = match to {
            Place::Line(line) => line.to_string(),
            Place::Byte(byte) => format!("{byte:#x}"),
        };
        let sets = vec![(format!("pos-{key}"), String::new()), (format!("from-{key}"), to)];
        Tool::Button { sets, label: texts.get(label) }
    };
    let label = texts.get(if n_lines > 0 { "panel-evidence-go-to" } else { "panel-evidence-go-to-byte" });
    let mut items = vec![Item::Tools(vec![Tool::Search { id: format!("pos-{key}"), label }])];
    let mut turns = Vec::new();
    match place {
        Place::Line(line) => {
            let line = line.clamp(1, n_lines.max(1));
            let back = if looked_for.is_some() { BEFORE as u32 } else { 0 };
            let first = line.saturating_sub(back).max(1);
            let view = content.lines(first, LINES);
            let last = view.lines.last().map_or(first, |line| line.number);
            if first > 1 {
                turns.push(turn("panel-evidence-first", Place::Line(1)));
                turns.push(turn("panel-evidence-before", Place::Line(first.saturating_sub(LINES).max(1))));
            }
            if last < n_lines {
                turns.push(turn("panel-evidence-after", Place::Line(last + 1)));
                turns.push(turn("panel-evidence-last", Place::Line(n_lines.saturating_sub(LINES - 1).max(1))));
            }
            turns.push(turn("panel-evidence-as-bytes", Place::Byte(content.byte_of(first) / ROW * ROW)));
            let range = [("first", first.into()), ("last", last.into()), ("all", n_lines.into())];
            items.push(Item::Tools(turns));
            items.push(Item::quiet(texts.with("panel-evidence-lines-of", &range)));
            let marked = looked_for.map(|_| line);
            items.push(Item::Lines(view.lines.iter().map(|one| text_row(one.number, &one.text, marked)).collect()));
        }
        Place::Byte(byte) => {
            let byte = byte.min(n_bytes.saturating_sub(1));
            let back = if looked_for.is_some() { BEFORE * ROW } else { 0 };
            let first = (byte / ROW * ROW).saturating_sub(back);
            let page = ROW * ROWS;
            let last = n_bytes.min(first + page);
            if first > 0 {
                turns.push(turn("panel-evidence-first", Place::Byte(0)));
                turns.push(turn("panel-evidence-before", Place::Byte(first.saturating_sub(page))));
            }
            if last < n_bytes {
                turns.push(turn("panel-evidence-after", Place::Byte(last)));
                turns.push(turn("panel-evidence-last", Place::Byte((n_bytes - 1) / page * page)));
            }
            if n_lines > 0 {
                turns.push(turn("panel-evidence-as-lines", Place::Line(content.line_at(byte))));
            }
            let number = |byte: u64| format::integer(byte as i64).into();
            let range = [("first", number(first)), ("last", number(last.max(1) - 1)), ("all", number(n_bytes))];
            items.extend((!turns.is_empty()).then_some(Item::Tools(turns)));
            items.push(Item::quiet(texts.with("panel-evidence-bytes-of", &range)));
            items.push(Item::Lines(hex_rows(content, first, page, looked_for.map(|_| byte))));
        }
    }
    if n_lines > 0 {
        items.push(Item::quiet(texts.get("panel-evidence-decoded")));
    }
    items
}

/// A few rows or lines around a byte, which is marked; lines where `line` is one.
pub(super) fn around(byte: u64, line: u32, content: &dyn Content) -> Item {
    if line > 0 {
        let view = content.lines(line.saturating_sub(1).max(1), 3);
        let rows = view.lines.iter().map(|one| text_row(one.number, &one.text, Some(line)));
        return Item::Lines(rows.collect());
    }
    let byte = byte.min(content.source().len().saturating_sub(1));
    let first = (byte / ROW * ROW).saturating_sub(ROW);
    Item::Lines(hex_rows(content, first, 3 * ROW, Some(byte)))
}

fn parse(text: &str, n_lines: u32) -> Option<Place> {
    let text: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(Place::Byte);
    }
    let number: u64 = text.parse().ok()?;
    Some(if n_lines > 0 { Place::Line(u32::try_from(number).unwrap_or(u32::MAX)) } else { Place::Byte(number) })
}

fn text_row(number: u32, text: &str, marked: Option<u32>) -> String {
    let mark = if marked == Some(number) { '▸' } else { ' ' };
    let text: String = text.chars().map(|c| if acts(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    format!("{mark} {number:>6}  {text}")
}

fn hex_rows(content: &dyn Content, first: u64, n_bytes: u64, marked: Option<u64>) -> Vec<String> {
    let mut bytes = vec![0; usize::try_from(n_bytes).unwrap_or(0)];
    // A source that refuses is said by an issue of its own: here is simply nothing to see.
    let n = read_full(content.source(), first, &mut bytes).unwrap_or_default();
    bytes.truncate(n);
    let rows = bytes.chunks(ROW as usize).zip((first..).step_by(ROW as usize));
    rows.map(|(row, offset)| hex_row(row, offset, marked)).collect()
}

fn hex_row(row: &[u8], offset: u64, marked: Option<u64>) -> String {
    let marked = marked.and_then(|byte| byte.checked_sub(offset)).filter(|index| *index < row.len() as u64);
    let mark = if marked.is_some() { '▸' } else { ' ' };
    let mut out = format!("{mark} {offset:08x} ");
    for index in 0..=ROW {
        out.push(match marked {
            Some(at) if at == index => '[',
            Some(at) if at + 1 == index => ']',
            _ => ' ',
        });
        if index < ROW {
            match row.get(index as usize) {
                Some(byte) => out.push_str(&format!("{byte:02x}")),
                None => out.push_str("  "),
            }
        }
    }
    out.push(' ');
    out.extend(row.iter().map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_bytes_mark_the_one_looked_for() {
        assert_eq!(
            hex_row(b"</n\0de>\n", 0x50, Some(0x53)),
            "▸ 00000050  3c 2f 6e[00]64 65 3e 0a                          </n.de>."
        );
        assert_eq!(
            hex_row(b"<node name=\"a\">\n", 0x40, None),
            "  00000040  3c 6e 6f 64 65 20 6e 61 6d 65 3d 22 61 22 3e 0a  <node name=\"a\">."
        );
        assert!(hex_row(&[0xff; 16], 0, Some(15)).contains(" ff[ff] ....."));
    }

    #[test]
    fn a_place_is_a_line_or_a_byte() {
        assert_eq!(parse("12,345", 9), Some(Place::Line(12_345)));
        assert_eq!(parse("12345", 0), Some(Place::Byte(12_345)));
        assert_eq!(parse("0x1f", 9), Some(Place::Byte(31)));
        assert_eq!(parse("99999999999", 9), Some(Place::Line(u32::MAX)));
        assert_eq!((parse("", 9), parse("0xzz", 9), parse("-1", 9)), (None, None, None));
    }
}
