import { describe, expect, it } from 'vitest';
import { Flag } from '../live/columns';
import { Tracks } from '../live/tracks';
import { importantSize, isImportant, symbolSize } from './layer';

describe('symbols', () => {
  it('grow with the zoom and shrink to dots in a crowd', () => {
    const sizes = [2, 4, 5, 7, 9, 14].map((z) => symbolSize(z, 600));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(symbolSize(6, 100)).toBeGreaterThan(20);
    expect(symbolSize(6, 5000)).toBeLessThan(9);
    expect(symbolSize(2, 100)).toBeGreaterThan(9);
  });
  it('keep what is important a symbol, whatever the zoom and the crowd', () => {
    for (const zoom of [1, 3, 6, 12]) for (const seen of [0, 2000, 20_000]) expect(importantSize(zoom, seen)).toBeGreaterThanOrEqual(22);
  });
  it('are important by emergency, alert, identity or choice', () => {
    const t = new Tracks();
    t.flags = Uint8Array.of(0, Flag.Emergency, Flag.Alert, 0, 0, Flag.Own | Flag.SPI);
    t.identity = Uint8Array.of(4, 4, 4, 5, 6, 1);
    t.id = Uint32Array.of(10, 11, 12, 13, 14, 15);
    expect([0, 1, 2, 3, 4, 5].map((i) => isImportant(t, i, 0))).toEqual([false, true, true, true, true, false]);
    expect(isImportant(t, 0, 10)).toBe(true);
  });
});
