//! Our own markdown restores its text: an exported `postmortem.md`, also after people worked on it in an editor.
//!
//! The page is read by its known structure: the headings and columns of our forms in whichever of our languages fits best. What is read are
//! title, head, prose, causes, timeline, action items and lessons, all as people's own words, each with its citations taken from the
//! evidence index (path, lines, time, digest, excerpt). What the program adds by itself (charts, analysis) is left to the program. A section
//! it does not know is not lost: its words go to the notes, and that is said.
//!
//! Not in markdown, so not restored: what the form leaves out, fractions of a second, roles of citations and places in bytes, blank lines,
//! and characters that `inert` made visible.

mod actions;
mod cause_table;
mod cause_tree;
mod causes;
mod timeline;
mod unsay;

use crate::model::{ByteRange, Citation, EvidenceId, LineRange, Locator, Message, Phase, Role, Timestamp};
use crate::postmortem::saved::{SavedCase, SavedInput};
use crate::postmortem::{Document, Field, ItemId, Part, Prose, TemplateChoice, Wording, instant};
use crate::text::{Lang, Texts, format};
use crate::view::document::{Block, Inline};

use super::document::{field_id, part_id};
use super::markdown_reader::{Page, read, words};
use unsay::unsay;

/// What a section of the form holds.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    Part(Part),
    /// The head as a section of its own.
    Overview,
    Causes,
    Timeline,
    Actions,
    /// Parts under headings of their own.
    Parts,
    /// A part, then what the program says of the same.
    Shared(Part),
    /// The evidence index: read before everything else.
    Index,
    /// What the program writes by itself.
    Program,
    /// A heading that the form does not have.
    Unknown,
}

/// Headings of the forms by message id, besides the names of parts. A form need not have them all.
const SECTIONS: [(&str, Section); 16] = [
    ("export-ruled-out", Section::Shared(Part::RuledOut)),
    ("export-questions", Section::Shared(Part::OpenQuestions)),
    ("export-overview", Section::Overview),
    ("export-causes", Section::Causes),
    ("export-cause-analysis", Section::Causes),
    ("export-why-analysis", Section::Causes),
    ("export-timeline", Section::Timeline),
    ("export-actions", Section::Actions),
    ("export-todo", Section::Actions),
    ("export-files", Section::Actions),
    ("export-lessons", Section::Parts),
    ("export-handling", Section::Parts),
    ("export-charts", Section::Program),
    ("export-durations", Section::Program),
    ("export-coverage", Section::Program),
    ("export-index", Section::Index),
];
/// Headings that only one form has, with its id; without any it is the default.
const FORMS: [(&str, &str); 2] = [("export-overview", "tabular"), ("export-why-analysis", "why-analysis")];
/// What is written as a list without being asked to.
const LESSONS: [Part; 3] = [Part::Well, Part::Badly, Part::Lucky];
/// Rows of the head that follow from the timeline, besides its instants.
const DERIVED: [&str; 6] = ["export-occurred", "export-ttd", "export-tta", "export-ttm", "export-ttr", "export-lasted"];
/// Remarks that stand where nobody wrote anything.
const EMPTY: [&str; 9] = [
    "export-empty-summary",
    "export-empty-impact",
    "export-empty-causes",
    "export-empty-timeline",
    "export-empty-actions",
    "export-empty-lessons",
    "export-nothing",
    "export-nothing-ruled-out",
    "export-no-questions",
];

/// Reads a page; `None` where no heading of it is one of ours. The messages say what did not find its place.
#[must_use]
pub fn import(text: &str) -> Option<(SavedCase, Vec<Message>)> {
    let page = read(text);
    let known = |texts: &Texts| {
        let headings = page.blocks.iter().filter_map(|block| heading(block, 2));
        headings.filter(|title| section(title, texts) != Section::Unknown).count()
    };
    // The first of equals: `max_by_key` would give the last.
    let languages = Lang::ALL.map(|lang| Texts::new(lang, 0)).map(|texts| (known(&texts), texts));
    let (found, texts) = languages.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    if found == 0 {
        return None;
    }
    let mut reading = Reading {
        texts: &texts,
        document: Document::default(),
        citations: Vec::new(),
        inputs: Vec::new(),
        instants: Vec::new(),
        notes: Vec::new(),
    };
    reading.read_page(&page);
    let Reading { document, inputs, notes, .. } = reading;
    let lang = texts.lang();
    Some((SavedCase { document, inputs, export_lang: lang, lang, ..SavedCase::default() }, notes))
}

fn heading(block: &Block, wanted: u8) -> Option<&str> {
    match block {
        Block::Heading(level, title) if *level == wanted => Some(title),
        _ => None,
    }
}

fn section(title: &str, texts: &Texts) -> Section {
    let known = SECTIONS.iter().find(|(id, _)| texts.get(id) == title).map(|(_, section)| *section);
    known.or_else(|| part_named(title, texts).map(Section::Part)).unwrap_or(Section::Unknown)
}

fn part_named(title: &str, texts: &Texts) -> Option<Part> {
    Part::ALL.into_iter().find(|part| texts.get(part_id(*part)) == title)
}

struct Reading<'a> {
    texts: &'a Texts,
    document: Document,
    /// The evidence index, by number.
    citations: Vec<(u32, Citation)>,
    inputs: Vec<SavedInput>,
    /// What the head says of when.
    instants: Vec<(Phase, Timestamp)>,
    notes: Vec<Message>,
}

impl Reading<'_> {
    fn read_page(&mut self, page: &Page) {
        let zone = page.front.iter().find(|(key, _)| key == "tz").and_then(|(_, zone)| format::parse_offset(zone));
        self.document.offset_s = zone.unwrap_or(0);
        let starts = |from: usize| {
            let rest = page.blocks.iter().enumerate().skip(from);
            rest.filter(|(_, block)| heading(block, 2).is_some()).map(|(at, _)| at).next().unwrap_or(page.blocks.len())
        };
        let (mut sections, mut at) = (Vec::new(), starts(0));
        let opening = page.blocks.get(..at).unwrap_or_default();
        while let Some(title) = page.blocks.get(at).and_then(|block| heading(block, 2)) {
            let end = starts(at + 1);
            sections.push((title, section(title, self.texts), page.blocks.get(at + 1..end).unwrap_or_default()));
            at = end;
        }
        for (_, _, blocks) in sections.iter().filter(|(_, kind, _)| *kind == Section::Index) {
            self.index(blocks);
        }
        self.opening(opening);
        let is_there = |id: &str| sections.iter().any(|(title, ..)| *title == self.texts.get(id));
        if let Some((_, form)) = FORMS.iter().find(|(id, _)| is_there(id)) {
            self.document.template = TemplateChoice::BuiltIn((*form).to_owned());
        }
        // What is shared repeats the causes: those are read first, wherever they stand.
        let is_shared = |kind: &Section| matches!(kind, Section::Shared(_));
        let (shared, others): (Vec<_>, Vec<_>) = sections.into_iter().partition(|(_, kind, _)| is_shared(kind));
        for (title, kind, blocks) in others.into_iter().chain(shared) {
            match kind {
                Section::Part(part) => self.part(part, blocks),
                Section::Shared(part) => self.shared(part, blocks),
                Section::Overview => self.opening(blocks),
                Section::Causes => self.causes(title, blocks),
                Section::Timeline => self.timeline(blocks),
                Section::Actions => self.actions(blocks),
                Section::Parts => self.parts(blocks),
                Section::Unknown => self.keep(title, blocks),
                Section::Index | Section::Program => {}
            }
        }
        self.place_instants();
    }

    /// Each entry: a heading `E1`, a line about it, the quotation.
    fn index(&mut self, blocks: &[Block]) {
        let mut number = None;
        for block in blocks {
            match block {
                Block::Heading(3, title) => number = title.strip_prefix('E').and_then(|digits| digits.parse().ok()),
                Block::Paragraph(inlines) => {
                    if let Some(number) = number
                        && let Some(citation) = self.citation(inlines)
                    {
                        self.citations.push((number, citation));
                    }
                }
                Block::Code { text, .. } => {
                    if let Some((_, citation)) = self.citations.last_mut().filter(|(last, _)| Some(*last) == number) {
                        citation.excerpt.extend(text.lines().map(str::to_owned));
                    }
                }
                _ => {}
            }
        }
    }

    /// `**kubelet.log** · line 7001 · 2023-07-23T14:09:14Z · SHA-256 0a1c…`
    fn citation(&mut self, inlines: &[Inline]) -> Option<Citation> {
        let (path, about) = match inlines.split_first()? {
            (Inline::Strong(path), rest) => (path.clone(), words(rest)),
            _ => (String::new(), words(inlines)),
        };
        let (mut lines, mut at, mut digest) = (None, None, None);
        for piece in about.split('·').map(str::trim) {
            let number = |text: &String| text.parse::<u32>().ok();
            if let Some([line]) = unsay(self.texts, "export-line", ["line"], piece) {
                lines = number(&line).map(LineRange::one).or(lines);
            } else if let Some([first, last]) = unsay(self.texts, "export-lines", ["first", "last"], piece) {
                lines = number(&first).zip(number(&last)).map(|(first, last)| LineRange { first, last }).or(lines);
            } else if let Some(hex) = piece.strip_prefix("SHA-256 ") {
                let is_digest = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
                digest = is_digest.then(|| hex.to_ascii_lowercase()).or(digest);
            } else {
                at = instant::parse(piece, 0, None).or(at);
            }
        }
        let lines = lines?;
        let same = |input: &SavedInput| input.path == path && input.digest == digest;
        let evidence = self.inputs.iter().position(same).unwrap_or_else(|| {
            self.inputs.push(SavedInput { path: path.clone(), digest: digest.clone(), ..SavedInput::default() });
            self.inputs.len() - 1
        });
        let evidence = EvidenceId(u32::try_from(evidence).unwrap_or(u32::MAX));
        let locator = Locator { evidence, bytes: ByteRange::default(), lines };
        Some(Citation { locator, path, role: Role::Shows, at, excerpt: Vec::new(), digest })
    }

    fn cited(&self, inlines: &[Inline]) -> Vec<Citation> {
        let numbers = inlines.iter().filter_map(|inline| match inline {
            Inline::Reference(number) => Some(*number),
            _ => None,
        });
        let found =
            |number| self.citations.iter().find(|(own, _)| *own == number).map(|(_, citation)| citation.clone());
        numbers.filter_map(found).collect()
    }

    fn opening(&mut self, blocks: &[Block]) {
        let title = blocks.iter().find_map(|block| heading(block, 1)).unwrap_or_default();
        if title != self.texts.get("export-untitled") {
            self.field(Field::Title, title);
        }
        let rows = blocks.iter().filter_map(|block| if let Block::Table(_, rows) = block { Some(rows) } else { None });
        for row in rows.flatten() {
            let [name, value] = [0, 1].map(|at| row.get(at).map(|cell| words(cell)).unwrap_or_default());
            let is = |id: &str| self.texts.get(id) == name;
            if let Some(field) = Field::ALL.into_iter().find(|field| is(field_id(*field))) {
                self.field(field, &value);
            } else if !self.instant(&name, &value) && !DERIVED.iter().any(|id| self.texts.get(id) == name) {
                self.keep(&name, &[Block::Paragraph(vec![Inline::Text(value)])]);
            }
        }
        let own = blocks.iter().filter(|block| !matches!(block, Block::Heading(1, _) | Block::Table(..)));
        let own: Vec<Block> = own.cloned().collect();
        if !own.is_empty() {
            self.part(Part::Summary, &own);
        }
    }

    fn field(&mut self, field: Field, text: &str) {
        if !text.is_empty() && text != self.texts.get("export-not-set") {
            self.document.fields.insert(field, text.to_owned());
        }
    }

    /// Words and citations of some blocks, one paragraph or item per line.
    fn prose(&self, blocks: &[Block]) -> Prose {
        let evidence = self.texts.with("export-label", &[("name", self.texts.get("export-evidence").into())]);
        let (mut lines, mut citations) = (Vec::new(), Vec::new());
        for block in blocks {
            match block {
                Block::Heading(_, title) => lines.push(title.clone()),
                Block::Paragraph(inlines) => {
                    citations.extend(self.cited(inlines));
                    let text = words(inlines);
                    lines.extend(Some(text).filter(|text| *text != evidence));
                }
                Block::List(items) => {
                    lines.extend(items.iter().map(|(_, item)| format!("- {}", words(item))));
                    citations.extend(items.iter().flat_map(|(_, item)| self.cited(item)));
                }
                Block::Numbered(items) => {
                    lines.extend((1..).zip(items).map(|(number, item)| format!("{number}. {}", words(item))));
                    citations.extend(items.iter().flat_map(|item| self.cited(item)));
                }
                Block::Table(heads, rows) => {
                    lines.push(heads.join(" | "));
                    lines.extend(
                        rows.iter().map(|row| row.iter().map(|cell| words(cell)).collect::<Vec<_>>().join(" | ")),
                    );
                }
                Block::Tasks(tasks) => {
                    let task = |(done, item): &(bool, Vec<Inline>)| {
                        format!("- {} {}", if *done { "☑" } else { "☐" }, words(item))
                    };
                    lines.extend(tasks.iter().map(task));
                    citations.extend(tasks.iter().flat_map(|(_, item)| self.cited(item)));
                }
                Block::Code { text, .. } => lines.extend(text.lines().map(str::to_owned)),
                Block::Quote(_, quoted) => lines.extend(quoted.iter().cloned()),
                Block::Note(text) if self.says_nothing(text) => {}
                Block::Note(text) | Block::Chart { alt: text, .. } => lines.push(text.clone()),
            }
        }
        lines.retain(|line| !line.trim().is_empty());
        Prose { text: Wording::Own(lines.join("\n")), citations }
    }

    /// Whether a remark only says that nobody wrote anything here.
    fn says_nothing(&self, remark: &str) -> bool {
        let is_empty = EMPTY.iter().any(|id| self.texts.get(id) == remark);
        let says = |id, name| unsay(self.texts, id, [name], remark).is_some();
        is_empty || says("export-empty-part", "name") || says("export-picture-apart", "alt")
    }

    /// Adds to a part: a section may have been written twice.
    fn part(&mut self, part: Part, blocks: &[Block]) {
        let read = self.prose(blocks);
        if read.is_empty() {
            return;
        }
        let prose = self.document.prose.or_default(part);
        prose.citations.extend(read.citations);
        let both = [prose.text.say(self.texts), read.text.say(self.texts)];
        prose.text = Wording::Own(both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"));
    }

    fn keep(&mut self, title: &str, blocks: &[Block]) {
        let mut all = vec![Block::Heading(2, title.to_owned())];
        all.extend_from_slice(blocks);
        self.part(Part::Notes, &all);
        self.notes.push(Message::new("import-unplaced").with("title", title));
    }

    fn id(&mut self) -> ItemId {
        self.document.last_id = self.document.last_id.saturating_add(1);
        ItemId(self.document.last_id)
    }

    /// The rows of the tables in a section, each as a function from a column's message id to its cell.
    fn rows(&mut self, blocks: &[Block], mut take: impl FnMut(&mut Self, &dyn Fn(&str) -> Vec<Inline>)) {
        for block in blocks {
            match block {
                Block::Table(heads, rows) => {
                    for row in rows {
                        let names: Vec<(&String, &Vec<Inline>)> = heads.iter().zip(row).collect();
                        let texts = self.texts;
                        take(self, &|id: &str| {
                            let head = texts.get(id);
                            let cell = names.iter().find(|(name, _)| **name == head);
                            cell.map(|(_, cell)| (*cell).clone()).unwrap_or_default()
                        });
                    }
                }
                Block::Note(text) if self.says_nothing(text) => {}
                other => self.part(Part::Notes, std::slice::from_ref(other)),
            }
        }
    }

    /// Parts, each below a heading with its name.
    fn parts(&mut self, blocks: &[Block]) {
        let mut part = Part::Notes;
        for block in blocks {
            match block {
                Block::Heading(3, title) => {
                    let known = part_named(title, self.texts);
                    part = known.unwrap_or(Part::Notes);
                    if known.is_none() {
                        self.keep(title, &[]);
                    }
                }
                Block::List(items) if LESSONS.contains(&part) => {
                    for (_, item) in items {
                        self.part(part, &[Block::Paragraph(item.clone())]);
                    }
                }
                other => self.part(part, std::slice::from_ref(other)),
            }
        }
    }

    /// A part in people's words, without what the program adds: what the causes say already, and its own list below its remark.
    fn shared(&mut self, part: Part, blocks: &[Block]) {
        let by_program = ["export-by-program", "export-asked-by-program"].map(|id| self.texts.get(id));
        let mut rest = blocks.iter().peekable();
        while let Some(block) = rest.next() {
            match block {
                Block::Note(text) if by_program.contains(text) => {
                    rest.next_if(|next| matches!(next, Block::List(_)));
                }
                Block::List(items) => {
                    let own = items.iter().filter(|(_, item)| !self.is_told(item)).cloned().collect();
                    self.part(part, &[Block::List(own)]);
                }
                other => self.part(part, std::slice::from_ref(other)),
            }
        }
    }

    /// Whether the causes hold this as an open question or as an answer that was ruled out.
    fn is_told(&self, item: &[Inline]) -> bool {
        let (claim, reason) = self.refuted(item);
        let question = words(item);
        self.document.outline().iter().any(|(_, why)| {
            let is_open = why.claim.is_empty() && why.question.say(self.texts) == question;
            is_open || why.alternatives.iter().any(|other| other.claim == claim && other.reason == reason)
        })
    }
}
