//! Kernel settings: the output of `sysctl`, and the files it is configured with.
//!
//! ```text
//! kernel.pid_max = 49152                  sysctl -a, sysctl KEY, sysctl --system        (procps 3.2 and later)
//! kernel.pid_max=49152                    /etc/sysctl.conf, /etc/sysctl.d/*.conf
//! kernel/pid_max = 49152                  the same with slashes
//! -net.ipv4.tcp_tw_recycle=0              a failure to set it is ignored
//! /proc/sys/net/ipv4/ip_forward = 1       `sysctl/<node>` of a support bundle
//! {"kernel.pid_max":"49152",…}            `host-collectors/system/sysctl.json` of one
//! ```
//! Yields the limits of tasks, open files, tracked connections and inotify, and the use of files and connections that the kernel tells
//! beside them (`fs.file-nr`, `nf_conntrack_count`); other keys are understood and yield nothing.
//!
//! *In force or written down?* A file whose name ends in `.conf` or stands in a `sysctl.d` is configuration. Without such a name, lines
//! written exactly as the command prints them (key first, ` = `, no comment, no leading `-`) are the command's output; one comment or one
//! line that is written otherwise makes it configuration. A prompt in the transcript (`# sysctl -a`, `# cat /etc/sysctl.conf`) overrules.
//!
//! Spec: sysctl(8), sysctl.conf(5), sysctl.d(5). Not supported: the globs of sysctl.d (`net.ipv4.conf.*.rp_filter`) yield nothing, and
//! which of several files wins is not decided here.

use super::prompt::parse_prompt;
use super::transcript::Transcript;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::words::holds;
use crate::model::{EvidenceId, LimitName, LimitOrigin};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sysctl", family: Family::Host, sniff, parser };

/// First segments of the keys that Linux has.
const ROOTS: &[&[u8]] = &[b"abi", b"crypto", b"debug", b"dev", b"fs", b"kernel", b"net", b"sunrpc", b"user", b"vm"];

fn sniff(head: &Head<'_>) -> u8 {
    let is_key = |key: &&[u8]| key.contains(&b'.') && is_kernel_key(key);
    if head
        .bytes
        .strip_prefix(b"{\"")
        .and_then(|rest| rest.split(|byte| *byte == b'"').next())
        .is_some_and(|key| is_key(&key))
    {
        return 90;
    }
    match head.share(50, |line| parse_assignment(line.trim_ascii()).is_some_and(|(key, _)| is_kernel_key(key))) {
        share @ 60.. => 55 + share * 2 / 5,
        // A prompt and its single answer.
        50.. if head.telling_lines().any(asks_sysctl) => 80,
        _ => 0,
    }
}

fn asks_sysctl(line: &[u8]) -> bool {
    parse_prompt(line).is_some_and(|prompt| prompt.words().next() == Some(b"sysctl"))
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Transcript::new(evidence, origin_of(head)))
}

/// Whether assignments are in force or written down; the module's doc says how.
fn origin_of(head: &Head<'_>) -> LimitOrigin {
    let named = head.name.ends_with(".conf") || holds(head.name, "sysctl.d/");
    let printed = |line: &[u8]| match parse_assignment(line) {
        Some((key, _)) => line.get(key.len()..).is_some_and(|rest| rest.starts_with(b" = ")) && line.starts_with(key),
        None => !line.trim_ascii_start().starts_with(b"#") && !line.trim_ascii_start().starts_with(b";"),
    };
    let prompt = |line: &[u8]| parse_prompt(line).is_some_and(|prompt| prompt.is_certain) || asks_sysctl(line);
    let live = !named && head.lines().all(|line| prompt(line) || printed(line));
    if live { LimitOrigin::Live } else { LimitOrigin::Configured }
}

/// Reads `key = value`; the key without a leading `-` and without `/proc/sys/`.
pub(super) fn parse_assignment(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = memchr::memchr(b'=', text)?;
    let key = text[..equals].trim_ascii();
    let key = key.strip_prefix(b"-").unwrap_or(key);
    let key = key.strip_prefix(b"/proc/sys/").unwrap_or(key);
    let plausible = !key.is_empty()
        && key.iter().any(|byte| matches!(byte, b'.' | b'/'))
        && key.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-/*:@".contains(byte));
    plausible.then(|| (key, text[equals + 1..].trim_ascii()))
}

/// Whether the key starts with one of the kernel's own roots.
fn is_kernel_key(key: &[u8]) -> bool {
    let root = key.split(|byte| matches!(byte, b'.' | b'/')).next().unwrap_or_default();
    ROOTS.contains(&root)
}

/// The limit that a key sets.
pub(super) fn limit_of_key(key: &[u8]) -> Option<LimitName> {
    match key {
        b"kernel.pid_max" | b"kernel/pid_max" => Some(LimitName::PidMax),
        b"kernel.threads-max" | b"kernel/threads-max" => Some(LimitName::ThreadsMax),
        b"fs.file-max" | b"fs/file-max" => Some(LimitName::FileMax),
        b"net.netfilter.nf_conntrack_max" | b"net.nf_conntrack_max" | b"net/netfilter/nf_conntrack_max" => {
            Some(LimitName::ConntrackMax)
        }
        b"fs.inotify.max_user_instances" | b"fs/inotify/max_user_instances" => Some(LimitName::InotifyInstances),
        b"fs.inotify.max_user_watches" | b"fs/inotify/max_user_watches" => Some(LimitName::InotifyWatches),
        _ => None,
    }
}

/// The limit whose use a key tells in the first word of its value: `fs.file-nr = 1024 0 1631329`.
pub(super) fn used_by_key(key: &[u8]) -> Option<LimitName> {
    match key {
        b"fs.file-nr" | b"fs/file-nr" => Some(LimitName::FileMax),
        b"net.netfilter.nf_conntrack_count" | b"net/netfilter/nf_conntrack_count" => Some(LimitName::ConntrackMax),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    fn head<'a>(name: &'a str, text: &'a str) -> Head<'a> {
        Head { bytes: text.as_bytes(), name, complete: true }
    }

    #[test]
    fn the_commands_output_is_in_force_and_a_file_is_not() {
        let printed = "fs.file-max = 9223372036854775807\nkernel.pid_max = 49152\nkernel.threads-max = 1545000\n";
        let cases = [
            ("unknown", printed.to_owned(), LimitOrigin::Live),
            ("etc/sysctl.d/90-node.conf", printed.to_owned(), LimitOrigin::Configured),
            ("unknown", printed.replace(" = ", "="), LimitOrigin::Configured),
            ("unknown", format!("# tuned by hand\n{printed}"), LimitOrigin::Configured),
            ("unknown", format!("[root@node-xx ~]# sysctl -a\n{printed}"), LimitOrigin::Live),
            ("unknown", format!("$ cat /etc/sysctl.conf\n{printed}"), LimitOrigin::Configured),
        ];
        for (name, text, origin) in cases {
            assert!(sniff(&head(name, &text)) >= 80, "{text}");
            let parsed = parse_text(&FORMAT, name, &text);
            let origins: Vec<_> = parsed.limits.iter().map(|limit| limit.origin).collect();
            assert_eq!(origins, [origin; 3], "{name}: {text}");
        }
    }

    #[test]
    fn slashes_dashes_and_bad_numbers() {
        let text = "kernel/pid_max = 49152\n-kernel.threads-max=unset\nvm.swappiness=10\nwhat is this\n";
        let parsed = parse_text(&FORMAT, "x", text);
        assert_eq!((parsed.limits.len(), parsed.lines.parsed, parsed.lines.failed), (1, 2, 2));
        assert_eq!(parsed.limits[0].locator.bytes.end, 22);
    }

    #[test]
    fn logfmt_and_properties_are_not_claimed() {
        assert_eq!(sniff(&head("x", "spring.datasource.url=jdbc:x\nserver.port=8080\n")), 0);
        assert_eq!(sniff(&head("x", "ts=2023-07-23T14:03:11.123Z caller=main.go:42 level=error\n")), 0);
    }
}
