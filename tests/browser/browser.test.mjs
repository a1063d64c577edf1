// What a reader's browser makes of a report: order, accessibility, layout, print, and silence.
// Environment: ASSAY_REPORT (the page), ASSAY_BROWSER_DRIVER, ASSAY_CHROMIUM; see run.sh.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testLayout, testSilence } from './every_page.mjs';
import { withReport } from './start.mjs';

const order = ['verdict', 'key-metrics', 'queue-depth', 'rates', 'engines', 'scaling', 'side-by-side', 'limits', 'distribution', 'over-time', 'memory', 'memory-curves', 'memory-nodes',
  'gpu', 'pipeline', 'method', 'disclosure'];

test('sections are there in order, with a heading each', () => withReport({}, async (page) => {
  const ids = await page.$$eval('main > section', (all) => all.map((one) => one.id));
  assert.deepEqual(ids, order);
  const headings = await page.$$eval('main > section > h2:first-child', (all) => all.length);
  assert.equal(headings, order.length);
}));

test('every figure has title, description and its data in a table', () =>
  withReport({}, async (page) => {
    const figures = await page.$$eval('figure', (all) => all.map((figure) => {
      const svg = figure.querySelector('svg[role=img]');
      const named = (svg?.getAttribute('aria-labelledby') ?? '').split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '');
      return {
        named,
        rows: figure.querySelectorAll('details table tbody tr').length,
        caption: figure.querySelector('figcaption')?.textContent ?? '',
      };
    }));
    assert.ok(figures.length >= 7, `${figures.length} figures`);
    for (const { named, rows, caption } of figures) {
      assert.equal(named.length, 2, caption);
      assert.ok(named[0].length > 5 && named[1].length > 15, `${caption}: ${named}`);
      assert.ok(rows > 0, caption);
    }
    assert.equal(await page.$$eval('svg', (all) => all.length), figures.length);
    const ids = await page.$$eval('[id]', (all) => all.map((one) => one.id));
    assert.equal(new Set(ids).size, ids.length, 'ids are unique');
  }));

testSilence();

testLayout();

test('light and dark differ', async () => {
  const colours = [];
  for (const colorScheme of ['light', 'dark']) {
    await withReport({ colorScheme }, async (page) => {
      colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    });
  }
  assert.notEqual(colours[0], colours[1]);
});

test('works with JavaScript disabled', () =>
  withReport({ javaScriptEnabled: false }, async (page, seen) => {
    assert.equal(await page.locator('main > section').count(), order.length);
    assert.ok(await page.locator('svg[role=img]').first().isVisible());
    await page.locator('figure summary').first().click();
    assert.ok(await page.locator('figure details table').first().isVisible());
    assert.deepEqual(seen.messages, []);
  }));

test('prints to a PDF of 1 to 35 pages with the data tables in it', () =>
  withReport({}, async (page) => {
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
    assert.ok(pages >= 1 && pages <= 35, `${pages} pages`);
    await page.emulateMedia({ media: 'print' });
    const shown = await page.locator('figure details table').first().isVisible();
    assert.ok(shown, 'data tables are shown in print');
  }));
