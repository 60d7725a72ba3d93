//! Year and zone of a log whose times have neither, from a message that states the second of its own line in full:
//! `Jan  9 19:48:52 node-1 kubelet[1]: … LastHeartbeatTime:2021-01-09 19:48:52.460628029 +0800 CST …`.

use super::super::time::{Yearless, parse_iso};
use crate::formats::Parsed;
use crate::model::WallTime;
use crate::model::memmem::find;
use crate::model::time::{Civil, PLACEHOLDER_YEAR};

/// Lines at the beginning that are looked at for it.
const MAX_LOOKED: u32 = 500;

/// Looks for it until it is found.
#[derive(Default)]
pub(super) struct OwnSecond {
    n_looked: u32,
}

impl OwnSecond {
    /// Looks at the message of the next line, which is of this time and has this place among the years.
    #[inline]
    pub(super) fn look(&mut self, message: &[u8], time: &Yearless, wall: Option<WallTime>, out: &mut Parsed) {
        if self.n_looked < MAX_LOOKED && out.stated_offset_s.is_none() {
            self.n_looked += 1;
            look(message, time, wall, out);
        }
    }
}

#[cold]
fn look(message: &[u8], time: &Yearless, wall: Option<WallTime>, out: &mut Parsed) {
    if let Some((year, offset_s)) = in_full(message, time) {
        let turns = wall.map(|wall| Civil::from_ns(wall.0).year - PLACEHOLDER_YEAR);
        out.stated_offset_s = Some(offset_s);
        out.stated_year = out.stated_year.or(turns.map(|turns| year - turns));
    }
}

/// Year and zone of a time in a message that is, to the second, the one its line begins with. It has a fraction, as what programs print of the
/// moment: a whole second may be when something ends that was made now, a certificate in a year or a token in as many hours as the zone is off.
fn in_full(message: &[u8], time: &Yearless) -> Option<(i32, i32)> {
    const NS_PER_SECOND: i64 = 1_000_000_000;
    if find(message, b"xpir").is_some() {
        return None;
    }
    (0..message.len()).find_map(|at| {
        let stamp = parse_iso(&message[at..]).filter(|_| matches!(message.get(at + 19), Some(b'.' | b',')))?;
        let civil = Civil::from_ns(stamp.wall.0);
        let second = i64::from((civil.hour * 60 + civil.minute) * 60 + civil.second);
        let is_same = (civil.month, civil.day, second) == (time.month, time.day, time.of_day_ns / NS_PER_SECOND);
        Some((civil.year, stamp.offset_s.filter(|_| is_same)?))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{journal_short, klog, syslog};
    use super::*;
    use crate::evidence::Block;
    use crate::formats::{Format, Head};
    use crate::model::EvidenceId;

    fn stated(format: &Format, text: &str) -> (Option<i32>, Option<i32>) {
        let head = Head { bytes: text.as_bytes(), name: "unknown", complete: true };
        let (mut parser, mut out) = ((format.parser)(EvidenceId(0), &head), Parsed::default());
        parser.feed(&Block { bytes: text.as_bytes(), offset: 0, first_line: 1 }, &mut out);
        parser.finish(&mut out);
        (out.stated_year, out.stated_offset_s)
    }

    #[test]
    fn a_line_that_states_its_own_second_in_full_says_year_and_zone() {
        let full = "seen 2021-01-09 19:48:52.46 +0800 CST m=+1.2";
        let known = (Some(2021), Some(28_800));
        for (format, line) in [
            (&journal_short::FORMAT, "Jan  9 19:48:52 node-1 app[1]: "),
            (&journal_short::FORMAT, "Jan  9 19:48:52 node-1 kubelet[1]: I0109 11:48:52.460700    1 a.go:1] "),
            (&syslog::FORMAT, "<30>Jan  9 19:48:52 node-1 app[1]: "),
            (&klog::FORMAT, "I0109 19:48:52.460700    1123 a.go:1] "),
        ] {
            assert_eq!(stated(format, &format!("{line}{full}\n")), known, "{line}");
            assert_eq!(stated(format, &format!("{line}seen 2021-01-09 19:48:53 +0800\n")), (None, None), "{line}");
            assert_eq!(stated(format, &format!("{line}seen 2021-01-09 19:48:52\n")), (None, None), "{line}");
            for end in
                ["Certificate expiration is 2022-01-09 19:48:52.46 +0000 UTC", "valid until 2021-01-09T19:48:52Z"]
            {
                assert_eq!(stated(format, &format!("{line}{end}\n")), (None, None), "{line}{end}");
            }
            let late = format!("{}{line}{full}\n", format!("{line}on\n").repeat(MAX_LOOKED as usize));
            assert_eq!(stated(format, &late), (None, None), "{line}");
        }
    }

    #[test]
    fn the_year_is_that_of_the_first_line() {
        let text =
            "I1231 23:59:58.000000    1123 a.go:1] on\nI0101 00:00:02.000000    1123 a.go:1] 2021-01-01T00:00:02.5Z\n";
        assert_eq!(stated(&klog::FORMAT, text), (Some(2020), Some(0)));
        let created = format!("Log file created at: 2019/12/31 21:59:58\n{text}");
        assert_eq!(stated(&klog::FORMAT, &created), (Some(2019), Some(0)), "what the file says of itself counts");
        // The inner clock of the first line behind the turn is of the year before.
        let late = "Jan  1 00:00:02 node-1 app[1]: I1231 23:59:58.000000    1 a.go:1] 2021-01-01T00:00:02.5Z\n";
        assert_eq!(stated(&journal_short::FORMAT, late), (Some(2021), Some(0)));
    }
}
