// Everybody can use it: axe finds nothing, the keyboard reaches everything, the focus is seen.
import { expect, test } from "@playwright/test";
import { centre, digested, lines, openExample, panel, PANELS, settled } from "../support/case.js";
import { axeCheck, open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

/** Opens every part that is folded at first, so that axe sees it. */
async function unfold(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
}

// Colours and texts do not bear on each other: two passes on each device meet every value of both.
for (const [colours, lang] of [["light", "en"], ["dark", "zh-CN"]]) {
  test(`axe finds nothing: ${colours}, ${lang}`, { tag: "@phone" }, async ({ page }) => {
    test.setTimeout(90_000);
    const assertClean = await watch(page);
    await page.emulateMedia({ colorScheme: colours, reducedMotion: "reduce" });
    await open(page);
    if (lang === "zh-CN") await page.getByRole("button", { name: "中文" }).click();
    await axeCheck(page);
    await page.getByRole("button", { name: text("page-example", lang) }).click();
    await expect(page.getByRole("article")).toBeVisible();
    await settled(page);
    const found = [];
    for (const name of PANELS) {
      const shown = await panel(page, name, lang);
      if (name === "logs") {
        const shownLines = page.getByRole("listbox").getByRole("option");
        await expect(shownLines.nth(2)).toContainText(/\w{4}/);
        await shownLines.nth(2).click();
      }
      if (name === "trends") await page.getByRole("button", { name: text("trends-table", lang) }).click();
      if (name === "whys") await shown.getByRole("button", { name: text("whys-accept", lang), exact: true }).first().click();
      if (name === "timeline") {
        await shown.getByRole("button", { name: text("timeline-accept", lang) }).first().click();
        await shown.getByRole("button", { name: text("timeline-edit", lang) }).first().click();
      }
      if (name === "postmortem") await expect(shown.getByRole("article")).toContainText(/\w/);
      await unfold(page);
      // One report for all panels: a fault in the first must not hide those in the others.
      await axeCheck(page).catch((error) => found.push(`${name}: ${error.matcherResult?.actual?.join("\n") ?? error.message}`));
    }
    expect(found).toEqual([]);
    assertClean();
  });
}

test("a sheet and the dialogs are accessible and close with Escape", { tag: "@phone" }, async ({ page, isMobile }) => {
  await openExample(page);
  if (isMobile) {
    for (const id of ["page-evidence", "page-document"]) {
      const button = page.getByRole("button", { name: text(id), exact: true });
      await button.click();
      await expect(button).toHaveAttribute("aria-expanded", "true");
      await expect(page.getByRole("complementary", { name: text(id) })).toBeVisible();
      await axeCheck(page);
      await page.keyboard.press("Escape");
      await expect(button).toHaveAttribute("aria-expanded", "false");
    }
  }
  await page.getByRole("button", { name: text("page-help") }).click();
  const help = page.getByRole("dialog", { name: text("page-keys") });
  await expect(help).toBeVisible();
  await axeCheck(page);
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
});

test("the tab of the panel that is shown is on the screen", { tag: "@phone" }, async ({ page }) => {
  await open(page);
  for (const key of ["9", "1", "7"]) {
    await page.keyboard.press(key);
    await expect(page.locator(`#tab-${key}`)).toBeInViewport({ ratio: 1 });
  }
});

test("nothing is wider than the screen, and dialogs are wholly on it", { tag: "@phone" }, async ({ page }) => {
  await openExample(page);
  const { width, height } = page.viewportSize();
  const screens = {};
  for (const name of PANELS) {
    await panel(page, name);
    await page.waitForTimeout(100);
    screens[name] = await page.evaluate(() => [innerWidth, innerHeight, document.scrollingElement.scrollWidth]);
  }
  await page.getByRole("button", { name: text("page-help") }).click();
  const box = await page.getByRole("dialog", { name: text("page-keys") }).boundingBox();
  // The page on a screen of its own size: a browser that must zoom out has lost the layout.
  expect.soft(screens).toEqual(Object.fromEntries(PANELS.map((name) => [name, [width, height, width]])));
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(width);
  expect(box.y + box.height).toBeLessThanOrEqual(height);
});

/** Who has the focus, and whether that can be seen: an outline, a ring or a change of border or ground. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const look = () => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(element);
      const outline = outlineStyle !== "none" && outlineWidth !== "0px";
      return { outline, rest: `${boxShadow} ${borderColor} ${backgroundColor}` };
    };
    const now = look();
    element.blur();
    const then = look();
    element.focus({ preventScroll: true, focusVisible: true });
    const box = element.getBoundingClientRect();
    globalThis.debriefSeen ??= new Map();
    const id = globalThis.debriefSeen.get(element) ?? globalThis.debriefSeen.size;
    globalThis.debriefSeen.set(element, id);
    return {
      id,
      name: `${element.tagName.toLowerCase()} “${(element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 50)}”`,
      seen: (now.outline && !then.outline) || now.rest !== then.rest,
      size: box.width * box.height,
    };
  });

for (const name of PANELS) {
  test(`the keyboard goes through ${name} and out again, and the focus is seen`, async ({ page }) => {
    await openExample(page);
    await digested(page);
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press(String(PANELS.indexOf(name) + 1));
    await expect(page.getByRole("tab", { name: text(`page-panel-${name}`) })).toHaveAttribute("aria-selected", "true");
    await page.waitForTimeout(200);
    // From the top of the page: where the focus was lies in a panel that is gone.
    await page.getByRole("link", { name: text("page-skip") }).focus();
    const stops = [];
    const unseen = [];
    for (let step = 0; step < 400; step += 1) {
      await page.keyboard.press("Tab");
      const stop = await focused(page);
      // Past the last stop the browser itself has the focus: no trap.
      if (stop === null || stops.includes(stop.id)) break;
      stops.push(stop.id);
      if (!stop.seen || stop.size < 1) unseen.push(stop.name);
    }
    const end = await page.evaluate(() => {
      const left = [...document.querySelectorAll("#panel button:not([tabindex='-1']):not(:disabled), #panel input, #panel textarea, #panel select")];
      const shown = left.filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0);
      return shown.filter((element) => !globalThis.debriefSeen.has(element)).map((element) => element.outerHTML.slice(0, 120));
    });
    expect(end, "not reached by Tab").toEqual([]);
    expect(unseen, "focus that cannot be seen").toEqual([]);
    expect(stops.length).toBeGreaterThan(10);
  });
}

test("the whole page can be worked without a pointer", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: text("page-skip") })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: text("page-example") }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article")).toBeVisible();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: text("page-keys") })).toBeVisible();
  await page.keyboard.press("Escape");

  // Logs: search, select, cite.
  await page.keyboard.press("4");
  await page.keyboard.press("/");
  await expect(page.getByLabel(text("logs-search"))).toBeFocused();
  await page.keyboard.type("newosproc");
  await page.keyboard.press("Enter");
  await expect(lines(page).and(page.getByRole("option", { selected: true }))).toContainText("newosproc");
  await page.getByRole("listbox", { name: text("logs-lines") }).focus();
  await page.keyboard.press("c");
  await expect(page.getByText(pattern("document-cited")).first()).toBeVisible();

  // Timeline: the cited line is an event; proposals are accepted by key.
  await page.getByRole("tab", { selected: true }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: text("page-panel-timeline") })).toBeFocused();
  const rows = centre(page).getByRole("listitem");
  await expect(centre(page).getByRole("listitem", { name: /^2023.*newosproc/ })).toBeVisible();
  const proposals = centre(page).getByRole("listitem", { name: /^Proposed/ });
  const n = await proposals.count();
  await proposals.first().focus();
  await page.keyboard.press("a");
  await expect(proposals).toHaveCount(n - 1);
  await expect(rows.first()).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(proposals).toHaveCount(n);
});
