// Archives: a bundle is dropped as it came, and is as good as its files.
import { expect, test } from "@playwright/test";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { EXAMPLE, EXAMPLE_FILES, VERDICT, evidenceItem, openedItem, saved, settled, verdictIs } from "../support/case.js";
import { open, watch } from "../support/page.js";
import { tar } from "../support/tar.js";
import { pattern, text } from "../support/texts.js";

const files = () => EXAMPLE_FILES.map((name) => [`node-xx/${name}`, readFileSync(join(EXAMPLE, name))]);

const give = (page, path) => page.locator("input[type=file]").first().setInputFiles(path);

test("a tar.gz of an incident gives the verdict of its files, and is there after a reload", async ({ page }, info) => {
  const assertClean = await watch(page);
  const path = info.outputPath("support.bundle");
  writeFileSync(path, gzipSync(tar(files())));
  await open(page);
  await give(page, path);
  await verdictIs(page, VERDICT);
  await settled(page);
  for (const name of EXAMPLE_FILES) await expect(evidenceItem(page, `support.bundle/node-xx/${name}`)).toHaveCount(1);
  await expect(evidenceItem(page, "support.bundle")).toHaveCount(0);
  await saved(page);
  await page.reload();
  await verdictIs(page, VERDICT);
  for (const name of EXAMPLE_FILES) await expect(evidenceItem(page, `support.bundle/node-xx/${name}`)).toHaveCount(1);
  await expect(page.getByRole("alert")).toHaveCount(0);
  assertClean();
});

test("a cut archive gives what it holds, and says what is missing", async ({ page }, info) => {
  const path = info.outputPath("cut.tar.gz");
  const whole = gzipSync(tar(files()));
  writeFileSync(path, whole.subarray(0, Math.floor(whole.length * 0.9)));
  await open(page);
  await give(page, path);
  await settled(page);
  const archive = evidenceItem(page, "cut.tar.gz");
  await expect(archive).toContainText(text("issue-archive-cut"));
  await expect(evidenceItem(page, `cut.tar.gz/node-xx/${EXAMPLE_FILES[0]}`)).toHaveCount(1);
  await saved(page);
  await page.reload();
  await expect(archive).toContainText(text("issue-archive-cut"));
  await expect(archive).not.toContainText(text("issue-compressed"));
});

/** An archive that takes a while: noise does not pack, and takes the longest for its size. */
function large(path, members) {
  const noise = Buffer.from(randomBytes(24_000_000).toString("base64"));
  const rest = Array.from({ length: members }, (_, n) => [`${n}.log`, noise]);
  writeFileSync(path, gzipSync(tar([["first.log", Buffer.from("it began\n")], ...rest]), { level: 1 }));
}

test("unpacking is held and goes on: every member is there once", async ({ page }, info) => {
  const path = info.outputPath("held.tar.gz");
  large(path, 6);
  await open(page);
  await give(page, path);
  await page.getByRole("banner").getByRole("button", { name: text("page-pause"), exact: true }).click();
  const held = page.getByText(pattern("page-unpacking-paused"));
  await expect(held).toBeVisible();
  const said = await held.textContent();
  await page.waitForTimeout(2_000);
  await expect(held).toHaveText(said);
  await page.getByRole("banner").getByRole("button", { name: text("page-resume"), exact: true }).click();
  await settled(page);
  await expect(held).toHaveCount(0);
  for (const name of ["first", 0, 1, 2, 3, 4, 5]) await expect(evidenceItem(page, `held.tar.gz/${name}.log`)).toHaveCount(1);
  await expect(evidenceItem(page, "held.tar.gz")).toHaveCount(0);
});

test("unpacking can be stopped; what came out stays, and the archive says so", async ({ page }, info) => {
  const path = info.outputPath("large.tar.gz");
  large(path, 6);
  await open(page);
  await give(page, path);
  await page.getByRole("button", { name: text("page-unpacking-stop") }).click();
  await settled(page);
  await openedItem(page, "large.tar.gz");
  await expect(evidenceItem(page, "large.tar.gz")).toContainText(text("issue-unpack-stopped"));
});

test("a large log in gzip is read while it comes out, and is what it is by itself", async ({ page }, info) => {
  const path = info.outputPath("large.log.gz");
  const plain = info.outputPath("plain.log");
  const lines = Array.from({ length: 500_000 }, (_, n) => {
    const time = new Date(Date.UTC(2026, 10, 28, 2) + n * 20).toISOString();
    return `${time} ${n % 1000 ? "INFO" : "ERROR"} worker ${n % 7}: request ${n} took ${n % 250} ms, and that is all there is to say about it\n`;
  });
  const bytes = Buffer.from(lines.join(""));
  writeFileSync(path, gzipSync(bytes, { level: 1 }));
  writeFileSync(plain, bytes);
  const counts = async (name) => {
    const item = await openedItem(page, name);
    await settled(page);
    return item.locator("details.evidence-more").innerText();
  };
  await open(page);
  await give(page, path);
  await settled(page);
  const ofArchive = await counts("large.log.gz");
  expect(ofArchive).toContain("500,000");
  await give(page, plain);
  await settled(page);
  expect((await counts("plain.log")).split("\n").slice(0, 4)).toEqual(ofArchive.split("\n").slice(0, 4));
});
