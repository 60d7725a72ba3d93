//! Times of one kind as times of another: with a zone or without, with a year or without.

use super::clock::DAY_NS;
use crate::model::time::Civil;
use crate::model::{WallKind, WallTime};

/// What makes a written time one of another kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    years: i32,
    shift_ns: i64,
}

impl Change {
    /// From one kind to another; `None` where it cannot be told. `last` is the last of the times, `newest` one of the other kind before them.
    pub(super) fn between(
        from: WallKind,
        to: WallKind,
        offset_s: Option<i32>,
        last: WallTime,
        newest: Option<WallTime>,
    ) -> Option<Self> {
        use WallKind::{Local, LocalWithoutYear, Utc};
        let zone_ns = || Some(i64::from(offset_s?) * 1_000_000_000);
        Some(match (from, to) {
            _ if from == to => Self { years: 0, shift_ns: 0 },
            (Utc, Local) => Self { years: 0, shift_ns: zone_ns()? },
            (Local, Utc) => Self { years: 0, shift_ns: -zone_ns()? },
            (LocalWithoutYear, Local | Utc) => {
                let shift_ns = if to == Utc { -zone_ns()? } else { 0 };
                let newest = newest?;
                let years = Civil::from_ns(newest.0).year - Civil::from_ns(last.0).year;
                let change = Self { years, shift_ns };
                // Nobody pastes what has not happened yet.
                let is_ahead = change.of(last).0 > newest.0.saturating_add(DAY_NS);
                Self { years: years - i32::from(is_ahead), shift_ns }
            }
            _ => return None,
        })
    }

    pub(super) fn of(self, wall: WallTime) -> WallTime {
        let civil = Civil::from_ns(wall.0);
        let moved = WallTime::from_civil(Civil { year: civil.year + self.years, ..civil });
        moved.map_or(WallTime::NONE, |moved| WallTime(moved.0.saturating_add(self.shift_ns)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::super::terminal::FORMAT;
    use super::*;

    #[test]
    fn times_of_several_kinds_become_one_where_the_zone_is_written() {
        let at = |text: &str| {
            let parsed = parse_text(&FORMAT, "unknown", text);
            let offset_s = parsed.stated_offset_s.unwrap_or(0);
            let shift = if parsed.wall_kind == WallKind::Local { i64::from(offset_s) * 1_000_000_000 } else { 0 };
            let shown = |wall: WallTime| crate::model::Timestamp(wall.0 - shift).to_rfc3339();
            let walls = parsed.records.walls();
            walls.map(|wall| if wall.is_some() { shown(wall) } else { "-".into() }).collect::<Vec<_>>()
        };
        const DATE: &str = "$ date\nTue Aug 20 14:41:07 CST 2024\n";
        const ZONED: &str = "$ ceph log last\n2024-08-20T13:36:02.118402+0800 mon.a (mon.0) 1 : cluster [INF] osd.12 failed\n\
            2024-08-20T13:36:05.402117+0800 mon.a (mon.0) 2 : cluster [WRN] Health check failed\n";
        const UTC: &str = "$ kubectl logs -t web-1\n2024-08-20T05:58:20.123Z started\n2024-08-20T05:58:22.123Z here\n";
        const YEARLESS: &str =
            "$ journalctl -u kubelet\nDec 31 23:58:23 n5 kubelet[1]: a\nJan  1 00:00:01 n5 kubelet[1]: b\n";
        let date = "2024-08-20T06:41:07Z";
        let zoned = ["2024-08-20T05:36:02.118402Z", "2024-08-20T05:36:05.402117Z"];
        let utc = ["2024-08-20T05:58:20.123Z", "2024-08-20T05:58:22.123Z"];
        assert_eq!(at(&[DATE, ZONED, UTC].concat()), [&[date][..], &zoned, &utc].concat());
        assert_eq!(at(&[ZONED, DATE, UTC].concat()), [&zoned[..], &[date], &utc].concat());
        // A program that writes UTC says nothing of where it runs.
        assert_eq!(at(&[DATE, UTC].concat()), ["2024-08-20T14:41:07Z", "-", "-"]);
        assert_eq!(at(&[DATE, YEARLESS].concat())[1..], ["2023-12-31T23:58:23Z", "2024-01-01T00:00:01Z"]);
        assert_eq!(at(&[UTC, YEARLESS].concat())[2..], ["-", "-"]);
    }

    #[test]
    fn a_date_is_the_time_of_the_count_right_behind_it() {
        let of = |text: &str| {
            let parsed = parse_text(&FORMAT, "unknown", text);
            let shown = |wall: WallTime| crate::model::Timestamp(wall.0).to_local(0);
            let listed: Vec<_> = parsed.processes.iter().map(|listing| listing.wall.map(shown)).collect();
            (listed, parsed.stated_offset_s, parsed.wall_kind, parsed.lines.failed)
        };
        let at = |text: &str| Some(text.to_owned());
        let (date, count) =
            ("[root@n1 ~]# date\nSun Jul 23 22:10:00 CST 2023\n", "[root@n1 ~]# ps -eLf | wc -l\n301\n");
        let told = at("2023-07-23 22:10:00");
        assert_eq!(of(&[date, count].concat()), (vec![told.clone()], None, WallKind::Local, 0));
        assert_eq!(of(&[date, count, count].concat()).0, [told.clone(), None], "only the next");
        assert_eq!(of(&[date, "[root@n1 ~]# df -h\nno\n", count].concat()).0, [None]);
        assert_eq!(of(&[date, &count.replace("n1", "n2")].concat()).0, [None], "another host");
        let utc = date.replace("# date", "# date -u").replace("22:10:00 CST", "14:10:00 UTC");
        assert_eq!(of(&[&utc, count].concat()), (vec![None], None, WallKind::Utc, 0), "no zone of the host's");
        let zoned = date.replace("CST", "+08");
        let one = "[root@n1 ~]# date; ps -eLf | wc -l\nSun Jul 23 14:10:00 UTC 2023\n301\n";
        assert_eq!(of(&[&zoned, count].concat()), (vec![told], Some(28_800), WallKind::Local, 0));
        assert_eq!(of(&[count, one].concat()), (vec![None, at("2023-07-23 14:10:00")], Some(0), WallKind::Local, 0));
        // Times in UTC came first: without a zone that of `date` is unknown.
        let utc = "[root@n1 ~]# kubectl logs -t web-1\n2023-07-23T14:09:13.1Z a\n2023-07-23T14:09:14.1Z b\n";
        assert_eq!(of(&[utc, date, count].concat()).0, [None]);
        assert_eq!(of(&[utc, &zoned, count].concat()).0, [at("2023-07-23 14:10:00")]);
    }
}
