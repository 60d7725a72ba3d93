//! VictoriaMetrics' `/api/v1/export`: one JSON object per line, milliseconds.
//!
//! ```text
//! {"metric":{"__name__":"up","job":"node"},"values":[0,1,null],"timestamps":[1690120800000,1690120815000,1690120830000]}
//! ```
//! A series may span several lines: they are joined. Keys may come in any order. `null` is a gap; `"Infinity"` a gap that is counted as a
//! bad number. Where one list is longer than the other, or the line is cut, the pairs there are are kept and the line is counted as a cut
//! document.
//!
//! Spec: docs.victoriametrics.com/#how-to-export-data-in-json-line-format. Not supported: a line beyond what is read at once (8 MiB), which
//! ends there.

use super::instant::parse_epoch;
use super::json::{Broken, Reader};
use super::prometheus_json::read_labels;
use super::samples::{Samples, read_lines};
use super::table::Place;
use crate::evidence::Block;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "victoria-json", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    // A line may be longer than the head, so its second list need not be seen.
    let is_series = |line: &[u8]| {
        let value = |key: &[u8]| {
            let at = crate::model::memmem::find(line, key)?;
            Some(line[at + key.len()..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start())
        };
        let items = |key: &[u8]| Some(value(key)?.strip_prefix(b"[")?.trim_ascii_start());
        let is_list = |key: &[u8]| items(key).is_some_and(|items| !items.starts_with(b"["));
        line.trim_ascii_start().starts_with(b"{")
            && value(b"\"metric\"").is_some_and(|labels| labels.starts_with(b"{"))
            && (is_list(b"\"values\"") || is_list(b"\"timestamps\""))
            && value(b"\"result\"").is_none()
    };
    match head.share(20, is_series) {
        80.. => 92,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    Box::new(VictoriaJson(Samples::new(evidence)))
}

struct VictoriaJson(Samples);

/// What a line holds, as far as it goes: where its labels and its two lists start.
#[derive(Default)]
struct Members {
    metric: Option<(usize, usize)>,
    values: Option<usize>,
    times: Option<usize>,
}

impl Members {
    fn read(&mut self, text: &[u8]) -> Result<(), Broken> {
        let mut reader = Reader::new(text, 0);
        reader.expect(b'{')?;
        let mut is_first = true;
        while reader.has_item(std::mem::take(&mut is_first), b'}')? {
            let key = reader.key()?;
            reader.peek()?;
            let start = reader.at;
            match key {
                b"values" => self.values = Some(start),
                b"timestamps" => self.times = Some(start),
                _ => {}
            }
            reader.skip()?;
            if key == b"metric" {
                self.metric = Some((start, reader.at));
            }
        }
        Ok(())
    }
}

fn read(samples: &mut Samples, text: &[u8], place: Place, out: &mut Parsed) -> Result<(), IssueCode> {
    let mut members = Members::default();
    let is_whole = members.read(text).is_ok();
    let cut = if is_whole { IssueCode::UnparsedLines } else { IssueCode::TruncatedDocument };
    let (Some((from, to)), Some(values), Some(times)) = (members.metric, members.values, members.times) else {
        return Err(cut);
    };
    let key = &text[from..to];
    let index = samples.find(key).or_else(|| {
        let mut labels = read_labels(&mut Reader::new(text, from)).ok()?;
        let named = labels.iter().position(|(key, _)| key == "__name__");
        let name = named.map(|index| labels.remove(index).1).unwrap_or_default();
        samples.open(key, name, labels)
    });
    let index = index.ok_or(IssueCode::TooManySeries)?;
    let (mut values, mut times) = (Reader::new(text, values), Reader::new(text, times));
    let mut pair = |is_first: bool| -> Result<bool, Broken> {
        if is_first {
            values.expect(b'[')?;
            times.expect(b'[')?;
        }
        match (values.has_item(is_first, b']')?, times.has_item(is_first, b']')?) {
            (true, true) => {}
            (false, false) => return Ok(false),
            _ => return Err(Broken),
        }
        let value = values.scalar()?;
        let value = if value == b"null" { b"NaN" } else { value };
        match parse_epoch(times.scalar()?) {
            Some(wall) => samples.push_text(index, wall, value, place, out),
            None => out.issues.add(IssueCode::BadTime, place.line, place.offset),
        }
        Ok(true)
    };
    let mut is_first = true;
    loop {
        match pair(std::mem::take(&mut is_first)) {
            Ok(true) => {}
            Ok(false) if is_whole => return Ok(()),
            Ok(false) | Err(Broken) => return Err(IssueCode::TruncatedDocument),
        }
    }
}

impl Parser for VictoriaJson {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        read_lines(block, out, &mut |text, place, out| read(&mut self.0, text, place, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.0.finish(out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;
    use crate::model::{RowAt, WallKind};

    const EXPORT: &str = r#"{"metric":{"__name__":"up","job":"a\"b"},"values":[0,null,"Infinity"],"timestamps":[1690120815000,1690120830000,1690120845000]}
{"timestamps":[1690120800000],"values":[1.5e3],"metric":{"__name__":"up","job":"a\"b"}}
{"metric":{"__name__":"up"},"values":[],"timestamps":[]}
"#;

    #[test]
    fn lines_of_one_series_are_joined() {
        let head = Head { bytes: EXPORT.as_bytes(), name: "unknown", complete: true };
        assert_eq!(sniff(&head), 92);
        let parsed = parse_text(&FORMAT, EXPORT);
        let frame = &parsed.frames[0];
        assert_eq!(
            (frame.columns[0].label("job"), &frame.rows),
            (Some("a\"b"), &RowAt::Lines(vec![2, 1, 1, 1].into()))
        );
        assert_eq!(frame.columns[0].values[..2], [1500.0, 0.0]);
        let codes: Vec<_> = parsed.issues.list.iter().map(|issue| (issue.code, issue.count)).collect();
        assert_eq!(codes, [(IssueCode::BadNumber, 1), (IssueCode::UnsortedTimes, 1)]);
        assert_eq!((parsed.lines.parsed, parsed.wall_kind), (3, WallKind::Utc));
    }

    #[test]
    fn blanks_behind_colons_and_commas_say_nothing() {
        let spaced = EXPORT.replace(':', ": ").replace(',', ", ");
        assert_eq!(sniff(&Head { bytes: spaced.as_bytes(), name: "unknown", complete: true }), 92);
        let [plain, spaced] = [EXPORT, &spaced].map(|text| parse_text(&FORMAT, text));
        assert_eq!(spaced.frames[0].wall, plain.frames[0].wall);
        let nested = r#"{"metric": {}, "values": [ [1690120800, "1"]]}"#;
        assert_eq!(sniff(&Head { bytes: nested.as_bytes(), name: "unknown", complete: true }), 0);
    }

    #[test]
    fn a_line_cut_anywhere_keeps_its_pairs() {
        let line = EXPORT.lines().next().unwrap_or_default();
        let most = (1..line.len()).map(|cut| {
            let parsed = parse_text(&FORMAT, &line[..cut]);
            assert_eq!(parsed.lines.failed, 1, "cut at {cut}");
            parsed.frames.first().map_or(0, |frame| frame.wall.len())
        });
        assert_eq!(most.max(), Some(3));
        let uneven = r#"{"metric":{},"values":[1,2],"timestamps":[1690120815000]}"#;
        let parsed = parse_text(&FORMAT, uneven);
        assert_eq!((parsed.frames[0].wall.len(), parsed.issues.list[0].code), (1, IssueCode::TruncatedDocument));
    }

    #[test]
    fn answers_and_logs_are_not_claimed() {
        for text in [
            r#"{"status":"success","data":{"result":[{"metric":{},"values":[[1690120800,"1"]]}]}}"#,
            r#"{"level":"info","metric":"x","values":[1]}"#,
        ] {
            assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }), 0, "{text}");
        }
    }
}
