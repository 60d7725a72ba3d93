//! Shell prompts in transcripts: who was asked what.
//!
//! ```text
//! $ ulimit -u
//! # cat /proc/sys/kernel/pid_max
//! [root@node-xx ~]# sysctl kernel.threads-max
//! root@node-xx:/# ps -eLf
//! sh-4.4# prlimit -p 1123
//! ➜  ~ kubectl get pods                      oh-my-zsh; ❯ of starship and pure
//! PS C:\Users\ops> kubectl get nodes          PowerShell; C:\Users\ops> of cmd
//! (base) ops@node-xx:~$ df -h                with what conda, venv or kube-ps1 put in front
//! ops@node-xx ~> df -h                       fish
//! ```
//! A lone `# text` may be a comment, so callers look at the command before they believe in the prompt.
//! Not supported: prompts of two lines, and those that end in anything else.

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
    let text = without_environment(line.trim_ascii());
    if let Some(prompt) = drawn(text).or_else(|| windows(text)) {
        return Some(prompt);
    }
    let window = &text[..text.len().min(MAX_PROMPT_BYTES)];
    let mark = window.iter().enumerate().position(|(at, byte)| {
        let is_mark = matches!(byte, b'$' | b'#' | b'%' | b'>') && matches!(window.get(at + 1), None | Some(b' '));
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
    // fish ends in what quotes letters, too.
    let is_fish = text[mark] == b'>';
    let is_prompt = is_prompt && (!is_fish || asked.is_some());
    let is_certain = !is_fish && (!before.is_empty() || text[mark] == b'$');
    is_prompt.then(|| Prompt { asked, command: text[mark + 1..].trim_ascii(), is_certain })
}

/// What stands behind `(base) ` or `(⎈|prod:shop)`.
fn without_environment(text: &[u8]) -> &[u8] {
    let close = text.iter().take(MAX_PROMPT_BYTES).position(|byte| *byte == b')').filter(|_| text.starts_with(b"("));
    close.map_or(text, |close| text[close + 1..].trim_ascii_start())
}

/// `➜  ~ kubectl get pods`, `➜  shop git:(main) ✗ kubectl get pods`, `❯ kubectl get pods`.
fn drawn(text: &[u8]) -> Option<Prompt<'_>> {
    let text = std::str::from_utf8(text).ok()?;
    let command = match text.strip_prefix('❯') {
        Some(command) => command,
        None => {
            // The directory, and what git says of it.
            let (_, rest) = text.strip_prefix('➜')?.trim_start().split_once(' ').unwrap_or_default();
            let rest = rest.trim_start();
            let rest = rest.strip_prefix("git:(").and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest);
            rest.trim_start().trim_start_matches('✗')
        }
    };
    Some(Prompt { asked: None, command: command.trim().as_bytes(), is_certain: true })
}

/// `PS C:\Users\ops> kubectl get nodes`, `C:\>kubectl get nodes`: a drive, its folder, and the mark.
fn windows(text: &[u8]) -> Option<Prompt<'_>> {
    let folder = text.strip_prefix(b"PS ").unwrap_or(text);
    if !matches!(folder, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic()) {
        return None;
    }
    let mark = folder.iter().take(MAX_PROMPT_BYTES).position(|byte| *byte == b'>')?;
    Some(Prompt { asked: None, command: folder[mark + 1..].trim_ascii(), is_certain: true })
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
            "➜  ~ ulimit -u",
            "➜  shop git:(main) ✗ ulimit -u",
            "❯ ulimit -u",
            "PS C:\\Users\\ops> ulimit -u",
            "C:\\>ulimit -u",
            "(base) ops@node-xx:~/x$ ulimit -u",
            "(⎈|prod:shop)ops@mac:~$ ulimit -u",
            "(venv) $ ulimit -u",
            "ops@node-xx ~> ulimit -u",
        ] {
            assert_eq!(command(line), Some(&b"ulimit -u"[..]), "{line}");
        }
        assert_eq!(command("[root@node-xx ~]#"), Some(&b""[..]));
        for line in [
            "the limit of user # 5",
            "kernel.pid_max=49152 # raised",
            "85% used",
            "C:\\Users\\ops",
            "a > b",
            "> quoted",
            "(see above)",
            "/dev/sda2  106954752 298662 106656090    1% /home",
        ] {
            assert_eq!(command(line), None, "{line}");
        }
        assert_eq!(parse_prompt(b"[root@node-xx ~]# id").and_then(|prompt| prompt.asked), Some(&b"root@node-xx"[..]));
        let asked = parse_prompt("(⎈|prod:shop)ops@mac:~$ id".as_bytes()).and_then(|prompt| prompt.asked);
        assert_eq!(asked, Some(&b"ops@mac"[..]));
        assert!(parse_prompt(b"bob@mail.org> wrote").is_some_and(|prompt| !prompt.is_certain));
        assert_eq!(parse_prompt(b"root@n:/# sudo /sbin/sysctl -a").map(|p| p.words().count()), Some(2));
    }
}
