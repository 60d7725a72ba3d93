// Several cases in one browser: each is kept by itself, opened, renamed, copied and deleted; tabs do not harm each other.
import { expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";
import { caseId, centre, downloaded, EXAMPLE, evidenceItem, openedItem, openExample, panel, saved, savedCase, savedSoon, settled, VERDICT, verdictIs } from "../support/case.js";
import { listed, newCase, openCases, pressIn, sheet, told, toOtherCase } from "../support/desk.js";
import { countPointers, press, tabTo } from "../support/keyboard.js";
import { axeCheck, dropFiles, open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

const FIRST = "PIDs of node-xx ran out";
const SECOND = "Disk of db-7 full";

const title = (page) => page.getByLabel(text("page-case-title"));

/** Everything that the browser keeps of cases: keys of the stores, paths of the files. */
const everything = (page) =>
  page.evaluate(async () => {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open("debrief");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const kept = {};
    for (const name of database.objectStoreNames) {
      kept[name] = await new Promise((resolve) => {
        database.transaction(name).objectStore(name).getAllKeys().onsuccess = ({ target }) => resolve(target.result.map(String));
      });
    }
    database.close();
    kept.files = [];
    const walk = async (folder, path) => {
      for await (const [name, handle] of folder.entries()) {
        kept.files.push(`${path}${name}`);
        if (handle.kind === "directory") await walk(handle, `${path}${name}/`);
      }
    };
    await walk(await navigator.storage.getDirectory(), "");
    return kept;
  });

/** What of it belongs to a case. */
const keptOf = async (page, id) =>
  Object.values(await everything(page)).flat().filter((key) => key.split(/[,/]/).includes(id));

/** The example as one case, a small one beside it, which is on the page. */
async function twoCases(page) {
  await openExample(page);
  await title(page).fill(FIRST);
  await saved(page);
  const first = caseId(page);
  await newCase(page);
  await expect(title(page)).toHaveValue("");
  await title(page).fill(SECOND);
  await dropFiles(page, [`${EXAMPLE}limits.conf`]);
  await expect(evidenceItem(page, "limits.conf")).toHaveCount(1);
  await settled(page);
  await saved(page);
  return { first, second: caseId(page) };
}

test("two cases: each has its own document and evidence, also after a reload", async ({ page }) => {
  const assertClean = await watch(page);
  const { first, second } = await twoCases(page);
  expect(second).not.toBe(first);
  const dialog = await openCases(page);
  await expect(listed(dialog, SECOND)).toContainText(text("sheet-case-here"));
  await expect(listed(dialog, FIRST)).toContainText(pattern("sheet-case-says"));
  await expect(dialog).toContainText(pattern("sheet-room-used"));
  await toOtherCase(page, () => pressIn(listed(dialog, FIRST), "sheet-case-open"));
  expect(caseId(page)).toBe(first);
  await expect(title(page)).toHaveValue(FIRST);
  await panel(page, "findings");
  await verdictIs(page, VERDICT);
  await page.reload();
  await expect(title(page)).toHaveValue(FIRST);
  await expect(evidenceItem(page, "kubelet.journal.log")).toHaveCount(1);
  // The way back of the browser leads back too; the bare address leads to the case that was changed last.
  await page.goBack();
  await expect(title(page)).toHaveValue(SECOND);
  await expect(evidenceItem(page, "limits.conf")).toHaveCount(1);
  await expect(evidenceItem(page, "kubelet.journal.log")).toHaveCount(0);
  await title(page).fill(`${SECOND}!`);
  await saved(page);
  await open(page);
  await expect(title(page)).toHaveValue(`${SECOND}!`);
  expect(caseId(page)).toBe(second);
  assertClean();
});

test("a case can be renamed and copied without opening it", async ({ page }) => {
  const { first } = await twoCases(page);
  const dialog = await openCases(page);
  await pressIn(listed(dialog, FIRST), "sheet-case-rename");
  const field = dialog.getByLabel(text("sheet-case-title"), { exact: true });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(FIRST);
  await field.fill("Renamed from afar");
  await pressIn(dialog, "sheet-case-rename-now");
  await expect(listed(dialog, "Renamed from afar")).toBeVisible();
  // The one on the page, too: its title is that of the document.
  await pressIn(listed(dialog, SECOND), "sheet-case-rename");
  await field.fill("Renamed here");
  await pressIn(dialog, "sheet-case-rename-now");
  await expect(listed(dialog, "Renamed here")).toBeVisible();
  await expect(title(page)).toHaveValue("Renamed here");

  await pressIn(listed(dialog, "Renamed from afar"), "sheet-case-duplicate");
  const copy = listed(dialog, "Renamed from afar (copy)");
  await toOtherCase(page, () => pressIn(copy, "sheet-case-open"));
  expect(caseId(page)).not.toBe(first);
  await expect(title(page)).toHaveValue("Renamed from afar (copy)");
  await panel(page, "findings");
  await verdictIs(page, VERDICT);
  await title(page).fill("The copy goes its own way");
  await saved(page);
  expect((await savedCase(page)).inputs.length).toBeGreaterThan(3);
  const again = await openCases(page);
  await expect(listed(again, "Renamed from afar")).toBeVisible();
  await expect(listed(again, "The copy goes its own way")).toBeVisible();
});

test("a deleted case leaves nothing behind, and only goes after a question", async ({ page }) => {
  const assertClean = await watch(page);
  const { first, second } = await twoCases(page);
  expect((await keptOf(page, first)).length).toBeGreaterThan(3);
  let dialog = await openCases(page);
  const file = await downloaded(page, () => pressIn(listed(dialog, SECOND), "sheet-case-save"));
  expect(file.name).toMatch(/\.debrief$/);
  await expect(listed(dialog, FIRST).getByRole("button", { name: text("sheet-case-save") })).toHaveCount(0);
  await pressIn(listed(dialog, FIRST), "sheet-case-delete");
  await expect(listed(dialog, FIRST)).toContainText(pattern("sheet-case-doom"));
  await pressIn(dialog, "sheet-case-keep");
  await expect(listed(dialog, FIRST)).toContainText(pattern("sheet-case-says"));
  await pressIn(listed(dialog, FIRST), "sheet-case-delete");
  await pressIn(dialog, "sheet-case-delete-now");
  await expect(listed(dialog, FIRST)).toHaveCount(0);
  await expect(dialog.getByText(text("page-case-deleted"))).toBeVisible();
  expect(await keptOf(page, first)).toEqual([]);
  await expect(title(page)).toHaveValue(SECOND);

  // The one on the page: what was typed a moment ago must not bring it back.
  await page.keyboard.press("Escape");
  await title(page).fill("Typed at last");
  dialog = await openCases(page);
  await pressIn(listed(dialog, "Typed at last"), "sheet-case-delete");
  await toOtherCase(page, () => pressIn(dialog, "sheet-case-delete-now"));
  await told(page, "page-case-deleted");
  await expect(title(page)).toHaveValue("");
  expect(await keptOf(page, second)).toEqual([]);
  expect((await everything(page)).list).toEqual([]);
  await page.goBack();
  await expect(page.getByRole("button", { name: text("page-example") })).toBeVisible();
  await expect(title(page)).toHaveValue("");
  assertClean();
});

test("the one case of an older release is the first in the list", async ({ context, page }) => {
  const former = readFileSync(new URL("../../tests/fixtures/saved/v1.json", import.meta.url), "utf8");
  // A page of the same origin without the program: the database as version 1 had it. It is a page of its own, because the browser may
  // look for its icon, which is not there, at any time later.
  const blank = await context.newPage();
  await blank.goto("icons/icon.svg");
  await blank.evaluate(
    (former) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("debrief", 1);
        opening.onupgradeneeded = () => ["case", "blobs"].forEach((name) => opening.result.createObjectStore(name));
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const transaction = opening.result.transaction(["case", "blobs"], "readwrite");
          transaction.objectStore("case").put(former, "case");
          transaction.objectStore("case").put("what could not be read", "kept-1-1");
          JSON.parse(former).inputs.forEach((_, index) => transaction.objectStore("blobs").put(new Blob(["* soft nproc 1024\n"]), index));
          transaction.oncomplete = () => resolve(opening.result.close());
        };
      }),
    former,
  );
  await blank.close();
  const assertClean = await watch(page);
  await open(page);
  const { document, inputs } = JSON.parse(former);
  await expect(title(page)).toHaveValue(document.title);
  for (const { path } of inputs) await expect(page.getByRole("complementary", { name: text("page-evidence") })).toContainText(path.split("/").at(-1));
  await saved(page);
  const dialog = await openCases(page);
  await expect(listed(dialog, document.title)).toContainText(text("sheet-case-here"));
  const { list, case: records } = await everything(page);
  expect(list).toEqual(["1"]);
  expect(records).toEqual(["1,case", "1,kept-1-1"]);
  assertClean();
});

test("a second tab only reads the same case, and takes it over when it is asked to", async ({ page, context }) => {
  await openExample(page);
  await saved(page);
  const before = (await savedCase(page)).inputs.length;
  const second = await context.newPage();
  await open(second);
  await expect(second.locator(".banners").getByText(text("page-read-only"))).toBeVisible();
  expect(caseId(second)).toBe(caseId(page));
  await verdictIs(second, VERDICT);
  await expect(title(second)).toHaveAttribute("readonly", "");
  const whys = await panel(second, "whys");
  await whys.getByRole("button", { name: text("whys-accept"), exact: true }).first().click();
  await dropFiles(second, [`${EXAMPLE}limits.conf`]);
  await second.waitForTimeout(600);
  expect((await savedCase(page)).document.whys ?? []).toEqual([]);
  expect((await savedCase(page)).inputs).toHaveLength(before);
  // Neither renames nor deletes what the other tab writes.
  const dialog = await openCases(second);
  const entry = listed(dialog, text("sheet-case-untitled"));
  await expect(entry).toContainText(text("sheet-case-here"));
  await expect(entry.getByRole("button", { name: text("sheet-case-delete") })).toHaveCount(0);
  await second.keyboard.press("Escape");

  // What the first tab saves is shown by the second, and what leaves there is what is shown.
  await title(page).fill("Saved in the first tab");
  await expect(title(second)).toHaveValue("Saved in the first tab");
  await expect(title(second)).toHaveAttribute("readonly", "");
  await panel(second, "postmortem");
  const download = () => centre(second).getByRole("button", { name: text("document-download"), exact: true }).click();
  expect((await downloaded(second, download)).text).toContain("Saved in the first tab");
  const limits = await openedItem(page, "limits.conf");
  await limits.getByRole("button", { name: text("evidence-remove") }).click();
  await expect(evidenceItem(second, "limits.conf")).toContainText(text("evidence-state-removed"));
  await expect(evidenceItem(second, "limits.conf")).toHaveCount(1);

  // What was typed in the first tab a moment before is there, and the roles are changed.
  await title(page).fill("Typed in the first tab");
  await second.getByRole("button", { name: text("page-take-over") }).click();
  await expect(title(second)).toHaveValue("Typed in the first tab");
  await expect(second.locator(".banners").getByText(text("page-read-only"))).toHaveCount(0);
  await expect(page.locator(".banners").getByText(text("page-read-only"))).toBeVisible();
  await title(second).fill("Typed in the second tab");
  await saved(second);
  await expect(title(page)).toHaveAttribute("readonly", "");

  // A tab that goes gives the case by itself.
  await second.close();
  await told(page, "page-case-yours");
  await expect(title(page)).toHaveValue("Typed in the second tab");
  await expect(title(page)).not.toHaveAttribute("readonly", "");
  await title(page).fill("And in the first again");
  await savedSoon(page, ({ document }) => document.fields.title).toBe("And in the first again");
});

test("different cases in two tabs are independent, and one deletes nothing of the other", async ({ page, context }) => {
  const { first } = await twoCases(page);
  const other = await context.newPage();
  await open(other, `./?case=${first}`);
  await expect(title(other)).toHaveValue(FIRST);
  await expect(other.locator(".banners").getByText(text("page-read-only"))).toHaveCount(0);
  await title(other).fill("Changed over there");
  await title(page).fill("Changed here");
  await saved(other);
  await saved(page);
  const dialog = await openCases(page);
  const entry = listed(dialog, "Changed over there");
  await expect(entry).toContainText(text("sheet-case-elsewhere"));
  await expect(entry.getByRole("button", { name: text("sheet-case-delete") })).toHaveCount(0);
  await page.reload();
  await other.reload();
  await expect(title(page)).toHaveValue("Changed here");
  await expect(title(other)).toHaveValue("Changed over there");
});

test("without locks, what two tabs wrote into one case is kept twice", async ({ page, context }) => {
  // As on a page that came over plain HTTP.
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { value: undefined }));
  await open(page);
  await title(page).fill("Begun together");
  await saved(page);
  const other = await context.newPage();
  await open(other);
  await expect(title(other)).toHaveValue("Begun together");
  await title(page).fill("Gone one way");
  await saved(page);
  await title(other).fill("Gone the other way");
  await told(other, "page-case-apart");
  await saved(other);
  expect(caseId(other)).not.toBe(caseId(page));
  await page.reload();
  await other.reload();
  await expect(title(page)).toHaveValue("Gone one way");
  await expect(title(other)).toHaveValue("Gone the other way");
});

for (const [colours, lang] of [["light", "en"], ["dark", "zh-CN"]]) {
  test(`the list of cases is accessible: ${colours}, ${lang}`, { tag: "@phone" }, async ({ page }) => {
    const assertClean = await watch(page);
    await page.emulateMedia({ colorScheme: colours, reducedMotion: "reduce" });
    await open(page);
    if (lang === "zh-CN") await page.getByRole("button", { name: "中文" }).click();
    await page.getByLabel(text("page-case-title", lang)).fill(FIRST);
    await expect(page.getByTitle(text("page-saved-where", lang))).toHaveText(pattern("page-saved", lang));
    const dialog = await openCases(page, lang);
    await expect(dialog).toContainText(pattern("sheet-room-used", lang));
    await expect(dialog).toContainText(text("sheet-not-persisted", lang));
    await axeCheck(page);
    await pressIn(dialog, "sheet-case-delete", lang);
    await expect(listed(dialog, FIRST)).toContainText(pattern("sheet-case-doom", lang));
    await axeCheck(page);
    const { width, height } = page.viewportSize();
    const box = await dialog.boundingBox();
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    expect(await page.evaluate(() => document.scrollingElement.scrollWidth)).toBe(width);
    assertClean();
  });
}

test("cases can be worked by keyboard alone", async ({ page }) => {
  const pointers = await countPointers(page);
  await open(page);
  await tabTo(page, title(page));
  await page.keyboard.insertText(FIRST);
  await saved(page);
  const first = caseId(page);
  const cases = page.getByRole("button", { name: text("page-cases"), exact: true });
  await press(page, cases);
  const dialog = sheet(page, "sheet-cases");
  const button = (id) => dialog.getByRole("button", { name: text(id), exact: true });
  await toOtherCase(page, () => press(page, button("sheet-case-new")));
  await tabTo(page, title(page));
  await page.keyboard.insertText(SECOND);
  await saved(page);
  await press(page, cases);
  await press(page, listed(dialog, FIRST).getByRole("button", { name: text("sheet-case-rename") }));
  const field = dialog.getByLabel(text("sheet-case-title"), { exact: true });
  await expect(field).toBeFocused();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("Renamed");
  await press(page, button("sheet-case-rename-now"));
  await expect(listed(dialog, "Renamed")).toBeVisible();
  await press(page, listed(dialog, "Renamed").getByRole("button", { name: text("sheet-case-delete") }));
  // The question has the focus, with the harmless answer first.
  await expect(button("sheet-case-keep")).toBeFocused();
  await press(page, button("sheet-case-delete-now"));
  await expect(listed(dialog, "Renamed")).toHaveCount(0);
  expect(await keptOf(page, first)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await pointers()).toBe(0);
});

test("a large input is kept only where a person wants it, and then opens after a reload", async ({ page }) => {
  const assertClean = await watch(page);
  await open(page);
  await title(page).fill(FIRST);
  await saved(page);
  const id = caseId(page);
  const dropLarge = () =>
    page.evaluate(() => {
      const line = "2023-07-23T22:13:00Z INFO app request served in 12 ms by worker 7 of the pool, all is well\n";
      const block = new Blob([line.repeat(100_000)]);
      const parts = Array(Math.ceil(260e6 / block.size)).fill(block);
      const transfer = new DataTransfer();
      transfer.items.add(new File(parts, "large.log"));
      for (const type of ["dragenter", "dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    });
  await dropLarge();
  await expect(evidenceItem(page, "large.log")).toHaveCount(1);
  await settled(page);
  await saved(page);
  expect((await everything(page)).files).toEqual([]);
  await page.reload();
  await told(page, "page-drop-again");

  const dialog = await openCases(page);
  await expect(dialog).toContainText(text("sheet-large-not-kept"));
  await pressIn(dialog, "sheet-large-keep");
  await expect(dialog).toContainText(text("sheet-large-kept"));
  await page.keyboard.press("Escape");
  await dropLarge();
  await told(page, "page-keeping");
  await expect(page.getByText(pattern("page-keeping"))).toHaveCount(0, { timeout: 30_000 });
  await settled(page);
  await saved(page);
  expect((await keptOf(page, id)).filter((key) => key.startsWith("cases/")).length).toBe(2);
  await page.reload();
  await expect(evidenceItem(page, "large.log")).toContainText(/2,\d{3},\d{3} records/, { timeout: 30_000 });
  await expect(page.getByText(pattern("page-drop-again"))).toHaveCount(0);

  const again = await openCases(page);
  await pressIn(listed(again, FIRST), "sheet-case-delete");
  await toOtherCase(page, () => pressIn(again, "sheet-case-delete-now"));
  await told(page, "page-case-deleted");
  expect(await keptOf(page, id)).toEqual([]);
  expect((await everything(page)).files).toEqual(["cases"]);
  assertClean();
});
