//! Packing, for tests: archives as bytes, well made or not.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

pub(crate) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// A tar header of a kind: `0` is a file, `2` a symbolic link.
pub(crate) fn tar_entry(name: &str, kind: u8, bytes: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    seal(&mut header);
    header.extend(bytes);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

/// Writes the checksum of a tar header.
pub(crate) fn seal(header: &mut [u8]) {
    header[148..156].fill(b' ');
    let sum: u32 = header[..512].iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = files.iter().flat_map(|(name, bytes)| tar_entry(name, b'0', bytes)).collect();
    bytes.extend([0; 1024]);
    bytes
}

/// How a member of a zip is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ZipForm {
    pub(crate) deflated: bool,
    /// Sizes stand behind the data, and in the list.
    pub(crate) described: bool,
    /// Sizes and places stand in extra fields of eight bytes.
    pub(crate) wide: bool,
}

pub(crate) fn zip(files: &[(&str, &[u8])], form: ZipForm) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let packed = if form.deflated { deflate(data) } else { data.to_vec() };
        let mut sum = flate2::Crc::new();
        sum.update(data);
        let (at, sizes) = (bytes.len() as u64, [packed.len() as u64, data.len() as u64]);
        let narrow = |value: u64| if form.wide { u32::MAX } else { value as u32 };
        let common = |sum: u32, sizes: [u32; 2], extra: usize| {
            let flags = if form.described { 1 << 3 } else { 0 };
            let mut common = Vec::new();
            shorts(&mut common, &[45, flags, if form.deflated { 8 } else { 0 }, 0, 0]);
            longs(&mut common, &[sum, sizes[0], sizes[1]]);
            shorts(&mut common, &[name.len() as u16, extra as u16]);
            common
        };
        let extra = |values: &[u64]| {
            let mut extra = Vec::new();
            if form.wide {
                extra.extend([1, 0]);
                extra.extend((8 * values.len() as u16).to_le_bytes());
                values.iter().for_each(|value| extra.extend(value.to_le_bytes()));
            }
            extra
        };
        let local = if form.described { Vec::new() } else { extra(&[sizes[1], sizes[0]]) };
        bytes.extend(b"PK\x03\x04");
        bytes.extend(match form.described {
            true => common(0, [0, 0], 0),
            false => common(sum.sum(), sizes.map(narrow), local.len()),
        });
        bytes.extend(name.as_bytes());
        bytes.extend(&local);
        bytes.extend(&packed);
        if form.described {
            bytes.extend(b"PK\x07\x08");
            longs(&mut bytes, &[sum.sum(), sizes[0] as u32, sizes[1] as u32]);
        }
        let listed = extra(&[sizes[1], sizes[0], at]);
        list.extend(b"PK\x01\x02\0\0");
        list.extend(common(sum.sum(), sizes.map(narrow), listed.len()));
        list.extend([0; 10]);
        list.extend(narrow(at).to_le_bytes());
        list.extend(name.as_bytes());
        list.extend(&listed);
    }
    let (at, size, count) = (bytes.len() as u64, list.len() as u64, files.len() as u64);
    bytes.extend(list);
    if form.wide {
        let end = bytes.len() as u64;
        bytes.extend(b"PK\x06\x06");
        bytes.extend(44u64.to_le_bytes());
        bytes.extend([0; 12]);
        for value in [count, count, size, at] {
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(end.to_le_bytes());
        bytes.extend([1, 0, 0, 0]);
    }
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let short = |value: u64| if form.wide { u16::MAX } else { value as u16 };
    let long = |value: u64| if form.wide { u32::MAX } else { value as u32 };
    shorts(&mut bytes, &[short(count), short(count)]);
    longs(&mut bytes, &[long(size), long(at)]);
    bytes.extend([0; 2]);
    bytes
}

fn shorts(into: &mut Vec<u8>, words: &[u16]) {
    words.iter().for_each(|word| into.extend(word.to_le_bytes()));
}

fn longs(into: &mut Vec<u8>, words: &[u32]) {
    words.iter().for_each(|word| into.extend(word.to_le_bytes()));
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
