//! In which zone times without one are read: the assumed zone as it was when they were written, not as it is when the case is opened.

use debrief::case::Case;
use debrief::evidence::MemorySource;
use debrief::model::time::Civil;
use debrief::model::{ClockOrigin, EvidenceMeta, Timestamp, Zone};
use debrief::protocol::Choices;

const HOUR_S: i32 = 3600;
/// 2026-11-29T18:00:00Z: winter.
const NOW: Timestamp = Timestamp::from_seconds(1_795_975_200);

/// Clocks that are two hours ahead of UTC from the first of April to the end of October, and one in winter.
fn with_summer() -> Zone {
    let offset_at = |at: Timestamp| if (4..=10).contains(&Civil::from_ns(at.0).month) { 2 * HOUR_S } else { HOUR_S };
    Zone::found(Timestamp::from_seconds(946_684_800), NOW.plus_seconds(366 * 86_400), &offset_at)
}

fn opened(inputs: &[(&str, &str)]) -> Case {
    let mut case = Case::new(with_summer(), NOW);
    for (path, text) in inputs {
        case.add(path, Box::new(MemorySource(text.as_bytes().to_vec())), Choices::default(), false);
    }
    case.read_all();
    case
}

/// The offset of an input, who says it, and when its first record was.
fn clock(case: &Case, index: usize) -> (i32, ClockOrigin, String) {
    let EvidenceMeta { clock, time_range, .. } = case.evidence().remove(index);
    (clock.offset_s, clock.offset_origin, time_range.expect("times").start.to_rfc3339())
}

const SUMMER: (&str, &str) = ("summer.log", "2026-07-23 22:03:11 ERROR one\n2026-07-23 22:03:12 ERROR two\n");
const WINTER: (&str, &str) = ("winter.log", "2026-01-23 22:03:11 ERROR one\n2026-01-23 22:03:12 ERROR two\n");

#[test]
fn what_is_opened_in_winter_may_be_of_summer() {
    let assumed = |offset_s, at: &str| (offset_s, ClockOrigin::Default, at.to_owned());
    let case = opened(&[SUMMER]);
    assert_eq!(clock(&case, 0), assumed(2 * HOUR_S, "2026-07-23T20:03:11Z"));
    assert_eq!(case.offset_s(), 2 * HOUR_S);
    let case = opened(&[WINTER]);
    assert_eq!((clock(&case, 0), case.offset_s()), (assumed(HOUR_S, "2026-01-23T21:03:11Z"), HOUR_S));
    // Each by itself; shown is the one of the newest.
    let case = opened(&[WINTER, SUMMER]);
    assert_eq!(clock(&case, 0), assumed(HOUR_S, "2026-01-23T21:03:11Z"));
    assert_eq!(clock(&case, 1), assumed(2 * HOUR_S, "2026-07-23T20:03:11Z"));
    assert_eq!(case.offset_s(), 2 * HOUR_S);
    // Before the clocks were changed, and after.
    let over = ("over.log", "2026-10-31 23:00:00 ERROR one\n2026-11-01 09:00:00 ERROR two\n");
    assert_eq!(opened(&[over]).offset_s(), HOUR_S);
}

#[test]
fn the_year_and_the_day_are_inferred_first() {
    let journal = ("journal", "Jul 23 22:03:11 node-xx kubelet[1]: one\nJul 23 22:03:12 node-xx kubelet[1]: two\n");
    let case = opened(&[journal]);
    assert_eq!(clock(&case, 0), (2 * HOUR_S, ClockOrigin::Default, "2026-07-23T20:03:11Z".to_owned()));
    let december = ("journal", "Dec 23 22:03:11 node-xx kubelet[1]: one\nDec 23 22:03:12 node-xx kubelet[1]: two\n");
    assert_eq!(clock(&opened(&[december]), 0), (HOUR_S, ClockOrigin::Default, "2025-12-23T21:03:11Z".to_owned()));
    let chat = ("chat.txt", "[22:03] dana: seeing 503\n[22:05] kim: looking\n[22:09] dana: rolled back\n");
    let case = opened(&[chat, SUMMER]);
    assert_eq!(clock(&case, 0), (2 * HOUR_S, ClockOrigin::Default, "2026-07-23T20:03:00Z".to_owned()));
}

#[test]
fn what_is_stated_or_chosen_stays() {
    let stated = ("stated.log", "2026-07-23T22:03:11Z ERROR one\n2026-07-23T22:03:12Z ERROR two\n");
    let case = opened(&[stated]);
    assert_eq!(clock(&case, 0), (0, ClockOrigin::Stated, "2026-07-23T22:03:11Z".to_owned()));
    let local = "               Local time: Thu 2026-07-23 22:10:00 CST\n";
    let host = ("timedatectl", &*[local, "                Time zone: Asia/Shanghai (CST, +0800)\n"].concat());
    let case = opened(&[SUMMER, host]);
    assert_eq!(clock(&case, 0), (8 * HOUR_S, ClockOrigin::Sibling, "2026-07-23T14:03:11Z".to_owned()));
    assert_eq!(case.offset_s(), 8 * HOUR_S);
    let mut case = opened(&[SUMMER, WINTER]);
    case.set_zone(Some(HOUR_S));
    case.read_all();
    assert_eq!((clock(&case, 0).0, clock(&case, 0).1, case.offset_s()), (HOUR_S, ClockOrigin::Person, HOUR_S));
    case.set_zone(None);
    let first = case.evidence()[0].id;
    case.choose(first, Choices { offset_s: Some(8 * HOUR_S), ..Choices::default() });
    assert_eq!((clock(&case, 0).0, clock(&case, 0).1), (8 * HOUR_S, ClockOrigin::Person));
    // Shown is still the offset at the newest of all.
    assert_eq!((clock(&case, 1).0, case.offset_s()), (HOUR_S, 2 * HOUR_S));
}

#[test]
fn without_times_it_is_the_offset_of_today_and_for_others_alone_that_of_theirs() {
    assert_eq!(opened(&[]).offset_s(), HOUR_S);
    assert_eq!(opened(&[("ulimit.txt", "$ ulimit -u\n204800\n")]).offset_s(), HOUR_S);
    let stated = ("stated.log", "2026-07-23T22:03:11Z ERROR one\n2026-07-23T22:03:12Z ERROR two\n");
    assert_eq!(opened(&[stated]).offset_s(), 2 * HOUR_S, "shown as clocks showed it");
}
