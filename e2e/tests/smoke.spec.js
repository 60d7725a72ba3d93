// The shell: starts cleanly, asks nobody else, works offline, at the root and at a sub-path.
import { expect, test } from "@playwright/test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { open, readyForOffline, watch } from "../support/page.js";
import { startSite } from "../support/site.js";

for (const base of ["/", "/debrief/"]) {
  test(`starts, then works offline, at ${base}`, { tag: "@phone" }, async ({ page }) => {
    const site = await startSite(base);
    try {
      const assertClean = await watch(page);
      // The first reader is loaded when the engine is there, and once more to read ahead: a server that stops in the middle of either would
      // be a failed request.
      let n_loaded = 0;
      page.on("requestfinished", (request) => (n_loaded += request.url().endsWith("/reader_bg.wasm") ? 1 : 0));
      await open(page, site.url);
      await readyForOffline(page);
      await expect.poll(() => n_loaded).toBe(2);
      assertClean();

      // Not only a flag in the browser: there is no server any more.
      await site.stop();
      for (const address of ["", "?x=1#a"]) await open(page, site.url + address);
      const answer = await page.evaluate(() => workerAnswers());
      expect(answer).toBe("answered");
      const second = await page.context().newPage();
      await open(second, site.url);
      assertClean();
    } finally {
      await site.stop();
    }
  });
}

test.beforeEach(async ({ page }) => {
  // Whether the engine's worker starts and takes messages, whatever the app does with its own.
  await page.addInitScript(() => {
    globalThis.workerAnswers = () =>
      new Promise((resolve) => {
        const worker = globalThis.debriefSpawnWorker("worker");
        worker.onerror = (event) => resolve(`error: ${event.message}`);
        worker.onmessage = () => resolve("answered");
        // Request 1, `Hello` of version 1 at the epoch in UTC, as src/protocol.rs encodes it. Any answer will do.
        worker.postMessage({ m: new Uint8Array([1, 0, 1, 0, 0, 0]), f: [] });
      });
  });
});

test("the content security policy holds", async ({ page }) => {
  await open(page);
  const refused = await page.evaluate(async () => {
    const attempts = {
      fetch: () => fetch("http://127.0.0.1:9/"),
      image: () =>
        new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src: "http://127.0.0.1:9/" })),
      eval: () => (0, eval)("1"),
      html: () => (document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>"),
      foreignWorker: () => new Worker("http://127.0.0.1:9/x.js"),
      workerFetch: () =>
        new Promise((resolve, reject) => {
          const source = "fetch('http://127.0.0.1:9/').then(() => postMessage(1), () => postMessage(0))";
          const worker = new Worker(URL.createObjectURL(new Blob([source])));
          worker.onmessage = ({ data }) => (data ? resolve() : reject());
        }),
    };
    const refused = [];
    for (const [name, attempt] of Object.entries(attempts)) {
      const violation = new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", () => resolve("by the policy"), { once: true });
        setTimeout(() => resolve("otherwise"), 300);
      });
      try {
        await attempt();
      } catch {
        // Inside a worker the event fires there, and `html` is refused by our own Trusted Types policy.
        refused.push(["workerFetch", "html", "foreignWorker"].includes(name) ? name : `${name} ${await violation}`);
      }
    }
    return refused;
  });
  expect(refused).toEqual([
    "fetch by the policy",
    "image by the policy",
    "eval by the policy",
    "html",
    "foreignWorker",
    "workerFetch",
  ]);
});

test("a file that does not match its integrity is refused, and the page says so", async ({ page }) => {
  await page.route("**/*_bg.wasm", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: Buffer.concat([await answer.body(), Buffer.from([0])]) });
  });
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("could not start");
});

test("the manifest is complete and its icons exist", async ({ page, request }) => {
  await page.goto("./");
  const address = await page.locator("link[rel=manifest]").evaluate((link) => link.href);
  const answer = await request.get(address);
  expect(answer.headers()["content-type"]).toBe("application/manifest+json");
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ start_url: "./", scope: "./", display: "standalone", name: "Debrief" });
  expect(manifest.icons.map((icon) => icon.sizes)).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  for (const icon of manifest.icons) {
    const [width] = icon.sizes.split("x");
    const loaded = await page.evaluate(async ({ src }) => {
      const image = Object.assign(new Image(), { src });
      await image.decode();
      return image.naturalWidth;
    }, icon);
    if (width !== "any") expect(loaded, icon.src).toBe(Number(width));
  }
});

for (const part of ["en.txt", "en.engine.txt"]) {
  test(`without its sentences (${part}) the page says that it could not start`, async ({ page }) => {
    await page.route(`**/t-*/${part}`, (route) => route.abort());
    await page.goto(".");
    await expect(page.locator("#boot-state")).toHaveRole("alert");
    await expect(page.locator("#boot-state")).toContainText("could not start");
  });
}

test("a new release waits until it is asked for", async ({ page }, info) => {
  const folder = info.outputPath("site");
  cpSync(new URL("../../dist", import.meta.url), folder, { recursive: true });
  const site = await startSite("/", folder);
  const versions = () => page.evaluate(async () => (await caches.keys()).map((key) => key.split(" ").at(-1)));
  try {
    await open(page, site.url);
    await readyForOffline(page);
    const script = readFileSync(`${folder}/sw.js`, "utf8");
    writeFileSync(`${folder}/sw.js`, script.replace(/VERSION = "\w+"/, 'VERSION = "next"'));

    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await expect(page.locator("html")).toHaveAttribute("data-update", "ready");
    expect(await versions()).toEqual([expect.stringMatching(/^\w{16}$/), "next"]);

    await Promise.all([page.waitForEvent("load"), page.evaluate(() => globalThis.debriefApplyUpdate())]);
    await expect(page.locator("#boot")).toHaveCount(0);
    await expect.poll(versions).toEqual(["next"]);
  } finally {
    await site.stop();
  }
});
