//! What a person chooses about redaction, and what was replaced.
//!
//! Plain data: a saved case keeps the choices and a page shows the preview, neither of which needs the engine that replaces.

use serde::{Deserialize, Serialize};

/// A kind of thing that can be replaced when a document leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedactionClass {
    /// Keys, tokens, passwords, cookies, private keys, password hashes.
    Secret,
    /// E-mail addresses.
    Email,
    /// IPv4 and IPv6 addresses.
    Ip,
    /// Names of machines and domains.
    Host,
    /// Names of accounts of people.
    User,
}

impl RedactionClass {
    /// All, in the order of a menu and of precedence where two claim the same text.
    pub const ALL: [Self; 5] = [Self::Secret, Self::Email, Self::Ip, Self::Host, Self::User];

    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Host => "host",
            Self::User => "user",
        }
    }

    /// Id of its name in `locales/`; the attribute `.help` says what belongs to it.
    #[must_use]
    pub fn text_id(self) -> String {
        format!("redact-class-{}", self.as_str())
    }
}

/// What a person wants replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RedactionChoices {
    /// Whether anything is replaced at all.
    pub enabled: bool,
    /// Kinds that are replaced.
    pub classes: Vec<RedactionClass>,
    /// Originals that stay as they are, in whatever class; letter case is ignored.
    pub keep: Vec<String>,
}

impl RedactionChoices {
    /// Everything that can be found is replaced.
    #[must_use]
    pub fn everything() -> Self {
        Self { enabled: true, classes: RedactionClass::ALL.to_vec(), keep: Vec::new() }
    }
}

/// Secrets are replaced unless a person says otherwise; names and addresses only when a person says so, because inside a team they are
/// what makes the document useful.
impl Default for RedactionChoices {
    fn default() -> Self {
        Self { enabled: true, classes: vec![RedactionClass::Secret], keep: Vec::new() }
    }
}

/// One original and what stands for it: a line of the preview. Holds the original, so it never leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// Kind.
    pub class: RedactionClass,
    /// What stood there first; other spellings that mean the same (letter case of a host name) share the line.
    pub original: String,
    /// What stands for it; empty where it was kept and never needed one.
    pub pseudonym: String,
    /// How often it was met.
    pub count: u32,
    /// Whether the keep-list holds it.
    pub kept: bool,
    /// The first text it stood in, shortened around it.
    pub sample: String,
}
