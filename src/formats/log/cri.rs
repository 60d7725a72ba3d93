//! Container logs as the runtime and kubectl stamp them: CRI files, `crictl logs` and `kubectl logs --timestamps`.
//!
//! ```text
//! 2024-08-20T14:00:01.123456789+08:00 stderr F E0820 14:00:01.100000 1 main.go:9] boom      CRI: time, stream, P(artial)|F(ull), text
//! 2021-12-21T11:12:45.854971114+01:00 Successfully copied files in /usr/src                kubectl logs --timestamps
//! ```
//! The stamp is the delivery, in nanoseconds and with its offset; klog's inner clock is the event. A part (`P`) and what follows it on the
//! same stream up to the next `F` are one record, and so are indented lines and the JVM's `Caused by:` with what they go on; where another
//! stream comes between, the rest begins a record of its own. The level is the inner line's: klog's, logfmt's, JSON's or an application's.
//!
//! Source: <https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/logs/logs.go>. Not supported: tags beside `P` and
//! `F`; `kubectl logs --prefix`.

use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::message::{InnerClock, goes_on, read_message};
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "cri", family: Family::Log, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let mut n_tagged = 0;
    let share = share_of_heads(head, |line| {
        let read = read_line(line);
        n_tagged += u32::from(read.as_ref().is_some_and(|line| line.tag.is_some()));
        read.is_some()
    });
    // Without tags only the nanoseconds tell a runtime's stamp from an application's.
    if n_tagged > 0 { share.min(97) } else { share.min(85) }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(Cri::default()))
}

/// A line in its parts.
struct Stamped<'a> {
    stamp: Stamp,
    /// The stream, and whether the line is a part that goes on.
    tag: Option<(&'a [u8], bool)>,
    text: &'a [u8],
}

fn read_line(line: &[u8]) -> Option<Stamped<'_>> {
    let stamp = parse_iso(line).filter(|stamp| stamp.offset_s.is_some() && line.get(10) == Some(&b'T'))?;
    let text = line[stamp.len..].strip_prefix(b" ")?;
    for stream in [&b"stdout"[..], b"stderr"] {
        match text.strip_prefix(stream) {
            Some([b' ', tag @ (b'P' | b'F'), b' ', text @ ..]) => {
                return Some(Stamped { stamp, tag: Some((stream, *tag == b'P')), text });
            }
            Some([b' ', tag @ (b'P' | b'F')]) => {
                return Some(Stamped { stamp, tag: Some((stream, *tag == b'P')), text: b"" });
            }
            _ => {}
        }
    }
    let n_fraction = line.get(20..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (n_fraction >= 7).then_some(Stamped { stamp, tag: None, text })
}

#[derive(Default)]
struct Cri {
    inner: InnerClock,
    /// The stream of the last line, and whether its text goes on.
    last: Option<(&'static [u8], bool)>,
}

impl Lines for Cri {
    fn wall_kind(&self) -> WallKind {
        WallKind::Utc
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some(Stamped { stamp, tag, text }) = read_line(line.bytes) else { return Verdict::Headless };
        let stream: &'static [u8] = match tag {
            Some((b"stdout", _)) => b"stdout",
            Some(_) => b"stderr",
            None => b"",
        };
        let belongs = self.last.is_some_and(|(last, is_open)| last == stream && (is_open || goes_on(text)));
        self.last = Some((stream, tag.is_some_and(|(_, is_part)| is_part)));
        if belongs {
            return Verdict::Continuation;
        }
        let message = read_message(text);
        let local = message.time.map_or(stamp.wall, |inner| self.inner.event_at(stamp.wall, &inner));
        let wall = Stamp { wall: local, ..stamp }.utc().unwrap_or(local);
        out.records.push(line.number, wall, message.level, b"");
        Verdict::Record
    }
}
