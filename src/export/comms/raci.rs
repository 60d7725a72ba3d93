//! Who does what. Exactly one party answers for each piece of work (A); the incident's leads stand in the heads where the document names them.

use crate::postmortem::Field;

use super::{Desk, Sheet};

/// Parties, by the message id of their name.
const PARTIES: [&str; 5] =
    ["comms-party-sre", "comms-party-dev", "comms-party-network", "comms-party-storage", "comms-party-management"];

/// Pieces of work, by the message id of their name, and each party's part in it.
pub(super) const WORK: [(&str, [&str; 5]); 6] = [
    ("comms-work-triage", ["R/A", "C", "C", "C", "I"]),
    ("comms-work-mitigation", ["R/A", "R", "C", "C", "I"]),
    ("comms-work-cause-application", ["C", "R/A", "C", "C", "I"]),
    ("comms-work-cause-network", ["C", "C", "R/A", "C", "I"]),
    ("comms-work-cause-storage", ["C", "C", "C", "R/A", "I"]),
    ("comms-work-follow-up", ["R", "R", "R", "R", "A"]),
];

impl Desk<'_> {
    pub(super) fn raci(&self) -> Sheet {
        let head = self.texts.with("comms-raci-head", &[("symptom", self.symptom().into())]);
        let mut heads = vec![self.get("comms-work")];
        heads.extend(PARTIES.iter().map(|party| self.party(&self.get(party))));
        let row = |(name, parts): &(&str, [&str; 5])| {
            std::iter::once(self.get(name)).chain(parts.iter().map(|part| (*part).to_owned())).collect()
        };
        let lines = vec![self.line("comms-legend", vec![self.get("comms-legend-text")])];
        Sheet { head, lines, table: Some((heads, WORK.iter().map(row).collect())), on_one_line: false }
    }

    /// A party with who leads it, where the document's leads say `party: name`.
    fn party(&self, party: &str) -> String {
        let leads = self.document.field(Field::Leads).split([';', '；', '\n', ',', '，', '、']);
        let mut named = leads.filter_map(|lead| lead.split_once([':', '：']));
        let name = named.find(|(role, _)| role.trim().eq_ignore_ascii_case(party)).map(|(_, name)| name.trim());
        match name.filter(|name| !name.is_empty()) {
            Some(name) => format!("{party} ({name})"),
            None => party.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WORK;

    #[test]
    fn exactly_one_party_answers_for_each_piece_of_work() {
        for (work, parts) in WORK {
            assert_eq!(parts.iter().filter(|part| part.contains('A')).count(), 1, "{work}");
        }
    }
}
