//! The dialog of the cases that the browser keeps: what it says of each, what it offers, and that it asks before anything goes.

use debrief::desk::Desk;
use debrief::postmortem::saved::SavedCase;
use debrief::protocol::desk::{Does, ExportForm, Sheet, SheetKind, SheetRequest, Shelf, ShelfAct, ShelfCase, Widget};
use debrief::text::Lang;

use super::{NOW, buttons, notes};

fn kept(id: &str, title: &str) -> ShelfCase {
    ShelfCase {
        id: id.to_owned(),
        title: title.to_owned(),
        changed: NOW,
        offset_s: -5 * 3600,
        n_inputs: 3,
        bytes: 12_345_678,
        keeps_large: false,
        here: false,
        elsewhere: false,
    }
}

/// One on the page, one that nobody has open, one that another tab writes.
fn shelf() -> Shelf {
    let cases = vec![
        ShelfCase { here: true, ..kept("1", "PIDs of node-xx ran out") },
        kept("2", " "),
        ShelfCase { elsewhere: true, ..kept("3", "<b>of another tab</b>") },
    ];
    Shelf { cases, room: Some((50_000_000, 10_000_000_000)), persisted: Some(false), can_keep_large: true }
}

fn shown(shelf: &Shelf, lang: Lang, values: &[(&str, &str)]) -> Sheet {
    let case = SavedCase { lang, ..SavedCase::default() };
    let values = values.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
    let request = SheetRequest { kind: SheetKind::Cases, values, case, now: NOW, shelf: shelf.clone() };
    Desk::default().sheet(&request)
}

fn shelf_acts(sheet: &Sheet) -> Vec<ShelfAct> {
    let acts = buttons(sheet).into_iter().filter_map(|button| match &button.does {
        Does::Shelf(act) => Some(act.clone()),
        _ => None,
    });
    acts.collect()
}

/// Presses the only button of an entry that leads to a question.
fn asked(sheet: &Sheet, value: &str, id: &str) -> bool {
    buttons(sheet).iter().any(|button| button.does == Does::Set(value.to_owned(), id.to_owned()))
}

#[test]
fn every_case_is_listed_with_what_can_be_done_with_it() {
    insta::assert_debug_snapshot!("cases_en", shown(&shelf(), Lang::En, &[]));
    insta::assert_debug_snapshot!("cases_zh", shown(&shelf(), Lang::ZhCn, &[("doomed", "2")]));
}

#[test]
fn a_case_goes_only_after_a_question_that_says_what_goes() {
    let sheet = shown(&shelf(), Lang::En, &[]);
    assert!(!shelf_acts(&sheet).iter().any(|act| matches!(act, ShelfAct::Delete(_))));
    assert!(asked(&sheet, "doomed", "1") && asked(&sheet, "doomed", "2"));
    let sheet = shown(&shelf(), Lang::En, &[("doomed", "2")]);
    let deletes: Vec<_> = shelf_acts(&sheet).into_iter().filter(|act| matches!(act, ShelfAct::Delete(_))).collect();
    assert_eq!(deletes, [ShelfAct::Delete("2".to_owned())]);
    let says = sheet.widgets.iter().filter_map(|widget| match widget {
        Widget::Entry { says, .. } => Some(says.as_str()),
        _ => None,
    });
    assert!(says.clone().any(|says| says.contains("12 MB kept")), "{:?}", says.collect::<Vec<_>>());
    assert!(asked(&sheet, "doomed", ""), "the way back");
    assert!(
        shelf_acts(&sheet).contains(&ShelfAct::Open("2".to_owned())),
        "what is not open is saved from its own page"
    );
}

#[test]
fn the_case_on_the_page_is_saved_as_a_file_from_the_list_and_before_it_goes() {
    for values in [&[][..], &[("doomed", "1")][..]] {
        let sheet = shown(&shelf(), Lang::En, values);
        let saves = buttons(&sheet).iter().filter(|button| button.does == Does::Export(ExportForm::CaseFile)).count();
        assert_eq!(saves, 1, "{values:?}");
    }
}

#[test]
fn what_another_tab_writes_is_only_opened_and_copied() {
    let sheet = shown(&shelf(), Lang::En, &[]);
    for value in ["doomed", "renames"] {
        assert!(!asked(&sheet, value, "3"));
    }
    let acts = shelf_acts(&sheet);
    assert!(acts.contains(&ShelfAct::Open("3".to_owned())) && acts.contains(&ShelfAct::Duplicate("3".to_owned())));
    assert!(!acts.contains(&ShelfAct::Open("1".to_owned())), "the case on the page is open already");
}

#[test]
fn the_room_is_said_as_far_as_the_browser_tells() {
    let full = Shelf { room: Some((9, 10)), persisted: Some(true), ..shelf() };
    let sheet = shown(&full, Lang::En, &[]);
    assert_eq!(notes(&sheet).len(), 1, "room is short: {:?}", notes(&sheet));
    assert!(!shelf_acts(&sheet).contains(&ShelfAct::Persist));
    let silent = Shelf { cases: Vec::new(), ..Shelf::default() };
    let sheet = shown(&silent, Lang::En, &[]);
    assert_eq!(shelf_acts(&sheet), [ShelfAct::New]);
    assert_eq!(notes(&sheet).len(), 1, "there are no cases: {:?}", notes(&sheet));
}

#[test]
fn a_title_is_written_in_the_place_of_the_case() {
    let sheet = shown(&shelf(), Lang::En, &[("renames", "1")]);
    let fields = sheet.widgets.iter().filter_map(|widget| match widget {
        Widget::Field { value, .. } => Some(value.as_str()),
        _ => None,
    });
    assert_eq!(fields.collect::<Vec<_>>(), ["PIDs of node-xx ran out"]);
    assert!(shelf_acts(&sheet).contains(&ShelfAct::Rename("1".to_owned())));
}
