// What reading a file costs in the page: time, processor time, memory, the longest task of the main thread. Linux only.
import { chromium } from "@playwright/test";
import { readFileSync, statSync } from "node:fs";
import { chromiumFlags, chromiumPath } from "./chromium.js";
import { startSite } from "./site.js";

/** Minutes that a file of a gigabyte may take on a busy machine. */
const PATIENCE_MS = 600_000;

/** Seconds since the epoch. */
const now = () => (performance.timeOrigin + performance.now()) / 1000;

/** Seconds since the epoch when the page fulfils a condition, looked at in every frame: what waits for text from outside looks twice a second. */
export async function whenPage(page, holds, arg) {
  await page.waitForFunction(holds, arg, { polling: "raf", timeout: PATIENCE_MS });
  return now();
}

/** In the page: whether everything is read and concluded, and an input says what was found in it. Counts are shown while it is read. */
const isAnalysed = (found) => {
  const says = [...document.querySelectorAll(".evidence-more > summary")].some((summary) => new RegExp(found).test(summary.textContent));
  return says && !document.querySelector("header progress");
};

const analysed = (page) => whenPage(page, isAnalysed, "[\\d,]{7,} records");

/**
 * Gives a file to a fresh page of the site in `dist` twice, a cold first time and a warm second one, and prints what that cost as a JSON object.
 * @param {string} file what is chosen
 * @param {(page: import("@playwright/test").Page) => Promise<number>} arrived when what is wanted was there: until then the time runs
 */
export async function measureFile(file, arrived = analysed) {
  const { size } = statSync(file);
  const site = await startSite("/", "dist");
  const measuring = await startMeasuring();
  const cold = await measuring.read(site.url, file, size, arrived);
  const warm = await measuring.read(site.url, file, size, arrived);
  await measuring.stop();
  await site.stop();
  console.log(JSON.stringify({ bytes: size, cold, warm }));
}

/** Notes in the page when files are chosen; what is given back says when that was, in seconds since the epoch. */
export async function whenChosen(page) {
  await page.evaluate(() => {
    addEventListener("change", () => (globalThis.chosenAt ??= (performance.timeOrigin + performance.now()) / 1000), { capture: true });
  });
  return () => page.evaluate(() => globalThis.chosenAt);
}

/** Starts Chromium for measuring. */
export async function startMeasuring() {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
  const cdp = await browser.newBrowserCDPSession();
  const renderers = async () => {
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    return processInfo.filter((process) => process.type === "renderer").map((process) => process.id);
  };
  /** Highest resident memory of all renderers so far, in bytes. */
  const peak = async () => {
    const peaks = (await renderers()).map((id) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) * 1024);
    return Math.max(...peaks);
  };
  /** Seconds of processor time of all renderers so far: what the work costs, where wall time says who else was at work. */
  const cpu = async () => {
    const seconds = (await renderers()).map((id) => {
      const [user, system] = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13);
      return (Number(user) + Number(system)) / 100;
    });
    return seconds.reduce((sum, one) => sum + one, 0);
  };
  /** Reads a file in a fresh context, from its choice until `arrived` has waited; `bytes` is the text's size, which rates refer to. */
  const read = async (url, file, bytes, arrived = analysed) => {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
        type: "longtask",
        buffered: true,
      });
    });
    await page.goto(url);
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await page.waitForTimeout(1500);
    const before = await peak();
    const cpuBefore = await cpu();
    await page.evaluate(() => void (globalThis.longTasks.length = 0));
    const choice = await whenChosen(page);
    const arriving = arrived(page);
    await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(file);
    const seconds = (await arriving) - (await choice());
    const longest = await page.evaluate(() => Math.max(0, ...globalThis.longTasks));
    const grown = (await peak()) - before;
    const cpu_seconds = (await cpu()) - cpuBefore;
    await context.close();
    return { seconds, cpu_seconds, mb_per_s: Math.round(bytes / 1e6 / seconds), longest_task_ms: longest, peak_over_input: grown / bytes };
  };
  return { read, stop: () => browser.close() };
}
