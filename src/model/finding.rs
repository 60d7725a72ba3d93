//! What rules answer.

use serde::{Deserialize, Serialize};

use super::citation::{Cite, Role};
use super::message::Message;
use super::time::TimeRange;

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// One reading among others.
    Possible,
    /// The evidence fits, a piece is missing.
    Likely,
    /// Every piece is there.
    Certain,
}

impl Confidence {
    /// The contract's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// One sentence of a finding with the places that prove it. Never without a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// What the sentence is about, stable: `ceiling`, `culprit`, `victim`, `onset`, `ruled-out`, `hint`, `headroom`.
    pub topic: String,
    /// The sentence.
    pub text: Message,
    /// Its places.
    pub cites: Vec<Cite>,
}

/// A failure pattern found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Rule id (`host/pid-space-exhausted`).
    pub rule: String,
    /// One sentence, subject first.
    pub title: Message,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What it is about (`node node-xx`).
    pub subject: String,
    /// Who leaked, where the evidence shows one.
    pub culprit: Option<String>,
    /// Who suffered without causing it.
    pub victims: Vec<String>,
    /// When.
    pub time_range: Option<TimeRange>,
    /// The argument, sentence by sentence.
    pub statements: Vec<Statement>,
    /// What to ask next.
    pub questions: Vec<Message>,
    /// Answers offered for the causal analysis: question, claim, places. A claim without places is never offered.
    pub whys: Vec<WhySuggestion>,
}

/// A question of the causal analysis with the answer that the evidence carries, if it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhySuggestion {
    /// Stable key, unique in the case (`host/pid-space-exhausted/direct-cause`).
    pub key: String,
    /// The question.
    pub question: Message,
    /// The answer; `None` leaves an open question.
    pub claim: Option<Message>,
    /// Places that carry the answer.
    pub cites: Vec<Cite>,
    /// What would have to be collected to answer, where there is no answer.
    pub would_need: Vec<Message>,
}

/// A rule's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The pattern is there.
    Found(Vec<Finding>),
    /// It is not, and this shows it.
    RuledOut {
        /// Why.
        why: Message,
        /// What shows it.
        cites: Vec<Cite>,
    },
    /// Cannot be told from this evidence.
    Inconclusive {
        /// Why.
        why: Message,
        /// What would tell.
        would_need: Vec<Message>,
        /// What points at it, as far as it goes.
        cites: Vec<Cite>,
    },
    /// The evidence has nothing the rule could look at.
    Skipped {
        /// What is missing.
        missing: Vec<Message>,
    },
}

/// One rule's answer, without the findings themselves (they are listed apart).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// Rule id.
    pub rule: String,
    /// `found`, `ruled_out`, `inconclusive` or `skipped`.
    pub outcome: String,
    /// Why.
    pub why: Option<Message>,
    /// What would tell, or what is missing.
    pub would_need: Vec<Message>,
    /// What shows it.
    pub cites: Vec<Cite>,
}

impl RuleOutcome {
    /// Whether the evidence had something that the rule could look at.
    #[must_use]
    pub fn looked(&self) -> bool {
        self.outcome != "skipped"
    }

    /// Whether something was seen that this rule could neither confirm nor rule out. A limit alone, with nothing against it, asks nothing.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.outcome == "inconclusive" && self.cites.iter().any(|cite| cite.role == Role::Shows)
    }
}
