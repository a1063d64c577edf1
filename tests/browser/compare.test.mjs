// What a reader's browser makes of a comparison that had to be forced, and its print.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { testLayout, testSilence } from './every_page.mjs';
import { withReport } from './start.mjs';

testSilence();

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

testLayout();
