//! Answers of Prometheus' HTTP interface: `query_range` (matrix) and `query` (vector, scalar).
//!
//! ```text
//! {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"container_threads","pod":"report-7d9f"},
//!  "values":[[1690120800,"41"],[1690120815.781,"43"]]}]}}
//! Query: sum(container_threads{node="node-xx"})          must-gather writes the query before each answer
//! ```
//! Also read: the bare `result` list (`promtool query range -o json`), several answers in one file, keys in any order, any layout. Each
//! series is a frame of its own whose rows stand at bytes, because an answer may be a single line. A series without a name takes the
//! query's text where it is stated. `"NaN"` is a gap; `"+Inf"` cannot be drawn: a gap too, and counted as a bad number.
//!
//! A document must be held whole until its end is seen. Where it breaks, everything complete before that place is kept.
//!
//! Spec: prometheus.io/docs/prometheus/latest/querying/api. Not supported: native histograms (stepped over), exemplars, series metadata.

use super::documents::{Documents, document_at};
use super::instant::parse_seconds;
use super::json::{Broken, Reader, unescape};
use super::number::{parse_sample_value, unit_of_name};
use super::stamps::reordered;
use crate::formats::whole::WholeParser;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::time::order_of_times;
use crate::model::{Column, EvidenceId, Frame, IssueCode, RowAt, Steps, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "prometheus-json", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let Some(open) = document_at(head.bytes, 0) else { return 0 };
    let text = &head.bytes[open..];
    let holds = |needle: &[u8]| crate::model::memmem::find(text, needle).is_some();
    // Loki answers in the same form, with lines of logs.
    let is_answer =
        holds(b"\"status\"") && (holds(b"\"resultType\"") || holds(b"\"errorType\"")) && !holds(b"\"streams\"");
    let has_series = holds(b"\"metric\"") && (holds(b"\"values\"") || holds(b"\"value\"")) && !holds(b"\"timestamps\"");
    match (is_answer, has_series) {
        (true, _) => 95,
        (false, true) if text.starts_with(b"[") || holds(b"\"result\"") => 75,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    WholeParser::boxed(evidence, read_whole)
}

fn read_whole(_: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    Documents::new(bytes, out).read_all(&mut document);
    let has_points = out.frames.iter().any(|frame| !frame.wall.is_empty());
    // Nothing that was asked for is there, which is not the same as a zero.
    if !has_points && out.issues.list.is_empty() && !bytes.trim_ascii().is_empty() {
        out.issues.add(IssueCode::NoRows, 1, 0);
    }
    out.wall_kind = if has_points { WallKind::Utc } else { WallKind::Unclocked };
}

/// One series while its points come in.
#[derive(Default)]
struct Points {
    /// Where the first point stands.
    base: Option<usize>,
    wall: Steps<WallTime>,
    /// From the first one on. The guard keeps documents below 4 GiB, so offsets fit.
    starts: Steps<u32>,
    values: Vec<f64>,
    end: usize,
    is_unsorted: bool,
}

/// An answer, or a bare list of series.
fn document(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    if reader.peek()? == b'[' {
        return result(docs, reader);
    }
    let open = reader.at;
    reader.expect(b'{')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b'}')? {
        match reader.key()? {
            b"status" => {
                if reader.scalar()? == b"error" {
                    let line = docs.line_of(open);
                    docs.out.issues.add(IssueCode::UnparsedLines, line, open as u64);
                }
            }
            b"data" if reader.peek()? == b'{' => data(docs, reader)?,
            b"data" | b"result" if reader.peek()? == b'[' => result(docs, reader)?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

fn data(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    reader.expect(b'{')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b'}')? {
        match reader.key()? {
            b"result" if reader.peek()? == b'[' => result(docs, reader)?,
            _ => reader.skip()?,
        }
    }
    Ok(())
}

/// A list of series, or a scalar's single `[time, "value"]`.
fn result(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let open = reader.at;
    reader.expect(b'[')?;
    let mut is_first = true;
    while reader.has_item(is_first, b']')? {
        match reader.peek()? {
            b'{' => series(docs, reader)?,
            b'0'..=b'9' if is_first => {
                reader.at = open;
                let mut points = Points::default();
                point(docs, reader, &mut points)?;
                emit(docs, Vec::new(), points);
                return Ok(());
            }
            _ => reader.skip()?,
        }
        is_first = false;
    }
    Ok(())
}

/// One series; what is complete of a series that breaks is kept, as long as its labels are known.
fn series(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let (mut labels, mut points) = (None, Points::default());
    let read = members(docs, reader, &mut labels, &mut points);
    if read.is_ok() || labels.is_some() {
        emit(docs, labels.unwrap_or_default(), points);
    }
    read
}

fn members(
    docs: &mut Documents<'_, '_>,
    reader: &mut Reader<'_>,
    labels: &mut Option<Vec<(String, String)>>,
    points: &mut Points,
) -> Result<(), Broken> {
    reader.expect(b'{')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b'}')? {
        match reader.key()? {
            b"metric" if reader.peek()? == b'{' => *labels = Some(read_labels(reader)?),
            b"value" if reader.peek()? == b'[' => point(docs, reader, points)?,
            b"values" if reader.peek()? == b'[' => {
                reader.expect(b'[')?;
                let mut is_first = true;
                while reader.has_item(std::mem::take(&mut is_first), b']')? {
                    point(docs, reader, points)?;
                }
            }
            _ => reader.skip()?,
        }
    }
    Ok(())
}

/// `[1690120800.781,"41"]`
fn point(docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>, points: &mut Points) -> Result<(), Broken> {
    reader.peek()?;
    let start = reader.at;
    reader.expect(b'[')?;
    let time = reader.scalar()?;
    reader.expect(b',')?;
    let text = reader.scalar()?;
    reader.expect(b']')?;
    let Some(wall) = parse_seconds(time) else {
        docs.report(IssueCode::BadTime, start);
        return Ok(());
    };
    let value = parse_sample_value(text).unwrap_or_else(|| {
        docs.report(IssueCode::BadNumber, start);
        f64::NAN
    });
    let base = *points.base.get_or_insert(start);
    let last = points.wall.last();
    match last {
        Some(last) if wall < last => {
            points.is_unsorted = true;
            docs.report(IssueCode::UnsortedTimes, start);
        }
        Some(last) if wall == last => docs.report(IssueCode::DuplicateTimes, start),
        _ => {}
    }
    points.wall.push(wall);
    points.starts.push((start - base) as u32);
    points.values.push(value);
    points.end = reader.at;
    Ok(())
}

fn emit(docs: &mut Documents<'_, '_>, mut labels: Vec<(String, String)>, points: Points) {
    let Points { base: Some(base), wall, mut starts, mut values, end, is_unsorted } = points else { return };
    let stated = labels.iter().position(|(key, _)| key == "__name__").map(|index| labels.remove(index).1);
    let name = stated.unwrap_or_else(|| docs.query.clone());
    let unit = unit_of_name(&name);
    let (wall, rows) = if is_unsorted {
        // Offsets must ascend with the rows; sorted rows are told by their lines instead.
        let lines: Vec<u32> = starts.iter().map(|start| docs.line_of(base + start as usize)).collect();
        let wall: Vec<WallTime> = wall.iter().collect();
        let order = order_of_times(&wall);
        values = reordered(&values, &order);
        let lines = order.iter().map(|&row| lines[row]).collect();
        (order.iter().map(|&row| wall[row]).collect(), RowAt::Lines(lines))
    } else {
        starts.push((end - base) as u32);
        (wall, RowAt::Bytes { base: base as u64, offsets: starts })
    };
    values.shrink_to_fit();
    let frame = Frame { wall, rows, columns: vec![Column { name, labels, unit, values: values.into() }] };
    docs.out.frames.push(frame);
}

/// The pairs of an object of strings.
pub(super) fn read_labels(reader: &mut Reader<'_>) -> Result<Vec<(String, String)>, Broken> {
    reader.expect(b'{')?;
    let (mut labels, mut is_first) = (Vec::new(), true);
    while reader.has_item(std::mem::take(&mut is_first), b'}')? {
        let key = unescape(reader.key()?);
        labels.push((key, unescape(reader.scalar()?)));
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;

    const ANSWER: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"container_threads","pod":"report-7d9f"},"values":[[1690120800,"41"],[1690120815.5,"NaN"],[1690120830,"+Inf"]]},{"metric":{},"values":[[1690120800,"4.6e4"]]}]}}"#;

    #[test]
    fn each_series_is_a_frame_whose_rows_stand_at_bytes() {
        let text = format!("Query: sum(container_threads)\n{ANSWER}\n");
        assert!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }) >= 95);
        let parsed = parse_text(&FORMAT, &text);
        assert_eq!(parsed.frames.len(), 2);
        let frame = &parsed.frames[0];
        assert_eq!(frame.columns[0].selector(), "container_threads{pod=\"report-7d9f\"}");
        assert_eq!(frame.wall.get(1), Some(WallTime(1_690_120_815_500_000_000)));
        assert!(frame.columns[0].values[1].is_nan() && frame.columns[0].values[2].is_nan());
        let RowAt::Bytes { base, offsets } = &frame.rows else { panic!("rows of JSON stand at bytes") };
        let at = |row| *base as usize + offsets.get(row).unwrap_or_default() as usize;
        let row = &text[at(1)..at(2)];
        assert_eq!(row, "[1690120815.5,\"NaN\"],");
        assert_eq!(
            (parsed.frames[1].columns[0].name.as_str(), parsed.frames[1].columns[0].values[0]),
            ("sum(container_threads)", 46_000.0)
        );
        assert_eq!((parsed.lines.parsed, parsed.lines.skipped, parsed.wall_kind), (1, 1, WallKind::Utc));
        assert_eq!(parsed.issues.list.len(), 1);
    }

    #[test]
    fn a_document_cut_anywhere_keeps_what_was_complete() {
        let pretty = ANSWER.replace(',', ",\n  ");
        for text in [ANSWER, &pretty] {
            for cut in 0..text.len() {
                let parsed = parse_text(&FORMAT, &text[..cut]);
                let n_points: usize = parsed.frames.iter().map(|frame| frame.wall.len()).sum();
                assert!(n_points <= 4);
                assert!(cut == 0 || parsed.issues.list.iter().any(|issue| issue.code == IssueCode::TruncatedDocument));
            }
        }
        let cut = ANSWER.find(",[1690120830").unwrap_or(0);
        assert_eq!(parse_text(&FORMAT, &ANSWER[..cut]).frames[0].wall.len(), 2);
        assert_eq!(parse_text(&FORMAT, "  {\n").lines.failed, 1);
    }

    #[test]
    fn lines_of_logs_are_no_samples() {
        let text = r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"pay"},"values":[["1772623231123456789","boom"]]}]}}"#;
        assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }), 0);
    }

    #[test]
    fn keys_in_any_order_vectors_scalars_and_errors() {
        let vector = r#"{"data":{"result":[{"value":[1690120800.1,"7"],"metric":{"job":"node"}}],"resultType":"vector"},"status":"success"}"#;
        let column = &parse_text(&FORMAT, vector).frames[0].columns[0];
        assert_eq!((column.selector().as_str(), column.values[0]), ("{job=\"node\"}", 7.0));
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1690120800,"5"]}}"#;
        assert_eq!(parse_text(&FORMAT, scalar).frames[0].columns[0].values, [5.0]);
        let error = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        let parsed = parse_text(&FORMAT, error);
        assert!(parsed.frames.is_empty() && !parsed.issues.list.is_empty());
        let empty = r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#;
        assert_eq!(parse_text(&FORMAT, empty).issues.list.first().map(|issue| issue.code), Some(IssueCode::NoRows));
        let unsorted = "[{\"metric\":{},\"values\":[[1690120815,\"2\"],\n[1690120800,\"1\"]]}]";
        let parsed = parse_text(&FORMAT, unsorted);
        assert_eq!(
            (&parsed.frames[0].rows, &parsed.frames[0].columns[0].values[..]),
            (&RowAt::Lines(vec![2, 1].into()), &[1.0, 2.0][..])
        );
    }
}
