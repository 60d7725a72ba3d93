//! The comment at the top of every file: what it is, what it was filled from, how it is used.

use super::known::Known;

/// What the comment says. English, as configuration is; evidence in it has gone through [`super::quote::visible`].
pub(super) struct Head<'a> {
    /// What the file is.
    pub(super) what: &'a str,
    /// What in the case it was filled from; empty for a general file.
    pub(super) from: Vec<String>,
    /// What a person must check before use.
    pub(super) check: Vec<String>,
    /// The command that applies it.
    pub(super) apply: &'a str,
    /// The command that shows that it works.
    pub(super) verify: &'a str,
    /// What takes it back.
    pub(super) undo: &'a str,
}

impl Head<'_> {
    /// The comment, every line behind `# `, with an empty line after it.
    pub(super) fn render(&self, known: &Known<'_>) -> String {
        let mut lines = vec![format!("{} Written by Debrief.", self.what)];
        if self.from.is_empty() {
            let case = known.subject().map(|subject| format!(" (the case: {subject})")).unwrap_or_default();
            lines.push(format!("Filled from: nothing, this is a general file{case}."));
        }
        lines.extend(self.from.iter().map(|from| format!("Filled from: {from}")));
        lines.extend(self.check.iter().map(|check| format!("Check first: {check}")));
        lines.push(format!("Apply:  {}", self.apply));
        lines.push(format!("Verify: {}", self.verify));
        lines.push(format!("Undo:   {}", self.undo));
        let commented: String = lines.iter().map(|line| format!("# {line}\n")).collect();
        format!("{commented}\n")
    }
}
