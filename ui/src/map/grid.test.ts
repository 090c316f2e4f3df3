import { describe, expect, it } from 'vitest';
import { Grid, Labels } from './grid';

describe('Grid', () => {
  it('finds the nearest as a search of all does', () => {
    const g = new Grid(40);
    const points = Array.from({ length: 400 }, (_, k) => [(k * 7919) % 800, (k * 104729) % 500] as const);
    g.reset(800, 500, points.length);
    points.forEach(([x, y], k) => g.add(k, x, y));
    expect(g.count).toBe(400);
    for (let k = 0; k < 200; k++) {
      const x = (k * 613) % 800;
      const y = (k * 389) % 500;
      const d = (i: number) => (points[i][0] - x) ** 2 + (points[i][1] - y) ** 2;
      const best = points.map((_, i) => i).reduce((a, b) => (d(b) < d(a) ? b : a));
      const found = g.nearest(x, y, 30);
      if (d(best) <= 900) expect(d(found)).toBe(d(best));
      else expect(found).toBe(-1);
    }
  });
  it('leaves out what is off the screen, and forgets on reset', () => {
    const g = new Grid(40);
    g.reset(100, 100, 4);
    g.add(1, -5, 50);
    g.add(2, 50, 130);
    g.add(3, 120, 20);
    expect(g.count).toBe(0);
    g.add(4, 50, 50);
    expect(g.nearest(55, 50, 10)).toBe(4);
    g.reset(100, 100, 4);
    expect(g.nearest(55, 50, 10)).toBe(-1);
  });
});

describe('Labels', () => {
  it('places no two that touch', () => {
    const l = new Labels(64);
    l.reset(400, 300);
    const placed = [];
    for (let k = 0; k < 500; k++) {
      const b = { x: (k * 7919) % 400, y: (k * 104729) % 300, w: 40 + (k % 30), h: 13 };
      if (l.place(b)) placed.push(b);
    }
    expect(placed.length).toBe(l.placed);
    expect(placed.length).toBeGreaterThan(30);
    for (const a of placed) for (const b of placed) if (a !== b) expect(a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).toBe(false);
  });
  it('refuses what is off the screen', () => {
    const l = new Labels(64);
    l.reset(400, 300);
    expect(l.place({ x: 900, y: 10, w: 10, h: 10 })).toBe(false);
    expect(l.place({ x: 395, y: 290, w: 30, h: 30 })).toBe(true);
  });
});
