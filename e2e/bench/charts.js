// Charts in Chromium beside uPlot, in the same run: `node bench/charts.js [SAMPLES]` prints JSON objects, one per table.
//
// A table of 166,650 points, the size of uPlot's own benchmark, then three of SAMPLES (ten million) samples, sixty series of counts, twenty
// of six decimals and one, go through the page and through uPlot (of sixty series the eight that the page draws as well). A time runs from the event to the last operation on a canvas: for the page that is pointer, question to the
// worker, answer and replay; uPlot draws on the main thread from arrays that are there already. Memory is the renderer's highest resident
// set beyond what the empty page has. The site must be built (`cargo xtask build`).
import { createWriteStream, readFileSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { chromiumFlags, chromiumPath } from "../support/chromium.js";
import { startSite } from "../support/site.js";

const samples = Number(process.argv[2] ?? 10_000_000);
const FRAMES = 100;

/** A table as Grafana writes it: steady counts with noise and one that leaks towards the end. */
async function writeTable(columns, rows, decimals) {
  const path = join(tmpdir(), `debrief-charts-${columns}-${rows}.csv`);
  const out = createWriteStream(path);
  const names = Array.from({ length: columns }, (_, index) => `"{__name__=""container_threads"", container=""app-${index}""}"`);
  let block = `Time,${names.join(",")}\n`;
  let state = 1;
  for (let row = 0; row < rows; row += 1) {
    let line = String((1_690_000_000 + row * 15) * 1000);
    for (let column = 0; column < columns; column += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const leak = column ? 0 : Math.floor((Math.max(0, row * 10 - rows * 9) * 40_000) / rows);
      line += `,${300 + column * 7 + (state >>> 28) + leak}`;
      if (decimals) line += `.${String(state % 1_000_000).padStart(6, "0")}`;
    }
    block += `${line}\n`;
    if (block.length > 1 << 20) {
      if (!out.write(block)) await once(out, "drain");
      block = "";
    }
  }
  out.end(block);
  await once(out, "finish");
  return path;
}

/** In the page: when a canvas was last drawn on. */
function watchCanvases() {
  globalThis.drawnAt = 0;
  const proto = CanvasRenderingContext2D.prototype;
  for (const name of ["stroke", "fillText", "fillRect", "clearRect", "fill"]) {
    const own = proto[name];
    proto[name] = function (...args) {
      const result = own.apply(this, args);
      globalThis.drawnAt = performance.now();
      return result;
    };
  }
  /** Milliseconds from an act to the last operation of the drawing that it leads to. */
  globalThis.drawn = async (act, quiet = 2, patience = 30_000) => {
    const from = performance.now();
    act();
    while (globalThis.drawnAt < from && performance.now() - from < patience) await new Promise((done) => setTimeout(done));
    let seen;
    do {
      seen = globalThis.drawnAt;
      await new Promise((done) => setTimeout(done, quiet));
    } while (seen !== globalThis.drawnAt);
    return seen - from;
  };
}

const p = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];
const told = (times) => ({ p50_ms: +p(times, 0.5).toFixed(2), p95_ms: +p(times, 0.95).toFixed(2) });

const site = await startSite("/", "dist");
const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
const cdp = await browser.newBrowserCDPSession();

async function rendererPeak() {
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter((process) => process.type === "renderer");
  const peak = ({ id }) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) * 1024;
  return Math.max(...renderers.map(peak));
}

/** The page with a table: what reading, drawing, panning and pointing take. */
async function page(columns, rows, decimals) {
  const file = await writeTable(columns, rows, decimals);
  const { size } = statSync(file);
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watchCanvases);
  await page.goto(site.url);
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  await page.waitForTimeout(1500);
  const before = await rendererPeak();
  const started = performance.now();
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(file);
  await page.getByText(new RegExp(`${(columns * rows).toLocaleString("en")} samples`)).first().waitFor({ timeout: 180_000, state: "attached" });
  const read_s = (performance.now() - started) / 1000;
  await page.getByRole("banner").getByRole("progressbar").waitFor({ state: "detached", timeout: 180_000 });
  // What was looked for in vain is said when the analysis is there.
  await page.locator("[role=tabpanel] .block").first().waitFor({ timeout: 180_000 });
  const ready_s = (performance.now() - started) / 1000;
  const first_ms = await page.evaluate(() => globalThis.drawn(() => document.querySelector("#tab-trends, [role=tab]:nth-child(2)").click()));
  const canvas = page.locator(".plot-canvas").first();
  await canvas.waitFor();
  const measured = await canvas.evaluate(async (canvas, frames) => {
    const box = canvas.getBoundingClientRect();
    const at = (share) => ({ clientX: box.left + box.width * share, clientY: box.top + box.height / 2, bubbles: true, cancelable: true });
    const times = { zoom: [], pan: [], crosshair: [] };
    const wheel = (deltaX, deltaY) => globalThis.drawn(() => canvas.dispatchEvent(new WheelEvent("wheel", { ...at(0.6), deltaX, deltaY })));
    for (let index = 0; index < 12; index += 1) times.zoom.push(await wheel(0, -200));
    for (let index = 0; index < 12; index += 1) times.zoom.push(await wheel(0, 200));
    await wheel(0, -400);
    for (let index = 0; index < frames; index += 1) times.pan.push(await wheel(index % 20 < 10 ? 12 : -12, 0));
    const values = () => document.querySelector(".values-when")?.textContent;
    for (let index = 0; index < frames; index += 1) {
      const from = performance.now();
      const told = values();
      canvas.dispatchEvent(new PointerEvent("pointermove", { ...at(0.1 + (0.8 * index) / frames), pointerType: "mouse" }));
      while (values() === told && performance.now() - from < 1000) await new Promise((done) => setTimeout(done));
      times.crosshair.push(performance.now() - from);
      await new Promise((done) => setTimeout(done, 20));
    }
    return times;
  }, FRAMES);
  const peak = await rendererPeak();
  await context.close();
  rmSync(file);
  return {
    table: `${columns} × ${rows}`,
    bytes: size,
    read_s: +read_s.toFixed(2),
    read_mb_per_s: Math.round(size / 1e6 / read_s),
    ready_s: +ready_s.toFixed(2),
    first_draw_ms: +first_ms.toFixed(1),
    zoom: told(measured.zoom),
    pan: told(measured.pan),
    crosshair: told(measured.crosshair),
    renderer_grew_mb: Math.round((peak - before) / 1e6),
  };
}

/** The same in uPlot: arrays of numbers, one chart of the same size. */
async function uplot(columns, rows) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watchCanvases);
  await page.goto("about:blank");
  await page.addScriptTag({ path: new URL("../node_modules/uplot/dist/uPlot.iife.min.js", import.meta.url).pathname });
  await page.addStyleTag({ path: new URL("../node_modules/uplot/dist/uPlot.min.css", import.meta.url).pathname });
  const measured = await page.evaluate(
    async ({ columns, rows, frames }) => {
      const data = [Float64Array.from({ length: rows }, (_, row) => 1_690_000_000 + row * 15)];
      for (let column = 0; column < columns; column += 1) {
        data.push(Float64Array.from({ length: rows }, (_, row) => 300 + column * 7 + ((Math.imul(row + column, 1_103_515_245) >>> 28) & 15)));
      }
      const series = [{}, ...Array.from({ length: columns }, (_, index) => ({ label: `app-${index}`, stroke: `hsl(${index * 47} 60% 45%)` }))];
      const host = document.body.appendChild(document.createElement("div"));
      const times = { zoom: [], pan: [], crosshair: [] };
      let chart;
      const first = await globalThis.drawn(() => (chart = new uPlot({ width: 1000, height: 320, series }, data, host)));
      const whole = [data[0][0], data[0][rows - 1]];
      const show = (min, max) => globalThis.drawn(() => chart.setScale("x", { min, max }));
      const length = whole[1] - whole[0];
      for (let index = 1; index <= 24; index += 1) {
        const share = index <= 12 ? 0.67 ** index : 0.67 ** (24 - index);
        times.zoom.push(await show(whole[0] + 0.6 * length * (1 - share), whole[0] + 0.6 * length * (1 - share) + share * length));
      }
      for (let index = 0; index < frames; index += 1) {
        const from = whole[0] + length * (0.2 + 0.005 * (index % 20));
        times.pan.push(await show(from, from + 0.45 * length));
      }
      for (let index = 0; index < frames; index += 1) {
        const from = performance.now();
        chart.setCursor({ left: 50 + (800 * index) / frames, top: 100 });
        await Promise.resolve();
        times.crosshair.push(performance.now() - from);
        await new Promise((done) => setTimeout(done, 5));
      }
      return { first, ...times };
    },
    { columns, rows, frames: FRAMES },
  );
  await context.close();
  return {
    uplot: `${columns} × ${rows}`,
    first_draw_ms: +measured.first.toFixed(1),
    zoom: told(measured.zoom),
    pan: told(measured.pan),
    crosshair: told(measured.crosshair),
  };
}

try {
  for (const [columns, rows, decimals] of [[3, 55_550], [60, Math.floor(samples / 60)], [20, Math.floor(samples / 20), true], [1, samples]]) {
    console.log(JSON.stringify(await page(columns, rows, decimals)));
    console.log(JSON.stringify(await uplot(Math.min(columns, 8), rows)));
  }
} finally {
  await browser.close();
  await site.stop();
}
