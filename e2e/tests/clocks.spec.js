// Times without a zone are read as the browser's zone was when they were written, whenever the case is opened.
import { expect, test } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { lines, openedItem, panel, savedSoon, settled } from "../support/case.js";
import { open, watch } from "../support/page.js";
import { text } from "../support/texts.js";

test.use({ timezoneId: "Europe/Berlin" });

const zone = (page) => page.getByRole("combobox", { name: text("page-zone"), exact: true });

/** Gives a file of these lines and waits until it is read. */
async function give(page, info, name, written) {
  writeFileSync(info.outputPath(name), `${written.join("\n")}\n`);
  await page.locator("input[type=file]").first().setInputFiles(info.outputPath(name));
  await settled(page);
}

test("summer evidence has the offset of summer and winter evidence that of winter", async ({ page }, info) => {
  const assertClean = await watch(page);
  await open(page);
  const today = await page.evaluate(() => -new Date().getTimezoneOffset() / 60);
  await expect(zone(page).locator("option").first()).toHaveText(`+0${today}:00 (inferred)`);

  await give(page, info, "winter.log", ["2023-01-23 22:03:11 ERROR one", "2023-01-23 22:03:12 ERROR two"]);
  await expect(zone(page).locator("option").first()).toHaveText("+01:00 (inferred)");
  await expect(await openedItem(page, "winter.log")).toContainText("zone +01:00");
  await savedSoon(page, ({ document }) => document.offset_s).toBe(3600);

  await give(page, info, "summer.log", ["2023-07-23 22:03:11 ERROR one", "2023-07-23 22:03:12 ERROR two"]);
  await expect(zone(page).locator("option").first()).toHaveText("+02:00 (inferred)");
  await expect(await openedItem(page, "summer.log")).toContainText("zone +02:00");
  await expect(await openedItem(page, "winter.log")).toContainText("zone +01:00");
  await savedSoon(page, ({ document }) => document.offset_s).toBe(7200);

  // What states its zone is shown by the same clocks.
  await give(page, info, "stated.log", ["2023-07-23T20:03:11Z ERROR one", "2023-07-23T20:03:12Z ERROR two"]);
  await panel(page, "logs");
  await expect(lines(page).first()).toContainText("22:03:11");

  // A case is shown again by the clocks it was shown by, before any of its evidence is read.
  await page.getByLabel(text("page-case-title")).fill("Kept");
  await savedSoon(page, ({ document, inputs }) => [document.fields.title, inputs.length]).toEqual(["Kept", 3]);
  await page.addInitScript(() => {
    const { Worker } = globalThis;
    globalThis.Worker = class extends Worker {
      postMessage(...args) {
        if (!globalThis.name.startsWith("held")) super.postMessage(...args);
      }
    };
  });
  await page.evaluate(() => (globalThis.name = "held"));
  await page.reload();
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("Kept");
  await expect(zone(page).locator("option").first()).toHaveText("+02:00 (inferred)");
  await page.evaluate(() => (globalThis.name = ""));
  await page.reload();
  await settled(page);

  await zone(page).selectOption("3600");
  await expect(await openedItem(page, "summer.log")).toContainText("zone +01:00");
  await savedSoon(page, ({ document }) => document.offset_s).toBe(3600);
  assertClean();
});
