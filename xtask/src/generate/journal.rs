//! A kubelet journal of any size, for benchmarks: the hum, with Go crashes at known intervals.
//!
//! Messages are rendered once into a pool; a line is a clock, a head and a message of the pool, so that writing is a matter of copying.

use std::io::{self, Write};

use super::clock::{Zone, midnight_utc};
use super::crash::newosproc;
use super::noise::{Said, Subject, eviction, housekeeping, hum, scrape};
use super::rng::Rng;

/// Messages in the pool.
const POOL: usize = 8192;
/// One crash in this many messages.
const CRASH_EVERY: u64 = 20_000;
/// Bytes collected before they are handed on.
const BUFFER: usize = 1 << 20;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Bytes, at least as many as asked and at most one crash more.
    pub(crate) bytes: u64,
    /// Lines.
    pub(crate) lines: u64,
    /// Crashes: lines `runtime: failed to create new OS thread`.
    pub(crate) crashes: u64,
}

/// Writes at least `bytes` bytes of `journalctl -u kubelet.service`, beginning at 2023-07-23 00:00:00 local time, twelve lines a second.
///
/// # Errors
/// When `out` refuses.
pub(crate) fn write(out: &mut impl Write, bytes: u64, seed: u64) -> io::Result<Written> {
    let mut rng = Rng::new(seed, "journal");
    let pool = pool(&mut rng);
    let mut written = Written { bytes: 0, lines: 0, crashes: 0 };
    let mut buffer: Vec<u8> = Vec::with_capacity(BUFFER + 8192);
    let mut clock = Clock::new(midnight_utc(2023, 7, 23));
    let mut n_messages = 0;
    while written.bytes + (buffer.len() as u64) < bytes {
        clock.advance(1 + rng.below(166_000));
        n_messages += 1;
        if n_messages % CRASH_EVERY == 0 {
            for line in newosproc(&mut rng, 5) {
                clock.write_head(&mut buffer);
                buffer.extend_from_slice(line.as_bytes());
                buffer.push(b'\n');
                written.lines += 1;
            }
            written.crashes += 1;
        } else {
            let (level, rest) = &pool[rng.below(POOL as u64) as usize];
            clock.write_head(&mut buffer);
            clock.write_klog(&mut buffer, *level);
            buffer.extend_from_slice(rest);
            written.lines += 1;
        }
        if buffer.len() >= BUFFER {
            written.bytes += buffer.len() as u64;
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    written.bytes += buffer.len() as u64;
    out.write_all(&buffer)?;
    Ok(written)
}

/// Levels and what follows klog's clock: ` 1123 file.go:1] message\n`.
fn pool(rng: &mut Rng) -> Vec<(u8, Vec<u8>)> {
    let subjects: Vec<Subject> = (0..110)
        .map(|index| Subject {
            namespace: format!("team-{:02}", index % 17),
            pod: format!("service-{index:03}-{}-{}", rng.suffix(10), rng.suffix(5)),
            pod_uid: rng.uuid(),
            container: format!("service-{index:03}"),
            container_id: rng.hex(64),
        })
        .collect();
    (0..POOL)
        .map(|_| {
            let (level, site, message): Said = match rng.below(100) {
                0..18 => housekeeping(),
                18..24 => eviction(),
                24..28 => scrape(rng),
                _ => hum(rng, &subjects),
            };
            (level as u8, format!(" {:>7} {site} {message}\n", 1123).into_bytes())
        })
        .collect()
}

/// The journal's clock, with the texts of the current second kept ready.
struct Clock {
    us: u64,
    second: u64,
    /// `Jul 23 22:03:11 node-xx kubelet[1123]: `.
    head: Vec<u8>,
    /// `0723 22:03:11.`.
    klog: Vec<u8>,
}

impl Clock {
    fn new(start_s: i64) -> Self {
        let mut clock = Self { us: start_s as u64 * 1_000_000, second: 0, head: Vec::new(), klog: Vec::new() };
        clock.advance(0);
        clock
    }

    fn advance(&mut self, us: u64) {
        self.us += us;
        let second = self.us / 1_000_000;
        if second != self.second {
            self.second = second;
            let f = Zone(0).fields(second as i64);
            let time = format!("{:02}:{:02}:{:02}", f.hour, f.minute, f.second);
            self.head = format!("{} {:02} {time} node-xx kubelet[1123]: ", f.month_name(), f.day).into_bytes();
            self.klog = format!("{:02}{:02} {time}.", f.month, f.day).into_bytes();
        }
    }

    fn write_head(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.head);
    }

    fn write_klog(&self, out: &mut Vec<u8>, level: u8) {
        out.push(level);
        out.extend_from_slice(&self.klog);
        let mut us = self.us % 1_000_000;
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (us % 10) as u8;
            us /= 10;
        }
        out.extend_from_slice(&digits);
    }
}
