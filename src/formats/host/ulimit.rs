//! Limits of a shell or process: `ulimit`, `prlimit` and `/proc/PID/limits`.
//!
//! ```text
//! max user processes                  (-u) 96365             bash; padding and `(kbytes, -m)` differ by version
//! process              96365                                 dash
//! -u: processes                       96365                  zsh, busybox (which says -p)
//! Max processes             62898     62898     processes    /proc/PID/limits: soft, hard
//! NPROC      max number of processes  62898     62898 processes      prlimit (util-linux)
//! $ ulimit -u                                                a prompt, then the number or `unlimited`
//! ```
//! Yields `ulimit -u` (RLIMIT_NPROC) and `ulimit -n` (RLIMIT_NOFILE), in force for the shell or process that was asked: never for
//! another service. `-H` in the command makes the values hard limits. Other rows are understood and yield nothing.
//!
//! Spec: getrlimit(2), proc_pid_limits(5), bash(1), dash(1), prlimit(1). Not supported: csh's `limit`, prlimit's `--raw` and `--output`;
//! `docker run --ulimit nproc=512`, in a command or a unit: RLIMIT_NPROC counts all tasks that one real user has on the node, in whatever
//! container, and spares root, as whom most containers run; the command tells neither the user nor that anything runs by it.

use super::grid::begins_with;
use super::prompt::parse_prompt;
use super::tally::{parse_limit, text_of, words};
use super::transcript::Transcript;
use crate::formats::{Family, Format, Head, Parser};
use crate::model::{EvidenceId, LimitName, LimitOrigin};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "ulimit", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let asked = head.lines().take(50).any(|line| {
        let is_limits = |word: &[u8]| word.starts_with(b"/proc/") && word.ends_with(b"/limits");
        parse_prompt(line).is_some_and(|prompt| {
            matches!(prompt.words().next(), Some(b"ulimit" | b"prlimit")) || prompt.words().skip(1).any(is_limits)
        })
    });
    let is_header = |line: &[u8]| begins_with(line, &["Limit", "Soft", "Limit"]);
    let n_rows = head.telling_lines().take(50).filter(|line| parse_row(line.trim_ascii()).is_some()).count();
    let share = head.share(50, |line| {
        let line = line.trim_ascii();
        parse_row(line).is_some()
            || (asked && (parse_limit(line).is_some() || parse_prompt(line).is_some() || is_header(line)))
    });
    // The head of `/proc/PID/limits`, of which somebody kept some rows.
    let is_kept = n_rows > 0 && head.telling_lines().next().is_some_and(is_header);
    match (asked, share) {
        (false, 50..) if is_kept => 90,
        (true, 60..) => 92,
        (false, 60..) if n_rows >= 3 => 90,
        // A single row is enough where it cannot be anything else.
        (false, 100) if head.telling_lines().all(|line| line.starts_with(b"max ") || line.starts_with(b"Max ")) => 80,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Transcript::new(evidence, LimitOrigin::Live).about(pid_of_path(head.name.as_bytes())))
}

/// A row of any of the listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Which limit, where it is one that debrief knows.
    pub(super) name: Option<LimitName>,
    /// The soft (or only) value.
    pub(super) soft: Option<u64>,
    /// The hard value of listings that print both.
    pub(super) hard: Option<Option<u64>>,
}

/// Reads a row of any of the listings.
pub(super) fn parse_row(text: &[u8]) -> Option<Row> {
    parse_pair(text).or_else(|| parse_bash(text)).or_else(|| parse_zsh(text)).or_else(|| parse_dash(text))
}

/// `max user processes   (-u) 96365`, `core file size  (blocks, -c) 0`.
fn parse_bash(text: &[u8]) -> Option<Row> {
    let open = memchr::memchr(b'(', text)?;
    let (inside, value) = text[open + 1..].split_at_checked(memchr::memchr(b')', &text[open + 1..])?)?;
    let flag = match inside {
        [.., b'-', flag] => *flag,
        _ => return None,
    };
    let soft = parse_limit(value.get(1..)?.trim_ascii())?;
    Some(Row { name: limit_of_words(&text[..open]).or(limit_of_flag(flag)), soft, hard: None })
}

/// `-u: processes   96365`; busybox prints it with `-p`, so the words decide.
fn parse_zsh(text: &[u8]) -> Option<Row> {
    let [b'-', flag, b':', rest @ ..] = text else { return None };
    let (words, value) = split_last_word(rest)?;
    Some(Row { name: limit_of_words(words).or(limit_of_flag(*flag)), soft: parse_limit(value)?, hard: None })
}

/// `process   96365`: dash's fixed words.
fn parse_dash(text: &[u8]) -> Option<Row> {
    const WORDS: &[&[u8]] = &[
        b"time(seconds)",
        b"file(blocks)",
        b"data(kbytes)",
        b"stack(kbytes)",
        b"coredump(blocks)",
        b"memory(kbytes)",
        b"locked memory(kbytes)",
        b"process",
        b"nofiles",
        b"vmemory(kbytes)",
        b"locks",
        b"rtprio",
    ];
    let (name, value) = split_last_word(text)?;
    let name = WORDS.contains(&name).then(|| limit_of_words(name))?;
    Some(Row { name, soft: parse_limit(value)?, hard: None })
}

/// `/proc/PID/limits` (`Max …`) and prlimit (`NPROC …`): two values side by side.
fn parse_pair(text: &[u8]) -> Option<Row> {
    let first = words(text).next()?;
    let is_row = first == b"Max" || (first.len() > 1 && first.iter().all(u8::is_ascii_uppercase));
    // Both say in words what is limited: `TCP 850 800` counts something.
    let has_words = words(text).nth(1).is_some_and(|word| parse_limit(word).is_none());
    if !is_row || !has_words {
        return None;
    }
    let mut values = words(text).map(parse_limit).skip_while(Option::is_none);
    let (soft, hard) = (values.next()??, values.next()??);
    let name = match first {
        b"NPROC" => Some(LimitName::UlimitProcesses),
        b"NOFILE" => Some(LimitName::UlimitFiles),
        b"Max" if text.starts_with(b"Max processes ") => Some(LimitName::UlimitProcesses),
        b"Max" if text.starts_with(b"Max open files ") => Some(LimitName::UlimitFiles),
        _ => None,
    };
    Some(Row { name, soft, hard: Some(hard) })
}

fn split_last_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii();
    let blank = text.iter().rposition(u8::is_ascii_whitespace)?;
    Some((text[..blank].trim_ascii(), &text[blank + 1..]))
}

fn limit_of_words(words: &[u8]) -> Option<LimitName> {
    match words.trim_ascii() {
        b"max user processes" | b"processes" | b"process" | b"number of processes" => Some(LimitName::UlimitProcesses),
        b"open files" | b"file descriptors" | b"nofiles" => Some(LimitName::UlimitFiles),
        _ => None,
    }
}

/// The limit of a flag of `ulimit`.
pub(super) const fn limit_of_flag(flag: u8) -> Option<LimitName> {
    match flag {
        b'u' => Some(LimitName::UlimitProcesses),
        b'n' => Some(LimitName::UlimitFiles),
        _ => None,
    }
}

/// The process of `/proc/26231/limits`, also as tools flatten it into a name (`proc_26231_limits.txt`).
pub(super) fn pid_of_path(path: &[u8]) -> Option<String> {
    let mut parts = path.split(|byte| matches!(byte, b'/' | b'_' | b'.' | b'-'));
    parts.find(|part| *part == b"proc")?;
    let pid = parts.next().filter(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit))?;
    (parts.next() == Some(b"limits")).then(|| text_of(pid))
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;
    use crate::model::Scope;

    fn limits(name: &str, text: &str) -> Vec<(&'static str, Option<u64>, bool, Scope)> {
        let parsed = parse_text(&FORMAT, name, text);
        assert_eq!(parsed.lines.failed, 0, "{:?}", parsed.issues);
        let head = Head { bytes: text.as_bytes(), name, complete: true };
        assert!(sniff(&head) >= 80, "not claimed: {text}");
        parsed.limits.into_iter().map(|limit| (limit.name.as_str(), limit.value, limit.soft, limit.scope)).collect()
    }

    #[test]
    fn listings_of_three_shells() {
        let shell = || Scope::Process("shell".to_owned());
        let bash = "core file size              (blocks, -c) 0\nreal-time non-blocking time  (microseconds, -R) unlimited\n\
                    open files                          (-n) 1024\nmax user processes                  (-u) unlimited\n";
        assert_eq!(limits("x", bash), [("ulimit -n", Some(1024), true, shell()), ("ulimit -u", None, true, shell())]);
        let dash = "time(seconds)        unlimited\nprocess              96365\nnofiles              1024\n";
        assert_eq!(limits("x", dash).len(), 2);
        let zsh = "-t: cpu time (seconds)              unlimited\n-u: processes                       96365\n\
                   -p: processes                       127\n-n: file descriptors                1024\n";
        let names: Vec<_> = limits("x", zsh).into_iter().map(|limit| limit.0).collect();
        assert_eq!(names, ["ulimit -u", "ulimit -u", "ulimit -n"]);
    }

    #[test]
    fn a_processs_limits_are_pairs() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max processes             62898                unlimited            processes \n\
                    Max open files            2048                 4096                 files     \n\
                    Max nice priority         0                    0                    \n";
        let subject = || Scope::Process("1123".to_owned());
        let expected = [
            ("ulimit -u", Some(62898), true, subject()),
            ("ulimit -u", None, false, subject()),
            ("ulimit -n", Some(2048), true, subject()),
            ("ulimit -n", Some(4096), false, subject()),
        ];
        assert_eq!(limits("sos/proc/1123/limits", text), expected);
        assert_eq!(limits("proc_1123_limits.txt", text), expected);
    }

    #[test]
    fn counts_of_sockets_are_no_limits() {
        let text = "Transport Total     IP        IPv6\nRAW\t  0         0         0\nUDP\t  8         5         3\n\
                    TCP\t  850       800       50\nINET\t  858       805       53\n";
        assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "x", complete: true }), 0);
    }

    #[test]
    fn a_prompt_names_what_was_asked() {
        let text = "[root@node-xx ~]# ulimit -u\n204800\n[root@node-xx ~]# cat /proc/sys/kernel/pid_max\n49152\n\
                    [root@node-xx ~]# ulimit -Hn\nunlimited\n";
        let shell = || Scope::Process("root@node-xx".to_owned());
        let expected = [
            ("ulimit -u", Some(204_800), true, shell()),
            ("kernel.pid_max", Some(49_152), true, Scope::Node),
            ("ulimit -n", None, false, shell()),
        ];
        assert_eq!(limits("x", text), expected);
    }
}
