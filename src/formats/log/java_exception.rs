//! Exceptions of a JVM without a log around them: a container's error output, a copied fragment.
//!
//! ```text
//! Exception in thread "main" java.lang.OutOfMemoryError: unable to create new native thread
//!     at java.lang.Thread.start0(Native Method)
//!     at java.lang.Thread.start(Thread.java:719)
//! Caused by: java.net.UnknownHostException: redis.cache
//!     ... 12 more
//! ```
//! An exception with its frames and causes is a record; no line has a time. Frames may have lost their indentation. That an uncaught one
//! ended its thread is the level error; others have none.
//!
//! Spec: `java.lang.Throwable.printStackTrace`. Not supported: the frames as stacks; a thread dump is another format.

use super::super::{Family, Format, Head, Parsed, Parser};
use super::{LineParser, Lines, Verdict};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "java-exception", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    if !head.telling_lines().next().is_some_and(is_head) {
        return 0;
    }
    let mut n_frames = 0;
    let share = head.share(200, |line| {
        let is_frame = is_frame(line);
        n_frames += u32::from(is_frame);
        is_frame || is_head(line)
    });
    if n_frames > 0 && share >= 80 { 85 } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(JavaException))
}

/// `Exception in thread "…"` or a class of an exception at the very beginning.
fn is_head(line: &[u8]) -> bool {
    if line.starts_with(b"Exception in thread ") {
        return true;
    }
    let len = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$')).count();
    let name = &line[..len];
    let is_class = name.contains(&b'.') && (name.ends_with(b"Exception") || name.ends_with(b"Error"));
    is_class && line.get(len).is_none_or(|byte| *byte == b':')
}

/// `at x.y.Z.run(Z.java:12)`, `Caused by: …`, `Suppressed: …`, `... 12 more`.
fn is_frame(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let is_call = text.starts_with(b"at ") && text.contains(&b'(');
    is_call || text.starts_with(b"Caused by: ") || text.starts_with(b"Suppressed: ") || text.starts_with(b"... ")
}

struct JavaException;

impl Lines for JavaException {
    fn wall_kind(&self) -> WallKind {
        WallKind::Unclocked
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if !is_head(line.bytes) {
            return Verdict::Continuation;
        }
        let is_uncaught = line.bytes.starts_with(b"Exception in thread ");
        let level = if is_uncaught { Level::Error } else { Level::None };
        out.records.push(line.number, WallTime::NONE, level, b"");
        Verdict::Record
    }
}
