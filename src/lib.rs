//! The engine of Debrief: evidence goes in, a postmortem that cites it comes out.
//!
//! # Map
//! [`unpack`] opens archives · [`evidence`] makes bytes named, bounded inputs · [`formats`] parse them into the [`model`] · [`facts`] derive what several rules need ·
//! [`rules`] answer found, ruled out, inconclusive or skipped · [`timeline`] orders what happened · [`postmortem`] is the document people
//! edit · [`chart`] draws, [`view`] says what a panel shows · [`redact`] replaces what must not leave · [`export`] writes what leaves ·
//! [`text`] holds every sentence in two languages · [`case`] is one incident and every operation on its evidence · [`desk`] makes what leaves
//! and opens what comes back · [`protocol`] is how the page talks to the two workers that hold them.
//!
//! # Invariants, as absences
//! The library never names a browser crate, the file system, the environment, a thread or a clock (`now` is passed in); it never prints.
//! A rule never reads bytes and never calls a rule. A view never parses or decides. Nothing iterates over a hash map into output.

pub mod case;
pub mod chart;
mod compact;
pub mod desk;
pub mod evidence;
pub mod export;
pub mod facts;
pub mod formats;
pub mod model;
pub mod postmortem;
pub mod protocol;
pub mod reading;
pub mod redact;
pub mod rules;
pub mod text;
pub mod timeline;
pub mod unpack;
pub mod view;
