//! Answers of probes by hand: name look-ups, connections, and what a shell says when a command cannot even start.
//!
//! ```text
//! ** server can't find redis.cache: NXDOMAIN                                          nslookup: DNS answered, the name does not exist
//! ;; connection timed out; no servers could be reached                                DNS itself cannot be reached
//! ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 61024                           dig: no error, perhaps no answer either
//! ;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1                dig got an answer
//! nc: connect to redis.cache port 6379 (tcp) failed: Connection refused               reached, nobody listens
//! bash: fork: retry: Resource temporarily unavailable                                 a limit on tasks
//! touch: cannot touch '/data/x': No space left on device                              bytes or inodes
//! ```
//! Yields a table of what each line says: a *name does not exist* and a *time-out* are different verdicts and are kept apart. Spec:
//! nslookup(1), dig(1), nc(1), errno(3).

use super::grid::{Columns, Spec, Start, no_noise, parser as grid, sniff as sniff_grid};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::EvidenceId;
use crate::model::words::{cut_at, holds};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "probes", family: Family::Host, sniff, parser };

static SPECS: [Spec; 1] = [Spec { title: "probes", start: Start::Row(&["verdict", "text"]), row }];

fn sniff(head: &Head<'_>) -> u8 {
    let has_verdict =
        head.lines().take(100).any(|line| row(&Columns::default(), line).is_some_and(|cells| !cells[0].is_empty()));
    if has_verdict { sniff_grid(&SPECS, no_noise, head) } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    grid(&SPECS, no_noise, evidence)
}

/// What a line's words mean, the first that stands in it.
const VERDICTS: &[(&str, &str)] = &[
    ("NXDOMAIN", "no such name"),
    ("SERVFAIL", "server failure"),
    ("REFUSED", "refused"),
    ("no servers could be reached", "time-out"),
    ("connection timed out", "time-out"),
    ("Connection timed out", "time-out"),
    ("Operation timed out", "time-out"),
    ("Connection refused", "refused"),
    ("No route to host", "no route"),
    ("Network is unreachable", "no route"),
    ("Temporary failure in name resolution", "no answer"),
    ("Name or service not known", "no such name"),
    ("Resource temporarily unavailable", "EAGAIN"),
    // What glibc says in Chinese and German.
    ("资源暂时不可用", "EAGAIN"),
    ("Die Ressource ist zur Zeit nicht verfügbar", "EAGAIN"),
    ("设备上没有空间", "ENOSPC"),
    ("Auf dem Gerät ist kein Speicherplatz mehr verfügbar", "ENOSPC"),
    ("无法分配内存", "ENOMEM"),
    ("打开的文件过多", "EMFILE"),
    ("权限不够", "EACCES"),
    ("拒绝连接", "refused"),
    ("连接超时", "time-out"),
    ("Cannot allocate memory", "ENOMEM"),
    ("No space left on device", "ENOSPC"),
    ("Disk quota exceeded", "EDQUOT"),
    ("Read-only file system", "EROFS"),
    ("Input/output error", "EIO"),
    ("Stale file handle", "ESTALE"),
    ("Too many open files", "EMFILE"),
    ("Permission denied", "EACCES"),
    // It may hold no answer: the line of flags counts them.
    ("status: NOERROR", "no error"),
    ("succeeded!", "connected"),
];

/// How lines of these tools begin; a line of anybody else that holds the same words is not claimed.
const TOOLS: &[&str] = &[
    "bash: ",
    "-bash: ",
    "sh: ",
    "-sh: ",
    "dash: ",
    "zsh: ",
    "/bin/sh: ",
    "/bin/bash: ",
    "nc: ",
    "ncat: ",
    "Ncat: ",
    "touch: ",
    "cp: ",
    "mkdir: ",
    "dd: ",
    "tee: ",
    "ls: ",
    "cat: ",
    "mv: ",
    "rm: ",
    "echo: ",
    "tar: ",
    "ssh: ",
    "curl: ",
    "wget: ",
    "ping: ",
    "telnet: ",
    "fork: ",
    "su: ",
    "sudo: ",
    "nslookup: ",
    "host: ",
    "** server can't find",
    ";; ",
    "; <<>> DiG",
    "Connection to ",
    "(UNKNOWN) ",
    "*** Can't find",
];

/// Lines of look-ups that say no verdict.
const LOOKUPS: &[&str] = &["Server:", "Address:", "Name:", "Non-authoritative answer:", "Addresses:", "Aliases:", ";"];

fn row(_columns: &Columns, line: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let begins = |list: &[&str]| list.iter().any(|start| text.starts_with(start));
    let stated = VERDICTS.iter().find(|(words, _)| holds(text, words)).map(|(_, verdict)| *verdict);
    let verdict = if has_answer(text) { Some("answered") } else { stated };
    if begins(TOOLS) {
        return Some(vec![verdict.unwrap_or_default().to_owned(), text.to_owned()]);
    }
    // dig's records: `redis.cache. 5 IN A 10.0.0.1`.
    let is_record = holds(text, "\tIN\t") || holds(text, " IN ") && text.split(' ').next()?.ends_with('.');
    (begins(LOOKUPS) || is_record).then(|| vec![String::new(), text.to_owned()])
}

/// Whether dig's line of flags counts an answer.
fn has_answer(text: &str) -> bool {
    let count = text.strip_prefix(";; flags:").and_then(|flags| cut_at(flags, "ANSWER: "));
    count.is_some_and(|(_, rest)| rest.starts_with(|digit: char| matches!(digit, '1'..='9')))
}
