//! What a collector of logs made of one line of a dump: an object with the line as its message.
//!
//! ```text
//! {"@timestamp":"2025-11-20T08:00:00Z","kubernetes":{"pod_name":"web-1"},"message":"goroutine 1 [running]:"}    fluentd, Logstash
//! {"line":"goroutine 1 [running]:","timestamp":"1763625600000000000","fields":{"pod":"web-1"}}                  Loki
//!   "log": "goroutine 1 [running]:\n",                                   jq;  `"goroutine 1 [running]:"` in Loki's pairs
//! {"textPayload":"goroutine 1 [running]:","resource":{"type":"k8s_container"},"timestamp":"…"}                  Google Cloud
//! ```

use super::super::metrics::json::{Broken, Reader};
use super::super::time::parse_iso;
use super::envelope::Found;
use crate::model::{WallKind, WallTime};

/// The message of an object that a collector of logs (fluentd, Loki, Google Cloud) made of one line: its pod or host tells the stream. One
/// that holds several lines is no line of a dump. Nothing is found of the line yet.
pub(super) fn collected<'a>(line: &'a [u8], found: &mut Found<'_>) -> Option<&'a [u8]> {
    let mut reader = Reader::new(line, 0);
    let mut message = None;
    let mut read = || {
        reader.expect(b'{')?;
        let mut is_first = true;
        while reader.has_item(std::mem::take(&mut is_first), b'}')? {
            let key = reader.key()?;
            let is_text = reader.peek()? == b'"';
            let from = reader.at;
            match key {
                key if is_text && MESSAGES.contains(&key) => message = Some(reader.scalar()?),
                b"@timestamp" | b"timestamp" | b"time" if is_text => {
                    if let Some(utc) = parse_iso(reader.scalar()?).and_then(|stamp| stamp.utc()) {
                        found.see(utc, WallKind::Utc);
                    }
                }
                _ => {
                    reader.skip()?;
                    if SOURCES.contains(&key) {
                        found.join(&line[from..reader.at]);
                    }
                }
            }
        }
        Ok::<(), Broken>(())
    };
    let is_whole = read().is_ok();
    let message = message.filter(|_| is_whole).map(one_line);
    match message.filter(|message| crate::model::memmem::find(message, b"\\n").is_none()) {
        Some(message) => {
            found.join(b"json");
            Some(message)
        }
        None => {
            (found.stream, found.wall) = (0, (WallTime::NONE, WallKind::Unclocked));
            None
        }
    }
}

/// The message in a line of an entry that is printed over several lines: `  "log": "main.main()\n",` as `jq` does it, or alone, as Loki's
/// pairs of a time and a line have it. Numbers and what holds several lines are no line of a dump.
pub(super) fn printed<'a>(line: &'a [u8], found: &mut Found<'_>) -> Option<&'a [u8]> {
    let line = line.trim_ascii_end();
    let line = line.strip_suffix(b",").unwrap_or(line);
    let mut reader = Reader::new(line, 0);
    let mut message = reader.string().ok()?;
    if reader.at < line.len() {
        reader.expect(b':').ok().filter(|()| MESSAGES.contains(&message))?;
        message = reader.string().ok().filter(|_| reader.at == line.len())?;
    } else if message.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let message = one_line(message);
    crate::model::memmem::find(message, b"\\n").is_none().then(|| {
        found.join(b"json");
        message
    })
}

/// A message without its line end.
fn one_line(message: &[u8]) -> &[u8] {
    let cut = message.strip_suffix(b"\\n").unwrap_or(message);
    cut.strip_suffix(b"\\r").unwrap_or(cut)
}

/// Keys of messages.
const MESSAGES: [&[u8]; 5] = [b"message", b"msg", b"line", b"log", b"textPayload"];

/// Keys whose values are the same for all lines of one program.
const SOURCES: &[&[u8]] = &[
    b"container",
    b"container_name",
    b"host",
    b"hostname",
    b"kubernetes",
    b"pod",
    b"pod_name",
    b"resource",
    b"service",
    b"stream",
];

#[cfg(test)]
mod tests {
    use super::super::envelope::Peeler;

    #[test]
    fn what_a_collector_made_of_a_line_is_that_line() {
        let mut peeler = Peeler::default();
        let mut peel = |line: &str| {
            let peeled = peeler.peel(line.as_bytes());
            (String::from_utf8_lossy(peeled.text).into_owned(), peeled.stream, peeled.wall.is_some())
        };
        let fluentd = |pod: &str| {
            format!(
                r#"{{"@timestamp":"2025-11-20T08:00:00Z","message":"\tx.go:1","kubernetes":{{"pod_name":"{pod}"}}}}"#
            )
        };
        let (text, stream, is_timed) = peel(&fluentd("web-1"));
        assert_eq!((text.as_str(), is_timed), ("\tx.go:1", true));
        assert_eq!(stream, peel(&fluentd("web-1")).1);
        assert_ne!(stream, peel(&fluentd("web-2")).1);
        assert_eq!(peel(r#"{"log":"a\n","level":"info"}"#).0, "a");
        assert_eq!(peel(r#"{"textPayload":"b","resource":{"type":"k8s_container"}}"#).0, "b");
        // Several lines in one value are unescaped where a dump is found in them; no message, and a broken object, are no envelope.
        for line in [r#"{"msg":"a\nb","level":"info"}"#, r#"{"level":"info"}"#, r#"{"message":"a","pod":"x""#] {
            assert_eq!(peel(line), (line.to_owned(), 0, false));
        }
    }
}
