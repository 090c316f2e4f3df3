import { describe, expect, it } from 'vitest';
import type { Frame } from './columns';
import { mercator, Tracks, unmercator } from './tracks';

interface Row { id: number; lat?: number; lon?: number; speed?: number; course?: number; age?: number; state?: number; identity?: number; label?: string }

/** A frame of the rows, as decode gives it. */
function frame(number: number, time: number, rows: Row[], gone: number[] = [], full = false, total = rows.length): Frame {
  const n = rows.length;
  const put = <T extends { [k: number]: number }>(a: T, f: (r: Row) => number): T => {
    rows.forEach((r, k) => (a[k] = f(r)));
    return a;
  };
  const label = new Uint8Array(8 * n);
  rows.forEach((r, k) => label.set(new TextEncoder().encode((r.label ?? '').slice(0, 8)), 8 * k));
  return {
    full, count: n, gone: Uint32Array.from(gone), time, number, total,
    id: put(new Uint32Array(n), (r) => r.id), lat: put(new Int32Array(n), (r) => Math.round((r.lat ?? 0) * 1e7)), lon: put(new Int32Array(n), (r) => Math.round((r.lon ?? 0) * 1e7)),
    height: new Int16Array(n), speed: put(new Uint16Array(n), (r) => (r.speed ?? 0) * 10), course: put(new Uint16Array(n), (r) => ((r.course ?? 0) * 65536) / 360),
    climb: new Int16Array(n), age: put(new Uint16Array(n), (r) => (r.age ?? 0) * 10), identity: put(new Uint8Array(n), (r) => r.identity ?? 1),
    state: put(new Uint8Array(n), (r) => r.state ?? 2), flags: new Uint8Array(n), quality: new Uint8Array(n), origin: new Uint8Array(n), label,
  };
}

const held = (t: Tracks) => [...t.slots.keys()].sort((a, b) => a - b);

describe('mercator', () => {
  it('goes there and back', () => {
    for (const [lat, lon] of [[0, 0], [53.9, 27.56], [-45, 179.9], [84, -180]]) {
      const [a, b] = unmercator(...mercator(lat, lon));
      expect(a).toBeCloseTo(lat, 9);
      expect(b).toBeCloseTo(lon, 9);
    }
  });
  it('holds the poles at the edge', () => {
    expect(mercator(90, 0)[1]).toBeCloseTo(0, 4);
    expect(mercator(-90, 0)[1]).toBeCloseTo(1, 4);
  });
});

describe('Tracks', () => {
  it('takes a whole picture, changes and ends', () => {
    const t = new Tracks();
    expect(t.apply(frame(5, 100, [{ id: 1 }, { id: 2, label: 'AB' }, { id: 3 }], [], true))).toBe(true);
    expect(t.apply(frame(6, 101, [{ id: 4, identity: 6 }], [1], false, 3))).toBe(true);
    expect(held(t)).toEqual([2, 3, 4]);
    expect(t.label[t.slots.get(2)!]).toBe('AB');
    expect(t.identity[t.slots.get(4)!]).toBe(6);
    for (const [id, i] of t.slots) expect(t.id[i]).toBe(id);
  });

  it('refuses a frame after a gap, and one that does not add up', () => {
    const t = new Tracks();
    t.apply(frame(5, 100, [{ id: 1 }], [], true));
    expect(t.apply(frame(7, 102, [{ id: 2 }], [], false, 2))).toBe(false);
    expect(held(t)).toEqual([1]);
    expect(t.apply(frame(6, 101, [{ id: 2 }], [], false, 9))).toBe(false);
  });

  it('starts anew with a whole picture', () => {
    const t = new Tracks();
    t.apply(frame(5, 100, [{ id: 1 }], [], true));
    expect(t.apply(frame(1, 103, [{ id: 8 }], [], true))).toBe(true);
    expect(held(t)).toEqual([8]);
  });

  it('grows, and keeps what it held', () => {
    const t = new Tracks();
    const rows = Array.from({ length: 3000 }, (_, k) => ({ id: k + 1, label: `T${k}` }));
    t.apply(frame(1, 100, rows.slice(0, 1000), [], true));
    t.apply(frame(2, 101, rows.slice(1000), [], false, 3000));
    expect(t.count).toBe(3000);
    expect(t.label[t.slots.get(17)!]).toBe('T16');
    expect(t.id[t.slots.get(17)!]).toBe(17);
  });

  it('ends in any order without mixing tracks up', () => {
    const t = new Tracks();
    let number = 1;
    const alive = new Set<number>();
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
    t.apply(frame(number, 0, [], [], true));
    for (let step = 0; step < 300; step++) {
      const gone = [...alive].filter(() => random(4) === 0);
      gone.forEach((g) => alive.delete(g));
      const fresh = Array.from({ length: random(5) }, () => 1 + random(200)).filter((id, i, a) => a.indexOf(id) === i && !gone.includes(id));
      fresh.forEach((id) => alive.add(id));
      expect(t.apply(frame(++number, step, fresh.map((id) => ({ id, lat: id / 10, label: `L${id}` })), gone, false, alive.size))).toBe(true);
      for (const id of alive) {
        const i = t.slots.get(id)!;
        expect(t.label[i]).toBe(`L${id}`);
        expect(t.y[i]).toBeCloseTo(mercator(id / 10, 0)[1], 9);
      }
    }
  });

  it('moves on to the coasting limit and no further', () => {
    const t = new Tracks(30);
    t.apply(frame(1, 1000, [{ id: 1, lat: 60, lon: 20, speed: 250, course: 90, age: 10 }], [], true));
    const x0 = t.place(0, 1000)[0];
    const [, lon] = unmercator(...t.place(0, 1010));
    // 2,500 m east at 60° north
    expect(lon - 20).toBeCloseTo((2500 / (6378137 * Math.cos(Math.PI / 3))) * (180 / Math.PI), 4);
    expect(t.place(0, 1020)).toEqual(t.place(0, 5000));
    expect(t.place(0, 990)[0]).toBe(x0);
    expect(t.hollow(0, 1019)).toBe(false);
    expect(t.hollow(0, 1021)).toBe(true);
  });

  it('shows a coasting track hollow at once', () => {
    const t = new Tracks(30);
    t.apply(frame(1, 1000, [{ id: 1, state: 3 }], [], true));
    expect(t.hollow(0, 1000)).toBe(true);
  });
});
