//! The lines under `Containers:`: two blanks a name, four a field, six a field of a state (or of what is not read).

use super::{Fate, IssueCode, Locator, Parsed, Read, instant, joined, key_value, number, owned, state_zone};
use crate::model::{ContainerState, KubeContainer};

/// Which block of a container is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Now,
    Last,
    Limits,
}

/// Reads containers line by line.
#[derive(Default)]
pub(super) struct ContainerReader {
    open: Option<Open>,
}

impl ContainerReader {
    pub(super) fn read(
        &mut self,
        text: &[u8],
        is_init: bool,
        here: Locator,
        all: &mut Vec<KubeContainer>,
        out: &mut Parsed,
    ) -> Read {
        let indent = text.iter().take_while(|byte| **byte == b' ').count();
        let (key, value) = key_value(&text[indent..]);
        if indent == 2 && !key.is_empty() && value.is_empty() {
            self.open = None;
            all.push(KubeContainer { name: owned(key), is_init, ..KubeContainer::default() });
            return Ok(Fate::Parsed);
        }
        let Some(container) = all.last_mut() else { return Err(IssueCode::UnparsedLines) };
        if indent > 4 {
            let state = match self.open {
                Some(Open::Now) => &mut container.state,
                Some(Open::Last) => container.last_state.get_or_insert_default(),
                Some(Open::Limits) if key == b"memory" => {
                    container.memory_limit = Some(owned(value));
                    container.memory_limit_at = Some(here);
                    return Ok(Fate::Parsed);
                }
                _ => return Ok(Fate::Skipped),
            };
            state.locator = Some(state.locator.map_or(here, |locator| joined(locator, here)));
            return read_state(state, key, value, out);
        }
        self.open = None;
        let set = |text: &[u8]| (!text.is_empty()).then(|| owned(text));
        match key {
            b"Container ID" => container.id = set(value),
            b"Image" => container.image = set(value),
            b"Liveness" => container.liveness = set(value),
            b"Readiness" => container.readiness = set(value),
            b"Startup" => container.startup = set(value),
            b"Ready" => container.ready = Some(value == b"True"),
            b"Limits" => self.open = Some(Open::Limits),
            b"State" | b"Last State" => {
                let state = ContainerState { phase: owned(value), locator: Some(here), ..ContainerState::default() };
                if key == b"State" {
                    (container.state, self.open) = (state, Some(Open::Now));
                } else {
                    (container.last_state, self.open) = (Some(state), Some(Open::Last));
                }
            }
            b"Restart Count" => match number(value) {
                Some(restarts) => (container.restarts, container.restarts_at) = (restarts, Some(here)),
                None => return Err(IssueCode::BadNumber),
            },
            _ => return Ok(Fate::Skipped),
        }
        Ok(Fate::Parsed)
    }
}

/// A field of a state block.
fn read_state(state: &mut ContainerState, key: &[u8], value: &[u8], out: &mut Parsed) -> Read {
    let int = || std::str::from_utf8(value).ok().and_then(|code| code.parse().ok());
    match key {
        b"Reason" => state.reason = Some(owned(value)),
        b"Message" => state.message = Some(owned(value)),
        b"Exit Code" => state.exit_code = Some(int().ok_or(IssueCode::BadNumber)?),
        b"Signal" => state.signal = Some(int().ok_or(IssueCode::BadNumber)?),
        b"Started" | b"Finished" => {
            let at = instant(value).ok_or(IssueCode::BadTime)?;
            state_zone(value, out);
            if key == b"Started" {
                state.started = at;
            } else {
                state.finished = at;
            }
        }
        _ => return Ok(Fate::Skipped),
    }
    Ok(Fate::Parsed)
}
