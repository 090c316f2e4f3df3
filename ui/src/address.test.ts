import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress, type PageState } from './address';

describe('address', () => {
  const states: PageState[] = [
    { as: '', map: null, panel: null, track: null, item: '' },
    { as: 'BLR', map: [5.25, 53.9, 27.56], panel: 'alerts', track: 12, item: 'BLR-3' },
    { as: 'KAZ', map: [0, -33.1234, -179.5], panel: 'record', track: null, item: 'csc:7' },
    { as: '', map: null, panel: 'council', track: 4294967295, item: 'a b&c=d/ё' },
  ];
  it.each(states)('reads what it writes: %j', (s) => {
    expect(readAddress(writeAddress(s))).toEqual(s);
  });
  it('is empty when nothing is open', () => {
    expect(writeAddress(states[0])).toBe('');
  });
  it.each(['?as=<script>', '?map=1/2', '?map=a/b/c', '?map=5/91/0', '?map=5/1/181', '?map=50/1/1', '?panel=nothing', '?track=-1', '?track=1.5', '?track=x', '?track=99999999999'])('leaves out what is malformed: %s', (q) => {
    expect(readAddress(q)).toEqual(states[0]);
  });
  it('bounds what it keeps', () => {
    expect(readAddress(`?item=${'x'.repeat(5000)}`).item.length).toBe(200);
  });
});
