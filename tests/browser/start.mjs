// Starts the browser once for a test file and opens its page for each test. Environment: ASSAY_REPORT
// (the page), ASSAY_BROWSER_DRIVER, ASSAY_CHROMIUM; see run.sh.
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';

const require = createRequire(path.join(path.resolve(process.env.ASSAY_BROWSER_DRIVER), 'x.js'));
const { chromium } = require('playwright-core');
export const url = pathToFileURL(path.resolve(process.env.ASSAY_REPORT)).href;
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.ASSAY_CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

after(() => browser?.close());

/// Opens the page and calls `check(page, seen)`; seen.messages and seen.requests fill as it loads.
export async function withReport(options, check) {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const seen = { messages: [], requests: [] };
    page.on('console', (message) => seen.messages.push(message.text()));
    page.on('pageerror', (error) => seen.messages.push(String(error)));
    page.on('request', (request) => seen.requests.push(request.url()));
    await page.goto(url, { waitUntil: 'load' });
    await check(page, seen);
  } finally {
    await context.close();
  }
}
