//! Who waits for whom as a picture: what stands on it, that it stays small whatever is drawn, and how it looks.

use std::fmt::Write as _;

use debrief::case::Case;
use debrief::chart::Palette;
use debrief::chart::backend::{Op, operations};
use debrief::chart::graph::{Card, Graph, Label, Lead, Stroke, TaskBox, Tone, columns_of, draw_graph};
use debrief::evidence::MemorySource;
use debrief::model::Timestamp;
use debrief::text::Lang;
use debrief::view::panel::{Item, OPEN_ROW, Panel, PanelKind, PanelRequest};
use proptest::prelude::*;

use crate::incident_f;

fn open(text: &str) -> Case {
    let mut case = Case::new(0, Timestamp::from_seconds(1_790_000_000));
    case.add("unknown", Box::new(MemorySource(text.as_bytes().to_vec())), Default::default(), false);
    case.read_all();
    case
}

fn svg(text: &str, width: u32, is_dark: bool) -> String {
    open(text).owner_graph_svg(Lang::En, width, is_dark).unwrap_or_default()
}

fn panel(text: &str, row: &str) -> Panel {
    open(text).panel(&PanelRequest {
        kind: PanelKind::Stacks,
        values: vec![(OPEN_ROW.to_owned(), row.to_owned())],
        width: 900,
        palette: Palette::light(),
        lang: Lang::En,
        offset_s: 0,
    })
}

#[track_caller]
fn check_picture(name: &str, svg: &str) {
    assert!(!svg.is_empty() && !svg.contains("NaN") && !svg.contains("inf"), "{name}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("owner-graph-{name}"), svg);
    });
}

/// What a picture says, in the order in which it is drawn.
fn words(svg: &str) -> Vec<&str> {
    svg.lines().filter_map(|line| Some(line.strip_suffix("</text>")?.rsplit_once('>')?.1)).collect()
}

fn frames(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("\tat com.example.{line}\n")).collect()
}

fn thread(name: &str, id: u32, wants: &str, holds: &[&str], at: &[&str]) -> String {
    let state = if wants.is_empty() { "RUNNABLE" } else { "BLOCKED (on object monitor)" };
    let mut text =
        format!("\"{name}\" #{id} prio=5 tid=0x00007f{id:010x} nid={id} x\n   java.lang.Thread.State: {state}\n");
    text += &frames(&at[..1]);
    if !wants.is_empty() {
        let _ = writeln!(text, "\t- waiting to lock <0x00000000{wants}> (a com.example.Account)");
    }
    text += &frames(&at[1..]);
    for lock in holds {
        let _ = writeln!(text, "\t- locked <0x00000000{lock}> (a com.example.Account)");
    }
    text + "\n"
}

/// Three threads in a circle, others behind each of them, and a queue apart whose owner writes to a socket.
fn java() -> String {
    let at = ["Account.take(Account.java:20)", "Account.send(Account.java:40)"];
    let mut text = String::from(
        "2026-03-02 09:14:05\nFull thread dump OpenJDK 64-Bit Server VM (21.0.4+7-LTS mixed mode, sharing):\n\n",
    );
    text += &thread("transfer-1", 31, "e1a0b2d0", &["e1a0b100"], &at);
    text += &thread("transfer-2", 32, "e1a0b3e0", &["e1a0b2d0"], &at);
    text += &thread("transfer-3", 33, "e1a0b100", &["e1a0b3e0"], &at);
    for id in 40..52 {
        text += &thread(&format!("http-{id}"), id, "e1a0b2d0", &[], &["Account.balance(Account.java:9)"]);
    }
    text += &thread("audit-1", 60, "e1a0b100", &["e1a0c000"], &["Audit.sum(Audit.java:7)", "Audit.run(Audit.java:3)"]);
    for id in 61..64 {
        text += &thread(&format!("report-{id}"), id, "e1a0c000", &[], &["Report.page(Report.java:70)"]);
    }
    text += &thread("log-writer", 70, "", &["e1a0d000"], &["Log.write(Log.java:7)", "Log.append(Log.java:3)"]);
    for id in 71..90 {
        text += &thread(&format!("worker-{id}"), id, "e1a0d000", &[], &["Log.append(Log.java:1)"]);
    }
    text
}

/// One reader holds the lock for long, one writer waits, and so do all readers behind it.
fn convoy() -> String {
    let mut text = String::from(
        "goroutine 77 [syscall, 32 minutes]:\nsyscall.Syscall(0x4a, 0x9, 0x0, 0x0)\n\t/go/asm_linux_amd64.s:19 +0x5\n\
         os.(*File).Sync(0xc000010018)\n\t/go/file_posix.go:169 +0x3a\n\
         example.net/store.(*Index).Snapshot(0xc000200000)\n\t/src/index.go:88 +0x1aa\n\n\
         goroutine 90 [sync.RWMutex.Lock, 31 minutes]:\nsync.runtime_SemacquireRWMutex(0xc000200010, 0x0, 0x0)\n\t/go/sema.go:87 +0x25\n\
         sync.(*RWMutex).Lock(0xc000200008)\n\t/go/rwmutex.go:152 +0x6a\n\
         example.net/store.(*Index).Compact(0xc000200000)\n\t/src/index.go:140 +0x4c\n\n",
    );
    for id in 100..412 {
        let name = if id % 4 == 0 { "Len" } else { "Get" };
        let _ = write!(
            text,
            "goroutine {id} [sync.RWMutex.RLock, {} minutes]:\nsync.runtime_SemacquireRWMutexR(0xc000200014, 0x0, 0x0)\n\t/go/sema.go:82 +0x25\n\
             sync.(*RWMutex).RLock(0xc000200008)\n\t/go/rwmutex.go:71 +0x5d\n\
             example.net/store.(*Index).{name}(0xc000200000)\n\t/src/index.go:40 +0x4c\n\n",
            1 + id % 31
        );
    }
    text
}

#[test]
fn the_incident_a_deadlock_and_a_convoy_look_like_this() {
    for (name, is_dark) in [("light", false), ("dark", true)] {
        check_picture(&format!("incident-f-{name}"), &svg(&incident_f::daemon(), 900, is_dark));
        check_picture(&format!("java-{name}"), &svg(&java(), 900, is_dark));
    }
    check_picture("convoy", &svg(&convoy(), 900, false));
    check_picture("java-phone", &svg(&java(), 360, false));
}

#[test]
fn it_says_who_holds_up_how_many_and_how_that_is_known() {
    let f = svg(&incident_f::daemon(), 900, false);
    let said = words(&f).join("\n");
    for word in ["goroutine 67570", "holds up 1,002", "1,002 × ", "ReleaseIP", "suspected", "1,594 min"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    let zh = open(&incident_f::daemon()).owner_graph_svg(Lang::ZhCn, 900, false).unwrap();
    for word in ["阻塞了 1,002 个", "1,002 个在等待", "推测"] {
        assert!(zh.contains(word), "{word} in {zh}");
    }
    let java = svg(&java(), 900, false);
    let said = words(&java);
    for word in [
        "part of a circle",
        "stated",
        "holds up 3",
        "holds up 19",
        "12 × com.example.Account.balance",
        "0x00000000e1a0b2d0 · Account",
    ] {
        assert!(said.iter().any(|text| text.contains(word)), "{word} in {said:#?}");
    }
    // Of the circle: three lines, of the two queues behind: one each; all stated, so none is dashed.
    assert_eq!(said.iter().filter(|text| **text == "stated").count(), 5, "{said:#?}");
    assert!(!java.contains("stroke-dasharray"));
    assert!(f.contains("stroke-dasharray"));
}

#[test]
fn what_is_clicked_opens_the_row_of_the_queue_and_the_table_says_the_same() {
    let text = convoy();
    let shown = panel(&text, "owner-0");
    let at = shown.items.iter().position(|item| matches!(item, Item::Picture { .. })).unwrap();
    let Item::Picture { spots, name, .. } = &shown.items[at] else { panic!("no picture") };
    assert!(
        spots.len() >= 4 && spots.iter().all(|spot| (spot.id.as_str(), spot.value.as_str()) == (OPEN_ROW, "owner-0"))
    );
    assert!(name.contains("table below"));
    let Item::Table { rows, .. } = &shown.items[at + 1] else { panic!("no table under the picture") };
    let told = format!("{:?}", rows[0].open);
    for spot in spots.iter().filter(|spot| spot.title.contains(" × ")) {
        let function = spot.title.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap();
        assert!(told.contains(function), "{function} in {told}");
    }
}

#[test]
fn a_thousand_queues_are_forty_boxes_and_a_count() {
    let one = |id: u32| {
        let lock = 0xc0_0000_0000_u64 + u64::from(id) * 0x1000;
        let frames = |lock: u64| {
            format!(
                "sync.(*Mutex).lockSlow({lock:#x})\n\t/go/mutex.go:149 +0x1\nexample.net/c.(*Cache{id}).Get({lock:#x})\n\t/c.go:9 +0x1\n\n"
            )
        };
        (0..3)
            .map(|at| format!("goroutine {} [sync.Mutex.Lock, 30 minutes]:\n{}", id * 10 + at, frames(lock)))
            .collect::<String>()
    };
    let shown = panel(&(1..1_000).map(one).collect::<String>(), "");
    let Some(Item::Picture { spots, drawing, .. }) = shown.items.iter().find(|it| matches!(it, Item::Picture { .. }))
    else {
        panic!("no picture")
    };
    // Cards have a spot each too.
    assert!(spots.len() <= 80, "{}", spots.len());
    let texts =
        operations(drawing).filter_map(|op| if let Op::Text { text, .. } = op { Some(text.to_owned()) } else { None });
    assert!(texts.last().unwrap().contains("more queues with"));
}

#[test]
fn nobody_who_waits_is_no_picture() {
    let idle = "goroutine 1 [chan receive]:\nmain.main()\n\t/x.go:1 +0x1\n\n";
    assert_eq!(svg(idle, 900, false), "");
}

fn label() -> impl Strategy<Value = Label> {
    ("[0-9]{0,3}", "[a-z./:(*)\\[\\]·语]{0,40}", "[a-z ]{0,9}").prop_map(|(before, name, after)| Label {
        before,
        name,
        after,
    })
}

fn graph() -> impl Strategy<Value = Graph> {
    let task = (label(), label(), any::<u8>(), 0..4_usize).prop_map(|(title, note, color, tone)| TaskBox {
        title,
        note,
        weight: String::new(),
        color,
        tone: [Tone::Waits, Tone::Root, Tone::Unseen, Tone::Rest][tone],
    });
    let lead = (0..9_usize, 0..4_usize, 0..3_usize).prop_map(|(card, task, stroke)| Lead {
        to: (card, task),
        stroke: [Stroke::Solid, Stroke::Dashed, Stroke::Dotted][stroke],
        label: "derived".to_owned(),
    });
    let card = (label(), prop::collection::vec(task, 0..4), prop::option::of(lead), any::<bool>()).prop_map(
        |(title, boxes, lead, is_lit)| Card { title, notes: vec!["3 waiting".to_owned()], boxes, lead, is_lit },
    );
    (prop::collection::vec(card, 0..9), "[a-z]{0,9}").prop_map(|(cards, rest)| Graph { cards, rest })
}

proptest! {
    /// Whatever leads to whatever, in circles or to what is not there: all of it is drawn, inside the picture, and no two cards overlap.
    #[test]
    fn any_graph_is_drawn_without_overlaps(graph in graph(), width in 0..2000_u32) {
        let (drawing, placed) = draw_graph(&graph, width, &Palette::light());
        let n_boxes: usize = graph.cards.iter().map(|card| card.boxes.len()).sum();
        prop_assert_eq!(placed.len(), graph.cards.len() + n_boxes);
        prop_assert!(drawing.ops.iter().all(|number| number.is_finite()));
        let (_, height) = drawing.size();
        let cards: Vec<_> = placed.iter().filter(|one| one.task.is_none()).collect();
        for (index, one) in cards.iter().enumerate() {
            let (left, top, right, bottom) = one.area;
            prop_assert!(top >= 0.0 && bottom <= height && left <= right, "{:?} of {}", one, height);
            for other in &cards[index + 1..] {
                let area = other.area;
                let is_apart = right <= area.0 || area.2 <= left || bottom <= area.1 || area.3 <= top;
                prop_assert!(is_apart, "{:?} and {:?}", one, other);
            }
        }
        prop_assert!((1..=6).contains(&columns_of(width)));
    }
}
