//! Bad metrics: what is wrong is counted with its lines, and the rest is read. One row per form and fault.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::{EvidenceId, IssueCode, Timestamp};

use IssueCode::{
    BadNumber, BadTime, DuplicateTimes, NoRows, SnapshotWithoutTime, TruncatedDocument, UnparsedLines, UnsortedTimes,
};

/// Form, fault, text; each issue with its number and its first line; the samples that were read, series by series.
type Row = (&'static str, &'static str, String, &'static [(IssueCode, u64, u32)], &'static [&'static [f64]]);

/// Lines 3 and on are the points.
fn prometheus(points: &[&str]) -> String {
    let result = points.join(",\n");
    format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[\n{{\"metric\":{{\"__name__\":\"threads\"}},\
         \"values\":[\n{result}]}}]}}}}\n"
    )
}

fn victoria(values: &str, seconds: &[i64]) -> String {
    let times: Vec<String> = seconds.iter().map(|second| format!("{}", (1_690_120_800 + second) * 1000)).collect();
    format!("{{\"metric\":{{\"__name__\":\"threads\"}},\"values\":[{values}],\"timestamps\":[{}]}}\n", times.join(","))
}

/// A table of Grafana: line 2 and on are the rows.
fn table(rows: &[&str]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| row.replace("T,", &format!("{},", 1_690_120_800_000 + 15_000 * index as i64)))
        .collect();
    format!("\"Time\",\"a\"\n{}\n", rows.join("\n"))
}

fn sar(rows: &str) -> String {
    format!(
        "Linux 5.4.0 (n1) \t07/23/23 \t_x86_64_\t(48 CPU)\n\n21:40:01      runq-sz  plist-sz   ldavg-1   ldavg-5  ldavg-15   blocked\n{rows}"
    )
}

fn azure(points: &str) -> String {
    format!(
        "{{\"value\":[{{\"name\":{{\"value\":\"cpu\"}},\"timeseries\":[{{\"metadatavalues\":[],\"data\":[\n{points}]}}]}}]}}\n"
    )
}

fn frame(values: &str) -> String {
    let fields = "{\"name\":\"Time\",\"type\":\"time\"},{\"name\":\"a\",\"type\":\"number\"}";
    format!("[{{\"schema\":{{\"fields\":[{fields}]}},\"data\":{{\"values\":[\n{values}]}}}}]\n")
}

fn rows() -> Vec<Row> {
    let cut = |text: String, n: usize| text[..text.len() - n].to_owned();
    vec![
        (
            "prometheus-json",
            "no numbers",
            prometheus(&[
                "[1690120800,\"5\"]",
                "[1690120815,\"NaN\"]",
                "[1690120830,\"+Inf\"]",
                "[1690120845,\"-Inf\"]",
                "[1690120860,\"n/a\"]",
                "[1690120875,\"1e308\"]",
                "[1690120890,\"1e309\"]",
                "[1690120905,\"7\"]",
            ]),
            &[(BadNumber, 4, 5)],
            &[&[5.0, 1e308, 7.0]],
        ),
        (
            "prometheus-json",
            "times",
            prometheus(&[
                "[1690120800,\"5\"]",
                "[1690120830,\"6\"]",
                "[1690120815,\"7\"]",
                "[1690120815,\"8\"]",
                "[\"soon\",\"9\"]",
                "[1690120845,\"10\"]",
            ]),
            &[(BadTime, 1, 7), (DuplicateTimes, 1, 6), (UnsortedTimes, 1, 5)],
            &[&[5.0, 7.0, 8.0, 6.0, 10.0]],
        ),
        (
            "prometheus-json",
            "a reset",
            prometheus(&["[1690120800,\"500\"]", "[1690120815,\"3\"]", "[1690120830,\"90\"]"]),
            &[],
            &[&[500.0, 3.0, 90.0]],
        ),
        (
            "prometheus-json",
            "cut",
            cut(prometheus(&["[1690120800,\"5\"]", "[1690120815,\"6\"]", "[1690120830,\"7\"]"]), 9),
            &[(TruncatedDocument, 1, 5)],
            &[&[5.0, 6.0]],
        ),
        (
            "prometheus-json",
            "mixed line ends",
            prometheus(&["[1690120800,\"5\"]", "[1690120815,\"x\"]", "[1690120830,\"7\"]"]).replacen('\n', "\r\n", 2),
            &[(BadNumber, 1, 4)],
            &[&[5.0, 7.0]],
        ),
        (
            "victoria-json",
            "no numbers",
            victoria("5,\"NaN\",null,1e308,1e309,\"Infinity\",\"x\",7", &[0, 1, 2, 3, 4, 5, 6, 7]),
            &[(BadNumber, 3, 1)],
            &[&[5.0, 1e308, 7.0]],
        ),
        ("victoria-json", "back", victoria("1,2,3", &[0, 30, 15]), &[(UnsortedTimes, 1, 1)], &[&[1.0, 3.0, 2.0]]),
        (
            "victoria-json",
            "uneven and cut",
            victoria("1,2,3", &[0, 1]) + &cut(victoria("4,5", &[2, 3]), 9),
            &[(TruncatedDocument, 2, 1)],
            &[&[1.0, 2.0, 4.0]],
        ),
        (
            "prometheus-text",
            "no numbers",
            "# TYPE a gauge\na NaN 1690120800000\na +Inf 1690120815000\na 5 1690120830000\na 1e308 1690120845000\n\
             a x 1690120860000\na 1e309 1690120875000\na 6 soon\n"
                .to_owned(),
            &[(BadNumber, 1, 3), (BadTime, 1, 8), (UnparsedLines, 2, 6)],
            &[&[5.0, 1e308]],
        ),
        (
            "prometheus-text",
            "back and torn",
            "# TYPE a gauge\na 1 1690120800000\na 2 1690120830000\na 3 1690120815000\nb{x=\"1} 5\nc 6\n".to_owned(),
            &[(SnapshotWithoutTime, 1, 6), (UnparsedLines, 1, 5), (UnsortedTimes, 1, 4)],
            &[&[1.0, 3.0, 2.0], &[6.0]],
        ),
        (
            "grafana-csv",
            "no numbers",
            table(&["T,5", "T,NaN", "T,+Inf", "T,-Inf", "T,text", "T,1e308", "T,1e309", "T,", "T,7"]),
            &[(BadNumber, 4, 4)],
            &[&[5.0, 1e308, 7.0]],
        ),
        (
            "grafana-csv",
            "times",
            table(&["T,1", "1690120845000,2", "1690120830000,3", "1690120830000,4", "soon,5", "1690120875000,6"]),
            &[(BadTime, 1, 6), (DuplicateTimes, 1, 5), (UnsortedTimes, 1, 4)],
            &[&[1.0, 3.0, 4.0, 2.0, 6.0]],
        ),
        ("grafana-csv", "a header", "\"Time\",\"a\"\n".to_owned(), &[(NoRows, 1, 1)], &[]),
        (
            "grafana-csv",
            "mixed line ends and torn rows",
            table(&["T,1", "T,2\r", "T,3", "T,4,5", "T,6\r", "T"]),
            &[(UnparsedLines, 2, 5)],
            &[&[1.0, 2.0, 3.0, 6.0]],
        ),
        (
            "csv-table",
            "words of spreadsheets",
            "time,a\n1690120800,5\n1690120815,N/A\n1690120830,#REF!\n1690120845,1,5\n1690120860,6\n1690120875,7\n".to_owned(),
            &[(BadNumber, 1, 4), (UnparsedLines, 1, 5)],
            &[&[5.0, 6.0, 7.0]],
        ),
        (
            "promtool",
            "no numbers",
            "threads{node=\"n1\"} =>\nNaN @[1690120800]\n+Inf @[1690120815]\n5 @[1690120830]\nx @[1690120845]\n6 @[soon]\n\
             7 @[1690120860]\n"
                .to_owned(),
            &[(BadNumber, 2, 3), (UnparsedLines, 1, 6)],
            &[&[5.0, 7.0]],
        ),
        (
            "sar",
            "no numbers and a torn row",
            sar("21:50:01            4     29877      3.10      3.07      3.08         0\n\
                 21:55:01            4       nan      3.10      3.07      3.08         0\n\
                 22:00:01            9     3e400      3.31      3.12      3.09         x\n\
                 22:05:01           14     48890     11.02\n\
                 22:10:01           14     48890     11.02      6.40      4.18         7\n"),
            &[(BadNumber, 2, 6), (UnparsedLines, 1, 7)],
            &[
                &[4.0, 4.0, 9.0, 14.0],
                &[29_877.0, 48_890.0],
                &[3.1, 3.1, 3.31, 11.02],
                &[3.07, 3.07, 3.12, 6.4],
                &[3.08, 3.08, 3.09, 4.18],
                &[0.0, 0.0, 7.0],
            ],
        ),
        (
            "sadf",
            "no numbers",
            "# hostname;interval;timestamp;runq-sz;plist-sz\nn1;60;2023-07-23 13:50:01 UTC;4;29877\n\
             n1;60;2023-07-23 13:51:01 UTC;x;29878\nn1;60;2023-07-23 13:50:31 UTC;5;29879\n"
                .to_owned(),
            &[(BadNumber, 1, 3), (UnsortedTimes, 1, 4)],
            &[&[4.0, 5.0], &[29_877.0, 29_879.0, 29_878.0]],
        ),
        (
            "monitoring-json",
            "Azure",
            azure(
                "{\"timeStamp\":\"2026-11-28T02:10:00Z\",\"average\":1},\n{\"timeStamp\":\"soon\",\"average\":2},\n\
                 {\"timeStamp\":\"2026-11-28T02:12:00Z\",\"average\":1e309},\n{\"timeStamp\":\"2026-11-28T02:11:00Z\",\"average\":4}",
            ),
            &[(BadNumber, 1, 4), (BadTime, 1, 3), (UnsortedTimes, 1, 5)],
            &[&[1.0, 4.0]],
        ),
        (
            "monitoring-json",
            "a frame",
            frame("[1690120800000,1690120815000,\"soon\",1690120845000,1690120860000],\n[1,\n\"x\",\n3,\n1e308,\n-5,\n6]"),
            &[(BadNumber, 1, 4), (BadTime, 1, 5), (TruncatedDocument, 1, 8)],
            &[&[1.0, 1e308, -5.0]],
        ),
        (
            "monitoring-json",
            "a frame that is cut",
            cut(frame("[1690120800000,1690120815000],\n[1,2]"), 6),
            &[(TruncatedDocument, 1, 3)],
            &[&[1.0]],
        ),
    ]
}

#[test]
fn what_is_wrong_is_counted_and_the_rest_is_read() {
    let mut faults = Vec::new();
    for (format, fault, text, issues, read) in rows() {
        let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
        case.add("unknown", Box::new(MemorySource(text.into_bytes())), Default::default(), false);
        case.read_all();
        let meta = case.evidence().remove(0);
        let mut told: Vec<_> = meta.issues.list.iter().map(|it| (it.code, it.count, it.first_line)).collect();
        told.retain(|(code, ..)| *code != IssueCode::ZoneAssumed);
        told.sort_by_key(|(code, ..)| format!("{code:?}"));
        let frames = &case.parsed(EvidenceId(0)).expect("the input").frames;
        let finite = |values: &debrief::model::Values| -> Vec<f64> {
            values.iter().copied().filter(|value| value.is_finite()).collect()
        };
        let columns = frames.iter().flat_map(|frame| &frame.columns).map(|column| finite(&column.values));
        let columns: Vec<Vec<f64>> = columns.filter(|values| !values.is_empty()).collect();
        if (meta.format.as_str(), told.as_slice()) != (format, issues) || columns != read {
            faults.push(format!("{format}, {fault}: {} {told:?} {columns:?}", meta.format));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
