// The case survives whatever happens to the tab, needs no network, and goes only when it is told to.
import { expect, test } from "@playwright/test";
import { EXAMPLE, EXAMPLE_FILES, evidenceItem, lines, openedItem, openExample, panel, saved, savedCase, settled, VERDICT, verdictIs } from "../support/case.js";
import { dropFiles, open, readyForOffline, watch } from "../support/page.js";
import { startSite } from "../support/site.js";
import { pattern, text } from "../support/texts.js";

const TITLE = "PIDs of node-xx ran out";
const CLAIM = "An answer that only a person could write.";

/** Edits of every kind: the title, a why, a correction, an input taken out. */
async function work(page) {
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  const whys = await panel(page, "whys");
  await whys.getByRole("button", { name: text("whys-accept"), exact: true }).first().click();
  await whys.getByLabel(text("whys-field-claim")).fill(CLAIM);
  const journal = await openedItem(page, "kubelet.journal.log");
  await journal.getByRole("button", { name: text("evidence-correct") }).click();
  await journal.getByLabel(text("evidence-correct-shift")).fill("2");
  await journal.getByLabel(text("evidence-correct-shift")).press("Enter");
  await expect(journal).toContainText(pattern("evidence-shift"));
  const limits = await openedItem(page, "limits.conf");
  await limits.getByRole("button", { name: text("evidence-remove") }).click();
  await expect(limits).toContainText(text("evidence-state-removed"));
}

/** Everything of [`work`], and what follows from the evidence. */
async function workIsBack(page) {
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue(TITLE);
  await panel(page, "findings");
  await verdictIs(page, VERDICT);
  const whys = await panel(page, "whys");
  await expect(whys.getByLabel(text("whys-field-claim"))).toHaveValue(CLAIM);
  await expect(evidenceItem(page, "kubelet.journal.log")).toContainText(pattern("evidence-shift"));
  await expect(evidenceItem(page, "limits.conf")).toContainText(text("evidence-state-removed"));
  for (const name of EXAMPLE_FILES) await expect(evidenceItem(page, name)).toHaveCount(1);
}

test("a reload brings everything back: the document, the evidence with its choices, the finding", async ({ page }) => {
  const assertClean = await watch(page);
  await openExample(page);
  await work(page);
  await saved(page);
  await page.reload();
  await workIsBack(page);
  await verdictCitesLines(page);
  assertClean();
});

/** Lines can be looked at again, not only the conclusions. */
async function verdictCitesLines(page) {
  await evidenceItem(page, "kubelet.journal.log").getByRole("button", { name: "kubelet.journal.log", exact: true }).click();
  await expect(lines(page).first()).toContainText("Logs begin");
}

test("a tab that is killed loses nothing that was saved", async ({ page, context }) => {
  await openExample(page);
  await work(page);
  await saved(page);
  await panel(page, "findings");
  // The renderer dies: no unload, no pagehide, no last save.
  const crashed = page.waitForEvent("crash");
  page.goto("chrome://crash").catch(() => {});
  await crashed;
  await page.close();
  const again = await context.newPage();
  await open(again);
  await workIsBack(again);
});

test("what was typed a moment before the tab is closed is kept", async ({ page, context }) => {
  await openExample(page);
  await saved(page);
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await open(again);
  await expect(again.getByLabel(text("page-case-title"))).toHaveValue(TITLE);
});

test("without a server the case opens, and a new file is still analysed", async ({ page }) => {
  const site = await startSite();
  try {
    const assertClean = await watch(page);
    await open(page, site.url);
    await readyForOffline(page);
    await site.stop();
    await page.context().setOffline(true);
    await page.reload();
    await dropFiles(page, EXAMPLE_FILES.filter((name) => name !== "sysctl-a.txt").map((name) => EXAMPLE + name));
    await settled(page);
    await expect(evidenceItem(page, "kubelet.journal.log")).toContainText(/5,7\d\d records/);
    await saved(page);
    await page.reload();
    await expect(evidenceItem(page, "kubelet.journal.log")).toContainText(/5,7\d\d records/);
    await dropFiles(page, [`${EXAMPLE}sysctl-a.txt`]);
    await verdictIs(page, VERDICT);
    assertClean();
  } finally {
    await site.stop();
  }
});

test("a second tab only reads, says so, and is told when it may write", async ({ page, context }) => {
  await openExample(page);
  await saved(page);
  const second = await context.newPage();
  await open(second);
  await expect(second.getByText(text("page-read-only"))).toBeVisible();
  await verdictIs(second, VERDICT);
  await expect(second.getByLabel(text("page-case-title"))).toHaveAttribute("readonly", "");
  const whys = await panel(second, "whys");
  await whys.getByRole("button", { name: text("whys-accept"), exact: true }).first().click();
  await dropFiles(second, [`${EXAMPLE}limits.conf`]);
  await second.waitForTimeout(600);
  expect((await savedCase(page)).document.whys ?? []).toEqual([]);
  expect((await savedCase(page)).inputs).toHaveLength(EXAMPLE_FILES.length);

  await page.close();
  await expect(second.getByText(text("page-case-free")).first()).toBeVisible();
  await second.getByRole("button", { name: text("page-reload") }).click();
  await expect(second.getByText(text("page-read-only"))).toHaveCount(0);
  await second.getByLabel(text("page-case-title")).fill(TITLE);
  await expect.poll(async () => (await savedCase(second)).document.title).toBe(TITLE);
});

test("a new case forgets the old one, only after asking", async ({ page }) => {
  await openExample(page);
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  await saved(page);
  const ask = () => page.getByRole("button", { name: text("page-new-case"), exact: true }).click();
  await ask();
  const dialog = page.getByRole("dialog", { name: text("page-new-case") });
  await dialog.getByRole("button", { name: text("page-keep-case") }).click();
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue(TITLE);
  await ask();
  await dialog.getByRole("button", { name: text("page-forget-case") }).click();
  await expect(page.getByRole("button", { name: text("page-example") })).toBeVisible();
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("");
  await expect.poll(async () => (await savedCase(page)).inputs).toEqual([]);
  await saved(page);
  await page.reload();
  await expect(page.getByRole("button", { name: text("page-example") })).toBeVisible();
  // Nothing of it is left in the browser's storage either.
  const blobs = await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open("debrief").onsuccess = ({ target }) => {
          target.result.transaction("blobs").objectStore("blobs").count().onsuccess = (event) => resolve(event.target.result);
        };
      }),
  );
  expect(blobs).toBe(0);
  expect(JSON.stringify(await savedCase(page))).not.toContain("node-xx");
});
