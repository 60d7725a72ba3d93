//! Docker's `json-file` logs: `/var/lib/docker/containers/<id>/<id>-json.log`.
//!
//! ```text
//! {"log":"E0820 14:00:01.100000 1 main.go:9] boom\n","stream":"stderr","time":"2024-08-20T06:00:01.123456789Z"}
//! {"log":"a long line's first 16 KiB","stream":"stdout","time":"2024-08-20T06:00:02Z"}
//! {"log":" and its rest\n","stream":"stdout","time":"2024-08-20T06:00:02Z"}
//! ```
//! The time is the delivery; klog's inner clock is the event. The level is the inner line's own. A text without `\n` goes on in the next
//! object of its stream, and so do indented lines and the JVM's `Caused by:`; where another stream comes between, the rest begins a record
//! of its own. An object that ends inside is not understood and counted.
//!
//! Spec: <https://docs.docker.com/engine/logging/drivers/json-file/>. Keys come in any order. Not supported: `attrs` as labels.

use super::super::metrics::json::{Broken, Reader, unescape_into};
use super::super::time::{Stamp, parse_iso};
use super::super::{Family, Format, Head, Parsed, Parser};
use super::message::{InnerClock, goes_on, read_message};
use super::{LineParser, Lines, Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{EvidenceId, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "docker-json", family: Family::Log, sniff, parser };

/// How much of an inner line is looked at.
const REACH: usize = 512;

fn sniff(head: &Head<'_>) -> u8 {
    share_of_heads(head, |line| {
        read_object(line).is_ok_and(|object| object.stamp.is_some() && object.stream != Stream::Other)
    })
    .min(97)
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(LineParser::new(DockerJson::default()))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stream {
    #[default]
    Other,
    Out,
    Err,
}

#[derive(Default)]
struct Object<'a> {
    /// Escapes as written.
    log: &'a [u8],
    stream: Stream,
    stamp: Option<Stamp>,
}

fn read_object(line: &[u8]) -> Result<Object<'_>, Broken> {
    let mut reader = Reader::new(line, 0);
    let mut object = Object::default();
    reader.expect(b'{')?;
    let (mut is_first, mut has_log) = (true, false);
    while reader.has_item(is_first, b'}')? {
        is_first = false;
        let key = reader.key()?;
        match (key, reader.peek()?) {
            (b"log", b'"') => (object.log, has_log) = (reader.string()?, true),
            (b"stream", b'"') => {
                object.stream = match reader.string()? {
                    b"stdout" => Stream::Out,
                    b"stderr" => Stream::Err,
                    _ => Stream::Other,
                }
            }
            (b"time", b'"') => object.stamp = parse_iso(reader.string()?).filter(|stamp| stamp.offset_s.is_some()),
            _ => reader.skip()?,
        }
    }
    if has_log { Ok(object) } else { Err(Broken) }
}

#[derive(Default)]
struct DockerJson {
    inner: InnerClock,
    /// The stream of the last record, and whether its text goes on.
    last: Option<(Stream, bool)>,
    /// The inner line at hand.
    text: Vec<u8>,
}

impl Lines for DockerJson {
    fn wall_kind(&self) -> WallKind {
        WallKind::Utc
    }

    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        if line.bytes.first() != Some(&b'{') {
            return Verdict::Unread;
        }
        let Ok(object) = read_object(line.bytes) else { return Verdict::Unread };
        let text = if memchr::memchr(b'\\', &object.log[..object.log.len().min(REACH)]).is_some() {
            // As far as a level can stand.
            self.text.clear();
            unescape_into(&object.log[..object.log.len().min(REACH)], &mut self.text);
            &self.text
        } else {
            object.log
        };
        let is_part = !object.log.ends_with(b"\\n");
        let belongs = self.last.is_some_and(|(stream, is_open)| stream == object.stream && (is_open || goes_on(text)));
        self.last = Some((object.stream, is_part));
        if belongs {
            return Verdict::Continuation;
        }
        let message = read_message(text);
        let wall = match object.stamp {
            Some(stamp) => {
                let local = message.time.map_or(stamp.wall, |inner| self.inner.event_at(stamp.wall, &inner));
                Stamp { wall: local, ..stamp }.utc().unwrap_or(local)
            }
            None => WallTime::NONE,
        };
        out.records.push(line.number, wall, message.level, b"");
        Verdict::Record
    }
}
