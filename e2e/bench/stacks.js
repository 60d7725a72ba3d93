// Twenty thousand goroutines through the page in Chromium: `node bench/stacks.js FILE` prints a JSON object. `cargo xtask goroutines --out
// FILE` writes the file.
//
// The time runs from the choice of the file to the verdict on the panel Stacks, which stands there with the picture and the tables.
import { measureFile } from "../support/measure.js";
import { text } from "../support/texts.js";

await measureFile(process.argv[2], async (page) => {
  await page.getByRole("tab", { name: text("page-panel-stacks") }).click();
  const verdict = page.getByRole("heading", { level: 2 }).filter({ hasText: "held by goroutine 5 " });
  await verdict.waitFor({ timeout: 120_000 });
});
