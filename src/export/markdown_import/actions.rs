//! The section on action items, read back from its table or its list of tasks, and the section of the files that belong to them. Earlier
//! exports have the files right behind the table: they are read there too.

use super::unsay::unsay;
use super::{Reading, words};
use crate::export::document::is_file;
use crate::postmortem::{ActionItem, ActionKind, Attachment, Part, Priority, Why, Wording};
use crate::view::document::{Block, Inline};

impl Reading<'_> {
    pub(super) fn actions(&mut self, blocks: &[Block]) {
        let mut rest = blocks.iter().peekable();
        while let Some(block) = rest.next() {
            match block {
                Block::Table(..) => self.action_rows(block),
                Block::Tasks(tasks) => tasks.iter().for_each(|(done, task)| self.task(*done, task)),
                Block::Note(text) if self.says_nothing(text) => {}
                Block::Heading(_, title) if is_file(title) => {}
                // A file that belongs to an action: its name, then its text in a fence.
                Block::Paragraph(inlines) => {
                    let fence = rest.peek().copied();
                    if self.attached(inlines, fence) {
                        rest.next();
                    } else {
                        self.part(Part::Notes, std::slice::from_ref(block));
                    }
                }
                other => self.part(Part::Notes, std::slice::from_ref(other)),
            }
        }
    }

    fn action_rows(&mut self, table: &Block) {
        let texts = self.texts;
        self.rows(std::slice::from_ref(table), |reading, cell| {
            let said = |id: &str| words(&without_links(&cell(id), is_file));
            let set = |id: &str| reading.if_set(&said(id));
            let question = said("export-addresses");
            let outline = reading.document.outline();
            let asks = |why: &Why| [&why.question, &why.claim].iter().any(|words| words.say(texts) == question);
            let addresses = outline.iter().find(|(_, why)| !question.is_empty() && asks(why)).map(|(_, why)| why.id);
            let action = ActionItem {
                kind: reading.kind_named(&said("export-kind")).unwrap_or_default(),
                text: Wording::Own(said("export-action")),
                owner: set("export-owner"),
                due: set("export-due"),
                priority: priority_named(&said("export-priority")),
                check: set("export-check"),
                done: said("export-state") == texts.get("export-done"),
                addresses,
                ..ActionItem::default()
            };
            reading.add(action);
        });
    }

    /// `**Raise the limit** · Prevent · P1 · Owner: Wei · Due: not set`
    fn task(&mut self, done: bool, task: &[Inline]) {
        let (text, about) = match task.split_first() {
            Some((Inline::Strong(text), rest)) => (text.clone(), words(rest)),
            _ => (words(task), String::new()),
        };
        let label = |id: &str| {
            let args = [("name", self.texts.get(id).into()), ("value", "".into())];
            self.texts.with("export-named", &args).trim_end().to_owned()
        };
        let labels = ["export-owner", "export-due", "export-check"].map(label);
        let mut said = [const { String::new() }; 3];
        let mut action = ActionItem { text: Wording::Own(text), done, ..ActionItem::default() };
        let mut last = None;
        for piece in about.trim_start_matches('·').split(" · ").map(str::trim) {
            let labelled = labels.iter().position(|label| piece.starts_with(label));
            if let Some((label, said)) = labelled.and_then(|at| Some((labels.get(at)?, said.get_mut(at)?))) {
                piece.get(label.len()..).unwrap_or_default().trim().clone_into(said);
                last = labelled;
            } else if let Some(said) = last.and_then(|at: usize| said.get_mut(at)) {
                // Words may hold the sign that stands between two pieces.
                said.push_str(" · ");
                said.push_str(piece);
            } else {
                action.kind = self.kind_named(piece).unwrap_or(action.kind);
                action.priority = priority_named(piece).or(action.priority);
            }
        }
        [action.owner, action.due, action.check] = said.map(|text| self.if_set(&text));
        self.add(action);
    }

    /// Whether this is the name of a file and the fence its text; then the file is kept.
    fn attached(&mut self, inlines: &[Inline], fence: Option<&Block>) -> bool {
        let (Some((Inline::Code(name), about)), Some(Block::Code { language, text })) = (inlines.split_first(), fence)
        else {
            return false;
        };
        let Some([of]) = unsay(self.texts, "export-for-action", ["action"], &words(&without_links(about, |_| true)))
        else {
            return false;
        };
        let texts = self.texts;
        let Some(action) = self.document.actions.iter_mut().find(|action| action.text.say(texts) == of) else {
            return false;
        };
        let (file_name, language, text) = (name.clone(), language.clone(), text.clone());
        action.attachments.push(Attachment { file_name, language, text });
        true
    }

    fn add(&mut self, action: ActionItem) {
        let id = self.id();
        self.document.actions.push(ActionItem { id, ..action });
    }

    fn kind_named(&self, name: &str) -> Option<ActionKind> {
        ActionKind::ALL.into_iter().find(|kind| self.texts.get(&format!("action-kind-{}", kind.as_str())) == name)
    }

    /// What somebody wrote; nothing where the form says that nobody did.
    fn if_set(&self, text: &str) -> String {
        if text == self.texts.get("export-not-set") { String::new() } else { text.to_owned() }
    }
}

/// The inlines without links of ours.
fn without_links(inlines: &[Inline], is_ours: fn(&str) -> bool) -> Vec<Inline> {
    let is_kept = |inline: &&Inline| !matches!(inline, Inline::Link(title) if is_ours(title));
    inlines.iter().filter(is_kept).cloned().collect()
}

fn priority_named(name: &str) -> Option<Priority> {
    Priority::ALL.into_iter().find(|priority| priority.as_str() == name)
}
