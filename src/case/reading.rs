//! Reading what was added: here, slice by slice, or by others who hand in what they read.

use std::num::NonZeroUsize;

use super::Case;
use super::input::Input;
use crate::evidence::Source;
use crate::evidence::guard::SLICE_BYTES;
use crate::model::{EvidenceId, Issues};
use crate::protocol::Progress;
use crate::reading::{Batch, Job};

/// What a turn of reading did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read a slice; more is waiting.
    Working,
    /// An evidence was just finished; its state is news.
    Finished(EvidenceId),
    /// Nothing waits.
    Idle,
}

impl Case {
    /// Reads the next slice (at most 8 MiB) of the first input that is not read to its end.
    pub fn step(&mut self) -> Step {
        self.skip_read();
        let slice_bytes = self.slice_bytes.map_or(SLICE_BYTES, NonZeroUsize::get);
        let Some(input) = self.inputs.get_mut(self.unread_from) else {
            if self.n_unclocked > 0 {
                self.set_clocks();
            }
            return Step::Idle;
        };
        input.step(&mut self.buffer, slice_bytes);
        if input.is_unread() {
            return Step::Working;
        }
        let id = input.meta.id;
        self.finished();
        Step::Finished(id)
    }

    /// Gives the reading of the first input away that waits, to whoever answers under a ticket of its own by [`Case::take`].
    pub fn give(&mut self, ticket: u32) -> Option<(EvidenceId, Job)> {
        self.skip_read();
        let waiting = self.inputs.iter_mut().skip(self.unread_from);
        waiting.map(|input| (input.meta.id, input)).find_map(|(id, input)| Some((id, input.give(ticket)?)))
    }

    /// More of an input is to come than there is: it is being unpacked. Told before it is given away.
    pub fn grows(&mut self, id: EvidenceId) {
        if let Some(input) = self.input_mut(id) {
            input.grows = true;
        }
    }

    /// There is more of an input that grows; with `noted`, what unpacking found wrong with it, there is all of it. One that became so large
    /// that only some of its records are kept is read from its beginning once more.
    pub fn grow(&mut self, id: EvidenceId, source: Box<dyn Source>, noted: Option<Issues>) {
        let index_from = self.index_from();
        let Some(input) = self.input_mut(id).filter(|input| input.grows) else { return };
        let is_large = source.len() >= index_from;
        input.grow(source);
        if let Some(noted) = noted {
            (input.grows, input.noted) = (false, noted);
            if is_large && !input.is_indexed && input.is_unread() {
                input.is_indexed = true;
                input.reread();
                self.unread_from = self.unread_from.min(id.0 as usize);
            }
        }
    }

    /// Takes what was read of an input under a ticket; whether it is still wanted, and is not when the input is to be read otherwise.
    pub fn take(&mut self, id: EvidenceId, ticket: u32, batch: Batch) -> bool {
        let Some(input) = self.input_mut(id).filter(|input| input.awaits(ticket)) else { return false };
        input.take(batch);
        self.concluding = None;
        if !self.input(id).is_some_and(Input::is_unread) {
            self.finished();
        }
        true
    }

    /// Whoever had an input to read read nothing of it: it waits again.
    pub fn take_back(&mut self, id: EvidenceId, ticket: u32) {
        if let Some(input) = self.input_mut(id).filter(|input| input.awaits(ticket)) {
            input.take_back();
            self.unread_from = self.unread_from.min(id.0 as usize);
        }
    }

    /// Whoever read an input died of it.
    pub fn lose(&mut self, id: EvidenceId, ticket: u32) {
        if let Some(input) = self.input_mut(id).filter(|input| input.awaits(ticket)) {
            input.lose();
            self.finished();
        }
    }

    /// Whether an input is still to be read under a ticket.
    #[must_use]
    pub fn awaits(&self, id: EvidenceId, ticket: u32) -> bool {
        self.input(id).is_some_and(|input| input.awaits(ticket))
    }

    /// An archive may hold a hundred thousand inputs: those that are read are not gone through for each of them.
    fn skip_read(&mut self) {
        let read = self.inputs.iter().skip(self.unread_from).take_while(|input| !input.is_unread());
        self.unread_from += read.count();
    }

    /// An input was just finished. All clocks are not set anew for each of a hundred thousand.
    fn finished(&mut self) {
        self.unsettle();
        self.n_unclocked += 1;
        if self.n_unclocked * 16 >= self.inputs.len() {
            self.set_clocks();
        }
    }

    /// The input that is read, or waits to be read next.
    #[must_use]
    pub fn reading(&self) -> Option<EvidenceId> {
        self.inputs.iter().skip(self.unread_from).find(|input| input.is_unread()).map(|input| input.meta.id)
    }

    /// Reads everything that waits.
    pub fn read_all(&mut self) {
        while self.step() != Step::Idle {}
        // Lists of the inputs may be asked for before any conclusion.
        self.set_hosts();
    }

    /// Whether an input waits or is being read.
    pub fn is_reading(&mut self) -> bool {
        self.skip_read();
        self.unread_from < self.inputs.len()
    }

    /// How far reading is; the rate is left to the caller, who has a clock.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let read = self.inputs.iter().map(|input| input.meta.bytes_read);
        // Of what was cancelled or refused no more is to come.
        let due = |input: &Input| if input.is_unread() { input.meta.bytes } else { input.meta.bytes_read };
        let all = self.inputs.iter().map(due);
        let idle = !self.inputs.iter().any(Input::is_unread);
        Progress { bytes_done: read.sum(), bytes_total: all.sum(), bytes_per_second: 0.0, concluded: None, idle }
    }

    /// Stops reading one input or all; what was read stays in the analysis.
    pub fn cancel(&mut self, id: Option<EvidenceId>) {
        for input in self.inputs.iter_mut().filter(|input| id.is_none_or(|id| input.meta.id == id)) {
            input.cancel();
        }
        self.unsettle();
        self.set_clocks();
    }
}
