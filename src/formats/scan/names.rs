//! Names that were not resolved, in the words of the resolvers of Java, Go, libc, Node, curl, nginx, nslookup, and of CoreDNS itself.

use super::{after, has};
use crate::model::SightingKind;

/// The words that let a line be looked at.
pub(super) const WORDS: [&str; 12] = [
    "UnknownHostException: ",
    ": no such host",
    "i/o timeout",
    "failure in name resolution",
    "Name or service not known",
    "ould not resolve host",
    "getaddrinfo ENOTFOUND ",
    "getaddrinfo EAI_AGAIN ",
    "host not found in upstream ",
    "no servers could be reached",
    "server can't find ",
    "nodename nor servname provided",
];

/// Words before a name.
const BEFORE: [&str; 8] = [
    "UnknownHostException: ",
    "lookup ",
    "getaddrinfo ENOTFOUND ",
    "getaddrinfo EAI_AGAIN ",
    "ould not resolve host: ",
    "host not found in upstream ",
    "server can't find ",
    "plugin/errors: 2 ",
];

pub(super) fn judge(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    // Lists of exceptions and handlers name this one as well: a failure says the name.
    let first = after(line, "UnknownHostException: ").and_then(<[u8]>::first);
    if has(line, "UnknownHostException") && !first.is_some_and(u8::is_ascii_alphanumeric) {
        return;
    }
    // Connections time out as well: this is one to a name server, asked for a name.
    let timed_out = has(line, "i/o timeout");
    if timed_out && !(has(line, ":53: ") && (has(line, "lookup ") || has(line, "plugin/errors: "))) {
        return;
    }
    // libc says `Temporary failure in name resolution` (EAI_AGAIN) of SERVFAIL as well, which is an answer.
    let is_silent = timed_out || has(line, "no servers could be reached");
    // CoreDNS asks for names of its own making to find out whether it asks itself.
    let is_own = has(line, " HINFO: ");
    let name = BEFORE.iter().find_map(|word| after(line, word)).filter(|_| !is_own).map(name_in).unwrap_or_default();
    // `10.42.0.3:42390->172.23.83.11:53: i/o timeout`, `lookup redis.cache on 10.96.0.10:53: `
    let server = ["->", " on "].iter().filter(|_| timed_out).find_map(|word| address_in(after(line, word)?));
    see(SightingKind::NameNotResolved { name, is_silent, server: server.unwrap_or_default() });
}

/// The address that a text begins with, with the port of name servers behind it.
fn address_in(text: &[u8]) -> Option<String> {
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'[' | b']');
    let end = text.iter().take(60).position(|byte| !is_part(byte))?;
    let address = text[..end].strip_suffix(b":").unwrap_or(&text[..end]).strip_suffix(b":53")?;
    Some(String::from_utf8_lossy(address).into_owned())
}

/// The name that a text begins with, nothing where what stands there is none.
fn name_in(text: &[u8]) -> String {
    let text = text.strip_prefix(b"\"").or_else(|| text.strip_prefix(b"'")).unwrap_or(text);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let end = text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len());
    let name = String::from_utf8_lossy(&text[..end.min(253)]).into_owned();
    name.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_say_it_in_their_own_words() {
        for (line, want) in [
            ("java.net.UnknownHostException: redis.cache: Name or service not known", Some(("redis.cache", false))),
            ("dial tcp: lookup redis.cache on 10.96.0.10:53: no such host", Some(("redis.cache", false))),
            (
                "dial tcp: lookup redis.cache on 10.96.0.10:53: read udp 10.1.0.7:53412->10.96.0.10:53: i/o timeout",
                Some(("redis.cache", true)),
            ),
            (
                "[ERROR] plugin/errors: 2 redis.cache. A: read udp 10.42.0.3:42390->172.23.83.11:53: i/o timeout",
                Some(("redis.cache", true)),
            ),
            (
                "[ERROR] plugin/errors: 2 4711.1174. HINFO: read udp 10.42.0.3:42390->172.23.83.11:53: i/o timeout",
                Some(("", true)),
            ),
            ("dial tcp 10.0.0.9:6379: i/o timeout", None),
            ("retryable exceptions: [java.net.UnknownHostException, java.net.ConnectException]", None),
            ("INFO class java.net.UnknownHostException handler registered", None),
            ("psycopg2.OperationalError: Temporary failure in name resolution", Some(("", false))),
            ("curl: (6) Could not resolve host: redis.cache", Some(("redis.cache", false))),
            ("Error: getaddrinfo EAI_AGAIN redis.cache", Some(("redis.cache", false))),
            (
                "[emerg] host not found in upstream \"redis.cache\" in /etc/nginx/nginx.conf:3",
                Some(("redis.cache", false)),
            ),
            ("** server can't find redis.cache: NXDOMAIN", Some(("redis.cache", false))),
        ] {
            let mut seen = Vec::new();
            judge(line.as_bytes(), &mut |kind| seen.push(kind));
            // The last address with the port of name servers.
            let before = line.split(":53: i/o").next().filter(|before| *before != line).unwrap_or_default();
            let server = before.rsplit(['>', ' ']).next().unwrap_or_default().to_owned();
            let want: Vec<_> = want
                .map(|(name, is_silent)| SightingKind::NameNotResolved { name: name.to_owned(), is_silent, server })
                .into_iter()
                .collect();
            assert_eq!(seen, want, "{line}");
        }
    }
}
