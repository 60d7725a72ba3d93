//! Apache's error log, before and since 2.4.
//!
//! ```text
//! [Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6
//! [Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 35708:tid 4328636416] [client 10.0.0.1] File does not exist: /srv/favicon.ico
//! ```
//! Time without a zone, level (with its module, which is the source), text. A line without a head belongs to the record above.
//!
//! Spec: <https://httpd.apache.org/docs/current/mod/core.html#errorlogformat>. Not supported: formats of one's own.

use super::super::dates::parse_ctime;
use super::super::{Family, Format, Head, Parsed, Parser};
use super::level::level_of_word;
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, Level, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "apache-error", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, is_head).min(98)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(ApacheError))
}

/// Whether a line is one of Apache's.
pub(super) fn is_head(line: &[u8]) -> bool {
    read_head(line).is_some()
}

/// Time, level and module.
fn read_head(line: &[u8]) -> Option<(WallTime, Level, &[u8])> {
    let text = line.strip_prefix(b"[")?;
    let stamp = parse_ctime(text)?;
    let rest = text[stamp.len..].strip_prefix(b"] [")?;
    let close = rest.iter().take(40).position(|byte| *byte == b']')?;
    let colon = rest[..close].iter().position(|byte| *byte == b':');
    let (module, word) = colon.map_or((&rest[..0], &rest[..close]), |colon| (&rest[..colon], &rest[colon + 1..close]));
    // `trace1` to `trace8` are counted.
    let word = if word.starts_with(b"trace") { &b"trace"[..] } else { word };
    let level = level_of_word(word);
    (level != Level::None).then_some((stamp.wall, level, module))
}

struct ApacheError;

impl Lines for ApacheError {
    fn wall_kind(&self) -> WallKind {
        WallKind::Local
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some((wall, level, module)) = read_head(line.bytes) else { return Verdict::Headless };
        out.records.push(line.number, wall, level, module);
        Verdict::Record
    }
}
