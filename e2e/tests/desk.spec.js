// Everything that leaves and comes back: exports, templates, redaction, notices, versions.
import { expect, test } from "@playwright/test";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { digested, downloaded, EXAMPLE, lines, openExample, panel, saved, savedSoon, settled, VERDICT, verdictIs } from "../support/case.js";
import { closeSheet, openCaseFile, openRedaction, openSheet, pressIn, preview, sheet, take, told, writeCase } from "../support/desk.js";
import { dangling, index, parts, references } from "../support/markdown.js";
import { axeCheck, dropFiles, open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";
import { unzip } from "../support/zip.js";

/** Words that would do harm in one of the forms, if they were more than words there. */
const HOSTILE = `<img src=x onerror="globalThis.harmed=1"> | **bold** \`code\` [link](javascript:harm) $(harm)`;

/** A file of a test's own. */
function fileOf(info, name, content) {
  const path = info.outputPath(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

test("every form leaves, holds the case, and takes evidence for words", async ({ page, browser }, info) => {
  const assertClean = await watch(page);
  await openExample(page);
  await digested(page);
  await writeCase(page, HOSTILE);
  await openSheet(page, "sheet-export");
  const zip = await take(page, "sheet-form-zip");
  await expect(page.getByText(pattern("document-downloaded")).filter({ hasText: zip.name, visible: true }).first()).toBeVisible();
  const [markdown, html, json, csv, jsonl] = [
    await take(page, "sheet-form-markdown"),
    await take(page, "sheet-form-html"),
    await take(page, "sheet-form-json"),
    await take(page, "sheet-form-csv"),
    await take(page, "sheet-form-timesketch"),
  ];
  const files = unzip(zip.bytes);

  // The archive holds what the single files hold, byte by byte.
  for (const one of [html, csv, jsonl]) expect(files.get(one.name)?.equals(one.bytes), one.name).toBe(true);
  // Markdown on its own says where its pictures are; the one in the archive has them beside it.
  const archived = files.get(markdown.name).toString().split("\n");
  const alone = markdown.text.split("\n");
  const drawn = archived.filter((line) => /^!\[.*\]\(assets\//.test(line));
  expect(drawn.length).toBeGreaterThan(0);
  expect(alone.filter((line) => !archived.includes(line))).toHaveLength(drawn.length);
  for (const line of alone.filter((line) => !archived.includes(line))) expect(line).toMatch(pattern("export-picture-apart"));
  expect(JSON.parse(files.get(json.name))).toEqual(JSON.parse(json.text));
  // Every chart is there twice, the picture twice as large as the drawing: signature, then width and height.
  const charts = [...files.keys()].filter((path) => path.startsWith("assets/") && path.endsWith(".svg") && !path.endsWith("causes.svg"));
  expect(charts.length).toBeGreaterThan(0);
  for (const path of charts) {
    const png = files.get(path.replace(/svg$/, "png"));
    const [, ...size] = files.get(path).toString().match(/ width="(\d+)" height="(\d+)"/);
    expect(png?.subarray(0, 8).toString("latin1"), path).toBe("\x89PNG\r\n\x1a\n");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)], path).toEqual(size.map((side) => 2 * side));
    expect(png.length, path).toBeGreaterThan(5_000);
  }

  // Markdown: every reference leads to an entry, every entry to its line.
  const { front, body } = parts(markdown.text);
  expect(references(body).length).toBeGreaterThan(4);
  expect(dangling(body)).toEqual([]);
  const entries = index(body);
  expect(entries.length).toBeGreaterThan(2);
  for (const { name, path, line, digest, quoted } of entries) {
    const source = readFileSync(EXAMPLE + path);
    expect(digest, name).toBe(createHash("sha256").update(source).digest("hex"));
    expect(source.toString().split("\n")[line - 1].trimEnd(), name).toContain(quoted.split("\n")[0].replace(/^… | …$/g, "").trimEnd());
  }
  expect(front).toContain("tz:");
  expect(body).not.toMatch(/(?<!\\)<img src=x/);

  // HTML: words only, and a policy of its own; it opens from the disk and does nothing.
  expect(html.text).not.toMatch(/<script|<img src=x|\son\w+=["']/i);
  expect(html.text).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'/);
  const elsewhere = await browser.newContext();
  const shown = await elsewhere.newPage();
  await shown.goto(`file://${fileOf(info, html.name, html.bytes)}`);
  await expect(shown.getByRole("heading", { level: 1 })).toContainText("<img src=x onerror");
  expect(await shown.evaluate(() => globalThis.harmed)).toBeUndefined();
  for (const [link, target] of await shown.locator("main a").evaluateAll((links) => links.map((link) => [link.textContent, link.getAttribute("href")]))) {
    expect(target, link).toMatch(/^#/);
    expect(await shown.locator(`[id="${target.slice(1)}"]`).count(), target).toBe(1);
  }
  await elsewhere.close();

  // Spreadsheets read a cell that begins with = as a formula.
  const cells = csv.text.replace(/^\ufeff/, "").split("\r\n");
  expect(cells[0]).toMatch(/^utc,local,/);
  const row = cells.find((line) => line.includes("HYPERLINK"));
  expect(row).toContain("2023-07-23T14:13:00Z");
  expect(row).not.toMatch(/(^|,)"?=/);

  const events = jsonl.text.trim().split("\n").map((line) => JSON.parse(line));
  expect(events.find((event) => event.message.includes("HYPERLINK"))).toMatchObject({ datetime: "2023-07-23T14:13:00.000000+00:00" });
  for (const event of events) expect(event).toMatchObject({ message: expect.any(String), timestamp_desc: expect.any(String) });

  expect(json.text).toContain("onerror");
  await pressIn(sheet(page, "sheet-export"), "sheet-form-rich-text");
  await told(page, "document-copied");
  const rich = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return Object.fromEntries(await Promise.all(item.types.map(async (type) => [type, await (await item.getType(type)).text()])));
  });
  expect(rich["text/plain"]).toContain("HYPERLINK");
  expect(rich["text/html"]).toContain("HYPERLINK");
  expect(rich["text/html"]).not.toMatch(/<img src=x/);
  assertClean();
});

test("a form of one's own is read from a file, and a mistake in it is named with its line", async ({ page }, info) => {
  await openExample(page);
  await page.getByLabel(text("page-case-title")).fill("Our own form");
  const dialog = await openSheet(page, "sheet-export");
  const pick = (name, words) => dialog.getByLabel(text("sheet-template-file")).setInputFiles(fileOf(info, name, words));
  await pick("wrong.md", "# {{title}}\n\n{{nothing-like-it}}\n");
  await expect(dialog).toContainText("nothing-like-it");
  await expect(dialog.getByText(pattern("template-line"))).toContainText("line 3");
  await pick("ours.md", "# {{title}}\n\n## As we write it\n\n{{timeline}}\n");
  await expect(dialog.getByText(pattern("template-line"))).toHaveCount(0);
  await pressIn(dialog, "sheet-template-use");
  await expect(dialog.getByText(pattern("sheet-template-own"))).toContainText("ours.md");
  const markdown = await take(page, "sheet-form-markdown");
  await closeSheet(page);
  expect(parts(markdown.text).body).toContain("## As we write it");
  await expect(preview(page).getByRole("heading", { name: "As we write it" })).toBeVisible();
  // A built-in form takes its place again.
  const again = await openSheet(page, "sheet-export");
  const short = again.getByRole("radio", { name: text("template-name-short"), exact: true });
  await short.click();
  await expect(short).toBeChecked();
  await expect(again.getByText(pattern("sheet-template-own"))).toHaveCount(0);
  await closeSheet(page);
  await expect(preview(page).getByRole("heading", { name: "As we write it" })).toHaveCount(0);
});

const SECRET = `ghp_${"16C7e42F292c6912E7710c838347Ae178B4a"}`;

/** Cites the line of a log that holds a secret. */
async function citeSecret(page, info) {
  const log = `2023-07-23 22:10:00 deploy: step 1\n2023-07-23 22:11:00 deploy: push refused, token ${SECRET} of lin.wei@example.com has expired\n`;
  await open(page);
  await dropFiles(page, [fileOf(info, "deploy.log", log)]);
  await settled(page);
  await panel(page, "logs");
  // Before the input is there nothing is being read either, and there is nothing to search.
  await expect(lines(page).filter({ hasText: SECRET })).toBeVisible();
  await page.getByLabel(text("logs-search")).fill("token");
  await page.getByLabel(text("logs-search")).press("Enter");
  await expect(lines(page).and(page.getByRole("option", { selected: true }))).toContainText(SECRET);
  const line = lines(page).filter({ hasText: SECRET });
  await expect(line).not.toHaveClass(/\bcited\b/);
  await page.getByRole("listbox", { name: text("logs-lines") }).press("c");
  await told(page, "document-cited");
  await expect(line, "what the document cites is marked").toHaveClass(/\bcited\b/);
  await page.getByLabel(text("page-case-title")).fill(`The token ${SECRET} expired`);
}

test("a secret in cited evidence does not leave unless it is kept", async ({ page }, info) => {
  await citeSecret(page, info);
  await panel(page, "postmortem");
  await expect(preview(page)).toContainText("push refused");
  await expect(preview(page)).not.toContainText(SECRET);
  const dialog = await openRedaction(page);
  const row = dialog.getByRole("row").filter({ hasText: SECRET });
  await expect(row).toHaveCount(1);
  const [, , pseudonym] = await row.getByRole("cell").allInnerTexts();
  expect(pseudonym).toMatch(/\w/);
  // Addresses stay until their class is switched on.
  const address = dialog.getByRole("cell", { name: "lin.wei@example.com", exact: true });
  await expect(address).toHaveCount(0);
  const mail = dialog.getByRole("checkbox", { name: new RegExp(`^${text("redact-class-email")}`) });
  await mail.focus();
  await page.keyboard.press("Space");
  await expect(mail).toBeChecked();
  await expect(mail, "what was switched keeps the focus").toBeFocused();
  await expect(address).toHaveCount(1);

  const exported = async () => {
    await pressIn(sheet(page, "sheet-redaction"), "sheet-back");
    const zip = await take(page, "sheet-form-zip");
    await pressIn(sheet(page, "sheet-export"), "sheet-redaction-open");
    await expect(sheet(page, "sheet-redaction")).toBeVisible();
    return [zip.name, ...[...unzip(zip.bytes)].flatMap(([path, bytes]) => [path, bytes.toString()])].join("\n");
  };
  const without = await exported();
  expect(without).not.toContain(SECRET);
  expect(without).not.toContain("lin.wei@example.com");
  expect(without).toContain(pseudonym);

  await row.getByRole("button", { name: text("sheet-keep"), exact: true }).click();
  await expect(row.getByRole("button", { name: text("sheet-keep-not"), exact: true })).toBeVisible();
  expect(await exported()).toContain(SECRET);
  await row.getByRole("button", { name: text("sheet-keep-not"), exact: true }).click();
  await expect(row.getByRole("button", { name: text("sheet-keep"), exact: true })).toBeVisible();
  expect(await exported()).not.toContain(SECRET);
  // The evidence itself is as it was.
  await closeSheet(page);
  await panel(page, "logs");
  await expect(lines(page).filter({ hasText: SECRET })).toHaveCount(1);
});

test("every notice is written in both languages, and copied as it is shown", async ({ page }) => {
  const assertClean = await watch(page);
  await openExample(page);
  await writeCase(page);
  const dialog = await openSheet(page, "sheet-comms");
  const notices = dialog.getByLabel(text("sheet-notice"), { exact: true });
  const languages = dialog.getByLabel(text("sheet-notice-lang"), { exact: true });
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const names = await notices.locator("option").allInnerTexts();
  expect(names.length).toBeGreaterThan(3);
  const seen = new Set();
  for (const lang of ["en", "zh-CN"]) {
    await languages.selectOption(lang);
    for (const name of names) {
      await notices.selectOption({ label: name });
      const chat = dialog.locator("pre").first();
      // The words of another notice stand there until the desk has answered.
      await expect.poll(async () => seen.has(await chat.innerText()), name).toBe(false);
      const words = await chat.innerText();
      seen.add(words);
      if (lang === "zh-CN") expect(words, name).toMatch(/\p{Script=Han}/u);
      await pressIn(dialog, "sheet-copy");
      await expect.poll(clipboard, name).toBe(await chat.evaluate((pre) => pre.textContent));
      await pressIn(dialog, "sheet-copy-markdown");
      await expect.poll(clipboard, name).toBe(await dialog.locator("pre").nth(1).evaluate((pre) => pre.textContent));
    }
  }
  expect(seen.size).toBe(2 * names.length);
  assertClean();
});

test("a version is kept, gone back to, and the going back undone", async ({ page }) => {
  await openExample(page);
  const title = page.getByLabel(text("page-case-title"));
  await title.fill("As it was");
  let dialog = await openSheet(page, "sheet-versions");
  await expect(dialog).toContainText(text("sheet-no-versions"));
  await dialog.getByLabel(text("sheet-version-name"), { exact: true }).fill("before the review");
  await pressIn(dialog, "sheet-version-keep");
  await expect(dialog.getByRole("row").filter({ hasText: "before the review" })).toContainText("As it was");
  await closeSheet(page);
  await title.fill("As it is now");
  await saved(page);
  await page.reload();
  await expect(title).toHaveValue("As it is now");
  dialog = await openSheet(page, "sheet-versions");
  await dialog.getByRole("row").filter({ hasText: "before the review" }).getByRole("button", { name: text("sheet-version-restore") }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(title).toHaveValue("As it was");
  await page.getByRole("button", { name: text("page-undo"), exact: true }).click();
  await expect(title).toHaveValue("As it is now");
  await page.getByRole("button", { name: text("page-redo"), exact: true }).click();
  await expect(title).toHaveValue("As it was");
});

test("what is not a case gives one clear message, and the case stays as it is", async ({ page }, info) => {
  const assertClean = await watch(page);
  await openExample(page);
  await page.getByLabel(text("page-case-title")).fill("Kept");
  await openSheet(page, "sheet-export");
  const whole = (await take(page, "sheet-form-case")).bytes;
  await closeSheet(page);
  const bad = [
    ["cut.debrief", whole.subarray(0, whole.length / 2), "import-zip-cut"],
    ["broken.json", `{\n  "schema": "debrief/case/1",\n  "document": {,\n`, "import-json-broken"],
    ["other.json", `{"name": "something else"}`, "import-json-other"],
    ["picture.debrief", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "import-not-ours"],
    ["nothing.md", "", "import-not-ours"],
  ];
  for (const [name, bytes, id] of bad) {
    await openCaseFile(page, fileOf(info, name, bytes));
    // Where the person is: in the dialog.
    const said = sheet(page, "sheet-export").locator(".notice").filter({ hasText: pattern(id) });
    await expect(said, name).toHaveCount(1);
    await expect(said, name).toBeVisible();
    await expect(sheet(page, "sheet-opened"), name).toHaveCount(0);
    await pressIn(said, "page-close");
    await expect(said, name).toHaveCount(0);
    await closeSheet(page);
  }
  // A byte of the evidence inside was changed: what can be opened is, the rest is named.
  const damaged = Buffer.from(whole);
  const name = "evidence/0-kubelet.journal.log";
  // Its second mention at the latest: the list of digests may stand before it.
  let at = damaged.indexOf(name);
  while (damaged.readUInt32LE(at - 30) !== 0x04034b50) at = damaged.indexOf(name, at + 1);
  damaged[at + 2_000] ^= 0xff;
  await openCaseFile(page, fileOf(info, "damaged.debrief", damaged));
  await expect(sheet(page, "sheet-opened").getByText("kubelet.journal.log")).toBeVisible();
  await closeSheet(page);
  await expect(page.getByLabel(text("page-case-title"))).toHaveValue("Kept");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await panel(page, "findings");
  await verdictIs(page, VERDICT);
  assertClean();
});

test("a tab that only reads exports, and cannot act", async ({ page, context }) => {
  await openExample(page);
  await page.getByLabel(text("page-case-title")).fill("Written in the first tab");
  const kept = await openSheet(page, "sheet-versions");
  await kept.getByLabel(text("sheet-version-name"), { exact: true }).fill("one");
  await pressIn(kept, "sheet-version-keep");
  await expect(kept.getByRole("row").filter({ hasText: "one" })).toHaveCount(1);
  await closeSheet(page);
  await saved(page);
  const second = await context.newPage();
  await open(second);
  await expect(second.getByText(text("page-read-only"))).toBeVisible();
  await settled(second);
  const versions = await openSheet(second, "sheet-versions");
  await expect(versions.getByRole("button", { name: text("sheet-version-keep") })).toBeDisabled();
  await expect(versions.getByRole("button", { name: text("sheet-version-restore") })).toBeDisabled();
  await closeSheet(second);
  const redaction = await openRedaction(second);
  for (const box of await redaction.getByRole("checkbox").all()) await expect(box).toBeDisabled();
  await pressIn(redaction, "sheet-back");
  const dialog = sheet(second, "sheet-export");
  for (const choice of await dialog.getByRole("radio").all()) await expect(choice).toBeDisabled();
  await expect(dialog.getByRole("button", { name: text("sheet-open") })).toBeDisabled();
  const markdown = await take(second, "sheet-form-markdown");
  expect(markdown.text).toContain("Written in the first tab");
  await closeSheet(second);
  await savedSoon(page, ({ document }) => document.fields.title).toBe("Written in the first tab");
});

test("a dialog that is drawn anew has the focus when the next key comes", async ({ page }) => {
  await openExample(page);
  const dialog = await openSheet(page, "sheet-export");
  const form = (id) => dialog.getByRole("radio", { name: text(id), exact: true });
  await form("template-name-sre-book").focus();
  // Keys come in tasks of their own: at the end of the one in which it is drawn, all has to be there.
  await dialog.evaluate((dialog) => {
    globalThis.drawn = [];
    const look = () => globalThis.drawn.push(dialog.contains(document.activeElement));
    new MutationObserver(look).observe(dialog, { subtree: true, childList: true });
  });
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => page.evaluate(() => globalThis.drawn.length)).toBeGreaterThan(0);
  await expect(form("template-name-why-analysis")).toBeFocused();
  expect(await page.evaluate(() => globalThis.drawn)).not.toContain(false);
});

test("a dialog takes the focus, keeps it, and gives it back", async ({ page }) => {
  await openExample(page);
  const postmortem = await panel(page, "postmortem");
  const opener = postmortem.getByRole("button", { name: text("document-export-more"), exact: true });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = sheet(page, "sheet-export");
  await expect(dialog).toBeVisible();
  const inside = () => page.evaluate(() => document.activeElement.closest("dialog") !== null);
  expect(await inside()).toBe(true);
  for (const form of ["template-name-tabular", "template-name-short"]) {
    const box = dialog.getByRole("radio", { name: text(form), exact: true });
    await box.focus();
    await page.keyboard.press("Space");
    await expect(box).toBeChecked();
    await expect(box).toBeFocused();
  }
  await dialog.getByRole("button", { name: text("sheet-redaction-open") }).focus();
  await page.keyboard.press("Enter");
  await expect(sheet(page, "sheet-redaction")).toBeVisible();
  // Another dialog begins at its beginning, not where its last button happened to be.
  await expect(sheet(page, "sheet-redaction").getByRole("heading", { level: 2 })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(opener).toBeFocused();
});

for (const [colours, lang] of [["light", "en"], ["dark", "zh-CN"]]) {
  test(`axe finds nothing in the dialogs of the desk: ${colours}, ${lang}`, { tag: "@phone" }, async ({ page, isMobile }, info) => {
    const assertClean = await watch(page);
    await page.emulateMedia({ colorScheme: colours, reducedMotion: "reduce" });
    await citeSecret(page, info);
    if (lang === "zh-CN") await page.getByRole("button", { name: "中文" }).click();
    const found = [];
    const { width, height } = page.viewportSize();
    const check = async (dialog, name) => {
      const box = await dialog.boundingBox();
      if (box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height) found.push(`${name} is not wholly on the screen`);
      await axeCheck(page).catch((error) => found.push(`${name}: ${error.matcherResult?.actual?.join("\n") ?? error.message}`));
    };
    const versions = await openSheet(page, "sheet-versions", lang);
    await pressIn(versions, "sheet-version-keep", lang);
    await expect(versions.getByRole("table")).toBeVisible();
    await check(versions, "versions");
    await closeSheet(page);
    const comms = await openSheet(page, "sheet-comms", lang);
    await expect(comms.locator("pre").first()).toContainText(/\w/);
    await check(comms, "comms");
    await closeSheet(page);
    const dialog = await openSheet(page, "sheet-export", lang);
    await dialog.getByLabel(text("sheet-template-file", lang)).setInputFiles(fileOf(info, "wrong.md", "{{nothing}}\n"));
    await expect(dialog).toContainText("nothing");
    await check(dialog, "export");
    const file = await downloaded(page, () => pressIn(dialog, "sheet-form-case", lang));
    await pressIn(dialog, "sheet-redaction-open", lang);
    await expect(sheet(page, "sheet-redaction", lang).getByRole("table")).toBeVisible();
    await check(sheet(page, "sheet-redaction", lang), "redaction");
    await pressIn(sheet(page, "sheet-redaction", lang), "sheet-back", lang);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), pressIn(sheet(page, "sheet-export", lang), "sheet-open", lang)]);
    await chooser.setFiles(file.path);
    await expect(sheet(page, "sheet-opened", lang)).toBeVisible();
    await check(sheet(page, "sheet-opened", lang), "opened");
    expect(found).toEqual([]);
    assertClean();
  });
}
