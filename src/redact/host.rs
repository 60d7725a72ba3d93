//! Names of machines and domains.
//!
//! Grammar of a full name: labels of letters, digits and `-`, joined by dots, the last one from a short list. Ends that exist only inside
//! (`internal`, `local`, `lan`, `corp`, `svc`, …) and the common public ones count after one label, the other public ones after two or in
//! an address with a scheme. A short name counts only where its position tells: the header of a syslog or journal line, a login
//! (`user@host`), an address with a scheme, a named value (`nodeName: x`, `instance="x"`), `node "x"`, `node/x`, `节点 x`,
//! `system:node:x`, and AWS names (`ip-10-4-7-21`). A short name with a digit that was met in such a place is then known everywhere.
//!
//! Found: `redis.cache.svc.cluster.local`, `db01.corp.example.com:5432`, `Aug 20 13:58:23 node-5 kubelet[1123]: …`,
//! `registry.example.com/team/app:1.4.2` (the registry, not path and tag), `node "worker-3" not found`, `--hostname-override=worker-3`.
//! Not hits: classes and packages (`com.example.Foo`, `java.net.SocketException`), files (`app.log`, `main.go:12`), versions, quantities,
//! names that are the same for everybody (`github.com`, `registry.k8s.io`, groups and labels of Kubernetes such as
//! `node.kubernetes.io/unreachable`, `kubernetes.default.svc`), import paths of Go below such names (`k8s.io/client-go/rest`; the path behind
//! `github.com/` stays too and may name an organisation).
//! Not found: short names in plain prose that no position has told, full names under ends that are not in the list, names of pods, images,
//! volumes and clusters (unless a known host name is part of them).

use super::pairs::{Pair, Separator, ends_with_word, fold};
use super::scan::{Hits, Name, before, byte, each_name, has_digit, is_in, is_name, is_word, line_end, run, skip_blank};
use crate::model::RedactionClass as Class;

/// Ends of names that exist only inside an organisation or a cluster.
pub(super) const INTERNAL: &[&str] =
    &["corp", "home", "internal", "intra", "intranet", "lan", "local", "localdomain", "private", "svc"];
/// Public ends that are hardly ever anything else.
const COMMON: &[&str] = &["cn", "com", "edu", "gov", "org"];
/// Public ends that are words, files or packages too.
const OTHER: &[&str] = &[
    "ai", "app", "au", "biz", "br", "ca", "ch", "cloud", "co", "de", "dev", "es", "eu", "fr", "hk", "io", "jp", "kr",
    "net", "nl", "online", "ru", "se", "sg", "site", "tech", "tw", "uk", "us", "xyz",
];
/// First labels of reversed names: packages of Java and its kin.
const REVERSED: &[&str] =
    &["com", "edu", "io", "jakarta", "java", "javax", "jdk", "kotlin", "net", "org", "scala", "sun"];
/// Names that are the same for everybody, with all that stands below them.
const PUBLIC: &[&str] = &[
    "apache.org",
    "cert-manager.io",
    "cilium.io",
    "cncf.io",
    "containerd.io",
    "coreos.com",
    "docker.com",
    "docker.io",
    "etcd.io",
    "gcr.io",
    "ghcr.io",
    "github.com",
    "githubusercontent.com",
    "golang.org",
    "gopkg.in",
    "istio.io",
    "k8s.io",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "kubernetes.io",
    "localhost.localdomain",
    "openshift.io",
    "opentelemetry.io",
    "projectcalico.org",
    "prometheus.io",
    "quay.io",
    "uber.org",
    "w3.org",
    "x-k8s.io",
];
/// What looks like a name inside and is none.
const NO_NAMES: &[&str] =
    &["cluster.local", "env.local", "rc.local", "svc.cluster.local", "this.local", "thread.local"];
/// Keys whose value is a machine.
const NODE_KEYS: &[&str] =
    &["exportedinstance", "exportednode", "hostnameoverride", "instance", "kubernetesnode", "node", "nodename"];
/// Words in the place of a name.
const NO_HOSTS: &[&str] = &[
    "all",
    "any",
    "auto",
    "debug",
    "default",
    "down",
    "err",
    "error",
    "exec",
    "fail",
    "failed",
    "false",
    "fatal",
    "host",
    "in",
    "info",
    "is",
    "kernel",
    "localhost",
    "master",
    "metadata",
    "missing",
    "name",
    "nil",
    "no",
    "node",
    "none",
    "not",
    "notready",
    "null",
    "ready",
    "self",
    "that",
    "the",
    "this",
    "to",
    "trace",
    "true",
    "undefined",
    "unknown",
    "unreachable",
    "up",
    "warn",
    "warning",
    "was",
    "was-not",
    "with",
];
/// Words with digits that follow `node` or `host` in prose.
const NO_NUMBERED: &[&str] =
    &["amd64", "arm64", "cgroupv1", "cgroupv2", "e2e", "http2", "ipv4", "ipv6", "k3s", "k8s", "x86"];
/// The longest name of a machine.
const MAX_NAME: usize = 253;

pub(super) fn find(text: &str, hits: &mut Hits) {
    let mut at_line = 0;
    while at_line < text.len() {
        header(text, at_line, hits);
        at_line = line_end(text.as_bytes(), at_line) + 1;
    }
    each_name(text, |name| {
        if is_full(text, &name) {
            hits.push(Class::Host, name.at);
        } else if is_told(&name) || is_aws(name.word()) {
            hits.push_node(name.at);
        }
    });
}

/// Whether a name belongs to everybody.
pub(super) fn is_public(name: &str) -> bool {
    let below = |(dot, _): (usize, char)| is_in(PUBLIC, &name[dot + 1..]);
    is_in(PUBLIC, name) || name.char_indices().filter(|(_, c)| *c == '.').any(below)
}

/// Whether the word is a full name of a machine or a domain.
fn is_full(text: &str, name: &Name<'_>) -> bool {
    let (bytes, word) = (text.as_bytes(), name.word());
    let Some((rest, last)) = word.rsplit_once('.') else { return false };
    let folded = word.to_ascii_lowercase();
    let last = last.to_ascii_lowercase();
    let labels = || rest.split('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.contains('_')
            && label.len() < 64
    };
    let is_common = is_in(COMMON, &last);
    let is_inside = is_in(INTERNAL, &last);
    if word.len() > MAX_NAME
        || !(is_common || is_inside || is_in(OTHER, &last))
        || !labels().all(is_label)
        || !labels().any(|label| label.bytes().any(|byte| byte.is_ascii_alphabetic()))
        || is_public(&folded)
        || is_in(NO_NAMES, &folded)
        || byte(bytes, name.at.end) == b'('
    {
        return false;
    }
    let first = labels().next().unwrap_or_default();
    let ahead = before(bytes, name.at.start);
    let has_scheme = text[..name.at.start].ends_with("://") || ahead == b'@';
    let is_wild = ahead == b'.' && matches!(before(bytes, name.at.start - 1), b'*' | b'=' | b' ' | b'"');
    let in_a_word = is_word(ahead) || matches!(ahead, b'.' | b'$' | b'\\' | b'-') && !is_wild;
    let in_a_path = ahead == b'/' && !text[..name.at.start].ends_with("//");
    let of_a_variable = ahead == b'{' && text[..name.at.start].ends_with("${");
    let mixed = word.bytes().any(|it| it.is_ascii_uppercase()) && word.bytes().any(|it| it.is_ascii_lowercase());
    let n_labels = labels().count() + 1;
    let is_code =
        is_in(REVERSED, first) && !is_common || matches!(first, "com" | "org" | "java" | "javax") || first == "sun";
    let is_enough = match last.as_str() {
        "svc" => n_labels >= 3,
        _ => is_common || is_inside || n_labels >= 3 || has_scheme,
    };
    !in_a_word && !in_a_path && !of_a_variable && !is_code && is_enough && (!mixed || is_common || is_inside)
}

/// Whether what stands before tells that a short name is a machine.
fn is_told(name: &Name<'_>) -> bool {
    let (word, gap) = (name.word(), name.gap());
    let inside = gap.trim_end_matches([' ', '"', '\'', '`', '\\', '：', ':', '「']);
    if !gap.is_ascii() && ["节点", "主机", "主机名", "服务器"].iter().any(|it| inside.ends_with(it)) {
        return is_numbered(word);
    }
    let follows = |nouns: &[&str]| nouns.iter().any(|noun| name.previous().eq_ignore_ascii_case(noun));
    match gap {
        " " => follows(&["node", "host", "hostname", "nodes"]) && is_numbered(word),
        " \"" | " '" | " `" | " \\\"" => follows(&["node", "host", "nodes"]) && is_short(word),
        _ if gap.ends_with(':') => name.line_before(16).ends_with("system:node:") && is_short(word),
        _ => gap.ends_with('/') && follows_kind(name) && is_short(word),
    }
}

/// `node/worker-3`, `/api/v1/nodes/worker-3`.
fn follows_kind(name: &Name<'_>) -> bool {
    let ahead = name.line_before(16);
    ahead.ends_with("v1/nodes/")
        || ahead.strip_suffix("node/").is_some_and(|it| it.is_empty() || it.ends_with([' ', '"', '\'', '`', '(', '=']))
}

/// A name of a machine that prose could not mean otherwise: it begins with a letter and has a number.
fn is_numbered(word: &str) -> bool {
    let after_v = word.trim_start_matches(['v', 'V']);
    is_short(word)
        && has_digit(word)
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && !after_v.starts_with(|c: char| c.is_ascii_digit())
        && !is_in(NO_NUMBERED, &word.to_ascii_lowercase())
}

/// Whether the word can be the name of a machine at all.
pub(super) fn is_short(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    let digits = folded.trim_start_matches('v');
    (1..=MAX_NAME).contains(&word.len())
        && word.bytes().all(is_name)
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !(folded.starts_with('v') && digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.'))
        && !(digits.len() < folded.len() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        && !is_in(NO_HOSTS, &folded)
        && !is_public(&folded)
}

/// `ip-10-4-7-21`: the address is the name.
fn is_aws(word: &str) -> bool {
    let Some(numbers) = word.strip_prefix("ip-") else { return false };
    let numbers = numbers.split('.').next().unwrap_or_default();
    numbers.split('-').count() == 4 && numbers.split('-').all(|number| number.parse::<u8>().is_ok())
}

/// The machine in the header of a syslog line (`Aug 20 13:58:23 node-5 kubelet[1123]: …`), of a journal line with full times
/// (`2023-08-20T13:58:23.123456+08:00 node-5 kubelet[1123]: …`) and of RFC 5424 (`<34>1 2023-08-20T13:58:23Z node-5 su …`). A program with
/// its number, or one of the few that have none, must follow: other logs write their level in this place.
fn header(text: &str, start: usize, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut at = start;
    let has_priority = byte(bytes, at) == b'<';
    if has_priority {
        at = run(bytes, at, |byte| !matches!(byte, b'>' | b'\n')) + 1;
        at += if bytes.get(at..at + 2) == Some(b"1 ") { 2 } else { 0 };
    }
    let Some(name) = after_time(bytes, at) else { return };
    let end = run(bytes, name, is_name);
    if byte(bytes, end) != b' ' || !is_short(text.get(name..end).unwrap_or_default()) {
        return;
    }
    let program = skip_blank(bytes, end);
    let program_end = run(bytes, program, |byte| is_name(byte) || matches!(byte, b'/' | b'(' | b')' | b'@'));
    let number = run(bytes, program_end + 1, |byte| byte.is_ascii_digit());
    let numbered = byte(bytes, program_end) == b'[' && number > program_end + 1 && byte(bytes, number) == b']';
    let named = byte(bytes, program_end) == b':' && bytes[start] != b'2';
    let known = matches!(text.get(program..program_end), Some("kernel" | "systemd" | "sudo" | "sshd" | "kubelet"));
    if numbered || has_priority || named || known && byte(bytes, program_end) == b':' {
        hits.push_node(name..end);
    }
}

/// Where the word after a time begins.
fn after_time(bytes: &[u8], at: usize) -> Option<usize> {
    let matches = |pattern: &[u8]| {
        bytes.get(at..at + pattern.len()).is_some_and(|text| {
            text.iter().zip(pattern).all(|(byte, kind)| match kind {
                b'0' => byte.is_ascii_digit(),
                b' ' => byte.is_ascii_digit() || *byte == b' ',
                b'A' => byte.is_ascii_uppercase(),
                b'a' => byte.is_ascii_lowercase(),
                b'_' => *byte == b' ',
                kind => byte == kind,
            })
        })
    };
    let syslog = b"Aaa_ 0_00:00:00";
    let end = if matches(syslog) {
        at + syslog.len()
    } else if matches(b"0000-00-00T00:00:00") {
        run(bytes, at + 19, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b':' | b'+' | b'-' | b'Z'))
    } else {
        return None;
    };
    (byte(bytes, end) == b' ').then_some(end + 1)
}

/// Whether a name says that its value is a machine.
pub(super) fn is_key(key: &str) -> bool {
    let folded = fold(key);
    is_in(NODE_KEYS, &folded) || folded.ends_with("hostname") || ends_with_word(key, "host")
}

/// A named value that is a machine.
pub(super) fn pair(pair: &Pair<'_>, hits: &mut Hits) -> usize {
    if !is_key(pair.key) {
        return 0;
    }
    let folded = pair.folded();
    let is_node = is_in(NODE_KEYS, &folded);
    let bytes = pair.text.as_bytes();
    let end = run(&bytes[..bytes.len().min(pair.start + MAX_NAME + 1)], pair.start, is_name);
    let word = pair.text[pair.start..end].trim_end_matches(['.', '-', '_']);
    let in_prose = match pair.separator {
        Separator::Colon => pair.spaced && !pair.is_quoted() && !pair.starts_line(),
        Separator::Cell | Separator::Blank => !pair.key.contains("host"),
        _ => false,
    };
    let is_sure = if in_prose { is_numbered(word) || word.contains(['-', '.']) } else { true };
    // An account on a machine, a file or a call is something else.
    let goes_on = matches!(byte(bytes, pair.start + word.len()), b'@' | b'(' | b'%' | b'$' | b'{');
    if !is_sure || goes_on || !is_short(word) {
        return 0;
    }
    let at = pair.start..pair.start + word.len();
    if is_node || folded.ends_with("hostname") {
        hits.push_node(at.clone());
    } else {
        hits.push(Class::Host, at.clone());
    }
    at.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [INTERNAL, COMMON, OTHER, REVERSED, PUBLIC, NO_NAMES, NODE_KEYS, NO_HOSTS, NO_NUMBERED] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }
}
