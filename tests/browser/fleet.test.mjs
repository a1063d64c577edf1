// What a reader's browser makes of a report on a fleet. Environment as in browser.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testLayout, testSilence } from './every_page.mjs';
import { withReport } from './start.mjs';

testSilence();

test('links lead to sections', () =>
  withReport({}, async (page) => {
    const links = await page.$$eval('nav a', (all) => all.map((one) => one.hash.slice(1)));
    const sections = await page.$$eval('main > section', (all) => all.map((one) => one.id));
    assert.deepEqual(links, sections);
    assert.deepEqual(sections.slice(0, 5), ['pick', 'best', 'overview', 'cost', 'advertised']);
    const ids = await page.$$eval('[id]', (all) => all.map((one) => one.id));
    assert.equal(new Set(ids).size, ids.length, 'ids are unique');
  }));

test('a synthetic fleet is watermarked on screen and on paper', () =>
  withReport({}, async (page) => {
    for (const media of ['screen', 'print']) {
      await page.emulateMedia({ media });
      const text = await page.$eval('.watermark', (one) =>
        getComputedStyle(one, '::before').content);
      assert.match(text, /SYNTHETIC/);
      assert.ok(await page.locator('.watermark').isVisible());
    }
  }));

testLayout();

test('figures have title and description, and a table of the same numbers', () =>
  withReport({}, async (page) => {
    const figures = await page.$$eval('svg[role=img]', (all) => all.map((svg) =>
      svg.getAttribute('aria-labelledby').split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')));
    assert.ok(figures.length > 40, `${figures.length} figures`);
    for (const [title, text] of figures) assert.ok(title.length > 5 && text.length > 15, title);
    const families = await page.$$eval('section[id^=family-]', (all) => all.map((one) =>
      one.querySelectorAll('details table tbody tr').length));
    assert.ok(families.every((rows) => rows > 5), families.join());
  }));
