//! E-mail addresses.
//!
//! Grammar: `local "@" label *("." label)`; local = letters, digits, `._%+-`; at least one dot after the `@`; the last label is two or more
//! letters.
//!
//! Found: `mail to jane.doe+oncall@example.com`, `Author: J <j@dev.example.cn>`, `联系 jane@example.cn。`
//! Not hits: `user@node-5` (no dot: a login, see `host` and `user`), `getty@tty1.service` (a systemd unit), `yaml@v3.0.1`,
//! `left-pad@1.3.0` (versions), `icon@2x.png` (a file), `nginx@sha256:…` (a digest), `git@github.com:org/repo` (the login of a public service).
//! Not found: addresses with quoted locals, letters outside ASCII, or `at` spelled out.

use super::host::{INTERNAL, is_public};
use super::scan::{Hits, before, byte, is_in, run, run_back};
use crate::model::RedactionClass as Class;

/// Ends of the names of systemd units and files.
const NO_ENDS: &[&str] = &[
    "automount",
    "css",
    "device",
    "gif",
    "html",
    "jpeg",
    "jpg",
    "js",
    "json",
    "log",
    "mount",
    "path",
    "pdf",
    "png",
    "scope",
    "service",
    "slice",
    "socket",
    "svg",
    "swap",
    "target",
    "timer",
    "txt",
    "webp",
    "yaml",
    "yml",
];
/// The longest local part and domain that mail allows.
const MAX_LOCAL: usize = 64;
const MAX_DOMAIN: usize = 253;

pub(super) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'@', bytes) {
        let floor = at.saturating_sub(MAX_LOCAL);
        let start = floor + run_back(&bytes[floor..], at - floor, is_local);
        let end = run(&bytes[..bytes.len().min(at + 1 + MAX_DOMAIN)], at + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
        });
        // The letter of an escape in front belongs to the text around.
        let skipped = usize::from(start < at && before(bytes, start + 1) == b' ');
        let local = text[start + skipped..at].trim_start_matches('.');
        let domain = text[at + 1..end].trim_end_matches(['.', '-']);
        if !local.is_empty() && is_domain(domain) && !(byte(bytes, end) == b'@' && end > at + 1) {
            hits.push(Class::Email, at - local.len()..at + 1 + domain.len());
        }
    }
}

const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

fn is_domain(domain: &str) -> bool {
    let Some((rest, last)) = domain.rsplit_once('.') else { return false };
    let is_version = |label: &str| {
        let digits = label.strip_prefix('v').unwrap_or(label);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let first = rest.split('.').next().unwrap_or_default();
    last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && rest.split('.').all(|label| !label.is_empty())
        && !is_version(first)
        && !is_in(NO_ENDS, last)
        // A login on a machine inside: `host` and `user` take it apart.
        && !is_in(INTERNAL, last)
        && !is_public(domain)
}
