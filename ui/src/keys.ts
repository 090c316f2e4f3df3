import { PANELS } from './address';
import type { App } from './app.svelte';

/** The shortcuts, as the help shows them. */
export const SHORTCUTS: [string, string][] = [
  ['1 – 6', 'open alerts, tracks, council, record, watch, links'],
  ['/', 'find a track'],
  ['Esc', 'close help, track, panel, in this order'],
  ['A', 'go to the most pressing alert'],
  ['N / P', 'select the next / previous track by number'],
  ['Q / E', 'zoom in / out (also + and −)'],
  ['W S D, ← ↑ ↓ →', 'pan the map'],
  ['L', 'light or dark'],
  ['B', 'bell on or off'],
  ['?', 'this help'],
];

const PAN: Record<string, [number, number]> = {
  ArrowLeft: [-120, 0], ArrowRight: [120, 0], ArrowUp: [0, -120], ArrowDown: [0, 120], w: [0, -120], s: [0, 120], d: [120, 0],
};

export function keys(e: KeyboardEvent, app: App) {
  const target = e.target as HTMLElement;
  if (e.key === 'Escape') return escape(app, target);
  if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
  const inPanel = target.closest('.panel, .track') !== null;
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  if (PAN[key]) {
    if (inPanel && key.startsWith('Arrow')) return;
    app.map?.pan(...PAN[key]);
  } else if (key >= '1' && key <= '6') {
    const panel = PANELS[Number(key) - 1];
    app.openPanel(app.address.panel === panel ? null : panel);
    setTimeout(() => document.getElementById('panel')?.focus());
  } else if (key === '/') app.openPanel('tracks');
  else if (key === 'q' || key === '+' || key === '=') app.map?.zoom(1);
  else if (key === 'e' || key === '-') app.map?.zoom(-1);
  else if (key === 'l') app.toggleTheme();
  else if (key === 'b') app.toggleSound();
  else if (key === 'n' || key === 'p') step(app, key === 'n' ? 1 : -1);
  else if (key === 'a') pressing(app);
  else if (key === '?') app.help = !app.help;
  else return;
  e.preventDefault();
}

function escape(app: App, target: HTMLElement) {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) target.blur();
  else if (app.help) app.help = false;
  else if (app.address.track !== null) void app.select(null);
  else app.openPanel(null);
}

function step(app: App, by: number) {
  const ids = [...app.tracks.slots.keys()].sort((a, b) => a - b);
  if (!ids.length) return;
  const at = ids.indexOf(app.address.track ?? -1);
  void app.select(ids[(at + by + ids.length) % ids.length], true);
}

function pressing(app: App) {
  const a = app.pressing[0] ?? app.open[0];
  if (!a) return;
  app.openPanel('alerts', a.id);
  if (a.condition.entry) void app.select(a.condition.entry, true);
  setTimeout(() => document.getElementById('panel')?.focus());
}
