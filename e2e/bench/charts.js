// Charts in Chromium beside uPlot, in the same run: `node bench/charts.js [SAMPLES]` prints JSON objects, one per table.
//
// A table of 166,650 points, the size of uPlot's own benchmark, then three of SAMPLES (ten million) samples, sixty series of counts, twenty
// of six decimals and one, go through the page and through uPlot (of sixty series the eight that the page draws as well). Memory is the
// renderer's highest resident set beyond what the empty page has. The site must be built (`cargo xtask build`; DIST names another folder).
//
// What is timed. A picture is all that is drawn on a canvas of the document within one task. First draw: the panel is opened half a second
// after the analysis is there, as fast as a hand finds the tab. Pan and zoom: sixty events a second, whatever the page is doing; a time runs
// from the instant an event was due to the last operation of the first picture afterwards. On the page that is the last drawing in its new
// place: `moved` compares it, pixel by pixel, with the drawing that the engine then makes of that window. `exact` runs to the last operation
// of that drawing, one event at a time. uPlot draws from arrays that are there already, one event at a time. Concluding: from when the page
// says so until it no longer does, and the longest that its bar stood. Crosshair: from the pointer's event to the last change of what is
// said there, laid out; that it is right is looked up in the table.
import { createWriteStream, readFileSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { chromiumFlags, chromiumPath } from "../support/chromium.js";
import { whenChosen, whenPage } from "../support/measure.js";
import { startSite } from "../support/site.js";

const samples = Number(process.argv[2] ?? 10_000_000);
const FRAMES = 100;

/** A table as Grafana writes it: steady counts with noise and one that leaks towards the end. */
async function writeTable(columns, rows, decimals) {
  const path = join(tmpdir(), `debrief-charts-${columns}-${rows}.csv`);
  const out = createWriteStream(path);
  // What the crosshair must say.
  const values = new Float64Array(columns * rows);
  const names = Array.from({ length: columns }, (_, index) => `"{__name__=""container_threads"", container=""app-${index}""}"`);
  let block = `Time,${names.join(",")}\n`;
  let state = 1;
  for (let row = 0; row < rows; row += 1) {
    let line = String((1_690_000_000 + row * 15) * 1000);
    for (let column = 0; column < columns; column += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const leak = column ? 0 : Math.floor((Math.max(0, row * 10 - rows * 9) * 40_000) / rows);
      let value = String(300 + column * 7 + (state >>> 28) + leak);
      if (decimals) value += `.${String(state % 1_000_000).padStart(6, "0")}`;
      values[row * columns + column] = Number(value);
      line += `,${value}`;
    }
    block += `${line}\n`;
    if (block.length > 1 << 20) {
      if (!out.write(block)) await once(out, "drain");
      block = "";
    }
  }
  out.end(block);
  await once(out, "finish");
  return { path, values };
}

/** In the page: when canvases were drawn on, and how much. */
function watchCanvases() {
  globalThis.drawnAt = 0;
  /** Pictures: when the last operation of each ended, and which other canvas was put into it. */
  globalThis.pictures = [];
  const { port1, port2 } = new MessageChannel();
  let picture;
  let waiting = [];
  /** Something was drawn or said: whoever waits for it looks. */
  const tell = () => {
    const told = waiting;
    waiting = [];
    told.forEach((look) => look());
  };
  port1.onmessage = () => {
    picture = undefined;
    tell();
  };
  const proto = CanvasRenderingContext2D.prototype;
  for (const name of ["stroke", "fillText", "fillRect", "clearRect", "fill", "drawImage"]) {
    const own = proto[name];
    proto[name] = function (...args) {
      const result = own.apply(this, args);
      globalThis.drawnAt = performance.now();
      if (this.canvas.isConnected) {
        if (!picture) {
          globalThis.pictures.push((picture = {}));
          port2.postMessage(0);
        }
        picture.end = globalThis.drawnAt;
        if (name === "drawImage") [picture.layer] = args;
      }
      return result;
    };
  }
  globalThis.tell = tell;
  /** Waits for something that is drawn or said. */
  globalThis.until = async (holds, patience = 5_000) => {
    for (const from = performance.now(); !holds() && performance.now() - from < patience; ) {
      await new Promise((done) => {
        waiting.push(done);
        setTimeout(done, patience);
      });
    }
  };
  /** Acts at sixty events a second, or as fast as the page takes them: from when each was due to the end of the first picture afterwards. */
  globalThis.stream = async (acts) => {
    const times = [];
    const start = performance.now();
    let frame = 0;
    for (const act of acts) {
      // A browser merges what comes while the page is busy: the next event is due at the next frame.
      frame = Math.max(frame + 1, Math.ceil(((performance.now() - start) * 60) / 1000));
      const due = start + (frame * 1000) / 60;
      await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now() - 1)));
      while (performance.now() < due);
      const { length } = globalThis.pictures;
      // What was drawn before in this task is none of what follows.
      picture = undefined;
      act();
      await globalThis.until(() => globalThis.pictures.length > length);
      times.push((globalThis.pictures[length]?.end ?? Infinity) - due);
    }
    return times;
  };
  /** Acts once: to the end of the drawing that the engine makes of it. */
  globalThis.exact = async (act) => {
    // Longer than the page waits for a hand to rest: what was asked for before is there.
    await new Promise((done) => setTimeout(done, 200));
    const { length } = globalThis.pictures;
    const before = globalThis.pictures.at(-1)?.layer;
    const from = performance.now();
    picture = undefined;
    act();
    // Every drawing has a canvas of its own for what moves.
    const drawn = () => globalThis.pictures.slice(length).find(({ layer }) => layer && layer !== before);
    await globalThis.until(drawn);
    return (drawn()?.end ?? Infinity) - from;
  };
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

/** In the page: how the bar moves while conclusions are drawn. */
function watchConcluding() {
  globalThis.concluding = [];
  let before;
  setInterval(() => {
    const bar = document.querySelector(".reading progress");
    const now = bar && bar.getAttribute("aria-label") !== "Reading" ? bar.value : undefined;
    if (now !== before || now === undefined) {
      if (now !== undefined || before !== undefined) globalThis.concluding.push(performance.now());
      before = now;
    }
  }, 10);
}

const p = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];
const told = (times) => ({ p50_ms: +p(times, 0.5).toFixed(2), p95_ms: +p(times, 0.95).toFixed(2), most_ms: +Math.max(...times).toFixed(2) });

const site = await startSite("/", process.env.DIST ?? "dist");
const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
const cdp = await browser.newBrowserCDPSession();

async function rendererPeak() {
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter((process) => process.type === "renderer");
  const peak = ({ id }) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) * 1024;
  return Math.max(...renderers.map(peak));
}

/** Whether the crosshair said what the table holds at the instant it named, for every series of its own that it named. */
function checkSaid(said, values, columns) {
  for (const { when, words } of said) {
    const [, day, time] = when.match(/(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/);
    const row = (Date.parse(`${day}T${time}Z`) / 1000 - 1_690_000_000) / 15;
    let known = 0;
    for (let index = 0; index < words.length; index += 2) {
      const column = words[index].match(/^app-(\d+)/)?.[1];
      if (column === undefined) continue;
      known += 1;
      const value = Number(words[index + 1].replaceAll(",", ""));
      const real = values[row * columns + Number(column)];
      if (!(Math.abs(value - real) <= 0.01 + Math.abs(real) * 0.001)) throw new Error(`app-${column} at ${when}: ${value}, not ${real}`);
    }
    if (known === 0) throw new Error(`nothing said at ${when}: ${words}`);
  }
  if (new Set(said.map(({ when }) => when)).size < said.length / 2) throw new Error("the crosshair does not follow the pointer");
}

/** The page with a table: what reading, drawing, panning and pointing take. */
async function page(columns, rows, decimals) {
  const { path: file, values } = await writeTable(columns, rows, decimals);
  const { size } = statSync(file);
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watchCanvases);
  await page.addInitScript(watchConcluding);
  await page.goto(site.url);
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  await page.waitForTimeout(1500);
  const before = await rendererPeak();
  const choice = await whenChosen(page);
  const read = whenPage(page, (found) => document.querySelector(".evidence-more > summary")?.textContent.includes(found), `${(columns * rows).toLocaleString("en")} samples`);
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles(file);
  const read_s = (await read) - (await choice());
  // What was looked for in vain is said when the analysis is there.
  const ready_s = (await whenPage(page, () => !document.querySelector("header progress") && document.querySelector("[role=tabpanel] .block"))) - (await choice());
  const moved = await page.evaluate(() => globalThis.concluding);
  const stands = moved.slice(1).map((at, index) => at - moved[index]);
  await page.waitForTimeout(500);
  const first_ms = await page.evaluate(() => globalThis.drawn(() => document.querySelector("#tab-trends, [role=tab]:nth-child(2)").click()));
  const canvas = page.locator(".plot-canvas").first();
  await canvas.waitFor();
  const measured = await canvas.evaluate(async (canvas, frames) => {
    const box = canvas.getBoundingClientRect();
    const at = (share) => ({ clientX: Math.round(box.left + box.width * share), clientY: box.top + box.height / 2, bubbles: true, cancelable: true });
    const wheel = (deltaX, deltaY) => () => canvas.dispatchEvent(new WheelEvent("wheel", { ...at(0.6), deltaX, deltaY }));
    const repeat = (n, act) => Array.from({ length: n }, (_, index) => act(index));
    const measured = {};
    // In and out again, four times.
    measured.zoom = await globalThis.stream(repeat(96, (index) => wheel(0, index % 24 < 12 ? -200 : 200)));
    await globalThis.exact(wheel(0, -400));
    const steps = repeat(frames, (index) => wheel(index % 20 < 10 ? 12 : -12, 0));
    measured.pan = await globalThis.stream(steps);
    measured.exact = [];
    for (const step of steps.slice(0, 40)) measured.exact.push(await globalThis.exact(step));
    // The picture that was moved beside the one that is drawn anew, without what stands still until then: pixels of lines.
    const pixels = () => canvas.getContext("2d").getImageData(canvas.width * 0.1, canvas.height * 0.3, canvas.width * 0.8, canvas.height * 0.5).data;
    measured.same = [];
    for (const step of steps.slice(0, 10)) {
      await new Promise((done) => setTimeout(done, 100));
      const { length } = globalThis.pictures;
      step();
      await globalThis.until(() => globalThis.pictures.length > length);
      const moved = pixels();
      await globalThis.until(() => globalThis.pictures.length > length + 1, 300);
      const drawn = pixels();
      let same = 0;
      for (let index = 0; index < drawn.length; index += 4) same += Math.abs(moved[index] - drawn[index]) < 48 ? 1 : 0;
      measured.same.push(same / (drawn.length / 4));
    }
    measured.crosshair = [];
    measured.said = [];
    const plot = canvas.parentElement;
    let changed = 0;
    new MutationObserver(() => {
      plot.querySelector(".values")?.getBoundingClientRect();
      changed = performance.now();
      setTimeout(globalThis.tell);
    }).observe(plot, { subtree: true, childList: true, characterData: true, attributes: true });
    for (let index = 0; index < frames; index += 1) {
      await new Promise((done) => setTimeout(done, 20));
      const share = 0.1 + (0.8 * index) / frames;
      const from = performance.now();
      canvas.dispatchEvent(new PointerEvent("pointermove", { ...at(share), pointerType: "mouse" }));
      await globalThis.until(() => changed > from, 1000);
      measured.crosshair.push(changed > from ? changed - from : Infinity);
      const words = [...plot.querySelectorAll(".value-label, .values .number")].map((word) => word.textContent);
      measured.said.push({ when: plot.querySelector(".values-when")?.textContent, words });
    }
    return measured;
  }, FRAMES);
  checkSaid(measured.said, values, columns);
  const peak = await rendererPeak();
  await context.close();
  rmSync(file);
  return {
    table: `${columns} × ${rows}`,
    bytes: size,
    read_s: +read_s.toFixed(2),
    read_mb_per_s: Math.round(size / 1e6 / read_s),
    ready_s: +ready_s.toFixed(2),
    concluding_s: +(((moved.at(-1) ?? 0) - (moved[0] ?? 0)) / 1000).toFixed(2),
    longest_step_s: +(Math.max(0, ...stands) / 1000).toFixed(2),
    first_draw_ms: +first_ms.toFixed(1),
    zoom: told(measured.zoom),
    pan: told(measured.pan),
    exact: told(measured.exact),
    moved_pixels_same: +p(measured.same, 0.5).toFixed(4),
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
      for (let index = 0; index < 96; index += 1) {
        const step = (index % 24) + 1;
        const share = step <= 12 ? 0.67 ** step : 0.67 ** (24 - step);
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
        host.getBoundingClientRect();
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
