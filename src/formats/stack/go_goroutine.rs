//! Go stacks without a log around them: a crash, SIGQUIT, `debug/pprof/goroutine?debug=2` and `?debug=1`, a fragment that was copied.
//!
//! ```text
//! goroutine 67570 [syscall, 1595 minutes, locked to thread]:
//! syscall.Syscall6(0x2d, 0x16, 0xc000d84000, 0x1000, 0x0, 0xc0006ad2f8, 0xc0006ad2ec, 0x0, 0x0, 0x0)
//!     /usr/local/go/src/syscall/asm_linux_amd64.s:44 +0x5
//! created by main.(*daemon).serve
//!     /src/daemon/server.go:88 +0x1f
//! ```
//! Read: heads of all generations, panics, fatal errors and signals, ancestors, labels, elided frames, gccgo's functions without
//! parentheses, profiles with counts. Dumps inside of logs are read by the same code beside the log's parser, whatever its format.
//!
//! Source: <https://github.com/golang/go/blob/master/src/runtime/traceback.go>, `runtime/pprof/pprof.go`.
//! Not supported: profiles as protobuf, race reports, execution traces; an escaped one-liner beyond 64 KiB is read up to there.

use super::super::{Family, Format, Head, Parser};
use super::StackParser;
use super::envelope::{Margin, Peeler};
use super::go::{is_above, is_head, is_telling};
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "go-goroutine", family: Family::Stack, sniff, parser };

/// Lines of a head that are looked at.
const SNIFFED_LINES: usize = 200;
/// Goroutines from which on a crash is more its stacks than its message.
const MANY_HEADS: u32 = 3;

fn sniff(head: &Head<'_>) -> u8 {
    let mut peeler = Peeler::default();
    let mut margin = Margin::default();
    let (mut seen, mut known, mut heads, mut above, mut begins) = (0u32, 0u32, 0u32, 0u32, false);
    let mut enveloped = 0u32;
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(SNIFFED_LINES) {
        let peeled = peeler.peel(line);
        // Lines of a log are for the format of that log; what no format of ours takes off, is for this one.
        enveloped += u32::from(!peeled.process.is_empty());
        let mut text = margin.strip(peeled.text);
        if heads == 0
            && let Some(at) = memchr::memmem::find(text, b"goroutine ")
                .filter(|at| is_head(Margin::behind(&text[..*at], &text[*at..])))
        {
            margin = Margin::learn(&text[..at]).unwrap_or_default();
            text = margin.strip(text);
        }
        let is_head = is_head(text);
        let is_above = !is_head && is_above(text);
        heads += u32::from(is_head);
        above += u32::from(is_above && !is_telling(text));
        let is_known = is_head || is_above || is_telling(text);
        begins |= seen == 0 && is_known;
        seen += 1;
        known += u32::from(is_known);
    }
    if heads == 0 || known * 2 < seen {
        return one_line(head);
    }
    let share = 55 + known * 40 / seen;
    let most = if enveloped * 2 > seen || !begins {
        45
    } else if above > 0 && heads < MANY_HEADS {
        // A crash of a few lines is its message.
        60
    } else {
        95
    };
    share.min(most) as u8
}

/// A dump that a logger wrote as one escaped line, alone in its input.
fn one_line(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    let first = lines.next().unwrap_or_default();
    let is_escaped = memchr::memmem::find(first, b"]:\\n")
        .is_some_and(|at| memchr::memmem::find(&first[..at], b"goroutine ").is_some());
    if is_escaped && lines.next().is_none() { 60 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}
