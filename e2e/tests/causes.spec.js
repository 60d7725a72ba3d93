// The tree of causes: several answers, what was ruled out, what a reviewer remarks, and the graph, by keyboard.
import { expect, test } from "@playwright/test";
import { centre, openExample, panel, savedSoon } from "../support/case.js";
import { axeCheck, watch } from "../support/page.js";
import { pattern, text } from "../support/texts.js";

let assertClean;
test.beforeEach(async ({ page }) => {
  assertClean = await watch(page);
});
test.afterEach(() => assertClean());

const questions = (page) => centre(page).getByRole("textbox", { name: text("whys-field-question"), exact: true });
const answers = (page) => centre(page).getByRole("textbox", { name: text("whys-field-claim"), exact: true });
const remarks = (page) => centre(page).getByRole("note");

/** Takes the first cause that the evidence offers, and gives the panel. */
async function firstCause(page) {
  await openExample(page);
  const whys = await panel(page, "whys");
  await whys.getByRole("button", { name: text("whys-accept"), exact: true }).first().click();
  await expect(questions(page)).toHaveCount(1);
  // A moment later the focus goes on to the next suggestion: what is focused before would lose it.
  await expect(whys.locator(".why-card .primary").first()).toBeFocused();
  return whys;
}

test("a question takes several answers, says how sure the team is, and is remarked on without being blocked", async ({ page }) => {
  const whys = await firstCause(page);
  const asked = await questions(page).first().inputValue();
  await expect(remarks(page)).toHaveText([text("review-no-action")]);
  await questions(page).first().focus();
  await page.keyboard.press("Alt+Enter");
  await expect(answers(page).nth(1)).toBeFocused();
  await page.keyboard.type("Somebody should have set a limit.");
  expect(await questions(page).nth(1).getAttribute("placeholder")).toContain(asked);
  await expect(remarks(page).filter({ hasText: pattern("review-blaming") })).toContainText("should have");
  await expect(remarks(page).filter({ hasText: text("review-no-evidence") })).toBeVisible();

  const sure = whys.getByRole("combobox", { name: text("whys-field-confidence") });
  await sure.nth(1).selectOption({ label: text("confidence-possible") });
  await whys.getByRole("combobox", { name: text("whys-field-kind") }).nth(1).selectOption({ label: text("why-kind-mitigating") });
  await savedSoon(page, ({ document }) => document.whys.map((why) => [why.kind, why.confidence])).toEqual([["cause", null], ["mitigating", "possible"]]);
});

test("Enter in a question goes to its answer, with Shift it breaks the line", async ({ page }) => {
  const whys = await firstCause(page);
  await whys.getByRole("button", { name: text("whys-add"), exact: true }).click();
  await expect(questions(page).nth(1)).toBeFocused();
  await page.keyboard.type("Why did checkout fail");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("for some?");
  await page.keyboard.press("Enter");
  await expect(answers(page).nth(1)).toBeFocused();
  await page.keyboard.type("Pods were not ready.");
  await page.keyboard.press("Enter");
  await page.keyboard.type("All of them.");
  await expect(questions(page).nth(1)).toHaveValue("Why did checkout fail\nfor some?");
  await expect(answers(page).nth(1)).toHaveValue("Pods were not ready.\nAll of them.");
});

test("alternatives are ruled out with reason and evidence, the evidence's own on one click", { tag: "@phone" }, async ({ page }) => {
  const whys = await firstCause(page);
  await whys.getByText(pattern("whys-alternatives-offered")).click();
  const others = whys.getByRole("list", { name: text("whys-alternatives") }).getByRole("listitem");
  await whys.getByRole("listitem").filter({ hasText: /^ulimit -u \(204,800\) was not reached/ }).getByRole("button", { name: text("whys-accept") }).click();
  await expect(others).toHaveCount(1);
  const claim = others.getByRole("textbox", { name: text("whys-field-alternative") });
  await expect(claim).toBeFocused();
  await expect(claim).toHaveValue(/ulimit -u/);
  await expect(others.getByRole("textbox", { name: text("whys-field-reason") })).toHaveValue(/204,800/);
  await expect(others.getByRole("button", { name: pattern("document-open-place") }).first()).toBeVisible();

  await whys.getByRole("button", { name: text("whys-add-alternative") }).click();
  await expect(claim.nth(1)).toBeFocused();
  await page.keyboard.type("A bad release");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Nothing was released that day");
  await expect(remarks(page).filter({ hasText: text("review-alternative") })).toBeVisible();
  await axeCheck(page);

  // What is cited next goes to the alternative, once it is chosen.
  await others.nth(1).getByRole("button", { name: text("document-cite-here") }).click();
  await panel(page, "logs");
  await page.getByRole("listbox", { name: text("logs-lines") }).getByRole("option").nth(1).click();
  await page.keyboard.press("c");
  await expect(page.getByText(pattern("document-cited")).first()).toBeVisible();
  await panel(page, "whys");
  await expect(others.nth(1).getByRole("button", { name: pattern("document-open-place") })).toHaveCount(1);
  await expect(remarks(page).filter({ hasText: text("review-alternative") })).toHaveCount(0);
  await others.nth(1).getByRole("button", { name: text("whys-remove-alternative") }).click();
  await expect(others).toHaveCount(1);
});

test("the graph is walked and edited by keys", { tag: "@phone" }, async ({ page }) => {
  const whys = await firstCause(page);
  await whys.getByRole("button", { name: text("whys-view-graph"), exact: true }).click();
  const tree = whys.getByRole("tree");
  const boxes = tree.getByRole("treeitem");
  await expect(boxes).toHaveCount(2);
  await boxes.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(boxes.nth(1)).toBeFocused();

  // Asks deeper and goes on in the editor below; Escape leads back to the box.
  await page.keyboard.press("n");
  await expect(questions(page)).toBeFocused();
  await page.keyboard.type("Why did it leak?");
  await page.keyboard.press("Escape");
  const leak = boxes.filter({ hasText: "Why did it leak?" });
  await expect(leak).toBeFocused();
  await expect(leak).toHaveAttribute("aria-level", "3");
  await page.keyboard.press("Enter");
  await expect(questions(page)).toHaveValue("Why did it leak?");
  await expect(questions(page)).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(leak).toBeFocused();
  await page.keyboard.press("a");
  await expect(answers(page)).toBeFocused();
  await page.keyboard.type("A retry loop");
  await page.keyboard.press("Escape");
  const loop = boxes.filter({ hasText: "A retry loop" });
  await expect(loop).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(leak).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(boxes.nth(1)).toBeFocused();
  await axeCheck(page);

  // What is cited next goes to the box.
  await page.keyboard.press("c");
  await expect(whys.getByRole("button", { name: text("document-cite-here") })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Delete");
  await expect(boxes).toHaveCount(3);
  await expect(boxes.nth(1)).toBeFocused();
  await page.getByRole("button", { name: text("page-undo"), exact: true }).last().click();
  await expect(boxes).toHaveCount(4);

  // The choice holds as long as the page lives.
  await panel(page, "logs");
  await panel(page, "whys");
  await expect(boxes).toHaveCount(4);
  await whys.getByRole("button", { name: text("whys-view-list"), exact: true }).click();
  await expect(questions(page)).toHaveCount(3);
});
