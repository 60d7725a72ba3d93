//! Java threads without a log around them: jstack, `kill -3`, `jcmd Thread.print`, JMX (`ThreadInfo.toString`), VisualVM, Spring.
//!
//! ```text
//! 2026-03-02 09:14:05
//! Full thread dump OpenJDK 64-Bit Server VM (21.0.4+7-LTS mixed mode, sharing):
//!
//! "worker-2" #31 [4711] prio=5 os_prio=0 cpu=12.40ms elapsed=913.55s tid=0x00007f1c8c2d1000 nid=4711 waiting for monitor entry  [0x00007f1c5a3fe000]
//!    java.lang.Thread.State: BLOCKED (on object monitor)
//!     at com.example.Pool.take(Pool.java:88)
//!     - waiting to lock <0x00000000e1a0b2c8> (a com.example.Pool)
//! ```
//! Read: heads of all generations from 1.4 to 25 (`nid` in hex or decimal), states, monitors and ownable synchronizers, the section about
//! deadlocks as the machine's own statement, virtual threads on their carriers, several dumps in one input, each with the time above it.
//! Dumps inside of logs are read by the same code beside the log's parser, whatever its format.
//!
//! `jstack -F` and the list of threads in an hs_err file are read too, as far as they go: see `java::outside`.
//!
//! Source: <https://github.com/openjdk/jdk/blob/master/src/hotspot/share/runtime/javaThread.cpp>, `ThreadInfo.java`; heads of HP-UX
//! (unverified).
//! Not supported: JRockit.

use super::super::{Family, Format, Head, Parser};
use super::StackParser;
use super::java::{is_head, is_outside_head, is_outside_telling, is_telling};
use super::sniff::Lines;
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "java-threads", family: Family::Stack, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let count = |begin: &'static [u8]| {
        let begins_at = |text: &[u8]| crate::model::memmem::find(text, begin);
        Lines { begins_at: &begins_at, is_head: &is_head, is_above: &|_| false, is_telling: &is_telling }.count(head)
    };
    // The margin is learned from the title; without one, from a thread.
    let outside = || {
        let begins_at = |text: &[u8]| crate::model::memmem::find(text, b"Thread ");
        let (is_head, is_telling) = (&is_outside_head, &is_outside_telling);
        Lines { begins_at: &begins_at, is_head, is_above: &|_| false, is_telling }.count(head)
    };
    let seen = count(b"Full thread dump").or_else(|| count(b"\"")).or_else(outside);
    seen.map_or(0, |seen| seen.score())
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}
