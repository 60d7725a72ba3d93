//! Every sentence people read: Fluent messages from `locales/`, with numbers, times and durations in the language's form.

pub mod format;

use std::borrow::Cow;
use std::fmt::Write as _;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::model::{Arg, Message};

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

    /// The Fluent source of the language.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../../locales/en.ftl"),
            Self::ZhCn => include_str!("../../locales/zh-CN.ftl"),
        }
    }

    /// A digest of the Fluent source, so that a page can tell a stale copy from its own (FNV-1a, computed when compiling).
    #[must_use]
    pub const fn fingerprint(self) -> u64 {
        const EN: u64 = fnv(include_bytes!("../../locales/en.ftl"));
        const ZH_CN: u64 = fnv(include_bytes!("../../locales/zh-CN.ftl"));
        match self {
            Self::En => EN,
            Self::ZhCn => ZH_CN,
        }
    }

    fn id(self) -> LanguageIdentifier {
        // Both tags are valid; the default (`und`) would only cost plural forms.
        self.tag().parse().unwrap_or_default()
    }
}

/// FNV-1a, 64 bits. Source: <http://www.isthe.com/chongo/tech/comp/fnv/>.
#[must_use]
pub const fn fnv(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// The sentences of one language.
pub struct Texts {
    lang: Lang,
    offset_s: i32,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Loads a language that is compiled in; times are shown at `offset_s` seconds east of UTC.
    #[must_use]
    pub fn new(lang: Lang, offset_s: i32) -> Self {
        Self::of_source(lang, lang.source().to_owned(), offset_s)
    }

    /// Loads a language from its Fluent source: the page fetches only the one it speaks.
    #[must_use]
    pub fn of_source(lang: Lang, source: String, offset_s: i32) -> Self {
        let mut bundle = FluentBundle::new(vec![lang.id()]);
        // Isolation marks (U+2068) would end up in exports and clipboards.
        bundle.set_use_isolating(false);
        // A broken message is caught by the locale test; here the rest of the file must still serve.
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
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
        self.format(id, None)
    }

    /// A message with its arguments.
    #[must_use]
    pub fn say(&self, message: &Message) -> String {
        let mut args = FluentArgs::new();
        for (name, arg) in &message.args {
            args.set(name.as_str(), self.value(arg));
        }
        self.format(&message.id, Some(&args))
    }

    /// `get` with arguments given in place.
    #[must_use]
    pub fn with(&self, id: &str, args: &[(&str, Arg)]) -> String {
        let mut message = Message::new(id);
        message.args.extend(args.iter().map(|(name, arg)| ((*name).to_owned(), arg.clone())));
        self.say(&message)
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        // `id.attribute` names an attribute, as Fluent's own references do.
        let (id, attribute) = id.split_once('.').map_or((id, None), |(id, attribute)| (id, Some(attribute)));
        let pattern = self.bundle.get_message(id).and_then(|message| match attribute {
            Some(attribute) => message.get_attribute(attribute).map(|attribute| attribute.value()),
            None => message.value(),
        });
        let Some(pattern) = pattern else { return id.to_owned() };
        let mut errors = Vec::new();
        let mut text = String::new();
        let _ = self.bundle.write_pattern(&mut text, pattern, args, &mut errors).is_err();
        text
    }

    fn value<'a>(&self, arg: &'a Arg) -> FluentValue<'a> {
        match arg {
            Arg::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            // Plural rules need a number; its digits are grouped by `Arg::Text` from `format` where a person reads large ones.
            Arg::Int(number) if number.unsigned_abs() < 1000 => FluentValue::from(*number),
            other => FluentValue::String(Cow::Owned(self.plain(other))),
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
