//! Messages that were lost before anybody could read them, as those say who dropped them.
//!
//! ```text
//! systemd-journald[401]: Suppressed 1270 messages from kubelet.service
//! systemd-journald[401]: Missed 38 kernel messages
//! systemd-journald[401]: Forwarding to syslog missed 12 messages.
//! rsyslogd: imuxsock lost 301 messages from pid 2201 due to rate-limiting
//! rsyslogd: imjournal: 418 messages lost due to rate-limiting (20000 allowed within 600 seconds)
//! kernel: net_ratelimit: 41 callbacks suppressed
//! kernel: ** 312 printk messages dropped **
//! [118 lines truncated]
//! Hint: Some lines were ellipsized, use -l to show in full.
//! ```
//! What was lost is no failure: it is what the log does not cover. Losses of one sort are one error of the collector, with their sum, the first
//! and the last place. That dropping begins is said again by its end, with a number.
//!
//! Source: systemd `src/journal/journald-rate-limit.c`, `journald-kmsg.c`, `journald-syslog.c`, `src/systemctl`; rsyslog
//! `runtime/ratelimit.c`, `plugins/imuxsock/imuxsock.c`; Linux `lib/ratelimit.c`, `kernel/printk/printk.c`. Not supported:
//! `audit_lost=`, which counts since the start, and what applications say of queues of their own.

use super::{Hit, each_line};
use crate::evidence::Block;
use crate::model::{ByteRange, CollectorError, EvidenceId, LineRange, Locator, Parsed};

/// Sorts of losses kept of one input.
const MAX_SORTS: usize = 100;

/// How a loss is said: who drops, what stands before the number, and behind it. Of what stands before, the beginning is looked for.
struct Wording {
    collector: &'static str,
    before: &'static str,
    after: &'static str,
    /// Whose messages they were is part of what is said: the word behind, or the one before the number.
    names: Names,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Nobody,
    WordBehind,
    WordBefore,
}

const WORDINGS: [Wording; 10] = [
    Wording {
        collector: "systemd-journald",
        before: "Suppressed ",
        after: " messages from ",
        names: Names::WordBehind,
    },
    Wording { collector: "rsyslogd", before: "imuxsock lost ", after: " messages from pid ", names: Names::WordBehind },
    Wording {
        collector: "rsyslogd",
        before: "",
        after: " messages lost due to rate-limiting",
        names: Names::WordBefore,
    },
    Wording { collector: "systemd-journald", before: "Missed ", after: " kernel messages", names: Names::Nobody },
    Wording { collector: "systemd-journald", before: "to syslog missed ", after: " messages", names: Names::Nobody },
    Wording { collector: "kernel", before: "", after: " callbacks suppressed", names: Names::WordBefore },
    Wording { collector: "kernel", before: "** ", after: " printk messages dropped", names: Names::Nobody },
    Wording { collector: "", before: "[", after: " lines truncated", names: Names::Nobody },
    Wording { collector: "", before: "[", after: " lines omitted", names: Names::Nobody },
    Wording { collector: "", before: "", after: "ome lines were ellipsized", names: Names::Nobody },
];

/// The words that let a line be looked at.
const WORDS: [&str; 9] = [
    " messages from ",
    " messages lost due to ",
    " kernel messages",
    "to syslog missed ",
    " callbacks suppressed",
    " printk messages dropped",
    " lines truncated",
    " lines omitted",
    " lines were ellipsized",
];

/// One line's loss: what stands before the number, the number, what stands behind.
#[derive(Debug, PartialEq, Eq)]
struct Loss<'a> {
    collector: &'static str,
    before: &'a [u8],
    count: Option<u64>,
    behind: &'a [u8],
}

/// Losses of one sort.
struct Sort {
    collector: &'static str,
    before: Vec<u8>,
    behind: Vec<u8>,
    total: u64,
    times: u32,
    first: Locator,
    last: Locator,
}

/// Gathers them.
pub(in crate::formats) struct Gaps {
    evidence: EvidenceId,
    sorts: Vec<Sort>,
}

impl Gaps {
    pub(in crate::formats) const fn new(evidence: EvidenceId) -> Self {
        Self { evidence, sorts: Vec::new() }
    }

    /// The words to be searched for.
    pub(in crate::formats) fn words() -> impl Iterator<Item = &'static str> + Clone {
        WORDS.iter().copied()
    }

    /// Takes a block of whole lines and where its words stand, in order.
    pub(in crate::formats) fn scan(&mut self, block: &Block<'_>, hits: impl Iterator<Item = Hit>) {
        each_line(block, hits, None, |shown, line, bytes, _| {
            if let Some(loss) = read(shown) {
                self.add(&loss, line, bytes);
            }
        });
    }

    fn add(&mut self, loss: &Loss<'_>, line: u32, bytes: ByteRange) {
        let place = Locator { evidence: self.evidence, bytes, lines: LineRange::one(line) };
        let count = loss.count.unwrap_or_default();
        let is_same = |sort: &&mut Sort| {
            sort.collector == loss.collector && sort.before == loss.before && sort.behind == loss.behind
        };
        if let Some(sort) = self.sorts.iter_mut().find(is_same) {
            sort.total = sort.total.saturating_add(count);
            sort.times = sort.times.saturating_add(1);
            sort.last = place;
        } else if self.sorts.len() < MAX_SORTS {
            self.sorts.push(Sort {
                collector: loss.collector,
                before: loss.before.to_vec(),
                behind: loss.behind.to_vec(),
                total: count,
                times: 1,
                first: place,
                last: place,
            });
        }
    }

    /// The input has ended.
    pub(in crate::formats) fn finish(&mut self, out: &mut Parsed) {
        out.collector_errors.extend(self.sorts.drain(..).map(|sort| {
            let [before, behind] = [&sort.before, &sort.behind].map(|part| String::from_utf8_lossy(part));
            let total = if sort.total > 0 { sort.total.to_string() } else { String::new() };
            let times = if sort.times > 1 { format!(" (×{})", sort.times) } else { String::new() };
            CollectorError {
                collector: sort.collector.to_owned(),
                message: format!("{before}{total}{behind}{times}"),
                locator: sort.first,
                also: (sort.times > 1).then_some(sort.last).into_iter().collect(),
            }
        }));
    }
}

/// What a line says was lost.
fn read(line: &[u8]) -> Option<Loss<'_>> {
    WORDINGS.iter().find_map(|wording| {
        let at = super::find_in(line, wording.after)?;
        let end = at + wording.after.len();
        if wording.after.starts_with('o') {
            // Without a number: the sentence stands alone.
            let is_hint = line[..at].ends_with(b"Hint: S");
            return is_hint.then_some(Loss {
                collector: wording.collector,
                before: &line[at - 1..end],
                count: None,
                behind: b"",
            });
        }
        let n_digits = line[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = at - n_digits;
        let count = std::str::from_utf8(&line[number..at]).ok()?.parse().ok().filter(|count| *count > 0)?;
        let start = line[..number].ends_with(wording.before.as_bytes()).then(|| number - wording.before.len())?;
        let start = match wording.names {
            Names::WordBefore => name_before(&line[..start])?,
            Names::WordBehind | Names::Nobody => start,
        };
        let end = match wording.names {
            Names::WordBehind => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\\' | b',');
                let len = line[end..].iter().position(ends).unwrap_or(line.len() - end);
                (len > 0).then_some(end + len)?
            }
            Names::WordBefore | Names::Nobody => end,
        };
        Some(Loss {
            collector: wording.collector,
            before: &line[start..number],
            count: Some(count),
            behind: &line[at..end],
        })
    })
}

/// Where the name before `: ` begins: `net_ratelimit: `, `imjournal: `, `imuxsock[pid 2201, name app]: `.
fn name_before(before: &[u8]) -> Option<usize> {
    let name = before.strip_suffix(b": ")?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let outside = match name {
        [.., b']'] => name.iter().rposition(|byte| *byte == b'[')?,
        _ => name.len(),
    };
    let len = name[..outside].iter().rev().take_while(|byte| is_name(byte)).count();
    (len > 0).then_some(outside - len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_with_its_number_and_nothing_else() {
        for (line, want) in [
            (
                "Jul 23 22:14:33 n systemd-journald[401]: Suppressed 1270 messages from kubelet.service",
                "systemd-journald|Suppressed #1270 messages from kubelet.service",
            ),
            (
                r#"{"MESSAGE":"Suppressed 7 messages from a.service","_PID":"1"}"#,
                "systemd-journald|Suppressed #7 messages from a.service",
            ),
            ("n systemd-journald[401]: Missed 38 kernel messages", "systemd-journald|Missed #38 kernel messages"),
            (
                "n systemd-journald[401]: Forwarding to syslog missed 12 messages.",
                "systemd-journald|to syslog missed #12 messages",
            ),
            (
                "n rsyslogd: imuxsock lost 301 messages from pid 2201 due to rate-limiting",
                "rsyslogd|imuxsock lost #301 messages from pid 2201",
            ),
            (
                "n rsyslogd: imjournal: 418 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
                "rsyslogd|imjournal: #418 messages lost due to rate-limiting",
            ),
            (
                "n rsyslogd: imuxsock[pid 2201, name app]: 9 messages lost due to rate-limiting (1 allowed within 5 seconds)",
                "rsyslogd|imuxsock[pid 2201, name app]: #9 messages lost due to rate-limiting",
            ),
            ("[ 1431.92] net_ratelimit: 41 callbacks suppressed", "kernel|net_ratelimit: #41 callbacks suppressed"),
            ("[ 1431.92] ** 312 printk messages dropped ** ", "kernel|** #312 printk messages dropped"),
            ("[118 lines truncated]", "|[#118 lines truncated"),
            ("Hint: Some lines were ellipsized, use -l to show in full.", "|Some lines were ellipsized#"),
            ("Suppressed 0 messages from x", ""),
            ("consumer got 12 messages from topic orders", ""),
            ("Suppressed all messages from kubelet.service", ""),
            ("all callbacks suppressed", ""),
            ("4 kernel messages were read", ""),
            ("Suppressed: java.lang.IllegalStateException", ""),
            ("he said some lines were ellipsized", ""),
        ] {
            let shown = read(line.as_bytes()).map_or_else(String::new, |loss| {
                let [before, behind] = [loss.before, loss.behind].map(String::from_utf8_lossy);
                let count = loss.count.map_or_else(String::new, |count| count.to_string());
                format!("{}|{before}#{count}{behind}", loss.collector)
            });
            assert_eq!(shown, want, "{line}");
        }
    }
}
