// Bad input: one clear message each, what to do about it, and no harm to anything else.
import { expect, test } from "@playwright/test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { centre, evidenceItem, lines, openExample, settled, verdictIs, VERDICT } from "../support/case.js";
import { dropFiles, open, watch } from "../support/page.js";
import { text } from "../support/texts.js";

const utf8 = (words) => Buffer.from(words);
const journal = (n, words = "SyncLoop (housekeeping)") =>
  Array.from({ length: n }, (_, i) => `Jul 23 21:40:${String(i % 60).padStart(2, "0")} node-xx kubelet[1123]: ${words} ${i}\n`).join("");

/** An empty zip is already one: the signature, and a directory of nothing. */
const zip = () => Buffer.concat([utf8("PK\x03\x04\x14\0\0\0\x08\0"), Buffer.alloc(200, 7), utf8("PK\x05\x06"), Buffer.alloc(18)]);
const png = () => Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 73 + 11) % 256))]);
const elf = () => Buffer.concat([Buffer.from("7f454c4602010100", "hex"), Buffer.alloc(4096, 0), Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 151 + 3) % 256))]);
/** `日志：进程创建失败` in GBK, as consoles of old hosts write it. */
const gbk = () => Buffer.concat([utf8("2023-07-23 22:09:14 node-xx agent: "), Buffer.from("c8d5d6bea3babdf8b3ccb4b4bda8caa7b0dc", "hex"), utf8("\n")]);
const truncatedJson = () => utf8('{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"container_threads","container":"a"},"values":[[1690120800,"1"],[16901');
const csv = () => 'Time,order-sync\n2023-07-23 22:00:00,1150\n2023-07-23 22:01:00,2150\n2023-07-23 22:02:00,3150\n';

/** Name, bytes, and the one issue that the page must show for it; `null` where there is nothing to complain of. */
const INPUTS = [
  ["notes.txt", utf8("we saw it first on the dashboard\nthen the phone rang\n"), "plain-text"],
  ["picture.png", png(), "binary"],
  ["core.bin", elf(), "binary"],
  ["empty.log", utf8(""), "empty"],
  ["kubelet.log.gz", gzipSync(journal(500)), null],
  ["cut.log.gz", gzipSync(journal(5000)).subarray(0, 9000), "archive-cut"],
  ["bundle.zip", zip(), "empty"],
  ["bundle.7z", Buffer.concat([Buffer.from("377abcaf271c0004", "hex"), Buffer.alloc(200, 7)]), "compressed"],
  ["query.json", truncatedJson(), "truncated-document"],
  ["rotated.log", Buffer.concat([utf8(journal(50)), Buffer.alloc(3000), utf8(journal(50))]), "nul-bytes"],
  ["latin1.log", Buffer.from(journal(20, "caf\u00e9 na\u00efve"), "latin1"), "not-utf8"],
  ["gbk.log", Buffer.concat(Array(20).fill(gbk())), null],
  ["utf16.csv", Buffer.concat([Buffer.from("fffe", "hex"), Buffer.from(csv(), "utf16le")]), null],
];

/** What is complained of beside things said of any good log of this kind. */
const GOES_WITHOUT_SAYING = ["zone-assumed", "year-inferred", "quantity-assumed", "snapshot-without-time"];

/** Titles of the messages that an input shows. */
async function messages(page, name) {
  const quiet = GOES_WITHOUT_SAYING.map((code) => text(`issue-${code}`));
  const shown = await evidenceItem(page, name).locator("details.issue > summary").allInnerTexts();
  return shown.map((title) => title.replace(/\s*×[\d,]+\s*$/, "").trim()).filter((title) => !quiet.includes(title));
}

test("every bad input has exactly one message that says what to do, and harms nothing", async ({ page }, info) => {
  const assertClean = await watch(page);
  const folder = info.outputPath("bad");
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of INPUTS) writeFileSync(join(folder, name), bytes);
  await openExample(page);
  const finding = await centre(page).getByRole("article").innerText();
  await dropFiles(page, [folder]);
  await settled(page);
  for (const [name] of INPUTS) await expect(evidenceItem(page, name)).toHaveCount(1);
  const expected = Object.fromEntries(INPUTS.map(([name, , code]) => [name, code ? [text(`issue-${code}`)] : []]));
  const told = async () => Object.fromEntries(await Promise.all(INPUTS.map(async ([name]) => [name, await messages(page, name)])));
  await expect.poll(told).toEqual(expected);
  for (const [name, , code] of INPUTS.filter(([, , code]) => code)) {
    const message = evidenceItem(page, name).locator("details.issue").filter({ hasText: text(`issue-${code}`) });
    await message.locator("summary").click();
    await expect(message).toContainText(text(`issue-${code}.help`));
  }
  await expect(evidenceItem(page, "utf16.csv")).toContainText(text("format-csv-table"));
  await expect(page.getByRole("alert")).toHaveCount(0);
  await verdictIs(page, VERDICT);
  expect(await centre(page).getByRole("article").innerText()).toBe(finding);
  assertClean();
});

test("a line of 100 MB is read to its bound, said, and the lines around it are there", async ({ page }, info) => {
  const assertClean = await watch(page);
  const path = info.outputPath("endless.log");
  writeFileSync(path, Buffer.concat([utf8(journal(50)), Buffer.alloc(100_000_000, "x"), utf8(`\n${journal(50, "after the long line")}`)]));
  await open(page);
  await page.locator("input[type=file]").first().setInputFiles(path);
  await settled(page);
  await expect.poll(() => messages(page, "endless.log")).toEqual([text("issue-line-too-long")]);
  await expect(evidenceItem(page, "endless.log")).toContainText("101 lines parsed");
  await page.getByRole("tab", { name: text("page-panel-logs") }).click();
  await page.getByLabel(text("logs-go-to")).fill("80");
  await page.getByLabel(text("logs-go-to")).press("Enter");
  await expect(lines(page).and(page.getByRole("option", { selected: true }))).toContainText("after the long line");
  await expect(page.getByRole("alert")).toHaveCount(0);
  assertClean();
});

test("pasted text is evidence, and text of no known kind stays a plain log", async ({ page }) => {
  await open(page);
  await page.evaluate(() => navigator.clipboard.writeText("it began when the phone rang\nnobody knew\n"));
  await page.keyboard.press("Control+v");
  await expect(evidenceItem(page, "pasted-1.txt")).toContainText(text("issue-plain-text"));
  await page.getByRole("tab", { name: text("page-panel-logs") }).click();
  await expect(page.getByRole("option", { name: /nobody knew/ })).toBeVisible();
});
