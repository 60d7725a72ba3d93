//! Answers of monitoring services: CloudWatch's `get-metric-statistics` and `get-metric-data`, Datadog's query, Zabbix' `history.get`,
//! InfluxDB's query, Netdata's `/api/v1/data`; and those whose [points](super::points) stand deep in objects: Azure Monitor's, Google Cloud
//! Monitoring's, New Relic's, Grafana's data frames.
//!
//! ```text
//! {"Label":"CPUUtilization","Datapoints":[{"Timestamp":"2026-11-28T02:10:00+00:00","Average":41.2,"Unit":"Percent"}]}
//! {"MetricDataResults":[{"Id":"m1","Label":"CPU i-1","Timestamps":["2026-11-28T02:10:00Z"],"Values":[41.2]}]}
//! {"series":[{"metric":"system.load.1","scope":"host:n1","pointlist":[[1795831800000,30112.0]]}]}
//! {"jsonrpc":"2.0","result":[{"itemid":"23296","clock":"1795831800","value":"30112","ns":"123456789"}]}
//! {"results":[{"series":[{"name":"processes","tags":{"host":"n1"},"columns":["time","mean"],"values":[["2026-11-28T02:10:00Z",30112]]}]}]}
//! {"labels":["time","user","system"],"data":[[1795831800,1.7,2.7]]}
//! ```
//! Each statistic of CloudWatch is a series with the label `stat`; its points come in no order. Datadog's scope becomes labels. Zabbix names
//! items by number alone. A column of InfluxDB is a series, labelled with its measurement and tags. Where a document breaks, everything complete before that place is kept.
//!
//! Spec: docs.aws.amazon.com/cli/latest/reference/cloudwatch, docs.datadoghq.com/api/latest/metrics, zabbix.com/documentation (history).
//! Not supported: times without a zone, Datadog's newer `timeseries` answer.

use super::documents::{Documents, document_at};
use super::instant::parse_time;
use super::json::{Broken, Reader, unescape};
use super::points::read_points;
use super::samples::Samples;
use super::table::Place;
use super::written::DayOrder;
use crate::formats::whole::WholeParser;
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, IssueCode, Unit, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "monitoring-json", family: Family::Metrics, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let Some(open) = document_at(head.bytes, 0) else { return 0 };
    let text = &head.bytes[open..];
    let holds = |keys: &[&str]| keys.iter().all(|key| crate::model::memmem::find(text, key.as_bytes()).is_some());
    let deep: [&[&str]; 4] = [
        &["\"schema\"", "\"fields\"", "\"number\"", "\"data\""],
        &["\"timeseries\"", "\"metadatavalues\"", "\"timeStamp\""],
        &["\"points\"", "\"interval\"", "\"endTime\"", "\"metric\""],
        &["\"beginTimeSeconds\"", "\"endTimeSeconds\""],
    ];
    let kinds: [&[&str]; 5] = [
        &["\"results\"", "\"series\"", "\"columns\"", "\"values\""],
        &["\"Datapoints\"", "\"Timestamp\""],
        &["\"MetricDataResults\"", "\"Timestamps\""],
        &["\"series\"", "\"metric\"", "\"pointlist\""],
        &["\"jsonrpc\"", "\"result\"", "\"itemid\"", "\"clock\""],
    ];
    let is_known = text.starts_with(b"{") && (kinds.into_iter().any(holds) || is_netdata(text).is_ok_and(|it| it));
    if is_known || deep.into_iter().any(holds) { 93 } else { 0 }
}

/// Whether a document begins with Netdata's labels: many other objects have some.
fn is_netdata(text: &[u8]) -> Result<bool, Broken> {
    let mut reader = Reader::new(text, 0);
    reader.expect(b'{')?;
    let is_labels = reader.key()? == b"labels";
    reader.expect(b'[')?;
    Ok(is_labels && reader.string()? == b"time")
}

fn parser(evidence: EvidenceId, _head: &Head<'_>) -> Box<dyn Parser> {
    WholeParser::boxed(evidence, read_whole)
}

fn read_whole(evidence: EvidenceId, bytes: &[u8], out: &mut Parsed) {
    let mut samples = Samples::new(evidence);
    Documents::new(bytes, out).read_all(&mut |docs, reader| document(&mut samples, docs, reader));
    samples.finish(out);
}

fn document(samples: &mut Samples, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let whole = *reader;
    let known = if reader.peek()? == b'{' { service(samples, docs, reader) } else { reader.skip() };
    let deep = read_points(samples, docs, whole);
    known.and(deep)
}

fn service(samples: &mut Samples, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    // A name may stand behind what it names.
    let whole = *reader;
    each_member(reader, &mut |key, reader| {
        let read: ReadItem<'_, '_> = match key {
            b"Datapoints" => &mut |docs, reader| datapoint(samples, docs, reader, member(whole, b"Label")),
            b"MetricDataResults" => &mut |docs, reader| results(samples, docs, reader),
            b"series" => &mut |docs, reader| datadog(samples, docs, reader),
            b"result" => &mut |docs, reader| zabbix(samples, docs, reader),
            b"results" => &mut |docs, reader| {
                each_member(reader, &mut |key, reader| match key {
                    b"series" => each_item(docs, reader, &mut |docs, reader| table(samples, docs, reader)),
                    _ => reader.skip(),
                })
            },
            b"data" if reader.peek()? == b'[' => {
                // Its labels stand beside it.
                let _ = table(samples, docs, &mut { whole });
                return reader.skip();
            }
            _ => return reader.skip(),
        };
        each_item(docs, reader, read)
    })
}

pub(super) type ReadItem<'r, 'a> = &'r mut dyn FnMut(&mut Documents<'_, '_>, &mut Reader<'a>) -> Result<(), Broken>;

pub(super) type TakeMember<'r, 'a> = &'r mut dyn FnMut(&'a [u8], &mut Reader<'a>) -> Result<(), Broken>;

/// Takes the members of an object.
pub(super) fn each_member<'a>(reader: &mut Reader<'a>, take: TakeMember<'_, 'a>) -> Result<(), Broken> {
    reader.expect(b'{')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b'}')? {
        let key = reader.key()?;
        take(key, reader)?;
    }
    Ok(())
}

/// Takes the objects of a list; what is none is stepped over.
pub(super) fn each_item<'a>(
    docs: &mut Documents<'_, '_>,
    reader: &mut Reader<'a>,
    take: ReadItem<'_, 'a>,
) -> Result<(), Broken> {
    if reader.peek()? != b'[' {
        return reader.skip();
    }
    reader.expect(b'[')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b']')? {
        if reader.peek()? == b'{' { take(docs, reader)? } else { reader.skip()? }
    }
    Ok(())
}

/// The text of a member of the object that comes next, as far as it goes; empty where it has none.
pub(super) fn member<'a>(mut reader: Reader<'a>, name: &[u8]) -> &'a [u8] {
    let mut found = &b""[..];
    // What is broken is said when it is read.
    let _ = each_member(&mut reader, &mut |key, reader| {
        let is_text = key == name && !matches!(reader.peek()?, b'{' | b'[');
        if is_text {
            found = reader.scalar()?;
        }
        if is_text { Ok(()) } else { reader.skip() }
    });
    found
}

/// The series of a name and labels, opened where it is new; `None`, and said, where there are too many.
pub(super) fn series(
    samples: &mut Samples,
    docs: &mut Documents<'_, '_>,
    at: usize,
    name: &[u8],
    labels: &[(&str, &[u8])],
) -> Option<usize> {
    let mut key = name.to_vec();
    labels.iter().for_each(|(label, value)| key.extend([&b"\0"[..], label.as_bytes(), b"\0", value].concat()));
    let found = samples.find(&key).or_else(|| {
        let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), unescape(value)));
        samples.open(&key, unescape(name), labels.collect())
    });
    if found.is_none() {
        docs.report(IssueCode::TooManySeries, at);
    }
    found
}

pub(super) fn push(
    samples: &mut Samples,
    docs: &mut Documents<'_, '_>,
    series: usize,
    (time, value): (&[u8], &[u8]),
    at: usize,
) {
    let Some(wall) = utc(time) else { return docs.report(IssueCode::BadTime, at) };
    let place = Place { line: docs.line_of(at), offset: at as u64 };
    let value = if value == b"null" { b"NaN" } else { value };
    samples.push_text(series, wall, value, place, docs.out);
}

fn utc(time: &[u8]) -> Option<WallTime> {
    parse_time(time, DayOrder::Either).filter(|(_, kind)| *kind == WallKind::Utc).map(|(wall, _)| wall)
}

/// `{"Timestamp":"…","Average":41.2,"Unit":"Percent","ExtendedStatistics":{"p99":55.0}}`
fn datapoint(
    samples: &mut Samples,
    docs: &mut Documents<'_, '_>,
    reader: &mut Reader<'_>,
    name: &[u8],
) -> Result<(), Broken> {
    let at = reader.at;
    let (time, unit) = (member(*reader, b"Timestamp"), unit_of(member(*reader, b"Unit")));
    let mut stat = |key: &[u8], value: &[u8]| {
        if let Some(index) = series(samples, docs, at, name, &[("stat", key)]) {
            samples.set_unit(index, if key == b"SampleCount" { Unit::None } else { unit });
            push(samples, docs, index, (time, value), at);
        }
    };
    each_member(reader, &mut |key, reader| {
        match (key, reader.peek()?) {
            (b"Timestamp" | b"Unit", _) | (_, b'[') => reader.skip()?,
            (_, b'{') => each_member(reader, &mut |key, reader| {
                stat(key, reader.scalar()?);
                Ok(())
            })?,
            _ => stat(key, reader.scalar()?),
        }
        Ok(())
    })
}

/// CloudWatch's and Azure's units that hide no factor.
pub(super) fn unit_of(name: &[u8]) -> Unit {
    match name {
        b"Percent" => Unit::Percent,
        b"Bytes" => Unit::Bytes,
        b"Seconds" => Unit::Seconds,
        b"Bytes/Second" | b"Count/Second" | b"BytesPerSecond" | b"CountPerSecond" => Unit::PerSecond,
        _ => Unit::None,
    }
}

/// `{"Id":"m1","Label":"CPU","Timestamps":[…],"Values":[…]}`
fn results(samples: &mut Samples, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let label = Some(member(*reader, b"Label")).filter(|label| !label.is_empty());
    let name = label.unwrap_or_else(|| member(*reader, b"Id"));
    let (mut times, mut values) = (None, None);
    each_member(reader, &mut |key, reader| {
        match key {
            b"Timestamps" => times = Some(*reader),
            b"Values" => values = Some(*reader),
            _ => {}
        }
        reader.skip()
    })?;
    let (Some(mut times), Some(mut values)) = (times, values) else { return Ok(()) };
    times.expect(b'[')?;
    values.expect(b'[')?;
    // Opened with its first point.
    let (mut is_first, mut index) = (true, None);
    while times.has_item(is_first, b']')? && values.has_item(is_first, b']')? {
        is_first = false;
        values.peek()?;
        let at = values.at;
        let point = (times.scalar()?, values.scalar()?);
        index = index.or_else(|| series(samples, docs, at, name, &[]));
        if let Some(index) = index {
            push(samples, docs, index, point, at);
        }
    }
    Ok(())
}

/// `{"metric":"system.load.1","scope":"host:n1,env:prod","pointlist":[[1795831800000,30112.0],…]}`
fn datadog(samples: &mut Samples, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let at = reader.at;
    let (name, scope) = (member(*reader, b"metric"), member(*reader, b"scope"));
    let tags = scope.split(|byte| *byte == b',').filter_map(|tag| {
        let (key, value) = tag.split_at_checked(memchr::memchr(b':', tag)?)?;
        Some((std::str::from_utf8(key.trim_ascii()).ok()?, &value[1..]))
    });
    let tags: Vec<(&str, &[u8])> = tags.collect();
    each_member(reader, &mut |key, reader| {
        if key != b"pointlist" || reader.peek()? != b'[' {
            return reader.skip();
        }
        let Some(index) = series(samples, docs, at, name, &tags) else { return reader.skip() };
        reader.expect(b'[')?;
        let mut is_first = true;
        while reader.has_item(std::mem::take(&mut is_first), b']')? {
            reader.peek()?;
            let at = reader.at;
            reader.expect(b'[')?;
            let time = reader.scalar()?;
            reader.expect(b',')?;
            let value = reader.scalar()?;
            reader.expect(b']')?;
            // Milliseconds, with a point behind them.
            push(samples, docs, index, (time, value), at);
        }
        Ok(())
    })
}

/// `{"itemid":"23296","clock":"1795831800","value":"30112","ns":"123456789"}`
fn zabbix(samples: &mut Samples, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let at = reader.at;
    let [item, clock, value, ..] = reader.fields(&[b"itemid", b"clock", b"value"])?;
    // Text of log items is no measurement.
    let is_number = value.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
    if let Some(index) = series(samples, docs, at, b"value", &[("itemid", item)]).filter(|_| is_number) {
        push(samples, docs, index, (clock, value), at);
    }
    Ok(())
}

/// `{"name":"processes","tags":{"host":"n1"},"columns":["time","mean"],"values":[["2026-11-28T02:10:00Z",30112]]}`, and Netdata's of the same
/// kind. What is complete of a table that breaks is kept.
fn table(samples: &mut Samples, docs: &mut Documents<'_, '_>, reader: &mut Reader<'_>) -> Result<(), Broken> {
    let measurement = member(*reader, b"name");
    let (mut columns, mut rows, mut labels) = (Vec::new(), None, Vec::new());
    if !measurement.is_empty() {
        labels.push(("measurement", measurement));
    }
    let walked = each_member(reader, &mut |key, reader| {
        match (key, reader.peek()?) {
            (b"columns" | b"labels", b'[') => {
                columns = scalars(reader)?;
                return Ok(());
            }
            (b"tags", b'{') => {
                return each_member(reader, &mut |key, reader| {
                    let value = reader.scalar()?;
                    labels.extend(std::str::from_utf8(key).ok().map(|key| (key, value)));
                    Ok(())
                });
            }
            (b"values" | b"data", _) => rows = Some(*reader),
            _ => {}
        }
        reader.skip()
    });
    let (Some(mut rows), Some(time_at)) = (rows, columns.iter().position(|name| *name == b"time")) else {
        return walked;
    };
    let mut indexes = vec![None; columns.len()];
    let mut read = || {
        rows.expect(b'[')?;
        let mut is_first = true;
        while rows.has_item(std::mem::take(&mut is_first), b']')? {
            rows.peek()?;
            let at = rows.at;
            let cells = scalars(&mut rows)?;
            let Some(time) = cells.get(time_at) else { continue };
            for ((name, value), index) in columns.iter().zip(&cells).zip(&mut indexes) {
                let is_number = value.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
                // Text is no measurement, and a gap begins no series.
                if *name == b"time" || !is_number {
                    continue;
                }
                *index = index.or_else(|| series(samples, docs, at, name, &labels));
                if let Some(index) = *index {
                    push(samples, docs, index, (time, value), at);
                }
            }
        }
        Ok(())
    };
    let read: Result<(), Broken> = read();
    walked.and(read)
}

/// The values of a flat list, as written.
pub(super) fn scalars<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a [u8]>, Broken> {
    let mut found = Vec::new();
    reader.expect(b'[')?;
    let mut is_first = true;
    while reader.has_item(std::mem::take(&mut is_first), b']')? {
        found.push(reader.scalar()?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::testing::parse_text;
    use super::*;

    fn series_of(text: &str) -> Vec<(String, Unit, Vec<f64>)> {
        assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }), 93, "{text}");
        let parsed = parse_text(&FORMAT, text);
        let columns = parsed.frames.iter().flat_map(|frame| &frame.columns);
        columns.map(|column| (column.selector(), column.unit, column.values.iter().copied().collect())).collect()
    }

    #[test]
    fn services_answer() {
        let statistics = r#"{"Datapoints":[{"Timestamp":"2026-11-28T02:10:00+00:00","Average":41.5,"Unit":"Percent","ExtendedStatistics":{"p99":55}},
            {"Unit":"Percent","Average":40,"Timestamp":"2026-11-28T02:05:00Z"}],"Label":"CPUUtilization"}"#;
        let percent = |name: &str, values: &[f64]| (name.to_owned(), Unit::Percent, values.to_vec());
        assert_eq!(
            series_of(statistics),
            [
                percent("CPUUtilization{stat=\"Average\"}", &[40.0, 41.5]),
                percent("CPUUtilization{stat=\"p99\"}", &[55.0])
            ]
        );
        let plain = |name: &str, values: &[f64]| (name.to_owned(), Unit::None, values.to_vec());
        let data = r#"{"MetricDataResults":[{"Id":"m1","Label":"threads","Timestamps":["2026-11-28T02:10:00Z","2026-11-28T02:15:00Z"],"Values":[1,2]}]}"#;
        assert_eq!(series_of(data), [plain("threads", &[1.0, 2.0])]);
        let datadog = r#"{"series":[{"pointlist":[[1795831800000.0,30112.0],[1795831860000,30113]],"metric":"threads","scope":"host:n1,env:prod"}]}"#;
        assert_eq!(series_of(datadog), [plain("threads{host=\"n1\", env=\"prod\"}", &[30_112.0, 30_113.0])]);
        let zabbix = r#"{"jsonrpc":"2.0","result":[{"itemid":"7","clock":"1795831800","value":"5","ns":"1"},{"itemid":"8","clock":"1795831800","value":"x"}],"id":1}"#;
        assert_eq!(series_of(zabbix)[0], plain("value{itemid=\"7\"}", &[5.0]));
    }

    #[test]
    fn tables_of_columns() {
        let influx = r#"{"results":[{"statement_id":0,"series":[{"name":"processes","tags":{"host":"n1"},"columns":["time","mean","state"],"values":[["2026-11-28T02:10:00Z",30112,"ok"],["2026-11-28T02:11:00Z",null,"ok"],["2026-11-28T02:12:00Z",30113.5,"ok"]]}]}]}"#;
        let plain = |name: &str, values: &[f64]| (name.to_owned(), Unit::None, values.to_vec());
        assert_eq!(series_of(influx), [plain("mean{measurement=\"processes\", host=\"n1\"}", &[30_112.0, 30_113.5])]);
        let netdata = r#"{"labels":["time","user","system"],"data":[[1795831801,1.6,2.6],[1795831800,1.5,2.5]]}"#;
        assert_eq!(series_of(netdata), [plain("user", &[1.5, 1.6]), plain("system", &[2.5, 2.6])]);
        let cut = parse_text(&FORMAT, &influx[..influx.len() - 40]);
        assert_eq!((cut.frames[0].wall.len(), cut.issues.list[0].code), (1, IssueCode::TruncatedDocument));
        for text in [r#"{"labels":{"app":"x"},"data":{"a":"1"}}"#, r#"{"labels":["x"],"data":[[1]]}"#] {
            assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }), 0, "{text}");
        }
    }

    #[test]
    fn times_without_a_zone_are_not_taken_for_utc() {
        let text = r#"{"Label":"a","Datapoints":[{"Timestamp":"2026-11-28T02:10:00","Sum":1}]}"#;
        let parsed = parse_text(&FORMAT, text);
        assert_eq!(parsed.issues.list[0].code, IssueCode::BadTime);
        assert!(parsed.frames.iter().all(|frame| frame.wall.is_empty()));
    }
}
