import { describe, expect, it } from 'vitest';
import { levelText } from './map/overlay';
import { age, clock, day, feet, flightLevel, knots, marked, place, when, words } from './text';

describe('figures', () => {
  it('writes levels, heights and speeds', () => {
    expect(flightLevel(10_668)).toBe('FL350');
    expect(flightLevel(300)).toBe('FL010');
    expect(feet(3048)).toBe('10 000 ft');
    expect(knots(231.5)).toBe(450);
    expect(levelText(10_668, 5, 231.5)).toBe('350↑ 450');
    expect(levelText(NaN, -5, 0)).toBe('---↓ 0');
    expect(levelText(-30, 0, 0)).toBe('000  0');
  });
  it('writes places', () => {
    expect(place(53.9, 27.5601)).toBe('53°54′00″N 027°33′36″E');
    expect(place(-0.00014, -179.99999)).toBe('00°00′01″S 180°00′00″W');
  });
  it.each([[0.04, '0.0 s'], [9.9, '9.9 s'], [42, '42 s'], [100, '2 min'], [7200, '2 h'], [400_000, '5 d'], [-3, '0.0 s']])('writes an age of %d as %s', (s, t) => {
    expect(age(s)).toBe(t);
  });
  it('writes times in UTC', () => {
    const now = Date.UTC(2026, 10, 25);
    expect(when('2026-11-25T14:03:27.5Z', now)).toBe('14:03');
    expect(when('2026-11-24T23:59:59Z', now)).toBe('24 Nov 23:59');
    expect(clock(1_700_000_000)).toBe('22:13:20');
    expect(when('2026-11-24T14:03:27.5Z', now)).toBe('24 Nov 14:03');
    expect(when('2023-11-23T01:00:00+03:00', now)).toBe('22 Nov 2023 22:00');
    expect([when('', now), when(undefined, now), when('never', now)]).toEqual(['–', '–', '–']);
    expect(day('2026-12-31T00:00:00Z')).toBe('31 Dec 2026');
    expect(words('assumed_friend')).toBe('assumed friend');
  });
});

describe('marked', () => {
  const bytes = (s: string) => new TextEncoder().encode(s).length;
  it('cuts at byte offsets of text that is not ASCII', () => {
    const text = 'Минск: “Щит” прошёл.';
    const from = bytes('Минск: ');
    const pieces = marked(text, [{ from, to: from + bytes('“Щит”') }]);
    expect(pieces.map((p) => [p.text, p.span !== null])).toEqual([['Минск: ', false], ['“Щит”', true], [' прошёл.', false]]);
  });
  it('keeps all of the text whatever the spans', () => {
    const text = 'abcdefgh';
    const spans = [{ from: 2, to: 5 }, { from: 4, to: 6 }, { from: -3, to: 1 }, { from: 7, to: 99 }, { from: 6, to: 6 }, { from: 0, to: 2 }];
    const pieces = marked(text, spans);
    expect(pieces.map((p) => p.text).join('')).toBe(text);
    expect(pieces.filter((p) => p.span).map((p) => p.text)).toEqual(['ab', 'cde']);
  });
  it('takes no spans', () => {
    expect(marked('x', [])).toEqual([{ text: 'x', span: null }]);
    expect(marked('', [])).toEqual([]);
  });
});
