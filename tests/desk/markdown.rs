//! Markdown that leaves as one file: what it says of the pictures that it cannot hold.

use debrief::desk::Desk;
use debrief::postmortem::saved::SavedInput;
use debrief::protocol::desk::{ExportForm, ExportedFile};
use debrief::text::{Lang, Texts};

use super::{a, exported, text_of};

#[test]
fn markdown_on_its_own_names_no_picture_that_it_does_not_hold() {
    let (material, case) = a();
    let desk = Desk::new(material);
    let text = |file: &ExportedFile| String::from_utf8(file.bytes.clone()).unwrap();
    let with_files = exported(&desk, ExportForm::MarkdownFiles, &case);
    assert!(with_files.len() > 2 && text(&with_files[0]).contains("](assets/threads.svg)"));
    let alone = exported(&desk, ExportForm::Markdown, &case);
    assert_eq!(alone.len(), 1);
    let plain = exported(&desk, ExportForm::RichText, &case).remove(1);
    for alone in [text(&alone[0]), text(&plain)] {
        assert!(!alone.contains("](assets/"), "{alone}");
        // Everything else stays, line by line, and a line says where the picture is.
        let (before, after) = (text(&with_files[0]), alone.lines());
        for (before, after) in before.lines().zip(after) {
            if before.starts_with("![") {
                assert!(after.starts_with("> Picture: ") && after.contains("HTML"), "{after}");
            } else {
                assert_eq!(before, after);
            }
        }
        // It comes back as the same case, without a word about pictures in it.
        let read = debrief::desk::open(alone.as_bytes()).unwrap().case.document;
        assert!(read.prose.iter().all(|(_, prose)| !prose.text.say(&Texts::new(Lang::En, 0)).contains("Picture")));
    }
}

#[test]
fn the_index_says_which_cited_evidence_was_taken_out() {
    const MARK: &str = "taken out of the case";
    let (material, mut case) = a();
    let input = |path: &String| SavedInput { path: path.clone(), ..SavedInput::default() };
    case.inputs = material.evidence.iter().map(|meta| input(&meta.path)).collect();
    let desk = Desk::new(material);
    for form in [ExportForm::Markdown, ExportForm::Html] {
        assert!(!text_of(&desk, form, &case).contains(MARK));
    }
    let taken = case.inputs.iter_mut().find(|input| input.path == "kubelet.journal.log").unwrap();
    taken.removed = true;
    let text = text_of(&desk, ExportForm::Markdown, &case);
    let marked: Vec<&str> = text.lines().filter(|line| line.contains(MARK)).collect();
    assert!(marked.len() > 2, "{text}");
    for line in text.lines().filter(|line| line.starts_with("**") && line.contains(" · SHA-256 ")) {
        assert_eq!(line.ends_with(MARK), line.contains("kubelet.journal.log"), "{line}");
    }
    assert_eq!(text_of(&desk, ExportForm::Html, &case).matches(MARK).count(), marked.len());
    // Read back, a mark is no part of the digest.
    let read = debrief::desk::open(text.as_bytes()).unwrap().case;
    let journal = read.inputs.iter().filter(|input| input.path == "kubelet.journal.log");
    assert!(journal.filter(|input| input.digest.is_some()).count() == 1);
}
