//! Stacks of the Linux kernel without a log around them: crash, `/proc/PID/stack`, a report that was copied without its times.
//!
//! ```text
//! PID: 19246  TASK: ffff880951f70fd0  CPU: 16  COMMAND: "terwayd"
//!  #0 [ffff880826267a40] __schedule at ffffffff816a8f65
//! INFO: task docker:21805 blocked for more than 120 seconds.
//! docker          D ffff88003ea13180     0 21805      1 0x00000000
//!  [<ffffffff81726f29>] schedule_preempt_disabled+0x29/0x70
//! ==> /proc/19246/stack <==
//! [<0>] __skb_wait_for_more_packets+0x13b/0x180
//! ```
//! Reports that stand in dmesg or in a journal are read by the same code beside the log's parser.
//!
//! Source: see `kernel`. Not supported: crash's `task`, `struct` and `files`, 32-bit frames of crash without brackets, drgn, ftrace.

use super::super::{Family, Format, Head, Parser};
use super::StackParser;
use super::envelope::Peeler;
use super::kernel::{is_above, is_head, is_telling};
use super::margin::Margin;
use crate::model::EvidenceId;

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "kernel-stack", family: Family::Stack, sniff, parser };

/// Lines of a head that are looked at.
const SNIFFED_LINES: usize = 200;

fn sniff(head: &Head<'_>) -> u8 {
    let (mut peeler, mut margin) = (Peeler::default(), Margin::default());
    let (mut seen, mut known, mut telling, mut enveloped) = (0u32, 0u32, 0u32, 0u32);
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(SNIFFED_LINES) {
        let peeled = peeler.peel(line);
        enveloped += u32::from(peeled.stream != 0);
        if telling == 0 && !is_head(peeled.text) {
            // What quotes a dump stands in front of its first line too.
            let text = peeled.text;
            let begins = super::sniff::begins_at(text, &is_head);
            let quoted = || [b"> ", b"# ", b"| "].iter().any(|start| text.starts_with(*start)).then_some(2);
            margin = begins.or_else(quoted).and_then(|at| Margin::learn(&text[..at])).unwrap_or_default();
        }
        let text = margin.strip(peeled.text);
        let is_telling = is_head(text) || is_telling(text);
        seen += 1;
        telling += u32::from(is_telling);
        known += u32::from(is_telling || is_above(text));
    }
    if telling < 2 || known * 2 < seen {
        return 0;
    }
    let share = 55 + known * 40 / seen;
    // Lines of a log are for the format of that log.
    let most = if enveloped * 2 > seen { 45 } else { 95 };
    share.min(most) as u8
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    StackParser::boxed(evidence)
}
