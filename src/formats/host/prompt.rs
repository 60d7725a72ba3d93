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
//! [2026-11-28 02:10:11] root@n1:~# df -h     a date and time before it, or inside (`root@n1 2026-11-28 02:10:11 ~ $`)
//! root@n1:~# ssh n2 'ulimit -u'              somebody or something else is asked: ssh, su, sudo, runuser, sh -c, exec of kubectl and docker
//! ```
//! A lone `# text` may be a comment, so callers look at the command before they believe in the prompt.
//! Not supported: prompts of two lines, and those that end in anything else.

use super::tally::{Fate, split_words, words};
use crate::formats::Parsed;
use crate::formats::time::{Stamp, parse_iso};
use crate::model::WallTime;

/// A prompt and the command behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prompt<'a> {
    /// The user that the prompt shows.
    pub(super) user: Option<&'a [u8]>,
    /// The host that the command ran on; empty where it ran in a container, or where the prompt does not tell.
    pub(super) host: &'a [u8],
    /// Another user than that of the prompt, as whom the command ran.
    pub(super) as_user: Option<&'a [u8]>,
    /// The command as typed, without blanks around, and without what only says where or as whom it runs; empty where nothing was typed.
    pub(super) command: &'a [u8],
    /// Whether it cannot be a comment: `# text` alone can.
    pub(super) is_certain: bool,
    /// When, where the prompt shows date and time.
    pub(super) stamp: Option<Stamp>,
}

/// Hosts told of one input at most; later ones are not known.
const MAX_HOSTS: usize = 4096;

/// Programs that run a command, with those of their options that take a word.
const RUNNERS: [(&[u8], &[u8]); 12] = [
    (b"sudo", b"ugCDghprRtTU"),
    (b"su", b"sgGwT"),
    (b"runuser", b"usgGw"),
    (b"ssh", b"bcDEeFIiJLlmOopQRSWw"),
    (b"sh", b"oO"),
    (b"bash", b"oO"),
    (b"ash", b"oO"),
    (b"dash", b"oO"),
    (b"time", b"of"),
    (b"nohup", b""),
    (b"timeout", b"ks"),
    (b"chroot", b""),
];

impl<'a> Prompt<'a> {
    const fn of(command: &'a [u8], is_certain: bool) -> Self {
        Self { user: None, host: &[], as_user: None, command, is_certain, stamp: None }
    }

    /// A command alone, as it was typed.
    pub(super) fn without(command: &'a [u8]) -> Self {
        Self::of(command, false).run()
    }

    /// `user@host`, as far as it is known.
    pub(super) fn subject(&self) -> Option<String> {
        let parts = [self.as_user.or(self.user)?, &b"@"[..], self.host];
        let shown = if self.host.is_empty() { &parts[..1] } else { &parts[..] };
        Some(String::from_utf8_lossy(&shown.concat()).into_owned())
    }

    /// Notes from which line on the host is another than before.
    pub(super) fn tell_host(&self, line: u32, out: &mut Parsed) {
        let host = if out.hosts.len() < MAX_HOSTS { self.host } else { &[] };
        let known = out.hosts.last().map_or(&[][..], |(_, host)| host.as_bytes());
        if host != known {
            out.hosts.push((line, String::from_utf8_lossy(host).into_owned()));
        }
    }

    /// Passes over a prompt among what it asked for.
    pub(super) fn pass(&self, line: u32, out: &mut Parsed) -> Fate {
        if self.is_certain {
            self.tell_host(line, out);
        }
        Fate::Skipped
    }

    /// What really ran, where and as whom: `su - app -c 'ulimit -u'` is `ulimit -u` of app.
    fn run(mut self) -> Self {
        // Nobody nests them deeper.
        for _ in 0..4 {
            let Some((program, rest)) = split_word(self.command) else { break };
            let name = program.rsplit(|&byte| byte == b'/').next().unwrap_or(program);
            let is_inside = || matches!(split_word(rest), Some((b"exec" | b"run", _)));
            match name {
                b"kubectl" | b"oc" => self.host = &[],
                b"docker" | b"podman" | b"nerdctl" | b"crictl" if is_inside() => self.host = &[],
                _ => {}
            }
            let Some((_, valued)) = RUNNERS.iter().find(|(runner, _)| *runner == name) else { break };
            let Some(inner) = self.inner(name, valued, rest) else { break };
            self.command = unquoted(inner);
        }
        self
    }

    /// The command that a runner runs; `None` where it runs none.
    fn inner(&mut self, runner: &[u8], valued: &[u8], mut rest: &'a [u8]) -> Option<&'a [u8]> {
        let is_shell = runner.ends_with(b"sh") && runner != b"ssh";
        let is_su = matches!(runner, b"su" | b"runuser");
        // What has to stand before the command: a host, a user, a time, a folder.
        let mut needs = usize::from(matches!(runner, b"ssh" | b"timeout" | b"chroot"));
        let mut command = None;
        while let Some((word, after)) = split_word(rest) {
            let letters = word.strip_prefix(b"-").filter(|letters| !letters.starts_with(b"-"));
            if word == b"--" && !is_su {
                return Some(after);
            } else if let Some(letters) = letters {
                rest = after;
                // The last of the letters may take what follows.
                let Some(last) = letters.last() else { continue };
                if *last == b'c' && (is_shell || is_su) {
                    let (quoted, behind) = split_quoted(after)?;
                    command = Some(quoted);
                    if is_shell {
                        break;
                    }
                    rest = behind;
                } else if valued.contains(last) {
                    let (value, behind) = split_word(after)?;
                    match (runner, *last) {
                        (b"sudo" | b"runuser", b'u') => self.as_user = Some(value),
                        (b"ssh", b'l') => self.user = Some(value),
                        _ => {}
                    }
                    rest = behind;
                }
            } else if word.starts_with(b"--") {
                self.as_user = word.strip_prefix(b"--user=").or(self.as_user);
                rest = after;
            } else if is_su && self.as_user.is_none() {
                self.as_user = Some(word);
                rest = after;
            } else if needs > 0 {
                needs -= 1;
                if runner == b"ssh" && !after.is_empty() {
                    let at = word.iter().position(|&byte| byte == b'@');
                    self.user = at.map(|at| &word[..at]).or(self.user);
                    self.host = at.map_or(word, |at| &word[at + 1..]);
                }
                rest = after;
            } else if runner == b"sudo" && word.contains(&b'=') {
                rest = after;
            } else {
                // A script is no command that is known.
                return (!is_shell && runner != b"su").then_some(rest);
            }
        }
        if is_su && command.is_some() && self.as_user.is_none() {
            self.as_user = Some(b"root");
        }
        command
    }

    /// Whether it opens a shell inside of a container: `kubectl exec -it web-0 -- sh`, `docker exec -it app bash`, `oc rsh web-0`. One that
    /// nobody can type into (`docker run -d app sh`) and the argument of a command (`-- ls -l /bin/sh`) are none.
    pub(super) fn opens_container(&self) -> bool {
        let tools: [&[u8]; 6] = [b"kubectl", b"oc", b"docker", b"podman", b"nerdctl", b"crictl"];
        let mut typed = self.words();
        if !typed.next().is_some_and(|program| tools.contains(&program)) {
            return false;
        }
        let verb = typed.find(|word| matches!(*word, b"exec" | b"run" | b"rsh"));
        let is_asking = |word: &[u8]| match word {
            b"--stdin" | b"--interactive" | b"--tty" => true,
            [b'-', flags @ ..] => {
                !flags.iter().any(|flag| b"-=d".contains(flag)) && flags.iter().any(|flag| b"it".contains(flag))
            }
            _ => false,
        };
        let (mut asks, mut has_end, mut before, mut last) = (false, false, &b""[..], &b""[..]);
        for word in typed {
            (before, last) = (last, word);
            has_end |= word == b"--";
            asks |= is_asking(word);
        }
        let is_command = before == b"--" || !has_end && (!before.starts_with(b"-") || is_asking(before));
        verb.is_some_and(|verb| verb == b"rsh" || asks && is_command && is_shell(last))
    }

    /// Whether it is a shell that asks for commands.
    pub(super) fn is_shell(&self) -> bool {
        is_shell(self.command) || self.words().next() == Some(b"su")
    }

    /// The command's name and its arguments; `sudo` and the directory are left out.
    pub(super) fn words(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut typed = words(self.command);
        let program = typed.next().map(|word| word.rsplit(|&byte| byte == b'/').next().unwrap_or(word));
        program.into_iter().chain(typed)
    }
}

fn is_shell(word: &[u8]) -> bool {
    matches!(word.rsplit(|&byte| byte == b'/').next(), Some(b"sh" | b"bash" | b"ash" | b"zsh"))
}

/// Whether a word of a prompt is a date or a time of day, as it may stand before the name.
pub(super) fn is_clock(word: &[u8]) -> bool {
    word.iter().any(u8::is_ascii_digit) && word.iter().all(|byte| byte.is_ascii_digit() || b"[]:-./+TZ".contains(byte))
}

/// Prompts longer than this are text that happens to hold a `#`.
const MAX_PROMPT_BYTES: usize = 96;

/// The first word, and what follows it.
fn split_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    split_words(text.trim_ascii_start(), 1)
}

/// The first word or what quotes hold, and what follows.
fn split_quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let quote = *text.first().filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let end = memchr::memchr(quote, &text[1..])?;
    Some((&text[1..=end], &text[end + 2..]))
}

/// Without quotes around all of it.
fn unquoted(text: &[u8]) -> &[u8] {
    split_quoted(text).filter(|(_, rest)| rest.trim_ascii().is_empty()).map_or(text, |(inside, _)| inside).trim_ascii()
}

/// Reads a line as prompt and command.
pub(super) fn parse_prompt(line: &[u8]) -> Option<Prompt<'_>> {
    let text = without_environment(line.trim_ascii());
    if let Some(prompt) = drawn(text).or_else(|| windows(text)) {
        return Some(prompt.run());
    }
    let window = &text[..text.len().min(MAX_PROMPT_BYTES)];
    let mark = window.iter().enumerate().position(|(at, byte)| {
        let is_mark = matches!(byte, b'$' | b'#' | b'%' | b'>') && matches!(text.get(at + 1), None | Some(b' '));
        // `1% /home` is a share.
        is_mark && !(*byte == b'%' && at > 0 && window[at - 1].is_ascii_digit())
    })?;
    let before = text[..mark].trim_ascii();
    let bracketed = before.strip_prefix(b"[").and_then(|inside| inside.strip_suffix(b"]"));
    let mut named = words(bracketed.unwrap_or(before)).skip_while(|word| is_clock(word));
    let first = named.next().map(|word| word.strip_prefix(b"[").unwrap_or(word)).unwrap_or_default();
    let mut parts = first.splitn(2, |&byte| byte == b'@');
    let (user, host) = (parts.next().unwrap_or_default(), parts.next());
    let is_shell = before.starts_with(b"sh-") || before.starts_with(b"bash-");
    let is_directory = before.ends_with(b"~") || before.starts_with(b"/");
    // `{"@timestamp":` is nobody.
    let is_named = host.is_some() && !first.contains(&b'"');
    let is_prompt = before.is_empty() || bracketed.is_some() || is_named || is_shell || is_directory;
    // fish ends in what quotes letters, too.
    let is_fish = text[mark] == b'>';
    if !is_prompt || is_fish && host.is_none() {
        return None;
    }
    let stamp = words(before).find_map(|word| {
        let from = word.as_ptr() as usize - before.as_ptr() as usize;
        parse_iso(before[from..].strip_prefix(b"[").unwrap_or(&before[from..]))
    });
    // `node-xx:~ #` names a host without a user.
    let bare = || user.strip_suffix(b":~").filter(|name| *name != b"root").unwrap_or_default();
    let host = host.map_or_else(bare, |host| host.split(|&byte| byte == b':').next().unwrap_or(host));
    let is_host = host.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
    let prompt = Prompt {
        user: Some(user).filter(|_| first.contains(&b'@')),
        host: if is_host { host } else { &[] },
        stamp,
        ..Prompt::of(text[mark + 1..].trim_ascii(), !is_fish && (!before.is_empty() || text[mark] == b'$'))
    };
    Some(prompt.run())
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
    Some(Prompt::of(command.trim().as_bytes(), true))
}

/// `PS C:\Users\ops> kubectl get nodes`, `C:\>kubectl get nodes`: a drive, its folder, and the mark.
fn windows(text: &[u8]) -> Option<Prompt<'_>> {
    let folder = text.strip_prefix(b"PS ").unwrap_or(text);
    if !matches!(folder, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic()) {
        return None;
    }
    let mark = folder.iter().take(MAX_PROMPT_BYTES).position(|byte| *byte == b'>')?;
    Some(Prompt::of(folder[mark + 1..].trim_ascii(), true))
}

/// Whether a line is a prompt and no comment.
pub(in crate::formats) fn is_prompt(line: &[u8]) -> bool {
    parse_prompt(line).is_some_and(|prompt| prompt.is_certain)
}

/// The date and time that a prompt shows, and its zone.
pub(in crate::formats) fn stamp_of_prompt(line: &[u8]) -> Option<(WallTime, Option<i32>)> {
    let stamp = parse_prompt(line).filter(|prompt| prompt.is_certain)?.stamp?;
    Some((stamp.wall, stamp.offset_s))
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::super::terminal;
    use super::*;
    use crate::model::{WallKind, WallTime};

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
            "{\"@timestamp\":\"2025-11-20T08:00:01Z\",\"message\":\"retry # 5\"}",
        ] {
            assert_eq!(command(line), None, "{line}");
        }
        // Where what is looked at ends, a word goes on.
        let long = format!("root@n1:/{}#42", "a".repeat(MAX_PROMPT_BYTES - 10));
        assert_eq!((long.find('#'), parse_prompt(long.as_bytes())), (Some(MAX_PROMPT_BYTES - 1), None));
        let asked = |line: &str| parse_prompt(line.as_bytes()).and_then(|prompt| prompt.subject());
        assert_eq!(asked("[root@node-xx ~]# id").as_deref(), Some("root@node-xx"));
        assert_eq!(asked("(⎈|prod:shop)ops@mac:~$ id").as_deref(), Some("ops@mac"));
        assert!(parse_prompt(b"bob@mail.org> wrote").is_some_and(|prompt| !prompt.is_certain));
        assert_eq!(parse_prompt(b"root@n:/# sudo /sbin/sysctl -a").map(|p| p.words().count()), Some(2));
    }
    #[test]
    fn who_was_asked_where_and_when() {
        let read = |line: &'static str| {
            let prompt = parse_prompt(line.as_bytes()).expect(line);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let at = prompt.stamp.map(|stamp| crate::model::Timestamp(stamp.wall.0).to_local(0)[11..].to_owned());
            let as_user = prompt.as_user.map(text).unwrap_or_default();
            (text(prompt.host), as_user, text(prompt.command), at.unwrap_or_default())
        };
        for (line, host, as_user, at) in [
            ("root@n1:~# ulimit -u", "n1", "", ""),
            ("n1:~ # ulimit -u", "n1", "", ""),
            ("[2026-11-28 02:10:11] root@n1 ~ # ulimit -u", "n1", "", "02:10:11"),
            ("root@n1 2026-11-28T02:10:11+08:00 ~ $ ulimit -u", "n1", "", "02:10:11"),
            ("[root@n1 2026-11-28 02:10:11 ~]# ulimit -u", "n1", "", "02:10:11"),
            ("02:10:11 root@n1:~# ulimit -u", "n1", "", ""),
            ("root@n1 02:10:11 ~ $ ulimit -u", "n1", "", ""),
            ("root@n1:~# su - app -c 'ulimit -u'", "n1", "app", ""),
            ("root@n1:~# su -s /bin/bash -c \"ulimit -u\" app", "n1", "app", ""),
            ("root@n1:~# su -c 'ulimit -u'", "n1", "root", ""),
            ("root@n1:~# sudo -u app bash -c 'ulimit -u'", "n1", "app", ""),
            ("root@n1:~# sudo -n --user=app LANG=C ulimit -u", "n1", "app", ""),
            ("root@n1:~# runuser -u app -- ulimit -u", "n1", "app", ""),
            ("ops@jump:~$ ssh -i k.pem root@n2 'ulimit -u'", "n2", "", ""),
            ("ops@jump:~$ ssh n2 sudo ulimit -u", "n2", "", ""),
            ("ops@jump:~$ ssh n2 -- ulimit -u", "n2", "", ""),
            ("root@n1:~# sh -c 'ulimit -u'", "n1", "", ""),
            ("root@n1:~# timeout 5 ulimit -u", "n1", "", ""),
            ("$ ulimit -u", "", "", ""),
        ] {
            assert_eq!(read(line), (host.into(), as_user.into(), "ulimit -u".into(), at.into()), "{line}");
        }
        for (command, opens) in [
            ("kubectl exec -it web-0 -- sh", true),
            ("kubectl exec -i -t web-0 -c app -- /bin/bash", true),
            ("docker exec --interactive --tty app bash", true),
            ("kubectl exec web-0 -it sh", true),
            ("oc rsh web-0", true),
            ("docker exec app ls -l /bin/sh", false),
            ("docker exec -it app ls -l /bin/sh", false),
            ("kubectl exec -it web-0 -- ls /bin/sh", false),
            ("docker run -d app sh", false),
            ("docker run -dit app sh", false),
            ("ls -it exec sh", false),
        ] {
            assert_eq!(Prompt::without(command.as_bytes()).opens_container(), opens, "{command}");
        }
        // Who logs in is not there yet; what runs in a container is not of the host.
        assert_eq!(read("root@n1:~# ssh n2").0, "n1");
        assert_eq!(read("root@n1:~# su - app").2, "su - app");
        assert_eq!(read("root@n1:~# kubectl exec web-1 -- cat /proc/loadavg").0, "");
        assert_eq!(read("root@n1:~# bash collect.sh").2, "bash collect.sh");
    }

    #[test]
    fn a_prompt_says_when() {
        let text = "[2026-11-28 02:10:11] root@n1 ~ # ps -eLf | wc -l\n301\n\
            [2026-11-28 23:59:58] root@n1 ~ # ps -eo pid,nlwp,stime,args\n  PID NLWP STIME COMMAND\n    1    2 Nov01 init\n\
            77    1 00:00 ps -eo pid,nlwp,stime,args\n[2026-11-29 00:00:40] root@n1 ~ # cat /proc/sys/fs/file-nr\n1632\t0\t9000\n";
        let parsed = parse_text(&terminal::FORMAT, "unknown", text);
        let shown = |wall: WallTime| crate::model::Timestamp(wall.0).to_local(0);
        let listed: Vec<_> = parsed.processes.iter().filter_map(|listing| listing.wall).map(shown).collect();
        assert_eq!(listed, ["2026-11-28 02:10:11", "2026-11-29 00:00:00"]);
        assert_eq!((parsed.uses[0].used, shown(parsed.uses[0].wall).as_str()), (1632, "2026-11-29 00:00:40"));
        assert_eq!((parsed.limits[0].value, parsed.wall_kind), (Some(9000), WallKind::Local));
    }
}
