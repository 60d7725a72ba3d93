//! Charts: reduction is exact, drawing never fails, pictures are what they were.

use debrief::chart::backend::{Op, operations, operations_of};
use debrief::chart::draw::{draw, draw_beyond};
use debrief::chart::reduce::{Extents, clip, column_of, cut, reduce};
use debrief::chart::svg::render_svg;
use debrief::chart::{CeilingKind, ChartCeiling, ChartForm, ChartMarker, ChartSeries, ChartSpec, Drawing, Palette};
use proptest::prelude::*;

/// 2023-07-23 21:20:00 +08:00.
const START: f64 = 1_690_118_400.0;

/// A repeatable jitter between -1 and 1.
fn jitter(seed: usize) -> f64 {
    let mixed = (seed as u64).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((mixed >> 33) % 2001) as f64 / 1000.0 - 1.0
}

/// One container leaks threads until the node's pid_max is reached; seven series, a scrape every 15 s, one gap.
fn incident(width: u32, height: u32, palette: Palette) -> ChartSpec {
    let names = ["order-api", "payment-worker", "inventory-cache", "nginx-ingress", "log-shipper", "kubelet"];
    let base = [900.0, 5200.0, 3100.0, 640.0, 2200.0, 380.0];
    let times: Vec<f64> = (0..240).map(|index| START + 15.0 * f64::from(index)).collect();
    let mut containers: Vec<ChartSeries> = names
        .iter()
        .enumerate()
        .map(|(container, name)| {
            let value = |index: usize| {
                let leak = if container == 0 { (index.saturating_sub(70) as f64 * 310.0).min(35_400.0) } else { 0.0 };
                let noise = jitter(index * 7 + container) * base[container] * 0.03;
                let is_gap = (205..212).contains(&index);
                if is_gap { f64::NAN } else { (base[container] + leak + noise).round() }
            };
            ChartSeries {
                key: format!("container/{name}"),
                label: (*name).to_owned(),
                color: container as u8,
                emphasis: container == 0,
                is_part: true,
                times: times.clone(),
                values: (0..times.len()).map(value).collect(),
            }
        })
        .collect();
    let total = |index: usize| containers.iter().map(|series| series.values[index]).sum::<f64>() + 1350.0;
    // A node cannot exceed its own ceiling; `min` would swallow the gap.
    let total = |index: usize| if total(index) > 49_152.0 { 49_152.0 } else { total(index) };
    let total = ChartSeries {
        key: "total".to_owned(),
        label: "Node total".to_owned(),
        color: 7,
        emphasis: true,
        is_part: false,
        values: (0..times.len()).map(total).collect(),
        times,
    };
    containers.insert(0, total);
    let ceiling = |label: &str, value, kind| ChartCeiling { label: label.to_owned(), value, kind };
    let marker = |label: &str, minute: f64, alarm| ChartMarker {
        label: label.to_owned(),
        at: START + 60.0 * minute,
        end: None,
        alarm,
    };
    ChartSpec {
        title: "Threads on node worker-07 by container".to_owned(),
        y_label: "threads".to_owned(),
        from_zero: true,
        form: ChartForm::Lines,
        offset_s: 8 * 3600,
        x_label: "time (+08:00)".to_owned(),
        window: (START, START + 3600.0),
        width,
        height,
        series: containers,
        ceilings: vec![
            ceiling("kernel.pid_max 49,152", 49_152.0, CeilingKind::Hit),
            ceiling("80 % of kernel.pid_max 39,321", 39_321.0, CeilingKind::Mark),
            ceiling("kernel.threads-max 1,545,000", 1_545_000.0, CeilingKind::Known),
        ],
        markers: vec![
            marker("order-api 2.31.0 deployed", 16.0, false),
            marker("onset", 17.5, true),
            marker("first EAGAIN", 46.2, false),
            marker("node NotReady", 48.0, false),
        ],
        palette,
    }
}

#[track_caller]
fn check_picture(name: &str, spec: &ChartSpec) {
    let svg = render_svg(spec);
    assert_eq!(svg, render_svg(spec), "drawing twice differs");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "a number that is none: {name}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("chart-{name}"), svg);
    });
}

#[test]
fn an_incident_in_light_and_dark_and_on_a_phone() {
    check_picture("incident-light", &incident(960, 360, Palette::light()));
    check_picture("incident-dark", &incident(960, 360, Palette::dark()));
    check_picture("incident-phone", &incident(390, 260, Palette::light()));
}

#[test]
fn an_incident_in_every_form() {
    for (name, form) in [("steps", ChartForm::Steps), ("stacked", ChartForm::Stacked), ("log", ChartForm::Log)] {
        let mut spec = ChartSpec { form, ..incident(960, 360, Palette::light()) };
        if form == ChartForm::Steps {
            // Wide enough apart to be seen.
            spec.window = (START + 1000.0, START + 1600.0);
        }
        check_picture(&format!("incident-{name}"), &spec);
    }
}

#[test]
fn what_evidence_says_cannot_leave_its_text() {
    let mut spec = incident(960, 360, Palette::light());
    let hostile = "</text><script>alert('x')</script>\u{1}&\"";
    spec.title = hostile.to_owned();
    spec.series[1].label = hostile.to_owned();
    spec.ceilings[0].label = hostile.to_owned();
    spec.markers[1].label = hostile.to_owned();
    spec.palette.alarm = "\"/><script>".to_owned();
    let svg = render_svg(&spec);
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"));
    assert!(!svg.chars().any(|letter| letter < ' ' && letter != '\n'));
}

#[test]
fn hostile_specifications_are_drawn_without_a_panic() {
    let base = incident(960, 360, Palette::light());
    let with = |change: &dyn Fn(&mut ChartSpec)| {
        let mut spec = base.clone();
        change(&mut spec);
        spec
    };
    let one_series = |times: Vec<f64>, values: Vec<f64>| {
        with(&|spec| {
            spec.series = vec![ChartSeries { times: times.clone(), values: values.clone(), ..base.series[0].clone() }]
        })
    };
    let mut specs = vec![
        with(&|spec| spec.series.clear()),
        with(&|spec| (spec.series.clear(), spec.ceilings.clear(), spec.markers.clear()).0),
        with(&|spec| spec.palette.series.clear()),
        with(&|spec| spec.window.1 = spec.window.0),
        with(&|spec| spec.window = (spec.window.1, spec.window.0)),
        with(&|spec| spec.window = (f64::NAN, f64::NAN)),
        with(&|spec| spec.window = (f64::MIN, f64::MAX)),
        with(&|spec| spec.window = (START, START + 1e-9)),
        with(&|spec| spec.offset_s = i32::MAX),
        with(&|spec| spec.ceilings.iter_mut().for_each(|ceiling| ceiling.value = f64::NAN)),
        with(&|spec| spec.ceilings.iter_mut().for_each(|ceiling| ceiling.value = 0.0)),
        with(&|spec| spec.ceilings[0].value = f64::MAX),
        with(&|spec| spec.markers.iter_mut().for_each(|marker| marker.at = f64::NAN)),
        with(&|spec| spec.markers[0].end = Some(f64::INFINITY)),
        with(&|spec| spec.markers = (0..500).map(|_| base.markers[0].clone()).collect()),
        with(&|spec| spec.series.iter_mut().for_each(|series| series.values.fill(f64::NAN))),
        with(&|spec| spec.series.iter_mut().for_each(|series| series.times.truncate(9))),
        with(&|spec| spec.series.iter_mut().for_each(|series| series.times.reverse())),
        one_series(vec![START + 60.0], vec![5.0]),
        one_series(vec![START - 60.0], vec![5.0]),
        one_series(vec![START - 60.0, START + 1e6], vec![5.0, 7.0]),
        one_series(vec![START, START + 60.0], vec![1e308, -1e308]),
        one_series(vec![START - 9.0, START + 4000.0], vec![f64::MAX, f64::MIN]),
        one_series(vec![START, START + 60.0], vec![f64::INFINITY, f64::NEG_INFINITY]),
        one_series(vec![START, START + 60.0], vec![5e-324, 0.0]),
        one_series(vec![f64::NAN; 3], vec![1.0; 3]),
    ];
    for (width, height) in
        [(0, 0), (1, 1), (60, 40), (120, 80), (130, 81), (390, 200), (u32::MAX, u32::MAX), (4000, 90)]
    {
        specs.push(with(&|spec| (spec.width, spec.height) = (width, height)));
    }
    let forms = [ChartForm::Steps, ChartForm::Stacked, ChartForm::Log];
    let others: Vec<ChartSpec> =
        specs.iter().flat_map(|spec| forms.map(|form| ChartSpec { form, ..spec.clone() })).collect();
    for spec in specs.iter().chain(&others) {
        let drawing = draw(spec);
        assert!(drawing.ops.iter().all(|number| number.is_finite()), "{:?}", spec.window);
        assert!(drawing.x.0 < drawing.x.1 && drawing.y.0 < drawing.y.1 && drawing.plot.0 < drawing.plot.2);
        let n_values: usize =
            operations(&drawing).map(|op| if let Op::Line { points, .. } = op { points.len() } else { 0 }).sum();
        assert!(n_values < drawing.ops.len());
        assert!(render_svg(spec).ends_with("</svg>\n"));
    }
}

#[test]
fn every_window_has_an_axis() {
    for exponent in 0..32 {
        let mut spec = incident(960, 360, Palette::light());
        spec.window.1 = START + f64::from(1u32 << exponent.min(31));
        let drawing = draw(&spec);
        let n_times = drawing.strings.iter().filter(|text| text.contains(':') || text.contains("20")).count();
        assert!((3..40).contains(&n_times), "{:?} {:?}", spec.window, drawing.strings);
    }
}

#[test]
fn a_lone_sample_is_a_dot() {
    let mut spec = incident(960, 360, Palette::light());
    spec.series.truncate(1);
    spec.series[0].values = (0..240).map(|index| if index == 100 { 40.0 } else { f64::NAN }).collect();
    assert_eq!(operations(&draw(&spec)).filter(|op| matches!(op, Op::Circle { .. })).count(), 1);
}

#[test]
fn values_near_each_other_are_fitted_unless_the_axis_starts_at_zero() {
    let mut spec = incident(960, 360, Palette::light());
    spec.ceilings.clear();
    spec.series.truncate(1);
    spec.series[0].values = (0..240).map(|index| 30_000.0 + 100.0 * jitter(index)).collect();
    assert_eq!(draw(&spec).y.0, 0.0);
    spec.from_zero = false;
    assert!(draw(&spec).y.0 > 29_000.0);
}

/// Lines of some operations: their points.
fn lines_of<'a>(ops: &'a [f32], strings: &'a [String]) -> Vec<&'a [f32]> {
    let line = |op| if let Op::Line { points, .. } = op { Some(points) } else { None };
    operations_of(ops, strings).filter_map(line).collect()
}

#[test]
fn what_moves_is_drawn_beyond_the_window_and_never_off_the_axis() {
    let mut spec = incident(960, 360, Palette::light());
    let (start, end) = spec.window;
    // In the margin stands a value that the window does not know.
    spec.window = (start + 0.25 * (end - start), start + 0.5 * (end - start));
    let beyond = spec.window.1 + 0.05 * (spec.window.1 - spec.window.0);
    let index = spec.series[0].times.partition_point(|time| *time < beyond);
    spec.series[0].values[index] = 1e9;
    let (plain, wide) = (draw(&spec), draw_beyond(&spec, 0.125));
    assert_eq!((plain.plot, plain.x, plain.y), (wide.plot, wide.x, wide.y));
    let [ground, moving, still] = wide.layers();
    assert_eq!(ground, plain.layers()[0]);
    assert_eq!(still, plain.layers()[2], "what stands still is the same");
    assert!(operations_of(ground, &wide.strings).count() == 1);
    assert!(operations_of(moving, &wide.strings).all(|op| !matches!(op, Op::Text { .. })));
    let (left, top, right, bottom) = wide.plot;
    let more = (right - left) * 0.125;
    let points: Vec<[f32; 2]> =
        lines_of(moving, &wide.strings).into_iter().flat_map(|points| points.as_chunks::<2>().0).copied().collect();
    let (from, to) = points.iter().fold((f32::MAX, f32::MIN), |(from, to), [x, _]| (from.min(*x), to.max(*x)));
    assert!((from - (left - more)).abs() < 1.0 && (to - (right + more)).abs() < 1.0, "{from} {to}");
    // Markers stand above the plot, in rows of their own; nothing else does, nor below it.
    let series = lines_of(moving, &wide.strings).into_iter().filter(|points| points.len() > 4);
    assert!(series.flat_map(|points| points.as_chunks::<2>().0).all(|[_, y]| *y >= top - 0.1 && *y <= bottom + 0.1));
    // As a whole a drawing is its layers.
    assert_eq!([ground, moving, still].concat(), wide.ops);
    assert_eq!(Drawing::default().layers(), [&[] as &[f32]; 3]);
}

/// Contrast of two `#rrggbb` colours after WCAG 2.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |color: &str| {
        let channel = |from: usize| {
            let value = f64::from(u8::from_str_radix(&color[from..from + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn colours_stand_out_from_their_background() {
    for palette in [Palette::light(), Palette::dark()] {
        assert_eq!(palette.series.len(), 8);
        for color in &palette.series {
            assert!(contrast(color, &palette.background) >= 3.0, "{color} {}", contrast(color, &palette.background));
        }
        for color in [&palette.text, &palette.muted, &palette.alarm, &palette.warning] {
            assert!(contrast(color, &palette.background) >= 4.5, "{color} {}", contrast(color, &palette.background));
        }
    }
}

/// Samples with uneven steps; one in five is a gap.
fn samples() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let value = prop_oneof![7 => -1e6..1e6f64, 1 => Just(f64::NAN), 1 => (0..4i32).prop_map(f64::from), 1 => Just(f64::INFINITY)];
    proptest::collection::vec((0.0..2.0f64, value), 0..800).prop_map(|samples| {
        let mut at = -50.0;
        let sample = |(step, value)| {
            at += step;
            (at, value)
        };
        samples.into_iter().map(sample).unzip()
    })
}

/// Column, first, lowest, highest and last value.
type Column = (i64, f64, f64, f64, f64);

/// What a line lights up: the values per column, and between which columns the line breaks.
fn raster(points: &[(f64, f64)], window: (f64, f64), n_columns: usize) -> (Vec<Column>, Vec<(i64, i64)>) {
    let mut columns: Vec<Column> = Vec::new();
    let mut breaks = Vec::new();
    let mut is_broken = false;
    for (at, value) in points {
        if !value.is_finite() {
            is_broken = true;
            continue;
        }
        let column = column_of(*at, window, n_columns);
        match columns.last_mut() {
            Some((last, _, low, high, end)) if *last == column => {
                (*low, *high, *end) = (low.min(*value), high.max(*value), *value);
            }
            last => {
                if let (Some((last, ..)), true) = (last, is_broken) {
                    breaks.push((*last, column));
                }
                columns.push((column, *value, *value, *value, *value));
            }
        }
        is_broken = false;
    }
    (columns, breaks)
}

proptest! {
    #[test]
    fn reduced_samples_light_the_same_pixels((times, values) in samples(), start in -60.0..100.0f64, span in 0.5..400.0f64, n_columns in 1usize..300) {
        let window = (start, start + span);
        let mut reduced = Vec::new();
        reduce((&times).into(), &values, window, n_columns, None, &mut reduced);
        let mut by_extents = Vec::new();
        reduce((&times).into(), &values, window, n_columns, Some(&Extents::of(&values)), &mut by_extents);
        // Gaps are no numbers: compared as they are written.
        prop_assert_eq!(format!("{reduced:?}"), format!("{by_extents:?}"));
        let all: Vec<(f64, f64)> = cut((&times).into(), window).map(|index| (times[index], values[index])).collect();
        prop_assert_eq!(raster(&reduced, window, n_columns), raster(&all, window, n_columns));
        prop_assert!(reduced.is_sorted_by(|a, b| a.0 <= b.0));
        let n_points = reduced.iter().filter(|point| !point.1.is_nan()).count();
        prop_assert!(n_points <= 4 * (n_columns + 2));
        let mut rest = all.iter();
        for point in reduced.iter().filter(|point| !point.1.is_nan()) {
            prop_assert!(rest.any(|known| known == point), "{:?} is not a sample, or out of order", point);
        }
        clip(&mut reduced, window);
        prop_assert!(reduced.iter().all(|(at, _)| window.0 <= *at && *at <= window.1));
    }
}

#[test]
fn a_line_runs_to_both_edges_of_its_window() {
    let mut points = Vec::new();
    reduce((&[0.0, 10.0]).into(), &[0.0, 100.0], (4.0, 6.0), 100, None, &mut points);
    clip(&mut points, (4.0, 6.0));
    assert_eq!(points, [(4.0, 40.0), (6.0, 60.0)]);
}
