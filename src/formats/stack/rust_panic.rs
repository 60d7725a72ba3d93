//! Panics of Rust programs with their backtraces (`RUST_BACKTRACE=1` or `full`).
//!
//! ```text
//! thread 'main' panicked at src/x.rs:4:5:                          1.73 on; before: panicked at 'message', src/x.rs:4:5
//! called `Option::unwrap()` on a `None` value
//! stack backtrace:
//!    0: rust_begin_unwind
//!              at /rustc/82e1608df/library/std/src/panicking.rs:645:5
//!    1:     0x55e0f8c1b7a3 - app::run::h0123456789abcdef           full
//! note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
//! ```
//! Each panic is a dump of one thread. A panic without its backtrace stays a line of its log. *Unverified*: written from the sources, not from
//! a corpus.
//!
//! Source: `library/std/src/panicking.rs` (`default_hook`), `library/std/src/backtrace.rs`.

use crate::model::memmem;
use memchr::memchr;

use super::draft::Draft;
use super::sniff::sniff_dump;
use super::{Above, Kind, Opening, Parsed, Reader, StackParser, Taken, Text};
use crate::formats::time::number;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::{DumpKind, EvidenceId, Locator, Task};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "rust-panic", family: Family::Stack, sniff, parser };

/// Panics, alone or in a log.
pub(super) static PANIC: Kind = Kind {
    anchors: &[" panicked at "],
    opens: |line| parse_head(line).is_some(),
    above: |_| Above::Other,
    reader: open,
};

fn sniff(head: &Head<'_>) -> u8 {
    // Without a backtrace it is a message like any other.
    let has_backtrace = head.lines().any(|line| line.trim_ascii_end().ends_with(b"stack backtrace:"));
    if !has_backtrace {
        return 0;
    }
    sniff_dump(head, &[&PANIC], |line| parse_frame(line).is_some() || parse_place(line).is_some() || is_remark(line))
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}

fn is_remark(line: &[u8]) -> bool {
    line.starts_with(b"note: ") || line.trim_ascii() == b"stack backtrace:"
}

/// The name and the id of `thread 'main' (4711) panicked at …`.
fn parse_head(line: &[u8]) -> Option<(&[u8], u64)> {
    let rest = line.strip_prefix(b"thread '")?;
    let end = memmem::find(rest, b"' ")?;
    let (name, rest) = (&rest[..end], &rest[end + 2..]);
    let in_brackets = rest.strip_prefix(b"(").and_then(|rest| {
        let close = memchr(b')', rest)?;
        Some((number(&rest[..close])?, rest[close + 1..].strip_prefix(b" ")?))
    });
    let (id, rest) = in_brackets.unwrap_or((0, rest));
    rest.starts_with(b"panicked at ").then_some((name, u64::from(id)))
}

/// The function of `   0: rust_begin_unwind`, without address and hash.
fn parse_frame(line: &[u8]) -> Option<&[u8]> {
    let text = line.trim_ascii();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest =
        text.get(digits..)?.strip_prefix(b": ").filter(|_| (1..=4).contains(&digits) && line.starts_with(b" "))?;
    let rest = rest.trim_ascii_start();
    let name = match rest.strip_prefix(b"0x") {
        Some(address) => memmem::find(address, b" - ").map_or(&b"<unknown>"[..], |at| &address[at + 3..]),
        None => rest,
    };
    let hash = memmem::rfind(name, b"::h").filter(|at| name.len() - at == 19);
    (!name.is_empty()).then_some(hash.map_or(name, |at| &name[..at]))
}

/// File and line of `             at /src/x.rs:4:5`.
fn parse_place(line: &[u8]) -> Option<(&[u8], u32)> {
    let text = line.trim_ascii();
    let rest = text.strip_prefix(b"at ").filter(|_| line.starts_with(b" "))?;
    let column = memchr::memrchr(b':', rest)?;
    number(&rest[column + 1..])?;
    match memchr::memrchr(b':', &rest[..column]) {
        Some(colon) if number(&rest[colon + 1..column]).is_some() => {
            Some((&rest[..colon], number(&rest[colon + 1..column])?))
        }
        _ => Some((&rest[..column], number(&rest[column + 1..])?)),
    }
}

fn open(opening: Opening) -> Box<dyn Reader> {
    let draft = Draft::new(DumpKind::Rust, opening, |_, _, _| None);
    Box::new(PanicReader { draft, panic: None, function: None })
}

/// A panic whose backtrace has not begun.
struct Panic {
    title: Vec<u8>,
    name: Vec<u8>,
    id: u64,
    place: Locator,
    /// The line in front ends in a colon: this one is the message.
    is_open: bool,
}

struct PanicReader {
    draft: Draft,
    panic: Option<Panic>,
    /// A function whose place may come on the next line.
    function: Option<Vec<u8>>,
}

impl PanicReader {
    fn end_frame(&mut self, place: Option<(&[u8], u32)>, out: &mut Parsed) {
        if let Some(function) = self.function.take() {
            self.draft.add(&function, place, &mut out.dumps.symbols);
        }
    }
}

impl Reader for PanicReader {
    fn read(&mut self, line: &Text<'_>, out: &mut Parsed) -> Taken {
        let text = line.bytes;
        if let Some((name, id)) = parse_head(text) {
            self.end_frame(None, out);
            self.draft.end_dump(out);
            let (title, name) = (text.to_vec(), name.to_vec());
            self.panic = Some(Panic { title, name, id, place: line.place, is_open: text.ends_with(b":") });
            return Taken::Head;
        }
        if let Some(function) = parse_frame(text).filter(|_| self.panic.is_some() || self.draft.has_task()) {
            if let Some(panic) = self.panic.take() {
                self.draft.title(&panic.title, out);
                let symbols = &mut out.dumps.symbols;
                let (name, state) = (symbols.text(&panic.name), symbols.text(b"panicked"));
                self.draft.begin(Task { name, state, ..Task::new(panic.id, panic.place) }, line, out);
            }
            self.end_frame(None, out);
            self.function = Some(function.to_vec());
            self.draft.cover(line);
            return Taken::Part;
        }
        if let Some(place) = parse_place(text).filter(|_| self.function.is_some()) {
            self.end_frame(Some(place), out);
            self.draft.cover(line);
            return Taken::Part;
        }
        if let Some(panic) = self.panic.as_mut().filter(|panic| panic.is_open && !is_remark(text)) {
            panic.title.push(b' ');
            panic.title.extend_from_slice(text);
            panic.is_open = false;
            return Taken::Part;
        }
        if is_remark(text) { Taken::Part } else { Taken::Foreign }
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.end_frame(None, out);
        self.draft.end_dump(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_generations_are_read() {
        assert_eq!(parse_head(b"thread 'main' panicked at src/x.rs:4:5:"), Some((&b"main"[..], 0)));
        assert_eq!(parse_head(b"thread '<unnamed>' (4711) panicked at src/x.rs:4:5:"), Some((&b"<unnamed>"[..], 4711)));
        assert_eq!(parse_head(b"thread 'a' panicked at 'boom', src/x.rs:4:5"), Some((&b"a"[..], 0)));
        assert_eq!(parse_head(b"the thread 'a' panicked at x"), None);
        assert_eq!(parse_frame(b"   0: rust_begin_unwind"), Some(&b"rust_begin_unwind"[..]));
        assert_eq!(parse_frame(b"   1:     0x55e0f8c1 - app::run::h0123456789abcdef"), Some(&b"app::run"[..]));
        assert_eq!(parse_frame(b"12: at noon"), None);
        assert_eq!(parse_place(b"             at ./src/x.rs:4:5"), Some((&b"./src/x.rs"[..], 4)));
        assert_eq!(parse_place(b"             at C:\\x.rs:4:5"), Some((&b"C:\\x.rs"[..], 4)));
    }
}
