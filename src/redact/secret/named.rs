//! Secrets by the name beside them.
//!
//! Found: `password=…`, `DB_PASSWORD: …`, `"secret": "…"`, `AWS_SECRET_ACCESS_KEY=…`, `x-api-key: …`, `--token …`, `AccountKey=…;`,
//! `&sig=…`, `<password>…</password>`, `| password | … |`, `client-key-data: …`, `key = AQ…==`, `"auth": "…"` of registries,
//! `Authorization: …` with any scheme, every value of `Cookie:` and the first of `Set-Cookie:`, the `value` after a `name: DB_PASSWORD`,
//! `login bob password …` of netrc, `requirepass …`, `密码：…`.
//! Not hits: words instead of a value (`token: expired`, `password: <set to the key …>`, `secret=${VAR}`, `***`), files
//! (`password_file=/run/secrets/db`, `token: /var/run/secrets/…`), sizes (`token: 1025 bytes`), references (`secret="shop/db-login"`,
//! `secretName: x`, `imagePullSecret: x`), counts (`max_tokens=4096`, `pass: 12`), parsers (`unexpected token: '}'`).

use super::is_login;
use crate::model::RedactionClass as Class;
use crate::redact::pairs::{Pair, Separator, ends_with_word, fold};
use crate::redact::scan::{Hits, byte, has_digit, is_base64, is_in, is_word, line_end, line_start, run, skip_blank};

/// Ends of folded keys whose value is a secret.
const ENDS: &[&str] = &[
    "accesskey",
    "accountkey",
    "apikey",
    "appkey",
    "authkey",
    "credential",
    "dockercfg",
    "dockerconfigjson",
    "encryptionkey",
    "keydata",
    "masterkey",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "privatekey",
    "secret",
    "secretaccesskey",
    "secretkey",
    "sessid",
    "sessionid",
    "sessionkey",
    "sharedkey",
    "signingkey",
    "token",
    "xamzcredential",
    "xamzsignature",
    "xgoogsignature",
];
/// Ends that must be words of their own.
const WORDS: &[&str] = &["masterauth", "pass", "psk", "pwd", "requirepass"];
/// Folded keys that end alike and name something else.
const OTHERS: &[&str] = &[
    "authsecret",
    "authtlssecret",
    "certsecret",
    "continuetoken",
    "imagepullsecret",
    "nexttoken",
    "pagetoken",
    "pagingtoken",
    "pullsecret",
    "synctoken",
    "tlssecret",
];
/// What stands where a value could.
const NO_VALUES: &[&str] = &[
    "a",
    "an",
    "and",
    "authentication",
    "bool",
    "cannot",
    "changed",
    "denied",
    "disabled",
    "does",
    "empty",
    "enabled",
    "eof",
    "error",
    "expired",
    "failed",
    "false",
    "file",
    "for",
    "from",
    "get",
    "has",
    "hidden",
    "in",
    "incorrect",
    "int",
    "invalid",
    "is",
    "length",
    "list",
    "malformed",
    "masked",
    "mismatch",
    "missing",
    "must",
    "n/a",
    "needed",
    "nil",
    "no",
    "none",
    "not",
    "null",
    "object",
    "of",
    "or",
    "please",
    "redacted",
    "rejected",
    "required",
    "revoked",
    "set",
    "str",
    "string",
    "the",
    "too",
    "true",
    "unauthorized",
    "undefined",
    "unexpected",
    "unknown",
    "unset",
    "update",
    "using",
    "valid",
    "was",
    "watch",
    "with",
    "wrong",
    "yes",
];
/// Parsers say these before `token`.
const PARSER_WORDS: &[&str] = &["bad", "illegal", "invalid", "next", "unexpected", "unknown"];

/// Whether a name says that its value is a secret.
pub(in crate::redact) fn is_key(key: &str) -> bool {
    let folded = fold(key);
    !is_in(OTHERS, &folded)
        && (ENDS.iter().any(|end| folded.ends_with(end)) || WORDS.iter().any(|word| ends_with_word(key, word)))
}

/// A named value that is a secret. `armed`: a `name` before said that the next `value` is one.
pub(in crate::redact) fn pair(pair: &Pair<'_>, armed: &mut bool, hits: &mut Hits) -> usize {
    let folded = pair.folded();
    match folded.as_str() {
        "name" | "value" => {
            let was_armed = std::mem::take(armed);
            if folded == "value" && was_armed {
                return take(pair, hits);
            }
            if folded == "name" {
                let end = run(pair.text.as_bytes(), pair.start, |byte| is_word(byte) || matches!(byte, b'-' | b'.'));
                *armed = is_key(&pair.text[pair.start..end]);
            }
            0
        }
        "authorization" | "proxyauthorization" | "xauthorization" => authorization(pair, hits),
        "cookie" | "setcookie" => cookies(pair, folded == "cookie", hits),
        "auth" => {
            let end = run(pair.text.as_bytes(), pair.start, is_base64);
            if is_login(&pair.text[pair.start..end]) { take(pair, hits) } else { 0 }
        }
        "sig" | "signature" if is_query(pair) => take(pair, hits),
        _ if is_key(pair.key) => value(pair, &folded, hits),
        _ => 0,
    }
}

fn take(pair: &Pair<'_>, hits: &mut Hits) -> usize {
    if is_placeholder(&pair.text[pair.start..]) {
        return 0;
    }
    let end = pair.end();
    hits.push(Class::Secret, pair.start..end.max(pair.start));
    end
}

/// Whether the pair belongs to an address's query.
fn is_query(pair: &Pair<'_>) -> bool {
    let bytes = pair.text.as_bytes();
    let equals = pair.start.saturating_sub(1);
    let key = equals.saturating_sub(pair.key.len());
    pair.separator == Separator::Equals && key > 0 && matches!(bytes[key - 1], b'?' | b'&' | b';')
}

fn value(pair: &Pair<'_>, folded: &str, hits: &mut Hits) -> usize {
    let (text, bytes) = (pair.text, pair.text.as_bytes());
    let rest = &text[pair.start..];
    if rest.starts_with(['|', '>']) && !pair.is_quoted() && pair.separator == Separator::Colon {
        return block(pair, hits);
    }
    let word_end = run(&bytes[..bytes.len().min(pair.start + 64)], pair.start, |byte| is_word(byte) || byte == b'/');
    let word = text[pair.start..word_end].to_ascii_lowercase();
    let closes = |byte: u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | 0);
    let is_prose = is_in(NO_VALUES, &word) && (!pair.is_quoted() || closes(byte(bytes, word_end)));
    if is_placeholder(rest) || is_file(rest) || is_prose {
        return 0;
    }
    let mut end = pair.end();
    let is_password = ["password", "passwd", "passphrase"].iter().any(|it| folded.ends_with(it));
    // A password of several words, as YAML lets one write it.
    if is_password && pair.separator == Separator::Colon && pair.spaced && !pair.is_quoted() && pair.starts_line() {
        let line = text[pair.start..line_end(bytes, pair.start)].split(" #").next().unwrap_or_default().trim_end();
        if line.split(' ').count() <= 4 && !line.contains(['=', ':', '|', '，', '。']) {
            end = end.max(pair.start + line.len());
        }
    }
    let value = &text[pair.start..end.max(pair.start)];
    if is_no_secret(pair, folded, value, is_password) {
        return end;
    }
    hits.push(Class::Secret, pair.start..end.max(pair.start));
    end
}

/// Whether the value is a count, a size, a reference, a call or what a parser stumbled over.
fn is_no_secret(pair: &Pair<'_>, folded: &str, value: &str, is_password: bool) -> bool {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_size = is_number && pair.text[pair.start + value.len()..].trim_start().starts_with("bytes");
    let is_label = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'.'))
    };
    let is_reference =
        folded == "secret" && value.split_once('/').is_some_and(|(space, name)| is_label(space) && is_label(name));
    let is_call = value.ends_with("()") || value.ends_with('(');
    let is_mark = value.len() <= 2 && value.bytes().all(|it| it.is_ascii_punctuation());
    let is_parsed = folded == "token" && !has_digit(value) && {
        let at = line_start(pair.text.as_bytes(), pair.start);
        let ahead = pair.text.get(at.max(pair.start.saturating_sub(48))..pair.start).unwrap_or_default();
        let words: Vec<&str> =
            ahead.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
        words.len() >= 2 && is_in(PARSER_WORDS, &words[words.len() - 2].to_ascii_lowercase())
    };
    let is_head = pair.separator == Separator::Cell
        && value.bytes().all(|it| it.is_ascii_alphabetic() || matches!(it, b'-' | b' '));
    is_size
        || is_reference
        || is_call
        || is_mark
        || is_parsed
        || is_head
        || is_number && !is_password && value.len() < 6
}

/// Whether something stands there instead of a secret: nothing, a variable, a mark that it was taken out, a structure.
fn is_placeholder(rest: &str) -> bool {
    let rest = rest.get(..rest.char_indices().nth(16).map_or(rest.len(), |(at, _)| at)).unwrap_or_default();
    let is_hidden = |mark: char| {
        rest.starts_with(mark) && rest.trim_start_matches(mark).chars().next().is_none_or(|c| !c.is_alphanumeric())
    };
    rest.is_empty()
        || ["${", "$(", "{{", "{", "[", "<", "%s", "%v", "%q", "%d", "#{", "@{", "⟨"]
            .iter()
            .any(|it| rest.starts_with(it))
        || rest.starts_with(['"', '\'', '`', ',', ';', ')', '}', ']', '\n', '\r', '&'])
        || ["***", "xxx", "XXX", "•••", "..."].iter().any(|it| rest.starts_with(it))
            && rest.chars().next().is_some_and(is_hidden)
}

/// Whether a file is named that holds the secret.
fn is_file(rest: &str) -> bool {
    let folders =
        ["/var", "/run", "/etc", "/root", "/home", "/tmp", "/opt", "/usr", "/mnt", "/data", "/srv", "/secrets"];
    let is_below = |folder: &&str| {
        rest.strip_prefix(*folder).is_some_and(|it| !it.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '+'))
    };
    folders.iter().any(is_below) || rest.starts_with("./") || rest.starts_with("file:")
}

/// `token: |` and the deeper lines that follow.
fn block(pair: &Pair<'_>, hits: &mut Hits) -> usize {
    let bytes = pair.text.as_bytes();
    let start = line_end(bytes, pair.start) + 1;
    let mut end = start;
    while end < bytes.len() {
        let text = skip_blank(bytes, end);
        let stop = line_end(bytes, end);
        if text < stop && text - end <= pair.indent() {
            break;
        }
        end = stop + 1;
    }
    let end = end.min(bytes.len());
    if start < end {
        hits.push(Class::Secret, start..end);
    }
    end
}

/// `Authorization: Bearer …`, `Digest …`, `AWS4-HMAC-SHA256 …`: everything behind the scheme.
fn authorization(pair: &Pair<'_>, hits: &mut Hits) -> usize {
    let (text, bytes) = (pair.text, pair.text.as_bytes());
    let line = line_end(bytes, pair.start);
    let end = if pair.is_quoted() {
        pair.end()
    } else {
        // A header that is quoted as a whole ends at its quote.
        run(bytes, pair.start, |byte| !matches!(byte, b'\n' | b'\r' | b'\'' | b'`')).min(line)
    };
    let scheme = run(&bytes[..end], pair.start, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let start = skip_blank(&bytes[..end], scheme);
    let has_scheme = start > scheme;
    let simple = ["basic", "bearer", "token", "apikey", "negotiate"]
        .iter()
        .any(|it| text[pair.start..scheme].eq_ignore_ascii_case(it));
    let (start, end) = match has_scheme {
        true if simple || !text[start..end].contains('=') => {
            (start, run(&bytes[..end], start, |byte| is_base64(byte) || matches!(byte, b'.' | b'~' | b'!' | b'$')))
        }
        true => (start, end),
        false => (pair.start, pair.end()),
    };
    let value = text.get(start..end).unwrap_or_default().trim_end_matches(['"', '\\', ',']);
    let is_word = value.len() < 6 || is_in(NO_VALUES, &value.to_ascii_lowercase());
    if is_placeholder(value) || is_word && !has_digit(value) || value.len() < 3 {
        return 0;
    }
    hits.push(Class::Secret, start..start + value.len());
    start + value.len()
}

/// The values of `a=1; b=2`; of `Set-Cookie` only the first, the others say how long and where it is valid.
fn cookies(pair: &Pair<'_>, every: bool, hits: &mut Hits) -> usize {
    let (text, bytes) = (pair.text, pair.text.as_bytes());
    let end = if pair.is_quoted() { pair.end() } else { line_end(bytes, pair.start) };
    let mut at = pair.start;
    while at < end {
        let name = skip_blank(&bytes[..end], at);
        let equals = run(&bytes[..end], name, |byte| is_word(byte) || matches!(byte, b'-' | b'.'));
        if equals == name || byte(bytes, equals) != b'=' {
            break;
        }
        let stop =
            run(&bytes[..end], equals + 1, |byte| !matches!(byte, b';' | b' ' | b'"' | b'\'' | b'\\' | b'`' | b'|'));
        if !is_placeholder(&text[equals + 1..]) {
            hits.push(Class::Secret, equals + 1..stop);
        }
        at = stop;
        if !every || byte(bytes, at) != b';' {
            break;
        }
        at += 1;
    }
    at
}

/// Secrets whose names are no keys: `login bob password …`, `requirepass …`, `IDENTIFIED BY '…'`, `password is …`, `密码：…`.
pub(in crate::redact) fn find_phrases(text: &str, hits: &mut Hits) {
    const PHRASES: &[&str] =
        &["IDENTIFIED BY ", "assword is ", "assword was ", "identified by ", "masterauth ", "requirepass "];
    const CHINESE: &[&str] = &["令牌", "口令", "密码", "密钥"];
    let bytes = text.as_bytes();
    let mut push = |from: usize, sure: bool| {
        let start = from + text[from..].len() - text[from..].trim_start_matches([' ', '"', '\'', '`', '「', '“']).len();
        let end = run(bytes, start, |byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'|'));
        let value = text[start..end].trim_end_matches([',', ';', '.', ')']);
        let is_value = sure || has_digit(value) || value.bytes().any(|byte| byte.is_ascii_punctuation());
        if is_value && !is_in(NO_VALUES, value) && !is_placeholder(value) {
            hits.push(Class::Secret, start..start + value.len());
        }
    };
    for phrase in PHRASES {
        all_of(bytes, phrase).for_each(|at| push(at + phrase.len(), !phrase.starts_with("assword")));
    }
    for at in all_of(bytes, " password ")
        .filter(|at| memchr::memmem::find(&bytes[at.saturating_sub(80)..*at], b"login ").is_some())
    {
        push(at + " password ".len(), true);
    }
    for word in CHINESE.iter().filter(|_| !text.is_ascii()) {
        for at in all_of(bytes, word) {
            let behind = text[at + word.len()..].trim_start_matches(' ');
            let from = text.len() - behind.len();
            if let Some(mark) = ["：", ":", "=", "为", "是"].iter().find(|mark| behind.starts_with(**mark)) {
                push(from + mark.len(), true);
            }
        }
    }
}

fn all_of<'t>(bytes: &'t [u8], literal: &'t str) -> impl Iterator<Item = usize> + 't {
    crate::redact::scan::all(bytes, literal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [OTHERS, NO_VALUES, PARSER_WORDS] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }

    #[test]
    fn names_of_secrets() {
        for key in [
            "AWS_SECRET_ACCESS_KEY",
            "db.password",
            "x-api-key",
            "dbPass",
            "PGPASSWORD",
            "MYSQL_PWD",
            "client-key-data",
            "access_token",
        ] {
            assert!(is_key(key), "{key}");
        }
        for key in [
            "max_tokens",
            "bypass",
            "compass",
            "imagePullSecret",
            "secretName",
            "tokenType",
            "public_key",
            "primary-key",
            "GOPWDX",
        ] {
            assert!(!is_key(key), "{key}");
        }
    }
}
