//! Archives that mean harm: bombs, circles, names that lead elsewhere. Each costs what it may and no more, and the rest is still read.

use debrief::evidence::MemorySource;
use debrief::model::IssueCode;
use debrief::unpack::{Limits, unpack};

use super::pack::{self, ZipForm};
use super::{Kept, LOG, Member, first_code, fixture, lines, unpacked};

const DEFLATED: ZipForm = ZipForm { deflated: true, described: false, wide: false };

fn total(members: &[Member]) -> usize {
    members.iter().map(|member| member.bytes.len()).sum()
}

#[test]
fn a_gzip_bomb_ends_at_its_ratio_with_what_came_before() {
    // Zeros, 1,029 to 1.
    let bomb = pack::gzip(&vec![0; 8 << 20]);
    let limits = Limits { free_bytes: 1 << 10, ..Limits::default() };
    let most = (1 << 10) + 1_000 * bomb.len() as u64;
    let mut kept = Counting::default();
    let noted = unpack("bomb.gz", &MemorySource(bomb), limits, &mut kept);
    assert!(noted.list.is_empty());
    let [(path, bytes, code)] = &kept.members[..] else { panic!("{:?}", kept.members) };
    assert_eq!((path.as_str(), *code), ("bomb.gz", Some(IssueCode::UnpackRatio)));
    assert!((1..=most).contains(bytes), "{bytes} of {most}");
    assert!(kept.largest_write <= 64 << 10, "at most a buffer at once: {}", kept.largest_write);
}

#[test]
fn a_bomb_inside_a_bundle_does_not_take_the_rest_away() {
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 1).collect();
    let bomb = pack::gzip(&pack::zstd(&vec![0; 16 << 20]));
    let members = unpacked(pack::tar(&[("a.log", LOG), ("noise", &noise), ("bomb.gz", &bomb), ("b.log", LOG)]));
    let said = lines(&members);
    assert_eq!([said[0].as_str(), said[1].as_str(), said[3].as_str()], ["x/a.log 85", "x/noise 20000", "x/b.log 85"]);
    assert!(said[2].starts_with("x/bomb.gz ") && said[2].contains("unpack-ratio"), "{}", said[2]);
    assert!(total(&members) < 4 << 20);
}

#[test]
fn a_zip_bomb_ends_at_the_ratio_of_the_whole() {
    // One block of zeros, listed a thousand times over: every member alone is harmless.
    let zeros = vec![0; 1 << 20];
    let one = pack::zip(&[("zeros", &zeros)], DEFLATED);
    let list_at = memchr::memmem::rfind(&one, b"PK\x01\x02").unwrap();
    let end_at = memchr::memmem::rfind(&one, b"PK\x05\x06").unwrap();
    let list = one[list_at..end_at].repeat(1000);
    let mut bomb = [&one[..list_at], &list].concat();
    let mut end = one[end_at..].to_vec();
    end[8..12].copy_from_slice(&[0xe8, 3, 0xe8, 3]);
    end[12..16].copy_from_slice(&(list.len() as u32).to_le_bytes());
    bomb.extend(end);
    let limits = Limits { free_bytes: 0, ratio: 100, ..Limits::default() };
    let most = 100 * bomb.len() as u64;
    let mut kept = Counting::default();
    unpack("x", &MemorySource(bomb), limits, &mut kept);
    let came: u64 = kept.members.iter().map(|(_, bytes, _)| bytes).sum();
    assert!(came <= most, "{came} of {most}");
    assert_eq!(kept.members.last().and_then(|(_, _, code)| *code), Some(IssueCode::UnpackRatio));
}

#[test]
fn nesting_ends_at_its_depth_and_says_where() {
    let nest = |levels: usize| {
        (0..levels).fold(LOG.to_vec(), |inner, _| pack::zip(&[("x", inner.as_slice()), ("beside.log", LOG)], DEFLATED))
    };
    assert_eq!(lines(&unpacked(nest(4)))[0], "x/x/x/x/x 85");
    let members = lines(&unpacked(nest(6)));
    assert_eq!(
        members,
        [
            "x/x/x/x/x 0 too-deep@0",
            "x/x/x/x/beside.log 85",
            "x/x/x/beside.log 85",
            "x/x/beside.log 85",
            "x/beside.log 85"
        ]
    );
    let gz = (0..6).fold(LOG.to_vec(), |inner, _| pack::gzip(&inner));
    assert_eq!(lines(&unpacked(gz)), ["x 0 too-deep@0"]);
}

#[test]
fn entries_are_counted_and_end_at_their_limit() {
    let entry = pack::tar_entry("a", b'0', b"");
    let mut kept = Counting::default();
    let noted = unpack("x", &MemorySource(entry.repeat(100_010)), Limits::default(), &mut kept);
    assert_eq!(kept.members.len(), 100_000);
    assert_eq!(
        noted.list.iter().map(|it| (it.code, it.first_byte)).collect::<Vec<_>>(),
        [(IssueCode::UnpackEntries, 51_200_000)]
    );
}

#[test]
fn bytes_end_at_their_limit() {
    let limits = Limits { bytes: 100_000, ..Limits::default() };
    let mut kept = Kept::default();
    let bundle = pack::gzip(&pack::tar(&[("a.log", &LOG.repeat(800)), ("b.log", &LOG.repeat(800)), ("c.log", LOG)]));
    let noted = unpack("x", &MemorySource(bundle), limits, &mut kept);
    assert_eq!(first_code(&kept.members), Some(IssueCode::UnpackBytes));
    assert_eq!(kept.members[0].bytes, LOG.repeat(800));
    assert!(total(&kept.members) <= 100_000 && kept.members.len() == 2, "{:?}", noted);
}

#[test]
fn names_lead_nowhere() {
    assert_eq!(
        lines(&unpacked(fixture("names.tar"))),
        [
            "x/etc/passwd 6",
            "x/etc/shadow 6",
            "x/C:/Windows/a.log 6",
            "x/a/b/c.log 6",
            "x/x\u{fffd}gol.exe 6",
            "x/ 6",
            "x/bell\u{fffd}.log 6",
        ]
    );
}

#[test]
fn names_in_a_zip_lead_nowhere_either() {
    let names =
        ["../../etc/passwd", "/etc/shadow", "C:\\Windows\\a.log", "a/./b/../../c.log", "..", "a\u{202e}gol.exe"];
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, LOG)).collect();
    let members = unpacked(pack::zip(&files, ZipForm::default()));
    assert_eq!(members.len(), names.len(), "{:?}", lines(&members));
    for member in &members {
        let inside = member.path.strip_prefix("x/").expect("below the archive");
        assert!(!inside.starts_with('/') && !inside.contains('\u{202e}'), "{inside}");
        assert!(inside.split('/').all(|part| part != ".." && part != "."), "{inside}");
    }
}

#[test]
fn links_in_a_circle_and_out_of_the_archive_are_no_members() {
    let link = |name: &str, kind: u8, to: &str| {
        let mut link = pack::tar_entry(name, kind, b"");
        link[157..157 + to.len()].copy_from_slice(to.as_bytes());
        pack::seal(&mut link);
        link
    };
    let bytes = [
        link("a", b'2', "b"),
        link("b", b'2', "a"),
        link("self", b'2', "self"),
        link("out", b'2', "../../etc/passwd"),
        link("hard", b'1', "hard"),
        link("folder", b'2', "."),
        pack::tar(&[("folder/c.log", LOG)]),
    ];
    assert_eq!(lines(&unpacked(bytes.concat())), ["x/folder/c.log 85"]);
}

#[test]
fn what_a_file_is_called_opens_and_hides_nothing() {
    let files: &[(&str, &[u8])] = &[("a.zip", LOG), ("b.gz", LOG), ("c.jpg", LOG)];
    for (form, packer) in super::packers() {
        for name in ["x.log", "x.jpg", "x.zip", "x.tar.gz", "x"] {
            let mut kept = Kept::default();
            let noted = unpack(name, &MemorySource(packer(files)), Limits::default(), &mut kept);
            assert!(noted.list.is_empty(), "{form} as {name}");
            // Members whose names promise an archive are the logs that they are.
            let ends = ["a.zip 85", "b.gz 85", "c.jpg 85"].map(|end| format!("{name}/{end}"));
            assert_eq!(lines(&kept.members), ends, "{form}");
        }
    }
}

#[test]
fn links_are_no_members_whatever_size_they_state() {
    let mut link = pack::tar_entry("a", b'2', b"");
    link[157..158].copy_from_slice(b"a");
    link[124..135].copy_from_slice(b"77777777777");
    pack::seal(&mut link);
    let bytes = [link, pack::tar(&[("b.log", LOG)])].concat();
    assert_eq!(lines(&unpacked(bytes)), ["x/b.log 85"]);
}

#[test]
fn sizes_that_lie_cost_nothing() {
    // A member of eight exabytes, and extensions that are as long.
    for kind in [b'0', b'L', b'x', b'g', b'S'] {
        let mut entry = pack::tar_entry("a.log", kind, LOG);
        entry[124..136].copy_from_slice(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff");
        pack::seal(&mut entry);
        let members = unpacked(entry);
        assert!(lines(&members).iter().any(|line| line.contains("archive-cut")), "{kind}: {:?}", lines(&members));
        assert!(total(&members) <= 512);
    }
    let mut zip = pack::zip(&[("a.log", LOG)], ZipForm::default());
    let list = memchr::memmem::rfind(&zip, b"PK\x01\x02").unwrap();
    zip[list + 20..list + 28].fill(0xfe);
    let members = unpacked(zip);
    assert_eq!(first_code(&members), Some(IssueCode::ArchiveCut), "{:?}", lines(&members));
    assert!(total(&members) < 512);
}

#[test]
fn a_large_window_is_not_given() {
    // A frame that asks for a window of 2 GiB.
    let frame = [&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8][..], &[0x01, 0, 0]].concat();
    assert_eq!(lines(&unpacked(frame)), ["x 0 compressed@0"]);
}

/// Counts what comes out and keeps none of it.
#[derive(Default)]
struct Counting {
    bytes: u64,
    members: Vec<(String, u64, Option<IssueCode>)>,
    largest_write: usize,
}

impl debrief::unpack::Sink for Counting {
    fn write(&mut self, bytes: &[u8]) -> Result<(), debrief::evidence::ReadError> {
        self.bytes += bytes.len() as u64;
        self.largest_write = self.largest_write.max(bytes.len());
        Ok(())
    }

    fn member(&mut self, path: &str, noted: debrief::model::Issues) {
        let code = noted.list.first().map(|issue| issue.code);
        self.members.push((path.to_owned(), std::mem::take(&mut self.bytes), code));
    }

    fn aside(&mut self) -> Result<Box<dyn debrief::evidence::Source>, debrief::evidence::ReadError> {
        Err(debrief::evidence::ReadError { at: 0, reason: "nothing is kept".to_owned() })
    }

    fn progress(&mut self, _bytes_read: u64) {}
}
