// One large journal through the page in Chromium: `node bench/journal.js FILE` prints a JSON object. Called by `cargo xtask bench`.
//
// The time runs from the choice of the file to the finished analysis.
import { measureFile } from "../support/measure.js";

await measureFile(process.argv[2]);
