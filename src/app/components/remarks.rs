//! What a careful reviewer would remark, shown quietly beside what it is about. It blocks nothing.

use debrief::postmortem::ItemId;
use debrief::postmortem::completeness::Place;
use debrief::postmortem::review::{Remark, review};

use crate::app::dom::{El, el, el_of};
use crate::app::signal::Memo;
use crate::app::state::App;

/// Remarks about the whole document, read once per change.
pub(crate) type Remarks = Memo<Vec<Remark>>;

/// Reads the document as a reviewer would.
pub(crate) fn read(app: App) -> Remarks {
    Memo::new(move |_| app.document.with(review))
}

/// The remarks about one place.
#[inline(never)]
pub(crate) fn remarks(app: App, remarks: Remarks, place: Place, item: Option<ItemId>) -> El {
    let is_here = move |remark: &&Remark| remark.place == place && remark.item == item;
    let here = move || remarks.with(|all| all.iter().filter(is_here).map(|remark| remark.text.clone()).collect());
    el_of("ul", "plain remarks").list(here, move |text| el("li").say(move || app.say(&text)))
}
