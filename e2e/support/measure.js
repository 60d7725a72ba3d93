// What a benchmark measures of the page in Chromium; Linux only, for it reads /proc.
import { chromium } from "@playwright/test";
import { readFileSync, statSync } from "node:fs";
import { chromiumFlags, chromiumPath } from "./chromium.js";
import { startSite } from "./site.js";

/** Ids of all renderers. */
async function renderers(cdp) {
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  return processInfo.filter((process) => process.type === "renderer").map((process) => process.id);
}

/** Highest resident memory of all renderers so far, in bytes (their workers' wasm memory included). */
async function peakOf(cdp) {
  const peak = (id) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) * 1024;
  return Math.max(...(await renderers(cdp)).map(peak));
}

/** Seconds of processor time of all renderers so far: says what the work costs where wall time says who else was at work. */
async function cpuOf(cdp) {
  const seconds = (id) => {
    const [user, system] = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  };
  return (await renderers(cdp)).map(seconds).reduce((sum, one) => sum + one, 0);
}

/**
 * Gives a file to a fresh page of the site twice, a cold first time and a warm second one, and prints what that cost as a JSON object. Long
 * tasks are those of the main thread.
 * @param {string} file what is chosen
 * @param {string} dist folder of the site
 * @param {(page: import("@playwright/test").Page) => Promise<void>} arrived waits for what is wanted: until then the time runs
 */
export async function measureFile(file, dist, arrived) {
  const { size } = statSync(file);
  const site = await startSite("/", dist);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  const cdp = await browser.newBrowserCDPSession();
  const run = async () => {
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
    const before = { peak: await peakOf(cdp), cpu: await cpuOf(cdp) };
    await page.evaluate(() => void (globalThis.longTasks.length = 0));
    const started = performance.now();
    await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(file);
    await arrived(page);
    const seconds = (performance.now() - started) / 1000;
    const longest_task_ms = await page.evaluate(() => Math.max(0, ...globalThis.longTasks));
    const peak = await peakOf(cdp);
    const cpu_seconds = (await cpuOf(cdp)) - before.cpu;
    await context.close();
    return { seconds, cpu_seconds, mb_per_s: Math.round(size / 1e6 / seconds), longest_task_ms, peak_over_input: (peak - before.peak) / size };
  };
  const cold = await run();
  const warm = await run();
  await browser.close();
  await site.stop();
  console.log(JSON.stringify({ bytes: size, cold, warm }));
}
