// The panel Evidence: everything that was given as a tree, why an input was refused and at which byte, its bytes and its tables.
import { expect, test } from "@playwright/test";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { EXAMPLE, centre, evidenceItem, lines, openedItem, panel, settled } from "../support/case.js";
import { told } from "../support/desk.js";
import { axeCheck, open, watch } from "../support/page.js";
import { tar } from "../support/tar.js";
import { pattern, text } from "../support/texts.js";

const DF = new URL("../../tests/fixtures/formats/df/i.txt", import.meta.url);
const PODS = new URL("../../tests/fixtures/formats/kube-json/pods.json", import.meta.url);

/** A bundle with a log, a table, pods and a program; beside it an archive that cannot be opened. */
function given(info) {
  const elf = Buffer.concat([Buffer.from("7f454c4602010100", "hex"), Buffer.alloc(24), Buffer.alloc(400, 3)]);
  const files = [
    ["node-xx/var/log/app.log", Buffer.from("2023-07-23T22:00:01Z INFO begun\n2023-07-23T22:00:03Z ERROR gone\n".repeat(200))],
    ["node-xx/df-i.txt", readFileSync(DF)],
    ["node-xx/pods.json", readFileSync(PODS)],
    ["node-xx/ulimit.txt", readFileSync(`${EXAMPLE}ulimit-a.txt`)],
    ["node-xx/agent", elf],
  ];
  const [bundle, sealed] = [info.outputPath("bundle.tar.gz"), info.outputPath("sealed.7z")];
  writeFileSync(bundle, gzipSync(tar(files)));
  writeFileSync(sealed, Buffer.from("377abcaf271c00040102030405060708", "hex"));
  return [bundle, sealed];
}

const give = async (page, info) => {
  await page.locator("input[type=file]").first().setInputFiles(given(info));
  await settled(page);
};

// What folds or opens has a mark in front of its name.
const named = (name) => new RegExp(`^(?:[▸▾] )?${name.replaceAll(/[.\\/]/g, "\\$&")}$`);
const row = (page, name) => centre(page).getByRole("row").filter({ has: page.getByRole("button", { name: named(name) }) });
const back = (page) => centre(page).getByRole("button", { name: text("panel-evidence-back") });
const show = (page) => centre(page).getByRole("combobox", { name: text("panel-evidence-show") });

test("a bundle is a tree; an input that is no text says at which byte, and its bytes are there", { tag: "@phone" }, async ({ page }, info) => {
  const assertClean = await watch(page);
  await open(page);
  await give(page, info);
  const shown = await panel(page, "evidence");
  await expect(shown.getByRole("heading", { level: 2 })).toHaveText(pattern("panel-evidence-count"));
  await expect(row(page, "bundle.tar.gz/node-xx")).toContainText(text("panel-evidence-none"));
  await expect(row(page, "agent")).toContainText(text("issue-binary"));
  await expect(row(page, "sealed.7z")).toContainText(text("issue-compressed"));
  await axeCheck(page, "#panel");

  // Folding is the reader's.
  const folder = row(page, "bundle.tar.gz/node-xx").getByRole("button");
  await folder.click();
  await expect(folder).toHaveAttribute("aria-expanded", "false");
  await expect(row(page, "agent")).toHaveCount(0);
  await folder.click();

  await row(page, "agent").getByRole("button").click();
  await expect(shown).toContainText(text("issue-binary.help"));
  await expect(shown.locator("pre")).toContainText("▸ 00000000  7f 45 4c 46[02]01");
  await axeCheck(page, "#panel");
  await shown.getByRole("button", { name: pattern("panel-evidence-to-byte") }).click();
  await expect(shown.locator("pre")).toContainText("000001a0");
  await shown.getByRole("searchbox").fill("0x25");
  await expect(shown.locator("pre")).toContainText("▸ 00000020  03 03 03 03 03[03]03");
  await axeCheck(page, "#panel");
  await back(page).click();
  await expect(row(page, "agent")).toBeVisible();
  assertClean();
});

test("by keyboard alone: open, page, change the format, take out and put back", async ({ page }, info) => {
  await open(page);
  await give(page, info);
  await page.keyboard.press("8");
  await row(page, "app.log").getByRole("button").press("Enter");
  await expect(back(page)).toBeFocused();
  await expect(centre(page)).toContainText(text("panel-evidence-path"));

  // The correction stays open and keeps the focus while the input is read anew.
  await centre(page).getByRole("button", { name: text("evidence-correct") }).press("Enter");
  const format = centre(page).getByRole("combobox", { name: text("evidence-correct-format") });
  await format.focus();
  await format.selectOption("klog");
  await expect(centre(page).locator("dl")).toContainText(text("format-klog"));
  await expect(format).toBeFocused();
  // Lines with times of another kind than klog's have none.
  await expect(centre(page)).toContainText(text("issue-bad-time"));
  await format.selectOption("");
  await expect(centre(page)).not.toContainText(text("issue-bad-time"));

  const out = centre(page).getByRole("button", { name: text("evidence-remove") });
  await out.press("Enter");
  await expect(centre(page).getByRole("heading", { level: 2 })).toHaveText(pattern("panel-evidence-is-removed"));
  await centre(page).getByRole("button", { name: text("evidence-restore") }).press("Enter");
  await expect(centre(page).getByRole("heading", { level: 2 })).toHaveText(pattern("panel-evidence-is-whole"));

  // Lines, a page further.
  await show(page).selectOption("raw");
  await expect(centre(page).locator("pre")).toContainText("2023-07-23T22:00:01Z INFO begun");
  const after = centre(page).getByRole("button", { name: text("panel-evidence-after"), exact: true });
  await after.press("Enter");
  await expect(centre(page).locator("pre")).toContainText(/ 101 {2}2023/);
  await back(page).press("Enter");
  await expect(row(page, "app.log").getByRole("button")).toBeFocused();
});

test("a table of an input is shown row by row, and a row leads to its line", async ({ page }, info) => {
  await open(page);
  await give(page, info);
  // The way from the list of evidence.
  const item = await openedItem(page, "bundle.tar.gz/node-xx/df-i.txt");
  await item.getByRole("button", { name: text("evidence-details") }).click();
  await centre(page).getByRole("button", { name: "df -i" }).click();
  const table = centre(page).getByRole("group", { name: "df -i" });
  await expect(table.locator("tbody tr")).toHaveCount(2);
  await centre(page).getByRole("searchbox").fill("sda1");
  await expect(table.locator("tbody tr")).toHaveCount(1);
  await axeCheck(page, "#panel");
  await table.locator(".cite-chip").click();
  await expect(lines(page).and(page.getByRole("option", { selected: true }))).toContainText("/dev/sda1");
  await expect(evidenceItem(page, "bundle.tar.gz/node-xx/df-i.txt")).toHaveCount(1);
});

test("workloads: what failing pods share, and what an exit means", { tag: "@phone" }, async ({ page }, info) => {
  await open(page);
  await give(page, info);
  // Another pod that fails on the same node: one alone shares nothing.
  const containerStatuses = [{ name: "cart", ready: false, restartCount: 0, state: { running: {} } }];
  const cart = { kind: "Pod", apiVersion: "v1", metadata: { name: "cart-1", namespace: "shop" }, spec: { nodeName: "node-5", containers: [{ name: "cart" }] }, status: { phase: "Running", containerStatuses } };
  await page.locator("input[type=file]").first().setInputFiles({ name: "cart.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(cart)) });
  await settled(page);
  const shown = await panel(page, "workloads");
  await expect(shown.getByRole("heading", { level: 2 })).toHaveText(pattern("panel-workloads-sum"));
  await expect(shown.getByRole("group", { name: text("panel-workloads-spread") })).toContainText("node-5");
  await row(page, "shop/payment-6c9f7d-x2xpq").getByRole("button").first().click();
  await expect(shown).toContainText("OOMKilled");
  await expect(shown).toContainText(pattern("workload-exit-oom-limit"));
  await axeCheck(page, "#panel");
});

test("a place inside of a long line is marked and in sight, and keys go from error to error", { tag: "@phone" }, async ({ page, isMobile }) => {
  const pod = (n) => ({
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name: `web-${n}`, namespace: "shop" },
    spec: { containers: [{ name: "web" }] },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "web",
          ready: true,
          restartCount: n === 300 ? 3 : 0,
          state: { running: { startedAt: "2024-08-20T06:00:00Z" } },
          lastState: n === 300 ? { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: "2024-08-20T05:58:23Z" } } : {},
        },
      ],
    },
  });
  const list = JSON.stringify({ kind: "List", apiVersion: "v1", items: Array.from({ length: 400 }, (_, n) => pod(n)) });
  const log = Array.from({ length: 300 }, (_, n) => `2024-08-20T06:${String(Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}Z ${n % 100 === 50 ? "ERROR gone" : "INFO going"} ${n}\n`).join("");
  await open(page);
  const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.locator("input[type=file]").first().setInputFiles([file("pods.json", list), file("app.log", log)]);
  await settled(page);
  await panel(page, "workloads");
  await row(page, "shop/web-300").locator(".cite-chip").first().click();
  const mark = centre(page).locator(".log-text mark:not(:empty)");
  await expect(mark).toHaveCount(1);
  await expect(mark).toBeInViewport();
  if (isMobile) return;
  await page.getByLabel(text("logs-input")).selectOption({ label: "app.log" });
  const shown = page.getByRole("listbox", { name: text("logs-lines") });
  const selected = shown.getByRole("option", { selected: true });
  await expect(lines(page).first()).toContainText("INFO going 0");
  await expect(mark).toHaveCount(0);
  for (const [key, n] of [["e", 50], ["e", 150], ["e", 250], ["e", 50], ["E", 250], ["E", 150]]) {
    await shown.press(key);
    await expect(selected).toContainText(`ERROR gone ${n}`);
  }
  // What is searched is marked wherever it is on screen; a line beyond the end is said to be one.
  await page.getByLabel(text("logs-search")).fill("error GONE");
  await page.getByLabel(text("logs-search")).press("Enter");
  await expect(selected).toContainText("ERROR gone 250");
  await expect(selected.locator("mark")).toHaveText("ERROR gone");
  await page.getByLabel(text("logs-search")).fill("newosproc");
  await page.getByLabel(text("logs-search")).press("Enter");
  await told(page, "logs-not-found");
  await expect(mark).toHaveCount(0);
  await page.getByLabel(text("logs-go-to")).fill("999999");
  await page.getByLabel(text("logs-go-to")).press("Enter");
  await told(page, "logs-ends-before");
  await expect(selected).toContainText("INFO going 299");
});

test("what logs complain of is one click away, and what was taken back is not said any longer", { tag: "@phone" }, async ({ page, isMobile }) => {
  await open(page);
  const file = (name, lines) => ({ name, mimeType: "text/plain", buffer: Buffer.from(lines.map((line, n) => `2024-08-20T06:00:${String(n % 60).padStart(2, "0")}Z ${line} ${n}\n`).join("")) });
  const going = Array.from({ length: 400 }, () => "INFO going");
  const gone = Array.from({ length: 300 }, (_, n) => (n === 250 ? "ERROR gone" : "INFO going"));
  await page.locator("input[type=file]").first().setInputFiles([file("a.log", going), file("b.log", gone)]);
  await settled(page);
  await centre(page).getByRole("button", { name: text("page-panel-logs"), exact: true }).click();
  await expect(page.getByRole("option", { selected: true }).filter({ hasText: "ERROR gone 250" })).toBeInViewport();
  if (isMobile) return;
  const item = await openedItem(page, "b.log");
  await item.getByRole("button", { name: text("evidence-remove") }).click();
  await told(page, "page-taken-out");
  await page.keyboard.press("Control+z");
  await told(page, "page-undone");
  await expect(page.getByRole("button", { name: text("page-undo"), exact: true }).filter({ hasText: text("page-undo") })).toHaveCount(0);
  await page.getByRole("button", { name: "中文" }).click();
  await expect(page.locator(".notice")).toHaveCount(0);
});
