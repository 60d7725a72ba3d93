//! The panel Stacks as data: what stands on it for a dump, and what the reader's choices do to it.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::Timestamp;
use debrief::view::panel::{Item, OPEN_ROW, Panel, PanelKind, PanelRequest, Row, Weight};

fn panel(values: &[(&str, &str)]) -> (Case, Panel) {
    panel_of(std::fs::read("tests/fixtures/formats/go-goroutine/sigquit-go1.24.txt").unwrap(), values)
}

fn panel_of(bytes: Vec<u8>, values: &[(&str, &str)]) -> (Case, Panel) {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("netd.txt", Box::new(MemorySource(bytes)), Default::default(), false);
    case.read_all();
    let values = values.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    let request = PanelRequest { values, ..PanelRequest::unseen(PanelKind::Stacks) };
    let panel = case.panel(&request);
    (case, panel)
}

fn tables(panel: &Panel) -> Vec<&Vec<Row>> {
    panel.items.iter().filter_map(|item| if let Item::Table { rows, .. } = item { Some(rows) } else { None }).collect()
}

#[test]
fn the_verdict_comes_first_and_every_row_leads_to_its_lines() {
    let (case, panel) = panel(&[]);
    let Some(Item::Text { text, weight: Weight::Verdict, cites }) = panel.items.first() else { panic!("no verdict") };
    assert!(text.contains("wait behind one lock") && !cites.is_empty(), "{text}");
    for row in tables(&panel).into_iter().flatten() {
        let quoted = case.cite(&row.cites);
        assert!(quoted.iter().all(|place| place.excerpt[0].contains("goroutine")), "{row:?}");
    }
    let spots =
        panel.items.iter().filter_map(|item| if let Item::Picture { spots, .. } = item { Some(spots) } else { None });
    // Who waits for whom, then how long, then where tasks are.
    let n_spots: Vec<usize> = spots.map(Vec::len).collect();
    assert!(n_spots.len() == 3 && n_spots[0] >= 4 && n_spots[1] > 1 && n_spots[2] > 10, "{n_spots:?}");
}

#[test]
fn a_row_opens_a_search_narrows_and_a_click_looks_closer() {
    let (_, open) = panel(&[(OPEN_ROW, "owner-0")]);
    let told = format!("{:?}", tables(&open)[0][0].open);
    assert!(told.contains("goroutine 67570"), "{told}");

    let (_, all) = panel(&[]);
    let (_, found) = panel(&[("search", "recvfrom")]);
    let n_rows = |panel: &Panel| tables(panel)[1].len();
    assert!(n_rows(&found) == 1 && n_rows(&all) > 1, "{} of {}", n_rows(&found), n_rows(&all));
    let (_, none) = panel(&[("search", "nothing of the kind")]);
    assert!(format!("{none:?}").contains("No stack passes these filters."));

    let (_, closer) = panel(&[("focus", "0")]);
    let picture = |panel: &Panel| {
        let drawing = panel
            .items
            .iter()
            .rev()
            .find_map(|item| if let Item::Picture { drawing, .. } = item { Some(drawing) } else { None });
        drawing.map(|drawing| drawing.ops.len())
    };
    assert!(picture(&closer).is_some() && picture(&closer) != picture(&all));
    // What no dump has is as good as not chosen.
    let (_, wild) = panel(&[("focus", "9.9.9"), ("dump", "77"), ("with", "x"), ("wait", "-"), ("class", "")]);
    assert_eq!(format!("{wild:?}"), format!("{all:?}"));
}

#[test]
fn a_bar_of_waits_filters_and_a_second_click_takes_the_filter_away() {
    let bars = |panel: &Panel| {
        let mut pictures = panel.items.iter().filter_map(|item| match item {
            Item::Picture { name, spots, .. } if name.starts_with("How long") => Some((name.clone(), spots.clone())),
            _ => None,
        });
        pictures.next_back().expect("bars")
    };
    let waits = |n: usize, minutes: u32, function: &str| -> String {
        let one = |id| {
            format!("goroutine {id} [chan receive, {minutes} minutes]:\n{function}()\n\t/app/main.go:12 +0x2f\n\n")
        };
        (0..n).map(|index| one(minutes as usize * 100 + index)).collect()
    };
    let dump = waits(30, 3, "main.poll") + &waits(5, 600, "main.stuck");
    let panel = |values: &[(&str, &str)]| panel_of(dump.clone().into_bytes(), values).1;
    let all = panel(&[]);
    let (name, spots) = bars(&all);
    let longest = spots.last().expect("a bar");
    assert!(longest.id == "wait" && longest.value != "0" && name.ends_with(&longest.title), "{name}: {longest:?}");
    let found = panel(&[("wait", longest.value.as_str())]);
    let n_rows = |panel: &Panel| tables(panel)[0].len();
    assert_eq!((longest.title.as_str(), n_rows(&found), n_rows(&all)), ("≤ 720 min: 5", 1, 2));
    // The bars stay as they were, and the one that was clicked gives everything back.
    let (name_then, spots_then) = bars(&found);
    assert_eq!((name_then, spots_then.len()), (name, spots.len()));
    assert_eq!(spots_then.last().map(|spot| spot.value.as_str()), Some(""));
}

#[test]
fn boxes_of_one_package_that_call_each_other_are_one() {
    let titles = |values: &[(&str, &str)]| -> Vec<String> {
        let panel = panel(values).1;
        let pictures = panel.items.iter().rev().find_map(|item| match item {
            Item::Picture { spots, .. } => Some(spots.iter().map(|spot| spot.title.clone()).collect()),
            _ => None,
        });
        pictures.expect("the picture of stacks")
    };
    let (functions, packages) = (titles(&[]), titles(&[("boxes", "package")]));
    assert!(packages.len() < functions.len(), "{packages:?}");
    assert!(functions.iter().any(|title| title.starts_with("sync.(*Mutex).")), "{functions:?}");
    assert!(packages.iter().any(|title| title.starts_with("sync · ")), "{packages:?}");
    // What was looked at among functions is no place among packages.
    assert_eq!(titles(&[("boxes", "package"), ("focus", "0.0")]), packages);
}

#[test]
fn counts_in_tables_are_grouped_as_in_sentences_and_ids_are_not() {
    let stack = "sync.runtime_SemacquireMutex(0xc000a1b2c8?, 0x0?, 0x1?)\n\t/go/sema.go:95 +0x25\n\
                 sync.(*Mutex).Lock(0xc000a1b2c0)\n\t/go/mutex.go:82 +0x2f\nmain.add(0xc000a1b2c0)\n\t/app/main.go:12 +0x2f\n\n";
    let dump: String =
        (0..1_234).map(|n| format!("goroutine {} [sync.Mutex.Lock, 1595 minutes]:\n{stack}", 5_000 + n)).collect();
    let (_, panel) = panel_of(dump.into_bytes(), &[]);
    let cells: Vec<&String> = tables(&panel).into_iter().flatten().flat_map(|row| &row.cells).collect();
    assert!(cells.iter().filter(|cell| **cell == "1,234").count() >= 2, "{cells:?}");
    assert!(cells.iter().any(|cell| *cell == "1,595") && cells.iter().all(|cell| !cell.contains("1234")), "{cells:?}");
}

#[test]
fn profiles_that_are_compared_have_no_ids_to_count() {
    let plain = |panel: &Panel| {
        let texts = panel
            .items
            .iter()
            .filter_map(|item| if let Item::Text { text, .. } = item { Some(text.clone()) } else { None });
        texts.collect::<Vec<_>>()
    };
    let profile = std::fs::read_to_string("tests/fixtures/formats/go-goroutine/debug1-profile.txt").unwrap();
    let dump = std::fs::read_to_string("tests/fixtures/formats/go-goroutine/sigquit-go1.24.txt").unwrap();
    for (text, counts_ids) in [(profile, false), (dump, true)] {
        let (_, panel) = panel_of(format!("{text}\n{text}").into_bytes(), &[("with", "1")]);
        let texts = plain(&panel);
        assert_eq!(texts.iter().any(|text| text.starts_with("Tasks in both")), counts_ids, "{texts:#?}");
    }
}
