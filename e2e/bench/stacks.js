// Twenty thousand goroutines through the page in Chromium: `node bench/stacks.js FILE` prints a JSON object. `cargo xtask goroutines --out
// FILE` writes the file.
//
// The time runs from the choice of the file to the verdict on the panel Stacks, which stands there with the picture and the tables.
import { measureFile, whenPage } from "../support/measure.js";
import { text } from "../support/texts.js";

const shown = (tab) => {
  // Before there is an input the start page stands there, and its field for files with it.
  if (!document.querySelector(".evidence-more")) return false;
  const panel = [...document.querySelectorAll("[role=tab]")].find((one) => one.textContent.includes(tab));
  if (panel.ariaSelected !== "true") panel.click();
  return [...document.querySelectorAll("[role=tabpanel] h2")].some((heading) => heading.textContent.includes("held by goroutine 5 "));
};
await measureFile(process.argv[2], (page) => whenPage(page, shown, text("page-panel-stacks")));
