// One case in the page: bringing evidence in, going about the panels, saying what is seen.
import { expect } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { open } from "./page.js";
import { pattern, text } from "./texts.js";

/** Folder of the example incident, as people would have it on their disk. */
export const EXAMPLE = new URL("../../public/examples/incident-a/", import.meta.url).pathname;

/** Its evidence files, without the list of them. */
export const EXAMPLE_FILES = readdirSync(EXAMPLE).filter((name) => name !== "files.json").sort();

/** The panels in the order of their keys. */
export const PANELS = ["findings", "trends", "stacks", "logs", "timeline", "whys", "postmortem", "evidence", "workloads"];

/** The verdict of the example. */
export const VERDICT = /kernel\.pid_max/;

/** Opens the page and the example by its one click, and waits for the verdict. */
export async function openExample(page, lang = "en") {
  await open(page);
  await page.getByRole("button", { name: text("page-example", lang) }).click();
  await verdictIs(page, VERDICT);
  await settled(page);
}

/** Waits until the panel Findings says `verdict` in a heading. */
export async function verdictIs(page, verdict) {
  await expect(page.getByRole("article").getByRole("heading", { name: verdict })).toBeVisible({ timeout: 20_000 });
}

/** Waits until nothing is being read. */
export async function settled(page) {
  await expect(page.getByRole("progressbar")).toHaveCount(0, { timeout: 20_000 });
}

/** Shows a panel by its tab and returns it. */
export async function panel(page, name, lang = "en") {
  await page.getByRole("tab", { name: text(`page-panel-${name}`, lang) }).click();
  return centre(page);
}

/** The panel on screen. */
export const centre = (page) => page.getByRole("tabpanel");

/** The entry of an input in the list of evidence. On a phone the list is a sheet that must be opened first. */
export const evidenceItem = (page, name) =>
  page.getByRole("listitem").filter({ has: page.getByRole("button", { name, exact: true }) });

/** The entry of an input with what is told and can be done on demand. */
export async function openedItem(page, name) {
  const item = evidenceItem(page, name);
  const more = item.locator("details.evidence-more");
  if (!(await more.evaluate((details) => details.open))) await more.locator("> summary").click();
  return item;
}

/** The lines that the panel Logs shows. */
export const lines = (page) => page.getByRole("listbox", { name: text("logs-lines") }).getByRole("option");

/** Waits until everything is saved. */
export async function saved(page) {
  await expect(page.getByTitle(text("page-saved-where"))).toHaveText(pattern("page-saved"));
}

/** What a download holds. */
export async function downloaded(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const path = await download.path();
  const bytes = readFileSync(path);
  return { name: download.suggestedFilename(), path, bytes, text: bytes.toString("utf8") };
}

/** The name of the case on the page, by its address. */
export const caseId = (page) => new URL(page.url()).searchParams.get("case");

/** The record of the saved case, as the browser keeps it. */
export const savedRecord = (page, id = caseId(page)) =>
  page.evaluate(
    (id) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("debrief");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const get = opening.result.transaction("case").objectStore("case").get([id, "case"]);
          get.onerror = () => reject(get.error);
          get.onsuccess = () => resolve(get.result && { ...get.result, snapshot: new TextDecoder("latin1").decode(get.result.snapshot) });
          opening.result.close();
        };
      }),
    id,
  );

/** What the person would lose: all that was written and accepted, as JSON of the last state that was saved. */
export async function savedCase(page) {
  let record;
  await expect
    .poll(async () => (record = await savedRecord(page)) && record.jsonRevision === record.revision, { timeout: 10_000 })
    .toBe(true);
  return JSON.parse(record.json);
}

/**
 * What `pick` finds in the saved case, asked until it is what is expected: that something is saved does not say that the
 * last thing done is.
 */
export const savedSoon = (page, pick) => expect.poll(async () => pick(await savedCase(page)));

/** Waits until every input has its digest, which comes a moment after the conclusions and is part of all that is shown and leaves. */
export const digested = (page) => savedSoon(page, ({ inputs }) => inputs.every(({ digest }) => digest)).toBe(true);
