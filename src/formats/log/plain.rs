//! Any text that no other format claims: every line that is not blank is a record without time or level, so that it can be read,
//! searched and cited.
//!
//! ```text
//! 21:58 change window opened, new image of report-worker rolled out
//! ```
//! Nothing is read out of the lines: a guessed time or level would be an invention. One document of JSON is known for that: bundles are full of
//! what their collectors found out beside evidence (versions, lists of files, what an account may do).

use super::super::metrics::json::Reader;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, IssueCode, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "plain", family: Family::Log, sniff, parser };

fn sniff(_head: &Head<'_>) -> u8 {
    1
}

fn parser(_evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let kept_as = if is_document(head) { IssueCode::Document } else { IssueCode::PlainText };
    Box::new(LineParser::new(Plain { kept_as }))
}

/// Whether an input is one map or list of JSON and nothing else, as far as its head shows.
fn is_document(head: &Head<'_>) -> bool {
    let text = head.bytes.trim_ascii();
    let inside = text.get(1..).unwrap_or_default().trim_ascii_start().first();
    let begins = match text.first() {
        Some(b'{') => matches!(inside, Some(b'"' | b'}')),
        // Many logs begin with a bracket and a word or a number.
        Some(b'[') => matches!(inside, Some(b'"' | b'{' | b'[' | b']')),
        _ => false,
    };
    if !begins {
        return false;
    }
    // A head may end inside a string: with a quote behind it, all of it is read there as everywhere.
    let text_and_end = [text, b"\"".get(usize::from(head.complete)..).unwrap_or_default()].concat();
    let mut reader = Reader::new(&text_and_end, 0);
    (reader.skip().is_ok() || !head.complete) && reader.at >= text.len()
}

struct Plain {
    /// What is said of it.
    kept_as: IssueCode,
}

impl Lines for Plain {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if out.records.is_empty() {
            out.issues.add(self.kept_as, line.number, line.offset);
        }
        out.records.push(line.number, WallTime::NONE, Level::None, b"");
        Verdict::Record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_document_of_json_is_told_from_lines() {
        let is = |text: &str, complete: bool| is_document(&Head { bytes: text.as_bytes(), name: "unknown", complete });
        for text in ["[]", "{}\n", "{\"a\": [1, {\"b\": null}]}", "\n[\n  {\"verbs\": [\"get\"]}\n]\n", "[\"a.log\"]"] {
            assert!(is(text, true), "{text}");
        }
        for text in ["", "[error]", "[2024-08-20 10:00:00]", "{a}", "{\"a\":1}\n{\"a\":2}\n", "[\"a\"] b", "{\"a\":[1,"]
        {
            assert!(!is(text, true), "{text}");
        }
        assert!(is("[\n  \"a\",\n", false) && !is("[]\nfollows\n", false));
        // Wherever the head ends, also inside of a string, an escape, a number or a word.
        let line = r#"{"a": ["b \\\"{", -1.5e3, null, "c"], "d": {}, "e\u00e9": "f"#;
        for cut in line.char_indices().map(|(at, _)| at).skip(2) {
            assert!(is(&line[..cut], false), "{}", &line[..cut]);
        }
        assert!(!is("[\"a\"#b", false) && !is("[\"a\" <b", false));
    }
}
