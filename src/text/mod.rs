//! Every sentence people read: Fluent messages from `locales/`, with numbers, times and durations in the language's form.

mod acting;
mod bundle;
pub mod engine_file;
pub mod format;
#[allow(dead_code, reason = "programs read marks, the build script writes them")]
mod mark;
pub mod page_file;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use bundle::{Bundle, Value};

use crate::model::{Arg, Message};
pub use acting::acts;

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The language of a BCP 47 tag: any Chinese is Simplified Chinese here, everything else English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") { Self::ZhCn } else { Self::En }
    }

    /// All sentences of the language, as the build script compiled them from `locales/`. In the browser it is the desk that asks: those that
    /// only others say are left out there.
    #[must_use]
    pub const fn compiled(self) -> &'static str {
        #[cfg(target_arch = "wasm32")]
        return match self {
            Self::En => include_str!(concat!(env!("OUT_DIR"), "/en.desk.txt")),
            Self::ZhCn => include_str!(concat!(env!("OUT_DIR"), "/zh-CN.desk.txt")),
        };
        #[cfg(not(target_arch = "wasm32"))]
        match self {
            Self::En => include_str!(concat!(env!("OUT_DIR"), "/en.txt")),
            Self::ZhCn => include_str!(concat!(env!("OUT_DIR"), "/zh-CN.txt")),
        }
    }

    /// Those that the engine says itself. In the browser the page sends them, of the languages it speaks.
    const fn of_the_engine(self) -> &'static str {
        #[cfg(target_arch = "wasm32")]
        return "";
        #[cfg(not(target_arch = "wasm32"))]
        match self {
            Self::En => include_str!(concat!(env!("OUT_DIR"), "/en.engine.txt")),
            Self::ZhCn => include_str!(concat!(env!("OUT_DIR"), "/zh-CN.engine.txt")),
        }
    }
}

/// The sentences of one language.
pub struct Texts {
    lang: Lang,
    offset_s: i32,
    bundle: Bundle,
}

impl Texts {
    /// Loads a language that is compiled in; times are shown at `offset_s` seconds east of UTC.
    #[must_use]
    pub fn new(lang: Lang, offset_s: i32) -> Self {
        Self::of_compiled(lang, lang.compiled().to_owned(), offset_s)
    }

    /// Loads what the engine says itself, charts and panels, where that is compiled in: what it concludes are messages, said by whoever
    /// shows them.
    #[must_use]
    pub fn of_the_engine(lang: Lang, offset_s: i32) -> Self {
        Self::of_compiled(lang, lang.of_the_engine().to_owned(), offset_s)
    }

    /// Loads compiled sentences: the page fetches those of the one language it speaks.
    #[must_use]
    pub fn of_compiled(lang: Lang, compiled: String, offset_s: i32) -> Self {
        let bundle = Bundle::new(lang, compiled);
        Self { lang, offset_s, bundle }
    }

    /// The language.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Seconds east of UTC in which times are shown.
    #[must_use]
    pub const fn offset_s(&self) -> i32 {
        self.offset_s
    }

    /// A message without arguments; its id where there is no such message, so that a gap is seen and not hidden.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.bundle.format(id, &[])
    }

    /// A message with its arguments.
    #[must_use]
    pub fn say(&self, message: &Message) -> String {
        let args: Vec<_> = message.args.iter().map(|(name, arg)| (name.as_str(), self.value(arg))).collect();
        self.bundle.format(&message.id, &args)
    }

    /// `get` with arguments given in place.
    #[must_use]
    pub fn with(&self, id: &str, args: &[(&str, Arg)]) -> String {
        let mut message = Message::new(id);
        message.args.extend(args.iter().map(|(name, arg)| ((*name).to_owned(), arg.clone())));
        self.say(&message)
    }

    fn value(&self, arg: &Arg) -> Value {
        match arg {
            // Plural rules need a number; large ones come grouped, as text.
            Arg::Int(number) if number.unsigned_abs() < 1000 => Value::Number(*number),
            other => Value::Text(self.plain(other)),
        }
    }

    /// What a finding is about, as people say it: `node node-xx` is one in their language.
    #[must_use]
    pub fn subject(&self, subject: &str) -> String {
        match subject.strip_prefix("node").filter(|name| name.is_empty() || name.starts_with(' ')) {
            Some(name) => {
                self.with("finding-subject-node", &[("name", name.trim_start().into())]).trim_end().to_owned()
            }
            None => subject.to_owned(),
        }
    }

    /// An argument on its own, as text.
    #[must_use]
    pub fn plain(&self, arg: &Arg) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::Int(number) => format::integer(*number),
            Arg::Float(number) => format::decimal(*number),
            Arg::Ratio(ratio) => format::percent(*ratio),
            Arg::Time(at) => format::time(*at, self.offset_s),
            Arg::Range(range) => format::range(*range, self.offset_s),
            Arg::Seconds(seconds) => format::duration(*seconds, self.lang),
            Arg::Bytes(bytes) => format::bytes(*bytes),
            Arg::Message(message) => self.say(message),
            Arg::List(items) => {
                let separator = if self.lang == Lang::ZhCn { "、" } else { ", " };
                let mut text = String::new();
                for (index, item) in items.iter().enumerate() {
                    let _ = write!(text, "{}{}", if index == 0 { "" } else { separator }, self.plain(item));
                }
                text
            }
        }
    }
}
