// Incident A, from raw files to the exported postmortem: the whole arc, by clicks, by drops and by keys.
import { expect, test } from "@playwright/test";
import { centre, downloaded, EXAMPLE, EXAMPLE_FILES, openExample, panel, savedSoon, VERDICT, verdictIs } from "../support/case.js";
import { closeSheet, openSheet, pressIn } from "../support/desk.js";
import { dangling, parts, references } from "../support/markdown.js";
import { dropFiles, open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";
import { unzip } from "../support/zip.js";

let assertClean;
test.beforeEach(async ({ page }) => {
  assertClean = await watch(page);
});
test.afterEach(() => assertClean());

/** What the finding must say, whatever way the files came in. */
async function findingIsWhole(page) {
  const finding = centre(page).getByRole("article");
  await expect(finding).toContainText(/Culprit\s*order-sync/);
  await expect(finding).toContainText(/Affected\s*kube-system\/calico-node-xx/);
  const ruledOut = (name) => finding.getByRole("listitem").filter({ hasText: new RegExp(`^${name} \\([\\d,]+\\) was not reached`) });
  await expect(ruledOut("ulimit -u")).toContainText("204,800");
  await expect(ruledOut("kernel\\.threads-max")).toContainText("1,545,366");
  await expect(centre(page).getByRole("row", { name: /kernel\.pid_max/ })).toContainText(/49,152.*99\.9 %/);
}

/** The ink on a chart: how many colours its canvas holds. A blank one has a single colour. */
const colours = (canvas) =>
  canvas.evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });

test("the example opens with one click and names the ceiling, the culprit and the victim", { tag: "@phone" }, async ({ page }) => {
  await openExample(page);
  await findingIsWhole(page);
});

test("the same files dropped from disk lead to the same finding", async ({ page }) => {
  await open(page);
  await dropFiles(page, EXAMPLE_FILES.map((name) => EXAMPLE + name));
  await verdictIs(page, VERDICT);
  await findingIsWhole(page);
});

test("every citation of the finding opens its line, shown and marked", async ({ page }) => {
  await openExample(page);
  const chips = centre(page).getByRole("article").getByRole("button", { name: pattern("finding-citation") });
  const names = await Promise.all((await chips.all()).map((chip) => chip.getAttribute("aria-label")));
  expect(names.length).toBeGreaterThan(15);
  const wrong = [];
  for (const [index, name] of names.entries()) {
    await panel(page, "findings");
    await chips.nth(index).click();
    const line = Number(name.match(/line ([\d,]+)$/)[1].replaceAll(",", ""));
    const path = name.match(/: (.*), line/)[1];
    const marked = page.getByRole("option", { selected: true, name: new RegExp(`^${line} `) });
    const shown = await marked.waitFor({ timeout: 5000 }).then(() => true, () => false);
    const chosen = await page.getByLabel(text("logs-input")).evaluate((select) => select.selectedOptions[0].text).catch(() => "");
    if (!shown || chosen !== path || !(await marked.innerText()).replace(/^\d+\s*/, "").trim()) wrong.push(`${name} → ${chosen}`);
  }
  expect(wrong, "citations that do not show their line").toEqual([]);
});

test("a trend can be read by eye, by pointer, by keys and as a table", async ({ page }) => {
  await openExample(page);
  await panel(page, "trends");
  const chart = centre(page).getByRole("img", { name: /order-sync|containers/ }).first();
  await expect.poll(() => colours(chart)).toBeGreaterThan(8);
  const whole = await chart.screenshot();
  const everything = centre(page).getByRole("button", { name: text("trends-whole") });
  await expect(everything).toBeDisabled();
  const box = await chart.boundingBox();
  const at = (share) => [box.x + box.width * share, box.y + box.height / 2];
  const changed = async () => {
    await expect(everything).toBeEnabled();
    await expect.poll(async () => whole.equals(await chart.screenshot())).toBe(false);
    await everything.click();
    await expect(everything).toBeDisabled();
  };

  await page.mouse.move(...at(0.6));
  const values = centre(page).locator(".values");
  await expect(values).toContainText("2023-07-23 22:");
  await expect(values).toContainText(/order-sync\s*3\d,\d{3}/);

  await page.mouse.wheel(0, -400);
  await changed();
  await page.mouse.move(...at(0.4));
  await page.mouse.down();
  await page.mouse.move(...at(0.7), { steps: 5 });
  await page.mouse.up();
  await changed();
  await chart.focus();
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  await changed();
  await chart.focus();
  await page.keyboard.press("+");
  await expect(everything).toBeEnabled();
  await page.keyboard.press("0");
  await expect(everything).toBeDisabled();

  await centre(page).getByRole("button", { name: text("trends-table") }).click();
  const table = centre(page).getByRole("region", { name: text("trends-table") }).first();
  await expect(table.getByRole("columnheader", { name: /order-sync/ })).toBeVisible();
  expect(await table.getByRole("row").count()).toBeGreaterThan(10);
});

/** Answers everything that a person would: impact, detection, whys, title, actions. */
async function writePostmortem(page) {
  const timeline = await panel(page, "timeline");
  const impact = timeline.getByRole("listitem", { name: /^Proposed.*Impact:/ });
  await impact.getByRole("button", { name: text("timeline-accept") }).click();
  await expect(timeline.getByRole("listitem", { name: /^2023.*Impact:/ })).toBeVisible();
  await timeline.getByRole("button", { name: text("timeline-add"), exact: true }).first().click();
  await expect(timeline.getByLabel(text("timeline-field-text"))).toBeFocused();
  await page.keyboard.type("The network team reports Peer Down");
  await timeline.getByLabel(pattern("timeline-field-start")).fill("2023-07-23 22:13");
  await timeline.getByRole("combobox", { name: text("timeline-field-phase") }).selectOption({ label: text("phase-detection") });
  await timeline.getByRole("button", { name: text("timeline-done") }).click();
  await expect(timeline.getByRole("listitem", { name: "2023-07-23 22:13:00 +08:00, Detection: The network team reports Peer Down" })).toBeVisible();
  await expect(timeline.getByRole("definition").filter({ hasText: /Impact.*→.*Detection 22:13:00/ })).toContainText(/4 min/);

  const whys = await panel(page, "whys");
  // Three are answered by the evidence, one is a question to people.
  const accept = whys.getByRole("button", { name: new RegExp(`^(${text("whys-accept")}|${text("whys-accept-question")})$`) });
  await expect(accept).toHaveCount(4);
  for (let left = 4; left > 0; left -= 1) {
    await accept.first().click();
    await expect(accept).toHaveCount(left - 1);
  }
  const questions = whys.getByRole("textbox", { name: text("whys-field-question"), exact: true });
  await expect(questions).toHaveCount(4);
  await whys.getByRole("textbox", { name: text("whys-field-claim"), exact: true }).nth(2).fill("Nobody watched the PIDs of the node.");
  const first = await questions.nth(0).inputValue();
  await questions.nth(0).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expect(questions.nth(1)).toHaveValue(first);
  await expect(questions.nth(1)).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(questions.nth(0)).toHaveValue(first);
  await whys.getByRole("button", { name: text("whys-add"), exact: true }).click();
  await expect(questions.nth(4)).toBeFocused();
  await page.keyboard.type("Why did the leak reach production?");

  const postmortem = await panel(page, "postmortem");
  await postmortem.getByRole("button", { name: text("document-use-title") }).click();
  await expect(postmortem.getByRole("textbox", { name: text("document-field-title"), exact: true })).toHaveValue(VERDICT);
  await postmortem.getByLabel(text("document-field-severity")).fill("SEV2");
  await postmortem.getByLabel(text("document-field-authors")).fill("Lin Wei, Sam Okoro");
  for (let left = await postmortem.getByRole("button", { name: text("document-accept"), exact: true }).count(); left > 0; left -= 1) {
    await postmortem.getByRole("button", { name: text("document-accept"), exact: true }).first().click();
    await expect(postmortem.getByRole("button", { name: text("document-accept"), exact: true })).toHaveCount(left - 1);
  }
}

test("evidence becomes a postmortem that people edit and take away", { tag: "@phone" }, async ({ page }) => {
  await openExample(page);
  await writePostmortem(page);
  const postmortem = centre(page);
  const preview = postmortem.getByRole("region", { name: text("document-preview") });
  await expect(preview.getByRole("heading", { name: VERDICT })).toBeVisible();
  for (const said of ["Peer Down", "Nobody watched the PIDs of the node.", "Why did the leak reach production?", "podPidsLimit"]) {
    await expect(preview).toContainText(said);
  }

  const markdown = await downloaded(page, () => postmortem.getByRole("button", { name: text("document-download"), exact: true }).click());
  expect(markdown.name).toMatch(/\.md$/);
  const { front, body } = parts(markdown.text);
  expect(front).toContain('severity: "SEV2"');
  expect(front).toContain('tz: "+08:00"');
  expect(front).toContain('authors: ["Lin Wei", "Sam Okoro"]');
  expect(front).toContain('detect: "2023-07-23T14:13:00Z"');
  expect(front).toMatch(/input_sha256:(\n {2}- "[0-9a-f]{64}"){4,}/);
  for (const said of ["Peer Down", "Nobody watched the PIDs of the node.", "Why did the leak reach production?", "order-sync", "ulimit -u"]) {
    expect(body).toContain(said);
  }
  expect(references(body).length).toBeGreaterThan(8);
  expect(dangling(body)).toEqual([]);

  // On its own it names no picture; in the archive the charts stand where the markdown looks for them.
  const image = /!\[.*\]\((.*?\.svg)\)/g;
  expect(body).not.toMatch(image);
  expect(body).toMatch(pattern("export-picture-apart"));
  const archive = unzip((await downloaded(page, async () => pressIn(await openSheet(page, "sheet-export"), "sheet-form-zip"))).bytes);
  await closeSheet(page);
  const archived = archive.get("postmortem.md").toString();
  const charts = [...archived.matchAll(image)].map(([, path]) => path);
  expect(charts.length).toBeGreaterThan(0);
  expect(archived.split("\n").filter((line) => !line.startsWith("!["))).toEqual(markdown.text.split("\n").filter((line) => !line.startsWith("> Picture: ")));
  expect([...archive.keys()]).toEqual(expect.arrayContaining(charts));
  const drawn = charts.map((path) => archive.get(path).toString());
  for (const svg of drawn) expect(svg).toMatch(/^(<\?xml[^>]*>\s*)?<svg /);
  expect(drawn.join("")).toContain("order-sync");

  await postmortem.getByRole("button", { name: text("document-copy"), exact: true }).click();
  await expect(page.getByText(text("document-copied")).first()).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(markdown.text);

  // The language of the export is apart from that of the page.
  await postmortem.getByLabel(text("document-export-language")).selectOption("zh-CN");
  const chinese = await downloaded(page, () => postmortem.getByRole("button", { name: text("document-download"), exact: true }).click());
  expect(chinese.text).toContain(`## ${text("export-timeline", "zh-CN")}`);
  expect(chinese.text).toContain("The network team reports Peer Down");
  expect(chinese.text).not.toContain(`## ${text("export-timeline")}`);
  await expect(page.getByRole("tab", { name: text("page-panel-postmortem") })).toBeVisible();

  await savedSoon(page, ({ document }) => document.actions.length).toBeGreaterThan(3);
});

test("the page, the finding and the whys speak Chinese as well", { tag: "@phone" }, async ({ page }) => {
  await openExample(page);
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  for (const name of ["findings", "whys"]) {
    const shown = await panel(page, name, "zh-CN");
    await expect(shown).toContainText(/PID/);
    const english = (await shown.innerText()).match(/\b(the|was|were|from|could|began|between|evidence)\b/gi);
    expect(english, `English words in ${name}`).toBeNull();
  }
  await page.reload();
  await expect(page.getByRole("tab", { name: text("page-panel-whys", "zh-CN") })).toBeVisible();
});
