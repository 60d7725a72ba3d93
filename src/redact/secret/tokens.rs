//! Secrets that look like nothing else, wherever they stand.
//!
//! Found: keys with the mark of their issuer (table [`MARKS`]: AWS, GitHub, GitLab, Slack, Stripe, Google, Vault, npm, …), JWT
//! (`eyJ….….…`, so also tokens of service accounts), `Bearer` and `Basic` with what follows, bootstrap tokens of kubeadm
//! (`abcdef.0123456789abcdef`), keys of Ceph (`AQ…==`), password hashes (`$2a$…`, `$6$…`, `$argon2id$…`).
//! Not hits: `sk-scheduler-7d9f8b6c5d-x2x4v` (no long run), `Bearer realm="…"`, `Basic Authentication`, digests in hex, ids of containers,
//! base64 of JSON that is not a JWT (page tokens), public keys, pods named `eyjafjalla-0`.

use super::is_login;
use crate::model::RedactionClass as Class;
use crate::redact::scan::{Hits, all, before, byte, is_base64, is_mixed, is_word, run, run_back, skip_blank};

/// What a mark's tail is made of.
#[derive(Clone, Copy)]
enum Tail {
    /// Upper-case letters and digits, exactly as many.
    Upper,
    /// Letters and digits.
    Letters,
    /// Those and `-_`.
    Url,
    /// Those and dots.
    Dotted,
    /// `-_` too, with an unbroken run of sixteen that has a digit.
    Run,
}

/// Marks of issuers with the fewest bytes that follow.
const MARKS: &[(&str, usize, Tail)] = &[
    ("AGE-SECRET-KEY-1", 40, Tail::Letters),
    ("AIza", 35, Tail::Url),
    ("AKIA", 16, Tail::Upper),
    ("ASIA", 16, Tail::Upper),
    ("ATATT3", 20, Tail::Url),
    ("GOCSPX-", 20, Tail::Url),
    ("NRAK-", 20, Tail::Letters),
    ("SG.", 40, Tail::Dotted),
    ("dapi", 32, Tail::Letters),
    ("dckr_pat_", 20, Tail::Url),
    ("dop_v1_", 40, Tail::Letters),
    ("gho_", 20, Tail::Letters),
    ("ghp_", 20, Tail::Letters),
    ("ghr_", 20, Tail::Letters),
    ("ghs_", 20, Tail::Letters),
    ("ghu_", 20, Tail::Letters),
    ("github_pat_", 20, Tail::Url),
    ("glcbt-", 16, Tail::Url),
    ("gldt-", 16, Tail::Url),
    ("glpat-", 16, Tail::Dotted),
    ("glrt-", 16, Tail::Url),
    ("glsa_", 20, Tail::Url),
    ("hf_", 30, Tail::Letters),
    ("hvb.", 20, Tail::Url),
    ("hvr.", 20, Tail::Url),
    ("hvs.", 20, Tail::Url),
    ("npm_", 30, Tail::Letters),
    ("pypi-AgE", 20, Tail::Url),
    ("rk_live_", 16, Tail::Letters),
    ("shpat_", 20, Tail::Letters),
    ("sk-", 20, Tail::Run),
    ("sk_live_", 16, Tail::Letters),
    ("sk_test_", 16, Tail::Letters),
    ("tskey-", 16, Tail::Url),
    ("whsec_", 16, Tail::Letters),
    ("xapp-", 16, Tail::Url),
    ("xoxa-", 10, Tail::Url),
    ("xoxb-", 10, Tail::Url),
    ("xoxe-", 10, Tail::Url),
    ("xoxp-", 10, Tail::Url),
    ("xoxr-", 10, Tail::Url),
    ("xoxs-", 10, Tail::Url),
    ("ya29.", 20, Tail::Dotted),
];

/// Algorithms of password hashes, as `crypt` and its followers name them.
const CRYPTS: &[&str] = &[
    "1",
    "2a",
    "2b",
    "2x",
    "2y",
    "5",
    "6",
    "7",
    "apr1",
    "argon2d",
    "argon2i",
    "argon2id",
    "gy",
    "pbkdf2",
    "pbkdf2-sha256",
    "pbkdf2-sha512",
    "scrypt",
    "sha1",
    "y",
];

pub(in crate::redact) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // The next start of a word.
        if !is_word(bytes[at]) || is_word(before(bytes, at)) {
            at += 1;
            continue;
        }
        let end = marked(bytes, at).or_else(|| jwt(text, at)).or_else(|| ceph(bytes, at));
        match end.map(|end| (at, end)).or_else(|| after_scheme(text, at)) {
            Some((start, end)) => {
                hits.push(Class::Secret, start..end);
                at = end;
            }
            None => at += 1,
        }
    }
    kubeadm(bytes, hits);
    hashes(text, hits);
}

fn marked(bytes: &[u8], at: usize) -> Option<usize> {
    // Most words begin like no mark at all, so only those of the same first letter are compared.
    let first = MARKS.partition_point(|(mark, ..)| mark.as_bytes()[0] < bytes[at]);
    let alike = MARKS[first..].iter().take_while(|(mark, ..)| mark.as_bytes()[0] == bytes[at]);
    alike.filter(|(mark, ..)| bytes[at..].starts_with(mark.as_bytes())).find_map(|(mark, least, tail)| {
        let from = at + mark.len();
        let end = match tail {
            Tail::Upper => run(bytes, from, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()),
            Tail::Letters => run(bytes, from, |byte| byte.is_ascii_alphanumeric()),
            Tail::Url | Tail::Run => run(bytes, from, |byte| is_word(byte) || byte == b'-'),
            Tail::Dotted => run(bytes, from, |byte| is_word(byte) || matches!(byte, b'-' | b'.')),
        };
        let end = end - bytes[from..end].iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
        let fits = match tail {
            Tail::Upper => end - from == *least,
            Tail::Run => bytes[from..end]
                .split(|byte| matches!(byte, b'-' | b'_'))
                .any(|part| part.len() >= 16 && part.iter().any(u8::is_ascii_digit)),
            _ => end - from >= *least,
        };
        (fits && !is_word(byte(bytes, end))).then_some(end)
    })
}

/// `eyJ` begins every JSON object in base64; with a dot, or where the text is cut off, it is a JWT. Logins of registries begin alike.
fn jwt(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes[at..].starts_with(b"eyJ") {
        return None;
    }
    let end = run(bytes, at, |byte| is_base64(byte) || byte == b'.');
    let token = text[at..end].trim_end_matches('.');
    let is_cut = end == bytes.len()
        || text[end..].starts_with(" …")
        || text[end..].starts_with('…')
        || text[end..].starts_with("...");
    let fits = token.split_once('.').is_some_and(|(head, tail)| head.len() >= 10 && tail.len() >= 4)
        || token.starts_with("eyJhdXRo")
        || token.starts_with("eyJhbGci")
        || is_cut && token.len() >= 20;
    (fits && token.len() >= 16).then_some(at + token.len())
}

/// 28 bytes in base64, the first of which name the kind.
fn ceph(bytes: &[u8], at: usize) -> Option<usize> {
    const LENGTH: usize = 40;
    let key = bytes[at..].get(..LENGTH)?;
    let ends = !is_base64(byte(bytes, at + LENGTH));
    (key.starts_with(b"AQ") && key.ends_with(b"==") && ends && key.iter().all(|it| is_base64(*it)))
        .then_some(at + LENGTH)
}

/// `Bearer …` and `Basic …`, with or without the header's name.
fn after_scheme(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let end = run(&bytes[..bytes.len().min(at + 8)], at, |byte| byte.is_ascii_alphabetic());
    let is_basic = text[at..end].eq_ignore_ascii_case("basic");
    if !is_basic && !text[at..end].eq_ignore_ascii_case("bearer") {
        return None;
    }
    let start = skip_blank(bytes, end);
    let end_of_token = run(bytes, start, |byte| is_base64(byte) || matches!(byte, b'.' | b'~'));
    let token = text[start..end_of_token].trim_end_matches('.');
    let is_parameter = token.find('=').is_some_and(|at| token[at..].bytes().any(|byte| byte != b'='))
        || token.ends_with('=') && byte(bytes, end_of_token) == b'"';
    let fits = if is_basic {
        is_login(token)
    } else {
        !is_parameter && token.len() >= 8 && (token.bytes().any(|byte| byte.is_ascii_digit()) || token.len() >= 20)
    };
    (start > end && fits).then_some((start, start + token.len()))
}

/// `abcdef.0123456789abcdef`.
fn kubeadm(bytes: &[u8], hits: &mut Hits) {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    for dot in memchr::memchr_iter(b'.', bytes) {
        let (Some(start), end) = (dot.checked_sub(6), dot + 17) else { continue };
        let Some(secret) = bytes.get(dot + 1..end) else { continue };
        let is_free = |byte: u8| !(is_word(byte) || matches!(byte, b'-' | b'/'));
        let fits = bytes[start..dot].iter().chain(secret).all(|byte| is_part(*byte));
        let dotted = before(bytes, start) == b'.' || byte(bytes, end) == b'.' && is_word(byte(bytes, end + 1));
        if fits
            && !dotted
            && is_free(before(bytes, start))
            && is_free(byte(bytes, end))
            && secret.iter().any(u8::is_ascii_digit)
            && secret.iter().any(u8::is_ascii_lowercase)
        {
            hits.push(Class::Secret, start..end);
        }
    }
}

fn hashes(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in all(bytes, "$") {
        let id_end =
            run(&bytes[..bytes.len().min(at + 16)], at + 1, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if at < done || byte(bytes, id_end) != b'$' || CRYPTS.binary_search(&&text[at + 1..id_end]).is_err() {
            continue;
        }
        let end = run(bytes, id_end, |byte| is_base64(byte) || matches!(byte, b'.' | b'$' | b','));
        if end - id_end > 20 {
            hits.push(Class::Secret, at..end);
            done = end;
        }
    }
}

/// What an excerpt shows of a long secret whose beginning was cut away: `… 9kZXYiOnsiYXV0aCI6…`.
pub(in crate::redact) fn find_cut(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    for at in all(bytes, "… ") {
        let start = at + "… ".len();
        let end = run(bytes, start, |byte| is_base64(byte) || byte == b'.');
        let at_the_start = run_back(bytes, at, |byte| matches!(byte, b' ' | b'"')) == 0 || bytes[at - 1] == b'\n';
        if at_the_start && end - start >= 40 && is_mixed(&bytes[start..end]) {
            hits.push(Class::Secret, start..end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(MARKS.is_sorted_by_key(|(mark, ..)| *mark));
        assert!(CRYPTS.is_sorted());
    }
}
