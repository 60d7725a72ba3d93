//! Single values of `/proc/sys`, known by where they were read.
//!
//! ```text
//! 49152                                    in a file proc/sys/kernel/pid_max (sosreport), pid_max.txt or node-xx_pid_max
//! # cat /proc/sys/kernel/pid_max           a prompt, then the number
//! ==> /proc/sys/kernel/threads-max <==     head and tail over several files, then the number
//! /proc/sys/fs/file-max:9223372036854775807        grep -H . /proc/sys/…
//! 1632    0    1631329                     of /proc/sys/fs/file-nr: in use, free, the limit
//! ```
//! Yields `kernel.pid_max`, `kernel.threads-max`, `fs.file-max` and others, all in force, and how many files and connections are in use. A
//! bare number that nothing identifies is not claimed.
//!
//! Spec: proc_sys_kernel(5), proc_sys_fs(5). Not supported: other tables of several numbers.

use super::prompt::parse_prompt;
use super::sysctl::used_by_key;
use super::tally::{parse_whole, words};
use super::transcript::{Question, Transcript};
use crate::formats::{Family, Format, Head, Parser};
use crate::model::{EvidenceId, LimitName, LimitOrigin};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "proc-sys", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let bare = head.telling_lines().take(2).collect::<Vec<_>>();
    let is_numbers = |line: &[u8]| words(line).all(|word| parse_whole(word).is_some());
    if let [only] = bare[..]
        && is_numbers(only)
        && question_of_name(head.name).is_some_and(|it| it.is_use || parse_whole(only.trim_ascii()).is_some())
    {
        return 90;
    }
    let identified = head.lines().take(50).any(|line| {
        let line = line.trim_ascii();
        banner_path(line).is_some_and(is_known)
            || parse_named_value(line).is_some_and(|(path, _)| is_known(path))
            || asks_for_path(line)
    });
    let foreign = head.share(50, |line| {
        let line = line.trim_ascii();
        !is_numbers(line)
            && banner_path(line).is_none()
            && parse_named_value(line).is_none()
            && parse_prompt(line).is_none()
    });
    match (identified, foreign) {
        (false, _) => 0,
        (true, 0) => 95,
        (true, 1..40) => 70,
        (true, _) => 0,
    }
}

fn asks_for_path(line: &[u8]) -> bool {
    parse_prompt(line).is_some_and(|prompt| prompt.words().skip(1).any(is_known))
}

fn is_known(path: &[u8]) -> bool {
    Question::of_path(path).name.is_some()
}

/// What an input's name asks.
fn question_of_name(name: &str) -> Option<Question> {
    let used = used_of_path(name.as_bytes());
    let limit = || limit_of_name(name).map(|name| Question { name: Some(name), soft: true, is_use: false });
    used.map(|_| Question::of_path(name.as_bytes())).or_else(limit)
}

/// The limit whose use a path of `/proc/sys` tells.
pub(super) fn used_of_path(path: &[u8]) -> Option<LimitName> {
    let at = crate::model::memmem::rfind(path, b"proc/sys/")?;
    used_by_key(&path[at + b"proc/sys/".len()..])
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(Transcript::new(evidence, LimitOrigin::Live).asking(question_of_name(head.name)))
}

/// The path in `==> /proc/sys/kernel/pid_max <==`.
pub(super) fn banner_path(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"==> ")?.strip_suffix(b" <==")
}

/// The path and number of `/proc/sys/kernel/pid_max:49152`.
pub(super) fn parse_named_value(text: &[u8]) -> Option<(&[u8], u64)> {
    let colon = memchr::memrchr(b':', text)?;
    let path = &text[..colon];
    (path.contains(&b'/') && path.windows(9).any(|part| part == b"proc/sys/"))
        .then(|| parse_whole(text[colon + 1..].trim_ascii()))
        .flatten()
        .map(|value| (path, value))
}

/// The limit behind a path of `/proc/sys`, also one inside a bundle (`sos/proc/sys/kernel/pid_max`).
pub(super) fn limit_of_path(path: &[u8]) -> Option<LimitName> {
    const PATHS: &[(&[u8], LimitName)] = &[
        (b"proc/sys/kernel/pid_max", LimitName::PidMax),
        (b"proc/sys/kernel/threads-max", LimitName::ThreadsMax),
        (b"proc/sys/fs/file-max", LimitName::FileMax),
        (b"proc/sys/net/netfilter/nf_conntrack_max", LimitName::ConntrackMax),
        (b"proc/sys/net/nf_conntrack_max", LimitName::ConntrackMax),
        (b"proc/sys/fs/inotify/max_user_instances", LimitName::InotifyInstances),
        (b"proc/sys/fs/inotify/max_user_watches", LimitName::InotifyWatches),
    ];
    PATHS.iter().find(|(tail, _)| path.ends_with(tail)).map(|(_, name)| *name)
}

/// The limit that a file name tells: `pid_max`, `pid_max.txt`, `node-xx_pid_max`, `kernel.threads-max.txt`.
fn limit_of_name(name: &str) -> Option<LimitName> {
    const STEMS: &[(&str, LimitName)] = &[
        ("pid_max", LimitName::PidMax),
        ("threads-max", LimitName::ThreadsMax),
        ("threads_max", LimitName::ThreadsMax),
        ("file-max", LimitName::FileMax),
        ("file_max", LimitName::FileMax),
    ];
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = [".txt", ".log", ".out"].iter().find_map(|suffix| file.strip_suffix(suffix)).unwrap_or(file);
    // A letter before the word is part of another word: `container_threads_max` is a metric, `mypid_max` nothing known.
    let ends_with = |word: &str| {
        let before = stem.strip_suffix(word)?;
        let parent = before.trim_end_matches(['_', '-', '.', ' ']);
        let free = before.is_empty() || parent.len() < before.len();
        (free && !parent.ends_with("container")).then_some(())
    };
    STEMS.iter().find(|(word, _)| ends_with(word).is_some()).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn a_number_is_known_by_its_place_or_its_question() {
        let cases = [
            ("sos/proc/sys/kernel/pid_max", "49152\n"),
            ("pid_max.txt", "49152"),
            ("node-xx_pid_max", "49152\n"),
            ("unknown", "# cat /proc/sys/kernel/pid_max\n49152\n"),
            ("unknown", "==> /proc/sys/kernel/pid_max <==\n49152\n"),
            ("unknown", "/proc/sys/kernel/pid_max:49152\n"),
        ];
        for (name, text) in cases {
            assert!(sniff(&Head { bytes: text.as_bytes(), name, complete: true }) >= 90, "{name}: {text}");
            let parsed = parse_text(&FORMAT, name, text);
            let values: Vec<_> = parsed.limits.iter().map(|limit| (limit.name, limit.value)).collect();
            assert_eq!(values, [(LimitName::PidMax, Some(49_152))], "{name}: {text}");
        }
    }

    #[test]
    fn several_answers_follow_the_order_of_the_question() {
        let text =
            "$ cat /proc/sys/kernel/pid_max /proc/sys/vm/swappiness /proc/sys/fs/file-max\n49152\n60\n1631329\n7\n";
        let parsed = parse_text(&FORMAT, "unknown", text);
        let values: Vec<_> = parsed.limits.iter().map(|limit| (limit.name.as_str(), limit.value)).collect();
        assert_eq!(values, [("kernel.pid_max", Some(49_152)), ("fs.file-max", Some(1_631_329))]);
        assert_eq!(parsed.lines.failed, 1);
    }

    #[test]
    fn a_number_without_identity_is_nobodys() {
        for name in ["unknown", "answer.txt", "container_threads_max", "mypid_max"] {
            assert_eq!(sniff(&Head { bytes: b"49152\n", name, complete: true }), 0, "{name}");
        }
    }
}
