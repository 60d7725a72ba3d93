// One large journal through the page in Chromium: `node bench/journal.js FILE` prints a JSON object. Called by `cargo xtask bench`.
//
// The time runs from the choice of the file to the finished analysis; a cold first run and a warm second one are reported. Long tasks are
// those of the main thread; memory is the renderer's highest resident set (its worker's wasm memory included).
import { readFileSync, statSync } from "node:fs";
import { chromium } from "@playwright/test";
import { chromiumFlags, chromiumPath } from "../support/chromium.js";
import { startSite } from "../support/site.js";

const file = process.argv[2];
const { size } = statSync(file);
const site = await startSite("/", "dist");
const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
const cdp = await browser.newBrowserCDPSession();

/** Highest resident memory of all renderers so far, in bytes; Linux only. */
async function rendererPeak() {
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const peaks = processInfo
    .filter((process) => process.type === "renderer")
    .map((process) => Number(readFileSync(`/proc/${process.id}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) * 1024);
  return Math.max(...peaks);
}

/** Seconds of processor time of all renderers so far; Linux only. Says what the work costs where wall time says who else was at work. */
async function rendererCpu() {
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const seconds = processInfo
    .filter((process) => process.type === "renderer")
    .map((process) => {
      const [user, system] = readFileSync(`/proc/${process.id}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
      return (Number(user) + Number(system)) / 100;
    });
  return seconds.reduce((sum, one) => sum + one, 0);
}

async function run() {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: "longtask",
      buffered: true,
    });
  });
  await page.goto(site.url);
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  await page.waitForTimeout(1500);
  const before = await rendererPeak();
  const cpuBefore = await rendererCpu();
  await page.evaluate(() => void (globalThis.longTasks.length = 0));
  const started = performance.now();
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(file);
  // Counts are shown while the file is read; the bar goes when the analysis is there.
  await page.getByText(/[\d,]{7,} records/).first().waitFor({ timeout: 120_000 });
  await page.getByRole("banner").getByRole("progressbar").waitFor({ state: "detached", timeout: 120_000 });
  const seconds = (performance.now() - started) / 1000;
  const longest = await page.evaluate(() => Math.max(0, ...globalThis.longTasks));
  const peak = await rendererPeak();
  const cpu_seconds = (await rendererCpu()) - cpuBefore;
  await context.close();
  return { seconds, cpu_seconds, mb_per_s: Math.round(size / 1e6 / seconds), longest_task_ms: longest, peak_over_input: (peak - before) / size };
}

const cold = await run();
const warm = await run();
await browser.close();
await site.stop();
console.log(JSON.stringify({ bytes: size, cold, warm }));
