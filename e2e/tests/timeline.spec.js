// The timeline as people work on it: pasted, accepted, corrected by dragging or keys, filtered; and places cited from all over the page.
import { expect, test } from "@playwright/test";
import { centre, openExample, panel, savedSoon } from "../support/case.js";
import { axeCheck, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

const CHAT = `[22:09] alertbot: NodeThreadsHigh on node-xx
[22:13] net-oncall: Peer Down on leaf-3
[22:14] dana: seeing 503 from report, looking
[22:40] dana: rolled back report-worker
[22:58] net-oncall: peer is up again`;

let assertClean;
test.beforeEach(async ({ page }) => {
  assertClean = await watch(page);
  await openExample(page);
});
test.afterEach(() => assertClean());

const events = (page) => centre(page).getByRole("list", { name: text("timeline-heading") }).getByRole("listitem");
const strip = (page) => centre(page).getByRole("group", { name: text("timeline-strip") });
const undo = (page) => page.getByRole("button", { name: text("page-undo"), exact: true }).first();

/** Pastes the chat and takes its `Peer Down` into the document. */
async function acceptPeerDown(page) {
  const timeline = await panel(page, "timeline");
  await timeline.getByRole("button", { name: text("timeline-import"), exact: true }).click();
  const field = timeline.getByRole("textbox", { name: text("timeline-import-field") });
  await expect(field).toBeFocused();
  await field.fill(CHAT);
  await timeline.getByRole("button", { name: text("timeline-import-add") }).click();
  await expect(timeline.getByRole("status").filter({ hasText: pattern("timeline-import-done") })).toContainText(/Chat log.* 5\./);
  await timeline.getByRole("button", { name: text("page-close"), exact: true }).click();
  const proposal = events(page).filter({ hasText: "Peer Down" });
  await expect(proposal).toHaveAttribute("aria-label", /^Proposed, 2023-07-23 22:13:00/);
  await proposal.focus();
  await page.keyboard.press("a");
  const accepted = events(page).filter({ hasText: "Peer Down" });
  await expect(accepted).toHaveAttribute("aria-label", /^2023-07-23 22:13:00 \+08:00/);
  // The focus follows the event into the document, a moment later: what is focused before would lose it.
  await expect(accepted).toBeFocused();
}

test("a pasted chat becomes events that keys and dragging set right, one undo each", async ({ page }) => {
  await acceptPeerDown(page);
  const row = events(page).filter({ hasText: "Peer Down" });
  await expect(row).toContainText("net-oncall");
  // Accepting gives the row the focus, a moment later.
  await expect(row).toBeFocused();
  const mark = strip(page).getByRole("button", { name: /Peer Down/ });
  await mark.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(row).toHaveAttribute("aria-label", /22:14:50/);
  await expect(mark).toBeFocused();
  await undo(page).click();
  await expect(row).toHaveAttribute("aria-label", /22:13:00/);

  const { x, y, width, height } = await mark.boundingBox();
  const [from, at] = [x + width / 2, y + height / 2];
  await page.mouse.move(from, at);
  await page.mouse.down();
  await page.mouse.move(from + 60, at, { steps: 6 });
  await page.mouse.up();
  await expect(row).toHaveAttribute("aria-label", /22:(1[5-9]|2\d):\d\d \+08:00/);
  await undo(page).click();
  await expect(row).toHaveAttribute("aria-label", /22:13:00/);
  await mark.click();
  await expect(row).toBeFocused();

  await page.keyboard.press("Enter");
  await row.getByLabel(text("timeline-field-source")).fill("network team");
  await page.keyboard.press("Escape");
  await expect(row).toContainText("network team");
  await axeCheck(page, "#panel");
  await savedSoon(page, ({ document }) => document.events[0].source).toBe("network team");
});

test("Tab stops once in the list; the arrow keys lead to the rows and to what stands in them", async ({ page }) => {
  await acceptPeerDown(page);
  const rows = centre(page).locator(".timeline-rows > [tabindex]");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowRight");
  const inside = rows.nth(1).getByRole("button").and(page.locator(":focus"));
  await expect(inside).toHaveCount(1);
  await page.keyboard.press("ArrowLeft");
  await expect(rows.nth(1)).toBeFocused();
  for (let step = await rows.nth(1).getByRole("button").count(); step > 0; step -= 1) await page.keyboard.press("ArrowRight");
  const proposed = await rows.count();
  await expect(rows.nth(1).getByRole("button", { name: text("timeline-dismiss") })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(proposed - 1);
  await expect(rows.nth(1), "the next row has the focus").toBeFocused();
  await page.keyboard.press("Tab");
  expect(await centre(page).locator(".timeline-rows :focus").count(), "Tab leaves the list").toBe(0);
  await page.keyboard.press("Shift+Tab");
  await expect(rows.nth(1)).toBeFocused();
});

test("words, sources and phases filter the events, and silence is said", async ({ page }) => {
  await acceptPeerDown(page);
  await expect(events(page).filter({ hasText: pattern("timeline-gap") }).first()).toBeVisible();
  await centre(page).getByRole("searchbox", { name: text("timeline-filter") }).fill("rolled back");
  await expect(events(page)).toHaveCount(1);
  await centre(page).getByRole("searchbox").fill("nothing says this");
  await expect(centre(page).getByText(text("timeline-none-shown"))).toBeVisible();
  await centre(page).getByRole("searchbox").fill("");
  const lane = centre(page).getByRole("group", { name: text("timeline-lanes") }).getByRole("button", { name: /^Chat/ });
  await lane.click();
  await expect(lane).toHaveAttribute("aria-pressed", "true");
  await expect(centre(page).locator(".event")).toHaveCount(4);
  await lane.click();
  await centre(page).getByRole("combobox", { name: text("timeline-filter-phase") }).selectOption("impact");
  await expect(events(page)).toHaveCount(1);
});

test("a chart, a table, a ceiling and a sentence are cited by one key, a mark by one drag", async ({ page }) => {
  await panel(page, "trends");
  const chart = centre(page).getByRole("img").first();
  await expect(chart).toBeVisible();
  await chart.focus();
  await page.keyboard.press("Shift+C");
  const rail = page.getByRole("complementary", { name: text("page-document") });
  const range = rail.getByRole("button", { name: /from the first to the last sample cited/ });
  await expect(range).toContainText("2");

  const impact = rail.getByRole("button", { name: text("document-gap-impact") });
  await impact.click();
  await expect(impact).toHaveAttribute("aria-pressed", "true");
  const cited = (n) => expect(rail.locator(".rail-chosen .rail-count")).toHaveText(String(n));
  await centre(page).getByRole("button", { name: text("trends-table"), exact: true }).click();
  const rows = centre(page).getByRole("region", { name: text("trends-table") }).first().getByRole("row");
  await rows.nth(1).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("c");
  await cited(1);

  await panel(page, "findings");
  const first = centre(page).getByRole("button", { name: text("finding-cite-all") }).first();
  await first.focus();
  await page.keyboard.press("c");
  await cited(5);
  const mark = centre(page).getByRole("article").getByRole("button", { name: pattern("finding-citation") }).nth(4);
  await mark.dragTo(impact);
  await cited(6);
  await undo(page).click();
  await cited(5);

  await panel(page, "timeline");
  const proposal = events(page).filter({ hasText: "Probes of" });
  await proposal.focus();
  await page.keyboard.press("c");
  await expect(proposal).toHaveAttribute("aria-label", /^Proposed/);
  await cited(7);
});
