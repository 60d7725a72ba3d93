//! Whether the times of an input have zones: the first record decides, a line that differs has no time.

use super::json_fields::Told;
use crate::evidence::Line;
use crate::formats::Parsed;
use crate::model::{IssueCode, WallKind, WallTime};

/// What is known of an input's zones so far.
#[derive(Default)]
pub(super) struct Zones {
    kind: Option<WallKind>,
}

impl Zones {
    /// What the times lack; they are none where no line has one.
    pub(super) fn kind(&self) -> WallKind {
        self.kind.unwrap_or(WallKind::Unclocked)
    }

    /// The time of a record; what should be one and is none is counted.
    pub(super) fn wall(&mut self, time: Option<Told>, is_bad: bool, line: &Line<'_>, out: &mut Parsed) -> WallTime {
        let told = time.map(|told| match told {
            Told::Utc(wall) => (WallKind::Utc, wall),
            Told::Local(wall) => (WallKind::Local, wall),
        });
        match told {
            Some((kind, wall)) if *self.kind.get_or_insert(kind) == kind => return wall,
            None if !is_bad => return WallTime::NONE,
            _ => {}
        }
        out.issues.add(IssueCode::BadTime, line.number, line.offset);
        WallTime::NONE
    }
}
