// One large journal through the page in Chromium: `node bench/journal.js FILE` prints a JSON object. Called by `cargo xtask bench`.
//
// The time runs from the choice of the file to the finished analysis.
import { measureFile } from "../support/measure.js";

await measureFile(process.argv[2], "dist", async (page) => {
  // Counts are shown while the file is read; the bar goes when the analysis is there.
  await page.getByText(/[\d,]{7,} records/).first().waitFor({ timeout: 120_000 });
  await page.getByRole("banner").getByRole("progressbar").waitFor({ state: "detached", timeout: 120_000 });
});
