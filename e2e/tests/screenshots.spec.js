// Pictures of every panel for people to look at: `cargo xtask screenshots` writes them to e2e/out. Nothing is checked here.
import { expect, test } from "@playwright/test";
import { panel, PANELS, settled } from "../support/case.js";
import { closeSheet, openSheet, pressIn, sheet } from "../support/desk.js";
import { open, screenshot } from "../support/page.js";
import { text } from "../support/texts.js";

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

for (const [device, viewport] of Object.entries(SIZES)) {
  for (const colours of ["light", "dark"]) {
    for (const lang of ["en", "zh-CN"]) {
      test(`${device} ${colours} ${lang}`, async ({ browser }) => {
        const context = await browser.newContext({ viewport, colorScheme: colours, reducedMotion: "reduce", isMobile: device === "phone", hasTouch: device === "phone" });
        const page = await context.newPage();
        const shoot = (name) => screenshot(page, `${name}-${colours}-${lang}`);
        await open(page);
        if (lang === "zh-CN") await page.getByRole("button", { name: "中文" }).click();
        await shoot("start");
        await page.getByRole("button", { name: text("page-example", lang) }).click();
        await expect(page.getByRole("article")).toBeVisible();
        await settled(page);
        for (const name of PANELS) {
          const shown = await panel(page, name, lang);
          await page.waitForTimeout(500);
          await shoot(name);
          // And once more with the document as people leave it.
          if (name === "timeline") {
            for (const _ of [1, 2, 3]) await shown.getByRole("button", { name: text("timeline-accept", lang) }).first().click();
            await shown.getByRole("button", { name: text("timeline-edit", lang) }).first().click();
            await shoot("timeline-edited");
          }
          if (name === "whys") {
            for (const _ of [1, 2, 3]) await shown.getByRole("button", { name: text("whys-accept", lang), exact: true }).first().click();
            await shoot("whys-accepted");
          }
        }
        // The dialogs of the desk.
        for (const [name, shows] of [["sheet-versions", "sheet-version-name"], ["sheet-comms", "sheet-chat"], ["sheet-export", "sheet-forms"]]) {
          const dialog = await openSheet(page, name, lang);
          await expect(dialog).toContainText(text(shows, lang));
          if (name === "sheet-versions") await pressIn(dialog, "sheet-version-keep", lang);
          await page.waitForTimeout(300);
          await shoot(name);
          if (name !== "sheet-export") await closeSheet(page);
        }
        await pressIn(sheet(page, "sheet-export", lang), "sheet-redaction-open", lang);
        const redaction = sheet(page, "sheet-redaction", lang);
        // Something must be replaced for the list to be seen.
        for (const name of ["redact-class-ip", "redact-class-host"]) {
          const box = redaction.getByRole("checkbox", { name: new RegExp(`^${text(name, lang)}`) });
          await box.click();
          await expect(box).toBeChecked();
        }
        await shoot("sheet-redaction");
        await closeSheet(page);
        if (device === "phone") {
          for (const id of ["page-evidence", "page-document"]) {
            await page.getByRole("button", { name: text(id, lang), exact: true }).click();
            await shoot(id);
            await page.keyboard.press("Escape");
          }
        }
        await page.getByRole("button", { name: text("page-help", lang) }).click();
        await shoot("help");
        await context.close();
      });
    }
  }
}
