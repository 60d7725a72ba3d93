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
//! parentheses, profiles with counts, both goroutines of a race report. Dumps inside of logs are read by the same code beside the log's parser, whatever its format.
//!
//! Source: <https://github.com/golang/go/blob/master/src/runtime/traceback.go>, `runtime/pprof/pprof.go`.
//! Not supported: who started the goroutines of a race, execution traces; an escaped one-liner beyond 64 KiB is read up to there.

use super::super::{Family, Format, Head, Parser};
use super::StackParser;
use super::go::{is_above, is_head, is_telling};
use super::sniff::Lines;
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "go-goroutine", family: Family::Stack, sniff, parser };

/// Goroutines from which on a crash is more its stacks than its message.
const MANY_HEADS: u32 = 3;

fn sniff(head: &Head<'_>) -> u8 {
    let begins_at = |text: &[u8]| crate::model::memmem::find(text, b"goroutine ");
    let kind = Lines { begins_at: &begins_at, is_head: &is_head, is_above: &is_above, is_telling: &is_telling };
    let Some(seen) = kind.count(head) else { return one_line(head) };
    // A crash of a few lines is its message.
    if seen.above > 0 && seen.heads < MANY_HEADS { seen.score().min(60) } else { seen.score() }
}

/// A dump that a logger wrote as one escaped line, alone in its input.
fn one_line(head: &Head<'_>) -> u8 {
    let mut lines = head.telling_lines();
    let first = lines.next().unwrap_or_default();
    let is_escaped = crate::model::memmem::find(first, b"]:\\n")
        .is_some_and(|at| crate::model::memmem::find(&first[..at], b"goroutine ").is_some());
    if is_escaped && lines.next().is_none() { 60 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}
