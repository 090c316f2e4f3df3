// The way through the page that the system is for, used on the test server and on a real demonstration: tracks move, an
// alert is seen and taken, a consultation is opened from it, members take positions, the chair adopts, the record has it.
import assert from 'node:assert/strict';
import { open, ready, signIn, until } from './site.mjs';

/** At least three tracks that fly are somewhere else two seconds later. */
export async function tracksMove(page) {
  const places = () => page.evaluate(() => Object.fromEntries(window.entente.ids().slice(0, 200).map((id) => [id, window.entente.track(id)])));
  const before = await places();
  await page.waitForTimeout(2000);
  const after = await places();
  const moved = Object.keys(before).filter((id) => before[id] && after[id] && (before[id].x !== after[id].x || before[id].y !== after[id].y));
  assert.ok(moved.length >= Math.min(3, Object.keys(before).length), `${moved.length} tracks moved`);
}

export async function alertToRecord(browser, base, within = 120_000) {
  const view = await open(browser, base, '?panel=alerts', { viewport: { width: 900, height: 600 } });
  const { page } = view;
  await tracksMove(page);

  // the alert
  await signIn(page, 'officer');
  const card = page.locator('.card[data-alert]:not(.closed)').first();
  await card.waitFor({ timeout: within });
  const alert = await card.getAttribute('data-alert');
  const mine = page.locator(`.card[data-alert="${alert}"]`);
  await mine.locator('.head').click();
  await mine.getByText('Evidence', { exact: true }).waitFor();
  const take = mine.getByRole('button', { name: 'Acknowledge' });
  if (await take.count()) await take.click();
  await mine.locator('.sub', { hasText: 'acknowledged by' }).waitFor();

  // the consultation
  await mine.getByRole('button', { name: 'Open consultation' }).click();
  const question = `What does alert ${alert} mean for the members? ${Date.now()}`;
  await mine.getByLabel('Question').fill(question);
  await mine.getByRole('button', { name: 'Put the question' }).click();
  const article = page.locator('article.consultation');
  await article.getByText(question).waitFor();
  const consultation = await article.getAttribute('data-consultation');
  await article.getByRole('button', { name: 'Table a text' }).click();
  await article.getByLabel('Title').fill('Joint inquiry');
  await article.getByLabel('Text', { exact: true }).fill('The members look into it together and report.');
  await article.getByRole('button', { name: 'Table it' }).click();
  await article.locator('table.positions').waitFor();

  // the positions, each at its own member's node
  const self = await (await page.request.get(`${base}/api/self`)).json();
  for (const member of self.nodes) {
    await page.goto(`${base}/?as=${member}&panel=council&item=consultations:${encodeURIComponent(consultation)}`);
    await ready(page);
    await signIn(page, 'delegate');
    await article.getByText(question).waitFor({ timeout: within });
    await article.getByRole('button', { name: /Take position on version 1/ }).click();
    await article.locator('tr.me .stance.agree').waitFor({ timeout: within });
  }

  // the decision, by the chair
  const chair = await chairOf(page);
  await page.goto(`${base}/?as=${chair}&panel=council&item=consultations:${encodeURIComponent(consultation)}`);
  await ready(page);
  await signIn(page, 'delegate');
  await article.locator('[data-outcome="adopted"]').waitFor({ timeout: within });
  await article.getByRole('button', { name: 'Adopt the decision' }).click();
  const decision = page.locator('.card[data-decision]', { hasText: 'Joint inquiry' }).first();
  await decision.waitFor({ timeout: within });

  // the record
  await decision.getByRole('button', { name: 'Show in the record' }).click();
  const entry = page.locator('.card.entry', { has: page.locator('.inside') });
  await entry.waitFor({ timeout: within });
  assert.match(await page.locator('.head-of-record').innerText(), /\d+ of \d+/);
  const proof = await page.request.get(await entry.getByRole('link', { name: 'Proof file' }).getAttribute('href'));
  assert.equal(proof.status(), 200);
  assert.ok((await proof.body()).length > 20);
  await view.check();
}

/** The member marked as chair beside the positions. */
async function chairOf(page) {
  const name = await page.locator('table.positions th', { hasText: '(chair)' }).innerText();
  return page.evaluate(async (n) => (await (await fetch('api/self')).json()).members.find((m) => n.startsWith(m.name)).id, name);
}

export { until };
