// Any one piece of evidence can go: what it carried goes with it, and comes back with it.
import { expect, test } from "@playwright/test";
import { centre, EXAMPLE_FILES, openedItem, openExample, panel } from "../support/case.js";
import { watch } from "../support/page.js";
import { text } from "../support/texts.js";

/** What the page concludes, without the places it cites (an input may be cited in another's stead). */
async function conclusions(page) {
  await panel(page, "findings");
  const finding = await centre(page).innerText();
  await panel(page, "whys");
  const whys = await centre(page).innerText();
  return { finding, whys };
}

/** How many whys carry an answer, and how many ask for more evidence. */
function answers({ whys }) {
  const open = whys.split(text("whys-not-answered")).length - 1;
  const offered = whys.split(text("whys-accept-edit")).length - 1;
  return { answered: offered - open, open };
}

test("each input can be taken out and put back, and the answers follow", async ({ page }) => {
  const assertClean = await watch(page);
  await openExample(page);
  const whole = await conclusions(page);
  expect(answers(whole)).toEqual({ answered: 3, open: 1 });
  const changed = {};
  for (const name of EXAMPLE_FILES) {
    const item = await openedItem(page, name);
    await item.getByRole("button", { name: text("evidence-remove") }).click();
    await expect(item).toContainText(text("evidence-state-removed"));
    // No citation may lead into what is no longer there.
    const into = centre(page).getByRole("button", { name: new RegExp(`^Open ${name.replace(/[.+]/g, "\\$&")}`) });
    await expect.soft(into, `citations of ${name}, which was taken out`).toHaveCount(0);
    const without = await conclusions(page);
    changed[name] = { ...answers(without), finding: without.finding !== whole.finding, hint: without.finding.includes("hint to raise ulimit -u") };
    await item.getByRole("button", { name: text("evidence-restore") }).click();
    await expect(item.getByRole("button", { name: text("evidence-remove") })).toBeVisible();
    await expect.poll(() => conclusions(page), `${name} put back`).toEqual(whole);
  }
  // The ceiling itself: without it there is no verdict and no why.
  expect(changed["sysctl-a.txt"]).toEqual({ answered: 0, open: 0, finding: true, hint: false });
  // The series that name the leak: the questions stay, without an answer that nothing shows.
  const threads = changed["container_threads-data-as-joinbyfield-2023-07-23 22_41_07.csv"];
  expect(threads.finding).toBe(true);
  expect(threads.answered).toBeLessThan(3);
  expect(changed["kubelet.journal.log"].finding).toBe(true);
  // The pod's own events still tell of the refused probes, but only the journal holds the runtime's hint.
  expect(whole.finding).toContain("hint to raise ulimit -u");
  expect(changed["kubelet.journal.log"].hint, "a claim that nothing carries any more").toBe(false);
  expect(changed["sum_container_threads.json"].finding).toBe(true);
  assertClean();
});
