// Stack dumps: the verdict first, who waits for whom, every row leads to its lines.
import { expect, test } from "@playwright/test";
import { EXAMPLE, lines, panel } from "../support/case.js";
import { axeCheck, dropFiles, open, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

const DUMP = new URL("../../tests/fixtures/formats/go-goroutine/sigquit-go1.24.txt", import.meta.url).pathname;

test("a goroutine dump says who waits behind whom, and proves it", { tag: "@phone" }, async ({ page }) => {
  const assertClean = await watch(page);
  await open(page);
  await dropFiles(page, [DUMP]);
  const stacks = await panel(page, "stacks");
  await expect(stacks.getByRole("heading", { level: 2 })).toContainText("wait behind one lock");

  // The queue's row opens to those who may hold the lock, each with its reasons.
  const owners = stacks.getByRole("group", { name: text("panel-stacks-owners") });
  const first = owners.locator("tbody tr").first();
  await first.getByRole("button").first().click();
  await expect(first.getByRole("button").first()).toHaveAttribute("aria-expanded", "true");
  await expect(owners).toContainText("goroutine 67570");

  // A search narrows the groups and keeps the focus where it is.
  const groups = stacks.getByRole("group", { name: text("panel-stacks-groups") });
  const search = stacks.getByRole("searchbox", { name: text("panel-stacks-search") });
  await search.fill("Recvfrom");
  await expect(groups.locator("tbody tr")).toHaveCount(1);
  await expect(search).toBeFocused();
  await groups.getByRole("button").first().press("Enter");
  await expect(groups).toContainText("zsyscall_linux.go:1212");
  await expect(groups.getByRole("button").first()).toBeFocused();
  await search.fill("nothing of the kind");
  await expect(stacks).toContainText(text("panel-stacks-nothing-passes"));
  await search.fill("");
  await axeCheck(page, "#panel");

  // A mark leads to the line.
  await groups.locator(".cite-chip").first().click();
  await expect(lines(page).and(page.getByRole("option", { selected: true }))).toContainText("goroutine");
  assertClean();
});

test("a click on a bar of waits leaves what has waited for as long, and another takes that back", async ({ page }) => {
  await open(page);
  await dropFiles(page, [DUMP.replace(/[^/]+$/, "debug2-generations.txt")]);
  const stacks = await panel(page, "stacks");
  const rows = stacks.getByRole("group", { name: text("panel-stacks-groups") }).locator("tbody tr");
  const waited = stacks.getByRole("combobox", { name: text("panel-panel-wait-least") });
  const click = async () => {
    const bars = stacks.getByRole("img", { name: pattern("panel-stacks-waits") });
    const { width, height } = await bars.boundingBox();
    await bars.click({ position: { x: width / 2, y: height - 8 } });
  };
  await expect(waited).toHaveValue("");
  await expect(rows).not.toHaveCount(0);
  const all = await rows.count();
  await click();
  await expect(waited).toHaveValue("10");
  await expect.poll(() => rows.count()).toBeLessThan(all);
  await click();
  await expect(waited).toHaveValue("");
  await expect(rows).toHaveCount(all);
});

test("the panel says so where there is no dump, in both languages", async ({ page }) => {
  await open(page);
  await dropFiles(page, [`${EXAMPLE}ulimit-a.txt`]);
  await expect(await panel(page, "stacks")).toContainText(text("panel-stacks-none"));
  await page.getByRole("button", { name: "中文" }).click();
  await expect(await panel(page, "stacks", "zh-CN")).toContainText(text("panel-stacks-none", "zh-CN"));
});
