//! Lines that only speak of a failure: a runbook, a search for the words, a comment, an alert's text, a program that says what it got over.
//!
//! Failures stand behind a colon, a bracket or an equals sign, where programs put what the system told them; people put the same words
//! into sentences and quotes. What is unclear counts as spoken of: a failure that matters is written more than once.

use super::find_in;

/// How far a judge's words can be taken at their word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Nobody but the program meant writes them so.
    None,
    /// People quote them.
    Quoted,
    /// The system's words for an error, which stand in prose as well.
    Errno,
}

/// Words of texts about failures, in lower case.
const ABOUT: [&str; 28] = [
    "(expected)",
    "(expected,",
    "expected error",
    "expected failure",
    // Of what did not go as expected the same is said.
    "(as expected)",
    "failed as expected",
    "fails as expected",
    "refused as expected",
    "runbook",
    "playbook",
    "recovered from",
    "recovering from",
    "recovers from",
    "recovered after",
    "succeeded after",
    "no longer fail",
    "no longer fails",
    "has been resolved",
    "you see",
    "you get",
    "for example",
    "such as",
    "e.g",
    "troubleshooting",
    "documentation",
    "grep",
    "egrep",
    "zgrep",
];
/// What begins a comment, a commit or a line of an alert's rule.
const BEGINS: [&str; 14] = [
    "//",
    "/*",
    "#",
    "<!--",
    "description:",
    "summary:",
    "expr:",
    "- alert:",
    "fix:",
    "fix(",
    "docs:",
    "docs(",
    "feat:",
    "test:",
];
/// What the system says, in lower case.
const ERRNO: [&str; 3] = ["no space left on device", "resource temporarily unavailable", "too many open files"];
/// Words that say that something went wrong, in lower case.
const FAILED: [&str; 13] = [
    "fail",
    "error",
    "cannot",
    "can't",
    "could not",
    "couldn't",
    "unable",
    "exception",
    "fatal",
    "panic",
    "errno",
    "enospc",
    "refused",
];
/// Words before a quote that holds what the system said.
const SAID: [&str; 12] =
    ["error", "err", "errno", "errcode", "reason", "with", "message", "msg", "failed", "exception", "got", "cause"];

/// Whether a line only speaks of what the words at a place name.
pub(super) fn is_only_told(line: &[u8], at: usize, care: Care) -> bool {
    if care == Care::None {
        return false;
    }
    let text = line.trim_ascii_start();
    let begins = |start: &&str| text.starts_with(start.as_bytes());
    // A commit's short id may stand before its subject.
    let subject = text.iter().position(|byte| !byte.is_ascii_hexdigit()).filter(|len| (7..=12).contains(len));
    let is_commit = subject
        .is_some_and(|len| BEGINS[8..].iter().any(|it| text[len..].trim_ascii_start().starts_with(it.as_bytes())));
    let lower = line.to_ascii_lowercase();
    if BEGINS.iter().any(begins) || is_commit || ABOUT.iter().any(|words| has_words(&lower, words)) {
        return true;
    }
    let start = match care {
        // The words begin within one.
        Care::Errno => at - usize::from(line[..at].last().is_some_and(u8::is_ascii_alphabetic)),
        _ => sentence_start(line, at),
    };
    let before = &line[..start];
    // Inside of backticks, and as an item of a list.
    let is_code = memchr::memchr_iter(b'`', before).count() % 2 == 1 && line[at..].contains(&b'`');
    if is_code || matches!(before.trim_ascii(), b"-" | b"*" | b"+") {
        return true;
    }
    if opened_by(before).is_some_and(|outside| !is_what_was_said(outside)) {
        return true;
    }
    if care == Care::Quoted {
        return false;
    }
    // The words of another language, and those about watches, say what they mean.
    let Some(behind) = ERRNO.iter().find_map(|words| lower[start..].strip_prefix(words.as_bytes())) else {
        return false;
    };
    let is_sentence = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b',';
    let goes_on = behind.strip_prefix(b" ").and_then(<[u8]>::first).is_some_and(u8::is_ascii_alphabetic);
    let is_prose =
        before.trim_ascii_end().last().is_some_and(is_sentence) || goes_on && !behind.starts_with(b" in system");
    let has_failed = FAILED.iter().any(|word| find_in(&lower[..start], word).is_some());
    match lowness(line) {
        0 => is_prose && !has_failed,
        1 => is_prose || !has_failed,
        _ => true,
    }
}

/// What stands before the quote that opens at the end of a text; `None` where none does.
fn opened_by(before: &[u8]) -> Option<&[u8]> {
    let (quote, outside) = before.split_last().filter(|(byte, _)| matches!(byte, b'"' | b'\'' | b'`'))?;
    let is_escaped = outside.ends_with(b"\\");
    let is_same = |at: &usize| before[*at] == *quote && (*at > 0 && before[*at - 1] == b'\\') == is_escaped;
    let is_open = match quote {
        // An apostrophe stands behind a letter.
        b'\'' => !outside.last().is_some_and(u8::is_ascii_alphanumeric),
        _ => (0..before.len()).filter(is_same).count() % 2 == 1,
    };
    is_open.then_some(outside)
}

/// Where the letters and blanks around a place begin; an apostrophe within a word is one of them.
fn sentence_start(line: &[u8], at: usize) -> usize {
    let is_inside = |at: usize| match line[at] {
        b'\'' => at > 0 && line[at - 1].is_ascii_alphabetic() && line.get(at + 1).is_some_and(u8::is_ascii_alphabetic),
        byte => byte.is_ascii_alphabetic() || byte == b' ',
    };
    (0..at).rev().take_while(|at| is_inside(*at)).last().unwrap_or(at)
}

/// Whether words stand in a lower-case line as whole ones, and in no path.
fn has_words(line: &[u8], words: &str) -> bool {
    let Some(at) = find_in(line, words) else { return false };
    let is_outside = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'/');
    let behind = line.get(at + words.len()..).unwrap_or_default();
    // `grep: write error` is of grep.
    let speaks = !words.ends_with("grep") || behind.first() == Some(&b' ');
    speaks && line[..at].last().is_none_or(is_outside) && behind.first().is_none_or(is_outside)
}

/// Whether what stands before a quote hands over what the system said: `error="…`, `"error": "…`, `Errcode: 28 "…`.
fn is_what_was_said(outside: &[u8]) -> bool {
    let outside = outside.trim_ascii_end();
    let outside = outside.strip_suffix(b"\\").unwrap_or(outside).trim_ascii_end();
    match outside {
        // Comparisons.
        [.., b'|' | b'!' | b'=' | b'~', b'='] | [] => false,
        [.., b'=' | b':' | b'0'..=b'9'] | [.., b':', b'['] => true,
        _ => {
            let start = outside.iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |last| last + 1);
            SAID.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(&outside[start..]))
        }
    }
}

/// How far below a warning the level is that the first such word of a line names: 2 is what only programmers read, unless a later one is higher.
fn lowness(line: &[u8]) -> u8 {
    const LEVELS: [(&str, u8); 10] = [
        ("info", 1),
        ("debug", 2),
        ("trace", 2),
        ("notice", 1),
        ("warn", 0),
        ("warning", 0),
        ("error", 0),
        ("err", 0),
        ("fatal", 0),
        ("critical", 0),
    ];
    let (mut at, mut found) = (0, 0);
    while let Some(len) = line[at..].iter().position(u8::is_ascii_alphanumeric) {
        let from = at + len;
        let len = line[from..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(line.len() - from);
        let word = &line[from..from + len];
        at = from + len;
        // klog's letter stands before the day.
        if let [letter @ (b'I' | b'W' | b'E' | b'F'), day @ ..] = word
            && day.len() == 4
            && day.iter().all(u8::is_ascii_digit)
        {
            return u8::from(*letter == b'I');
        }
        let is_marked = || {
            let (left, right) = (from.checked_sub(1).map(|at| line[at]), line.get(at).copied());
            matches!(left, Some(b'=' | b'"' | b'[' | b'\t' | b'|' | b'<')) || left.is_none() && right == Some(b':')
        };
        // `"debug":false`, `[trace=4bf9]`, `TRACE_ID`: what a value is called says nothing of the line.
        let is_key = || match &line[at..] {
            [b'"', behind @ ..] => behind.trim_ascii_start().starts_with(b":"),
            behind => matches!(behind.first(), Some(b'_' | b'-' | b'=')),
        };
        let named = LEVELS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word));
        let is_stated = || (word.iter().all(u8::is_ascii_uppercase) || is_marked()) && !is_key();
        if let Some((_, lowness)) = named.filter(|_| is_stated()) {
            if *lowness < 2 {
                return *lowness;
            }
            found = 2;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::super::words::Words;
    use super::super::Scanner;
    use crate::evidence::Block;
    use crate::model::Parsed;

    fn n_seen(line: &str) -> usize {
        let mut out = Parsed::default();
        let block = Block { bytes: line.as_bytes(), offset: 0, first_line: 1 };
        let hits = Words::new(Scanner::words().collect()).find_in(&block).into_iter();
        Scanner::default().scan(&block, hits, &mut out);
        out.sightings.kept.len()
    }

    #[test]
    fn what_is_only_spoken_of_is_no_failure() {
        for line in [
            "2026-11-28 02:10:11 INFO  c.e.Disk - recovered from: write /data/x: no space left on device",
            "2026-11-28 02:10:11 INFO  watcher - pattern loaded: no space left on device",
            "time=\"2026-11-28T02:10:11Z\" level=info msg=\"rule added\" match=\"no space left on device\"",
            "{\"level\":\"debug\",\"msg\":\"will retry on: no space left on device\"}",
            "I1128 02:10:11.123456 1 rules.go:12] pattern: no space left on device",
            "$ journalctl -k | grep 'no space left on device'",
            "root@n1:~# dmesg | grep -i \"fork rejected by pids controller in /\"",
            "if strings.Contains(err.Error(), \"no space left on device\") {",
            "    if err.Error() == \"resource temporarily unavailable\" { // fork",
            "// fork: Resource temporarily unavailable",
            "# fork/exec: Resource temporarily unavailable means a limit of tasks",
            "      description: \"Pod cannot start: no space left on device\"",
            "      expr: count_over_time({app=\"x\"} |= \"no space left on device\" [5m])",
            "{app=\"x\"} |= \"no space left on device\"",
            "When you see \"fork: retry: Resource temporarily unavailable\", look at pid_max",
            "Runbook: fork failed: Resource temporarily unavailable -> check TasksMax",
            "3a9e7c9 fix: retry fork on error: resource temporarily unavailable",
            "docs: explain error: no space left on device",
            "No space left on device means that the volume is full",
            "handle no space left on device gracefully",
            "- no space left on device",
            "- `-bash: fork: retry: Resource temporarily unavailable` means that tasks ran out",
            "DEBUG loaded pattern 'unable to create new native thread'",
            "we saw fork answer Resource temporarily unavailable yesterday",
            "the watchdog looks for \"unable to create new native thread\" in the log",
            "ALERTS = [\"can't start new thread\", 'too many open files']",
            "{\"msg\":\"will retry on: no space left on device\",\"level\":\"info\"}",
            "{\"msg\":\"pattern \\\"State: OOMKilled\\\" loaded\"}",
            "look for \"State: OOMKilled\" in the description",
            "grep -c 'Killed process ' /var/log/kern.log # Out of memory: Killed process 1 (x)",
            "    disk_test.go:12: got expected error: write /tmp/x: no space left on device",
            "2024-08-20T13:58:23.123Z INFO  TestDiskFull: PASS (expected error: no space left on device)",
            "2024-08-20T13:58:23.123Z DEBUG config: error_patterns: error=no space left on device",
            "INFO  lookup example.test: no such host (expected, health check disabled)",
            "ok, it failed as expected: write /tmp/x: no space left on device",
            "{\"trace_id\":\"4bf9\",\"level\":\"debug\",\"msg\":\"write /data/x: no space left on device\"}",
            "the page `cgroup: fork rejected by pids controller in /x` explains it",
        ] {
            assert_eq!(n_seen(line), 0, "{line}");
        }
    }

    #[test]
    fn what_the_system_said_is_a_failure() {
        for line in [
            "2026-11-28 02:10:11 INFO DataNode: opWriteBlock received exception java.io.IOException: No space left on device",
            "time=\"2026-11-28T02:10:11Z\" level=info msg=\"Attempting next endpoint after error: write /x: no space left on device\"",
            "[ERROR] Disk is full writing './b.000001' (OS errno 28 - No space left on device). Retry in 60 secs.",
            "ERROR 1021: Got error 28 \"No space left on device\" from storage engine",
            "mysqld: Error writing file '/var/lib/x' (Errcode: 28 \"No space left on device\")",
            "level=error msg=\"write failed\" err=\"no space left on device\"",
            "{\"level\":\"error\",\"error\":\"no space left on device\"}",
            "Error: ENOSPC: no space left on device, write",
            "OSError: [Errno 28] No space left on device: '/data/x'",
            "OSError: [Errno 28] No space left on device",
            "grep: write error: No space left on device",
            "rsync: write failed on \"/data/x\": No space left on device (28)",
            "write failed because there is no space left on device",
            "unexpected error: write /tmp/x: no space left on device",
            "<6>[ 11.5] cgroup: fork rejected by pids controller in /kubepods/burstable/pod1",
            "kern  :info  : [ 11.5] cgroup: fork rejected by pids controller in /kubepods/burstable/pod1",
            "I0626 20:28:37.242405 1086 fsHandler.go:121] failed to exec du - fork/exec /usr/bin/nice: resource temporarily unavailable",
            "-bash: fork: retry: Resource temporarily unavailable",
            "sshd[1]: error: fork: Resource temporarily unavailable",
            "1:M 28 Nov 2026 02:10:11.123 # Can't save in background: fork: Resource temporarily unavailable",
            "RuntimeError: can't start new thread",
            "Exception in thread \"main\" java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory",
            "{\"msg\":\"java.lang.OutOfMemoryError: unable to create new native thread\"}",
            "accept4(): Too many open files",
            "kubelet[1123]: Error: failed to start container \"payment\": OOMKilled",
            "{\"msg\":\"failed to start container \\\"payment\\\": OOMKilled\"}",
            "cannot create '/data/x': No space left on device",
            "{\"msg\":\"failed to start container: OOMKilled\"}",
            "kern.err kernel: Memory cgroup out of memory: Killed process 28438 (java) total-vm:1kB, anon-rss:2kB",
            "\"Skipping pod synchronization\" err=\"PLEG is not healthy: pleg was last seen active 3m0.1s ago; threshold is 3m0s\"",
            "open /srv/runbook/x: no space left on device",
            "Failed to allocate directory watch: Too many open files",
            "open /etc/hosts: too many open files in system",
            "{\"trace_id\":\"4bf9\",\"level\":\"error\",\"msg\":\"write /data/x: no space left on device\"}",
            "{\"debug\" : false,\"level\":\"error\",\"msg\":\"write /data/x: no space left on device\"}",
            "{\"info\":\"x\",\"level\":\"error\",\"msg\":\"write /data/x: no space left on device\"}",
            "2026-06-18T10:00:00Z [trace=4bf9] ERROR store: write /data/x: no space left on device",
            "2026-06-18T10:00:00Z [http-1] [TRACE_ID=4bf] ERROR write failed: write /data/x: no space left on device",
            "2026-06-18T10:00:00Z [trace 4bf9] ERROR store: write /data/x: no space left on device",
            "ERROR backup did not finish as expected: write /data/x: no space left on device",
            "ERROR store: write /data/x: no space left on device (expected 4096 bytes, wrote 512)",
        ] {
            assert_eq!(n_seen(line), 1, "{line}");
        }
    }
}
