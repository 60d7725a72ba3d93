//! What a person chooses about the evidence: how an input is read, whether it takes part, the zone of the case. Each choice is a step of undo,
//! in one order with the document's.

use debrief::model::EvidenceId;
use debrief::protocol::{Choices, Request};

use super::Engine;
use crate::app::inputs::Chosen;

impl Engine {
    /// What a person corrected about an input.
    pub(crate) fn choices(&self, id: EvidenceId) -> Choices {
        self.0.borrow().inputs.get(id.0 as usize).map(|input| input.choices.clone()).unwrap_or_default()
    }

    /// Corrects an input. Can be undone, like all that a person chooses.
    pub(crate) fn choose(&self, id: EvidenceId, choices: Choices) {
        if let Some(Chosen::Input(_, _, removed, former)) = self.chosen_of(id) {
            self.change(Chosen::Input(id, choices, removed, former));
        }
    }

    /// Takes an input out or puts it back.
    pub(crate) fn set_removed(&self, id: EvidenceId, removed: bool) {
        if let Some(Chosen::Input(_, choices, _, former)) = self.chosen_of(id) {
            // What is put back is of this case from now on.
            self.change(Chosen::Input(id, choices, removed, former && removed));
        }
    }

    /// Sets the zone of the case.
    pub(crate) fn set_zone(&self, zone: Option<i32>) {
        self.change(Chosen::Zone(zone));
    }

    /// Inputs that a person took out.
    pub(crate) fn taken_out(&self) -> Vec<EvidenceId> {
        let inner = self.0.borrow();
        let all = (0..).map(EvidenceId).zip(&inner.inputs);
        all.filter(|(_, input)| input.removed).map(|(id, _)| id).collect()
    }

    fn chosen_of(&self, id: EvidenceId) -> Option<Chosen> {
        let inner = self.0.borrow();
        let input = inner.inputs.get(id.0 as usize)?;
        Some(Chosen::Input(id, input.choices.clone(), input.removed, input.former))
    }

    /// How at present is what was chosen so at another time.
    pub(crate) fn chosen(&self, then: &Chosen) -> Chosen {
        match then {
            Chosen::Input(id, ..) => self.chosen_of(*id).unwrap_or_else(|| then.clone()),
            Chosen::Zone(_) => Chosen::Zone(self.0.borrow().zone),
        }
    }

    /// A person chooses: a step of undo.
    fn change(&self, chosen: Chosen) {
        let before = self.chosen(&chosen);
        if let Some(app) = self.app()
            && before != chosen
        {
            app.remember(before);
            self.put(chosen);
        }
    }

    /// Puts in place what a person chooses, or chose once.
    pub(crate) fn put(&self, chosen: Chosen) {
        match (self.chosen(&chosen), chosen) {
            (Chosen::Input(_, choices, was_removed, _), Chosen::Input(id, chosen, removed, former)) => {
                if let Some(input) = self.0.borrow_mut().inputs.get_mut(id.0 as usize) {
                    (input.choices, input.removed, input.former) = (chosen.clone(), removed, former);
                }
                if choices != chosen {
                    self.tell(Request::Choose(id, chosen));
                }
                if was_removed != removed {
                    self.tell(Request::SetRemoved(id, removed));
                }
            }
            (_, Chosen::Zone(zone)) => {
                self.0.borrow_mut().zone = zone;
                if let Some(app) = self.app() {
                    app.zone_choice.set(zone);
                }
                self.tell(Request::SetZone(zone));
            }
            _ => {}
        }
        self.inputs_changed();
    }

    /// What is chosen, in a few words: the input's path, or that it is the zone.
    pub(crate) fn name(&self, chosen: &Chosen) -> String {
        match chosen {
            Chosen::Input(id, ..) => {
                self.0.borrow().inputs.get(id.0 as usize).map(|input| input.path.clone()).unwrap_or_default()
            }
            Chosen::Zone(_) => self.app().map(|app| app.t("page-zone")).unwrap_or_default(),
        }
    }
}
