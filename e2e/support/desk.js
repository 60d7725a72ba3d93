// What leaves and comes back: the export bar, the dialogs of the desk, files of ours.
import { expect } from "@playwright/test";
import { centre, downloaded, panel } from "./case.js";
import { pattern, text } from "./texts.js";

/** The dialogs of the desk: the button of the export bar that opens each, and its name. */
const OPENED_BY = { "sheet-export": "document-export-more", "sheet-comms": "document-comms", "sheet-versions": "document-versions" };

/** A dialog of the desk by the id of its name. */
export const sheet = (page, name, lang = "en") => page.getByRole("dialog", { name: text(name, lang), exact: true });

/** Opens a dialog from the export bar. */
export async function openSheet(page, name, lang = "en") {
  await panel(page, "postmortem", lang);
  await centre(page).getByRole("button", { name: text(OPENED_BY[name], lang), exact: true }).click();
  await expect(sheet(page, name, lang)).toBeVisible();
  return sheet(page, name, lang);
}

/** Opens the list of replacements. */
export async function openRedaction(page, lang = "en") {
  await (await openSheet(page, "sheet-export", lang)).getByRole("button", { name: text("sheet-redaction-open", lang) }).click();
  await expect(sheet(page, "sheet-redaction", lang)).toBeVisible();
  return sheet(page, "sheet-redaction", lang);
}

/** Presses a dialog's button by the id of its text. */
export const pressIn = (dialog, id, lang = "en") => dialog.getByRole("button", { name: text(id, lang), exact: true }).click();

/** Closes whatever dialog is open. */
export async function closeSheet(page) {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** Picks a file under “Open or merge a case…”. */
export async function openCaseFile(page, file) {
  const dialog = await openSheet(page, "sheet-export");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), pressIn(dialog, "sheet-open")]);
  await chooser.setFiles(file);
}

/** Picks a file of ours and waits for the dialog that says what it holds. */
export async function openCase(page, file) {
  await openCaseFile(page, file);
  await expect(sheet(page, "sheet-opened")).toBeVisible();
  return sheet(page, "sheet-opened");
}

/** Opens the list of cases. */
export async function openCases(page, lang = "en") {
  await page.getByRole("button", { name: text("page-cases", lang), exact: true }).click();
  const dialog = sheet(page, "sheet-cases", lang);
  await expect(dialog.getByRole("heading", { name: text("sheet-room", lang) })).toBeVisible();
  return dialog;
}

/** A case in that list, by its title. */
export const listed = (dialog, title) => dialog.getByRole("group", { name: title, exact: true });

/** Does what leads to another case, and waits until that one is on the page. */
export async function toOtherCase(page, act) {
  const before = page.url();
  await act();
  await page.waitForURL((url) => url.href !== before && url.search.startsWith("?case="));
  await expect(page.locator("#boot")).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** Goes to a new case; the one before stays in the list. */
export async function newCase(page) {
  const dialog = await openCases(page);
  await toOtherCase(page, () => pressIn(dialog, "sheet-case-new"));
}

/** The document as it will leave. */
export const preview = (page, lang = "en") => centre(page).getByRole("region", { name: text("document-preview", lang) });

/** Waits for what the page says of something done. */
export const told = (page, id) => expect(page.getByText(pattern(id)).filter({ visible: true }).first()).toBeVisible();

/** Words that a spreadsheet would take for a formula. */
export const FORMULA = `=HYPERLINK("http://example.invalid";"open")`;

/** Adds an event at a time of the example; its form is closed again. */
export async function addEvent(page, words, at = "2023-07-23 22:13") {
  const timeline = await panel(page, "timeline");
  await timeline.getByRole("button", { name: text("timeline-add"), exact: true }).first().click();
  const form = timeline.getByRole("group", { name: text("timeline-edit") });
  await form.getByLabel(text("timeline-field-text")).fill(words);
  await form.getByLabel(pattern("timeline-field-start")).fill(at);
  await form.getByRole("button", { name: text("timeline-done") }).click();
  await expect(form).toHaveCount(0);
}

/** The title, an event of one's own, two whys with their evidence. */
export async function writeCase(page, title = "PIDs of node-xx ran out") {
  await page.getByLabel(text("page-case-title")).fill(title);
  await addEvent(page, FORMULA);
  const whys = await panel(page, "whys");
  const accept = whys.getByRole("button", { name: text("whys-accept"), exact: true });
  const offered = await accept.count();
  for (let taken = 1; taken <= 2; taken += 1) {
    await accept.first().click();
    await expect(accept).toHaveCount(offered - taken);
  }
}

/** Downloads a form from the dialog. */
export const take = async (page, form) => {
  const dialog = sheet(page, "sheet-export");
  return downloaded(page, () => pressIn(dialog, form));
};
