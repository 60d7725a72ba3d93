//! Text for a terminal: wrapped and aligned by columns (Chinese takes two), at most [`WIDTH`] of them, nothing that a terminal obeys.

use super::inert::{char_width, visible, width};

/// Columns of a report.
pub(super) const WIDTH: usize = 100;

/// A page of text being written.
#[derive(Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// A heading after an empty line.
    pub(super) fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.paragraph(0, "", text);
    }

    /// Words wrapped at an indent; the first line begins with `mark`, the others stand under its text.
    pub(super) fn paragraph(&mut self, indent: usize, mark: &str, text: &str) {
        let hang = indent + width(mark);
        for (index, line) in wrap(text, WIDTH.saturating_sub(hang).max(20)).iter().enumerate() {
            let lead = if index == 0 { format!("{}{mark}", " ".repeat(indent)) } else { " ".repeat(hang) };
            self.line(&format!("{lead}{line}"));
        }
    }

    /// A line as it is: a command that must not be broken.
    pub(super) fn verbatim(&mut self, indent: usize, text: &str) {
        let text = visible(text).replace('\t', " ");
        self.line(&format!("{}{text}", " ".repeat(indent)));
    }

    /// Rows in columns as wide as their widest cell; `right` names the columns that are aligned to the right.
    pub(super) fn columns(&mut self, indent: usize, rows: &[Vec<String>], right: &[usize]) {
        let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..n_columns)
            .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        for row in rows {
            let mut line = " ".repeat(indent);
            for (index, (cell, columns)) in row.iter().zip(&widths).enumerate() {
                let pad = " ".repeat(columns.saturating_sub(width(cell)));
                let gap = if index == 0 { "" } else { "  " };
                line.push_str(gap);
                line.push_str(&if right.contains(&index) { format!("{pad}{cell}") } else { format!("{cell}{pad}") });
            }
            self.line(&line);
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }
}

/// Inert text on one line, cut to some columns.
pub(super) fn cell(text: &str, columns: usize) -> String {
    let text = visible(text).replace('\t', " ");
    if width(&text) <= columns {
        return text;
    }
    let mut used = 1;
    let kept = text.chars().take_while(|&c| {
        used += char_width(c);
        used <= columns
    });
    kept.chain(['…']).collect()
}

/// Inert text on one line whose end tells more than its beginning, as a path's does.
pub(super) fn tail_cell(text: &str, columns: usize) -> String {
    let text = visible(text).replace('\t', " ");
    if width(&text) <= columns {
        return text;
    }
    let mut used = 1;
    let kept = text.chars().rev().take_while(|&c| {
        used += char_width(c);
        used <= columns
    });
    let kept: Vec<char> = kept.collect();
    ['…'].into_iter().chain(kept.into_iter().rev()).collect()
}

/// Lines of at most `columns`, broken at spaces and between Chinese characters; a longer word keeps a line of its own.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let text = visible(text).replace('\t', " ");
    let mut lines = Vec::new();
    let mut line = String::new();
    for (atom, spaced) in atoms(&text) {
        let gap = usize::from(spaced && !line.is_empty());
        if !line.is_empty() && width(&line) + gap + width(atom) > columns {
            lines.push(std::mem::take(&mut line));
        } else if gap == 1 {
            line.push(' ');
        }
        line.push_str(atom);
    }
    lines.push(line);
    lines
}

/// What a line must not break, each with whether a space stands before it: words, and single wide characters with their punctuation.
fn atoms(text: &str) -> Vec<(&str, bool)> {
    const CLOSING: &str = "，。、；：？！）》」』”’…";
    const OPENING: &str = "（《「『“‘";
    let mut atoms = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let (mut start, mut spaced, mut before) = (0, true, None);
        for (at, c) in word.char_indices() {
            let breakable = before.is_some_and(|before: char| {
                (char_width(c) == 2 || char_width(before) == 2) && !CLOSING.contains(c) && !OPENING.contains(before)
            });
            if breakable {
                atoms.push((&word[start..at], spaced));
                (start, spaced) = (at, false);
            }
            before = Some(c);
        }
        atoms.push((&word[start..], spaced));
    }
    atoms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_between_chinese_characters() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("节点进程号耗尽，无法创建。", 8), ["节点进程", "号耗尽，", "无法创", "建。"]);
        assert_eq!(wrap("a-very-long-word b", 4), ["a-very-long-word", "b"]);
    }

    #[test]
    fn cells_are_cut_by_columns() {
        assert_eq!(cell("进程号上限", 7), "进程号…");
        assert_eq!(cell("\x1b[1m", 9), "␛[1m");
        assert_eq!(tail_cell("pods/kube-system.json", 12), "…system.json");
    }
}
