import type { StyleSpecification } from 'maplibre-gl';

export interface Ground {
  borders: GeoJSON.FeatureCollection;
  names: GeoJSON.FeatureCollection;
  zones: GeoJSON.FeatureCollection;
}

interface Paint { sea: string; land: string; member: string; own: string; line: string; memberLine: string; ownLine: string; text: string; halo: string; zone: string; danger: string }

const DARK: Paint = {
  sea: '#0a1218', land: '#111b22', member: '#16242d', own: '#1a2d38', line: '#243540', memberLine: '#46606f', ownLine: '#7fa9bf',
  text: '#6f8694', halo: '#0a1218', zone: '#8b9fd6', danger: '#c9a86a',
};
const LIGHT: Paint = {
  sea: '#d3dde3', land: '#e9edef', member: '#f6f8f8', own: '#ffffff', line: '#c0ccd2', memberLine: '#8ba0ac', ownLine: '#3d6276',
  text: '#5d7380', halo: '#f6f8f8', zone: '#4a5fa8', danger: '#8f6a17',
};

/** The style of the base map: borders, names and zones of the node; no tiles, sprites or font server. */
export function groundStyle(g: Ground, members: string[], own: string, dark: boolean): StyleSpecification {
  const p = dark ? DARK : LIGHT;
  const id = ['get', 'iso3'];
  const among = ['in', id, ['literal', members]];
  const byMember = (o: string, m: string, other: string) => ['case', ['==', id, own], o, among, m, other];
  return {
    version: 8,
    sources: {
      borders: { type: 'geojson', data: g.borders, tolerance: 0.3 },
      names: { type: 'geojson', data: g.names },
      zones: { type: 'geojson', data: g.zones },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': p.sea } },
      { id: 'land', type: 'fill', source: 'borders', paint: { 'fill-color': byMember(p.own, p.member, p.land), 'fill-antialias': false } },
      { id: 'borders', type: 'line', source: 'borders', filter: ['!', among], paint: { 'line-color': p.line, 'line-width': 0.7 } },
      { id: 'member-borders', type: 'line', source: 'borders', filter: among, paint: { 'line-color': p.memberLine, 'line-width': 1 } },
      { id: 'own-border', type: 'line', source: 'borders', filter: ['==', id, own], paint: { 'line-color': p.ownLine, 'line-width': 1.6 } },
      { id: 'zones', type: 'fill', source: 'zones', paint: { 'fill-color': zoneColour(p), 'fill-opacity': 0.09 } },
      { id: 'zone-lines', type: 'line', source: 'zones', paint: { 'line-color': zoneColour(p), 'line-width': 1, 'line-dasharray': [4, 2], 'line-opacity': 0.8 } },
      {
        id: 'zone-names', type: 'symbol', source: 'zones', minzoom: 5,
        layout: { 'text-field': ['get', 'name'], 'text-size': 10, 'text-font': ['sans-serif'] },
        paint: { 'text-color': zoneColour(p), 'text-halo-color': p.halo, 'text-halo-width': 1 },
      },
      {
        id: 'names', type: 'symbol', source: 'names',
        layout: {
          'text-field': ['get', 'name'], 'text-size': ['case', among, 13, 11], 'text-letter-spacing': 0.12, 'text-transform': 'uppercase',
          'text-font': ['sans-serif'], 'symbol-sort-key': ['case', among, 0, 1],
        },
        paint: { 'text-color': p.text, 'text-halo-color': p.halo, 'text-halo-width': 1 },
      },
    ],
  } as StyleSpecification;
}

function zoneColour(p: Paint) {
  return ['match', ['get', 'kind'], ['danger', 'restricted', 'exercise'], p.danger, p.zone];
}

/** The box round the largest ring of a country, west, south, east, north; null when there is none. */
export function extent(borders: GeoJSON.FeatureCollection, iso3: string): [number, number, number, number] | null {
  const g = borders.features.find((f) => f.properties?.iso3 === iso3)?.geometry;
  if (!g || (g.type !== 'Polygon' && g.type !== 'MultiPolygon')) return null;
  const polygons = g.type === 'Polygon' ? [g.coordinates] : g.coordinates;
  const ring = polygons.map((p) => p[0]).reduce((a, b) => (centroid(a)[2] >= centroid(b)[2] ? a : b), [] as GeoJSON.Position[]);
  if (!ring.length) return null;
  const x = ring.map((p) => p[0]);
  const y = ring.map((p) => p[1]);
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

/** A point for each country's name: the centroid of its largest ring. */
export function namePoints(borders: GeoJSON.FeatureCollection): GeoJSON.FeatureCollection {
  const features: GeoJSON.Feature[] = [];
  for (const f of borders.features) {
    const g = f.geometry;
    if (!g || (g.type !== 'Polygon' && g.type !== 'MultiPolygon') || !f.properties?.name) continue;
    const polygons = g.type === 'Polygon' ? [g.coordinates] : g.coordinates;
    let best = [0, 0, 0];
    for (const rings of polygons) {
      const c = centroid(rings[0]);
      if (c[2] > best[2]) best = c;
    }
    if (best[2] > 0.4) features.push({ type: 'Feature', properties: f.properties, geometry: { type: 'Point', coordinates: [best[0], best[1]] } });
  }
  return { type: 'FeatureCollection', features };
}

/** Centroid of a ring and the size of its area, in degrees. */
export function centroid(ring: GeoJSON.Position[]): [number, number, number] {
  let area = 0;
  let x = 0;
  let y = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const cross = ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
    area += cross;
    x += (ring[j][0] + ring[i][0]) * cross;
    y += (ring[j][1] + ring[i][1]) * cross;
  }
  return area ? [x / (3 * area), y / (3 * area), Math.abs(area / 2)] : [0, 0, 0];
}

/** The box round circles (degrees, metres), each taken to two thirds of its radius: west, south, east, north. */
export function boxOf(circles: { lat: number; lon: number; radius: number }[]): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 85, -180, -85];
  for (const c of circles) {
    const dy = (c.radius * 2) / 3 / 111_320;
    const dx = dy / Math.max(0.1, Math.cos((c.lat * Math.PI) / 180));
    box[0] = Math.max(-180, Math.min(box[0], c.lon - dx));
    box[1] = Math.max(-85, Math.min(box[1], c.lat - dy));
    box[2] = Math.min(180, Math.max(box[2], c.lon + dx));
    box[3] = Math.min(85, Math.max(box[3], c.lat + dy));
  }
  return box;
}
