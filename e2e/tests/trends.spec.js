// Metrics: how a table was read can be seen and changed, and a chart leaves on its own.
import { expect, test } from "@playwright/test";
import { centre, downloaded, evidenceItem, openedItem, openExample, panel, saved, settled } from "../support/case.js";
import { closeSheet, openRedaction, pressIn } from "../support/desk.js";
import { open, watch } from "../support/page.js";
import { text } from "../support/texts.js";

let assertClean;
test.beforeEach(async ({ page }) => {
  assertClean = await watch(page);
});
test.afterEach(() => assertClean());

/** A table whose dates can be read both ways: the fourth of July, or the seventh of April. */
const TABLE = "Date;Time;container_threads\n04/07/2023;22:00:00;41,5\n04/07/2023;22:00:15;42,5\n04/07/2023;22:00:30;43,5\n";

async function addTable(page, table = TABLE, day = "2023-07-04") {
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles({ name: "table.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await expect(evidenceItem(page, "table.csv")).toContainText(day);
  await settled(page);
}

/** What the first chart can be saved as. */
const files = (page) => centre(page).getByRole("group", { name: text("trends-save"), exact: true }).first();

test("what was guessed of a table is shown with what it means, can be set otherwise, and is remembered", async ({ page }) => {
  await open(page);
  await addTable(page);
  const item = await openedItem(page, "table.csv");
  await item.getByRole("button", { name: text("evidence-correct") }).click();
  const order = item.getByLabel(text("evidence-guess-date-order"));
  await expect(order.locator("option").first()).toHaveText(/dd\/mm · 04\/07\/2023 → 2023-07-04/);
  await expect(item.getByLabel(text("evidence-guess-delimiter")).locator("option").first()).toContainText("; · 04/07/2023 | 22:00:00 | 41,5");
  await expect(item.getByLabel(text("evidence-guess-decimal-mark")).locator("option").first()).toContainText("41,5 → 41.5");
  await expect(item.getByLabel(text("evidence-guess-time-column")).locator("option").first()).toContainText("Date + Time · 04/07/2023 22:00:00");
  await order.focus();
  await order.selectOption("mm/dd");
  await expect(item).toContainText("2023-04-07");
  await expect(order).toHaveValue("mm/dd");
  await expect(order).toBeFocused();
  await saved(page);
  await page.reload();
  await expect(evidenceItem(page, "table.csv")).toContainText("2023-04-07");
  const again = await openedItem(page, "table.csv");
  await again.getByRole("button", { name: text("evidence-correct") }).click();
  await expect(again.getByLabel(text("evidence-guess-date-order"))).toHaveValue("mm/dd");
  await again.getByLabel(text("evidence-guess-date-order")).selectOption("");
  await expect(again).toContainText("2023-07-04");
});

test("a chart leaves on its own as drawing, picture and table, as it stands", async ({ page }) => {
  await openExample(page);
  await panel(page, "trends");
  const svg = await downloaded(page, () => files(page).getByRole("button", { name: "SVG" }).click());
  expect(svg.name).toBe("threads.svg");
  expect(svg.text).toMatch(/^(<\?xml[^>]*>\s*)?<svg /);
  expect(svg.text).toContain("order-sync");
  const png = await downloaded(page, () => files(page).getByRole("button", { name: "PNG" }).click());
  expect([png.name, png.bytes.subarray(1, 4).toString()]).toEqual(["threads.png", "PNG"]);
  const csv = await downloaded(page, () => files(page).getByRole("button", { name: "CSV" }).click());
  expect(csv.name).toBe("threads.csv");
  const [head, first] = csv.text.replace("\ufeff", "").split("\r\n");
  expect(head).toMatch(/^time,".*order-sync.*kernel\.pid_max/);
  expect(first).toMatch(/^2023-07-23T\d\d:\d\d:\d\dZ,\d+/);
  // What is hidden does not leave.
  await centre(page).locator(".legend-name").filter({ hasText: "order-sync" }).first().click();
  await expect(centre(page).locator(".legend-entry.off").first()).toBeVisible();
  const without = await downloaded(page, () => files(page).getByRole("button", { name: "CSV" }).click());
  expect(without.text.split("\r\n")[0]).not.toContain("order-sync");
});

test("a chart that leaves has the replacements of the document", async ({ page }) => {
  await open(page);
  await addTable(page, "Time,10.0.0.5:9100,b\n1690120800000,41,1\n1690120815000,42,1\n", "2023-07-23");
  const svgOf = async () => {
    await panel(page, "trends");
    return downloaded(page, () => files(page).getByRole("button", { name: "SVG" }).click());
  };
  expect((await svgOf()).text).toContain("10.0.0.5");
  const dialog = await openRedaction(page);
  await dialog.getByRole("checkbox", { name: new RegExp(`^${text("redact-class-ip")}`) }).check();
  await pressIn(dialog, "sheet-back");
  await closeSheet(page);
  expect((await svgOf()).text).not.toContain("10.0.0.5");
});
