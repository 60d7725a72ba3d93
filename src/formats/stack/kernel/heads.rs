//! Lines that begin a kernel task, whoever prints it.
//!
//! ```text
//! INFO: task docker:21805 blocked for more than 120 seconds.                    hung_task; "in I/O wait" in the newest kernels
//! docker          D ffff88003ea13180     0 21805      1 0x00000000              sysrq and hung_task up to 5.9
//! task:dmsetup         state:D stack:28136 pid: 3088 ppid:  3087 flags:0x00004000   since 5.10
//! CPU: 1 PID: 4711 Comm: kworker/1:2 Tainted: G        W         5.4.0           oops, lockups, stalls, OOM
//! PID: 19246  TASK: ffff880951f70fd0  CPU: 16  COMMAND: "terwayd"               crash bt
//! >    512      2   3  ffff8801290b2ab0  UN   0.0       0      0  [kworker/3:1]  crash ps
//! ```

use crate::model::memmem;

use super::frame::{hex, number};

/// What a head says of its task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TaskHead<'a> {
    pub(super) pid: u32,
    /// Its command, cut at 15 characters.
    pub(super) name: &'a [u8],
    /// The state as written; empty where none is printed.
    pub(super) state: &'a [u8],
    /// For how long at least, in seconds.
    pub(super) waited_s: Option<u32>,
    /// Who started it; 0 where none is printed.
    pub(super) parent: u32,
}

/// `comm:pid` or `comm/pid`: commands hold both characters themselves.
pub(super) fn named(text: &[u8], separator: u8) -> Option<(&[u8], u32)> {
    let at = memchr::memrchr(separator, text)?;
    let (name, pid) = (&text[..at], number(&text[at + 1..])?);
    // A command has 15 characters, a kernel worker's may be longer.
    (!name.is_empty() && name.len() <= 64).then_some((name, pid))
}

/// A report of a hung task.
pub(super) fn parse_hung(line: &[u8]) -> Option<TaskHead<'_>> {
    let rest = line.strip_prefix(b"INFO: task ")?;
    let at = memmem::find(rest, b" blocked ")?;
    let (name, pid) = named(&rest[..at], b':')?;
    let after = &rest[at + 9..];
    let span = after.strip_prefix(b"in I/O wait ").unwrap_or(after).strip_prefix(b"for more than ")?;
    let digits = span.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let waited_s = number(&span[..digits]).filter(|_| span[digits..].starts_with(b" second"));
    Some(TaskHead { pid, name, state: b"", waited_s: Some(waited_s?), parent: 0 })
}

/// A task line of sysrq or hung_task.
pub(super) fn parse_task_line(line: &[u8]) -> Option<TaskHead<'_>> {
    match line.strip_prefix(b"task:") {
        Some(rest) => parse_new(rest),
        None => parse_old(line),
    }
}

/// `dmsetup         state:D stack:28136 pid: 3088 tgid:3088 ppid:  3087 task_flags:0x0 flags:0x00004000`
fn parse_new(text: &[u8]) -> Option<TaskHead<'_>> {
    let at = memmem::find(text, b" state:")?;
    let name = text[..at].trim_ascii();
    let rest = &text[at..];
    let value = |key: &[u8]| {
        let from = memmem::find(rest, key)? + key.len();
        let value = rest[from..].trim_ascii_start();
        Some(&value[..value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len())])
    };
    let pid = number(value(b" pid:")?)?;
    let parent = value(b" ppid:").and_then(number).unwrap_or(0);
    let state = value(b" state:")?;
    let is_state = !name.is_empty() && !state.is_empty() && state.len() <= 3;
    is_state.then_some(TaskHead { pid, name, state, waited_s: None, parent })
}

/// `docker          D ffff88003ea13180     0 21805      1 0x00000000`, read from its end: commands hold blanks.
fn parse_old(line: &[u8]) -> Option<TaskHead<'_>> {
    let mut rest = line.trim_ascii_end();
    let mut last = || {
        let at = memchr::memrchr(b' ', rest)?;
        let word = &rest[at + 1..];
        rest = rest[..at].trim_ascii_end();
        Some(word)
    };
    let flags = last()?;
    hex(flags.strip_prefix(b"0x")?)?;
    let (parent, pid) = (number(last()?)?, number(last()?)?);
    // What is left of the stack, which an old kernel prints right behind the state.
    let mut word = last()?;
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 {
        number(word)?;
        word = last()?;
        if word == b"task" {
            // `R  running task`
            (last()? == b"running").then_some(())?;
            word = last()?;
        } else if word.len() >= 8 && hex(word).is_some() {
            word = last()?;
        }
    } else if letters == word.len() {
        return None;
    } else {
        word = &word[..letters];
    }
    let is_state = word.len() == 1 && b"RSDTtXZPIKWxN".contains(&word[0]);
    let name = rest.trim_ascii();
    (is_state && !name.is_empty() && name.len() <= 64).then_some(TaskHead {
        pid,
        name,
        state: word,
        waited_s: None,
        parent,
    })
}

/// `CPU: 1 PID: 4711 Comm: kworker/1:2 Tainted: …`, `Pid: 4711, comm: foo Not tainted …` (2.6).
pub(super) fn parse_comm_line(line: &[u8]) -> Option<TaskHead<'_>> {
    let text = line.trim_ascii();
    let is_new = text.starts_with(b"CPU: ");
    let (pid, name) = if is_new { (&b" PID: "[..], &b" Comm: "[..]) } else { (&b"Pid: "[..], &b", comm: "[..]) };
    let at = memmem::find(text, pid).filter(|at| is_new || *at == 0)? + pid.len();
    let digits = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let pid = number(&text[at..at + digits])?;
    let rest = text[at + digits..].strip_prefix(name)?;
    let ends = [&b" Tainted: "[..], b" Not tainted", b" Kdump: "];
    let end = ends.iter().filter_map(|end| memmem::find(rest, end)).min().unwrap_or(rest.len());
    Some(TaskHead { pid, name: rest[..end].trim_ascii(), state: b"", waited_s: None, parent: 0 })
}

/// The head of crash's `bt`, with the time since it last ran in front where `ps -m` prints it.
pub(super) fn parse_crash_head(line: &[u8]) -> Option<TaskHead<'_>> {
    let mut text = line.trim_ascii();
    let mut head = TaskHead::default();
    if let Some((waited_s, state, rest)) = parse_last_run(text) {
        // Only of an uninterruptible task the time since it last ran is a wait that tells.
        (head.state, head.waited_s) = (state, Some(waited_s).filter(|_| state == b"UN"));
        text = rest;
    }
    let rest = text.strip_prefix(b"PID: ")?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    head.pid = number(&rest[..digits])?;
    let task = memmem::find(rest, b" TASK: ")?;
    let command = memmem::find(&rest[task..], b" COMMAND: \"")? + task + 11;
    let name = &rest[command..];
    head.name = &name[..memchr::memrchr(b'"', name).unwrap_or(name.len())];
    Some(head)
}

/// `[ 0 00:00:01.404] [UN]  ` in front of a head.
fn parse_last_run(text: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let inside = text.strip_prefix(b"[")?;
    let close = inside.iter().take(40).position(|byte| *byte == b']')?;
    let (days, clock) =
        inside[..close].trim_ascii().split_at(inside[..close].trim_ascii().iter().position(|byte| *byte == b' ')?);
    let mut parts = clock.trim_ascii().split(|byte| matches!(byte, b':' | b'.')).map(number);
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let rest = inside[close + 1..].trim_ascii_start().strip_prefix(b"[")?;
    let end = rest.iter().take(4).position(|byte| *byte == b']')?;
    let sum =
        u64::from(number(days)?) * 86_400 + u64::from(hours) * 3600 + u64::from(minutes) * 60 + u64::from(seconds);
    Some((u32::try_from(sum).unwrap_or(u32::MAX), &rest[..end], rest[end + 1..].trim_ascii_start()))
}

/// The header of crash's `ps`.
pub(super) fn is_crash_table(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let want = [&b"PID"[..], b"PPID", b"CPU", b"TASK", b"ST", b"%MEM", b"VSZ", b"RSS", b"COMM"];
    want.iter().all(|want| words.next() == Some(*want)) && words.next().is_none()
}

/// A row of crash's `ps`.
pub(super) fn parse_crash_row(line: &[u8]) -> Option<TaskHead<'_>> {
    let text = line.trim_ascii();
    let text = text.strip_prefix(b">").unwrap_or(text);
    let mut rest = text;
    let mut next = || {
        rest = rest.trim_ascii_start();
        let (word, after) = rest.split_at(rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len()));
        rest = after;
        (!word.is_empty()).then_some(word)
    };
    let (pid, parent) = (number(next()?)?, number(next()?)?);
    number(next()?)?;
    let task = next()?;
    hex(task).filter(|_| task.len() >= 8)?;
    let state = next().filter(|state| state.len() == 2)?;
    let memory = next()?;
    let is_share = memory.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    number(next()?)?;
    number(next()?)?;
    let name = rest.trim_ascii();
    let name = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")).unwrap_or(name);
    (is_share && !name.is_empty()).then_some(TaskHead { pid, name, state, waited_s: None, parent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(head: Option<TaskHead<'_>>) -> String {
        head.map_or("-".to_owned(), |it| {
            let [name, state] = [it.name, it.state].map(String::from_utf8_lossy);
            format!("{} {name} {state} {:?} {}", it.pid, it.waited_s, it.parent)
        })
    }

    #[test]
    fn reports_of_hung_tasks_are_read() {
        for (line, want) in [
            ("INFO: task docker:21805 blocked for more than 120 seconds.", "21805 docker  Some(120) 0"),
            ("INFO: task kworker/1:2:4711 blocked for more than 241 seconds.", "4711 kworker/1:2  Some(241) 0"),
            ("INFO: task dd:456 blocked in I/O wait for more than 120 seconds.", "456 dd  Some(120) 0"),
            ("INFO: task cat:115 is blocked on a mutex likely owned by task cat:114.", "-"),
            ("INFO: task cat:115 blocked for more than", "-"),
        ] {
            assert_eq!(say(parse_hung(line.as_bytes())), want, "{line}");
        }
    }

    #[test]
    fn task_lines_of_all_generations_are_read() {
        for (line, want) in [
            ("docker          D ffff88003ea13180     0 21805      1 0x00000000", "21805 docker D None 1"),
            ("kworker/u8:3    D    0   117      2 0x80004000", "117 kworker/u8:3 D None 2"),
            ("dmsetup         D28136  3088   3087 0x00004000", "3088 dmsetup D None 3087"),
            ("swapper/1       R  running task        0     0      1 0x00200000", "0 swapper/1 R None 1"),
            ("Web Content     S    0  2717   2490 0x00000000", "2717 Web Content S None 2490"),
            (
                "task:dmsetup         state:D stack:28136 pid: 3088 ppid:  3087 flags:0x00004000",
                "3088 dmsetup D None 3087",
            ),
            (
                "task:cat             state:D stack:0     pid:115   tgid:115   ppid:110    task_flags:0x400040 flags:0x00004002",
                "115 cat D None 110",
            ),
            ("took 12 34 0x10", "-"),
            ("a line that ends 1 2 3 0x00000000", "-"),
        ] {
            assert_eq!(say(parse_task_line(line.as_bytes())), want, "{line}");
        }
    }

    #[test]
    fn heads_of_reports_and_of_crash_are_read() {
        for (line, want) in [
            ("CPU: 1 PID: 4711 Comm: kworker/1:2 Tainted: G        W         5.4.0-42", "4711 kworker/1:2  None 0"),
            ("CPU: 0 UID: 0 PID: 37 Comm: khungtaskd Not tainted 6.12.0", "37 khungtaskd  None 0"),
            ("Pid: 4711, comm: foo Not tainted 2.6.32-504.el6.x86_64 #1", "4711 foo  None 0"),
            ("CPU: 9 PID: 14881", "-"),
        ] {
            assert_eq!(say(parse_comm_line(line.as_bytes())), want, "{line}");
        }
        for (line, want) in [
            ("PID: 19246  TASK: ffff880951f70fd0  CPU: 16  COMMAND: \"terwayd\"", "19246 terwayd  None 0"),
            (
                "[ 1 02:00:01.404] [UN]  PID: 272    TASK: ffff88  CPU: 0    COMMAND: \"kworker/0:1\"",
                "272 kworker/0:1 UN Some(93601) 0",
            ),
            ("[ 0 00:00:01.404] [IN]  PID: 1  TASK: ffff88  CPU: 0  COMMAND: \"init\"", "1 init IN None 0"),
        ] {
            assert_eq!(say(parse_crash_head(line.as_bytes())), want, "{line}");
        }
        assert!(is_crash_table(b"   PID    PPID  CPU       TASK        ST  %MEM     VSZ    RSS  COMM"));
        assert_eq!(
            say(parse_crash_row(b">    512      2   3  ffff8801290b2ab0  UN   0.0       0      0  [kworker/3:1]")),
            "512 kworker/3:1 UN None 2"
        );
    }
}
