//! Dialog: in which form the case leaves.

use super::{button, edited, primary, unchanged};
use crate::export::template;
use crate::postmortem::TemplateChoice;
use crate::postmortem::edit::Edit;
use crate::protocol::desk::{Acted, Does, ExportForm, Sheet, SheetKind, SheetRequest, Widget};
use crate::text::Texts;

/// Value: a person's own template, and its name.
const OWN: &str = "template-own";
const OWN_NAME: &str = "template-own-name";
/// Act: takes the template that a built-in id follows.
const TEMPLATE: &str = "template ";
/// Names of [`TemplateChoice::BUILT_IN`], in its order.
const NAMES: [&str; 4] =
    ["template-name-sre-book", "template-name-why-analysis", "template-name-tabular", "template-name-short"];
/// Act: takes the template that was read from a file.
const USE_OWN: &str = "use-own";

pub(super) fn sheet(request: &SheetRequest, texts: &Texts) -> Sheet {
    let get = |id: &str| texts.get(id);
    let document = &request.case.document;
    let mut widgets = vec![Widget::Heading(get("sheet-template"))];
    let built_in = TemplateChoice::BUILT_IN.iter().zip(NAMES).map(|(id, name)| Widget::Check {
        act: format!("{TEMPLATE}{id}"),
        label: get(name),
        on: document.template == TemplateChoice::BuiltIn((*id).to_owned()),
        group: TEMPLATE.trim_end().to_owned(),
    });
    widgets.extend(built_in);
    if let TemplateChoice::Own { name, .. } = &document.template {
        widgets.push(Widget::Text(texts.with("sheet-template-own", &[("name", name.as_str().into())])));
    }
    widgets.push(Widget::File { id: OWN.to_owned(), label: get("sheet-template-file"), accept: ".md,.txt".to_owned() });
    if !request.value(OWN).is_empty() {
        let own = own_template(request);
        let wrong = template::check(&own, texts);
        widgets.extend(wrong.iter().map(|message| Widget::Note(texts.say(message))));
        widgets.push(Widget::Buttons(vec![primary(get("sheet-template-use"), Does::Act(USE_OWN.to_owned()))]));
    } else if matches!(document.template, TemplateChoice::Own { .. }) {
        widgets
            .extend(template::check(&document.template, texts).iter().map(|message| Widget::Note(texts.say(message))));
    }
    widgets.push(Widget::Heading(get("sheet-redaction")));
    widgets.push(Widget::Buttons(vec![button(get("sheet-redaction-open"), Does::Show(SheetKind::Redaction))]));
    widgets.push(Widget::Heading(get("sheet-forms")));
    let form = |id: &str, form| button(get(id), Does::Export(form));
    widgets.push(Widget::Buttons(vec![
        primary(get("sheet-form-zip"), Does::Export(ExportForm::Zip)),
        form("sheet-form-markdown", ExportForm::Markdown),
        form("sheet-form-html", ExportForm::Html),
        form("sheet-form-rich-text", ExportForm::RichText),
        form("sheet-form-json", ExportForm::Json),
        form("sheet-form-csv", ExportForm::TimelineCsv),
        form("sheet-form-timesketch", ExportForm::Timesketch),
    ]));
    widgets.push(Widget::Heading(get("sheet-case-file")));
    widgets.push(Widget::Text(get("sheet-case-file-help")));
    widgets.push(Widget::Buttons(vec![
        form("sheet-form-case", ExportForm::CaseFile),
        button(get("sheet-open"), Does::Open),
        button(get("sheet-versions"), Does::Show(SheetKind::Versions)),
    ]));
    Sheet { title: get("sheet-export"), widgets }
}

pub(super) fn act(request: SheetRequest, act: &str) -> Acted {
    let choice = match act.strip_prefix(TEMPLATE) {
        Some(id) if TemplateChoice::BUILT_IN.contains(&id) => TemplateChoice::BuiltIn(id.to_owned()),
        None if act == USE_OWN => own_template(&request),
        _ => return unchanged(request),
    };
    edited(request, Edit::Template(choice))
}

fn own_template(request: &SheetRequest) -> TemplateChoice {
    TemplateChoice::Own { name: request.value(OWN_NAME).to_owned(), text: request.value(OWN).to_owned() }
}
