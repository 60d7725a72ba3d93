//! The panel Trends beside its drawings: one chart that leaves on its own, what the crosshair says, and the limits under the chart of threads.

use debrief::case::Case;
use debrief::chart::Palette;
use debrief::desk::Desk;
use debrief::evidence::MemorySource;
use debrief::model::{RedactionClass, TimeRange, Timestamp};
use debrief::postmortem::saved::SavedCase;
use debrief::protocol::desk::{ChartFile, ChartRequest, DeskAnswer, DeskRequest};
use debrief::protocol::{TrendsRequest, encode};
use debrief::text::{Lang, Texts};
use debrief::view::panel::{Item, Panel, PanelKind, PanelRequest};
use debrief::view::trends::{LEFT_OUT, Readings};

use crate::documents::incident_a;

fn open(files: &[(&str, &str)]) -> Case {
    let mut case = Case::new(8 * 3600, Timestamp::from_seconds(1_690_164_000));
    for (name, text) in files {
        case.add(name, Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    }
    case.read_all();
    case
}

fn request(hidden: &[&str]) -> TrendsRequest {
    let hidden = hidden.iter().map(|key| (*key).to_owned()).collect();
    TrendsRequest { width: 900, hidden, offset_s: 8 * 3600, ..TrendsRequest::unseen() }
}

/// Name and text of the file that a chart leaves as.
fn leaves(case: &mut Case, key: &str, form: ChartFile, hidden: &[&str], saved: &SavedCase) -> (String, String) {
    let chart = case.leaving_chart(key, form == ChartFile::Csv, &request(hidden)).expect("the chart");
    let chart = encode(&chart);
    let mut desk = Desk::new(case.material(Lang::En, 8 * 3600));
    let asked = ChartRequest { form, chart, case: saved.clone() };
    match desk.answer(DeskRequest::Chart(Box::new(asked)), &[]) {
        DeskAnswer::Exported(files) => {
            (files[0].path.clone(), String::from_utf8(files[0].bytes.clone()).expect("text"))
        }
        DeskAnswer::Pictures(pictures) => (pictures[0].path.clone(), pictures[0].drawing.strings.join("\n")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_chart_leaves_as_the_reader_has_it() {
    let mut case = incident_a::case();
    let saved = SavedCase::default();
    let view = case.trends(&request(&[]));
    let culprit = view.charts[0].legend.iter().find(|entry| entry.culprit).expect("a culprit").clone();
    for form in [ChartFile::Svg, ChartFile::Png, ChartFile::Csv] {
        let (_, text) = leaves(&mut case, "threads", form, &[], &saved);
        assert!(text.contains(&culprit.label), "{form:?}");
        let (_, text) = leaves(&mut case, "threads", form, &[&culprit.key], &saved);
        assert!(!text.contains(&culprit.label), "{form:?} without what is hidden");
    }
    let (path, csv) = leaves(&mut case, "threads", ChartFile::Csv, &[], &saved);
    assert_eq!(path, "assets/threads.csv");
    let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert!(rows[0].starts_with("time,") && rows[0].contains("kernel.pid_max"), "{}", rows[0]);
    assert!(rows.len() > 100 && rows[1..].iter().all(|row| row.split(',').count() == rows[1].split(',').count()));
    assert!(case.leaving_chart("no such chart", false, &request(&[])).is_none());
    let broken = ChartRequest { form: ChartFile::Svg, chart: vec![9, 9, 9], case: saved };
    let answer = Desk::default().answer(DeskRequest::Chart(Box::new(broken)), &[]);
    assert!(matches!(answer, DeskAnswer::Failed(_)));
}

#[test]
fn what_was_sampled_over_time_has_a_chart_before_single_instants_and_what_has_none_is_named() {
    let scrape: String = (0..320)
        .map(|index| format!("# TYPE instant_{index} gauge\ninstant_{index} {index} 1692500000000\n"))
        .collect();
    let table: String = (0..40).map(|row| format!("2023-08-20T03:{row:02}:00Z,{row}\n")).collect();
    let mut case = open(&[("a.prom", &scrape), ("b.csv", &format!("time,course\n{table}"))]);
    let view = case.trends(&request(&[]));
    let titles: Vec<&str> = view.charts.iter().map(|chart| chart.title.as_str()).collect();
    assert!(titles[0].starts_with("course"), "{titles:?}");
    let last = view.charts.last().expect("what is left out");
    assert_eq!((last.key.as_str(), last.legend.len(), view.charts.len()), (LEFT_OUT, 309, 13));
    assert_eq!(last.title, "Not drawn: 309 more measures. Choose one to draw it");
    // One that is chosen has a chart beside the others.
    let chosen = &last.legend[100];
    let view = case.trends(&TrendsRequest { picked: vec![chosen.key.clone()], ..request(&[]) });
    let drawn = view.charts.iter().find(|chart| chart.key != LEFT_OUT && chart.title.starts_with(&chosen.label));
    assert!(drawn.is_some_and(|chart| !chart.legend[0].folded), "{}", chosen.label);
    assert_eq!(view.charts.last().expect("the others").legend.len(), 308);
    let view = open(&[("b.csv", &format!("time,course\n{table}"))]).trends(&request(&[]));
    assert!(view.charts.iter().all(|chart| chart.key != LEFT_OUT));
}

#[test]
fn a_table_that_is_too_long_has_its_extremes_and_says_what_it_leaves_out() {
    let value = |row: usize| match row {
        1_001 => 900,
        2_003 => -7,
        _ => 100,
    };
    let rows: String = (0..4_000).map(|row| format!("{},{}\n", 1_692_500_000 + row * 60, value(row))).collect();
    let mut case = open(&[("b.csv", &format!("time,course\n{rows}"))]);
    let view = case.trends(&TrendsRequest { tables: true, ..request(&[]) });
    let chart = &view.charts[0];
    assert_eq!(chart.table_head[0], "time (202 rows of 4,000 samples: one in 20, and the highest and lowest)");
    assert_eq!(chart.table_rows.len(), 202);
    let told = |value: &str| chart.table_rows.iter().filter(|row| row[1] == value).count();
    assert_eq!((told("900"), told("-7"), told("100")), (1, 1, 200));
}

#[test]
fn a_window_without_samples_says_so_and_has_no_axis() {
    let of = |name: &str, hour: u32| {
        let rows: String = (0..40).map(|row| format!("2023-08-20T{hour:02}:{row:02}:00Z,{row}\n")).collect();
        format!("time,{name}\n{rows}")
    };
    let (early, late) = (of("early", 3), of("late", 5));
    let mut case = open(&[("a.csv", &early), ("b.csv", &late)]);
    let mut said = |window, hidden: &[&str]| {
        let view = case.trends(&TrendsRequest { window, ..request(hidden) });
        let late = view.charts.into_iter().find(|chart| chart.title == "late").expect("a chart");
        (late.drawing.strings, late.legend[0].key.clone())
    };
    // 03:10 to 03:20.
    let window =
        TimeRange { start: Timestamp::from_seconds(1_692_501_000), end: Timestamp::from_seconds(1_692_501_600) };
    let (empty, is_mark) = ("No samples in this window.", |text: &String| text == "0" || text == "20");
    let (all, key) = said(None, &[]);
    assert!(!all.iter().any(|text| text == empty) && all.iter().any(is_mark), "{all:?}");
    let (none, _) = said(Some(window), &[]);
    assert!(none.iter().any(|text| text == empty) && !none.iter().any(is_mark), "{none:?}");
    let (hidden, _) = said(None, &[&key]);
    assert!(!hidden.iter().any(|text| text == empty), "what is hidden is there: {hidden:?}");
}

#[test]
fn series_of_one_name_are_told_by_the_labels_that_differ_and_keep_their_colors() {
    let of = |metric: &str, operation: &str, value: u32| {
        let samples = |row: u32| {
            format!(
                "{metric}{{container=\"app\",device=\"sda\",operation=\"{operation}\"}} {} {}\n",
                value + row,
                1_692_500_000_000_u64 + u64::from(row) * 60_000
            )
        };
        (0..3).map(samples).collect::<String>()
    };
    let text = format!(
        "{}{}{}{}",
        of("reads", "Async", 5),
        of("reads", "Sync", 9),
        of("writes", "Async", 50),
        of("writes", "Sync", 3)
    );
    let view = open(&[("a.prom", &text)]).trends(&request(&[]));
    let told = |chart: usize| {
        let mut told: Vec<_> =
            view.charts[chart].legend.iter().map(|entry| (entry.label.as_str(), entry.color)).collect();
        told.sort_unstable();
        told
    };
    assert_eq!(told(0), [("app · operation=Async", 1), ("app · operation=Sync", 0)]);
    assert_eq!(told(1), told(0));
}

#[test]
fn the_table_of_a_chart_has_every_sample_of_its_finest_series() {
    let coarse: String = (0..20).map(|row| format!("2023-08-20T03:{row:02}:00Z,10\n")).collect();
    let fine: String = (0..40)
        .map(|row| format!("2023-08-20T03:{:02}:{:02}Z,{}\n", row / 2, row % 2 * 30, if row == 21 { 99 } else { 3 }))
        .collect();
    let head = "time,\"container_threads{container=\"\"NAME\"\"}\"\n";
    let files = [("a.csv", head.replace("NAME", "coarse") + &coarse), ("b.csv", head.replace("NAME", "fine") + &fine)];
    let mut case = open(&[(files[0].0, &files[0].1), (files[1].0, &files[1].1)]);
    let view = case.trends(&TrendsRequest { tables: true, ..request(&[]) });
    let chart = &view.charts[0];
    assert_eq!(chart.table_rows.len(), 40, "{:?}", chart.table_head);
    assert!(chart.table_rows.iter().any(|row| row.contains(&"99".to_owned())), "{:?}", chart.table_head);
    // What is hidden has no column, nor rows of its own; with nothing shown there is nothing.
    let hidden = |names: &[&str]| {
        let of = |name: &&&str| chart.legend.iter().find(|entry| entry.label.contains(**name)).expect("a series");
        let hidden = names.iter().map(|name| of(&name).key.clone()).collect();
        TrendsRequest { tables: true, hidden, ..request(&[]) }
    };
    let asked = [hidden(&["fine", "all containers"]), hidden(&["fine", "coarse", "all containers"])];
    let [coarse, none] = asked.map(|request| case.trends(&request).charts.remove(0));
    assert_eq!((coarse.table_head.len(), coarse.table_rows.len()), (2, 20), "{:?}", coarse.table_head);
    assert!(coarse.table_head[1].contains("coarse"), "{:?}", coarse.table_head);
    assert_eq!((none.table_head.len(), none.table_rows.len()), (1, 0));
}

#[test]
fn a_chart_leaves_with_the_replacements_of_the_document() {
    let table = "Time,10.0.0.5:9100,b\n1690120800000,41,1\n1690120815000,42,1\n";
    let mut case = open(&[("a.csv", table)]);
    let mut saved = SavedCase::default();
    let key = case.trends(&request(&[])).charts[0].key.clone();
    for form in [ChartFile::Svg, ChartFile::Png, ChartFile::Csv] {
        saved.document.redaction.enabled = false;
        assert!(leaves(&mut case, &key, form, &[], &saved).1.contains("10.0.0.5"), "{form:?}");
        saved.document.redaction.enabled = true;
        saved.document.redaction.classes = vec![RedactionClass::Ip];
        assert!(!leaves(&mut case, &key, form, &[], &saved).1.contains("10.0.0.5"), "{form:?}");
    }
}

fn limits(case: &mut Case, lang: Lang) -> Panel {
    case.panel(&PanelRequest {
        kind: PanelKind::Limits,
        values: Vec::new(),
        width: 800,
        palette: Palette::light(),
        lang,
        offset_s: 8 * 3600,
    })
}

/// A panel as lines: a row per line, a sentence per line.
fn told(panel: &Panel) -> String {
    let line = |item: &Item| match item {
        Item::Heading(text) => vec![format!("# {text}")],
        Item::Text { text, cites, .. } => vec![format!("{text} [{}]", cites.len())],
        Item::Table { head, rows, .. } => {
            let head = head.iter().map(|head| head.label.as_str()).collect::<Vec<_>>().join(" | ");
            let rows = rows.iter().map(|row| format!("{} [{}]", row.cells.join(" | "), row.cites.len()));
            std::iter::once(head).chain(rows).collect()
        }
        other => panic!("{other:?}"),
    };
    panel.items.iter().flat_map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn limits_stand_under_the_chart_with_what_was_left_and_what_misleads() {
    let mut case = incident_a::case();
    insta::assert_snapshot!("limits_en", told(&limits(&mut case, Lang::En)));
    insta::assert_snapshot!("limits_zh", told(&limits(&mut case, Lang::ZhCn)));
    for item in limits(&mut case, Lang::En).items {
        let cites = match item {
            Item::Text { cites, .. } => cites,
            Item::Table { rows, .. } => rows.into_iter().flat_map(|row| row.cites).collect(),
            _ => continue,
        };
        assert!(case.cite(&cites).iter().all(|citation| !citation.excerpt.is_empty()));
    }
    assert_eq!(limits(&mut open(&[("a.txt", "nothing of the kind\n")]), Lang::En).items, []);
}

/// A node that grows: its own count, the counts of two containers, and a service of the host that no label names.
fn node(unlabelled: bool) -> Vec<(&'static str, String)> {
    let mut threads = String::from("Time");
    let columns = [
        "node_processes_threads{instance=\"\"n1\"\"}",
        "container_threads{container=\"\"a\"\", pod=\"\"a-1\"\", namespace=\"\"x\"\"}",
        "container_threads{container=\"\"b\"\", pod=\"\"b-1\"\", namespace=\"\"x\"\"}",
        "node_processes_pids{instance=\"\"n1\"\"}",
    ];
    columns.iter().for_each(|column| threads += &format!(",\"{column}\""));
    for minute in 0..120 {
        let leak = (minute - 60_i64).max(0) * 400;
        let (a, b, host) = if unlabelled { (500, 300, 900 + leak) } else { (500 + leak, 300, 900) };
        let at = 1_690_120_800_000 + minute * 60_000;
        threads += &format!("\n{at},{},{a},{b},{}", a + b + host + minute % 3, 200 + minute % 4);
    }
    let limits = "kernel.pid_max = 49152\nkernel.threads-max = 1545366\n";
    let conditions = "apiVersion: v1\nkind: Node\nmetadata:\n  name: n1\nstatus:\n  conditions:\n  - type: PIDPressure\n    status: \"False\"\n    reason: KubeletHasSufficientPID\n  - type: Ready\n    status: \"True\"\n";
    vec![("threads.csv", threads + "\n"), ("sysctl.txt", limits.to_owned()), ("node.yaml", conditions.to_owned())]
}

#[test]
fn counts_that_do_not_add_up_are_said() {
    let mut told_of = Vec::new();
    for unlabelled in [false, true] {
        let files = node(unlabelled);
        let mut case = open(&files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>());
        let sum = case.analysis().threads.clone().and_then(|threads| threads.reconciliation).expect("both counts");
        assert_eq!((sum.unlabelled, sum.listed, sum.rest > 20_000.0), (unlabelled, false, unlabelled), "{sum:?}");
        assert!((sum.node - sum.containers - sum.rest).abs() < 1e-9 && !sum.cites.is_empty());
        told_of.push(told(&limits(&mut case, Lang::En)));
    }
    insta::assert_snapshot!("limits_of_a_node", told_of.join("\n\n"));
}

#[test]
fn a_limit_that_no_kernel_takes_is_said_to_be_compared_with_nothing() {
    let files = node(false);
    let threads = files.iter().find(|(name, _)| *name == "threads.csv").expect("the table").1.as_str();
    let mut case = open(&[("threads.csv", threads), ("sysctl.txt", "kernel.pid_max = 300\n")]);
    let why = "kernel.pid_max is given as 300. The kernel takes no value below 301, so it is compared with nothing.";
    let panel = told(&limits(&mut case, Lang::En));
    assert!(panel.contains(&format!("{why} [1]")), "{panel}");
    let analysis = case.analysis();
    let outcome =
        analysis.outcomes.iter().find(|it| it.rule == "host/pid-space-exhausted").expect("its outcome").clone();
    assert_eq!(outcome.outcome, "inconclusive");
    let texts = debrief::text::Texts::new(Lang::En, 0);
    assert_eq!(outcome.why.map(|it| texts.say(&it)).as_deref(), Some(why));
    let quoted = case.cite(&outcome.cites).pop().expect("its place").excerpt;
    assert_eq!(quoted, ["kernel.pid_max = 300"]);
}

/// The bar of a limit is as long as its share, and its colour says whether there is room.
#[test]
fn a_limit_has_a_bar_where_its_use_is_known() {
    let mut case = incident_a::case();
    let rows = limits(&mut case, Lang::En).items.into_iter().find_map(|item| match item {
        Item::Table { head, rows, .. } => Some((head, rows)),
        _ => None,
    });
    let (head, rows) = rows.expect("a table");
    for row in &rows {
        let share = row.gauge.map(|gauge| (gauge.column as usize, gauge.share, gauge.level));
        let Some((column, share, level)) = share else {
            assert_eq!(row.cells[3], "", "{:?}", row.cells);
            continue;
        };
        assert_eq!(head[column].label, "Share");
        let said: f64 = row.cells[column].trim_start_matches("≤ ").trim_end_matches(" %").parse().expect("a number");
        assert!((said - share * 100.0).abs() <= 0.5, "{:?}", row.cells);
        assert_eq!(level, if row.cells[0].ends_with("(tightest)") { 2 } else { 0 }, "{:?}", row.cells);
    }
}

/// A table of one value a minute, one of them missing, and of another that is measured every five minutes.
fn uneven() -> Case {
    let value = |minute: i64| if minute == 30 { "NaN".to_owned() } else { (100 + minute * minute % 71).to_string() };
    let row = |minute: i64| format!("{},{}\n", 1_690_120_800_000 + minute * 60_000, value(minute));
    let often = (0..120).map(row).collect::<String>();
    let row = |minute: i64| format!("{},{}\n", 1_690_120_800_000 + minute * 60_000, 500 + minute);
    let rarely = (0..120).step_by(5).map(row).collect::<String>();
    let head = |name: &str| format!("Time,\"{{__name__=\"\"container_threads\"\", container=\"\"{name}\"\"}}\"\n");
    open(&[("often.csv", &(head("often") + &often)), ("rarely.csv", &(head("rarely") + &rarely))])
}

#[test]
fn the_crosshair_says_the_nearest_samples_without_asking() {
    let mut case = uneven();
    let view = case.trends(&request(&[]));
    let chart = &view.charts[0];
    let start = 1_690_120_800.0;
    let drawn: Vec<&str> = chart.legend.iter().map(|entry| entry.label.as_str()).collect();
    assert_eq!(chart.readings.values.len(), chart.readings.times.len() * drawn.len());
    assert!(chart.readings.times.is_sorted_by(|a, b| a < b));
    let place = |name: &str| drawn.iter().position(|label| label.contains(name)).expect("a series");
    for second in (0..119 * 60).step_by(7) {
        let at = start + f64::from(second);
        let (time, values) = chart.readings.at(at).expect("a reading");
        // The sum over both is measured when either is: the nearest sample is never further than half a minute and a pixel.
        assert!((time - at).abs() <= 30.0 + 8.0, "{second}");
        let minute = ((time - start) / 60.0).round() as i64;
        let often = values[place("often")];
        match minute {
            30 => assert!(often.is_nan(), "a gap is said as one"),
            _ => assert!((100.0..171.0).contains(&often) && often == (100 + minute * minute % 71) as f64, "{minute}"),
        }
        let nearest = (f64::from(second) / 300.0).round() * 5.0;
        assert!((values[place("rarely")] - 500.0 - nearest).abs() <= 5.0, "{second}");
    }
    // Beyond the window too, as far as the picture goes.
    let range = |from: f64, to: f64| TimeRange::of(Timestamp((from * 1e9) as i64), Timestamp((to * 1e9) as i64));
    let window = Some(range(start + 1800.0, start + 5400.0));
    let moved = case.trends(&TrendsRequest { window, ..request(&[]) }).charts.remove(0).readings;
    let (first, last) = (moved.times[0] - start, moved.times[moved.times.len() - 1] - start);
    assert!((first - (1800.0 - 450.0)).abs() <= 60.0 && (last - (5400.0 + 450.0)).abs() <= 60.0, "{first} {last}");
    // What is hidden is not said; nothing is said of nothing.
    let hidden = chart.legend[place("rarely")].key.clone();
    let without = case.trends(&request(&[&hidden])).charts.remove(0).readings;
    assert_eq!(without.values.len(), without.times.len() * (drawn.len() - 1));
    assert_eq!(Readings::default().at(0.0), None);
}

#[test]
fn series_of_one_name_are_told_apart_by_their_files() {
    let table = |first: u32| {
        let rows = (0..40)
            .map(|step| format!("{},{},{step}\n", 1_690_120_800_000_u64 + step * 15_000, u64::from(first) + step));
        format!("Time,queue_length,own_{first}\n{}", rows.collect::<String>())
    };
    let mut case = open(&[("logs/node-1/metrics.csv", &table(100)), ("logs/node-2/metrics.csv", &table(300))]);
    let view = case.trends(&TrendsRequest { tables: true, ..request(&[]) });
    let chart = view.charts.iter().find(|chart| chart.title == "queue_length").expect("the chart");
    let names: Vec<&str> = chart.legend.iter().map(|entry| entry.label.as_str()).collect();
    assert_eq!(names, ["queue_length · node-2/metrics.csv", "queue_length · node-1/metrics.csv"]);
    assert_eq!(chart.table_head[1..], names);
    // A name that only one file has stays as it is.
    let own = view.charts.iter().find(|chart| chart.title == "own_100").expect("the chart");
    assert_eq!(own.legend[0].label, "own_100");
}

#[test]
fn columns_whose_name_says_nothing_have_a_chart_per_file() {
    let table = |name: &str, first: u32| {
        let rows =
            (0..40).map(|step| format!("{},{}\n", 1_690_120_800_000_u64 + step * 15_000, u64::from(first) + step));
        format!("timestamp,{name}\n{}", rows.collect::<String>())
    };
    let files = [("nab/ec2_cpu.csv", table("value", 2)), ("nab/elb_requests.csv", table("value", 165))];
    let other = ("zabbix/export.csv", table("Value", 7));
    let mut case = open(&[(files[0].0, &files[0].1), (files[1].0, &files[1].1), (other.0, &other.1)]);
    let view = case.trends(&request(&[]));
    let told: Vec<(&str, usize)> = view.charts.iter().map(|chart| (chart.title.as_str(), chart.legend.len())).collect();
    assert_eq!(told, [("ec2_cpu.csv · value", 1), ("elb_requests.csv · value", 1), ("export.csv · Value", 1)]);
}

#[test]
fn a_scrape_of_one_instant_is_a_mark_on_an_axis_and_says_so() {
    let scrape = "# TYPE redis_connected_clients gauge\nredis_connected_clients{pod=\"redis-0\"} 41 1690120800000\n\
                  redis_connected_clients{pod=\"redis-1\"} 43 1690120800000\n# TYPE node_forks_total counter\n\
                  node_forks_total 1.2e+06 1690120800000\n";
    let mut case = open(&[("scrape.prom", scrape)]);
    let view = case.trends(&TrendsRequest { tables: true, ..request(&[]) });
    let full = view.full.expect("a window");
    assert_eq!((full.start.as_seconds_f64(), full.end.as_seconds_f64()), (1_690_120_770.0, 1_690_120_830.0));
    // Of a counter that was read once there is no rate: no chart without a sample.
    let titles: Vec<&str> = view.charts.iter().map(|chart| chart.title.as_str()).collect();
    assert_eq!(titles, ["redis_connected_clients: a single instant, 2023-07-23 22:00:00 +08:00"]);
    let chart = &view.charts[0];
    assert_eq!(chart.table_rows, [["2023-07-23 22:00:00 +08:00", "43", "41"]]);
    assert_eq!((chart.legend[0].last.as_str(), chart.readings.times.as_slice()), ("43", &[1_690_120_800.0][..]));
    let (path, svg) = leaves(&mut case, "other-0", ChartFile::Svg, &[], &SavedCase::default());
    assert_eq!(path, "assets/redis-connected-clients.svg", "named after what it shows");
    assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
    let twice = scrape.replace("800000", "815000");
    let mut course = open(&[("a.prom", scrape), ("b.prom", &twice)]);
    assert!(course.trends(&request(&[])).charts.iter().all(|chart| !chart.title.contains("instant")));
}

#[test]
fn a_chart_tells_where_its_series_went_to_other_levels() {
    let start = 1_690_120_800_i64;
    let level = |minute: i64| if (40..60).contains(&minute) { 0.04 } else { 0.0012 };
    let rows = (0..120).map(|minute| {
        let noise = (minute * 7 % 5) as f64;
        let ratio = level(minute) + 0.00002 * noise;
        format!("{},{ratio},{}\n", (start + minute * 60) * 1000, 100 + minute * 11 % 9)
    });
    let table = format!("Time,error_ratio,requests\n{}", rows.collect::<String>());
    let mut case = open(&[("metrics.csv", &table)]);
    let view = case.trends(&request(&[]));
    let of = |title: &str| view.charts.iter().find(|chart| chart.title == title).expect("the chart");
    assert_eq!(of("requests").changes, [], "noise is no change");
    let chart = of("error_ratio");
    let told: Vec<_> = chart
        .changes
        .iter()
        .map(|change| {
            let minute = |at: Timestamp| (at.as_seconds_f64() as i64 - start) / 60;
            (change.said.id.as_str(), minute(change.between.start), minute(change.between.end))
        })
        .collect();
    assert_eq!(told, [("event-level-rise", 39, 40), ("event-level-fall", 59, 60)]);
    assert_eq!((chart.n_changes, &chart.changes[0].series), (2, &chart.legend[0].key));
    assert_eq!(
        Texts::new(Lang::En, 8 * 3600).say(&chart.changes[0].said),
        "error_ratio rises from 0.0012 to 0.04 (2023-07-23 22:39:00 – 22:40:00 +08:00)"
    );
    // Both samples can be cited.
    let key = chart.legend[0].key.clone();
    let between = chart.changes[0].between;
    for at in [between.start, between.end] {
        let citation = case.cite_sample(&key, at.as_seconds_f64()).expect("the sample");
        assert_eq!(citation.at, Some(at));
    }
    // What is hidden is not told of.
    let hidden = case.trends(&request(&[&key]));
    assert!(hidden.charts.iter().all(|chart| chart.changes.is_empty()));
}
