// The case survives whatever happens to the tab, and needs no network. Several cases: cases.spec.js.
import { expect, test } from "@playwright/test";
import { caseId, centre, downloaded, EXAMPLE, EXAMPLE_FILES, evidenceItem, lines, openedItem, openExample, panel, saved, savedCase, savedRecord, settled, VERDICT, verdictIs } from "../support/case.js";
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
  await whys.getByLabel(text("whys-field-claim"), { exact: true }).fill(CLAIM);
  const journal = await openedItem(page, "kubelet.journal.log");
  await journal.getByRole("button", { name: text("evidence-correct") }).click();
  await journal.getByLabel(text("evidence-correct-shift")).fill("2");
  await journal.getByLabel(text("evidence-correct-shift")).press("Enter");
  await expect(journal).toContainText(pattern("evidence-shift"));
  const limits = await openedItem(page, "limits.conf");
  await limits.getByRole("button", { name: text("evidence-remove") }).click();
  await expect(limits).toContainText(text("evidence-state-removed"));
}

/** Until the JSON holds the last thing that [`work`] did: that something is saved does not say that everything is. */
async function workIsSaved(page) {
  await saved(page);
  const removed = async () => (await savedCase(page)).inputs.find(({ path }) => path.endsWith("limits.conf"))?.removed;
  await expect.poll(removed).toBe(true);
}

/** Everything of [`work`], and what follows from the evidence. */
async function workIsBack(page) {
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue(TITLE);
  await panel(page, "findings");
  await verdictIs(page, VERDICT);
  const whys = await panel(page, "whys");
  await expect(whys.getByLabel(text("whys-field-claim"), { exact: true })).toHaveValue(CLAIM);
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

/** What lets the browser keep so many bytes of a site, or as many as it wants to; it holds as long as the page. */
async function roomOf(page, url) {
  const session = await page.context().newCDPSession(page);
  return (quotaSize) => session.send("Storage.overrideQuotaForOrigin", { origin: new URL(url).origin, quotaSize });
}

/** For so long the browser goes on with the room that it found before. */
const ROOM_KNOWN_MS = 31_000;

/** Bytes that the browser keeps of the site. */
const roomUsed = (page) => page.evaluate(async () => (await navigator.storage.estimate()).usage);

test("where room runs out, words are kept and inputs are not, and what is not there is said to be missing", async ({ page }) => {
  const assertClean = await watch(page);
  await openExample(page);
  await readyForOffline(page);
  await saved(page);
  await savedCase(page);
  // Too little for the words as long as the inputs are kept.
  const limitRoom = await roomOf(page, page.url());
  await limitRoom((await roomUsed(page)) + 100);
  await page.waitForTimeout(ROOM_KNOWN_MS);
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  await expect(page.getByText(text("page-inputs-not-kept")).first()).toBeVisible();
  await saved(page);
  await expect(page.getByText(pattern("page-unsaved"))).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue(TITLE);
  await expect(page.locator(".banners").getByText(pattern("page-drop-again"))).toContainText("kubelet.journal.log");
  const journal = evidenceItem(page, "kubelet.journal.log");
  await expect(journal).toContainText(text("issue-not-kept"));
  await expect(journal).toContainText(text("evidence-state-refused"));
  await expect(journal).not.toContainText(text("evidence-state-removed"));
  // Nothing was read: that is no all-clear.
  await panel(page, "findings");
  await settled(page);
  await expect(centre(page).locator(".verdict")).toBeVisible();
  await expect(centre(page).locator(".verdict.calm")).toHaveCount(0);
  // Chosen again, they are read where they were.
  await dropFiles(page, EXAMPLE_FILES.map((name) => EXAMPLE + name));
  await verdictIs(page, VERDICT);
  await expect(evidenceItem(page, "kubelet.journal.log")).toHaveCount(1);
  await expect(page.locator(".banners").getByText(pattern("page-drop-again"))).toHaveCount(0);
  assertClean();
});

test("what cannot be saved at all is said as long as it is so, can be saved as a file, and is not left without a question", async ({ page, baseURL }) => {
  const assertClean = await watch(page);
  const limitRoom = await roomOf(page, baseURL);
  await limitRoom(1_000);
  await openExample(page);
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  const banner = page.getByRole("alert").filter({ hasText: text("page-storage-full") });
  await expect(banner).toHaveText(pattern("page-unsaved"));
  await expect(page.getByTitle(text("page-saved-where"))).toContainText(text("page-storage-full"));
  // What is typed on is not saved either: the banner stays, without a moment in which it does not.
  await banner.evaluate((element) => (element.dataset.same = "yes"));
  await page.getByLabel(text("page-case-title")).fill(`${TITLE}!`);
  await page.waitForTimeout(1_000);
  await expect(banner).toHaveAttribute("data-same", "yes");
  const file = await downloaded(page, () => banner.getByRole("button", { name: text("page-save-file"), exact: true }).click());
  expect(file.name).toMatch(/\.debrief$/);
  expect(file.bytes.length).toBeGreaterThan(10_000);
  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  // With room everything is saved, and nothing is asked.
  await limitRoom();
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  await saved(page);
  await expect(banner).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue(TITLE);
  assertClean();
});

test("what is changed while it is written is saved in its turn", async ({ page }) => {
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...args) {
      globalThis.onceWritten?.();
      return put.apply(this, args);
    };
  });
  const assertClean = await watch(page);
  await open(page);
  const title = page.getByLabel(text("page-case-title"));
  // What is typed before the saved case is back is not taken.
  await expect(title).toBeEditable();
  // In one step, so that no record is written between: the first one written hereafter holds "early", or what came before it.
  await title.evaluate((field) => {
    const type = (value) => {
      field.value = value;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    globalThis.onceWritten = () => {
      globalThis.onceWritten = null;
      type("late enough");
    };
    type("early");
  });
  await expect(title).toHaveValue("late enough");
  await expect.poll(async () => (await savedRecord(page))?.snapshot ?? "").toContain("late enough");
  await saved(page);
  await page.reload();
  await expect(title).toHaveValue("late enough");
  assertClean();
});

test("without a server the case opens, and a new file is still analysed", async ({ page }) => {
  const site = await startSite();
  try {
    const assertClean = await watch(page);
    // The first page is not under the service worker yet: what its workers load comes from the server.
    const reader = page.waitForResponse(/reader_bg\.wasm/);
    await open(page, site.url);
    await readyForOffline(page);
    await (await reader).finished();
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

/** Names of the records of cases. */
const recordNames = (page) => page.evaluate(() => globalThis.inCases((cases) => cases.getAllKeys()));

/** Names of the records of the case on the page. */
const ownNames = async (page) => (await recordNames(page)).map(([, name]) => name);

/** Puts another record in place of the saved case: `change` gets it and gives the other one. */
const changeRecord = (page, change) =>
  // As text: the page's policy forbids to make a function of it there.
  page.evaluate(`inCases((cases) => cases.get(${keyOf(page)})).then((record) => inCases((cases) => cases.put((${change})(record), ${keyOf(page)})))`);

const keyOf = (page) => JSON.stringify([caseId(page), "case"]);

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    globalThis.inCases = (ask) =>
      new Promise((resolve, reject) => {
        indexedDB.open("debrief").onsuccess = ({ target }) => {
          const asked = ask(target.result.transaction("case", "readwrite").objectStore("case"));
          asked.onsuccess = () => resolve(asked.result);
          asked.onerror = () => reject(asked.error);
          target.result.close();
        };
      });
  });
});

test("what is written while no engine can live survives a reload", async ({ page }) => {
  // Every worker dies as soon as it is there: nothing but the page itself can save and open.
  await page.addInitScript(() => {
    const { Worker } = globalThis;
    globalThis.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        setTimeout(() => this.dispatchEvent(new ErrorEvent("error")));
      }
    };
  });
  await open(page);
  await expect(page.getByRole("alert")).toContainText(text("page-engine-stopped"));
  await page.getByLabel(text("page-case-title")).fill(TITLE);
  await saved(page);
  // Long enough for the JSON to be tried, in vain.
  await page.waitForTimeout(2_500);
  await page.getByLabel(text("page-case-title")).fill(`${TITLE}!`);
  await saved(page);
  await page.reload();
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue(`${TITLE}!`);
  await expect(page.getByText(text("page-read-only"))).toHaveCount(0);
  expect((await savedRecord(page)).json).toBeUndefined();
});

test("a case of another release opens through its JSON, and goes on as this release's", async ({ page }) => {
  await openExample(page);
  await work(page);
  await workIsSaved(page);
  await changeRecord(page, (record) => ({ ...record, shape: record.shape + 1, snapshot: new Uint8Array([1, 2, 3]) }));
  await page.reload();
  await workIsBack(page);
  await saved(page);
  expect((await savedRecord(page)).snapshot).toContain(TITLE);
  await expect(page.getByText(text("document-saved-behind"))).toHaveCount(0);
  expect(await ownNames(page)).toEqual(["case"]);
});

test("a case of the first release, JSON alone, opens", async ({ page }) => {
  await openExample(page);
  await work(page);
  await workIsSaved(page);
  await changeRecord(page, (record) => record.json);
  await page.reload();
  await workIsBack(page);
});

test("words that only another release's snapshot holds are missed aloud and kept", async ({ page }) => {
  await openExample(page);
  await work(page);
  await workIsSaved(page);
  await changeRecord(page, (record) => ({ ...record, shape: record.shape + 1, revision: record.revision + 1 }));
  await page.reload();
  await workIsBack(page);
  await expect(page.getByText(text("document-saved-behind")).first()).toBeVisible();
  await page.getByLabel(text("page-case-title")).fill("Another title");
  await saved(page);
  const names = await ownNames(page);
  expect(names).toHaveLength(2);
  expect(names[1]).toMatch(/^kept-/);
});

test("a damaged record is said, and left as it is", async ({ page }) => {
  await openExample(page);
  await saved(page);
  await savedCase(page);
  await changeRecord(page, (record) => ({ ...record, snapshot: record.snapshot.slice(0, 40), json: "{", jsonRevision: record.revision }));
  const before = await savedRecord(page);
  await page.reload();
  await expect(page.getByRole("alert")).toContainText(text("document-saved-broken"));
  await expect(page.getByLabel(text("page-case-title"))).toHaveAttribute("readonly", "");
  await page.waitForTimeout(600);
  expect(await savedRecord(page)).toEqual(before);
});
