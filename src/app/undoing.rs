//! Undo and redo: one order over what a person wrote and what they chose about the evidence.

use debrief::postmortem::Document;
use debrief::postmortem::history::{History, Went};

use super::inputs::Chosen;
use super::state::{App, Tone};

/// A step back or forward.
type Step = fn(&mut History<Chosen>, &mut Document, &dyn Fn(&Chosen) -> Chosen) -> Option<Went<Chosen>>;

/// The name of the panel on which two states of the document differ.
fn panel_of_change(before: &Document, now: &Document) -> &'static str {
    if before.events != now.events {
        "page-panel-timeline"
    } else if before.whys != now.whys {
        "page-panel-whys"
    } else {
        "page-panel-postmortem"
    }
}

impl App {
    /// Remembers how something about the evidence is that a person is about to change.
    pub(crate) fn remember(self, before: Chosen) {
        self.history.update(|history| history.beside(before));
    }

    /// Takes the last change back, of the document or of the evidence, and says which.
    pub(crate) fn undo(self) {
        self.travel(History::undo, "page-undone");
    }

    /// Makes it again.
    pub(crate) fn redo(self) {
        self.travel(History::redo, "page-redone");
    }

    fn travel(self, step: Step, said: &str) {
        let (mut document, engine) = (self.document.get_untracked(), self.engine());
        let went = self.history.try_update(|history| step(history, &mut document, &|then| engine.chosen(then)));
        let what = match went.flatten() {
            Some(Went::Document) => {
                let panel = self.document.with_untracked(|before| panel_of_change(before, &document));
                self.document.set(document);
                self.t(panel)
            }
            Some(Went::Beside(chosen)) => {
                let name = engine.name(&chosen);
                engine.put(chosen);
                name
            }
            None => return,
        };
        // What they tell of is no longer so.
        self.notices.update(|notices| notices.retain(|notice| !notice.is_undoable()));
        self.notify(Tone::Done, self.with(said, &[("what", what.into())]));
    }

    /// Whether there is something to take back.
    pub(crate) fn can_undo(self) -> bool {
        self.history.with(History::can_undo)
    }

    /// Whether there is something to make again.
    pub(crate) fn can_redo(self) -> bool {
        self.history.with(History::can_redo)
    }
}
