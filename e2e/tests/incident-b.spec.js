// Incident B reviewed with the keyboard alone, from an empty case to the archive that is handed out. No rule knows this incident: the page
// must say so, and everything in the document is what a person read, cited and wrote.
import { expect, test } from "@playwright/test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { centre, downloaded, evidenceItem, lines, savedSoon, settled } from "../support/case.js";
import { sheet } from "../support/desk.js";
import { choose, countPointers, press, tabTo, write } from "../support/keyboard.js";
import { dangling, index, parts, references } from "../support/markdown.js";
import { open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";
import { unzip } from "../support/zip.js";

const FOLDER = new URL("../../tests/fixtures/incident-b/", import.meta.url).pathname;
const FILES = readdirSync(FOLDER).filter((name) => name !== "README.md").sort();

/** The line of a file that holds `words`, from 1. */
const lineOf = (file, words) => readFileSync(FOLDER + file, "utf8").split("\n").findIndex((line) => line.includes(words)) + 1;

/** Every line that the review rests on, by what it shows. */
const SHOWN = {
  alert: ["war-room.txt", "PaymentSuccessRate below 95%"],
  end: ["war-room.txt", "32 of 32 ready"],
  osd: ["war-room.txt", "osd.12 is down since 13:36"],
  full: ["payment-previous.log", "No space left on device"],
  memory: ["top-nodes.txt", "node-5"],
  expansion: ["war-room.txt", "ALLOWVOLUMEEXPANSION is false"],
  muted: ["war-room.txt", "channel muted"],
};

/** A control of the panel on screen, by role and name. */
const named = (page, role, id) => centre(page).getByRole(role, { name: text(id), exact: true });

/** Shows a panel by its key; nothing that takes letters may have the focus. */
async function show(page, name, key) {
  await tabTo(page, page.getByRole("tab", { selected: true }));
  await page.keyboard.press(key);
  await expect(page.getByRole("tab", { name: text(`page-panel-${name}`) })).toHaveAttribute("aria-selected", "true");
}

/** Finds a line by searching, and cites it to where citing goes at the moment. */
async function cite(page, [file, words]) {
  await show(page, "logs", "4");
  await choose(page, page.getByLabel(text("logs-input")), file);
  const search = page.getByLabel(text("logs-search"));
  await tabTo(page, search);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(words);
  await page.keyboard.press("Enter");
  const found = lines(page).and(page.getByRole("option", { selected: true }));
  await expect(found).toHaveCount(1);
  await expect(found).toContainText(words);
  await tabTo(page, page.getByRole("listbox", { name: text("logs-lines") }));
  // The document beside it counts what every item rests on.
  const rail = page.getByRole("complementary", { name: text("page-document") });
  const before = await rail.innerText();
  await page.keyboard.press("c");
  await expect.poll(() => rail.innerText()).not.toBe(before);
}

/** Writes a question and its answer into the last why that was added (it has the focus), and cites what shows it. */
async function answer(page, question, claim, shown) {
  const focused = page.locator(":focus");
  await expect(focused).toHaveAttribute("aria-label", text("whys-field-question"));
  await page.keyboard.insertText(question);
  const why = centre(page).getByRole("listitem").filter({ has: page.locator(":focus") }).last();
  await write(page, why.getByRole("textbox", { name: text("whys-field-claim"), exact: true }).first(), claim);
  if (!shown) return;
  await citeInto(page, why.getByRole("button", { name: text("document-cite-here") }).first(), shown, () => show(page, "whys", "6"));
}

/** Makes something the place where citing goes, cites, and comes back. */
async function citeInto(page, target, shown, back) {
  await press(page, target, "Space");
  await expect(target).toHaveAttribute("aria-pressed", "true");
  for (const one of [shown].flat()) await cite(page, SHOWN[one]);
  await back();
}

test("incident B by keyboard alone, from an empty case to the archive", async ({ page }) => {
  test.setTimeout(180_000);
  const assertClean = await watch(page);
  const pointers = await countPointers(page);
  await open(page);

  // Evidence in, by the file picker.
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    press(page, centre(page).getByRole("button", { name: text("page-pick-files") })),
  ]);
  await chooser.setFiles(FILES.map((name) => FOLDER + name));
  await settled(page);
  for (const name of FILES) await expect(evidenceItem(page, name)).toHaveCount(1);

  // Honest findings: what was looked for, in how many inputs, and what would have been needed.
  const findings = centre(page);
  await expect(findings.getByRole("article")).toHaveCount(2);
  await expect(findings.getByRole("article").first()).toContainText("host/file-system-full");
  await expect(findings.getByRole("article").last()).toContainText("kube/probe-kill-loop");
  await expect(findings.getByRole("heading", { name: text("finding-not-collected") })).toBeVisible();

  await write(page, page.getByLabel(text("page-case-title")), "32 pods restart: the volume is full");

  // Own events from lines: nothing is chosen, so each citation is an event of its own at its line's time.
  await cite(page, SHOWN.alert);
  await cite(page, SHOWN.end);
  await show(page, "timeline", "5");
  // The chat writes no day and the kubelet no year: the pod's description states both.
  const events = centre(page).getByRole("listitem", { name: /^2024-08-20/ });
  const setPhase = async (words, phase) => {
    const row = events.filter({ hasText: words });
    await expect(row).toHaveCount(1);
    // The document beside it leads to each of its items.
    const item = page.getByRole("complementary", { name: text("page-document") }).getByRole("listitem").filter({ hasText: words });
    await press(page, item.getByRole("button", { name: text("document-go-to") }));
    await expect(row).toBeFocused();
    await page.keyboard.press("Enter");
    // The form takes the focus a moment later; what is pressed before would be lost.
    await expect(row.getByRole("textbox", { name: text("timeline-field-text"), exact: true })).toBeFocused();
    const menu = row.getByRole("combobox", { name: text("timeline-field-phase") });
    await choose(page, menu, text(`phase-${phase}`));
    await press(page, row.getByRole("button", { name: text("timeline-done") }));
    await expect(menu).toHaveCount(0);
  };
  await setPhase("PaymentSuccessRate", "detection");
  await setPhase("32 of 32 ready", "resolution");

  // Two levels of whys, two answers to the second.
  await show(page, "whys", "6");
  await press(page, named(page, "button", "whys-add"));
  await answer(page, "Why did the pods restart?", "They could not write their journal: the volume was full.", "full");
  const child = () => named(page, "button", "whys-add-child").first();
  await press(page, child());
  await answer(page, "Why was the volume full?", "An OSD was down and both pools reported full.", "osd");
  await press(page, child());
  await answer(page, "Why did nothing grow by itself?", "The StorageClass did not allow expansion.", ["expansion", "memory"]);
  await expect(named(page, "textbox", "whys-field-question")).toHaveCount(3);

  // The parts of the document, one of them with its evidence.
  await show(page, "postmortem", "7");
  const postmortem = centre(page);
  await write(page, postmortem.getByLabel(text("document-field-severity"), { exact: true }), "P1");
  await write(page, postmortem.getByRole("textbox", { name: text("document-field-summary"), exact: true }), "Payments failed for 1 h 47 min.");
  const impact = postmortem.getByRole("textbox", { name: text("document-field-impact"), exact: true });
  await write(page, impact, "Availability fell to 83.5 %.");
  const part = postmortem.locator("div").filter({ has: page.getByRole("textbox", { name: text("document-field-impact"), exact: true }) }).last();
  await citeInto(page, part.getByRole("button", { name: text("document-cite-here") }), ["end", "muted"], () => show(page, "postmortem", "7"));

  await press(page, named(page, "button", "document-add-action"));
  await expect(page.locator(":focus")).toHaveAttribute("aria-label", text("document-field-action"));
  await page.keyboard.insertText("Allow volumes to grow");
  const action = postmortem.getByRole("listitem").filter({ has: page.locator(":focus") }).last();
  const owner = action.getByLabel(text("document-field-owner"), { exact: true });
  await write(page, owner, "operations");
  const due = action.getByLabel(text("document-field-due"), { exact: true });
  await tabTo(page, due);
  // Day and month alike: which comes first is the browser's choice.
  await page.keyboard.type("09092024");
  await expect(due).toHaveValue("2024-09-09");
  await choose(page, action.getByRole("combobox", { name: text("document-field-addresses") }), "Why did nothing grow by itself?");

  // The form in tables, in Chinese, as an archive.
  await choose(page, postmortem.getByRole("combobox", { name: text("document-export-language") }), text("document-export-chinese"));
  await press(page, named(page, "button", "document-export-more"));
  const dialog = sheet(page, "sheet-export");
  await expect(dialog).toBeVisible();
  // One of several: Tab reaches the one that is on, the arrow keys choose.
  const form = (id) => dialog.getByRole("radio", { name: text(id), exact: true });
  await tabTo(page, form("template-name-sre-book"));
  for (const id of ["template-name-why-analysis", "template-name-tabular"]) {
    await page.keyboard.press("ArrowDown");
    await expect(form(id)).toBeChecked();
    await expect(form(id)).toBeFocused();
  }
  const zip = await downloaded(page, () => press(page, dialog.getByRole("button", { name: text("sheet-form-zip"), exact: true })));
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const files = unzip(zip.bytes);
  const { body } = parts(files.get("postmortem.md").toString());
  expect(body).toContain(`## ${text("export-cause-analysis", "zh-CN")}`);
  expect(body).toContain(`## ${text("export-overview", "zh-CN")}`);
  for (const words of ["32 pods restart: the volume is full", "Availability fell to 83.5 %.", "Allow volumes to grow", "operations", "2024-09-09"]) {
    expect(body).toContain(words);
  }

  // Every claim leads to its line, and every line is the one that was cited.
  expect(dangling(body)).toEqual([]);
  const entries = index(body);
  // What was ruled out cites as well: the end of the container's last run explains its loop.
  const cited = [...Object.values(SHOWN), ["payment-describe.txt", "Last State:"]];
  const expected = cited.map(([file, words]) => `${file}:${lineOf(file, words)}`);
  expect([...new Set(entries.map(({ path, line }) => `${path}:${line}`))].sort()).toEqual(expected.sort());
  for (const { name, path, line, digest, quoted } of entries) {
    const source = readFileSync(FOLDER + path);
    expect(digest, name).toBe(createHash("sha256").update(source).digest("hex"));
    const lines = source.toString().split("\n").slice(line - 1);
    expect(quoted, name).toBe(lines.slice(0, quoted.split("\n").length).join("\n"));
  }
  const rests = (claim, shown) => {
    const row = body.split("\n").find((line) => line.includes(claim));
    const lead = new Set(references(row ?? "").map(([name]) => entries.find((entry) => entry.name === name)).map((entry) => `${entry?.path}:${entry?.line}`));
    expect([...lead].sort(), claim).toEqual(shown.map((one) => `${SHOWN[one][0]}:${lineOf(...SHOWN[one])}`).sort());
  };
  rests("They could not write their journal", ["full"]);
  rests("An OSD was down", ["osd"]);
  rests("The StorageClass did not allow expansion", ["expansion", "memory"]);
  rests("Availability fell to 83.5 %", ["end", "muted"]);
  for (const name of ["postmortem.html", "timeline.csv", "timeline.jsonl", "document.json"]) expect(files.has(name), name).toBe(true);

  await savedSoon(page, ({ document }) => document.actions.length).toBe(1);
  expect(await pointers()).toBe(0);
  assertClean();
});
