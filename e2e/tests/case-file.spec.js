// Cases as files: saved, opened again, opened beside another, merged.
import { expect, test } from "@playwright/test";
import { centre, EXAMPLE, EXAMPLE_FILES, evidenceItem, lines, openExample, panel, saved, savedCase, savedSoon, settled, VERDICT, verdictIs } from "../support/case.js";
import { addEvent, closeSheet, listed, newCase, openCase, openCases, openSheet, pressIn, sheet, take, told, toOtherCase, writeCase } from "../support/desk.js";
import { dropFiles, open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";
import { unzip } from "../support/zip.js";

/** What people wrote, without what belongs to this browser. */
const written = async (page) => (await savedCase(page)).document;

/** The case of a colleague with one input, and the dialog that exports it. */
async function colleaguesCase(page) {
  await open(page);
  await dropFiles(page, [`${EXAMPLE}kubelet.journal.log`]);
  await settled(page);
  await page.getByLabel(text("page-case-title")).fill("The colleague's case");
  await openSheet(page, "sheet-export");
}

test("a case file brings the whole case back: the document, the evidence, the finding", async ({ page }) => {
  const assertClean = await watch(page);
  await openExample(page);
  await writeCase(page);
  await saved(page);
  const before = await written(page);
  await openSheet(page, "sheet-export");
  const file = await take(page, "sheet-form-case");
  expect(file.name).toMatch(/\.debrief$/);
  const files = unzip(file.bytes);
  expect([...files.keys()].filter((path) => path.startsWith("evidence/"))).toHaveLength(EXAMPLE_FILES.length);
  await closeSheet(page);
  await newCase(page);

  const dialog = await openCase(page, file.path);
  await expect(dialog).toContainText("PIDs of node-xx ran out");
  await expect(dialog).toContainText(pattern("sheet-opened-holds"));
  await pressIn(dialog, "sheet-take-up");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await settled(page);
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("PIDs of node-xx ran out");
  await panel(page, "findings");
  await verdictIs(page, VERDICT);
  for (const name of EXAMPLE_FILES) await expect(evidenceItem(page, name)).toHaveCount(1);
  await expect.poll(() => written(page)).toEqual(before);

  // Its citations lead to their lines, also after a reload.
  await saved(page);
  await page.reload();
  await settled(page);
  await panel(page, "whys");
  const cited = centre(page).getByRole("button", { name: pattern("document-open-place") }).first();
  const [, line] = (await cited.getAttribute("aria-label")).match(/:(\d+)$/);
  await cited.click();
  await expect(page.getByRole("option", { selected: true, name: new RegExp(`^${line} `) })).toContainText(/\w{3}/);
  assertClean();
});

test("an export that comes back is opened as a case: what it proposes is no evidence", async ({ page }) => {
  const assertClean = await watch(page);
  await openExample(page);
  const inputs = await page.locator("details.evidence-more").count();
  await openSheet(page, "sheet-export");
  const zip = await take(page, "sheet-form-zip");
  const markdown = await take(page, "sheet-form-markdown");
  await closeSheet(page);
  for (const { path } of [zip, markdown]) {
    await dropFiles(page, [path]);
    await expect(sheet(page, "sheet-opened")).toContainText(pattern("sheet-opened-holds"));
    await closeSheet(page);
  }
  await expect(page.locator("details.evidence-more")).toHaveCount(inputs);
  assertClean();
});

test("a case file is opened from the start page and from the list of cases, whatever it is called", async ({ page }) => {
  const assertClean = await watch(page);
  await colleaguesCase(page);
  const [file, json] = [await take(page, "sheet-form-case"), await take(page, "sheet-form-json")];
  await closeSheet(page);
  await newCase(page);
  await expect(page.getByText(text("page-paste-hint"))).toBeVisible();
  const choose = async (path, press) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press()]);
    await chooser.setFiles(path);
    const dialog = sheet(page, "sheet-opened");
    await expect(dialog).toContainText("The colleague's case");
    return dialog;
  };
  // A download lies on the disk under a name without its ending.
  for (const { path } of [file, json]) {
    await choose(path, () => page.getByRole("button", { name: text("page-pick-files") }).click());
    await closeSheet(page);
  }
  const cases = await openCases(page);
  await pressIn(await choose(file.path, () => pressIn(cases, "sheet-open")), "sheet-take-up");
  await settled(page);
  await expect(evidenceItem(page, "kubelet.journal.log")).toHaveCount(1);
  assertClean();
});

test("a case opened beside another becomes a case of its own: the one on the page stays as it was", async ({ page }) => {
  const assertClean = await watch(page);
  await colleaguesCase(page);
  const theirs = await take(page, "sheet-form-case");
  await closeSheet(page);
  await newCase(page);
  await dropFiles(page, [`${EXAMPLE}sysctl-a.txt`]);
  await settled(page);
  await page.getByLabel(text("page-case-title")).fill("Our own case");
  await saved(page);
  const before = await written(page);
  const ours = page.url();
  const dialog = await openCase(page, theirs.path);
  await toOtherCase(page, () => pressIn(dialog, "sheet-take"));
  await settled(page);
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("The colleague's case");
  await expect(evidenceItem(page, "kubelet.journal.log")).toHaveCount(1);
  await expect(evidenceItem(page, "sysctl-a.txt")).toHaveCount(0);
  // Its evidence came along, and nothing of ours leaves with it.
  await openSheet(page, "sheet-export");
  const files = unzip((await take(page, "sheet-form-case")).bytes);
  await closeSheet(page);
  const left = [...files].flatMap(([path, bytes]) => [path, bytes.toString()]).join("\n");
  expect(left).toContain("kubelet.journal.log");
  for (const other of ["sysctl-a.txt", "Our own case"]) expect(left).not.toContain(other);
  const cases = await openCases(page);
  for (const title of ["The colleague's case", "Our own case"]) await expect(listed(cases, title).first()).toBeVisible();
  await toOtherCase(page, () => pressIn(listed(cases, "Our own case"), "sheet-case-open"));
  await settled(page);
  expect(page.url()).toBe(ours);
  await expect(evidenceItem(page, "sysctl-a.txt")).toHaveCount(1);
  expect(await written(page)).toEqual(before);
  assertClean();
});

test("a colleague's case is merged: both sides' work is there, a difference goes into the notes", async ({ page }) => {
  const assertClean = await watch(page);
  await open(page);
  await dropFiles(page, [`${EXAMPLE}kubelet.journal.log`]);
  await settled(page);
  await page.getByLabel(text("page-case-title")).fill("The shared beginning");
  await addEvent(page, "We both know this");
  await openSheet(page, "sheet-export");
  const shared = await take(page, "sheet-form-case");
  await closeSheet(page);

  // The colleague goes on: another title, an event, more evidence.
  await page.getByLabel(text("page-case-title")).fill("The colleague's title");
  await addEvent(page, "Only the colleague saw this", "2023-07-23 22:20");
  await dropFiles(page, [`${EXAMPLE}sysctl-a.txt`]);
  await settled(page);
  await openSheet(page, "sheet-export");
  const theirs = await take(page, "sheet-form-case");
  await closeSheet(page);

  await newCase(page);
  await pressIn(await openCase(page, shared.path), "sheet-take-up");
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("The shared beginning");
  await settled(page);
  await page.getByLabel(text("page-case-title")).fill("Our title");
  await addEvent(page, "Only we saw this", "2023-07-23 22:25");
  const dialog = await openCase(page, theirs.path);
  await expect(dialog).toContainText("The colleague's title");
  await expect(dialog.getByText(pattern("sheet-conflicts"))).toBeVisible();
  await pressIn(dialog, "sheet-merge");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await told(page, "import-merged");
  await settled(page);
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("Our title");
  const timeline = await panel(page, "timeline");
  for (const words of ["We both know this", "Only the colleague saw this", "Only we saw this"]) {
    await expect(timeline.getByRole("listitem", { name: new RegExp(`^2023.*${words}`) })).toHaveCount(1);
  }
  for (const name of ["kubelet.journal.log", "sysctl-a.txt"]) await expect(evidenceItem(page, name)).toHaveCount(1);
  await evidenceItem(page, "sysctl-a.txt").getByRole("button", { name: "sysctl-a.txt", exact: true }).click();
  await expect(lines(page).first()).toContainText("abi.vsyscall32");
  await saved(page);
  await savedSoon(page, ({ document }) => JSON.stringify(document.prose)).toContain("The colleague's title");

  // The state before is a version.
  const versions = await openSheet(page, "sheet-versions");
  await expect(versions.getByRole("row").filter({ hasText: text("sheet-version-before") }).first()).toContainText("Our title");
  assertClean();
});
