//! Archives: what other tools packed, what we pack ourselves, and what means harm.

#[path = "unpack/cli.rs"]
mod cli;
#[path = "unpack/hostile.rs"]
mod hostile;
#[path = "unpack/pack.rs"]
pub(crate) mod pack;
#[path = "unpack/real.rs"]
mod real;

use std::fs;
use std::path::Path;

use debrief::evidence::{MemorySource, ReadError, Source};
use debrief::model::{IssueCode, Issues};
use debrief::unpack::{Limits, Sink, unpack};
use proptest::prelude::*;

use pack::ZipForm;

/// Keeps everything, and remembers the most it was given at once.
#[derive(Default)]
struct Kept {
    rest: Vec<u8>,
    begun: Option<String>,
    members: Vec<Member>,
    largest_write: usize,
    told: Vec<u64>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Member {
    path: String,
    bytes: Vec<u8>,
    noted: Issues,
}

impl Sink for Kept {
    fn begin(&mut self, path: &str) {
        assert!(self.rest.is_empty() && self.begun.is_none(), "{path} begins in the middle of something");
        self.begun = Some(path.to_owned());
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.largest_write = self.largest_write.max(bytes.len());
        self.rest.extend(bytes);
        Ok(())
    }

    fn member(&mut self, path: &str, noted: Issues) {
        // What was begun ends before anything else does.
        assert!(self.begun.take().is_none_or(|begun| begun == path), "{path}");
        self.members.push(Member { path: path.to_owned(), bytes: std::mem::take(&mut self.rest), noted });
    }

    fn aside(&mut self) -> Result<Box<dyn Source>, ReadError> {
        assert_eq!(self.begun, None, "an archive is no input");
        Ok(Box::new(MemorySource(std::mem::take(&mut self.rest))))
    }

    fn progress(&mut self, bytes_read: u64) {
        self.told.push(bytes_read);
    }
}

/// What came out of `bytes`, an input called `x`; the input itself last, where something was wrong with it.
fn unpacked(bytes: Vec<u8>) -> Vec<Member> {
    let mut kept = Kept::default();
    let noted = unpack("x", &MemorySource(bytes), Limits::default(), &mut kept);
    if !noted.list.is_empty() {
        kept.members.push(Member { path: "x".to_owned(), noted, ..Member::default() });
    }
    assert!(kept.told.is_sorted());
    kept.members
}

/// One line for each: path, size, issues with their byte.
fn lines(members: &[Member]) -> Vec<String> {
    let of = |member: &Member| {
        let issues = member.noted.list.iter().map(|it| format!(" {}@{}", it.code.as_str(), it.first_byte));
        format!("{} {}{}", member.path, member.bytes.len(), issues.collect::<String>())
    };
    members.iter().map(of).collect()
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/unpack").join(name)).unwrap()
}

fn first_code(members: &[Member]) -> Option<IssueCode> {
    members.iter().flat_map(|member| &member.noted.list).map(|issue| issue.code).next()
}

const LOG: &[u8] = b"Jul 23 22:00:01 node-xx kubelet[1]: first\nJul 23 22:00:02 node-xx kubelet[1]: second\n";

/// Makes an archive of files.
type Packer = fn(&[(&str, &[u8])]) -> Vec<u8>;

/// All archives and compressions, written by this test.
fn packers() -> Vec<(&'static str, Packer)> {
    vec![
        ("tar", |files| pack::tar(files)),
        ("tar.gz", |files| pack::gzip(&pack::tar(files))),
        ("tar.bz2", |files| pack::bzip2(&pack::tar(files))),
        ("tar.xz", |files| pack::xz(&pack::tar(files))),
        ("tar.zst", |files| pack::zstd(&pack::tar(files))),
        ("zip", |files| pack::zip(files, ZipForm::default())),
        ("zip, deflated", |files| pack::zip(files, ZipForm { deflated: true, ..ZipForm::default() })),
        ("zip, described", |files| pack::zip(files, ZipForm { deflated: true, described: true, wide: false })),
        ("zip64", |files| pack::zip(files, ZipForm { deflated: true, described: false, wide: true })),
        ("zip.gz", |files| pack::gzip(&pack::zip(files, ZipForm::default()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_packed_comes_out_again(
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..5000), 1..6),
        folder in "[a-z]{1,20}",
    ) {
        // A member that looks packed itself is a matter of other tests.
        let contents: Vec<Vec<u8>> = contents.into_iter().map(|bytes| [b"# ", &bytes[..]].concat()).collect();
        let names: Vec<String> = (0..contents.len()).map(|n| format!("{folder}/{n}.log")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().zip(&contents).map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        for (form, packer) in packers() {
            let members = unpacked(packer(&files));
            let expected: Vec<Member> = files.iter().map(|(name, bytes)| Member {
                path: format!("x/{name}"),
                bytes: bytes.to_vec(),
                noted: Issues::default(),
            }).collect();
            prop_assert_eq!(members, expected, "{}", form);
        }
    }

    #[test]
    fn any_bytes_behind_any_beginning_end_within_the_limits(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        for name in ["folder.zip", "gnu.tar", "members.gz", "frames.zst", "streams.xz", "streams.bz2"] {
            let start = fixture(name);
            for cut in [3, 12, 40, start.len() - 20] {
                crate::formats::fuzz::fuzz_unpack(&start[..cut], &bytes);
            }
        }
    }

    #[test]
    fn a_flipped_bit_never_goes_unnoticed_nor_harms(place in any::<prop::sample::Index>(), bit in 0u8..8) {
        for (form, packer) in packers().into_iter().skip(1) {
            let whole = packer(&[("a.log", LOG), ("b.log", &LOG.repeat(40))]);
            let mut bytes = whole.clone();
            bytes[place.index(whole.len())] ^= 1 << bit;
            let before: usize = unpacked(whole).iter().map(|member| member.bytes.len()).sum();
            // Flags, times and names are under no checksum; but no bytes come up that were never there.
            let after: usize = unpacked(bytes).iter().filter(|member| member.noted.list.is_empty()).map(|member| member.bytes.len()).sum();
            prop_assert!(after <= before + 4096, "{}: {} from {}", form, after, before);
        }
    }
}

#[test]
fn a_cut_archive_gives_what_lies_before_the_cut() {
    let files: Vec<(String, Vec<u8>)> = (0..20).map(|n| (format!("{n}.log"), LOG.repeat(n + 1))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    for (form, packer) in packers() {
        let whole = packer(&files);
        let n_whole = unpacked(whole.clone()).len();
        let mut most = 0;
        for cut in (1..whole.len()).step_by(whole.len() / 47 + 1) {
            let members = unpacked(whole[..cut].to_vec());
            let came: Vec<&Member> = members.iter().filter(|member| !member.bytes.is_empty()).collect();
            for member in &came {
                let original = files.iter().find(|(name, _)| member.path == format!("x/{name}"));
                // Cut in its first bytes, an archive is a file of no known kind.
                let Some((_, original)) = original else { continue };
                assert!(original.starts_with(&member.bytes), "{form}, {cut}: {}", member.path);
            }
            let said = members.iter().any(|member| !member.noted.list.is_empty());
            assert!(said || cut < 512 || came.len() == n_whole, "{form} cut at {cut} of {} says nothing", whole.len());
            most = most.max(came.len());
        }
        // Compression in blocks as large as these files gives all or nothing.
        assert!(
            most * 2 > files.len() || ["tar.bz2", "tar.zst", "zip.gz"].contains(&form),
            "{form}: {most} of {}",
            files.len()
        );
    }
}

#[test]
fn compressed_files_keep_their_path_and_all_their_parts() {
    for name in ["members.gz", "frames.zst", "streams.xz", "streams.bz2"] {
        let members = unpacked(fixture(name));
        assert_eq!(lines(&members), [format!("x {}", 2 * LOG.len())], "{name}");
        assert_eq!(members[0].bytes, LOG.repeat(2), "{name}");
    }
    // The name in the header and the ending of the file say nothing.
    assert_eq!(unpacked(fixture("named.txt"))[0].bytes, LOG);
}

#[test]
fn what_tar_writes_is_read() {
    let long = "x/node/a-folder-with-a-name-that-is-quite-long/and-another-one-that-makes-it-longer-still/\
                until-it-does-not-fit/threads-max-of-a-node-with-a-long-name 8";
    // Neither links that form circles or lead nowhere, nor the second name of a file, are members.
    let all = [long, "x/node/empty 0", "x/node/logs/kubelet.log 85", "x/node/logs/日志.log 7", "x/node/pid_max 6"];
    for name in ["pax.tar", "ustar.tar"] {
        assert_eq!(lines(&unpacked(fixture(name))), all, "{name}");
    }
    let with_holes = [&all[..2], &["x/node/holes 0 compressed@7680"], &all[2..]].concat();
    assert_eq!(lines(&unpacked(fixture("gnu.tar"))), with_holes);
    assert_eq!(lines(&unpacked(fixture("pax-sparse.tar"))), ["x/x 0 compressed@1536", "x/node/pid_max 6"]);
    assert_eq!(lines(&unpacked(fixture("v7.log"))), ["x/node/logs/kubelet.log 85", "x/node/pid_max 6"]);
}

#[test]
fn what_zip_writes_is_read() {
    let mut members = lines(&unpacked(fixture("folder.zip")));
    members.sort();
    assert_eq!(
        members[1..],
        [
            "x/node/empty 0",
            "x/node/logs/kubelet.log 85",
            "x/node/logs/日志.log 7",
            "x/node/pid_max 6",
            "x/node/pid_max.again 6"
        ]
    );
    assert_eq!(lines(&unpacked(fixture("streamed.zip"))), ["x/- 85"]);
    assert_eq!(lines(&unpacked(fixture("zip64.zip"))), ["x/pid_max 6"]);
    assert_eq!(lines(&unpacked(fixture("cp437.zip"))), ["x/Müller.log 6"]);
    assert_eq!(
        lines(&unpacked(fixture("encrypted.zip"))),
        ["x/node/pid_max 0 encrypted@0", "x/node/logs/kubelet.log 85"]
    );
    let in_front = [b"#!/bin/sh\n# unpacks itself\n", &fixture("zip64.zip")[..]].concat();
    // What does not begin as a zip is no zip by itself, but is read where it is one already.
    assert_eq!(lines(&unpacked(in_front)).len(), 1);
}

#[test]
fn archives_inside_archives_are_opened() {
    assert_eq!(
        lines(&unpacked(fixture("nested.tar.xz"))),
        [
            "x/outer.zip/stored.zip/node/pid_max 6",
            "x/outer.zip/inner.zip/inner.tar.gz/node/logs/kubelet.log 85",
            "x/outer.zip/inner.zip/inner.tar.gz/node/pid_max 6",
            "x/outer.zip/inner.zip/kubelet.log.1.gz 85",
        ]
    );
}

#[test]
fn what_is_not_read_says_so() {
    for name in ["refused.7z", "refused.rar"] {
        assert_eq!(lines(&unpacked(fixture(name))), ["x 0 compressed@0"], "{name}");
        let bundle = pack::tar(&[("a.log", LOG), ("b", &fixture(name))]);
        assert_eq!(lines(&unpacked(bundle)), ["x/a.log 85", "x/b 0 compressed@0"], "{name}");
    }
}
