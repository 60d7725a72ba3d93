// What was accepted and then loses its ground: a corrected clock, evidence that is taken out. Nothing of it goes by without a word, and undo takes
// back what was done last, whatever it was.
import { expect, test } from "@playwright/test";
import { centre, downloaded, openedItem, openExample, panel, savedSoon, settled } from "../support/case.js";
import { axeCheck, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

const JOURNAL = "kubelet.journal.log";

let assertClean;
test.beforeEach(async ({ page }) => {
  assertClean = await watch(page);
  await openExample(page);
});
test.afterEach(() => assertClean());

const undo = (page) => page.getByRole("banner").getByRole("button", { name: text("page-undo"), exact: true });
const redo = (page) => page.getByRole("banner").getByRole("button", { name: text("page-redo"), exact: true });
const notice = (page) => page.getByRole("region", { name: text("page-notices") });
const asks = (page) => page.getByRole("status").filter({ hasText: pattern("page-moved") });
const rail = (page) => page.getByRole("complementary", { name: text("page-document") });
const events = (page) => centre(page).getByRole("list", { name: text("timeline-heading") }).getByRole("listitem");

/** The check that fails so, in the list under the meter. */
async function gap(page, id) {
  const meter = rail(page).locator("details.completeness");
  if (!(await meter.evaluate((details) => details.open))) await meter.locator("> summary").click();
  return meter.getByRole("button", { name: pattern(id) });
}

/** Accepts a proposed event and gives its row. */
async function accept(page, words) {
  await panel(page, "timeline");
  const row = events(page).filter({ hasText: words });
  await row.focus();
  await page.keyboard.press("a");
  await expect(row).not.toHaveAttribute("aria-label", /^Proposed/);
  return row;
}

/** Opens the corrections of an input and says by how much its clock is behind. */
async function correct(page, seconds) {
  const item = await openedItem(page, JOURNAL);
  const field = item.getByRole("spinbutton", { name: text("evidence-correct-shift") });
  if (!(await field.isVisible())) await item.getByRole("button", { name: text("evidence-correct"), exact: true }).click();
  await field.fill(seconds);
  await field.press("Tab");
  return field;
}

test("events move along with the clock of the line they cite, and every step is undone in its turn", async ({ page }) => {
  const row = await accept(page, "Tasks refused");
  await expect(row).toHaveAttribute("aria-label", /^2023-07-23 22:08:47/);
  const field = await correct(page, "600");
  await expect(asks(page)).toContainText("One event cites kubelet.journal.log, whose clock moved by 10 min");
  const stale = await gap(page, "document-gap-moved");
  await expect(stale).toBeVisible();
  await expect(row, "nothing moves by itself").toHaveAttribute("aria-label", /22:08:47/);
  await axeCheck(page);

  await asks(page).getByRole("button", { name: text("page-move") }).click();
  await expect(row).toHaveAttribute("aria-label", /22:18:47/);
  await expect(row, "it is not offered once more").toHaveCount(1);
  await expect(asks(page)).toHaveCount(0);
  await expect(stale).toHaveCount(0);

  await undo(page).click();
  await expect(row).toHaveAttribute("aria-label", /22:08:47/);
  await expect(asks(page)).toBeVisible();
  await undo(page).click();
  await expect(notice(page)).toContainText(`Undone: ${JOURNAL}`);
  await expect(field).toHaveValue("0");
  await expect(asks(page)).toHaveCount(0);
  await expect(row).toHaveAttribute("aria-label", /^2023-07-23 22:08:47/);
  await redo(page).click();
  await expect(field).toHaveValue("600");
  await asks(page).getByRole("button", { name: text("page-leave") }).click();
  await expect(asks(page)).toHaveCount(0);
  await expect(row).toHaveAttribute("aria-label", /22:08:47/);

  // After a reload what was left as it is is not asked about again.
  await savedSoon(page, ({ inputs }) => inputs.some(({ choices }) => choices.shift_ms === 600_000)).toBe(true);
  await page.reload();
  await settled(page);
  await panel(page, "timeline");
  await expect(row).toHaveAttribute("aria-label", /22:08:47/);
  await expect(asks(page)).toHaveCount(0);
});

test("evidence that is taken out is counted, checked and marked, and undo puts it back before anything else", async ({ page }) => {
  await accept(page, "Tasks refused");
  await page.getByRole("textbox", { name: text("page-case-title") }).fill("PIDs ran out");
  const item = await openedItem(page, JOURNAL);
  await item.getByRole("button", { name: text("evidence-remove") }).click();
  await expect(notice(page)).toContainText(`${JOURNAL} is out of the analysis. 2 citations of the document rest on it.`);
  const lacking = await gap(page, "document-gap-taken-out");
  await expect(lacking).toContainText(JOURNAL);
  await panel(page, "postmortem");
  const markdown = () => downloaded(page, () => centre(page).getByRole("button", { name: text("document-download"), exact: true }).click());
  expect((await markdown()).text).toContain(text("export-taken-out"));

  await undo(page).click();
  await expect(item.getByRole("button", { name: text("evidence-remove") })).toBeVisible();
  await expect(page.getByRole("textbox", { name: text("page-case-title") })).toHaveValue("PIDs ran out");
  await expect(lacking).toHaveCount(0);
  expect((await markdown()).text).not.toContain(text("export-taken-out"));

  // The offer at removal takes back exactly that, whatever came after.
  await item.getByRole("button", { name: text("evidence-remove") }).click();
  await page.getByRole("textbox", { name: text("page-case-title") }).fill("PIDs ran out on node-xx");
  await notice(page).getByRole("button", { name: text("page-undo"), exact: true }).click();
  await expect(item.getByRole("button", { name: text("evidence-remove") })).toBeVisible();
  await expect(page.getByRole("textbox", { name: text("page-case-title") })).toHaveValue("PIDs ran out on node-xx");
});
