// The whole organisation in one process. ENTENTE_URL names one that runs already; ENTENTE_COMMAND how to start one
// (default: ./entente demo, as `make build` leaves it).
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { alertToRecord } from './flow.mjs';
import { launch, ROOT, serve } from './site.mjs';

const command = process.env.ENTENTE_COMMAND ?? (existsSync(join(ROOT, 'entente')) ? './entente demo --listen 127.0.0.1:0 --no-open' : '');

test('a demonstration leads from an alert to the record', { skip: !process.env.ENTENTE_URL && !command ? 'no ./entente here: run make build' : false, timeout: 600_000 }, async () => {
  const site = process.env.ENTENTE_URL ? { url: process.env.ENTENTE_URL.replace(/\/$/, ''), stop: async () => {} } : await serve('sh', ['-c', `exec ${command}`]);
  const browser = await launch();
  try {
    const status = await fetch(`${site.url}/healthz`);
    assert.equal(status.status, 200);
    await alertToRecord(browser, site.url);
  } finally {
    await browser.close();
    await site.stop();
  }
});
