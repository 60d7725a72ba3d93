//! IP addresses.
//!
//! Grammar: IPv4 = four numbers up to 255 without leading zeros; IPv6 = eight groups of one to four hex digits, or fewer with one `::`, the
//! last two perhaps as IPv4, perhaps `%zone`. Port and prefix length stay: `ip-1:8080`, `ip-2/24`.
//!
//! Found: `dial tcp 10.4.7.21:8080`, `podCIDR 10.244.3.0/24`, `[2001:db8::7]:443`, `fe80::1%eth0`, `::ffff:10.0.0.9`
//! Not hits: versions (`version 1.2.3.4`, `v1.2.3.4`, `Chrome/120.0.0.0`, `glibc-2.28.1.2`, `app-1.2.3.4.jar`), `0.0.0.0`, `127.0.0.1`, `::1`,
//! netmasks, the metadata address `169.254.169.254` (the same on every cloud), OIDs (`1.3.6.1.4.1`), times (`12:34:56`), MAC addresses,
//! world-wide names (`50:01:43:80:…`), paths of code (`std::vec`).
//! Where a version and an address cannot be told apart by what stands around, only private addresses (RFC 1918) are hits.
//! Not found: addresses as one number, in octal or hex, and IPv6 split over lines.

use super::scan::{Hits, before, byte, is_in, is_word, run, run_back};
use crate::model::RedactionClass as Class;

/// Words before a version.
const VERSION_WORDS: &[&str] =
    &["build", "chart", "driver", "firmware", "patch", "rel", "release", "rev", "revision", "v", "ver", "version"];

pub(super) fn find(text: &str, hits: &mut Hits) {
    find_v4(text, hits);
    find_v6(text, hits);
}

fn find_v4(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = run(bytes, at, |byte| byte.is_ascii_digit() || byte == b'.');
        let dotted = text[at..end].trim_end_matches('.');
        if let Some(octets) = parse_v4(dotted)
            && !is_fixed(octets)
            && stands_as_address(text, at, at + dotted.len(), octets)
        {
            hits.push(Class::Ip, at..at + dotted.len());
        }
        at = end;
    }
}

fn parse_v4(text: &str) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next().filter(|part| part.len() == 1 || (part.len() <= 3 && !part.starts_with('0')))?;
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then_some(octets)
}

/// Addresses that are the same everywhere and tell nothing.
const fn is_fixed(octets: [u8; 4]) -> bool {
    matches!(octets, [0, 0, 0, 0] | [127 | 255, ..] | [169, 254, 169, 254])
}

const fn is_private(octets: [u8; 4]) -> bool {
    matches!(octets, [10, ..] | [172, 16..=31, ..] | [192, 168, ..])
}

/// Whether what stands around lets it be an address.
fn stands_as_address(text: &str, start: usize, end: usize, octets: [u8; 4]) -> bool {
    let bytes = text.as_bytes();
    let (ahead, behind) = (before(bytes, start), byte(bytes, end));
    if is_word(ahead) || ahead == b'.' || is_word(behind) || is_version(text, start) {
        return false;
    }
    let goes_on = |at: usize| byte(bytes, at).is_ascii_alphanumeric();
    let is_dotted = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let doubtful = match ahead {
        b'-' => parse_v4(&text[run_back(bytes, start - 1, is_dotted)..start - 1]).is_none(),
        b'+' | b'~' => true,
        // A product before its version, as browsers and packages say it.
        b'/' => {
            let word = run_back(bytes, start - 1, |byte| is_word(byte) || byte == b'-');
            word < start - 1 && !matches!(before(bytes, word), b'/' | b'.' | b':' | b'@')
        }
        _ => false,
    } || match behind {
        b'.' | b'+' => goes_on(end + 1),
        b'-' => goes_on(end + 1) && parse_v4(&text[end + 1..run(bytes, end + 1, is_dotted)]).is_none(),
        _ => false,
    };
    !doubtful || is_private(octets)
}

/// Whether a word for versions stands before: `version 1.2.3.4`, `"version": "1.2.3.4"`, `版本 1.2.3.4`.
fn is_version(text: &str, start: usize) -> bool {
    let ahead = text[..start].trim_end_matches([' ', '"', '\'', ':', '=', '\\', '：', '为', '号', '`', '(']);
    if ahead.ends_with("版本") {
        return true;
    }
    let word = run_back(ahead.as_bytes(), ahead.len(), |byte| byte.is_ascii_alphabetic());
    ahead.len() - word <= 16 && is_in(VERSION_WORDS, &ahead[word..].to_ascii_lowercase())
}

fn find_v6(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = run(bytes, at, |byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
        if end == at {
            // The rest of a word that hex digits do not make.
            at = if is_word(bytes[at]) { run(bytes, at, is_word) } else { at + 1 };
            continue;
        }
        let token = &text[at..end];
        let trimmed = token.trim_end_matches('.');
        let trimmed = if trimmed.ends_with("::") { trimmed } else { trimmed.trim_end_matches(':') };
        // A single colon in front belongs to what is before: `ip:2001:db8::7`.
        let start = at + usize::from(token.starts_with(':') && !token.starts_with("::"));
        let address = text.get(start..at + trimmed.len()).unwrap_or_default();
        let behind = byte(bytes, start + address.len());
        if !is_word(before(bytes, start)) && before(bytes, start) != b':' && !is_word(behind) && is_v6(address) {
            let zone = if behind == b'%' { run(bytes, start + address.len() + 1, is_word) } else { 0 };
            hits.push(Class::Ip, start..zone.max(start + address.len()));
        }
        at = if is_word(byte(bytes, end)) { run(bytes, end, is_word) } else { end };
    }
}

fn is_v6(text: &str) -> bool {
    if text.len() > 45 || memchr::memchr_iter(b':', text.as_bytes()).count() < 2 || matches!(text, "::" | "::1") {
        return false;
    }
    let (head, tail) = match text.split_once("::") {
        Some((head, tail)) => (head, Some(tail)),
        None => (text, None),
    };
    let count = |part: &str, is_last: bool| -> Option<usize> {
        if part.is_empty() {
            return Some(0);
        }
        let groups: Vec<&str> = part.split(':').collect();
        let (last, rest) = groups.split_last()?;
        let is_group = |group: &&str| (1..=4).contains(&group.len()) && group.bytes().all(|it| it.is_ascii_hexdigit());
        let n_last = if is_last && parse_v4(last).is_some() { 2 } else { usize::from(is_group(last)) };
        (rest.iter().all(is_group) && n_last > 0).then_some(rest.len() + n_last)
    };
    match tail {
        None => count(head, true) == Some(8) && !text.split(':').all(|group| group.len() == 2),
        // Words of hex letters are paths of code (`add::bad`); addresses begin with two digits or more and hold a number.
        Some(tail) => {
            let n_groups = count(head, false).zip(count(tail, true)).map(|(head, tail)| head + tail);
            let begins = head.is_empty() || head.split(':').next().is_some_and(|group| group.len() >= 2);
            n_groups.is_some_and(|n| n <= 7) && begins && text.bytes().any(|byte| byte.is_ascii_digit())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_version_six() {
        for text in ["2001:db8::7", "fe80::1", "fd00::", "::ffff:10.0.0.9", "1:2:3:4:5:6:7:8", "64:ff9b::10.0.0.1"] {
            assert!(is_v6(text), "{text}");
        }
        for text in
            ["12:34:56", "::", "::1", "add::bad", "00:1a:2b:3c:4d:5e", "50:01:43:80:12:34:56:78", "1::2::3", "a::1"]
        {
            assert!(!is_v6(text), "{text}");
        }
    }
}
