// What holds for every page. Each function adds tests to the file that calls it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contrastOfTexts, overlappingLabels } from './page_checks.mjs';
import { url, withReport } from './start.mjs';

export function testSilence() {
  test('nothing is requested and nothing complains', () => withReport({}, async (page, seen) => {
    await page.waitForTimeout(300);
    assert.deepEqual(seen.messages, []);
    assert.deepEqual(seen.requests, [url]);
  }));
}

export function testLayout() {
  for (const width of [390, 1280]) {
    for (const colorScheme of ['light', 'dark']) {
      test(`layout and contrast at ${width} px, ${colorScheme}`, () =>
        withReport({ viewport: { width, height: 900 }, colorScheme }, async (page) => {
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `the page is ${wide} px wide`);
          assert.deepEqual(await page.evaluate(overlappingLabels), []);
          assert.deepEqual(await page.evaluate(contrastOfTexts, 4.5), []);
          await page.$$eval('details', (all) => all.forEach((one) => { one.open = true; }));
          const opened = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(opened <= width, `with all details open the page is ${opened} px wide`);
        }));
    }
  }
}
