import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode, Flag, labelText, State } from './columns';

// The file is written by the Go encoder's own test.
function golden(): ArrayBuffer {
  const b = readFileSync(new URL('../../../web/testdata/frame.bin', import.meta.url));
  return b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength) as ArrayBuffer;
}

describe('decode', () => {
  it('reads what the node writes', () => {
    const f = decode(golden());
    expect([f.full, f.count, f.total, f.number, f.time, f.gone.length]).toEqual([true, 3, 3, 1, 1_700_000_000.5, 0]);
    expect([...f.id]).toEqual([7, 9, 4_000_000_000]);
    expect(f.lat[0] * 1e-7).toBeCloseTo(53.8964, 4);
    expect(f.lon[1] * 1e-7).toBeCloseTo(179.9999, 6);
    expect([f.height[0] * 2, f.height[1], f.height[2] * 2]).toEqual([10_668, -32768, 1020]);
    expect(f.speed[0]).toBe(2500);
    expect((f.course[0] * 360) / 65536).toBeCloseTo(143.13, 2);
    expect(f.climb[0]).toBe(-725);
    expect(f.age[0]).toBe(25);
    expect([...f.identity]).toEqual([3, 6, 1]);
    expect([...f.state]).toEqual([State.Confirmed, State.Coasting, State.Confirmed]);
    expect(f.flags[0]).toBe(Flag.Emergency | Flag.Pressure | Flag.Conflict | Flag.Own | Flag.Person);
    expect([...f.origin]).toEqual([1, 255, 0]);
    expect([0, 1, 2].map((k) => labelText(f.label, k))).toEqual(['BRU788', 'A1234', '0000A1']);
  });

  it('refuses what is no frame', () => {
    const good = new Uint8Array(golden());
    const bad = (change: (b: Uint8Array) => Uint8Array) => () => decode(change(good.slice()).buffer as ArrayBuffer);
    expect(bad((b) => b.slice(0, 31))).toThrow('shorter than its header');
    expect(bad((b) => b.slice(0, 100))).toThrow('its header says');
    expect(bad((b) => { b[0] = 65; return b; })).toThrow('not a frame');
    expect(bad((b) => { b[4] = 7; return b; })).toThrow('unknown kind');
    expect(bad((b) => { b[11] = 0xff; return b; })).toThrow('its header says');
    expect(() => decode(new ArrayBuffer(0))).toThrow();
  });

  it('leaves control characters out of labels', () => {
    expect(labelText(new Uint8Array([65, 0, 7, 66, 200, 32, 67, 60]), 0)).toBe('ABC<');
  });
});
