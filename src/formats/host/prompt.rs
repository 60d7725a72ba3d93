//! Shell prompts in transcripts: who was asked what.
//!
//! ```text
//! $ ulimit -u
//! # cat /proc/sys/kernel/pid_max
//! [root@node-xx ~]# sysctl kernel.threads-max
//! root@node-xx:/# ps -eLf
//! sh-4.4# prlimit -p 1123
//! ```
//! A lone `# text` may be a comment, so callers look at the command before they believe in the prompt.
//! Not supported: prompts of two lines and prompts that end in anything but `$`, `#` or `%`.

use super::tally::words;

/// A prompt and the command behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prompt<'a> {
    /// `user@host` where the prompt shows it.
    pub(super) asked: Option<&'a [u8]>,
    /// The command as typed, without blanks around; empty where nothing was typed.
    pub(super) command: &'a [u8],
    /// Whether it cannot be a comment: `# text` alone can.
    pub(super) is_certain: bool,
}

impl<'a> Prompt<'a> {
    /// The command's name and its arguments; `sudo` and the directory are left out.
    pub(super) fn words(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut typed = words(self.command).skip_while(|word| *word == b"sudo");
        let program = typed.next().map(|word| word.rsplit(|&byte| byte == b'/').next().unwrap_or(word));
        program.into_iter().chain(typed)
    }
}

/// Prompts longer than this are text that happens to hold a `#`.
const MAX_PROMPT_BYTES: usize = 96;

/// Reads a line as prompt and command.
pub(super) fn parse_prompt(line: &[u8]) -> Option<Prompt<'_>> {
    let text = line.trim_ascii();
    let window = &text[..text.len().min(MAX_PROMPT_BYTES)];
    let mark = window.iter().enumerate().position(|(at, byte)| {
        let is_mark = matches!(byte, b'$' | b'#' | b'%') && matches!(window.get(at + 1), None | Some(b' '));
        // `1% /home` is a share.
        is_mark && !(*byte == b'%' && at > 0 && window[at - 1].is_ascii_digit())
    })?;
    let before = text[..mark].trim_ascii();
    let bracketed = before.strip_prefix(b"[").and_then(|inside| inside.strip_suffix(b"]"));
    let first = words(bracketed.unwrap_or(before)).next().unwrap_or_default();
    let asked = first.contains(&b'@').then(|| first.split(|&byte| byte == b':').next().unwrap_or(first));
    let is_shell = before.starts_with(b"sh-") || before.starts_with(b"bash-");
    let is_directory = before.ends_with(b"~") || before.starts_with(b"/");
    let is_prompt = before.is_empty() || bracketed.is_some() || asked.is_some() || is_shell || is_directory;
    let is_certain = !before.is_empty() || text[mark] == b'$';
    is_prompt.then(|| Prompt { asked, command: text[mark + 1..].trim_ascii(), is_certain })
}

/// Whether a line is a prompt and no comment.
pub(in crate::formats) fn is_prompt(line: &[u8]) -> bool {
    parse_prompt(line).is_some_and(|prompt| prompt.is_certain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_of_many_shells() {
        let command = |line: &'static str| parse_prompt(line.as_bytes()).map(|prompt| prompt.command);
        for line in [
            "$ ulimit -u",
            "# ulimit -u",
            "[root@node-xx ~]# ulimit -u",
            "root@node-xx:~# ulimit -u",
            "sre@laptop ~ % ulimit -u",
            "sh-4.4# ulimit -u",
            "node-xx:~ # ulimit -u",
            "/ # ulimit -u",
        ] {
            assert_eq!(command(line), Some(&b"ulimit -u"[..]), "{line}");
        }
        assert_eq!(command("[root@node-xx ~]#"), Some(&b""[..]));
        for line in [
            "the limit of user # 5",
            "kernel.pid_max=49152 # raised",
            "85% used",
            "/dev/sda2  106954752 298662 106656090    1% /home",
        ] {
            assert_eq!(command(line), None, "{line}");
        }
        assert_eq!(parse_prompt(b"[root@node-xx ~]# id").and_then(|prompt| prompt.asked), Some(&b"root@node-xx"[..]));
        assert_eq!(parse_prompt(b"root@n:/# sudo /sbin/sysctl -a").map(|p| p.words().count()), Some(2));
    }
}
