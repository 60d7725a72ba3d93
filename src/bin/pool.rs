//! The workers that read for the engine: as many as the machine has cores to spare, each with a little work ahead.
//!
//! One is always there, others are started when there is enough to read. They end when they held much: a worker's memory never shrinks. One that dies takes the input with it that it was reading; what else it had is read by another.

use std::collections::VecDeque;
use std::rc::Rc;

use debrief::case::Case;
use debrief::model::EvidenceId;
use debrief::protocol::{decode, encode};
use debrief::reading::{Batch, FromReader, ToReader, WARM};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

use super::wire;

/// Readers at most: each holds two slices of 8 MiB.
const MAX_READERS: usize = 4;
/// A reader gets no more work ahead than these.
const AHEAD_BYTES: u64 = 16 << 20;
const AHEAD_JOBS: usize = 128;
/// A reader that read more than this ends when there is nothing left to read.
const HELD_BYTES: u64 = 64 << 20;

/// What a reader says; first which one.
pub(crate) enum Said {
    /// It read something.
    Batches(u32, Vec<u8>),
    /// It died, of the reading of this ticket where it could tell.
    Died(u32, Option<u32>),
}

/// A reading that was given away.
struct Given {
    ticket: u32,
    evidence: EvidenceId,
    bytes: u64,
    is_cancelled: bool,
}

struct Reader {
    key: u32,
    worker: Worker,
    jobs: VecDeque<Given>,
    bytes_given: u64,
    /// Kept as long as the worker may call it.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Reader {
    fn ahead(&self) -> u64 {
        self.jobs.iter().map(|job| job.bytes).sum()
    }

    fn has_room(&self) -> bool {
        self.jobs.len() < AHEAD_JOBS && self.ahead() < AHEAD_BYTES
    }

    fn post(&self, message: &ToReader, files: &Array) {
        let (message, transfer) = wire::message(&encode(message), files);
        if let Err(error) = self.worker.post_message_with_transfer(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    }
}

/// The workers.
pub(crate) struct Pool {
    readers: Vec<Reader>,
    max_readers: usize,
    last_key: u32,
    last_ticket: u32,
    is_paused: bool,
    hear: Rc<dyn Fn(Said)>,
}

impl Pool {
    /// No worker yet; `hear` is told what they say.
    pub(crate) fn new(hear: impl Fn(Said) + 'static) -> Self {
        // One core is left to the page and the engine.
        let n_cores = wire::scope().navigator().hardware_concurrency() as usize;
        let max_readers = n_cores.saturating_sub(1).clamp(1, MAX_READERS);
        Self { readers: Vec::new(), max_readers, last_key: 0, last_ticket: 0, is_paused: false, hear: Rc::new(hear) }
    }

    /// Starts a worker before there is something to read: the next file does not wait for it.
    pub(crate) fn warm(&mut self) {
        if self.readers.is_empty() {
            let first = self.spawn();
            self.readers.extend(first);
            self.readers.iter().for_each(|reader| reader.post(&ToReader::Warm, &Array::new()));
        }
    }

    /// Gives away what waits, and takes away what is no longer wanted.
    pub(crate) fn give(&mut self, case: &mut Case, handles: &[Blob]) {
        for reader in &mut self.readers {
            let mut unwanted = Vec::new();
            for job in reader.jobs.iter_mut().filter(|job| !job.is_cancelled && !case.awaits(job.evidence, job.ticket))
            {
                job.is_cancelled = true;
                unwanted.push(job.ticket);
            }
            unwanted.into_iter().for_each(|ticket| reader.post(&ToReader::Cancel(ticket), &Array::new()));
        }
        while !self.is_paused {
            let mut next = None;
            let mut jobs = Vec::new();
            let files = Array::new();
            while next.as_ref().is_none_or(|index| self.readers.get(*index).is_some_and(Reader::has_room)) {
                let ticket = self.last_ticket.wrapping_add(1);
                let Some((evidence, job)) = case.give(ticket) else { break };
                self.last_ticket = ticket;
                let Some(index) = next.or_else(|| self.idlest()) else {
                    case.take_back(evidence, ticket);
                    break;
                };
                next = Some(index);
                let Some(blob) = handles.get(evidence.0 as usize) else {
                    case.lose(evidence, ticket);
                    continue;
                };
                let bytes = blob.size() as u64;
                let reader = &mut self.readers[index];
                reader.bytes_given += bytes;
                reader.jobs.push_back(Given { ticket, evidence, bytes, is_cancelled: false });
                files.push(blob);
                jobs.push((ticket, job));
            }
            let Some(reader) = next.filter(|_| !jobs.is_empty()).and_then(|index| self.readers.get(index)) else {
                break;
            };
            reader.post(&ToReader::Read(jobs), &files);
        }
    }

    /// Hands on what came of an input of which there is more.
    pub(crate) fn grow(&self, evidence: EvidenceId, files: &Array, is_whole: bool) {
        for reader in &self.readers {
            for job in reader.jobs.iter().filter(|job| job.evidence == evidence && !job.is_cancelled) {
                reader.post(&ToReader::Grow { ticket: job.ticket, is_whole }, files);
            }
        }
    }

    /// Holds all reading, or lets it go on where it was.
    pub(crate) fn pause(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
        self.readers.iter().for_each(|reader| reader.post(&ToReader::Pause(is_paused), &Array::new()));
    }

    /// Stops reading one input or all; their last batches still come.
    pub(crate) fn cancel(&mut self, evidence: Option<EvidenceId>) {
        for reader in &self.readers {
            let meant = reader.jobs.iter().filter(|job| evidence.is_none_or(|id| id == job.evidence));
            meant.for_each(|job| reader.post(&ToReader::Cancel(job.ticket), &Array::new()));
        }
    }

    /// Hands what a reader said to the case; gives the samples it read to get ready.
    pub(crate) fn hear(&mut self, said: Said, case: &mut Case) -> Vec<Batch> {
        let mut samples = Vec::new();
        match said {
            Said::Batches(key, bytes) => {
                let Some(reader) = self.readers.iter_mut().find(|reader| reader.key == key) else { return samples };
                let Some(FromReader(batches)) = decode(&bytes) else { return samples };
                for (ticket, batch) in batches {
                    if ticket == WARM {
                        samples.push(batch);
                        continue;
                    }
                    let Some(at) = reader.jobs.iter().position(|job| job.ticket == ticket) else { continue };
                    let evidence = reader.jobs[at].evidence;
                    if batch.rest.is_some() {
                        reader.jobs.remove(at);
                    }
                    case.take(evidence, ticket, batch);
                }
            }
            Said::Died(key, ticket) => {
                let Some(index) = self.readers.iter().position(|reader| reader.key == key) else { return samples };
                let reader = self.readers.remove(index);
                reader.worker.terminate();
                let blamed = ticket.or_else(|| reader.jobs.front().map(|job| job.ticket));
                for job in reader.jobs {
                    if blamed == Some(job.ticket) {
                        case.lose(job.evidence, job.ticket);
                    } else {
                        case.take_back(job.evidence, job.ticket);
                    }
                }
            }
        }
        if !case.is_reading() {
            let before = self.readers.len();
            self.readers.retain(|reader| {
                let stays = reader.bytes_given <= HELD_BYTES;
                if !stays {
                    reader.worker.terminate();
                }
                stays
            });
            if self.readers.len() < before {
                self.warm();
            }
        }
        samples
    }

    /// The reader with the least to do, another one where all have enough to do; `None` where no more may be given.
    fn idlest(&mut self) -> Option<usize> {
        let least = (0..self.readers.len()).min_by_key(|index| self.readers[*index].ahead());
        let is_idle = least.is_some_and(|index| self.readers[index].jobs.is_empty());
        if !is_idle && self.readers.len() < self.max_readers {
            let another = self.spawn()?;
            self.readers.push(another);
            return Some(self.readers.len() - 1);
        }
        least.filter(|index| self.readers[*index].has_room())
    }

    fn spawn(&mut self) -> Option<Reader> {
        self.last_key += 1;
        let key = self.last_key;
        // `boot.js` gives it to the engine.
        let spawn: Function = Reflect::get(&wire::scope(), &"debriefSpawnReader".into()).ok()?.dyn_into().ok()?;
        let worker: Worker = spawn.call0(&JsValue::NULL).ok()?.dyn_into().ok()?;
        let hear = Rc::clone(&self.hear);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |ev: MessageEvent| {
            let data = ev.data();
            let died = Reflect::get(&data, &"died".into()).unwrap_or_default();
            if died.is_undefined() {
                hear(Said::Batches(key, wire::parts(&data).0));
            } else {
                hear(Said::Died(key, died.as_f64().map(|ticket| ticket as u32)));
            }
        });
        let hear = Rc::clone(&self.hear);
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |ev: ErrorEvent| {
            // Or it is an error of the engine as well.
            ev.prevent_default();
            hear(Said::Died(key, None));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let jobs = VecDeque::new();
        Some(Reader { key, worker, jobs, bytes_given: 0, _on_message: on_message, _on_error: on_error })
    }
}
