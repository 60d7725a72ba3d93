// Metrics: how a table was read can be seen and changed, and a chart leaves on its own.
import { expect, test } from "@playwright/test";
import { centre, downloaded, evidenceItem, openedItem, openExample, panel, saved, settled } from "../support/case.js";
import { closeSheet, openRedaction, pressIn } from "../support/desk.js";
import { open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

let assertClean;
test.beforeEach(async ({ page }) => {
  assertClean = await watch(page);
});
test.afterEach(() => assertClean());

/** A table whose dates can be read both ways: the fourth of July, or the seventh of April. */
const TABLE = "Date;Time;container_threads\n04/07/2023;22:00:00;41,5\n04/07/2023;22:00:15;42,5\n04/07/2023;22:00:30;43,5\n";

async function addTable(page, table = TABLE, day = "2023-07-04") {
  await page.locator("input[type=file]:not([webkitdirectory])").first().setInputFiles({ name: "table.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await expect(evidenceItem(page, "table.csv")).toContainText(day);
  await settled(page);
}

/** Two charts over one hour: threads in steps of a minute, and twice as many of something else. */
const TWO = `Time,container_threads,queue_length\n${Array.from({ length: 60 }, (_, minute) => `${1_690_120_800_000 + minute * 60_000},${100 + minute},${2000 + minute}\n`).join("")}`;

/** The charts, by their place. */
const plot = (page, index) => centre(page).locator(".plot").nth(index);

/** Points at a place of a chart, as a share of its width. */
async function point(page, index, share) {
  const box = await plot(page, index).boundingBox();
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
}

/** What the crosshair of a chart says: the time of day, and its first value. */
const said = async (page, index) => {
  const words = await plot(page, index).locator(".values").innerText();
  return { time: words.match(/\d\d:\d\d:\d\d/)[0], value: Number(words.match(/([\d,]+)\s*$/)[1].replace(",", "")) };
};

/** Minutes since midnight. */
const minutes = (time) => time.split(":").slice(0, 2).reduce((sum, part) => sum * 60 + Number(part), 0);

/** What the first chart can be saved as. */
const files = (page) => centre(page).getByRole("group", { name: text("trends-save"), exact: true }).first();

test("what was guessed of a table is shown with what it means, can be set otherwise, and is remembered", async ({ page }) => {
  await open(page);
  await addTable(page);
  const item = await openedItem(page, "table.csv");
  await item.getByRole("button", { name: text("evidence-correct") }).click();
  const order = item.getByLabel(text("evidence-guess-date-order"));
  await expect(order.locator("option").first()).toHaveText(/dd\/mm · 04\/07\/2023 → 2023-07-04/);
  await expect(item.getByLabel(text("evidence-guess-delimiter")).locator("option").first()).toContainText("; · 04/07/2023 | 22:00:00 | 41,5");
  await expect(item.getByLabel(text("evidence-guess-decimal-mark")).locator("option").first()).toContainText("41,5 → 41.5");
  await expect(item.getByLabel(text("evidence-guess-time-column")).locator("option").first()).toContainText("Date + Time · 04/07/2023 22:00:00");
  await order.focus();
  await order.selectOption("mm/dd");
  await expect(item).toContainText("2023-04-07");
  await expect(order).toHaveValue("mm/dd");
  await expect(order).toBeFocused();
  await saved(page);
  await page.reload();
  await expect(evidenceItem(page, "table.csv")).toContainText("2023-04-07");
  const again = await openedItem(page, "table.csv");
  await again.getByRole("button", { name: text("evidence-correct") }).click();
  await expect(again.getByLabel(text("evidence-guess-date-order"))).toHaveValue("mm/dd");
  await again.getByLabel(text("evidence-guess-date-order")).selectOption("");
  await expect(again).toContainText("2023-07-04");
});

test("a delimiter that nothing can be read with is taken back, by itself or with the format", async ({ page }) => {
  await open(page);
  await addTable(page, "Time,a,b\n1690120800000,41,1\n1690120815000,42,1\n", "2023-07-23");
  const item = await openedItem(page, "table.csv");
  await item.getByRole("button", { name: text("evidence-correct") }).click();
  const delimiter = item.getByLabel(text("evidence-guess-delimiter"));
  await delimiter.selectOption(";");
  await expect(item).not.toContainText("2023-07-23");
  await expect(delimiter).toHaveValue(";");
  await expect(item.getByLabel(text("evidence-guess-time-column"))).toHaveCount(0);
  await delimiter.selectOption("");
  await expect(item).toContainText("2023-07-23");
  await expect(delimiter).toHaveValue("");
  // After a reload there is nothing to undo; the field is there, and the format as detected takes all of it back.
  await delimiter.selectOption(";");
  await expect(item).not.toContainText("2023-07-23");
  await settled(page);
  await saved(page);
  await page.reload();
  const again = await openedItem(page, "table.csv");
  await again.getByRole("button", { name: text("evidence-correct") }).click();
  await expect(again.getByLabel(text("evidence-guess-delimiter"))).toHaveValue(";");
  const format = again.getByLabel(text("evidence-correct-format"));
  await format.selectOption("csv-table");
  await format.selectOption("");
  await expect(again).toContainText("2023-07-23");
  await expect(again.getByLabel(text("evidence-guess-delimiter"))).toHaveValue("");
});

test("a chart leaves on its own as drawing, picture and table, as it stands", async ({ page }) => {
  await openExample(page);
  await panel(page, "trends");
  const svg = await downloaded(page, () => files(page).getByRole("button", { name: "SVG" }).click());
  expect(svg.name).toBe("threads.svg");
  expect(svg.text).toMatch(/^(<\?xml[^>]*>\s*)?<svg /);
  expect(svg.text).toContain("order-sync");
  const png = await downloaded(page, () => files(page).getByRole("button", { name: "PNG" }).click());
  expect([png.name, png.bytes.subarray(1, 4).toString()]).toEqual(["threads.png", "PNG"]);
  const csv = await downloaded(page, () => files(page).getByRole("button", { name: "CSV" }).click());
  expect(csv.name).toBe("threads.csv");
  const [head, first] = csv.text.replace("\ufeff", "").split("\r\n");
  expect(head).toMatch(/^time,".*order-sync.*kernel\.pid_max/);
  expect(first).toMatch(/^2023-07-23T\d\d:\d\d:\d\dZ,\d+/);
  // What is hidden does not leave.
  await centre(page).locator(".legend-name").filter({ hasText: "order-sync" }).first().click();
  await expect(centre(page).locator(".legend-entry.off").first()).toBeVisible();
  const without = await downloaded(page, () => files(page).getByRole("button", { name: "CSV" }).click());
  expect(without.text.split("\r\n")[0]).not.toContain("order-sync");
});

test("a chart that leaves has the replacements of the document", async ({ page }) => {
  await open(page);
  await addTable(page, "Time,10.0.0.5:9100,b\n1690120800000,41,1\n1690120815000,42,1\n", "2023-07-23");
  const svgOf = async () => {
    await panel(page, "trends");
    return downloaded(page, () => files(page).getByRole("button", { name: "SVG" }).click());
  };
  expect((await svgOf()).text).toContain("10.0.0.5");
  const dialog = await openRedaction(page);
  await dialog.getByRole("checkbox", { name: new RegExp(`^${text("redact-class-ip")}`) }).check();
  await pressIn(dialog, "sheet-back");
  await closeSheet(page);
  expect((await svgOf()).text).not.toContain("10.0.0.5");
});

test("the crosshair reads what is there without the engine, and all charts show its time", async ({ page }) => {
  await open(page);
  await addTable(page, TWO, "2023-07-23");
  await panel(page, "trends");
  await expect(plot(page, 1)).toBeVisible();
  // From here on the engine hears nothing.
  await page.evaluate(() => (Worker.prototype.postMessage = () => {}));
  const first = [];
  for (const share of [0.3, 0.5, 0.7]) {
    await point(page, 0, share);
    await expect(plot(page, 0).locator(".values")).toBeVisible();
    first.push(await said(page, 0));
    // The other chart shows the same instant, at the same place: both have one time axis.
    const [own, other] = [plot(page, 0).locator(".crosshair"), plot(page, 1).locator(".crosshair.shared")];
    await expect(other).toHaveCount(1);
    expect(await other.evaluate((line) => line.style.left)).toBe(await own.evaluate((line) => line.style.left));
  }
  const start = minutes(first[0].time) - (first[0].value - 100);
  for (const { time, value } of first) expect(value - 100).toBe(minutes(time) - start);
  expect(first[1].value).toBeGreaterThan(first[0].value + 5);
  expect(first[2].value).toBeGreaterThan(first[1].value + 5);
  await point(page, 1, 0.5);
  await expect(plot(page, 1).locator(".values")).toBeVisible();
  expect((await said(page, 1)).value - 2000).toBe(minutes((await said(page, 1)).time) - start);
  await expect(plot(page, 0).locator(".crosshair.shared")).toHaveCount(1);
  await page.mouse.move(2, 2);
  await expect(centre(page).locator(".crosshair")).toHaveCount(0);
});

test("a chart moves at once and is drawn anew in the same place", async ({ page }) => {
  // Its highest value is the same in every window, and with it the axis.
  const row = (minute) => `${1_690_120_800_000 + minute * 60_000},${100 + (minute % 7) * 10}\n`;
  await open(page);
  await addTable(page, `Time,container_threads\n${Array.from({ length: 240 }, (_, minute) => row(minute)).join("")}`, "2023-07-23");
  await panel(page, "trends");
  const chart = plot(page, 0).locator("canvas");
  const at = (deltaX, deltaY) =>
    chart.evaluate((canvas, [deltaX, deltaY]) => {
      const { left, top, width } = canvas.getBoundingClientRect();
      canvas.dispatchEvent(new WheelEvent("wheel", { clientX: left + width / 2, clientY: top + 100, deltaX, deltaY, cancelable: true, bubbles: true }));
    }, [deltaX, deltaY]);
  const look = () => chart.evaluate((canvas) => canvas.toDataURL());
  for (let step = 0; step < 3; step += 1) await at(0, -300);
  await page.waitForTimeout(500);
  const before = await look();
  // The engine does not answer: what is seen is the picture before, in another place.
  await page.evaluate(() => {
    globalThis.post = Worker.prototype.postMessage;
    globalThis.kept = [];
    Worker.prototype.postMessage = function (...args) {
      globalThis.kept.push(() => globalThis.post.apply(this, args));
    };
  });
  await at(40, 0);
  await expect.poll(look).not.toBe(before);
  await point(page, 0, 0.5);
  const moved = await said(page, 0);
  await page.mouse.move(2, 2);
  const lines = () =>
    chart.evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(canvas.width * 0.1, canvas.height * 0.2, canvas.width * 0.87, canvas.height * 0.6);
      return [...data.filter((_, index) => index % 4 === 0)];
    });
  const [then, picture] = [await lines(), await look()];
  await page.evaluate(() => {
    Worker.prototype.postMessage = globalThis.post;
    globalThis.kept.forEach((send) => send());
  });
  await expect.poll(look).not.toBe(picture);
  await page.waitForTimeout(300);
  const now = await lines();
  // Of what is drawn on, at either time: the ground is the same anyway.
  const [ground] = now;
  const drawn = now.map((red, index) => [red, then[index]]).filter((reds) => reds.some((red) => Math.abs(red - ground) > 48));
  expect(drawn.length).toBeGreaterThan(500);
  const same = drawn.filter(([red, before]) => Math.abs(red - before) < 64).length / drawn.length;
  expect(same, "nothing jumps when the drawing comes").toBeGreaterThan(0.85);
  await point(page, 0, 0.5);
  expect(await said(page, 0)).toEqual(moved);
});

test("a brush on one chart is the window of all, and of the other panels", async ({ page }) => {
  await open(page);
  await addTable(page, TWO, "2023-07-23");
  await panel(page, "trends");
  await expect(plot(page, 1)).toBeVisible();
  const ends = async (index) => {
    const times = [];
    for (const share of [0.1, 0.97]) {
      await point(page, index, share);
      times.push(minutes((await said(page, index)).time));
    }
    return times;
  };
  const whole = await ends(0);
  await point(page, 0, 0.4);
  await page.mouse.down();
  await point(page, 0, 0.6);
  await expect(plot(page, 0).locator(".brush")).toBeVisible();
  await page.mouse.up();
  await expect(plot(page, 0).locator(".brush")).toHaveCount(0);
  await expect.poll(async () => (await ends(1))[0]).toBeGreaterThan(whole[0] + 10);
  const [first, second] = [await ends(0), await ends(1)];
  expect(second).toEqual(first);
  expect(first[1]).toBeLessThan(whole[1] - 10);
  // Whoever goes away and comes back finds it again.
  await panel(page, "timeline");
  await panel(page, "trends");
  await expect(plot(page, 1)).toBeVisible();
  expect(await ends(0)).toEqual(first);
  // Home and End go to the ends of all series, with a window as wide as it was.
  const width = first[1] - first[0];
  for (const [key, end] of [["End", 1], ["Home", 0]]) {
    await plot(page, 0).locator("canvas").press(key);
    await expect.poll(async () => Math.abs((await ends(0))[end] - whole[end])).toBeLessThan(6);
    const now = await ends(0);
    expect(Math.abs(now[1] - now[0] - width)).toBeLessThan(2);
  }
  await centre(page).getByRole("button", { name: text("trends-whole"), exact: true }).click();
  await expect.poll(async () => (await ends(0))[0]).toBe(whole[0]);
});

/** A ratio of errors over two hours, with twenty bad minutes. */
const STEPS = `Time,error_ratio\n${Array.from({ length: 120 }, (_, minute) => `${1_690_120_800_000 + minute * 60_000},${(minute >= 40 && minute < 60 ? 0.04 : 0.0012) + 0.00002 * ((minute * 7) % 5)}\n`).join("")}`;

test("a lasting change of level is told, shown, and put on the timeline with its samples", async ({ page }) => {
  await open(page);
  await addTable(page, STEPS, "2023-07-23");
  await panel(page, "trends");
  const changes = centre(page).locator(".level-changes li");
  await expect(changes).toHaveCount(2);
  await expect(changes.first()).toContainText(pattern("event-level-rise"));
  await changes.first().getByTitle(text("trends-level-show")).click();
  await expect(page.getByRole("button", { name: text("trends-whole"), exact: true })).toBeEnabled();
  await changes.first().getByRole("button", { name: text("trends-level-add") }).click();
  await expect(changes.first().getByRole("button", { name: text("trends-level-added") })).toBeDisabled();
  await expect(changes.last().getByRole("button", { name: text("trends-level-add") })).toBeEnabled();
  await panel(page, "timeline");
  const event = centre(page).locator(".event:not(.event-proposed)");
  await expect(event).toHaveCount(1);
  await expect(event).toContainText(pattern("event-level-rise"));
  await saved(page);
  await page.reload();
  await panel(page, "trends");
  await expect(changes.first().getByRole("button", { name: text("trends-level-added") })).toBeDisabled();
});
