//! The import check: one function that every fixture of every format must pass.
//!
//! A fixture is any file under `tests/fixtures/formats/<format id>/` (its path below that folder is its name); its snapshot stands beside
//! it. A new format needs its folder, two fixtures and a fuzz target, and is checked without a line of code here.

mod dump;
#[allow(unreachable_pub)]
#[path = "../fuzz/src/lib.rs"]
pub mod fuzz;
mod read;

use std::fs;
use std::path::{Path, PathBuf};

use debrief::formats::detect::detect;
use debrief::formats::registry::{FORMATS, format_of};
use debrief::formats::{Family, Format, Parsed};
use debrief::model::{ByteRange, RowAt};
use proptest::prelude::*;

use dump::dump;
use read::{Cut, Text, check_integrity, read, read_as};

/// Formats that nothing but the path can tell: the content is a bare number.
const KNOWN_BY_PATH: &[&str] = &["proc-sys"];

/// Formats that take something from the path which the content does not say: which process, live or configured.
const READ_WITH_PATH: &[&str] = &["proc-sys", "sysctl", "systemctl", "ulimit"];

/// What a fixture is called when its name must not matter.
const NEUTRAL: &str = "unknown";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats")
}

/// One fixture: its format's id, its name below the format's folder, its bytes.
struct Fixture {
    format: String,
    name: String,
    bytes: Vec<u8>,
}

/// Every fixture, sorted by format and name.
fn fixtures() -> Vec<Fixture> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if !path.to_string_lossy().contains(".snap") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root(), &mut files);
    files.sort();
    let fixture = |path: PathBuf| {
        let relative = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let (format, name) = relative.split_once('/').expect("a fixture stands in the folder of its format");
        Fixture { format: format.into(), name: name.into(), bytes: fs::read(&path).unwrap() }
    };
    files.into_iter().map(fixture).collect()
}

/// Runs a check on every fixture and reports all that fail, by name.
fn for_each_fixture(check: impl Fn(&Fixture, &'static Format) + std::panic::RefUnwindSafe) {
    let failed: Vec<String> = fixtures()
        .iter()
        .filter(|fixture| std::panic::catch_unwind(|| check(fixture, known(fixture))).is_err())
        .map(|fixture| format!("{}/{}", fixture.format, fixture.name))
        .collect();
    assert!(failed.is_empty(), "failed for {failed:#?}");
}

fn known(fixture: &Fixture) -> &'static Format {
    format_of(&fixture.format).unwrap_or_else(|| panic!("{} is no format", fixture.format))
}

/// The name under which a fixture must do as well: none, except for the formats listed.
fn neutral_name<'a>(fixture: &'a Fixture, exempt: &[&str]) -> &'a str {
    if exempt.contains(&fixture.format.as_str()) { &fixture.name } else { NEUTRAL }
}

#[test]
fn dumps_are_as_reviewed() {
    for_each_fixture(|fixture, _| {
        let path = root().join(&fixture.format).join(&fixture.name);
        insta::with_settings!({
            snapshot_path => path.parent().unwrap(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            insta::assert_snapshot!(name, dump(&Text::decode(&fixture.bytes), &fixture.name));
        });
    });
}

#[test]
fn the_name_does_not_matter() {
    for_each_fixture(|fixture, _| {
        let text = Text::decode(&fixture.bytes);
        assert_eq!(dump(&text, &fixture.name), dump(&text, neutral_name(fixture, READ_WITH_PATH)));
    });
}

#[test]
fn slices_do_not_matter() {
    for_each_fixture(|fixture, format| {
        let text = Text::decode(&fixture.bytes);
        let whole = dump::items(&text, &read_as(format, &text, &fixture.name, Cut::Whole));
        for lines in [1, 7, 100] {
            let cut = dump::items(&text, &read_as(format, &text, &fixture.name, Cut::Lines(lines)));
            assert_eq!(whole, cut, "cut every {lines} lines");
        }
    });
}

/// What stands above in a terminal.
const ABOVE: &str = "$ uptime\n 10:00:01 up 3 days,  2 users,  load average: 0.31, 0.28, 0.25\n$ cat evidence\n";

#[test]
fn a_terminal_has_each_dump_once_and_everything_in_its_place() {
    let terminal = format_of("terminal").unwrap();
    for_each_fixture(|fixture, format| {
        let alone = Text::decode(&fixture.bytes);
        let text = Text { bytes: [ABOVE.as_bytes(), &alone.bytes].concat() };
        let shown = read_as(terminal, &text, NEUTRAL, Cut::Whole);
        check_integrity(&text, &shown);
        let sliced = read_as(terminal, &text, NEUTRAL, Cut::Lines(1));
        assert_eq!(dump::items(&text, &shown), dump::items(&text, &sliced));
        // What else a terminal would read otherwise, prompts and commands, is no part of a dump or a document.
        if format.family == Family::Stack || alone.bytes.trim_ascii_start().starts_with(b"{") {
            let whole = read_as(format, &alone, &fixture.name, Cut::Whole);
            assert_eq!(quoted(&text, &shown), quoted(&alone, &whole));
        }
    });
}

#[test]
fn a_dump_that_a_prompt_cuts_off_is_the_same_in_any_slices() {
    let text =
        "goroutine 1 [runnable, locked to thread]:\ngoroutine 1 [running]:\n[2026-11-28 02:12:05] root@node-1 ~ #";
    let text = Text { bytes: text.into() };
    let terminal = format_of("terminal").unwrap();
    let [whole, sliced] =
        [Cut::Whole, Cut::Lines(1)].map(|cut| dump::items(&text, &read_as(terminal, &text, NEUTRAL, cut)));
    assert_eq!(whole, sliced);
    assert_eq!(whole.matches("dump: ").count(), 2, "{whole}");
}

/// Where dumps, rows and what has a locator of its own stand: the text there.
fn quoted(text: &Text, parsed: &Parsed) -> Vec<String> {
    let rows = parsed.frames.iter().filter_map(|frame| match &frame.rows {
        RowAt::Bytes { base, offsets } => {
            let at = |offset: u32| base + u64::from(offset);
            Some(ByteRange { start: at(offsets.first()?), end: at(offsets.last()?) })
        }
        RowAt::Lines(_) => None,
    });
    let dumps = parsed.dumps.kept.iter().map(|dump| dump.locator.bytes);
    let notes = parsed.notes.kept.iter().map(|note| note.locator.bytes);
    let objects = parsed.objects.iter().map(|object| object.locator.bytes);
    let shown = |at: ByteRange| String::from_utf8_lossy(&text.bytes[at.start as usize..at.end as usize]).into_owned();
    rows.chain(dumps).chain(notes).chain(objects).map(shown).collect()
}

#[test]
fn encodings_and_line_ends_do_not_matter() {
    for_each_fixture(|fixture, _| {
        let text = Text::decode(&fixture.bytes);
        let want = dump::meaning(&text, &fixture.name);
        let with_bom = [b"\xef\xbb\xbf", &text.bytes[..]].concat();
        assert_eq!(want, dump::meaning(&Text::decode(&with_bom), &fixture.name), "with a byte order mark");
        let with_crlf = String::from_utf8_lossy(&text.bytes).replace("\r\n", "\n").replace('\n', "\r\n");
        let Ok(utf8) = std::str::from_utf8(&text.bytes) else { return };
        assert_eq!(want, dump::meaning(&Text::decode(with_crlf.as_bytes()), &fixture.name), "with CRLF");
        let little = utf8.encode_utf16().flat_map(u16::to_le_bytes);
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(little).collect();
        assert_eq!(want, dump::meaning(&Text::decode(&little), &fixture.name), "as UTF-16LE");
        let big = utf8.encode_utf16().flat_map(u16::to_be_bytes);
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(big).collect();
        assert_eq!(want, dump::meaning(&Text::decode(&big), &fixture.name), "as UTF-16BE");
    });
}

#[test]
fn truncated_and_damaged_inputs_are_accounted_for() {
    for_each_fixture(|fixture, format| {
        let text = Text::decode(&fixture.bytes);
        let ends = memchr::memchr_iter(b'\n', &text.bytes).map(|end| end + 1);
        // A linear congruential generator: the same 64 places on every run.
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let places: Vec<(usize, u8)> = (0..64)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((state >> 33) as usize % text.bytes.len().max(1), (state >> 17) as u8)
            })
            .collect();
        let cuts = ends.chain(places.iter().map(|(at, _)| *at)).map(|end| Text { bytes: text.bytes[..end].to_vec() });
        let damaged = places.iter().filter(|_| !text.bytes.is_empty()).map(|&(at, byte)| {
            let mut bytes = text.bytes.clone();
            bytes[at] = byte;
            Text { bytes }
        });
        for text in cuts.chain(damaged) {
            check_integrity(&text, &read_as(format, &text, &fixture.name, Cut::Whole));
            let (_, parsed) = read(&text, &fixture.name);
            check_integrity(&text, &parsed);
        }
    });
}

#[test]
fn items_are_where_they_say() {
    for_each_fixture(|fixture, format| {
        let text = Text::decode(&fixture.bytes);
        check_integrity(&text, &read_as(format, &text, &fixture.name, Cut::Lines(7)));
    });
}

#[test]
fn every_format_wins_its_own_fixtures_alone() {
    for_each_fixture(|fixture, format| {
        let text = Text::decode(&fixture.bytes);
        let ranking = detect(&text.head(neutral_name(fixture, KNOWN_BY_PATH)));
        assert_eq!(ranking.format.id, format.id, "score {}", ranking.score);
        let rival = ranking.runners_up.first().map_or(0, |(_, score)| *score);
        assert!(rival < ranking.score, "{:?} scores as high", ranking.runners_up.first().map(|(format, _)| format.id));
    });
}

#[test]
fn every_format_has_fixtures_and_a_fuzz_target() {
    let fixtures = fixtures();
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut gaps = Vec::new();
    for format in FORMATS {
        let n_fixtures = fixtures.iter().filter(|fixture| fixture.format == format.id).count();
        if n_fixtures < 2 {
            gaps.push(format!("{} has {n_fixtures} fixtures", format.id));
        }
        if !targets.join(format!("{}.rs", format.id)).is_file() {
            gaps.push(format!("{} has no fuzz target", format.id));
        }
    }
    for fixture in &fixtures {
        if format_of(&fixture.format).is_none() {
            gaps.push(format!("{}/{} belongs to no format", fixture.format, fixture.name));
        }
    }
    assert!(gaps.is_empty(), "{gaps:#?}");
}

#[test]
fn snapshots_have_their_fixture() {
    fn walk(folder: &Path, orphans: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, orphans);
            } else if path.extension().is_some_and(|extension| extension == "snap")
                && !path.with_extension("").is_file()
            {
                orphans.push(path);
            }
        }
    }
    let mut orphans = Vec::new();
    walk(&root(), &mut orphans);
    assert!(orphans.is_empty(), "{orphans:#?}");
}

#[test]
fn blank_inputs_are_plain() {
    for text in ["", "\n", " \n\t\n\r\n"] {
        let text = Text { bytes: text.into() };
        let ranking = detect(&text.head(NEUTRAL));
        assert_eq!((ranking.format.id, ranking.runners_up.len()), ("plain", 0), "{:?}", text.bytes);
    }
}

/// Texts that look like evidence: lines of the fixtures, whole, cut, joined and between arbitrary bytes.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<Vec<u8>> = fixtures()
        .iter()
        .flat_map(|fixture| fixture.bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect();
    let line = prop::sample::select(lines);
    let piece = prop_oneof![
        6 => line.clone().prop_map(|line| [line, b"\n".to_vec()].concat()),
        2 => (line, any::<prop::sample::Index>()).prop_map(|(line, at)| line[..at.index(line.len() + 1)].to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => Just(b"\r\n".to_vec()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read_by_every_format(bytes in texts()) {
        let text = Text { bytes };
        for format in FORMATS {
            let whole = read_as(format, &text, NEUTRAL, Cut::Whole);
            check_integrity(&text, &whole);
            let sliced = read_as(format, &text, NEUTRAL, Cut::Lines(1));
            prop_assert_eq!(dump::items(&text, &whole), dump::items(&text, &sliced), "{}", format.id);
            fuzz::fuzz_format(format.id, &text.bytes);
        }
    }
}
