//! What the characters mean that mark something in a compiled sentence.

/// Opens the name of a variable.
pub(crate) const VARIABLE: char = '\u{1}';
/// Opens a selection with the name of its variable.
pub(crate) const SELECT: char = '\u{2}';
/// Ends the name of a variable.
pub(crate) const NAMED: char = '\u{3}';
/// Opens a variant with its key; ends the name of a selection's variable, or the variant before.
pub(crate) const VARIANT: char = '\u{4}';
/// Ends a key.
pub(crate) const KEYED: char = '\u{5}';
/// Ends a selection.
pub(crate) const SELECTED: char = '\u{6}';
/// A line break inside a message.
pub(crate) const BREAK: char = '\u{7}';
