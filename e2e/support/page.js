// What every spec needs of a page.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * Listens from now on; the returned function fails if the page asked anyone but its own origin, logged an error, threw, or broke its CSP.
 * Call it before `goto`, and the result at the end.
 */
export async function watch(page) {
  const troubles = [];
  const foreign = [];
  const note = (text) => troubles.push(text);
  page.on("console", (message) => message.type() === "error" && note(`console: ${message.text()}`));
  page.on("pageerror", (error) => note(`uncaught: ${error}`));
  page.on("requestfailed", (request) => {
    // Leaving a page cuts off what it was loading; that is no trouble.
    const { errorText } = request.failure();
    if (errorText !== "net::ERR_ABORTED") note(`failed: ${request.url()} ${errorText}`);
  });
  page.context().on("request", (request) => foreign.push(request.url()));
  await page.exposeFunction("debriefTestViolation", (text) => note(`CSP: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      globalThis.debriefTestViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return () => {
    expect(troubles).toEqual([]);
    assertNoForeignRequests(page, foreign);
  };
}

/** No address in `urls` lies outside the page's own origin (blob: and data: carry no request). */
export function assertNoForeignRequests(page, urls) {
  const own = new URL(page.url()).origin;
  const outside = urls.filter((url) => !/^(blob|data):/.test(url) && new URL(url).origin !== own);
  expect(outside, "requests to other origins").toEqual([]);
}

/** Opens the page and waits until the app has taken over from the shell. */
export async function open(page, url = "./") {
  await page.goto(url);
  await expect(page.locator("#boot")).toHaveCount(0);
}

/** Waits until the service worker controls the page and has cached everything. */
export async function readyForOffline(page) {
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller?.state === "activated";
  });
}

/**
 * Drops files from disk on the page (folders with all that is in them), as one drop. Every file gets its own name; folders are flattened,
 * because a script cannot make directory entries.
 */
export async function dropFiles(page, paths, target = "body") {
  const files = paths.flatMap(below).map((path) => ({ name: basename(path), base64: readFileSync(path).toString("base64") }));
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, files);
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(target, type, { dataTransfer: transfer });
  await transfer.dispose();
}

function below(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => below(join(path, name)));
}

/** No accessibility violation that axe can see, anywhere or inside `selector`. */
export async function axeCheck(page, selector) {
  const builder = new AxeBuilder({ page });
  if (selector) builder.include(selector);
  const { violations } = await builder.analyze();
  const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.target).join(", ")}`);
  expect(told, "accessibility violations").toEqual([]);
}

/** Saves what is seen to `e2e/out/<project>-<name>.png`. */
export async function screenshot(page, name) {
  const { width } = page.viewportSize();
  const folder = new URL("../out/", import.meta.url).pathname;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${width < 600 ? "phone" : "desktop"}-${name}.png`) });
}
