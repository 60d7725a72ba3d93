//! Secrets that are blocks of lines.
//!
//! Found: the body of a private key in PEM, also where an excerpt shows only its beginning, its end or full lines of its middle; the values
//! of a Secret's `data` and `stringData`, in YAML and JSON, also within an annotation; base64 below a bare `data:` whose head was cut off.
//! Not hits: certificates and public keys between their own marks, hashes in hex, the `data` of a ConfigMap.
//! A full line of a certificate of which an excerpt shows no mark cannot be told from a key's and is replaced too.

use crate::model::RedactionClass as Class;
use crate::redact::pairs::quoted_end;
use crate::redact::scan::{Hits, all, byte, is_base64, is_mixed, line_end, run, skip_blank};

pub(in crate::redact) fn find(text: &str, hits: &mut Hits) {
    private_keys(text, hits);
    bare_lines(text, hits);
    let mut start = 0;
    for end in all(text.as_bytes(), "\n---").map(|at| at + 1).chain([text.len()]) {
        secret_objects(text, start, end, hits);
        start = end;
    }
}

/// Everything between the marks. Between lines the marks themselves stay: what was there may be known.
fn private_keys(text: &str, hits: &mut Hits) {
    const KIND: &str = "PRIVATE KEY";
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in all(bytes, KIND) {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let ahead = &text[line.max(done).min(at)..at];
        let behind = &text[at + KIND.len()..];
        let behind = behind.strip_prefix(" BLOCK").unwrap_or(behind);
        let n_dashes = behind.len() - behind.trim_start_matches('-').len();
        if n_dashes < 4 || at < done {
            continue;
        }
        if ahead.contains("BEGIN ") {
            let start = text.len() - behind.len() + n_dashes;
            let end = memchr::memmem::find(&bytes[start..], b"-----END").map_or(text.len(), |it| start + it);
            push_body(text, start, end, hits);
            done = end;
        } else if let Some(end) = ahead.rfind("-----END").map(|it| at - ahead.len() + it)
            && done == 0
        {
            // Only its end is shown: full lines above it, or what stands before it on the same line.
            let floor = text[..end].rfind("BEGIN ").unwrap_or(0);
            let mut start = end;
            while start > floor {
                let above = &text[floor..start];
                let above = above.strip_suffix('\n').unwrap_or(above);
                let line = above.rfind('\n').map_or(floor, |it| floor + it + 1);
                if !is_body(text[line..start].trim_matches(|c: char| c.is_whitespace() || c == '"')) {
                    break;
                }
                start = line;
            }
            push_body(text, start, end, hits);
        }
    }
}

fn push_body(text: &str, start: usize, end: usize, hits: &mut Hits) {
    let body = text[start..end].trim_start_matches("\\n").trim_end_matches("\\n");
    let at = text[start..end].find(body).map_or(start, |it| start + it);
    let trimmed = body.trim();
    let at = at + body.len() - body.trim_start().len();
    hits.push(Class::Secret, at..at + trimmed.len());
}

/// A line of a body; the last one is shorter.
fn is_body(line: &str) -> bool {
    let digits = line.trim_end_matches('=');
    !digits.is_empty()
        && line.len() <= 76
        && digits.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'/'))
}

/// Full lines of base64 that no mark of something public encloses.
fn bare_lines(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let (mut at, mut is_public) = (0, false);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let line = &text[at..end];
        let trimmed = line.trim();
        if line.contains("-----BEGIN ") || line.contains("-----END ") {
            is_public = line.contains("-----BEGIN ") && !line.contains("PRIVATE KEY") && !line.contains("-----END ");
        } else if !is_public && trimmed.len() >= 60 && is_body(trimmed) && is_mixed(trimmed.as_bytes()) {
            let start = at + line.len() - line.trim_start().len();
            hits.push(Class::Secret, start..start + trimmed.len());
        }
        at = end + 1;
    }
}

/// The values below `data` in a document between two `---`.
fn secret_objects(text: &str, from: usize, to: usize, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let document = &text[from..to];
    let is_secret = all(document.as_bytes(), "kind").any(|at| {
        let rest = document[at + 4..].trim_start_matches(['\\', '"', '\'', ':', ' ']);
        rest.strip_prefix("Secret").is_some_and(|it| !it.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    let mut line = from;
    while line < to {
        let end = line_end(bytes, line).min(to);
        let name = text[line..end].trim();
        line = if matches!(name, "data:" | "stringData:") {
            let indent = skip_blank(bytes, line) - line;
            yaml_values(text, (end + 1).min(to)..to, indent, is_secret, hits)
        } else {
            end + 1
        };
    }
    if !is_secret {
        return;
    }
    for at in all(document.as_bytes(), "ata").map(|at| from + at) {
        let closed = run(bytes, at + 3, |byte| matches!(byte, b'\\' | b'"' | b':' | b' '));
        let is_key = text[..at].ends_with(['d', 'D']) && closed > at + 4 && byte(bytes, closed) == b'{';
        if is_key {
            json_values(text, closed + 1, to, hits);
        }
    }
}

/// `name: value` lines deeper than `indent`; answers where they end.
fn yaml_values(text: &str, lines: std::ops::Range<usize>, indent: usize, is_secret: bool, hits: &mut Hits) -> usize {
    let bytes = text.as_bytes();
    let mut line = lines.start;
    while line < lines.end {
        let end = line_end(bytes, line).min(lines.end);
        let start = skip_blank(bytes, line);
        if start < end && start - line <= indent {
            break;
        }
        let stands_alone = !text[start..end].contains(": ");
        let value = text[start..end].find(": ").map_or(start, |colon| start + colon + 2);
        let value = value + text[value..end].len() - text[value..end].trim_start_matches([' ', '"', '\'']).len();
        let content = text[value..end].trim_end_matches([' ', '"', '\'', '\r']);
        let is_mark = matches!(content, "|" | "|-" | ">" | ">-" | "|+" | "{}") || content.ends_with(':');
        let is_cut_off = content.len() >= 16
            && content.len().is_multiple_of(4)
            && content.bytes().all(is_base64)
            && (is_mixed(content.as_bytes()) || content.ends_with('='));
        if !is_mark && (is_secret || !stands_alone && is_cut_off) {
            hits.push(Class::Secret, value..value + content.len());
        }
        line = end + 1;
    }
    line
}

/// Every value of a flat object, from behind its brace.
fn json_values(text: &str, start: usize, to: usize, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let (mut at, mut is_value) = (start, false);
    while at < to && bytes[at] != b'}' {
        let escapes = run(bytes, at, |byte| byte == b'\\') - at;
        if byte(bytes, at + escapes) == b'"' {
            let from = at + escapes + 1;
            let end = quoted_end(bytes, from, b'"', escapes).min(to);
            if is_value && from < end {
                hits.push(Class::Secret, from..end);
            }
            is_value = !is_value;
            at = end + escapes + 1;
        } else {
            at += 1;
        }
    }
}
