//! The parser behind `ulimit`, `sysctl` and `proc-sys`: answers of the running system, alone or pasted one after the other.
//!
//! A line says by itself what it states (`kernel.pid_max = 49152`, `Max processes  62898  62898  processes`), or the question before
//! it does: a prompt with its command, or `==> /proc/sys/kernel/pid_max <==`. A bare number without a question is not understood.

use super::prompt::{Prompt, parse_prompt};
use super::tally::{Fate, locator_of, parse_limit, parse_whole, tally, text_of, words};
use super::{proc_sys, sysctl, ulimit};
use crate::evidence::{Block, Line};
use crate::formats::metrics::json::{Broken, Reader};
use crate::formats::{Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Limit, LimitName, LimitOrigin, LimitUse, Scope, WallKind, WallTime};

/// What the next bare value answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// The limit; `None` is a question whose answer yields nothing (`cat /proc/sys/vm/swappiness`).
    pub(super) name: Option<LimitName>,
    /// Soft of a soft/hard pair.
    pub(super) soft: bool,
    /// The answer is how much of the limit is in use.
    pub(super) is_use: bool,
}

impl Question {
    /// What a path of `/proc/sys` answers.
    pub(super) fn of_path(path: &[u8]) -> Self {
        let used = proc_sys::used_of_path(path);
        Self { name: used.or_else(|| proc_sys::limit_of_path(path)), soft: true, is_use: used.is_some() }
    }
}

/// The parser's state: what has been asked so far.
pub(super) struct Transcript {
    evidence: EvidenceId,
    assignments: LimitOrigin,
    subject: Option<String>,
    /// As whom another user's shell was asked.
    user: Option<String>,
    hard_asked: bool,
    asked: Vec<Question>,
    n_answered: usize,
}

impl Transcript {
    /// A parser that takes sysctl's assignments as `assignments` says.
    pub(super) fn new(evidence: EvidenceId, assignments: LimitOrigin) -> Self {
        Self { evidence, assignments, subject: None, user: None, hard_asked: false, asked: Vec::new(), n_answered: 0 }
    }

    /// With a question that the input's name asks.
    pub(super) fn asking(mut self, question: Option<Question>) -> Self {
        self.asked.extend(question);
        self
    }

    /// With the process that the input's name tells.
    pub(super) fn about(mut self, subject: Option<String>) -> Self {
        self.subject = subject;
        self
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes.trim_ascii();
        if let Some(prompt) = parse_prompt(text)
            && self.hear(&prompt)
        {
            prompt.tell_host(line.number, out);
            return Fate::Skipped;
        }
        if text.starts_with(b"#") || text.starts_with(b";") || is_header(text) {
            return Fate::Skipped;
        }
        if let Some(path) = proc_sys::banner_path(text) {
            self.ask(vec![Question::of_path(path)]);
            return Fate::Skipped;
        }
        let question = self.asked.get(self.n_answered);
        if let Some(&Question { name: Some(name), is_use: true, .. }) = question
            && let Some(fate) = self.answer_use(name, text, line, out)
        {
            return fate;
        }
        if let Some(value) = parse_limit(text) {
            return self.answer(value, line, out);
        }
        if let Some((path, value)) = proc_sys::parse_named_value(text) {
            match proc_sys::used_of_path(path) {
                Some(name) => self.push_use(name, value, line, out),
                None => self.emit(proc_sys::limit_of_path(path), Some(value), true, LimitOrigin::Live, line, out),
            }
            return Fate::Parsed;
        }
        if let Some((key, value)) = sysctl::parse_assignment(text) {
            return self.assign(key, value, line, out);
        }
        if text.starts_with(b"{") {
            return self.read_object(text, line, out).unwrap_or(Fate::Failed);
        }
        if let Some(row) = ulimit::parse_row(text) {
            if row.hard.is_some() {
                // Pairs are of a process, named or not, never of the shell.
                self.subject.get_or_insert_with(|| "process".to_owned());
            }
            self.emit(row.name, row.soft, row.hard.is_some() || !self.hard_asked, LimitOrigin::Live, line, out);
            if let Some(hard) = row.hard {
                self.emit(row.name, hard, false, LimitOrigin::Live, line, out);
            }
            return Fate::Parsed;
        }
        Fate::Failed
    }

    /// A setting of sysctl's.
    fn assign(&self, key: &[u8], value: &[u8], line: &Line<'_>, out: &mut Parsed) -> Fate {
        let used = sysctl::used_by_key(key).filter(|_| self.assignments == LimitOrigin::Live);
        if let Some((name, used)) = used.zip(words(value).next().and_then(parse_whole)) {
            self.push_use(name, used, line, out);
            return Fate::Parsed;
        }
        let Some(name) = sysctl::limit_of_key(key) else { return Fate::Parsed };
        let Some(value) = parse_whole(value) else {
            out.issues.add(IssueCode::BadNumber, line.number, line.offset);
            return Fate::Failed;
        };
        self.emit(Some(name), Some(value), true, self.assignments, line, out);
        Fate::Parsed
    }

    /// All settings in one object.
    fn read_object(&self, text: &[u8], line: &Line<'_>, out: &mut Parsed) -> Result<Fate, Broken> {
        let mut reader = Reader::new(text, 0);
        reader.expect(b'{')?;
        let mut is_first = true;
        while reader.has_item(std::mem::take(&mut is_first), b'}')? {
            let (key, value) = (reader.key()?, reader.scalar()?);
            // Of `9216\t0\t97816` the first tells.
            self.assign(key, value.split(|byte| *byte == b'\\').next().unwrap_or(value), line, out);
        }
        Ok(Fate::Parsed)
    }

    /// Whether the prompt is believed: a known command, none at all, or surely no comment.
    fn hear(&mut self, prompt: &Prompt<'_>) -> bool {
        let mut words = prompt.words();
        let Some(program) = words.next() else { return true };
        // A shell of root's, whom the limit spares, tells nothing of a user.
        self.user = prompt.as_user.filter(|user| program == b"ulimit" && *user != b"root").map(text_of);
        match program {
            b"ulimit" => {
                let flags: Vec<u8> =
                    words.filter_map(|word| word.strip_prefix(b"-")).flat_map(|flags| flags.iter().copied()).collect();
                self.hard_asked = flags.contains(&b'H');
                self.subject = Some(prompt.subject().unwrap_or_else(|| Scope::SHELL.to_owned()));
                let questions = flags.iter().filter(|flag| !matches!(flag, b'H' | b'S' | b'a'));
                let soft = !self.hard_asked;
                self.ask(
                    questions
                        .map(|&flag| Question { name: ulimit::limit_of_flag(flag), soft, is_use: false })
                        .collect(),
                );
            }
            b"cat" | b"head" | b"tail" | b"grep" | b"more" => {
                let paths: Vec<&[u8]> = words.filter(|word| word.contains(&b'/')).collect();
                self.subject = paths.iter().find_map(|path| ulimit::pid_of_path(path)).or(self.subject.take());
                if paths.iter().any(|path| path.starts_with(b"/etc/")) {
                    self.assignments = LimitOrigin::Configured;
                }
                self.ask(paths.into_iter().map(Question::of_path).collect());
            }
            b"sysctl" => {
                self.assignments = LimitOrigin::Live;
                // With -n the values come bare, in the order of the keys.
                let keys = words.filter(|word| !word.starts_with(b"-"));
                let question = |key| Question { name: sysctl::limit_of_key(key), soft: true, is_use: false };
                self.ask(keys.map(question).collect());
            }
            b"prlimit" => {
                let pid = words.map(|word| word.strip_prefix(b"--pid=").unwrap_or(word));
                self.subject = pid.filter(|word| word.iter().all(u8::is_ascii_digit)).map(text_of).last();
                self.ask(Vec::new());
            }
            _ if prompt.is_certain => self.ask(Vec::new()),
            _ => return false,
        }
        true
    }

    fn ask(&mut self, questions: Vec<Question>) {
        (self.asked, self.n_answered) = (questions, 0);
    }

    fn answer(&mut self, value: Option<u64>, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let Some(&question) = self.asked.get(self.n_answered) else { return Fate::Failed };
        self.n_answered += 1;
        self.emit(question.name, value, question.soft, LimitOrigin::Live, line, out);
        Fate::Parsed
    }

    /// `1632 0 1631329` of `file-nr`: in use, free, and the limit; or the number in use alone.
    fn answer_use(&mut self, name: LimitName, text: &[u8], line: &Line<'_>, out: &mut Parsed) -> Option<Fate> {
        let mut numbers = words(text).map(parse_whole);
        let used = numbers.next()??;
        let limit = numbers.nth(1);
        self.n_answered += 1;
        self.push_use(name, used, line, out);
        if let Some(limit) = limit {
            self.emit(Some(name), limit, true, LimitOrigin::Live, line, out);
        }
        Some(Fate::Parsed)
    }

    fn push_use(&self, name: LimitName, used: u64, line: &Line<'_>, out: &mut Parsed) {
        let locator = locator_of(self.evidence, line);
        out.uses.push(LimitUse { name, scope: Scope::Node, used, wall: WallTime::NONE, locator });
    }

    fn emit(
        &self,
        name: Option<LimitName>,
        value: Option<u64>,
        soft: bool,
        origin: LimitOrigin,
        line: &Line<'_>,
        out: &mut Parsed,
    ) {
        let Some(name) = name else { return };
        let scope = match (name, &self.user) {
            (LimitName::UlimitProcesses | LimitName::UlimitFiles, Some(user)) => Scope::User(user.clone()),
            (LimitName::UlimitProcesses | LimitName::UlimitFiles, None) => {
                Scope::Process(self.subject.clone().unwrap_or_else(|| Scope::SHELL.to_owned()))
            }
            _ => Scope::Node,
        };
        // The kernel counts connections only against a maximum that is not 0 (nf_conntrack_core.c).
        let value = value.filter(|value| *value > 0 || name != LimitName::ConntrackMax);
        out.limits.push(Limit { name, scope, value, origin, soft, locator: locator_of(self.evidence, line) });
    }
}

/// Table headers, and what `sysctl` says beside its values.
fn is_header(text: &[u8]) -> bool {
    const HEADS: &[&[u8]] = &[b"Limit  ", b"RESOURCE ", b"* Applying ", b"sysctl: "];
    HEADS.iter().any(|head| text.starts_with(head))
}

impl Parser for Transcript {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        out.wall_kind = WallKind::Unclocked;
    }
}
