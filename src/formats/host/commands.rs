//! Commands in terminals: which lines are one, and whose output belongs together.

use super::kubectl::verb_of;
use super::prompt::{Prompt, parse_prompt};

/// Commands longer than this are text.
const MAX_COMMAND_BYTES: usize = 200;

/// Programs whose name behind a lone `#` makes that a prompt and not a comment.
const PROGRAMS: &[&[u8]] = &[
    b"calicoctl",
    b"cat",
    b"ceph",
    b"conntrack",
    b"crictl",
    b"curl",
    b"date",
    b"df",
    b"dig",
    b"dmesg",
    b"docker",
    b"free",
    b"grep",
    b"head",
    b"hostname",
    b"hostnamectl",
    b"iostat",
    b"iptables-save",
    b"journalctl",
    b"kubectl",
    b"ls",
    b"lscpu",
    b"lsof",
    b"mount",
    b"nc",
    b"netstat",
    b"nslookup",
    b"oc",
    b"pidstat",
    b"ping",
    b"prlimit",
    b"ps",
    b"pstree",
    b"sadf",
    b"sar",
    b"ss",
    b"sysctl",
    b"systemctl",
    b"tail",
    b"timedatectl",
    b"top",
    b"touch",
    b"ulimit",
    b"uname",
    b"uptime",
    b"vmstat",
];

/// What a command's output belongs to: commands of one class are read together by the format that knows their prompts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class<'a> {
    /// Limits of the running system.
    Limits,
    /// Anything else, by its program and first word.
    Program(&'a [u8], &'a [u8]),
}

pub(super) fn class_of<'a>(prompt: &Prompt<'a>) -> Class<'a> {
    let mut typed = prompt.words();
    let (program, first) = (typed.next().unwrap_or_default(), typed.next().unwrap_or_default());
    let first = if matches!(program, b"kubectl" | b"oc") { verb_of(prompt) } else { first };
    let is_setting = |word: &[u8]| {
        crate::model::memmem::find(word, b"proc/sys/").is_some()
            || word.starts_with(b"/proc/") && word.ends_with(b"/limits")
    };
    let asks_setting = || prompt.words().skip(1).any(is_setting);
    match program {
        _ if prompt.command.contains(&b'|') => Class::Program(program, first),
        b"ulimit" | b"prlimit" | b"sysctl" => Class::Limits,
        b"cat" | b"head" | b"tail" | b"grep" | b"more" if asks_setting() => Class::Limits,
        // Tables of several resources are one kind of output; events and whole objects are read by other formats.
        b"kubectl" | b"oc" if matches!(first, b"get" | b"top") => {
            let others: [&[u8]; 4] = [b"events", b"ev", b"json", b"yaml"];
            let is_other = |word: &[u8]| others.iter().copied().find(|other| word.ends_with(other));
            Class::Program(b"kubectl", prompt.words().find_map(is_other).unwrap_or(b"get"))
        }
        b"kubectl" | b"oc" | b"docker" | b"crictl" | b"ceph" | b"systemctl" => Class::Program(program, first),
        b"cat" | b"head" | b"tail" | b"grep" => Class::Program(b"cat", prompt.words().last().unwrap_or_default()),
        _ => Class::Program(program, b""),
    }
}

/// A prompt with a command, where it is believed; or a command alone.
pub(super) fn command_of(line: &[u8]) -> Option<Prompt<'_>> {
    let Some(prompt) = parse_prompt(line) else { return bare_command(line) };
    (prompt.is_certain || is_known(&prompt)).then_some(prompt)
}

/// `kubectl get pods -n shop`, `df -h`: what was typed without its prompt, as people quote it, where no sentence begins like that.
fn bare_command(line: &[u8]) -> Option<Prompt<'_>> {
    let prompt = Prompt::without(line.trim_ascii_end());
    let mut typed = prompt.words();
    let (program, first) = (typed.next()?, typed.next()?);
    let is_told = match first {
        [b'/', ..] => true,
        [b'-', letter, ..] => letter.is_ascii_alphabetic(),
        _ => [&b"get"[..], b"describe", b"logs", b"top"].contains(&verb_of(&prompt)),
    };
    let begins = line.first().is_some_and(u8::is_ascii_lowercase) && line.len() < MAX_COMMAND_BYTES;
    (begins && is_told && PROGRAMS.contains(&program)).then_some(prompt)
}

/// Whether the first of some commands asks for limits, or there is none.
pub(super) fn asks_limits(classes: &[Class<'_>]) -> bool {
    classes.first().is_none_or(|class| *class == Class::Limits)
}

/// Whether it is a program that is known.
pub(super) fn is_known(prompt: &Prompt<'_>) -> bool {
    prompt.words().next().is_some_and(|program| PROGRAMS.contains(&program))
}

/// Commands that tell how much was in use, over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    Date,
    Top,
}

impl Counts {
    pub(super) fn of(prompt: &Prompt<'_>) -> Option<Self> {
        let mut typed = prompt.words();
        match (typed.next()?, typed.next()) {
            _ if prompt.command.contains(&b'|') => None,
            (b"date", None) => Some(Self::Date),
            _ if verb_of(prompt) == b"top" => Some(Self::Top),
            _ => None,
        }
    }
}
