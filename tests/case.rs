//! One case as a whole: however its inputs are read, in whatever order they come and whatever is wrong with one of them, the others and the
//! answers are the same.
// Long because: it is one subject, and each way to hurt a case needs its own few lines.

use std::num::NonZeroUsize;
use std::path::Path;

use debrief::case::{Case, Step};
use debrief::evidence::digest::digest_of;
use debrief::evidence::guard::MAX_LINE_BYTES;
use debrief::evidence::{MemorySource, ReadError, Source};
use debrief::model::{
    Analysis, ByteRange, Cite, Confidence, EvidenceId, EvidenceMeta, EvidenceState, Guess, GuessKind, IssueCode,
    LineRange, Locator, Role, Setting, Timestamp, WallKind,
};
use debrief::protocol::Choices;
use debrief::view::lines::LineView;

const ZONE_S: i32 = 8 * 3600;
/// What an engineer drops first: small enough to be read byte by byte.
const SMALL_FILES: [&str; 9] = [
    "20-nofile.conf",
    "calico-node-describe.txt",
    "container_processes.csv",
    "container_threads-data-as-joinbyfield-2023-07-23 22_41_07.csv",
    "limits.conf",
    "node_forks_total.csv",
    "sum_container_threads.json",
    "sysctl-a.txt",
    "ulimit-a.txt",
];

fn example(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/examples/incident-a");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The journal's lines that matter, and few others.
fn short_journal() -> Vec<u8> {
    let text = String::from_utf8(example("kubelet.journal.log")).expect("text");
    let keep =
        |(index, line): &(usize, &str)| index % 97 == 0 || line.contains("alico-node") || line.contains("runtime:");
    let lines: Vec<&str> = text.lines().enumerate().filter(keep).map(|(_, line)| line).step_by(2).collect();
    (lines.join("\n") + "\n").into_bytes()
}

fn small_files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = SMALL_FILES.map(|name| (name.to_owned(), example(name))).to_vec();
    files.push(("kubelet.journal.log".to_owned(), short_journal()));
    files
}

fn empty_case() -> Case {
    Case::new(ZONE_S, Timestamp::from_seconds(1_790_000_000))
}

fn add(case: &mut Case, name: &str, bytes: &[u8]) -> EvidenceId {
    case.add(name, Box::new(MemorySource(bytes.to_vec())), Choices::default(), false)
}

fn read(files: &[(String, Vec<u8>)]) -> Case {
    let mut case = empty_case();
    for (name, bytes) in files {
        add(&mut case, name, bytes);
    }
    case.read_all();
    case
}

fn read_one(bytes: &[u8]) -> (Case, EvidenceMeta) {
    let case = read(&[("input.log".to_owned(), bytes.to_vec())]);
    let meta = case.evidence().remove(0);
    (case, meta)
}

fn codes(meta: &EvidenceMeta) -> Vec<IssueCode> {
    meta.issues.list.iter().map(|issue| issue.code).collect()
}

fn all_lines(case: &Case, id: EvidenceId) -> Vec<LineView> {
    let mut lines = Vec::new();
    loop {
        let view = case.lines(id, lines.len() as u32 + 1, 500);
        if view.lines.is_empty() {
            return lines;
        }
        lines.extend(view.lines);
    }
}

/// The analysis with evidence named by path, so that the order in which inputs came does not show.
fn told(case: &mut Case) -> String {
    let mut analysis: Analysis = case.analysis().clone();
    let mut metas = case.evidence();
    metas.sort_by(|a, b| a.path.cmp(&b.path));
    let rank = |id: EvidenceId| {
        let index = metas.iter().position(|meta| meta.id == id).expect("a known input");
        EvidenceId(index as u32)
    };
    analysis.for_each_cite(|cite| cite.locator.evidence = rank(cite.locator.evidence));
    for point in &mut analysis.change_points {
        point.evidence = point.evidence.map(rank);
    }
    analysis.change_points.sort_by(|a, b| (a.by, a.evidence, &a.selector).cmp(&(b.by, b.evidence, &b.selector)));
    for source in analysis.threads.iter_mut().flat_map(|threads| &mut threads.sources) {
        source.evidence = rank(source.evidence);
    }
    if let Some(threads) = &mut analysis.threads {
        threads.sources.sort_by(|a, b| (a.evidence, &a.selector).cmp(&(b.evidence, &b.selector)));
    }
    analysis.coverage.windows.sort_by(|a, b| a.0.cmp(&b.0));
    analysis.coverage.failed.sort();
    serde_json::to_string_pretty(&analysis).expect("plain data")
}

/// Gives at most `most` bytes at once, and nothing from byte `fails_at` on.
struct Difficult {
    bytes: Vec<u8>,
    most: usize,
    fails_at: Option<u64>,
}

impl Source for Difficult {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let from = (offset as usize).min(self.bytes.len());
        let end = self.fails_at.map_or(self.bytes.len(), |at| at as usize);
        if from >= end && from < self.bytes.len() {
            return Err(ReadError { at: end as u64, reason: "NotReadableError".to_owned() });
        }
        let n = (end - from).min(buffer.len()).min(self.most);
        buffer[..n].copy_from_slice(&self.bytes[from..from + n]);
        Ok(n)
    }
}

fn encodings(text: &str) -> Vec<Vec<u8>> {
    let utf16 = |mark: &str, bytes_of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes_of).collect()
    };
    vec![
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
        utf16("\u{feff}", u16::to_le_bytes),
        utf16("\u{feff}", u16::to_be_bytes),
        utf16("", u16::to_le_bytes),
    ]
}

#[test]
fn the_size_of_slices_changes_nothing() {
    let mut files = small_files();
    let journal = String::from_utf8(short_journal()).expect("text");
    files
        .extend(encodings(&journal).into_iter().enumerate().map(|(index, bytes)| (format!("copy-{index}.log"), bytes)));
    let mut whole = read(&files);
    let want = (whole.analysis().clone(), whole.evidence());
    assert!(!want.0.findings.is_empty(), "the files tell of the incident");
    for slice in [1, 7, 100, 4096] {
        let mut case = empty_case().with_slice_bytes(NonZeroUsize::new(slice).expect("a size"));
        for (name, bytes) in &files {
            // A source that gives a third of a slice at once is one more way of slicing.
            let most = if slice == 100 { 33 } else { usize::MAX };
            let source = Difficult { bytes: bytes.clone(), most, fails_at: None };
            case.add(name, Box::new(source), Choices::default(), false);
        }
        case.read_all();
        assert!(*case.analysis() == want.0, "slices of {slice}");
        for (mut meta, want) in case.evidence().into_iter().zip(&want.1) {
            // Two inputs are compared by how they were read; where nothing was cut the same way, the digest decides.
            meta.issues.list.retain(|issue| issue.code != IssueCode::SameContent);
            let mut want = want.clone();
            want.issues.list.retain(|issue| issue.code != IssueCode::SameContent);
            assert_eq!(meta, want, "slices of {slice}");
            assert!(all_lines(&case, meta.id) == all_lines(&whole, meta.id), "slices of {slice}: {}", meta.path);
        }
    }
}

#[test]
fn every_encoding_says_the_same_at_the_same_lines() {
    let text = String::from_utf8(short_journal()).expect("text");
    let metas: Vec<_> = encodings(&text).iter().map(|bytes| read_one(bytes)).collect();
    let (first, want) = &metas[0];
    for (case, meta) in &metas {
        assert_eq!((&meta.format, meta.lines, meta.counts), (&want.format, want.lines, want.counts));
        assert_eq!(
            case.parsed(meta.id).map(|parsed| parsed.records.iter().collect::<Vec<_>>()),
            first.parsed(want.id).map(|parsed| parsed.records.iter().collect::<Vec<_>>())
        );
        let texts = |case: &Case| all_lines(case, EvidenceId(0)).into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert!(texts(case) == texts(first));
        assert_eq!(meta.bytes_read, meta.bytes);
    }
}

#[test]
fn an_input_read_again_keeps_its_encoding() {
    for bytes in encodings("Jul 23 22:00:01 node-xx kubelet[1]: a\nJul 23 22:00:02 node-xx kubelet[1]: b\n") {
        let (mut case, before) = read_one(&bytes);
        let chosen = |format: Option<&str>| Choices { format: format.map(str::to_owned), ..Choices::default() };
        case.choose(before.id, chosen(Some("plain")));
        case.read_all();
        assert_eq!(case.evidence()[0].encoding, before.encoding);
        case.choose(before.id, chosen(None));
        case.read_all();
        assert_eq!(case.evidence()[0], before);
    }
}

#[test]
fn a_source_that_fails_is_said_and_harms_nobody_else() {
    let journal = example("kubelet.journal.log");
    let files = small_files();
    let mut without = read(&files[..files.len() - 1]);
    for fails_at in [0, 1, 40, journal.len() as u64 / 2, journal.len() as u64 - 1] {
        let mut case = empty_case().with_slice_bytes(NonZeroUsize::new(100_000).expect("a size"));
        let source = Difficult { bytes: journal.clone(), most: usize::MAX, fails_at: Some(fails_at) };
        let broken = case.add("kubelet.journal.log", Box::new(source), Choices::default(), false);
        for (name, bytes) in &files[..files.len() - 1] {
            add(&mut case, name, bytes);
        }
        case.read_all();
        let metas = case.evidence();
        let failed = metas[0].issues.list.iter().find(|issue| issue.code == IssueCode::ReadFailed).expect("an issue");
        assert_eq!((failed.count, failed.first_byte, metas[0].state), (1, fails_at, EvidenceState::Refused));
        assert!(metas[1..].iter().all(|meta| meta.state == EvidenceState::Ready));
        assert_eq!(case.analysis().coverage.failed, ["kubelet.journal.log"]);
        // What was read before the failure can be looked at.
        let shown = case.lines(broken, 1, 10).lines;
        assert_eq!(shown.is_empty(), fails_at <= 40, "{fails_at}");
        case.set_removed(broken, true);
        let findings =
            |case: &mut Case| case.analysis().findings.iter().map(|one| one.title.clone()).collect::<Vec<_>>();
        assert_eq!(findings(&mut case), findings(&mut without), "the others are as if it were not there");
    }
}

#[test]
fn an_input_that_shrinks_is_said() {
    struct Shrunk;
    impl Source for Shrunk {
        fn len(&self) -> u64 {
            100
        }
        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
            MemorySource(b"Jul 23 22:00:01 n kubelet[1]: a\n".to_vec()).read_at(offset, buffer)
        }
    }
    let mut case = empty_case();
    case.add("x.log", Box::new(Shrunk), Choices::default(), false);
    case.read_all();
    let failed = &case.evidence()[0].issues.list;
    assert!(failed.iter().any(|issue| issue.code == IssueCode::ReadFailed && issue.first_byte == 32), "{failed:?}");
}

#[test]
fn a_giant_line_costs_itself_only() {
    let head = "Jul 23 22:00:01 node-xx kubelet[1]: ";
    let giant = "x".repeat(20_000_000);
    let hidden = "fatal error: newosproc";
    let text = format!("{head}a\n{head}{giant}{hidden}\n{head}fatal error: newosproc\n{head}z");
    for slice in [8 << 20, 1 << 20, 30_000] {
        let mut case = empty_case().with_slice_bytes(NonZeroUsize::new(slice).expect("a size"));
        let id = add(&mut case, "kubelet.log", text.as_bytes());
        case.read_all();
        let meta = case.evidence().remove(0);
        assert_eq!(meta.format, "journal-short");
        assert_eq!((meta.lines.parsed, meta.lines.skipped, meta.lines.failed), (4, 0, 0), "{slice}");
        let parsed = case.parsed(id).expect("read");
        assert!(parsed.records.iter().map(|record| record.line).eq([1, 2, 3, 4]));
        let seen: Vec<u32> = parsed.sightings.kept.iter().map(|sighting| sighting.line).collect();
        assert_eq!(seen, [3], "what lies beyond the guard is not read, whatever the slice ({slice})");
        let long = meta.issues.list.iter().find(|issue| issue.code == IssueCode::LineTooLong).expect("an issue");
        assert_eq!((long.count, long.first_line), (1, 2));
        let shown = all_lines(&case, id);
        assert_eq!(shown.len(), 4);
        assert!(shown[1].cut && !shown[2].cut && shown[2].text.ends_with("fatal error: newosproc"));
    }
}

#[test]
fn lines_about_the_guard_are_cut_alike_for_any_slicing() {
    let head = "Jul 23 22:00:01 node-xx kubelet[1]: ";
    for length in [MAX_LINE_BYTES - 1, MAX_LINE_BYTES, MAX_LINE_BYTES + 1, MAX_LINE_BYTES + 2, MAX_LINE_BYTES + 3] {
        let line = format!("{head}{}", "x".repeat(length - head.len()));
        let text = format!("{head}a\n{line}\n{line}\r\n{head}b\n");
        let metas = [8 << 20, 50_000, 9_000].map(|slice| {
            let mut case = empty_case().with_slice_bytes(NonZeroUsize::new(slice).expect("a size"));
            add(&mut case, "kubelet.log", text.as_bytes());
            case.read_all();
            case.evidence().remove(0)
        });
        assert_eq!(metas[0], metas[1], "{length}");
        assert_eq!(metas[0], metas[2], "{length}");
    }
}

#[test]
fn what_is_quoted_begins_behind_the_nuls_that_a_crash_left() {
    let line = "Jun 18 10:00:00 node-1 app[9]: write /data/x: No space left on device";
    let text = format!("{}{line}\n{}", "\0".repeat(20_000), "Jun 18 10:00:01 node-1 app[9]: on\n".repeat(40));
    let (case, meta) = read_one(text.as_bytes());
    let shown = case.lines(meta.id, 1, 1).lines.remove(0);
    assert_eq!((shown.text.as_str(), shown.cut), (line, false));
    let locator = Locator { evidence: meta.id, bytes: ByteRange::default(), lines: LineRange::one(1) };
    assert_eq!(case.cite(&[Cite { locator, role: Role::Shows, at: None }])[0].excerpt, [line]);
}

/// Blocks of a log that were never written, and what is no text behind as many.
#[test]
fn however_many_nuls_a_text_begins_with_it_is_read_in_its_place() {
    let line = "Jun 18 10:00:00 node-1 app[9]: write /data/x: No space left on device";
    let log = format!("{line}\n{}", "Jun 18 10:00:01 node-1 app[9]: on\n".repeat(40));
    let table = "time,threads\n2023-07-23 22:00:00,1\n2023-07-23 22:01:00,2\n".to_owned();
    let chinese = encoding_rs::GB18030.encode("7月 23 22:00:01 node-xx kubelet[1]: 无法分配内存\n").0.repeat(4);
    for n_lost in [16, 65_530, 65_536, 70_001, 3 << 20] {
        for (text, format, n_lines) in
            [(log.as_bytes(), "journal-short", 41), (table.as_bytes(), "csv-table", 3), (&chinese, "journal-short", 4)]
        {
            let bytes = [&vec![0; n_lost][..], text].concat();
            let (case, meta) = read_one(&bytes);
            let (_, alone) = read_one(text);
            assert_eq!((meta.format.as_str(), meta.state), (format, EvidenceState::Ready), "{n_lost}");
            assert_eq!((meta.lines, meta.counts, meta.time_range), (alone.lines, alone.counts, alone.time_range));
            assert_eq!((meta.lines.parsed + meta.lines.skipped, meta.bytes_read), (n_lines, bytes.len() as u64));
            let lost = meta.issues.list.iter().find(|issue| issue.code == IssueCode::NulBytes).expect("said");
            assert_eq!((lost.count, lost.first_line), (n_lost as u64, 1));
            let shown = case.lines(meta.id, 1, 500).lines;
            let (of_alone, _) = read_one(text);
            assert!(
                shown.iter().map(|line| &line.text).eq(of_alone
                    .lines(alone.id, 1, 500)
                    .lines
                    .iter()
                    .map(|line| &line.text))
            );
        }
        let bytes = [&vec![0; n_lost][..], log.as_bytes()].concat();
        let (case, meta) = read_one(&bytes);
        let second = line.len() as u64 + 1;
        let bytes = ByteRange { start: second, end: second + 32 };
        let locator = Locator { evidence: meta.id, bytes, lines: LineRange::default() };
        let quoted = case.cite(&[Cite { locator, role: Role::Shows, at: None }]).remove(0);
        assert_eq!(
            (quoted.locator.lines, quoted.excerpt),
            (LineRange::one(2), vec!["Jun 18 10:00:01 node-1 app[9]: on".to_owned()])
        );
        let program = [&b"\x7fELF\x02\x01\x01\0\0\0"[..], &[3; 4000]].concat();
        for behind in [program, b"\x1f\x8b\x08\0\0\0\0\0".repeat(40), vec![0; 70_000]] {
            let (_, meta) = read_one(&[&vec![0; n_lost][..], &behind].concat());
            assert_eq!((codes(&meta), meta.state), (vec![IssueCode::Binary], EvidenceState::Refused), "{n_lost}");
        }
    }
}

#[test]
fn a_document_of_one_giant_line_is_read_whole() {
    let points = |from: u32| -> String {
        let one = |i: u32| format!("[{},\"{}\"]", 1_690_120_800 + i * 15, 100 + i);
        (from..from + 450_000).map(one).collect::<Vec<_>>().join(",")
    };
    let series = |pod: &str| {
        format!("{{\"metric\":{{\"__name__\":\"container_threads\",\"pod\":\"{pod}\"}},\"values\":[{}]}}", points(0))
    };
    let text = format!(
        "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{},{}]}}}}\n",
        series("a"),
        series("b")
    );
    assert!(text.len() > 16 << 20, "{}", text.len());
    let (case, meta) = read_one(text.as_bytes());
    assert_eq!((meta.format.as_str(), meta.counts.series, meta.counts.samples), ("prometheus-json", 2, 900_000));
    assert_eq!((meta.lines.parsed, meta.lines.failed, codes(&meta)), (1, 0, vec![]));
    let at = text.find("[1690120815,\"101\"]").expect("the second point") as u64;
    let locator =
        Locator { evidence: meta.id, bytes: ByteRange { start: at, end: at + 18 }, lines: LineRange::default() };
    let citation = case.cite(&[Cite { locator, role: Role::Shows, at: None }]).remove(0);
    assert_eq!(citation.locator.lines, LineRange::one(1));
    assert!(citation.excerpt[0].contains("[1690120815,\"101\"]"), "{:?}", citation.excerpt);
}

#[test]
fn broken_inputs_have_one_issue_each() {
    use IssueCode::*;
    let line = "Jul 23 22:00:01 node-xx kubelet[1]: a\n";
    let latin: Vec<u8> = [line.as_bytes(), b"Jul 23 22:00:02 node-xx kubelet[1]: caf\xe9\n"].concat();
    let nul: Vec<u8> = [line.as_bytes(), b"Jul 23 22:00:02 node-xx kubelet[1]: \0\0\0\n"].concat();
    let json = example("sum_container_threads.json");
    let utf16: Vec<u8> = line.repeat(4).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gb = encoding_rs::GB18030.encode("Jul 23 22:00:01 node-xx kubelet[1]: 无法分配内存\n").0.repeat(4);
    let inputs: [(&str, Vec<u8>, Vec<IssueCode>, EvidenceState); 12] = [
        ("empty", Vec::new(), vec![Empty], EvidenceState::Refused),
        ("bom", b"\xef\xbb\xbf".to_vec(), vec![Empty], EvidenceState::Refused),
        ("bom16", b"\xff\xfe".to_vec(), vec![Empty], EvidenceState::Refused),
        (
            "binary",
            (0..=255).cycle().take(5000).map(|byte: u8| byte & 0x1f).collect(),
            vec![Binary],
            EvidenceState::Refused,
        ),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), vec![Compressed], EvidenceState::Refused),
        ("zip", b"PK\x03\x04\0\0\0\0".to_vec(), vec![Compressed], EvidenceState::Refused),
        ("latin-1", latin, vec![NotUtf8, ZoneAssumed, YearInferred], EvidenceState::Ready),
        ("nul", nul, vec![NulBytes, ZoneAssumed, YearInferred], EvidenceState::Ready),
        ("utf-16 without mark", utf16, vec![ZoneAssumed, YearInferred], EvidenceState::Ready),
        ("gb18030", gb, vec![ZoneAssumed, YearInferred], EvidenceState::Ready),
        ("truncated", json[..json.len() - 40].to_vec(), vec![TruncatedDocument], EvidenceState::Ready),
        ("plain", b"nothing that anybody knows\n".to_vec(), vec![PlainText], EvidenceState::Ready),
    ];
    let files: Vec<(String, Vec<u8>)> =
        inputs.iter().map(|(name, bytes, ..)| ((*name).to_owned(), bytes.clone())).collect();
    let together = read(&files).evidence();
    for ((name, bytes, want, state), beside) in inputs.iter().zip(&together) {
        let (_, meta) = read_one(bytes);
        assert_eq!((&codes(&meta), meta.state), (want, *state), "{name}");
        // Beside others an issue is the same, unless a sibling tells what was assumed.
        let severe = |meta: &EvidenceMeta| {
            codes(meta).into_iter().filter(|code| !matches!(code, ZoneAssumed | YearInferred)).collect::<Vec<_>>()
        };
        assert_eq!((severe(beside), beside.state), (severe(&meta), *state), "{name}");
        assert!(meta.issues.list.iter().all(|issue| issue.count == 1), "{name}: {:?}", meta.issues);
    }
}

#[test]
fn the_order_of_inputs_does_not_matter() {
    let mut files = small_files();
    // A listing of every tenth thread, and a second one of every ninth.
    let listing = String::from_utf8(example("ps-eLf.txt")).expect("text");
    for (name, every) in [("ps-eLf.txt", 10), ("ps-later.txt", 9)] {
        let rows: Vec<&str> = listing.lines().take(1).chain(listing.lines().skip(1).step_by(every)).collect();
        files.push((name.to_owned(), rows.join("\n").into_bytes()));
    }
    let want = told(&mut read(&files));
    assert!(want.contains("host/pid-space-exhausted"));
    let mut state = 7u64;
    for turn in 0..6 {
        if turn == 0 {
            files.reverse();
        } else {
            for last in (1..files.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                files.swap(last, (state >> 33) as usize % (last + 1));
            }
        }
        let said = told(&mut read(&files));
        let order: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let first_difference = said.lines().zip(want.lines()).find(|(said, want)| said != want);
        assert!(said == want, "{order:?}: {first_difference:?}");
    }
}

#[test]
fn what_is_taken_out_and_put_back_leaves_no_trace() {
    let mut case = read(&small_files());
    let (analysis, metas) = (case.analysis().clone(), case.evidence());
    for meta in &metas {
        case.set_removed(meta.id, true);
        assert!(*case.analysis() != analysis || meta.path.ends_with(".conf") || meta.path.contains("processes"));
        case.set_removed(meta.id, false);
        assert!(*case.analysis() == analysis, "{}", meta.path);
        assert_eq!(case.evidence(), metas);
    }
}

#[test]
fn the_same_evidence_twice_is_not_twice_the_evidence() {
    let files = small_files();
    let mut once = read(&files);
    let twice: Vec<_> = files.iter().chain(&files).cloned().collect();
    let mut twice = read(&twice);
    assert!(*twice.analysis() == *once.analysis());
    let metas = twice.evidence();
    let said = |meta: &EvidenceMeta| codes(meta).contains(&IssueCode::SameContent);
    assert!(metas[..files.len()].iter().all(|meta| !said(meta)) && metas[files.len()..].iter().all(said));
    // The second stands in for the first when that is taken out.
    twice.set_removed(EvidenceId(0), true);
    assert!(!said(&twice.evidence()[files.len()]));
}

#[test]
fn what_its_path_gives_its_meaning_repeats_nothing_of_another_path() {
    let group = "sys/fs/cgroup/system.slice/ingest.service";
    let (date, log) = ("Thu Jun 18 10:10:01 UTC 2026\n", "cannot reach redis\ngiving up\n");
    let of_pod = |pod: &str| format!("cluster-resources/pods/logs/shop/{pod}/web.log");
    let (a, b) = (of_pod("web-6996dd565b-xl44t"), of_pod("web-6996dd565b-2bq7m"));
    let paths = |files: &[(&str, &str)]| -> Vec<(String, Vec<u8>)> {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    };
    let copy = format!("copy/{a}");
    for (files, n_repeats) in [
        (paths(&[(&format!("{group}/pids.current"), "4915\n"), (&format!("{group}/pids.max"), "4915\n")]), 0),
        (paths(&[("n1/date", date), ("n2/date", date)]), 0),
        (paths(&[("n1/date", date), ("n1/date", date)]), 1),
        (paths(&[("a.log", log), ("b.log", log)]), 1),
        // Two pods say the same; a copy that does not say whose it is says nothing new.
        (paths(&[(&a, log), (&b, log), (&copy, log)]), 1),
        (paths(&[(&a, log), ("a.log", log)]), 1),
        (paths(&[("a.log", log), (&a, log)]), 1),
    ] {
        let mut case = read(&files);
        case.analysis();
        let said = case.evidence().iter().filter(|meta| codes(meta).contains(&IssueCode::SameContent)).count();
        assert_eq!(said, n_repeats, "{:?}", files.iter().map(|(path, _)| path).collect::<Vec<_>>());
    }
    // A group that has all it may have, and what it was refused.
    let files = ["pids.current", "pids.events", "pids.max"].map(|file| (format!("{group}/{file}"), file));
    let text = |file: &str| if file == "pids.events" { "max 381\n" } else { "4915\n" };
    let files: Vec<_> = files.iter().map(|(path, file)| (path.as_str(), text(file))).collect();
    let mut case = read(&paths(&files));
    let found: Vec<_> = case.analysis().findings.iter().map(|it| (it.rule.as_str(), it.confidence)).collect();
    assert_eq!(found, [("host/unit-tasks-exhausted", Confidence::Certain)]);
    assert!(case.evidence().iter().all(|meta| meta.issues.list.is_empty() && meta.format == "cgroup"));
}

#[test]
fn clocks_move_times_without_reading_again() {
    let mut case = read(&small_files());
    let journal = case.evidence().last().expect("inputs").clone();
    let range = journal.time_range.expect("dated");
    case.set_zone(Some(0));
    let moved = case.evidence().last().and_then(|meta| meta.time_range).expect("dated");
    assert_eq!(moved.start, range.start.plus_seconds(i64::from(ZONE_S)));
    assert_eq!(case.step(), Step::Idle, "nothing is read again");
    case.choose(journal.id, Choices { offset_s: Some(ZONE_S), shift_ms: 1500, ..Choices::default() });
    let shifted = case.evidence().last().and_then(|meta| meta.time_range).expect("dated");
    assert_eq!(shifted.start.0, range.start.0 + 1_500_000_000);
    assert_eq!(case.step(), Step::Idle);
    case.choose(journal.id, Choices::default());
    case.set_zone(None);
    assert_eq!(case.evidence().last(), Some(&journal));
}

#[test]
fn a_cancelled_input_keeps_what_was_read_and_clear_forgets_all() {
    let mut case = empty_case().with_slice_bytes(NonZeroUsize::new(1000).expect("a size"));
    let id = add(&mut case, "kubelet.log", &short_journal());
    for _ in 0..5 {
        assert_eq!(case.step(), Step::Working);
    }
    case.cancel(None);
    let meta = case.evidence().remove(0);
    assert_eq!((meta.state, meta.bytes_read), (EvidenceState::Cancelled, 4000));
    assert!(meta.counts.records > 0 && meta.time_range.is_some());
    assert_eq!(case.step(), Step::Idle);
    assert!(case.analysis().coverage.windows.len() == 1);
    assert!(!case.lines(id, 1, 10).lines.is_empty());
    case.clear();
    assert!(
        case.evidence().is_empty() && *case.analysis() == Analysis::default().clone()
            || case.analysis().findings.is_empty()
    );
    assert_eq!(add(&mut case, "again.log", b"x\n"), EvidenceId(0));
}

#[test]
fn conclusions_are_the_same_in_steps_and_begin_anew_with_every_change() {
    let (mut at_once, mut in_steps) = (read(&small_files()), read(&small_files()));
    let mut shares = vec![in_steps.conclude_step()];
    assert!(shares[0] < 1.0, "more than one step");
    // Between two steps anything can be asked and changed.
    assert!(!in_steps.lines(EvidenceId(0), 1, 5).lines.is_empty());
    in_steps.conclude_step();
    in_steps.set_removed(EvidenceId(0), true);
    in_steps.set_removed(EvidenceId(0), false);
    assert_eq!(in_steps.conclude_step(), shares[0], "from the beginning");
    while shares.last() < Some(&1.0) {
        shares.push(in_steps.conclude_step());
    }
    assert!(shares.len() > 8 && shares.is_sorted() && shares.iter().rev().skip(1).all(|share| *share < 1.0));
    assert_eq!(in_steps.conclude_step(), 1.0);
    assert_eq!(in_steps.analysis(), at_once.analysis());
    assert!(!in_steps.analysis().findings.is_empty());
}

#[test]
fn windows_of_lines_are_the_files_own() {
    let text = String::from_utf8(short_journal()).expect("text");
    let (case, meta) = read_one(text.as_bytes());
    let lines: Vec<&str> = text.lines().collect();
    for first in [1, 2, 63, 64, 65, 66, 128, 129, lines.len() as u32 - 1, lines.len() as u32] {
        for count in [1, 2, 64, 65, 500] {
            let view = case.lines(meta.id, first, count);
            let end = lines.len().min(first as usize - 1 + count as usize);
            let want: Vec<_> = (first..).zip(&lines[first as usize - 1..end]).map(|(n, text)| (n, *text)).collect();
            let got: Vec<_> = view.lines.iter().map(|line| (line.number, line.text.as_str())).collect();
            assert_eq!(got, want, "{first} {count}");
            assert_eq!(view.n_lines, lines.len() as u64);
        }
    }
    for (id, first, count) in [(0, lines.len() as u32 + 1, 10), (0, u32::MAX, 10), (0, 1, 0), (9, 1, 10)] {
        assert!(case.lines(EvidenceId(id), first, count).lines.is_empty());
    }
    assert_eq!(case.lines(meta.id, 0, 1), case.lines(meta.id, 1, 1));
    // Citations quote the same lines, five at most, and say where the bytes are.
    for (first, last) in [(1, 1), (64, 66), (10, 30), (lines.len() as u32, lines.len() as u32)] {
        let cite = Cite { locator: Locator::lines(meta.id, first, last), role: Role::Shows, at: None };
        let citation = case.cite(&[cite]).remove(0);
        let want: Vec<String> = lines[first as usize - 1..(last as usize).min(first as usize + 4)]
            .iter()
            .map(|line| shorten(line))
            .collect();
        assert_eq!(citation.excerpt, want);
        let bytes = citation.locator.bytes;
        assert_eq!(
            &text[bytes.start as usize..bytes.end as usize],
            lines[first as usize - 1..last as usize].join("\n")
        );
        assert_eq!(citation.digest, None);
    }
}

fn shorten(line: &str) -> String {
    if line.chars().count() > 400 { line.chars().take(400).collect::<String>() + " …" } else { line.to_owned() }
}

#[test]
fn places_of_another_version_of_a_file_do_no_harm() {
    let (mut case, meta) = read_one(format!("short\n{}\nlast", "y".repeat(5000)).as_bytes());
    case.set_digest(meta.id, digest_of(b"x"));
    for (start, end, first, last) in
        [(9000, 9100, 2, 2), (u64::MAX - 1, u64::MAX, 2, 2), (5, 3, 9, 1), (0, u64::MAX, 0, 0), (700, 705, 2, 2)]
    {
        let locator = Locator { evidence: meta.id, bytes: ByteRange { start, end }, lines: LineRange { first, last } };
        let citation = case.cite(&[Cite { locator, role: Role::Shows, at: None }]).remove(0);
        assert_eq!(citation.digest.as_deref(), Some(digest_of(b"x").as_str()));
    }
}

#[test]
fn lines_are_found_in_both_directions() {
    let text: String =
        (1..=10_000).map(|n| format!("line {n} {}\n", if n % 3000 == 0 { "Fatal Error" } else { "ok" })).collect();
    let (case, meta) = read_one(text.as_bytes());
    let find = |from, backwards| case.find_line(meta.id, "fatal ERROR", from, backwards);
    assert_eq!(
        [find(0, false), find(2999, false), find(3000, false), find(9000, false)],
        [Some(3000), Some(3000), Some(6000), None]
    );
    assert_eq!(
        [find(10_001, true), find(9000, true), find(3001, true), find(3000, true)],
        [Some(9000), Some(6000), Some(3000), None]
    );
    assert_eq!([find(u32::MAX, true), find(u32::MAX, false), find(0, true)], [Some(9000), None, None]);
    assert_eq!(case.find_line(meta.id, "", 0, false), None);
}

#[test]
fn the_next_line_that_tells_of_an_error_is_found_by_its_level() {
    let levels = ["INFO", "ERROR", "WARN", "FATAL", "INFO", "ERROR"];
    let lines = levels.iter().enumerate();
    let text: String =
        lines.map(|(n, level)| format!("2023-07-23T22:00:0{n}Z {level} step {n}\n\tmore of it\n")).collect();
    let (case, meta) = read_one(text.as_bytes());
    let find = |from, backwards| case.find_line(meta.id, "", from, backwards);
    assert_eq!([find(0, false), find(3, false), find(4, false), find(7, false)], [Some(3), Some(7), Some(7), Some(11)]);
    assert_eq!([find(11, false), find(12, false), find(u32::MAX, false)], [None; 3]);
    assert_eq!(
        [find(u32::MAX, true), find(11, true), find(4, true), find(3, true)],
        [Some(11), Some(7), Some(3), None]
    );
}

#[test]
fn a_place_inside_of_a_line_is_marked_and_in_sight_however_long_the_line_is() {
    let object = |n: u32| format!(r#"{{"kind":"Pod","metadata":{{"name":"web-{n}","namespace":"shöp"}}}}"#);
    let list = (0..2_000).map(object).collect::<Vec<_>>().join(",");
    let text = format!("first\n[{list}]\nlast");
    let (case, meta) = read_one(text.as_bytes());
    let marked = |what: &str| {
        let start = text.find(what).expect("it is there") as u64;
        let bytes = ByteRange { start, end: start + what.len() as u64 };
        let line = case.marked_lines(meta.id, 1, 10, bytes).lines[1].clone();
        let [before, marked, after] = line.pieces("").map(str::to_owned);
        assert_eq!(before.clone() + &marked + &after, line.text);
        assert!(line.text.chars().count() <= 2_010, "{}", line.text.len());
        (before, marked, after)
    };
    for n in [0, 5, 1_000, 1_999] {
        let (before, found, after) = marked(&object(n));
        assert_eq!(found, object(n));
        assert_eq!((before.starts_with("… "), after.ends_with(" …")), (n >= 1_000, n < 1_999), "{n}");
    }
    // The beginning of what is longer than a line may be is what is seen of it.
    assert!(marked(&list).1.starts_with(&object(0)));
    let whole = |start: u64, end: u64| case.marked_lines(meta.id, 1, 10, ByteRange { start, end });
    let plain = case.lines(meta.id, 1, 10);
    for (start, end) in [(0, 5), (0, 8), (3, 3), (9, 2), (u64::MAX - 1, u64::MAX), (text.len() as u64 - 4, u64::MAX)] {
        assert_eq!(whole(start, end), plain, "{start}..{end}");
    }
    assert_eq!(whole(2, 4).lines[0].pieces("f"), ["fi", "rs", "t"]);
}

#[test]
fn what_is_searched_is_marked_in_the_lines_that_hold_it() {
    let (case, meta) = read_one("Größe: fatal error: NEWOSPROC\nnothing\nnewosproc newosproc\n".as_bytes());
    let lines = case.lines(meta.id, 1, 10).lines;
    let pieces = |searched: &str| lines.iter().map(|line| line.pieces(searched).concat()).collect::<Vec<_>>();
    assert_eq!(lines[0].pieces("newosproc"), ["Größe: fatal error: ", "NEWOSPROC", ""]);
    assert_eq!(lines[0].pieces("größe"), ["", "Größe", ": fatal error: NEWOSPROC"]);
    assert_eq!(lines[1].pieces("newosproc"), ["", "", "nothing"]);
    assert_eq!(lines[2].pieces("NewOsProc"), ["", "newosproc", " newosproc"]);
    for searched in ["", "ö", "n", "nothing and more than the line holds"] {
        assert_eq!(pieces(searched), lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>(), "{searched}");
    }
}

#[test]
fn what_was_guessed_can_be_set_and_is_read_again() {
    let csv = "when;ts;threads\n2023-07-23 22:00;1690120800;1,234\n2023-07-23 22:01;1690120860;2,345\n";
    let (mut case, meta) = read_one(csv.as_bytes());
    let guess = |meta: &EvidenceMeta, what| {
        let guess = meta.guesses.iter().find(|guess| guess.what == what).cloned().expect("a guess");
        (guess.value, guess.alternatives, guess.chosen)
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(guess(&meta, GuessKind::Delimiter), (";".to_owned(), texts(&[",", "tab"]), false));
    assert_eq!(guess(&meta, GuessKind::DecimalMark), (".,".to_owned(), texts(&[".", ","]), false));
    assert_eq!(guess(&meta, GuessKind::TimeColumn), ("ts".to_owned(), texts(&["when"]), false));
    assert_eq!(guess(&meta, GuessKind::TimeUnit), ("s".to_owned(), texts(&["ms", "us", "ns"]), false));
    let value = |case: &Case| case.parsed(meta.id).expect("the input").frames[0].columns[0].values[0];
    assert_eq!(value(&case), 1.234);
    let set = |what, value: &str| Setting { what, value: value.to_owned() };
    let settings =
        vec![set(GuessKind::DecimalMark, "."), set(GuessKind::TimeColumn, "when"), set(GuessKind::Delimiter, "?")];
    case.choose(meta.id, Choices { settings, ..Choices::default() });
    case.read_all();
    assert_eq!(value(&case), 1234.0);
    let meta = case.evidence().remove(0);
    assert_eq!(guess(&meta, GuessKind::TimeColumn), ("when".to_owned(), texts(&["ts"]), true));
    assert_eq!(meta.clock.kind, WallKind::Local);
    let settings = vec![set(GuessKind::TimeUnit, "ms")];
    case.choose(meta.id, Choices { settings, ..Choices::default() });
    case.read_all();
    assert_eq!(case.time_range().map(|range| range.start), Some(Timestamp(1_690_120_800_000_000)));
}

#[test]
fn what_was_set_by_hand_can_be_taken_back_where_nothing_is_read_with_it() {
    let csv = "time,threads\n2023-07-23 22:00:00,1\n2023-07-23 22:01:00,2\n";
    let (mut case, meta) = read_one(csv.as_bytes());
    let settings = vec![Setting { what: GuessKind::Delimiter, value: ";".to_owned() }];
    let open = |case: &Case, settings: &[Setting]| {
        let open = Guess::open(&case.evidence()[0].guesses, settings);
        open.into_iter().map(|guess| (guess.what, guess.value, guess.chosen)).collect::<Vec<_>>()
    };
    assert!(open(&case, &[]).contains(&(GuessKind::Delimiter, ",".to_owned(), false)));
    assert_eq!(open(&case, &settings), open(&case, &[]), "what was read says it by itself");
    case.choose(meta.id, Choices { settings: settings.clone(), ..Choices::default() });
    case.read_all();
    assert!(case.evidence()[0].counts.samples == 0 && open(&case, &[]).is_empty());
    assert_eq!(open(&case, &settings), [(GuessKind::Delimiter, ";".to_owned(), true)]);
    case.choose(meta.id, Choices::default());
    case.read_all();
    assert_eq!(case.evidence()[0].counts, meta.counts);
}

#[test]
fn a_quotation_has_the_time_of_the_record_that_begins_there() {
    let text = "2024-05-01T10:00:00Z one\n  goes on\n2024-05-01T10:00:05Z two\n";
    let (mut case, meta) = read_one(text.as_bytes());
    let given = Timestamp::from_seconds(7);
    let quoted = |case: &Case, line| {
        let cite = Cite { locator: Locator::lines(meta.id, line, line), role: Role::Shows, at: Some(given) };
        case.cite(&[cite, Cite { at: None, ..cite }]).iter().map(|quote| quote.at).collect::<Vec<_>>()
    };
    let at = |second: i64| Some(Timestamp::from_seconds(1_714_557_600 + second));
    assert_eq!((quoted(&case, 1), quoted(&case, 3)), (vec![at(0); 2], vec![at(5); 2]));
    assert_eq!(quoted(&case, 2), [Some(given), None], "a line that goes on has no time of its own");
    case.choose(meta.id, Choices { shift_ms: 90_000, ..Choices::default() });
    assert_eq!(quoted(&case, 3), vec![at(95); 2]);
}
