//! When a bundle was collected: by a clock inside it, by its name, else not before the newest instant in it.

use super::{bundle_of, layout_of, pattern::matches_end};
use crate::facts::Input;
use crate::model::time::Civil;
use crate::model::words::places_of;
use crate::model::{Bundle, Cite, ClockOrigin, Collected, CollectedBy, ContainerState, Locator, Role, Timestamp};

/// A name without a zone may mean any of them.
const ANY_ZONE_S: u32 = 14 * 3600;

/// Sets the time of each.
pub(super) fn set(bundles: &mut [Bundle], inputs: &[Input<'_>]) {
    let mut found: Vec<Option<Collected>> = vec![None; bundles.len()];
    for input in inputs {
        let inner = bundle_of(&input.meta.path, bundles).map(|bundle| bundle.root.as_str());
        let Some(index) = bundles.iter().position(|bundle| Some(bundle.root.as_str()) == inner) else { continue };
        let bundle = &bundles[index];
        let new = if is_clock(input, bundle) { by_clock(input) } else { newest(input) };
        let rank = |it: &Collected| (it.by == CollectedBy::Clock, it.at);
        if new.as_ref().is_some_and(|new| found[index].as_ref().is_none_or(|old| rank(new) > rank(old))) {
            found[index] = new;
        }
    }
    for (bundle, found) in bundles.iter_mut().zip(found) {
        bundle.collected = match (found, instant_of_name(&bundle.root)) {
            (Some(found), _) if found.by == CollectedBy::Clock => Some(found),
            (_, Some((at, true))) => Some(by_name(at, 1)),
            // What is inside tells more than a name without a zone, unless it is of another day.
            (Some(found), Some((at, false))) if found.at.0.abs_diff(at.0) > u64::from(ANY_ZONE_S) * 1_000_000_000 => {
                Some(by_name(at, ANY_ZONE_S))
            }
            (Some(found), _) => Some(found),
            (None, Some((at, false))) => Some(by_name(at, ANY_ZONE_S)),
            (None, None) => None,
        };
    }
}

const fn by_name(at: Timestamp, uncertainty_s: u32) -> Collected {
    Collected { at, uncertainty_s, by: CollectedBy::Name, cite: None }
}

fn is_clock(input: &Input<'_>, bundle: &Bundle) -> bool {
    let parts: Vec<&str> = input.meta.path.split('/').collect();
    let clocks = layout_of(bundle.kind).map_or(&[][..], |layout| layout.clocks);
    input.meta.format == "date" && clocks.iter().any(|pattern| matches_end(pattern, &parts).is_some())
}

/// The last time of a file that says nothing else.
fn by_clock(input: &Input<'_>) -> Option<Collected> {
    let at = input.meta.time_range?.end;
    let line = input.parsed.records.last().map_or(1, |record| record.line);
    let cite = Cite { locator: Locator::lines(input.meta.id, line, line), role: Role::Shows, at: Some(at) };
    let uncertainty_s = if input.meta.clock.offset_origin == ClockOrigin::Default { ANY_ZONE_S } else { 1 };
    Some(Collected { at, uncertainty_s, by: CollectedBy::Clock, cite: Some(cite) })
}

/// The newest instant that an input of the cluster holds. Logs are left out: a line may quote any time, and so may a certificate.
fn newest(input: &Input<'_>) -> Option<Collected> {
    let events = input.parsed.events.iter().filter_map(|event| Some((event.last.or(event.first)?, event.locator)));
    let containers = input.parsed.objects.iter().flat_map(|object| &object.containers);
    let states = containers.flat_map(|container| container.last_state.iter().chain([&container.state]));
    let of = |state: &ContainerState| Some((state.finished.max(state.started)?, state.locator?));
    let (at, locator) = events.chain(states.filter_map(of)).max_by_key(|(at, _)| *at)?;
    let cite = Cite { locator, role: Role::Bounds, at: Some(at) };
    Some(Collected { at, uncertainty_s: 0, by: CollectedBy::Newest, cite: Some(cite) })
}

/// The instant in a name, and whether it is in UTC: `support-bundle-2024-08-20T14_00_01`, `supportbundle_0b6d_2024-08-20T06-00-01Z.zip`. The
/// last part of the path that has one tells; a date alone is none.
#[must_use]
pub fn instant_of_name(path: &str) -> Option<(Timestamp, bool)> {
    path.rsplit('/').find_map(|part| places_of(part, "20").find_map(|at| stamp(part.as_bytes().get(at..)?)))
}

/// `2024-08-20T14_00_01`, with any separators, and `Z`.
fn stamp(text: &[u8]) -> Option<(Timestamp, bool)> {
    let number = |from: usize, len: usize| {
        let digits = text.get(from..from + len)?;
        digits.iter().try_fold(0u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let is_separated = [4, 7, 10, 13, 16].iter().all(|&at| text.get(at).is_some_and(|byte| b"-_T:.".contains(byte)));
    let (year, month, day) = (i32::try_from(number(0, 4)?).ok()?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let civil = Civil { year, month, day, hour, minute, second, ..Civil::default() };
    let wall = crate::model::WallTime::from_civil(civil).filter(|_| is_separated)?;
    Some((Timestamp(wall.0), text.get(19) == Some(&b'Z')))
}
