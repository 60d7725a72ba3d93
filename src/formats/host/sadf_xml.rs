//! sysstat's `sadf -x`: `sar`'s history as XML, one element per line.
//!
//! ```text
//! <host nodename="SYSSTAT.TEST">
//!   <timestamp date="2019-04-18" time="13:20:19" utc="1" interval="31">
//!     <process-and-context-switch per="second" proc="1.20" cswch="2330.40"/>
//!     <queue runq-sz="3" plist-sz="967" ldavg-1="0.10" blocked="0"/>
//!     <cpu-load><cpu number="all" user="1.08" idle="97.20"/></cpu-load>
//!     <memory unit="kB"><memfree>538760</memfree></memory>
//! ```
//! Yields what `sar` does, with the same names. Attributes that are no numbers are labels; an element that holds a number alone is a
//! value of the element around it. The times are UTC where `utc` says so, else local; the first decides.
//!
//! Spec: sadf(1), <https://github.com/sysstat/sysstat/blob/master/xml/sysstat.xsd>. Not supported: XML that other tools wrote anew.

use super::clock::{DAY_NS, parse_clock, parse_date};
use super::sadf_json::name_of;
use super::samples::{Samples, parse_value};
use super::tally::{Fate, tally};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Unit, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "sadf-xml", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let text = head.bytes.trim_ascii_start();
    let is_sysstat = crate::model::memmem::find(&text[..text.len().min(4096)], b"<sysstat").is_some();
    let has_times = text.starts_with(b"<timestamp ") || text.starts_with(b"<host nodename=");
    if text.starts_with(b"<") && (is_sysstat || has_times) { 96 } else { 0 }
}

fn parser(_evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(SadfXml {
        node: Vec::new(),
        section: Vec::new(),
        wall: WallTime::NONE,
        kind: None,
        samples: Samples::default(),
    })
}

struct SadfXml {
    node: Vec<u8>,
    section: Vec<u8>,
    wall: WallTime,
    kind: Option<WallKind>,
    samples: Samples,
}

/// An element's name, what stands in its tag behind that, and its text.
struct Element<'a> {
    name: &'a [u8],
    attributes: &'a [u8],
    text: &'a [u8],
    is_empty: bool,
}

/// The elements that open in a line; closing tags, comments and declarations are passed over.
fn elements(line: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        loop {
            let open = memchr::memchr(b'<', rest)?;
            let inside = &rest[open + 1..];
            let close = memchr::memchr(b'>', inside)?;
            let (tag, after) = (&inside[..close], &inside[close + 1..]);
            rest = after;
            if matches!(tag.first(), None | Some(b'/' | b'?' | b'!')) {
                continue;
            }
            let is_empty = tag.ends_with(b"/");
            let tag = tag.strip_suffix(b"/").unwrap_or(tag);
            let name_len = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
            let text = &after[..memchr::memchr(b'<', after).unwrap_or(after.len())];
            return Some(Element {
                name: &tag[..name_len],
                attributes: &tag[name_len..],
                text: text.trim_ascii(),
                is_empty,
            });
        }
    })
}

/// The `name="value"` pairs of a tag.
fn attributes(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    let mut rest = text;
    std::iter::from_fn(move || {
        let equals = crate::model::memmem::find(rest, b"=\"")?;
        let value = &rest[equals + 2..];
        let end = memchr::memchr(b'"', value)?;
        let name = rest[..equals].trim_ascii();
        rest = &value[end + 1..];
        Some((name, &value[..end]))
    })
}

impl SadfXml {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes.trim_ascii();
        if !text.starts_with(b"<") {
            // The document's type may go on in a line of its own.
            return if text.starts_with(b"\"") { Fate::Skipped } else { Fate::Failed };
        }
        let mut fate = Fate::Skipped;
        for element in elements(text) {
            fate = Fate::Parsed;
            let find =
                |key: &[u8]| attributes(element.attributes).find(|(name, _)| *name == key).map(|(_, value)| value);
            match element.name {
                b"host" => self.node = find(b"nodename").unwrap_or_default().to_vec(),
                b"timestamp" => {
                    let of_day = find(b"time").and_then(parse_clock).map(|(ns, _)| ns);
                    let wall = find(b"date").and_then(parse_date).zip(of_day);
                    let kind = if find(b"utc") == Some(b"1") { WallKind::Utc } else { WallKind::Local };
                    let same_kind = *self.kind.get_or_insert(kind) == kind;
                    self.wall = match wall.filter(|_| same_kind) {
                        Some((day, ns)) => WallTime(day * DAY_NS + ns),
                        None => {
                            out.issues.add(IssueCode::BadTime, line.number, line.offset);
                            WallTime::NONE
                        }
                    };
                }
                b"boot" | b"comment" | b"com" => {}
                _ => self.take(&element, line),
            }
        }
        fate
    }

    fn take(&mut self, element: &Element<'_>, line: &Line<'_>) {
        let values =
            attributes(element.attributes).filter(|(name, value)| is_value(name) && parse_value(value).is_some());
        let texts =
            attributes(element.attributes).filter(|(name, value)| !is_value(name) || parse_value(value).is_none());
        let n_values = values.clone().count();
        if !element.is_empty && n_values == 0 && element.text.is_empty() {
            // `<cpu-load>` and `<memory unit="kB">` hold what follows.
            self.section = element.name.to_vec();
            return;
        }
        if !self.wall.is_some() {
            return;
        }
        let mut labels: Vec<(&str, &[u8])> = vec![("node", &self.node)];
        let about = texts.filter(|(name, _)| !matches!(*name, b"per" | b"unit"));
        labels.extend(about.filter_map(|(name, value)| {
            let name = if name == b"number" { element.name } else { name };
            Some((std::str::from_utf8(name).ok()?, value))
        }));
        let is_subject = labels.len() > 1;
        let section = if is_subject || n_values == 0 { &self.section[..] } else { element.name };
        let frame = self.samples.frame(if n_values == 0 { element.name } else { section }, &labels);
        if n_values > 0 {
            frame.row(self.wall, line);
            for (name, value) in values {
                let (name, unit) = name_of(section, name);
                frame.put(&name, unit, parse_value(value).unwrap_or(f64::NAN));
            }
        } else if let Some(value) = parse_value(element.text) {
            frame.row(self.wall, line);
            frame.put(&String::from_utf8_lossy(element.name), Unit::None, value);
        }
    }
}

/// Whether an attribute may be a number that counts something.
fn is_value(name: &[u8]) -> bool {
    !matches!(name, b"number" | b"per" | b"unit" | b"intr" | b"dev" | b"iface")
}

impl Parser for SadfXml {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.samples.finish(out);
        out.wall_kind = self.kind.unwrap_or(WallKind::Unclocked);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    #[test]
    fn elements_become_series() {
        let text = "<?xml version=\"1.0\"?>\n<sysstat>\n<host nodename=\"n\">\n\
                    <timestamp date=\"2023-07-23\" time=\"14:00:00\" utc=\"1\" interval=\"60\">\n\
                    <process-and-context-switch per=\"second\" proc=\"1.20\" cswch=\"2330.40\"/>\n\
                    <queue runq-sz=\"3\" plist-sz=\"29877\"/>\n<cpu-load>\n<cpu number=\"all\" user=\"1.08\"/>\n</cpu-load>\n\
                    <memory unit=\"kB\">\n<memfree>538760</memfree>\n</memory>\n</timestamp>\nbroken\n";
        assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 95);
        let parsed = parse_text(&FORMAT, "unknown", text);
        let columns: Vec<_> = parsed.frames.iter().flat_map(|frame| &frame.columns).collect();
        let shown: Vec<_> = columns.iter().map(|column| (column.selector(), column.values[0])).collect();
        let selectors = ["proc/s", "cswch/s", "runq-sz", "plist-sz"].map(|name| format!("{name}{{node=\"n\"}}"));
        assert_eq!(shown.iter().map(|one| &one.0).take(4).collect::<Vec<_>>(), selectors.iter().collect::<Vec<_>>());
        assert_eq!(shown[3].1, 29_877.0);
        assert_eq!(shown[4], ("%user{node=\"n\", cpu=\"all\"}".to_owned(), 1.08));
        assert_eq!(shown[5], ("memfree{node=\"n\"}".to_owned(), 538_760.0));
        assert_eq!((parsed.wall_kind, parsed.lines.failed), (WallKind::Utc, 1));
    }
}
