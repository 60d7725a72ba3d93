//! Which items of two documents are the same item.

/// What an item is known by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) id: u32,
    /// Key of the suggestion it came from.
    pub(super) from: Option<String>,
    /// What it is about: an open question and its answer share this.
    pub(super) about: String,
    /// What it says. Empty where it says nothing: then it is no loss.
    pub(super) said: String,
    /// Whether it waits for an answer.
    pub(super) is_open: bool,
}

impl Key {
    /// Items of two different suggestions are not the same, whatever they say.
    fn fits(&self, other: &Self) -> bool {
        self.from.is_none() || other.from.is_none() || self.from == other.from
    }

    fn is_one_that_both_wrote(&self, other: &Self) -> bool {
        self.id == other.id
            && self.from.is_none()
            && other.from.is_none()
            && !self.said.is_empty()
            && self.said == other.said
    }
}

/// The highest identity under which both wrote the same words. Two documents that come from one share the identities up to there; above, the
/// same number may stand for two things. 0 where nothing shows a common origin.
pub(super) fn common(ours: &[Key], theirs: &[Key]) -> u32 {
    let both = theirs.iter().filter(|their| ours.iter().any(|own| own.is_one_that_both_wrote(their)));
    both.map(|their| their.id).max().unwrap_or(0)
}

/// For each of theirs the position of ours that is the same item. Each is the same as at most one, and the sure ones go first, so that merging
/// again finds what the first time made.
pub(super) fn pair(ours: &[Key], theirs: &[Key], common: u32) -> Vec<Option<usize>> {
    type Same<'a> = &'a dyn Fn(&Key, &Key) -> bool;
    let mut taken = vec![false; ours.len()];
    let mut pairs = vec![None; theirs.len()];
    let sure: [Same<'_>; 5] = [
        &|own, their| own == their,
        &|own, their| own.from.is_some() && own.from == their.from,
        &|own, their| own.id == their.id && own.id <= common && own.fits(their),
        &|own, their| !own.said.is_empty() && own.said == their.said && own.fits(their),
        &|own, their| {
            !own.about.is_empty() && own.about == their.about && (own.is_open || their.is_open) && own.fits(their)
        },
    ];
    for same in sure {
        for (their, pair) in theirs.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
            let free = ours.iter().enumerate().filter(|(at, own)| taken.get(*at) == Some(&false) && same(own, their));
            *pair = free.min_by_key(|(_, own)| own.id).map(|(at, _)| at);
            if let Some(taken) = pair.and_then(|at| taken.get_mut(at)) {
                *taken = true;
            }
        }
    }
    pairs
}
