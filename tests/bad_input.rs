//! Bad input at full size: what it costs is measured in a process of its own, so that other tests do not count. Archives that mean harm on a
//! small scale are in `unpack/hostile.rs`, broken texts in `formats.rs`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use debrief::evidence::guard::SLICE_BYTES;
use debrief::evidence::{MemorySource, ReadError, Source};
use debrief::model::{EvidenceId, EvidenceState, IssueCode, Issues};
use debrief::reading::{Job, Reading};
use debrief::unpack::{Limits, Sink, unpack};

use crate::unpack::pack::{self, ZipForm};

const MIB: u64 = 1 << 20;

/// Which measurement this process makes, where it is the child of one.
const CHILD: &str = "DEBRIEF_MEASURED";

/// Runs `work` in a process of its own and says by how many bytes its memory grew while it ran, at the highest; `None` where the system
/// does not say. What `prepare` puts into the folder is there for `work`, which fails the test where it fails.
fn growth_of(test: &str, prepare: impl FnOnce(&Path), work: impl FnOnce(&Path)) -> Option<u64> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test.replace(':', "_"));
    let grown_file = folder.join("grown");
    if std::env::var(CHILD).is_ok_and(|name| name == test) {
        let before = peak();
        work(&folder);
        let grown = peak().zip(before).map(|(after, before)| after.saturating_sub(before));
        fs::write(grown_file, grown.map_or("unknown".to_owned(), |grown| grown.to_string())).unwrap();
        return None;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    prepare(&folder);
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child.args([test, "--exact", "--test-threads=1"]).env(CHILD, test).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let said = fs::read_to_string(grown_file).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let grown = said.parse().ok();
    if grown.is_none()
        && let Ok(skips) = std::env::var("DEBRIEF_SKIPS")
    {
        let mut skips = fs::OpenOptions::new().append(true).create(true).open(skips).unwrap();
        writeln!(skips, "{test}: /proc/self/status").unwrap();
    }
    grown
}

/// Highest resident memory of this process so far, in bytes.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

/// Bytes that are made as they are asked for: a beginning, and one byte over and over.
struct Endless {
    start: &'static [u8],
    fill: u8,
    len: u64,
}

impl Source for Endless {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let n = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        buffer[..n].fill(self.fill);
        if let Some(start) = usize::try_from(offset).ok().and_then(|at| self.start.get(at..)) {
            let n = start.len().min(n);
            buffer[..n].copy_from_slice(&start[..n]);
        }
        Ok(n)
    }
}

/// Reads an input to its end as a reader does: slice by slice, each batch taken away. Its format, and what was wrong with it.
fn read(source: Endless, path: &str) -> (String, Vec<(IssueCode, u64)>) {
    let job = Job {
        evidence: EvidenceId(0),
        path: path.to_owned(),
        format: None,
        settings: Vec::new(),
        is_indexed: false,
        is_noted: false,
        grows: false,
    };
    let len = source.len;
    let mut reading = Reading::new(job, Rc::new(source));
    let (mut buffer, mut issues, mut format) = (Vec::new(), Issues::default(), String::new());
    let mut bytes_read = 0;
    while !reading.is_over() {
        reading.step(&mut buffer, SLICE_BYTES);
        let batch = reading.take();
        (format, bytes_read) = (batch.found.format.clone(), batch.found.bytes_read);
        if let Some(rest) = batch.rest {
            assert_eq!(batch.found.state, EvidenceState::Ready);
            issues = rest.parsed.issues;
        }
    }
    assert_eq!(bytes_read, len, "nothing is left out unsaid");
    (format, issues.list.iter().map(|issue| (issue.code, issue.count)).collect())
}

#[test]
fn a_line_of_four_gigabytes_costs_a_few_slices() {
    let grown = growth_of(
        "bad_input::a_line_of_four_gigabytes_costs_a_few_slices",
        |_| (),
        |_| {
            let source = Endless { start: b"2024-08-20T05:58:20Z ERROR ", fill: b'x', len: 4 << 30 };
            let (format, issues) = read(source, "one-line.log");
            assert_eq!(format, "stamped");
            assert!(issues.contains(&(IssueCode::LineTooLong, 1)), "{issues:?}");
        },
    );
    assert!(grown.is_none_or(|grown| grown < 64 * MIB), "{grown:?}");
}

#[test]
fn a_document_on_one_endless_line_costs_a_few_slices() {
    let grown = growth_of(
        "bad_input::a_document_on_one_endless_line_costs_a_few_slices",
        |_| (),
        |_| {
            let start = br#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-1","namespace":"shop"},"data":""#;
            let (format, issues) = read(Endless { start, fill: b'x', len: 256 * MIB }, "pods.json");
            assert_eq!(format, "kube-json");
            assert!(issues.iter().any(|(code, _)| *code == IssueCode::TruncatedDocument), "{issues:?}");
        },
    );
    assert!(grown.is_none_or(|grown| grown < 64 * MIB), "{grown:?}");
}

/// Counts what comes out and keeps none of it.
#[derive(Default)]
struct Counting {
    bytes: u64,
    members: u64,
    last: Option<IssueCode>,
}

impl Sink for Counting {
    fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn member(&mut self, _path: &str, noted: Issues) {
        self.members += 1;
        self.last = noted.list.first().map(|issue| issue.code);
    }

    fn aside(&mut self) -> Result<Box<dyn Source>, ReadError> {
        Err(ReadError { at: 0, reason: "nothing is kept".to_owned() })
    }

    fn progress(&mut self, _bytes_read: u64) {}
}

fn unpacked(source: &dyn Source, limits: Limits) -> (Counting, Issues) {
    let mut counted = Counting::default();
    let noted = unpack("x", source, limits, &mut counted);
    (counted, noted)
}

const BOMBS: [&str; 6] = ["gzip", "zip", "gzip in gzip", "xz", "zstd", "bzip2"];

#[test]
fn bombs_cost_a_few_buffers() {
    const SIZE: u64 = 64 * MIB;
    let prepare = |folder: &Path| {
        let zeros = vec![0; usize::try_from(SIZE).unwrap()];
        let inner = pack::gzip(&zeros);
        let deflated = ZipForm { deflated: true, ..ZipForm::default() };
        let bombs = [
            inner.clone(),
            pack::zip(&[("zeros", &zeros)], deflated),
            pack::gzip(&pack::gzip(&inner)),
            pack::xz(&zeros),
            pack::zstd(&zeros),
            pack::bzip2(&zeros),
        ];
        BOMBS.iter().zip(bombs).for_each(|(name, bomb)| fs::write(folder.join(name), bomb).unwrap());
    };
    let grown = growth_of("bad_input::bombs_cost_a_few_buffers", prepare, |folder| {
        for name in BOMBS {
            let bomb = fs::read(folder.join(name)).unwrap();
            let limits = Limits { free_bytes: 0, ..Limits::default() };
            let most = limits.ratio * bomb.len() as u64;
            let (counted, noted) = unpacked(&MemorySource(bomb), limits);
            let said = counted.last.or_else(|| noted.list.first().map(|issue| issue.code));
            // What is packed less than the ratio allows is no bomb, and comes out whole.
            let is_whole = counted.bytes == SIZE && said.is_none();
            assert!(is_whole || said == Some(IssueCode::UnpackRatio), "{name}: {} {said:?}", counted.bytes);
            assert!(is_whole || counted.bytes <= most, "{name}: {} of {most}", counted.bytes);
        }
    });
    assert!(grown.is_none_or(|grown| grown < 32 * MIB), "{grown:?}");
}

/// The same bytes over and over.
struct Repeated {
    part: Vec<u8>,
    times: u64,
}

impl Source for Repeated {
    fn len(&self) -> u64 {
        self.part.len() as u64 * self.times
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let left = usize::try_from(self.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let n = buffer.len().min(left);
        let from = usize::try_from(offset % self.part.len() as u64).unwrap();
        let bytes = self.part.iter().cycle().skip(from);
        buffer[..n].iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
        Ok(n)
    }
}

#[test]
fn a_hundred_thousand_entries_cost_what_their_list_does() {
    let prepare = |folder: &Path| {
        let names: Vec<String> = (0..65_000).map(|n| format!("bundle/pods/{n}.log")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"a line\n"[..])).collect();
        fs::write(folder.join("many.zip"), pack::zip(&files, ZipForm::default())).unwrap();
    };
    let test = "bad_input::a_hundred_thousand_entries_cost_what_their_list_does";
    let grown = growth_of(test, prepare, |folder| {
        let tar = Repeated { part: pack::tar_entry("bundle/pods/web.log", b'0', b"a line\n"), times: 100_000 };
        // Without the empty blocks at its end, which is said and costs nothing.
        let (counted, _) = unpacked(&tar, Limits::default());
        assert_eq!((counted.members, counted.bytes), (100_000, 700_000));
        // As many as the small form of a zip can count.
        let zip = MemorySource(fs::read(folder.join("many.zip")).unwrap());
        let (counted, noted) = unpacked(&zip, Limits::default());
        assert_eq!((counted.members, counted.bytes, noted.list.len()), (65_000, 455_000, 0));
    });
    assert!(grown.is_none_or(|grown| grown < 64 * MIB), "{grown:?}");
}
