// Against the built site, in the machine's own Chromium. One worker: two cores, and the tests measure nothing in parallel.
import { defineConfig } from "@playwright/test";
import { chromiumFlags, chromiumPath } from "./support/chromium.js";
import { SITE_PORT } from "./support/site.js";

const xtask = process.env.DEBRIEF_XTASK ?? "cargo run --quiet --package xtask --";

const PICTURES = "screenshots.spec.js";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  // What is waited for comes, sooner or later: how fast a machine is must not decide a test.
  expect: { timeout: 15_000 },
  reporter: [["list"], ["./support/reporter.js"]],
  use: {
    baseURL: `http://127.0.0.1:${SITE_PORT}/`,
    browserName: "chromium",
    launchOptions: { executablePath: chromiumPath(), args: chromiumFlags },
    acceptDownloads: true,
    permissions: ["clipboard-read", "clipboard-write"],
    locale: "en-GB",
    timezoneId: "UTC",
    // Recording costs about a fifth of the time; by hand: `npx playwright test --trace on`.
    trace: process.env.CI ? "retain-on-failure" : "off",
  },
  projects: [
    { name: "desktop", testIgnore: PICTURES, use: { viewport: { width: 1440, height: 900 } } },
    // The main arc and what depends on the width; the engine beneath is the same.
    { name: "phone", testIgnore: PICTURES, grep: /@phone/, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    // `cargo xtask screenshots`: nothing is checked, people look at e2e/out.
    { name: "screenshots", testMatch: PICTURES },
  ],
  webServer: {
    command: `${xtask} serve-only --port ${SITE_PORT}`,
    cwd: "..",
    url: `http://127.0.0.1:${SITE_PORT}/`,
    reuseExistingServer: false,
  },
});
