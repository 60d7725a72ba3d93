//! Which inputs of two cases are the same evidence.

use std::collections::BTreeMap;

use crate::model::EvidenceId;
use crate::postmortem::Document;
use crate::postmortem::saved::SavedInput;

/// Gives an input to every citation that names one which is not listed: what a citation knows of it, and no more.
pub(super) fn complete(document: &mut Document, inputs: &mut Vec<SavedInput>) {
    let n_known = inputs.len();
    let mut added: BTreeMap<EvidenceId, EvidenceId> = BTreeMap::new();
    document.for_each_citation(&mut |citation| {
        let id = citation.locator.evidence;
        if id.0 as usize >= n_known {
            citation.locator.evidence = *added.entry(id).or_insert_with(|| {
                let (path, digest) = (citation.path.clone(), citation.digest.clone());
                push(inputs, SavedInput { path, digest, ..SavedInput::default() })
            });
        }
    });
}

/// Adds what only they have to our inputs, and gives for each of theirs which of ours it is: the same bytes by digest, else the same path and
/// size where one digest is not known.
pub(super) fn unite(ours: &mut Vec<SavedInput>, theirs: &[SavedInput]) -> Vec<EvidenceId> {
    let n_ours = ours.len();
    let mut taken = vec![false; n_ours];
    let mut found: Vec<Option<usize>> = Vec::new();
    // The very same first, one for one: a case may list an input twice.
    for input in theirs {
        let is_same =
            |own: &SavedInput| own.path == input.path && own.bytes == input.bytes && own.digest == input.digest;
        let at = (0..n_ours).find(|&at| taken.get(at) == Some(&false) && ours.get(at).is_some_and(is_same));
        if let Some(taken) = at.and_then(|at| taken.get_mut(at)) {
            *taken = true;
        }
        found.push(at);
    }
    let mut ids = Vec::new();
    for (input, found) in theirs.iter().zip(found) {
        let own = ours.get(..n_ours).unwrap_or_default();
        let same_bytes = || own.iter().position(|own| own.digest.is_some() && own.digest == input.digest);
        let same_place = || {
            let unsure = |own: &SavedInput| own.digest.is_none() || input.digest.is_none();
            let is_it = |own: &SavedInput| own.path == input.path && own.bytes == input.bytes && unsure(own);
            own.iter().zip(&taken).position(|(own, taken)| !taken && is_it(own))
        };
        let at = found.or_else(same_bytes).or_else(same_place);
        ids.push(match at.and_then(|at| Some((at, ours.get_mut(at)?, taken.get_mut(at)?))) {
            Some((at, own, taken)) => {
                // With their digest it is from now on the very same.
                *taken |= own.digest.is_none() && input.digest.is_some();
                own.digest = own.digest.take().or_else(|| input.digest.clone());
                EvidenceId(u32::try_from(at).unwrap_or(u32::MAX))
            }
            None => push(ours, input.clone()),
        });
    }
    ids
}

fn push(inputs: &mut Vec<SavedInput>, input: SavedInput) -> EvidenceId {
    inputs.push(input);
    EvidenceId(u32::try_from(inputs.len() - 1).unwrap_or(u32::MAX))
}
