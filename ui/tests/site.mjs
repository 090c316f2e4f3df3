// What page tests stand on: a server to test, a browser, and a page that may ask nothing but that server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts a command in the repository's root and waits for it to print an address. */
export async function serve(command, args, within = 120_000) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${command} printed no address:\n${output}`)), within);
    const take = (b) => {
      output += b;
      const m = /https?:\/\/(127\.0\.0\.1|localhost):\d+/.exec(output);
      if (m) {
        clearTimeout(timer);
        resolve(m[0]);
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${output}`)));
    child.on('error', reject);
  });
  return {
    url,
    output: () => output,
    async stop() {
      if (child.exitCode !== null) return;
      child.removeAllListeners('exit');
      const gone = once(child, 'exit');
      process.kill(-child.pid, 'SIGTERM'); // its own process group: `go run` and what it runs
      await gone;
    },
  };
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run'],
  });
}

/** Opens a page that notes every request and error; check() asserts that none left the server and none went wrong. */
export async function open(browser, base, query = '', options = {}) {
  const context = await browser.newContext({ viewport: { width: 800, height: 500 }, colorScheme: 'dark', ...options });
  const page = await context.newPage();
  const outside = [];
  const wrong = [];
  const host = new URL(base).host;
  const watch = (url) => {
    const u = new URL(url);
    if (!['data:', 'blob:'].includes(u.protocol) && u.host !== host) outside.push(url);
  };
  context.on('request', (r) => watch(r.url()));
  page.on('websocket', (w) => watch(w.url()));
  page.on('pageerror', (e) => wrong.push(e.message));
  page.on('console', (m) => {
    if (m.type() === 'error') wrong.push(`${m.text()} ${m.location().url}`);
  });
  await page.goto(`${base}/${query}`);
  await ready(page);
  return {
    page,
    /** expected: parts of console errors that the test itself brought about */
    async check(...expected) {
      assert.deepEqual(outside, [], 'requests left the node');
      assert.deepEqual(wrong.filter((w) => !expected.some((e) => w.includes(e))), [], 'errors on the page');
      await context.close();
    },
  };
}

export async function ready(page) {
  await page.waitForFunction(() => window.entente?.ready && window.entente.count > 0, null, { timeout: 60_000 });
}

/** Signs in as the member's first person of the role, or its first person. */
export async function signIn(page, role = '') {
  const names = await page.$$eval('#person option', (o) => o.map((x) => ({ value: x.value, text: x.textContent })));
  const person = names.find((n) => n.value && n.text.includes(role)) ?? names.find((n) => n.value);
  await page.selectOption('#person', person.value);
  await page.waitForFunction((v) => document.querySelector('#person').value === v && !document.querySelector('#person').classList.contains('unset'), person.value);
  return person.value;
}

/** Waits until the function of the page gives something true. */
export function until(page, f, arg, timeout = 15_000) {
  return page.waitForFunction(f, arg, { timeout });
}
