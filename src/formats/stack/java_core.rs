//! A javacore: what IBM's and OpenJ9's virtual machines write by signal, on a crash, or when memory runs out.
//!
//! ```text
//! 0SECTION       THREADS subcomponent dump routine
//! 3XMTHREADINFO      "worker-2" J9VMThread:0x000000000054EE00, omrthread_t:0x0000000000550000, java/lang/Thread:0x0000000000600000, state:B, prio=5
//! 3XMTHREADBLOCK     Blocked on: com/example/Pool@0x000000000ABC1234 Owned by: "worker-1" (J9VMThread:0x000000000054EF00)
//! 4XESTACKTRACE                at com/example/Pool.take(Pool.java:88(Compiled Code))
//! ```
//! Read: threads with state, Java stack, what they wait for and who owns it; circles that the machine reports; the time of the dump.
//! Unverified: written after the documentation, not tried on a dump of a production machine.
//!
//! Source: <https://eclipse.dev/openj9/docs/dump_javadump/>.
//! Not supported: the monitor pool beyond owners, native stacks, memory, class loaders, the shared cache.

use super::super::{Family, Format, Head, Parser};
use super::StackParser;
use super::java::is_tagged;
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "java-core", family: Family::Stack, sniff, parser };

/// Lines of a head that are looked at.
const SNIFFED_LINES: usize = 100;
/// Tags, one of which is in the first lines of every javacore, whole or in part.
const KNOWN: [&[u8]; 4] = [b"0SECTION ", b"1TISIGINFO ", b"3XMTHREADINFO ", b"4XESTACKTRACE "];

fn sniff(head: &Head<'_>) -> u8 {
    let lines = || head.telling_lines().take(SNIFFED_LINES);
    let is_known = lines().any(|line| KNOWN.iter().any(|tag| line.starts_with(tag)));
    if is_known && head.share(SNIFFED_LINES, is_tagged) >= 80 { 95 } else { 0 }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}
