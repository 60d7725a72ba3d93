//! What the journal's outputs with whole dates share: records that begin with a time, a host and an identifier, and remarks (`-- Reboot --`).

use super::super::time::Stamp;
use super::super::{Head, Parsed};
use super::envelope::read_envelope;
use super::message::{InnerClock, read_message};
use super::{Verdict, share_of_heads};
use crate::evidence::Line;
use crate::model::{IssueCode, WallTime};

/// A remark of the journal's own.
const REMARK: &[u8] = b"-- ";

/// The share of a head's lines that are records or remarks; 0 where none is a record.
pub(super) fn share_of_records(head: &Head<'_>, is_record: impl Fn(&[u8]) -> bool) -> u8 {
    let mut n_records = 0;
    let share = share_of_heads(head, |line| {
        let is_record = is_record(line);
        n_records += u32::from(is_record);
        is_record || line.starts_with(REMARK)
    });
    if n_records > 0 { share } else { 0 }
}

/// Reads records. The first decides whether times have zones; a line that differs keeps its place and has no time.
#[derive(Default)]
pub(super) struct Records {
    inner: InnerClock,
    /// Whether times have zones; known from the first record on.
    pub(super) is_zoned: Option<bool>,
}

impl Records {
    /// Reads a line whose time was read.
    pub(super) fn read(&mut self, stamp: Option<Stamp>, line: &Line<'_>, out: &mut Parsed) -> Verdict {
        let Some(stamp) = stamp else {
            return if line.bytes.starts_with(REMARK) { Verdict::Skipped } else { Verdict::Headless };
        };
        let Some(envelope) = read_envelope(&line.bytes[stamp.len..]) else { return Verdict::Continuation };
        let message = read_message(envelope.message);
        let is_zoned = *self.is_zoned.get_or_insert(stamp.offset_s.is_some());
        let wall = if is_zoned == stamp.offset_s.is_some() {
            let local = message.time.map_or(stamp.wall, |inner| self.inner.event_at(stamp.wall, &inner));
            Stamp { wall: local, ..stamp }.utc().unwrap_or(local)
        } else {
            out.issues.add(IssueCode::BadTime, line.number, line.offset);
            WallTime::NONE
        };
        out.records.push(line.number, wall, message.level, envelope.source);
        Verdict::Record
    }
}
