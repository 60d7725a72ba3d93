// Hands on the keyboard only: the way to everything is Tab, as it is for people who have no pointer.
import { expect } from "@playwright/test";

/** Counts every pointer event from now on; the returned function gives the count. Call it before `goto`. */
export async function countPointers(page) {
  await page.addInitScript(() => {
    globalThis.pointers = 0;
    for (const type of ["pointerdown", "mousedown", "touchstart"]) addEventListener(type, () => (globalThis.pointers += 1), true);
  });
  return () => page.evaluate(() => globalThis.pointers);
}

/** Presses Tab, or Shift and Tab where it lies behind, until `target` has the focus. */
export async function tabTo(page, target) {
  await expect(target).toBeAttached();
  const element = await target.elementHandle();
  for (let step = 0; step < 300; step += 1) {
    const key = await element.evaluate((element) => {
      const { activeElement: now } = document;
      if (now === element) return null;
      return now !== document.body && now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab";
    });
    if (!key) return;
    await page.keyboard.press(key);
  }
  throw new Error(`not reached by Tab: ${target}`);
}

/** Goes to `target` and presses Enter on it. */
export async function press(page, target, key = "Enter") {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Goes to a field and writes into it. */
export async function write(page, target, words) {
  await tabTo(page, target);
  await page.keyboard.insertText(words);
  await expect(target).toHaveValue(words);
}

/** Goes to a menu and chooses by the arrow keys. */
export async function choose(page, menu, label) {
  await tabTo(page, menu);
  const chosen = () => menu.evaluate((select) => select.selectedOptions[0]?.text ?? "");
  await page.keyboard.press("Home");
  for (let left = await menu.locator("option").count(); left > 0; left -= 1) {
    if ((await chosen()) === label) return;
    await page.keyboard.press("ArrowDown");
  }
  expect(await chosen()).toBe(label);
}
