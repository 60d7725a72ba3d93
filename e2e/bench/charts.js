// Charts beside uPlot, in the same Chromium and the same run: `node bench/charts.js` prints a JSON object. Called by `cargo xtask bench`.
//
// uPlot is given its own benchmark's size (three series, 166,650 points) and timed from its constructor to the task's end. The page reads
// the same points from a CSV file; its time runs from the click on the panel to the end of the task that drew. Zooming is timed with ten
// million points: from the wheel event to the end of the task that replayed the new picture. The crosshair's figure is the engine's
// answer, from question to reply. Frames are not waited for: they are the same for both.
import { createWriteStream, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { chromiumFlags, chromiumPath } from "../support/chromium.js";
import { startSite } from "../support/site.js";

const START_MS = 1_690_119_000_000;
const library = new URL("../node_modules/uplot/dist/uPlot.iife.min.js", import.meta.url).pathname;

/** The value of series `column` at `row`: waves with noise, the same in every run. */
const valueAt = (row, column) => Math.round(1000 + 400 * Math.sin(row / (900 + 170 * column)) + ((row * 7919 + column * 104729) % 97));

async function writeCsv(path, rows, columns) {
  const out = createWriteStream(path);
  const names = Array.from({ length: columns }, (_, column) => `"{__name__=""container_threads"", container=""c${column}""}"`);
  let text = `"Time",${names.join(",")}\n`;
  for (let row = 0; row < rows; row += 1) {
    text += START_MS + row * 1000;
    for (let column = 0; column < columns; column += 1) text += `,${valueAt(row, column)}`;
    text += "\n";
    if (text.length > 1 << 20) {
      if (!out.write(text)) await once(out, "drain");
      text = "";
    }
  }
  out.end(text);
  await once(out, "finish");
}

const p = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const round = (ms) => Math.round(ms * 10) / 10;

const site = await startSite("/", "dist");
const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });

async function uplotFirst() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.setContent("<div id=here></div>");
  await page.evaluate(readFileSync(library, "utf8"));
  const times = await page.evaluate((start) => {
    const value = (row, column) => Math.round(1000 + 400 * Math.sin(row / (900 + 170 * column)) + ((row * 7919 + column * 104729) % 97));
    const rows = 55_550;
    const x = Array.from({ length: rows }, (_, row) => start / 1000 + row);
    const data = [x, ...[0, 1, 2].map((column) => x.map((_, row) => value(row, column)))];
    const series = [{}, ...["#0066ad", "#b86e00", "#00835f"].map((stroke, column) => ({ label: `c${column}`, stroke }))];
    const once = () => {
      const before = performance.now();
      const plot = new globalThis.uPlot({ width: 800, height: 320, series }, data, document.getElementById("here"));
      // uPlot draws in a microtask.
      return Promise.resolve().then(() => {
        const took = performance.now() - before;
        plot.destroy();
        return took;
      });
    };
    return (async () => {
      const times = [];
      for (let run = 0; run < 7; run += 1) times.push(await once());
      return times;
    })();
  }, START_MS);
  await page.close();
  return times;
}

/** A page that notes when a canvas was drawn and how long the engine takes to answer. */
async function openPage() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    globalThis.bench = { painted: [], answers: [] };
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...args) {
      Promise.resolve().then(() => globalThis.bench.painted.push(performance.now()));
      return clear.apply(this, args);
    };
    const post = Worker.prototype.postMessage;
    const known = new WeakSet();
    let asked = 0;
    Worker.prototype.postMessage = function (...args) {
      if (!known.has(this)) {
        known.add(this);
        this.addEventListener("message", () => globalThis.bench.answers.push(performance.now() - asked));
      }
      asked = performance.now();
      return post.apply(this, args);
    };
  });
  await page.goto(site.url);
  await page.locator("#boot").waitFor({ state: "detached" });
  return page;
}

async function load(page, file, samples) {
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(file);
  await page.getByText(samples).first().waitFor({ timeout: 180_000 });
  await page.waitForTimeout(1500);
}

async function first(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const { painted } = globalThis.bench;
        painted.length = 0;
        const before = performance.now();
        [...document.querySelectorAll("[role=tab], nav button")].find((tab) => /Trends/.test(tab.textContent)).click();
        const look = () => (painted.length ? resolve(painted[0] - before) : setTimeout(look, 1));
        look();
      }),
  );
}

/** Times `count` wheel or pointer events, each after the picture or answer of the one before. */
async function gesture(page, kind, count) {
  return page.evaluate(
    async ([kind, count]) => {
      const canvas = document.querySelector(".plot-canvas");
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const { painted, answers } = globalThis.bench;
      const times = [];
      for (let index = 0; index < count; index += 1) {
        const place = { clientX: left + width * (0.3 + (0.4 * ((index * 37) % 100)) / 100), clientY: top + height / 2, bubbles: true, cancelable: true };
        const seen = kind === "pointer" ? answers : painted;
        seen.length = 0;
        const before = performance.now();
        if (kind === "pointer") canvas.dispatchEvent(new PointerEvent("pointermove", place));
        else if (kind === "zoom") canvas.dispatchEvent(new WheelEvent("wheel", { ...place, deltaY: index % 20 < 10 ? -120 : 120 }));
        else canvas.dispatchEvent(new WheelEvent("wheel", { ...place, deltaX: index % 20 < 10 ? 60 : -60, deltaY: 0 }));
        for (let wait = 0; !seen.length && wait < 2000; wait += 1) await new Promise((done) => setTimeout(done, 0));
        if (seen.length) times.push(kind === "pointer" ? seen[0] : seen[0] - before);
        await new Promise((done) => setTimeout(done, 30));
      }
      return times;
    },
    [kind, count],
  );
}

const small = join(tmpdir(), "debrief-charts-small.csv");
const large = join(tmpdir(), "debrief-charts-large.csv");
await writeCsv(small, 55_550, 3);
await writeCsv(large, 1_000_000, 10);

const uplot = await uplotFirst();
const firsts = [];
for (let run = 0; run < 3; run += 1) {
  const page = await openPage();
  await load(page, small, /3 series/);
  firsts.push(await first(page));
  await page.close();
}
const page = await openPage();
await load(page, large, /10 series/);
const firstLarge = await first(page);
const zoom = await gesture(page, "zoom", 60);
const pan = await gesture(page, "pan", 60);
const crosshair = await gesture(page, "pointer", 60);
await browser.close();
await site.stop();
for (const file of [small, large]) rmSync(file);

const spread = (times) => ({ n: times.length, median_ms: round(p(times, 0.5)), p95_ms: round(p(times, 0.95)) });
console.log(
  JSON.stringify({
    first_166650: { uplot_first_ms: round(uplot[0]), uplot_best_ms: round(Math.min(...uplot)), page_first_ms: firsts.map(round) },
    ten_million: { first_ms: round(firstLarge), zoom: spread(zoom), pan: spread(pan), crosshair: spread(crosshair) },
  }),
);
