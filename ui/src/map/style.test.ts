import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';
import { boxOf, centroid, extent, groundStyle, namePoints } from './style';

const square = (x: number, y: number, s: number) => [[x, y], [x + s, y], [x + s, y + s], [x, y + s], [x, y]];
const borders: GeoJSON.FeatureCollection = {
  type: 'FeatureCollection',
  features: [
    { type: 'Feature', properties: { iso3: 'AAA', name: 'Aland' }, geometry: { type: 'MultiPolygon', coordinates: [[square(0, 0, 1)], [square(10, 10, 4)]] } },
    { type: 'Feature', properties: { iso3: 'BBB', name: 'Rock' }, geometry: { type: 'Polygon', coordinates: [square(3, 3, 0.1)] } },
    { type: 'Feature', properties: { iso3: 'CCC' }, geometry: { type: 'Polygon', coordinates: [square(3, 3, 5)] } },
  ],
};

describe('ground', () => {
  it('names a country once, in its largest part, and no rock', () => {
    const p = namePoints(borders).features;
    expect(p.length).toBe(1);
    expect((p[0].geometry as GeoJSON.Point).coordinates).toEqual([12, 12]);
  });
  it('finds the box of the largest part', () => {
    expect(extent(borders, 'AAA')).toEqual([10, 10, 14, 14]);
    expect(extent(borders, 'XXX')).toBeNull();
  });
  it('finds the box of circles', () => {
    const b = boxOf([{ lat: 60, lon: 30, radius: 166_980 }, { lat: 50, lon: 20, radius: 0 }]);
    [20, 50, 32, 61].forEach((v, i) => expect(b[i]).toBeCloseTo(v, 1));
    expect(boxOf([{ lat: 84, lon: 179, radius: 1e6 }])[2]).toBe(180);
  });
  it('bears rings without area', () => {
    expect(centroid([[1, 1], [1, 1]])).toEqual([0, 0, 0]);
  });
  it.each([true, false])('is a style MapLibre takes, and asks for nothing from outside (dark: %s)', (dark) => {
    const style = groundStyle({ borders, names: namePoints(borders), zones: { type: 'FeatureCollection', features: [] } }, ['AAA'], 'AAA', dark);
    expect(validateStyleMin(style)).toEqual([]);
    expect(JSON.stringify(style)).not.toMatch(/https?:/);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
  });
});
