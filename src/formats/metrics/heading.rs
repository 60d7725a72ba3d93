//! What the heading of a column says of times: that it holds them, and in which zone they are.

use crate::formats::time::parse_offset;

/// How Windows' performance monitor begins its files: `(PDH-CSV 4.0) (China Standard Time)(-480)`; the minutes are those to UTC.
const PDH: &[u8] = b"(PDH-";

/// Names that tools give the time column; what follows in parentheses (`Time (UTC)`) is passed over.
pub(super) fn is_time_name(name: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "time",
        "date",
        "datetime",
        "date time",
        "date_time",
        "timestamp",
        "@timestamp",
        "__timestamp__",
        "timestamp_ms",
        "timestamp_s",
        "_time",
        "ts",
        "epoch",
        "epoch_ms",
        "unixtime",
        "unix_time",
        "时间",
        "时间戳",
        "日期",
        "采集时间",
        "timegenerated",
        "clock",
    ];
    if name.starts_with(PDH) {
        return true;
    }
    let name = memchr::memchr2(b'(', b'[', name).map_or(name, |at| &name[..at]).trim_ascii();
    NAMES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

/// Whether a column is called as what tells processes, users or Zabbix' items apart: its numbers measure nothing.
pub(super) fn is_id_name(name: &str) -> bool {
    ["pid", "tid", "tgid", "lwp", "spid", "uid", "itemid"].iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}

/// Whether a column is called after zones.
pub(super) fn is_zone_name(name: &str) -> bool {
    ["tz", "timezone", "time zone", "time_zone", "utc offset", "时区"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name.trim()))
}

/// The zone that a heading states in brackets (`Time (UTC)`, `TimeGenerated [UTC]`), in seconds east of UTC.
pub(super) fn zone_of_heading(name: &str) -> Option<i32> {
    let mut inside = name.split(['(', '[']).skip(1).filter_map(|part| part.split([')', ']']).next());
    if name.as_bytes().starts_with(PDH) {
        let minutes: i32 = inside.last()?.parse().ok()?;
        return (minutes.abs() <= 14 * 60).then_some(-60 * minutes);
    }
    inside.find_map(|part| zone_of(part.trim().as_bytes()))
}

/// A zone that can be known, in seconds east of UTC: `UTC`, `GMT`, `Z`, `+08:00`, `UTC+8`.
pub(super) fn zone_of(text: &[u8]) -> Option<i32> {
    let named = text.strip_prefix(b"UTC").or_else(|| text.strip_prefix(b"GMT"));
    match named.unwrap_or(text) {
        b"" => named.map(|_| 0),
        [sign @ (b'+' | b'-'), hours @ b'0'..=b'9'] => {
            let east = i32::from(hours - b'0') * 3600;
            Some(if *sign == b'-' { -east } else { east })
        }
        offset => parse_offset(offset).filter(|(_, len)| *len == offset.len()).map(|(offset_s, _)| offset_s),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_zones_that_can_be_known() {
        for (name, zone) in [
            ("Time (UTC)", Some(0)),
            ("TimeGenerated [UTC]", Some(0)),
            ("时间 (UTC+8)", Some(28_800)),
            ("Time (GMT-03:00)", Some(-10_800)),
            ("(PDH-CSV 4.0) (China Standard Time)(-480)", Some(28_800)),
            ("(PDH-CSV 4.0) (Eastern Standard Time)(300)", Some(-18_000)),
            ("Time (CST)", None),
            ("Time (ms)", None),
            ("Time", None),
        ] {
            assert!(is_time_name(name.as_bytes()), "{name}");
            assert_eq!(zone_of_heading(name), zone, "{name}");
        }
        for text in ["", "+", "CST", "UTCx", "+25:00", "+8:00:00"] {
            assert_eq!(zone_of(text.as_bytes()), None, "{text}");
        }
    }
}
