// What a reader's browser makes of a comparison that had to be forced, and its print.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { contrastOfTexts, overlappingLabels } from './page_checks.mjs';
import { url, withReport } from './start.mjs';

test('nothing is requested, nothing complains', () => withReport({}, async (page, seen) => {
  await page.waitForTimeout(300);
  assert.deepEqual(seen.messages, []);
  assert.deepEqual(seen.requests, [url]);
}));

test('every section says that it was forced and is synthetic', () =>
  withReport({}, async (page) => {
    const sections = await page.$$eval('main > section', (all) => all.map((one) => one.innerText));
    assert.ok(sections.length >= 3);
    for (const text of sections) {
      assert.match(text, /not comparable, forced/);
      assert.match(text, /SYNTHETIC/);
    }
    assert.ok(await page.locator('.watermark').isVisible());
  }));

test('so does every printed page', () => withReport({}, async (page) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-compare-'));
  try {
    const file = path.join(folder, 'compare.pdf');
    await page.$$eval('details', (all) => all.forEach((one) => { one.open = true; }));
    await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
    const pages = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);
    assert.ok(pages.length >= 2, `${pages.length} pages`);
    for (const text of pages) assert.match(text, /FORCED: these runs must not be compared/);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.watermark').isVisible(), 'which stands on every page');
  } finally {
    rmSync(folder, { recursive: true });
  }
}));

for (const width of [390, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`layout and contrast at ${width} px, ${colorScheme}`, () =>
      withReport({ viewport: { width, height: 900 }, colorScheme }, async (page) => {
        assert.deepEqual(await page.evaluate(overlappingLabels), []);
        assert.deepEqual(await page.evaluate(contrastOfTexts, 4.5), []);
        await page.$$eval('details', (all) => all.forEach((one) => { one.open = true; }));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `the page is ${wide} px wide`);
      }));
  }
}
