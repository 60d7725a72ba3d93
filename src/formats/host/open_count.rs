//! What was counted of one limit by listing it in a terminal.
//!
//! ```text
//! # ls /proc/4321/fd | wc -l          one number; with -l the line `total 0` is no file, with -a neither are `.` and `..`
//! # ls /proc/4321/fd                  0  1  2  3 …
//! # ls -l /proc/4321/fd               lrwx------ 1 app app 64 Jun 18 10:40 3 -> socket:[100003]
//! # conntrack -C                      one number
//! ```
//! Yields the use of `ulimit -n` of the process, or of `nf_conntrack_max`. Spec: proc_pid_fd(5), conntrack(8).

use super::prompt::Prompt;
use super::tally::{Fate, locator_of, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Parsed, Parser};
use crate::model::{EvidenceId, LimitName, LimitUse, Locator, Scope, WallKind, WallTime};

/// Counts what a command lists.
pub(super) struct OpenCount {
    evidence: EvidenceId,
    name: LimitName,
    scope: Scope,
    /// Lines that a stated number has too many; `None` where the output is the list.
    n_extra: Option<u64>,
    used: u64,
    at: Option<Locator>,
    /// What it says beside that may be why it says too little: `Permission denied`, and `0`.
    has_more: bool,
}

impl OpenCount {
    /// What reads the output of a command; `None` where it counts or lists nothing of the kind.
    pub(super) fn of(prompt: &Prompt<'_>, evidence: EvidenceId) -> Option<Self> {
        let mut piped = prompt.command.split(|byte| *byte == b'|');
        let mut typed = words(piped.next()?);
        let (name, scope) = (LimitName::ConntrackMax, Scope::Node);
        let mut count = Self { evidence, name, scope, n_extra: None, used: 0, at: None, has_more: false };
        match typed.next()? {
            b"conntrack" => count.n_extra = Some(typed.all(|word| matches!(word, b"-C" | b"--count")).then_some(0)?),
            b"ls" => {
                let (mut has_total, mut has_dots) = (false, false);
                let mut pid = None;
                for word in typed {
                    match word {
                        b"--all" => has_dots = true,
                        [b'-', b'-', ..] => {}
                        [b'-', flags @ ..] => {
                            has_total |= flags.iter().any(|flag| b"lgnos".contains(flag));
                            has_dots |= flags.iter().any(|flag| b"af".contains(flag));
                        }
                        _ => {
                            let path = word.strip_suffix(b"/").unwrap_or(word);
                            let own = path.strip_prefix(b"/proc/")?.strip_suffix(b"/fd")?;
                            pid = parse_whole(own).filter(|_| pid.is_none()).map(|_| text_of(own));
                            pid.as_ref()?;
                        }
                    }
                }
                let n_extra = u64::from(has_total) + 2 * u64::from(has_dots);
                (count.name, count.scope) = (LimitName::UlimitFiles, Scope::Process(pid?));
                count.n_extra = match piped.next() {
                    Some(filter) => Some(words(filter).eq([&b"wc"[..], b"-l"]).then_some(n_extra)?),
                    None => None,
                };
            }
            _ => return None,
        }
        piped.next().is_none().then_some(count)
    }

    fn read(&mut self, line: &Line<'_>) -> Option<Fate> {
        let text = line.bytes.trim_ascii();
        let n = match self.n_extra {
            Some(n_extra) if self.at.is_none() => parse_whole(text)?.saturating_sub(n_extra),
            Some(_) => return None,
            None if text.starts_with(b"total ") => return Some(Fate::Skipped),
            None if crate::model::memmem::find(text, b" -> ").is_some() => 1,
            // Of a long listing, `.` and `..`.
            None if text.first() == Some(&b'd') => return Some(Fate::Skipped),
            None => {
                let is_open = |word: &[u8]| parse_whole(word).is_some();
                words(text).all(|word| is_open(word) || matches!(word, b"." | b"..")).then_some(())?;
                words(text).filter(|word| is_open(word)).count() as u64
            }
        };
        let own = locator_of(self.evidence, line);
        let at = self.at.get_or_insert(own);
        (at.lines.last, at.bytes.end) = (own.lines.last, own.bytes.end);
        self.used += n;
        Some(Fate::Parsed)
    }
}

impl Parser for OpenCount {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, _| {
            let fate = self.read(line);
            self.has_more |= fate.is_none();
            fate.unwrap_or(Fate::Failed)
        });
    }

    fn finish(&mut self, out: &mut Parsed) {
        let Self { name, used, ref scope, .. } = *self;
        // A process whose files can be listed has some.
        let is_told = !self.has_more && (used > 0 || name == LimitName::ConntrackMax);
        if let Some(locator) = self.at.filter(|_| is_told) {
            out.uses.push(LimitUse { name, scope: scope.clone(), used, wall: WallTime::NONE, locator });
        }
        out.wall_kind = WallKind::Unclocked;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::super::terminal::FORMAT;

    #[test]
    fn open_files_are_counted_in_their_usual_shapes() {
        let plain = "0  1  2  3\n4  5\n";
        let long: String =
            (0..6).map(|fd| format!("lrwx------ 1 app app 64 Jun 18 10:40 {fd} -> socket:[10000{fd}]\n")).collect();
        for (command, output, used) in [
            ("ls /proc/4321/fd | wc -l", "6\n", Some(6)),
            ("sudo ls -l /proc/4321/fd/ | wc -l", "7\n", Some(6)),
            ("ls -la /proc/4321/fd|wc -l", "9\n", Some(6)),
            ("ls /proc/4321/fd", plain, Some(6)),
            ("ls -l /proc/4321/fd", &format!("total 0\n{long}"), Some(6)),
            ("ls --color=never /proc/4321/fd | wc -l", "6\n", Some(6)),
            ("ls --all /proc/4321/fd | wc -l", "8\n", Some(6)),
            ("ls -l -la /proc/4321/fd | wc -l", "9\n", Some(6)),
            ("ls -f /proc/4321/fd | wc -l", "8\n", Some(6)),
            ("conntrack -C", "6\n", Some(6)),
            ("conntrack -C", "0\n", Some(0)),
            ("ls /proc/4321/fd | wc -l", "0\n", None),
            ("ls /proc/4321/fd | wc -l", "ls: cannot open directory '/proc/4321/fd': Permission denied\n0\n", None),
            ("ls /proc/4321/fd", "ls: cannot access '/proc/4321/fd/7': No such file or directory\n0  1  2\n", None),
            ("ls /proc/4321/fd", "ls: cannot access '/proc/4321/fd': No such file or directory\n", None),
            ("ls /proc/4321/fd /proc/1/fd | wc -l", "6\n", None),
            ("ls /proc/4321/fd | grep socket | wc -l", "6\n", None),
            ("ls /proc/4321/task | wc -l", "6\n", None),
        ] {
            let text = format!("[root@n1 ~]# {command}\n{output}[root@n1 ~]# date\nThu Jun 18 10:10:01 UTC 2026\n");
            let parsed = parse_text(&FORMAT, "unknown", &text);
            assert_eq!(parsed.uses.first().map(|one| one.used), used, "{command}");
            assert_eq!(parsed.lines.failed > 0, output.contains("cannot"), "{command}");
        }
    }
}
