//! The dialogs, one file each: what stands on it, and what its acts do to the case.

mod cases;
mod comms;
mod export;
mod fixes;
mod opened;
mod redaction;
mod versions;

use super::Desk;
use crate::postmortem::edit::{self, Edit};
use crate::protocol::desk::{Acted, Does, Sheet, SheetButton, SheetKind, SheetRequest};
use crate::text::Texts;

impl Desk {
    /// A dialog as it stands.
    #[must_use]
    pub fn sheet(&self, request: &SheetRequest) -> Sheet {
        let texts = &Texts::new(request.case.lang, request.case.document.offset_s);
        match request.kind {
            SheetKind::Export => export::sheet(request, texts),
            SheetKind::Redaction => redaction::sheet(request, &self.material, texts),
            SheetKind::Comms => comms::sheet(request, &self.material, texts),
            SheetKind::Fixes(action) => fixes::sheet(request, action, &self.material, texts),
            SheetKind::Versions => versions::sheet(request, texts),
            SheetKind::Opened => opened::sheet(request, self.opened.as_ref(), texts),
            SheetKind::Cases => cases::sheet(request, texts),
        }
    }

    /// Does what a dialog offers. An act that is not known, or no longer possible, changes nothing.
    pub fn act(&mut self, request: SheetRequest, act: &str) -> Acted {
        match request.kind {
            SheetKind::Export => export::act(request, act),
            SheetKind::Redaction => redaction::act(request, act),
            SheetKind::Comms | SheetKind::Cases => unchanged(request),
            SheetKind::Fixes(action) => fixes::act(request, action, act, &self.material),
            SheetKind::Versions => versions::act(request, act),
            SheetKind::Opened => opened::act(request, act, &mut self.opened),
        }
    }
}

fn unchanged(request: SheetRequest) -> Acted {
    Acted { case: request.case, ..Acted::default() }
}

/// The case after an edit of its document.
fn edited(mut request: SheetRequest, edit: Edit) -> Acted {
    edit::apply(&mut request.case.document, edit);
    unchanged(request)
}

fn button(label: String, does: Does) -> SheetButton {
    SheetButton { label, does, primary: false }
}

fn primary(label: String, does: Does) -> SheetButton {
    SheetButton { label, does, primary: true }
}
