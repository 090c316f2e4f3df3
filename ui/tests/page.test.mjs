import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { alertToRecord, tracksMove } from './flow.mjs';
import { launch, open, ready, ROOT, serve, signIn, until } from './site.mjs';

const BORDERS = join(ROOT, 'geo/borders/borders.geojson.gz');

describe('the page on a test server', () => {
  let browser;
  let binary;
  let site;
  const start = (listen = '127.0.0.1:0', tracks = 300) => serve(binary, ['-listen', listen, '-tracks', String(tracks), ...(existsSync(BORDERS) ? ['-borders', BORDERS] : [])]);

  before(async () => {
    binary = join(mkdtempSync(join(tmpdir(), 'entente-ui-')), 'serve');
    execFileSync('go', ['build', '-o', binary, './web/webtest/serve'], { cwd: ROOT });
    [site, browser] = await Promise.all([start(), launch()]);
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  test('draws a map, and tracks that move', async () => {
    const v = await open(browser, site.url, '?map=4/50/45');
    await tracksMove(v.page);
    // Land, sea and symbols differ: the picture is not one colour.
    const colours = await v.page.evaluate(async () => {
      const seen = new Set();
      for (const c of document.querySelectorAll('.map canvas')) {
        const copy = document.createElement('canvas');
        copy.width = c.width;
        copy.height = c.height;
        const g = copy.getContext('2d');
        await new Promise((done) => requestAnimationFrame(done));
        g.drawImage(c, 0, 0);
        const d = g.getImageData(0, 0, c.width, c.height).data;
        for (let i = 0; i < d.length; i += 4 * 97) seen.add((d[i] << 16) | (d[i + 1] << 8) | d[i + 2]);
      }
      return seen.size;
    });
    assert.ok(colours > 10, `${colours} colours`);
    assert.equal(await v.page.locator('.maplibregl-map canvas').count(), 1);
    await v.check();
  });

  test('selects a track where it is clicked and shows everything about it', async () => {
    const v = await open(browser, site.url, '?map=6/53.9/27.56', { viewport: { width: 1280, height: 800 } });
    const box = await v.page.locator('.map').boundingBox();
    const target = await v.page.evaluate(({ w, h }) => {
      const all = window.entente.ids().map((id) => ({ id, ...window.entente.track(id) }));
      const alone = (t) => all.every((o) => o.id === t.id || Math.hypot(o.x - t.x, o.y - t.y) > 40);
      return all.find((t) => t.x > 100 && t.x < w - 100 && t.y > 100 && t.y < h - 100 && alone(t));
    }, { w: box.width, h: box.height });
    assert.ok(target, 'no track stands alone');
    await v.page.mouse.click(box.x + target.x, box.y + target.y);
    const panel = v.page.locator('.track');
    await panel.getByText('Reported by').waitFor();
    assert.match(await panel.innerText(), new RegExp(`#${target.id}\\b`));
    assert.ok(v.page.url().includes(`track=${target.id}`));
    await panel.getByLabel('Partner').selectOption('KAZ');
    await panel.locator('.steps li').first().waitFor();
    await signIn(v.page);
    await panel.getByRole('button', { name: 'Set identity' }).click();
    await panel.getByLabel('Identity', { exact: true }).selectOption('suspect');
    await panel.getByLabel('Reason').fill('does not answer');
    await panel.getByRole('button', { name: 'Set', exact: true }).click();
    await panel.getByText('does not answer').waitFor();
    await until(v.page, (id) => window.entente.track(id)?.identity === 'suspect', target.id);
    await v.page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await v.check();
  });

  test('leads from an alert to the record', async () => {
    await alertToRecord(browser, site.url);
  });

  test('tells of a new alert at once, and keeps it in the banner until somebody takes it', async () => {
    const v = await open(browser, site.url, '?as=TJK');
    await v.page.evaluate(() => fetch('test/raise?as=TJK', { method: 'POST' }));
    const banner = v.page.locator('.banner');
    await banner.getByText('Raised by the test').waitFor({ timeout: 5000 });
    assert.match(await v.page.locator('[aria-live=assertive]').innerText(), /critical: Raised by the test/);
    assert.ok(await banner.getByRole('button', { name: 'Acknowledge' }).isDisabled(), 'nobody is signed in');
    await signIn(v.page);
    await banner.getByRole('button', { name: 'Acknowledge' }).click();
    await banner.getByText('Raised by the test').waitFor({ state: 'detached' });
    assert.ok((await v.page.evaluate(() => window.entente.lastSequence)) >= 2);
    await v.check();
  });

  test('holds its state in the address', async () => {
    const v = await open(browser, site.url, '?as=KAZ&map=5.50/51.1600/71.4500&panel=links&track=3');
    const { page } = v;
    await page.locator('.track').waitFor();
    assert.equal(await page.locator('#as').inputValue(), 'KAZ');
    assert.equal(await page.locator('#panel h2').innerText(), 'Members and links');
    await page.keyboard.press('3');
    await until(page, () => location.search.includes('panel=council'));
    await page.goBack();
    await page.getByText('Exchange with partners').waitFor();
    await page.selectOption('#as', 'RUS');
    await until(page, () => location.search.includes('as=RUS'));
    await ready(page);
    await page.getByText('Sensors of Russia').waitFor();
    await v.check();
  });

  test('works by keyboard alone', async () => {
    const v = await open(browser, site.url);
    const { page } = v;
    await page.keyboard.press('1');
    await page.locator('#panel .card').first().waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'panel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#panel .card .inside').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.locator('.track').waitFor();
    const zoom = () => Number(new URL(page.url()).searchParams.get('map').split('/')[0]);
    const at = zoom();
    await page.keyboard.press('q');
    await until(page, (z) => Number(new URL(location.href).searchParams.get('map').split('/')[0]) > z, at);
    const theme = await page.evaluate(() => document.documentElement.dataset.theme);
    await page.keyboard.press('l');
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.theme), theme);
    const order = [];
    await page.evaluate(() => document.body.focus());
    for (let k = 0; k < 14; k++) {
      await page.keyboard.press('Tab');
      order.push(await page.evaluate(() => document.activeElement.closest('.bar, .banner, .rail, .map, .track, .panel')?.className.split(' ')[0] ?? ''));
    }
    assert.ok(order.every((o, i) => i === 0 || order.indexOf(o) <= order.lastIndexOf(o)), order.join());
    await v.check();
  });

  test('lists the tracks as text, and finds one', async () => {
    const v = await open(browser, site.url);
    const { page } = v;
    await page.keyboard.press('/');
    await page.locator('#panel tbody tr').first().waitFor();
    await page.keyboard.type('bru778');
    await until(page, () => document.querySelectorAll('#panel tbody tr').length === 1);
    assert.match(await page.locator('#panel tbody tr').innerText(), /BRU7782[\s\S]*neutral/);
    await page.keyboard.press('Enter');
    await page.locator('.track').getByText('general emergency').first().waitFor();
    await v.check();
  });

  test('reads a report with its proposals marked, and confirms one', async () => {
    const v = await open(browser, site.url, '?panel=watch');
    const { page } = v;
    await signIn(page);
    await page.getByText('Defence ministers meet in Minsk').click();
    await page.locator('mark').first().waitFor();
    assert.deepEqual(await page.locator('mark').allInnerTexts(), [
      'The defence ministers met in Minsk on Thursday', 'Kazakhstan will host the exercise “Shield” in August', 'two divisions with eight launchers had been delivered to Belarus', 'Armenia did not take part in the meeting',
    ]);
    const second = page.locator('.proposal').nth(1);
    await second.getByRole('button', { name: 'Confirm' }).click();
    await second.getByText('accepted').waitFor();
    await page.locator('.proposal').nth(2).getByRole('button', { name: 'Reject' }).click();
    await page.locator('.proposal').nth(2).getByText('rejected').waitFor();
    const fourth = page.locator('.proposal').nth(3);
    await fourth.getByRole('button', { name: 'Correct' }).click();
    await fourth.getByLabel('name').fill('Absence of Armenia');
    await fourth.getByLabel('modality').selectOption('asserted');
    await fourth.getByLabel('note').fill('the sentence states it');
    await fourth.getByRole('button', { name: 'Confirm as corrected' }).click();
    await fourth.getByText('corrected', { exact: true }).waitFor();
    await page.getByRole('tab', { name: /confirmed events/i }).click();
    await page.getByText('Shield').first().waitFor();
    const absence = page.locator('.card', { hasText: 'Absence of Armenia' });
    assert.match(await absence.innerText(), /asserted[\s\S]*corrected · the sentence states it[\s\S]*ARM/);
    await v.check();
  });

  test('shows the Minsk session with who was not there, and what is owed', async () => {
    const v = await open(browser, site.url, '?panel=council');
    await v.page.getByRole('tab', { name: /sessions/i }).click();
    await v.page.getByText('Attendance: 5 of 6 present').waitFor();
    assert.match(await v.page.locator('tr.absent').innerText(), /Armenia\s+absent/);
    await v.page.getByRole('tab', { name: /obligations/i }).click();
    const o = v.page.locator('[data-obligation="o-1"]');
    assert.match(await o.innerText(), /at risk[\s\S]*6 of 8 launcher/);
    await v.check();
  });

  test('says why something was refused', async () => {
    const v = await open(browser, site.url, '?panel=council&item=c-1');
    await signIn(v.page);
    await v.page.evaluate(() => fetch('api/alerts/none/acknowledge', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"note":""}' }));
    await v.page.goto(`${site.url}/?as=XXX`);
    await ready(v.page);
    assert.equal(await v.page.locator('#as').inputValue(), 'BLR');
    await v.check('status of 404');
  });

  test('says that the stream is lost, and takes up again by itself', async () => {
    const own = await start();
    const port = new URL(own.url).port;
    const v = await open(browser, own.url);
    await own.stop();
    await v.page.getByText('no stream').waitFor({ timeout: 10_000 });
    const again = await start(`127.0.0.1:${port}`, 120);
    try {
      await until(v.page, () => window.entente.ready && window.entente.count > 0 && window.entente.count < 121, null, 20_000);
      await v.check('WebSocket connection', 'Failed to load resource');
    } finally {
      await again.stop();
    }
  });

  test('names every control in every panel', async () => {
    const v = await open(browser, site.url, '?track=20');
    await signIn(v.page);
    await v.page.locator('.track dl').waitFor();
    for (const panel of ['1', '2', '3', '4', '5', '6']) {
      await v.page.evaluate(() => document.activeElement?.blur());
      await v.page.keyboard.press(panel);
      await v.page.locator('#panel .scroll > *').first().waitFor();
      const nameless = await v.page.evaluate(() =>
        [...document.querySelectorAll('button, select, input, textarea, a[href]')]
          .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() && e.tagName !== 'SELECT' || e.labels?.length || e.title))
          .map((e) => e.outerHTML.slice(0, 120)));
      assert.deepEqual(nameless, [], `panel ${panel}`);
      const twice = await v.page.evaluate(() => {
        const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
        return ids.filter((id, i) => ids.indexOf(id) !== i);
      });
      assert.deepEqual(twice, []);
    }
    await v.check();
  });

  test('fits a telephone', async () => {
    const v = await open(browser, site.url, '?panel=alerts', { viewport: { width: 390, height: 844 }, hasTouch: true });
    const wide = await v.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} px wide`);
    await v.page.locator('.rail button').nth(2).tap();
    await v.page.getByRole('tab', { name: /consultations/i }).waitFor();
    await v.page.getByRole('button', { name: 'Close panel' }).tap();
    await v.page.locator('#panel').waitFor({ state: 'detached' });
    await v.check();
  });
});

describe('many tracks', () => {
  test('do not hold up the page', async () => {
    const binary = join(mkdtempSync(join(tmpdir(), 'entente-ui-')), 'serve');
    execFileSync('go', ['build', '-o', binary, './web/webtest/serve'], { cwd: ROOT });
    const browser = await launch();
    const cost = async (tracks) => {
      const site = await serve(binary, ['-tracks', String(tracks)]);
      const v = await open(browser, site.url, '?map=3/50/50');
      const cdp = await v.page.context().newCDPSession(v.page);
      await cdp.send('Performance.enable');
      const script = async () => (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'ScriptDuration').value;
      await v.page.waitForTimeout(2000);
      const from = await script();
      const seen = await v.page.evaluate(async () => {
        let frames = 0;
        let blocked = 0;
        new PerformanceObserver((l) => l.getEntries().forEach((e) => (blocked += e.duration))).observe({ entryTypes: ['longtask'] });
        const end = performance.now() + 5000;
        await new Promise((done) => {
          const step = (t) => (frames++, t < end ? requestAnimationFrame(step) : done());
          requestAnimationFrame(step);
        });
        return { frames: frames / 5, blocked: blocked / 5000 };
      });
      const spent = ((await script()) - from) / 5;
      await v.check();
      await site.stop();
      console.log(`${tracks} tracks: script ${(spent * 1000).toFixed(0)} ms a second, ${seen.frames.toFixed(0)} frames a second, long tasks ${(seen.blocked * 100).toFixed(1)} % of the time`);
      return { spent, ...seen };
    };
    try {
      const few = await cost(5000);
      const many = await cost(20_000);
      // Frames may be few where software draws: then the cost of one counts.
      assert.ok(many.spent / many.frames < (few.spent / few.frames) * 4 * 1.5, 'script grows faster than the tracks');
      assert.ok(many.spent < 0.2, `${many.spent} s of script a second`);
      assert.ok(many.blocked < 0.2, `blocked ${many.blocked} of the time`);
    } finally {
      await browser.close();
    }
  });
});
