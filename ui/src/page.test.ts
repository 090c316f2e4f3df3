import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EMERGENCY, LOOKS } from './map/identity';

const css = readFileSync(new URL('./page.css', import.meta.url), 'utf8');

function variables(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector) + selector.length).match(/\{([^}]*)\}/)![1];
  return Object.fromEntries([...block.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of WCAG 2.2, 1 to 21. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
}

const dark = variables(':root ');
const light = { ...dark, ...variables(":root[data-theme='light'] ") };

describe.each([['dark', dark], ['light', light]])('colours of the %s page', (name, v) => {
  it.each(['text', 'dim', 'accent', 'red', 'amber', 'green'])('%s can be read on panels', (colour) => {
    expect(contrast(v[colour], v.panel)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(v[colour], v.raised)).toBeGreaterThanOrEqual(4.5);
  });
  it.each([['text', 'red-back'], ['text', 'amber-back'], ['text', 'green-back'], ['text', 'mark'], ['text', 'accent-back'], ['dim', 'red-back'], ['dim', 'amber-back'], ['green', 'green-back']])('%s can be read on %s', (front, back) => {
    expect(contrast(v[front], v[back])).toBeGreaterThanOrEqual(4.5);
  });
  it('symbols stand out from the ground', () => {
    const ground = name === 'dark' ? ['#0a1218', '#1a2d38'] : ['#d3dde3', '#ffffff'];
    for (const l of [...LOOKS, EMERGENCY]) for (const g of ground) expect(contrast(name === 'dark' ? l.dark : l.light, g)).toBeGreaterThanOrEqual(3);
  });
});

describe('identities', () => {
  it('differ in shape, letter and colour', () => {
    const real = LOOKS.slice(1);
    for (const key of ['shape', 'letter', 'dark', 'light'] as const) expect(new Set(real.map((l) => l[key])).size).toBe(6);
  });
  it('leave red to emergencies', () => {
    for (const l of LOOKS) {
      for (const c of [l.dark, l.light]) {
        const [r, g, b] = [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16));
        expect(r > 150 && g < 80 && b < 80).toBe(false);
      }
    }
  });
});
