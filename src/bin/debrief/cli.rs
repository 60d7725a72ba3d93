//! Reads the arguments, fills a case, writes what was asked for. Exit status: 0 done, 1 some input could not be read (wholly), 2 usage.

#[path = "inputs.rs"]
mod inputs;
#[path = "options.rs"]
mod options;
#[path = "records.rs"]
mod records;
#[path = "template.rs"]
mod template;

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use debrief::case::Case;
use debrief::desk::Desk;
use debrief::export::draft::draft;
use debrief::export::issue::issue_text;
use debrief::export::series::{summarise, to_csv};
use debrief::export::{json, report, stacks};
use debrief::model::{Cite, EvidenceMeta, EvidenceState, IssueSeverity, RedactionChoices, Timestamp};
use debrief::postmortem::TemplateChoice;
use debrief::postmortem::saved::SavedCase;
use debrief::protocol::Choices;
use debrief::protocol::desk::{ExportForm, ExportRequest, ExportedFile};
use debrief::text::Texts;

use inputs::{Reason, Trouble};
use options::{Asked, Command, Format, Options};

const DONE: u8 = 0;
const NOT_ALL_READ: u8 = 1;
const USAGE: u8 = 2;
/// Of a picture, in pixels.
const PICTURE_WIDTH: u32 = 960;

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let options = match options::parse(std::env::args_os().skip(1)) {
        Asked::Run(options) => options,
        Asked::Help(lang) => return finish(print(&format!("{}\n", Texts::new(lang, 0).get("cli-help")))),
        Asked::Version => return finish(print(concat!("debrief ", env!("CARGO_PKG_VERSION"), "\n"))),
        Asked::Wrong(lang, message) => {
            let texts = Texts::new(lang, 0);
            complain(&texts.say(&message));
            complain(&texts.get("cli-see-help"));
            return ExitCode::from(USAGE);
        }
    };
    let template = match options.template.as_deref().map(template::choose).transpose() {
        Ok(template) => template.unwrap_or_default(),
        Err(message) => {
            complain(&Texts::new(options.lang, 0).say(&message));
            return ExitCode::from(USAGE);
        }
    };
    let (mut case, mut troubles) = fill(&options);
    let texts = Texts::new(options.lang, case.offset_s());
    let written = write_answer(&mut case, &options, template, &texts);
    troubles.extend(case.evidence().iter().filter_map(|meta| unread(meta, &texts)));
    for Trouble { path, reason } in &troubles {
        let reason = match reason {
            Reason::Said(words) => words.clone(),
            Reason::TooLarge => texts.get("cli-too-large"),
            Reason::LeadsOut => texts.get("cli-leads-out"),
        };
        complain(&format!("{path}: {reason}"));
    }
    match finish(written) {
        code if code != ExitCode::SUCCESS => code,
        _ if troubles.is_empty() => ExitCode::from(DONE),
        _ => ExitCode::from(NOT_ALL_READ),
    }
}

/// A reader that went away (`| head`) is no failure.
fn finish(written: io::Result<()>) -> ExitCode {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&error.to_string());
            ExitCode::from(NOT_ALL_READ)
        }
        _ => ExitCode::from(DONE),
    }
}

/// One line on standard error; when that is closed there is nobody to tell.
fn complain(text: &str) {
    let text = debrief::export::inert::visible(text);
    let _ = writeln!(io::stderr().lock(), "debrief: {text}");
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn fill(options: &Options) -> (Case, Vec<Trouble>) {
    let paths: Vec<_> = options.paths.iter().chain(&options.diff).cloned().collect();
    let (inputs, troubles) = inputs::open_all(&paths);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut case = Case::new(0, Timestamp::from_seconds(i64::try_from(now).unwrap_or(i64::MAX)));
    if options.command == Command::Records {
        case = case.with_index_from(u64::MAX);
    }
    if options.offset_s.is_some() {
        case.set_zone(options.offset_s);
    }
    let mut digests = Vec::new();
    for input in inputs {
        // Lists of lines quote nothing, so they need no digest.
        let digest = if options.command == Command::Records { None } else { inputs::digest_of(&*input.source) };
        let id = case.add(&input.path, input.source, Choices::default(), false);
        case.note(id, input.noted);
        digests.push((id, digest));
    }
    case.read_all();
    for (id, digest) in digests {
        if let Some(digest) = digest {
            case.set_digest(id, digest);
        }
    }
    (case, troubles)
}

/// Why an input, or a part of it, is not in the answer.
fn unread(meta: &EvidenceMeta, texts: &Texts) -> Option<Trouble> {
    let lost = meta.issues.list.iter().filter(|issue| issue.code.severity() >= IssueSeverity::DataLoss);
    let mut reasons: Vec<String> = lost.map(|issue| issue_text(issue, texts)).collect();
    if reasons.is_empty() && meta.state == EvidenceState::Refused {
        reasons.push(texts.get("cli-unread"));
    }
    (!reasons.is_empty()).then(|| Trouble { path: meta.path.clone(), reason: Reason::Said(reasons.join("; ")) })
}

fn write_answer(case: &mut Case, options: &Options, template: TemplateChoice, texts: &Texts) -> io::Result<()> {
    if options.command == Command::Records {
        return match &options.output {
            Some(path) => write_records(case, options.format, &mut BufWriter::new(fs::File::create(path)?)),
            None => write_records(case, options.format, &mut BufWriter::new(io::stdout().lock())),
        };
    }
    let evidence = case.evidence();
    let text = match (options.command, options.format) {
        (Command::Inspect, Format::Json) => json::inspect(&evidence, &case.bundles()),
        (Command::Inspect, _) => report::inspect(&evidence, &case.bundles(), texts),
        (Command::Stacks, Format::Svg) => {
            let picture = case.owner_graph_svg(texts.lang(), PICTURE_WIDTH, false);
            picture.ok_or_else(|| io::Error::other(texts.get("cli-no-owners")))?
        }
        (Command::Stacks, format) => {
            // The other dumps were added last.
            let other = options.diff.as_ref().and(evidence.last()).map(|meta| meta.id);
            let (dumps, diff) = case.stacks(other, texts.lang());
            match format {
                Format::Json => stacks::to_json(&dumps, diff.as_ref(), &evidence),
                _ => stacks::to_text(&dumps, diff.as_ref(), texts),
            }
        }
        (Command::Series, format) => {
            let analysis = case.analysis().clone();
            let frames = |meta: &EvidenceMeta| case.parsed(meta.id).map_or(&[][..], |parsed| &parsed.frames);
            let series: Vec<_> = evidence.iter().flat_map(|meta| summarise(meta, frames(meta), &analysis)).collect();
            match format {
                Format::Csv => to_csv(&series),
                Format::Json => json::series(&series, &evidence),
                _ => report::series(&series, texts),
            }
        }
        (_, Format::Markdown | Format::Html) => return write_document(case, options, template, texts),
        (_, format) => {
            let analysis = case.analysis().clone();
            let desk = options.redact.then(|| Desk::new(case.material(texts.lang(), texts.offset_s())));
            match (format, desk) {
                (Format::Json, desk) => {
                    let answer = json::analyze(&analysis, &evidence, &|cites: &[Cite]| case.cite(cites), texts);
                    match desk {
                        Some(desk) => desk.redacted_json(&answer)?,
                        None => answer,
                    }
                }
                (_, Some(desk)) => {
                    // Before the report shortens names to fit its columns.
                    let material = desk.redacted();
                    report::analyze(&material.analysis, &material.evidence, texts)
                }
                (_, None) => report::analyze(&analysis, &evidence, texts),
            }
        }
    };
    match &options.output {
        Some(path) => fs::write(path, text),
        None => print(&text),
    }
}

fn write_records(case: &Case, format: Format, out: &mut dyn Write) -> io::Result<()> {
    for meta in case.evidence() {
        records::write(case, &meta, format == Format::JsonLines, out)?;
    }
    out.flush()
}

/// The document goes where it was asked to go, the charts of markdown beside it; a pipe can only take the document.
fn write_document(case: &mut Case, options: &Options, template: TemplateChoice, texts: &Texts) -> io::Result<()> {
    for wrong in debrief::export::template::check(&template, texts) {
        complain(&texts.say(&wrong));
    }
    let analysis = case.analysis().clone();
    let mut document = draft(&analysis, &|cites| case.cite(cites), texts);
    document.template = template;
    let form = if options.format == Format::Html { ExportForm::Html } else { ExportForm::MarkdownFiles };
    document.redaction = match options.redact {
        true => RedactionChoices::everything(),
        false => RedactionChoices { enabled: false, ..RedactionChoices::default() },
    };
    let desk = Desk::new(case.material(options.lang, document.offset_s));
    let case = SavedCase { document, ..SavedCase::default() };
    let mut request =
        ExportRequest { form, case, lang: options.lang, pictures: Vec::new(), handles: Vec::new(), evidence_bytes: 0 };
    let export =
        |request: &ExportRequest| desk.export(request, &[]).map_err(|message| io::Error::other(texts.say(&message)));
    let mut files = export(&request)?;
    if options.output.is_none() && files.len() > 1 {
        complain(&texts.get("cli-charts-left-out"));
        request.form = ExportForm::Markdown;
        files = export(&request)?;
    }
    let Some((text, assets)) = files.split_first() else { return Ok(()) };
    match &options.output {
        Some(path) => {
            fs::write(path, &text.bytes)?;
            write_assets(path.parent().unwrap_or(Path::new("")), assets)
        }
        None => print(&String::from_utf8_lossy(&text.bytes)),
    }
}

fn write_assets(directory: &Path, assets: &[ExportedFile]) -> io::Result<()> {
    for asset in assets {
        let path = directory.join(&asset.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &asset.bytes)?;
    }
    Ok(())
}
