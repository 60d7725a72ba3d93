//! Points of monitoring services that stand deep in objects: Azure Monitor, Google Cloud Monitoring, New Relic, and the data frames of Grafana.
//!
//! ```text
//! {"value":[{"name":{"value":"Percentage CPU"},"unit":"Percent","timeseries":[{"metadatavalues":[{"name":{"value":"vm"},"value":"n1"}],
//!   "data":[{"timeStamp":"2026-11-28T02:10:00Z","average":41.2}]}]}]}                                    az monitor metrics list
//! {"timeSeries":[{"metric":{"type":"compute.googleapis.com/instance/cpu/utilization","labels":{"instance_name":"n1"}},
//!   "points":[{"interval":{"endTime":"2026-11-28T02:10:00Z"},"value":{"doubleValue":0.41}}]}]}           projects.timeSeries.list
//! {"results":[{"beginTimeSeconds":1795831800,"facet":"n1","host":"n1","average.cpuPercent":41.2}]}      NRQL … TIMESERIES
//! {"results":{"A":{"frames":[{"schema":{"fields":[{"name":"Time","type":"time"},{"name":"Value","type":"number","labels":{"host":"n1"}}]},
//!   "data":{"values":[[1795831800000],[41.2]]}}]}}}                                                      Grafana, /api/ds/query
//! ```
//! Whatever object has a time is a point; what stands around it names the series and labels it. Of New Relic's attributes the words are
//! labels. A frame's columns of words tell series apart row by row; a frame of Prometheus without a name is named by its query.
//!
//! Source: learn.microsoft.com/rest/api/monitor/metrics/list, cloud.google.com/monitoring/api/ref_v3 (TimeSeries), docs.newrelic.com (NerdGraph,
//! NRQL), `packages/grafana-data/src/dataframe/DataFrameJSON.ts` in grafana/grafana. Not supported: distributions.

use super::documents::Documents;
use super::json::{Broken, Reader};
use super::monitoring_json::{each_item, each_member, member, push, scalars, series, unit_of};
use super::samples::Samples;
use crate::model::{IssueCode, Unit};

/// Objects in objects that are walked: what lies deeper is no answer of these.
const MAX_DEPTH: u8 = 12;
/// Labels of a series: each of its points hands them on.
const MAX_LABELS: usize = 32;

/// What the objects around a point say of it.
#[derive(Clone, Default)]
struct Around<'a> {
    name: &'a [u8],
    unit: Unit,
    time: &'a [u8],
    labels: Vec<(&'a str, &'a [u8])>,
}

impl<'a> Around<'a> {
    fn label(&mut self, key: &'a [u8], value: &'a [u8]) {
        if self.labels.len() < MAX_LABELS {
            self.labels.extend(std::str::from_utf8(key).ok().map(|key| (key, value)));
        }
    }

    /// Takes the words of an object that comes next as labels.
    fn take_labels(&mut self, mut reader: Reader<'a>) {
        // What is broken is said when it is stepped over.
        let _ = each_member(&mut reader, &mut |key, reader| {
            if reader.peek()? == b'"' {
                self.label(key, reader.scalar()?);
                return Ok(());
            }
            reader.skip()
        });
    }
}

/// Reads the points of a document.
pub(super) fn read_points(
    samples: &mut Samples,
    docs: &mut Documents<'_, '_>,
    mut reader: Reader<'_>,
) -> Result<(), Broken> {
    walk(samples, docs, &mut reader, &Around::default(), MAX_DEPTH)
}

fn walk<'a>(
    samples: &mut Samples,
    docs: &mut Documents<'_, '_>,
    reader: &mut Reader<'a>,
    around: &Around<'a>,
    depth: u8,
) -> Result<(), Broken> {
    if depth == 0 {
        return reader.skip();
    }
    if reader.peek()? == b'[' {
        return each_item(docs, reader, &mut |docs, reader| walk(samples, docs, reader, around, depth - 1));
    }
    let mut around = around.clone();
    let (mut inner, mut numbers, mut words): (Vec<Reader<'a>>, Vec<_>, Vec<_>) = Default::default();
    let (mut schema, mut data) = (None, None);
    // A name may stand behind what it names: objects are walked when all of this one is known.
    let walked = each_member(reader, &mut |key, reader| {
        let open = reader.peek()?;
        let here = *reader;
        match (key, open) {
            // Over all time, of all that were asked for.
            (b"total" | b"unknownGroup", b'{') => {}
            (b"schema", b'{') => schema = Some(here),
            (b"interval", b'{') => around.time = member(here, b"endTime"),
            (b"name", b'{') => around.name = member(here, b"value"),
            (b"metric" | b"resource", b'{') => {
                if key == b"metric" {
                    around.name = member(here, b"type");
                }
                let mut whole = here;
                let _ = each_member(&mut whole, &mut |key, reader| {
                    if key == b"labels" && reader.peek()? == b'{' {
                        around.take_labels(*reader);
                    }
                    reader.skip()
                });
            }
            (b"metadatavalues", b'[') => {
                let _ = each_item(docs, &mut { here }, &mut |_, reader| {
                    let (mut key, value) = (&b""[..], member(*reader, b"value"));
                    each_member(reader, &mut |name, reader| {
                        if name == b"name" && reader.peek()? == b'{' {
                            key = member(*reader, b"value");
                        }
                        reader.skip()
                    })?;
                    around.label(key, value);
                    Ok(())
                });
            }
            (_, b'{' | b'[') => {
                if key == b"data" {
                    data = Some(here);
                }
                inner.push(here);
            }
            _ => {
                let value = reader.scalar()?;
                let is_number = value.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
                match key {
                    b"timeStamp" | b"beginTimeSeconds" => around.time = value,
                    b"unit" => around.unit = unit_of(value),
                    b"endTimeSeconds" | b"inspectedCount" => {}
                    // Long numbers stand in quotes.
                    _ if is_number && (open != b'"' || key == b"int64Value") => numbers.push((key, value, here.at)),
                    // One of several that were asked for.
                    b"name" | b"facet" => words.push((&b"facet"[..], value)),
                    _ if open == b'"' => words.push((key, value)),
                    _ => {}
                }
                return Ok(());
            }
        }
        reader.skip()
    });
    if let (Some(schema), Some(data)) = (schema, data) {
        let read = frame(samples, docs, schema, data);
        return walked.and(read);
    }
    let is_point = !around.time.is_empty();
    words.into_iter().filter(|(key, _)| is_point || *key == b"facet").for_each(|(key, word)| around.label(key, word));
    for (key, value, at) in numbers.into_iter().filter(|_| is_point) {
        let (mut labels, name) = (around.labels.clone(), if around.name.is_empty() { key } else { around.name });
        if name != key && !key.ends_with(b"Value") {
            labels.extend(std::str::from_utf8(key).ok().map(|_| ("stat", key)));
        }
        if let Some(index) = series(samples, docs, at, name, &labels) {
            samples.set_unit(index, around.unit);
            push(samples, docs, index, (around.time, value), at);
        }
    }
    let read = inner.iter_mut().try_for_each(|reader| walk(samples, docs, reader, &around, depth - 1));
    walked.and(read)
}

/// A frame of Grafana: columns beside each other, with what they are.
fn frame<'a>(
    samples: &mut Samples,
    docs: &mut Documents<'_, '_>,
    mut schema: Reader<'a>,
    mut data: Reader<'a>,
) -> Result<(), Broken> {
    let (mut fields, mut query): (Vec<(Around<'a>, &'a [u8])>, _) = (Vec::new(), &b""[..]);
    each_member(&mut schema, &mut |key, reader| match key {
        b"meta" if reader.peek()? == b'{' => {
            query = member(*reader, b"executedQueryString");
            reader.skip()
        }
        b"fields" => each_item(docs, reader, &mut |_, reader| {
            let (mut field, kind) =
                (Around { name: member(*reader, b"name"), ..Around::default() }, member(*reader, b"type"));
            each_member(reader, &mut |key, reader| {
                if key == b"labels" && reader.peek()? == b'{' {
                    field.take_labels(*reader);
                }
                reader.skip()
            })?;
            fields.push((field, kind));
            Ok(())
        }),
        _ => reader.skip(),
    })?;
    // `Expr: sum(node_processes_threads)\nStep: 15s`
    let query = query.strip_prefix(b"Expr: ").unwrap_or_default();
    let query = &query[..crate::model::memmem::find(query, b"\\n").unwrap_or(query.len())];
    let (mut columns, mut times, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    // What is complete of a frame that breaks is kept.
    let walked = each_member(&mut data, &mut |key, reader| {
        if key != b"values" || reader.peek()? != b'[' {
            return reader.skip();
        }
        reader.expect(b'[')?;
        let mut fields = fields.iter();
        let mut is_first = true;
        while reader.has_item(std::mem::take(&mut is_first), b']')? {
            match fields.next() {
                Some((_, b"time")) if times.is_empty() => times = scalars(reader)?,
                Some((field, b"string")) => tags.push((field.name, scalars(reader)?)),
                Some((field, b"number")) => {
                    reader.peek()?;
                    columns.push((field, *reader));
                    reader.skip()?;
                }
                _ => reader.skip()?,
            }
        }
        Ok(())
    });
    for (field, mut reader) in columns {
        let own = field.labels.iter().find(|(key, _)| *key == "__name__").map(|(_, name)| *name);
        let is_named = !matches!(field.name, b"" | b"Value" | b"value");
        let name = own.unwrap_or(if is_named || query.is_empty() { field.name } else { query });
        let labels: Vec<_> = field.labels.iter().filter(|(key, _)| *key != "__name__").copied().collect();
        reader.expect(b'[')?;
        let (mut index, mut rows) = (None, times.iter().enumerate());
        let mut is_first = true;
        while reader.has_item(std::mem::take(&mut is_first), b']')? {
            reader.peek()?;
            let at = reader.at;
            let value = reader.scalar()?;
            let Some((row, time)) = rows.next() else {
                // A frame without times is none of measurements; one list that is longer than the times is cut.
                if !times.is_empty() {
                    docs.report(IssueCode::TruncatedDocument, at);
                }
                continue;
            };
            if index.is_none() || !tags.is_empty() {
                let tag =
                    |(key, words): &(&'a [u8], Vec<&'a [u8]>)| Some((std::str::from_utf8(key).ok()?, *words.get(row)?));
                let labels: Vec<_> = labels.iter().copied().chain(tags.iter().filter_map(tag)).collect();
                index = series(samples, docs, at, name, &labels);
            }
            if let Some(index) = index {
                push(samples, docs, index, (time, value), at);
            }
        }
    }
    walked
}

#[cfg(test)]
mod tests {
    use super::super::monitoring_json::FORMAT;
    use super::super::testing::parse_text;
    use crate::model::{IssueCode, Unit};

    fn series_of(text: &str) -> Vec<(String, Unit, Vec<f64>)> {
        let parsed = parse_text(&FORMAT, text);
        assert!(!parsed.issues.lost_data(), "{text}: {:?}", parsed.issues);
        let columns = parsed.frames.iter().flat_map(|frame| &frame.columns);
        columns.map(|column| (column.selector(), column.unit, column.values.iter().copied().collect())).collect()
    }

    #[test]
    fn points_are_named_by_what_stands_around_them() {
        let told = |selector: &str, unit, values: &[f64]| (selector.to_owned(), unit, values.to_vec());
        let azure = r#"{"value":[{"name":{"value":"Percentage CPU"},"timeseries":[{"metadatavalues":[{"name":{"value":"vm"},"value":"n1"}],
            "data":[{"timeStamp":"2026-11-28T02:10:00Z","average":41.2,"total":null},{"timeStamp":"2026-11-28T02:11:00Z","average":42}]}],"unit":"Percent"}]}"#;
        let name = "Percentage CPU{vm=\"n1\", stat=\"average\"}";
        assert_eq!(series_of(azure), [told(name, Unit::Percent, &[41.2, 42.0])]);
        let google = r#"[{"points":[{"interval":{"endTime":"2026-11-28T02:11:00Z"},"value":{"int64Value":"7"}},
            {"interval":{"endTime":"2026-11-28T02:10:00Z"},"value":{"int64Value":"5"}}],"metric":{"type":"threads","labels":{"state":"R"}},"resource":{"labels":{"zone":"a"}}}]"#;
        assert_eq!(series_of(google), [told("threads{state=\"R\", zone=\"a\"}", Unit::None, &[5.0, 7.0])]);
        let relic = r#"{"data":{"actor":{"account":{"nrql":{"results":[{"beginTimeSeconds":1795831800,"endTimeSeconds":1795831860,"facet":"n1","average.load":3}]}}}}}"#;
        assert_eq!(series_of(relic), [told("average.load{facet=\"n1\"}", Unit::None, &[3.0])]);
        let facets = r#"{"facets":[{"name":"n1","total":{"results":[{"count":9}],"beginTimeSeconds":1795831800},"timeSeries":[{"results":[{"count":4}],"beginTimeSeconds":1795831800,"inspectedCount":9}]}]}"#;
        assert_eq!(series_of(facets), [told("count{facet=\"n1\"}", Unit::None, &[4.0])]);
    }

    #[test]
    fn frames_have_columns_and_words_that_tell_series_apart() {
        let frame = |fields: &str, values: &str| {
            format!(
                r#"{{"results":{{"A":{{"frames":[{{"schema":{{"meta":{{"executedQueryString":"Expr: sum(threads)\nStep: 15s"}},"fields":[{fields}]}},"data":{{"values":[{values}]}}}}]}}}}}}"#
            )
        };
        let names = |text: &str| -> Vec<String> { series_of(text).into_iter().map(|(name, ..)| name).collect() };
        let time = r#"{"name":"Time","type":"time"}"#;
        let value = r#"{"name":"Value","type":"number","labels":{"__name__":"up","job":"a"}}"#;
        let times = "[1795831800000,1795831815000]";
        assert_eq!(names(&frame(&format!("{time},{value}"), &format!("{times},[1,null]"))), ["up{job=\"a\"}"]);
        let unnamed = r#"{"name":"Value","type":"number"}"#;
        assert_eq!(names(&frame(&format!("{time},{unnamed}"), &format!("{times},[1,2]"))), ["sum(threads)"]);
        let long = r#"{"name":"host","type":"string"},{"name":"load","type":"number"}"#;
        let text = frame(&format!("{time},{long}"), &format!(r#"{times},["n1","n2"],[1,2]"#));
        assert_eq!(names(&text), ["load{host=\"n1\"}", "load{host=\"n2\"}"]);
        let cut = parse_text(&FORMAT, &text[..text.len() - 9]);
        assert_eq!((cut.frames.len(), cut.issues.list[0].code), (1, IssueCode::TruncatedDocument));
    }
}
