//! `--template`: one of the program's own by its id, or a file of markdown with slots.

use std::fs;
use std::path::Path;

use debrief::model::{Arg, Message};
use debrief::postmortem::TemplateChoice;

/// The template that an argument names. An id goes before a file of the same name, which `./` still reaches.
pub(crate) fn choose(argument: &Path) -> Result<TemplateChoice, Message> {
    let name = argument.to_string_lossy().into_owned();
    if TemplateChoice::BUILT_IN.contains(&name.as_str()) {
        return Ok(TemplateChoice::BuiltIn(name));
    }
    match fs::read_to_string(argument) {
        Ok(text) => Ok(TemplateChoice::Own { name, text }),
        Err(error) => {
            let known = TemplateChoice::BUILT_IN.map(Arg::from).to_vec();
            let message = Message::new("cli-bad-template").with("what", name).with("why", error.to_string());
            Err(message.with("known", Arg::List(known)))
        }
    }
}
