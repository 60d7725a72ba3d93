//! The command line's arguments.

use std::ffi::OsString;
use std::path::PathBuf;

use debrief::model::{Arg, Message};
use debrief::text::Lang;
use debrief::text::format::parse_offset;
use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt as _;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Analyze,
    Inspect,
    Records,
    Series,
    Stacks,
}

/// How it is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    JsonLines,
    Csv,
    Markdown,
    Html,
    Svg,
}

/// A run.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) command: Command,
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) offset_s: Option<i32>,
    pub(crate) lang: Lang,
    pub(crate) format: Format,
    pub(crate) output: Option<PathBuf>,
    /// Form of the document: the id of one of ours, or a file.
    pub(crate) template: Option<PathBuf>,
    /// What to compare the dumps of the paths with.
    pub(crate) diff: Option<PathBuf>,
    /// Whether pseudonyms stand in the answer for what must not leave.
    pub(crate) redact: bool,
}

/// What the arguments ask for.
#[derive(Debug)]
pub(crate) enum Asked {
    Run(Options),
    Help(Lang),
    Version,
    /// Arguments that make no sense, and the language to say it in.
    Wrong(Lang, Message),
}

/// Reads the arguments, the program's name left out.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Asked {
    let mut reading = Reading::default();
    match reading.read(lexopt::Parser::from_args(args)) {
        Ok(asked) => asked,
        Err(Wrong(message)) => Asked::Wrong(reading.lang, message),
    }
}

struct Wrong(Message);

impl From<lexopt::Error> for Wrong {
    fn from(error: lexopt::Error) -> Self {
        Self(match error {
            lexopt::Error::UnexpectedOption(option) => wrong("cli-unknown-option", &option),
            lexopt::Error::MissingValue { option } => wrong("cli-missing-value", &option.unwrap_or_default()),
            other => wrong("cli-bad-argument", &other.to_string()),
        })
    }
}

fn wrong(id: &str, what: &str) -> Message {
    Message::new(id).with("what", Arg::from(what))
}

#[derive(Default)]
struct Reading {
    lang: Lang,
    offset_s: Option<i32>,
    format: Option<String>,
    output: Option<PathBuf>,
    template: Option<PathBuf>,
    diff: Option<PathBuf>,
    redact: bool,
    words: Vec<OsString>,
}

impl Reading {
    fn read(&mut self, mut parser: lexopt::Parser) -> Result<Asked, Wrong> {
        while let Some(arg) = parser.next()? {
            match arg {
                Short('h') | Long("help") => return Ok(Asked::Help(self.lang)),
                Short('V') | Long("version") => return Ok(Asked::Version),
                Long("lang") => {
                    let value = parser.value()?.to_string_lossy().into_owned();
                    let lang = Lang::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(&value));
                    self.lang = lang.ok_or_else(|| Wrong(wrong("cli-bad-lang", &value)))?;
                }
                Long("tz") => {
                    let value = parser.value()?.to_string_lossy().into_owned();
                    self.offset_s = Some(parse_offset(&value).ok_or_else(|| Wrong(wrong("cli-bad-zone", &value)))?);
                }
                Long("format") => self.format = Some(parser.value()?.to_string_lossy().into_owned()),
                Short('o') | Long("output") => self.output = Some(parser.value()?.parse()?),
                Long("template") => self.template = Some(parser.value()?.parse()?),
                Long("diff") => self.diff = Some(parser.value()?.parse()?),
                Long("redact") => self.redact = true,
                Value(word) => self.words.push(word),
                other => return Err(other.unexpected().into()),
            }
        }
        self.finish()
    }

    fn finish(&mut self) -> Result<Asked, Wrong> {
        let mut words = std::mem::take(&mut self.words).into_iter();
        let name = words.next().ok_or_else(|| Wrong(Message::new("cli-no-command")))?;
        let name = name.to_string_lossy();
        let command = match name.as_ref() {
            "analyze" => Command::Analyze,
            "inspect" => Command::Inspect,
            "records" => Command::Records,
            "series" => Command::Series,
            "stacks" => Command::Stacks,
            "help" => return Ok(Asked::Help(self.lang)),
            "patterns" => return Err(Wrong(wrong("cli-not-yet", &name))),
            _ => return Err(Wrong(wrong("cli-unknown-command", &name))),
        };
        let format = self.format.as_deref().unwrap_or("text");
        let format = match (format, command) {
            ("text", _) => Format::Text,
            ("json", Command::Analyze | Command::Inspect | Command::Series | Command::Stacks) => Format::Json,
            ("jsonl", Command::Records) => Format::JsonLines,
            ("csv", Command::Series) => Format::Csv,
            ("markdown", Command::Analyze) => Format::Markdown,
            ("html", Command::Analyze) => Format::Html,
            ("svg", Command::Stacks) => Format::Svg,
            _ => return Err(Wrong(wrong("cli-bad-format", format).with("command", name.as_ref()))),
        };
        let paths: Vec<PathBuf> = words.map(PathBuf::from).collect();
        if paths.is_empty() {
            return Err(Wrong(wrong("cli-no-path", &name)));
        }
        let (output, template, diff) = (self.output.take(), self.template.take(), self.diff.take());
        if let Some(template) = template.as_ref().filter(|_| !matches!(format, Format::Markdown | Format::Html)) {
            return Err(Wrong(wrong("cli-template-unused", &template.to_string_lossy())));
        }
        if let Some(diff) = diff.as_ref().filter(|_| command != Command::Stacks) {
            return Err(Wrong(wrong("cli-diff-unused", &diff.to_string_lossy())));
        }
        if self.redact && command != Command::Analyze {
            return Err(Wrong(wrong("cli-redact-unused", "--redact")));
        }
        let Self { offset_s, lang, redact, .. } = *self;
        Ok(Asked::Run(Options { command, paths, offset_s, lang, format, output, template, diff, redact }))
    }
}
