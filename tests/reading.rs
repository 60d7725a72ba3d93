//! Inputs that are read elsewhere: what comes in batches, over a wire, is what reading on the spot gives.

use std::cell::Cell;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use debrief::case::Case;
use debrief::evidence::guard::HEAD_BYTES;
use debrief::evidence::{MemorySource, ReadError, Source};
use debrief::model::{EvidenceId, EvidenceState, IssueCode, Issues, Level, Timestamp};
use debrief::protocol::{Choices, decode, encode};
use debrief::reading::{FromReader, Job, Reading, Scout, ToReader};

/// So few that a table takes several batches.
const BATCH_VALUES: usize = 30;
const SLICE: usize = 2_000;

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_none_or(|end| end != "snap") {
            found.push((path.to_string_lossy().into_owned(), std::fs::read(&path).unwrap()));
        }
    }
}

/// One of every format, and the example.
fn inputs() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&root.join("tests/fixtures/formats"), &mut found);
    files(&root.join("tests/fixtures/hostile"), &mut found);
    files(&root.join("public/examples/incident-a"), &mut found);
    found
}

fn case_of(inputs: &[(String, Vec<u8>)]) -> Case {
    let mut case = Case::new(28_800, Timestamp::from_seconds(1_790_000_000));
    for (name, bytes) in inputs {
        case.add(name, Box::new(MemorySource(bytes.clone())), Choices::default(), false);
    }
    case
}

/// A worker that reads, without the worker.
struct Elsewhere<'a> {
    inputs: &'a [(String, Vec<u8>)],
    readings: VecDeque<(u32, EvidenceId, Reading)>,
    last_ticket: u32,
}

impl<'a> Elsewhere<'a> {
    fn new(inputs: &'a [(String, Vec<u8>)]) -> Self {
        Self { inputs, readings: VecDeque::new(), last_ticket: 0 }
    }

    fn take_one(&mut self, case: &mut Case) -> bool {
        let ticket = self.last_ticket + 1;
        let Some((evidence, job)) = case.give(ticket) else { return false };
        self.last_ticket = ticket;
        let sent = encode(&ToReader::Read(vec![(ticket, job)]));
        let Some(ToReader::Read(jobs)) = decode(&sent) else { panic!("does not survive the wire") };
        let source = Rc::new(MemorySource(self.inputs[evidence.0 as usize].1.clone()));
        self.readings.extend(jobs.into_iter().map(|(ticket, job)| {
            let source = Rc::clone(&source) as Rc<dyn debrief::evidence::Source>;
            (ticket, evidence, Reading::new(job, source).with_batch_values(BATCH_VALUES))
        }));
        true
    }

    /// Reads a slice of the first and hands the batch in.
    fn step(&mut self, case: &mut Case) {
        let Some((ticket, evidence, mut reading)) = self.readings.pop_front() else { return };
        reading.step(&mut Vec::new(), SLICE);
        let sent = encode(&FromReader(vec![(ticket, reading.take())]));
        let FromReader(batches) = decode(&sent).expect("survives the wire");
        for (ticket, batch) in batches {
            case.take(evidence, ticket, batch);
        }
        if !reading.is_over() {
            // Another one's turn: batches of several inputs come mixed.
            self.readings.push_back((ticket, evidence, reading));
        }
    }
}

#[test]
fn what_comes_in_batches_is_what_reading_on_the_spot_gives() {
    let inputs = inputs();
    let mut here = case_of(&inputs).with_slice_bytes(SLICE.try_into().unwrap());
    here.read_all();
    let (mut there, mut elsewhere) = (case_of(&inputs), Elsewhere::new(&inputs));
    while there.is_reading() {
        // A few at a time.
        while elsewhere.readings.len() < 3 && elsewhere.take_one(&mut there) {}
        elsewhere.step(&mut there);
    }
    assert!(*there.analysis() == *here.analysis());
    for (there_meta, here_meta) in there.evidence().iter().zip(here.evidence()) {
        assert_eq!(*there_meta, here_meta);
        let id = here_meta.id;
        let (there_parsed, here_parsed) = (there.parsed(id).unwrap(), here.parsed(id).unwrap());
        assert_eq!(there_parsed.records.sources, here_parsed.records.sources, "{}", here_meta.path);
        assert!(there_parsed.records.iter().eq(here_parsed.records.iter()), "{}", here_meta.path);
        // What is missing is not equal to itself.
        let frames = [there_parsed, here_parsed].map(|parsed| format!("{:?}", parsed.frames));
        assert!(frames[0] == frames[1], "{}", here_meta.path);
        assert_eq!(there_parsed.dumps.kept, here_parsed.dumps.kept, "{}", here_meta.path);
        assert_eq!(there.lines(id, 1, 500), here.lines(id, 1, 500), "{}", here_meta.path);
        assert_eq!(there.lines(id, 700, 5), here.lines(id, 700, 5), "{}", here_meta.path);
    }
}

/// Everything that a reading gives, slice by slice, where of some slices it is known beforehand what a scout finds.
fn batches_of(bytes: &[u8], slice: usize, is_scouted: impl Fn(usize) -> bool) -> Vec<Vec<u8>> {
    let mut reading = Reading::new(Job::default(), Rc::new(MemorySource(bytes.to_vec())));
    let (mut batches, mut scout, mut buffer) = (Vec::new(), Scout::default(), Vec::new());
    while !reading.is_over() {
        if let Some(range) = reading.next_range(slice) {
            let scouted = scout.look(&bytes[range.start as usize..range.end as usize]);
            let sent = encode(&scouted);
            if is_scouted(batches.len()) {
                reading.hand_in(decode(&sent).expect("survives the wire"));
            }
        }
        reading.step(&mut buffer, slice);
        batches.push(encode(&FromReader(vec![(0, reading.take())])));
    }
    batches
}

#[test]
fn what_a_scout_finds_is_what_the_reader_finds() {
    for (name, bytes) in inputs() {
        for slice in [61, 997, 40_000] {
            let plain = batches_of(&bytes, slice, |_| false);
            assert!(batches_of(&bytes, slice, |_| true) == plain, "{name} in slices of {slice}");
            assert!(
                batches_of(&bytes, slice, |n| n % 3 != 1) == plain,
                "{name} in slices of {slice}, some not scouted"
            );
        }
    }
}

#[test]
fn a_reader_that_dies_takes_its_input_with_it_and_no_other() {
    let inputs = &inputs()[..4];
    let (mut case, mut elsewhere) = (case_of(inputs), Elsewhere::new(inputs));
    while elsewhere.take_one(&mut case) {}
    elsewhere.step(&mut case);
    let dead = std::mem::take(&mut elsewhere.readings);
    // The second was being read.
    for (ticket, evidence, _) in dead {
        if evidence == EvidenceId(1) {
            case.lose(evidence, ticket);
        } else {
            case.take_back(evidence, ticket);
            // What is still on its way under the old ticket is not listened to.
            assert!(!case.take(evidence, ticket, debrief::reading::Batch::default()));
        }
    }
    while case.is_reading() {
        while elsewhere.take_one(&mut case) {}
        elsewhere.step(&mut case);
    }
    let metas = case.evidence();
    let lost: Vec<_> = metas.iter().filter(|meta| meta.state != EvidenceState::Ready).collect();
    assert_eq!(
        lost.iter().map(|meta| (meta.id, meta.state)).collect::<Vec<_>>(),
        [(EvidenceId(1), EvidenceState::Refused)]
    );
    assert_eq!(lost[0].issues.list[0].code, IssueCode::ReaderDied);
    let mut without = case_of(inputs);
    without.set_removed(EvidenceId(1), true);
    without.read_all();
    for (meta, want) in metas.iter().zip(without.evidence()).filter(|(meta, _)| meta.id != EvidenceId(1)) {
        assert_eq!((meta.counts, meta.lines), (want.counts, want.lines));
    }
}

#[test]
fn an_input_that_is_read_otherwise_forgets_the_first_reading() {
    let inputs = vec![("a.log".to_owned(), b"Jul 23 22:00:01 node-xx kubelet[1]: a\n".repeat(500))];
    let (mut case, mut elsewhere) = (case_of(&inputs), Elsewhere::new(&inputs));
    assert!(elsewhere.take_one(&mut case));
    for _ in 0..3 {
        elsewhere.step(&mut case);
    }
    case.choose(EvidenceId(0), Choices { format: Some("plain".to_owned()), ..Choices::default() });
    assert!(case.is_reading() && elsewhere.take_one(&mut case));
    while case.is_reading() {
        elsewhere.step(&mut case);
    }
    let meta = &case.evidence()[0];
    assert_eq!(
        (meta.format.as_str(), meta.lines.parsed + meta.lines.skipped, meta.counts.records),
        ("plain", 500, 500)
    );
}

#[test]
fn a_cancelled_reading_ends_with_what_it_had() {
    let inputs = vec![("a.log".to_owned(), b"Jul 23 22:00:01 node-xx kubelet[1]: a\n".repeat(500))];
    let (mut case, mut elsewhere) = (case_of(&inputs), Elsewhere::new(&inputs));
    assert!(elsewhere.take_one(&mut case));
    for _ in 0..3 {
        elsewhere.step(&mut case);
    }
    case.cancel(None);
    assert!(case.is_reading(), "its last batch is to come");
    let (ticket, evidence, mut reading) = elsewhere.readings.pop_front().unwrap();
    reading.cancel();
    assert!(case.take(evidence, ticket, reading.take()));
    let meta = &case.evidence()[0];
    assert_eq!((meta.state, meta.bytes_read), (EvidenceState::Cancelled, 2 * SLICE as u64));
    assert!(!case.is_reading() && meta.counts.records > 50 && meta.counts.records < 110);
}

/// An input of which more and more is there.
struct Growing {
    bytes: Vec<u8>,
    n_there: Cell<usize>,
}

impl Source for Growing {
    fn len(&self) -> u64 {
        self.n_there.get() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        MemorySource(self.bytes[..self.n_there.get()].to_vec()).read_at(offset, buffer)
    }
}

/// Reads an input while it grows, by steps that are no multiples of a slice.
fn read_growing(case: &mut Case, name: &str, bytes: &[u8]) {
    let part = |n: usize| Box::new(MemorySource(bytes[..n].to_vec()));
    let mut n_there = bytes.len().min(HEAD_BYTES);
    let id = case.add(name, part(n_there), Choices::default(), false);
    case.grows(id);
    let source = Rc::new(Growing { bytes: bytes.to_vec(), n_there: Cell::new(n_there) });
    let mut steps = (0..).map(|step| 1 + step * 7_919 % (3 * SLICE));
    let mut ticket = 1_000 * id.0;
    while case.is_reading() {
        ticket += 1;
        let (evidence, job) = case.give(ticket).expect("it waits");
        assert_eq!(evidence, id);
        let mut reading = Reading::new(job, Rc::clone(&source) as Rc<dyn Source>);
        while !reading.is_over() && case.awaits(id, ticket) {
            if reading.waits(SLICE) {
                n_there = bytes.len().min(n_there + steps.next().unwrap());
                source.n_there.set(n_there);
                let is_whole = n_there == bytes.len();
                reading.grow(is_whole);
                case.grow(id, part(n_there), is_whole.then(Issues::default));
            } else {
                reading.step(&mut Vec::new(), SLICE);
                case.take(id, ticket, reading.take());
            }
        }
    }
}

#[test]
fn an_input_that_is_read_while_it_grows_is_read_like_any_other() {
    let log = b"Jul 23 22:00:01 node-xx kubelet[1]: a\n".repeat(50);
    let behind_nuls = [20_000, 200_000].map(|n| (format!("{n}.log"), [vec![0; n], log.clone()].concat()));
    for index_from in [u64::MAX, 100_000] {
        let mut inputs = inputs();
        inputs.extend(behind_nuls.clone());
        let mut whole = case_of(&[]).with_index_from(index_from).with_slice_bytes(SLICE.try_into().unwrap());
        let mut grown = case_of(&[]).with_index_from(index_from);
        for (name, bytes) in &inputs {
            whole.add(name, Box::new(MemorySource(bytes.clone())), Choices::default(), false);
            read_growing(&mut grown, name, bytes);
        }
        whole.read_all();
        assert!(*grown.analysis() == *whole.analysis());
        for (is, was) in grown.evidence().iter().zip(whole.evidence()) {
            assert_eq!(*is, was);
            let [is_parsed, was_parsed] = [&grown, &whole].map(|case| case.parsed(was.id).unwrap());
            assert!(is_parsed.records.iter().eq(was_parsed.records.iter()), "{}", was.path);
            assert_eq!(grown.lines(was.id, 1, 500), whole.lines(was.id, 1, 500), "{}", was.path);
        }
    }
}

/// What is very large keeps few of its records, and says the same.
#[test]
fn an_indexed_input_leads_to_the_same_findings() {
    let inputs = inputs();
    let mut whole = case_of(&inputs);
    let mut indexed = case_of(&[]).with_index_from(100_000).with_slice_bytes(200_000.try_into().unwrap());
    for (name, bytes) in &inputs {
        indexed.add(name, Box::new(MemorySource(bytes.clone())), Choices::default(), false);
    }
    whole.read_all();
    indexed.read_all();
    let (of_whole, of_indexed) = (whole.analysis(), indexed.analysis());
    assert!(of_whole.findings == of_indexed.findings);
    assert!(of_whole.timeline == of_indexed.timeline);
    let mut n_indexed = 0;
    for (was, is) in whole.evidence().iter().zip(indexed.evidence()) {
        assert_eq!((was.counts, was.lines, was.time_range), (is.counts, is.lines, is.time_range), "{}", is.path);
        // Among them those of a crash.
        let lines_of = |case: &Case| case.lines(is.id, 2_300, 500).lines;
        for (of_whole, of_indexed) in lines_of(&whole).iter().zip(&lines_of(&indexed)) {
            let is_told = of_indexed.level != Level::None;
            assert!(!is_told || of_indexed.level == of_whole.level, "{}:{}", is.path, of_whole.number);
            assert!(of_indexed.at.is_none() || of_indexed.at == of_whole.at, "{}:{}", is.path, of_whole.number);
        }
        let kept = |case: &Case| case.parsed(is.id).unwrap().records.len();
        if is.issues.list.iter().any(|issue| issue.code == IssueCode::Indexed) {
            n_indexed += 1;
            assert!(kept(&indexed) * 8 < kept(&whole).max(8), "{}: {} of {}", is.path, kept(&indexed), kept(&whole));
        } else {
            assert_eq!(kept(&indexed), kept(&whole), "{}", is.path);
        }
    }
    assert!(n_indexed > 0);
}

#[test]
fn a_table_in_the_colours_of_a_terminal_is_read_without_them() {
    let plain = "NAMESPACE   NAME               READY   STATUS             RESTARTS        AGE\n\
        shop        payment-6c9f-x2x   0/1     CrashLoopBackOff   7 (3m12s ago)   41m\n";
    let coloured: String = plain
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split_inclusive("   ").collect();
            cells.iter().map(|cell| format!("\u{1b}[36m{cell}\u{1b}[0m")).collect::<String>() + "\r\n"
        })
        .collect();
    let mut case = case_of(&[("colours.txt".to_owned(), coloured.into_bytes())]);
    case.read_all();
    let meta = &case.evidence()[0];
    assert_eq!((meta.format.as_str(), meta.lines.failed), ("get-table", 0));
    let workload = &case.analysis().workloads[0];
    assert_eq!((workload.name.as_str(), workload.restarts), ("payment-6c9f-x2x", 7));
}
