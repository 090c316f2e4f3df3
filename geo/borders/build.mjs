// Makes borders.geojson.gz: Natural Earth countries, 1:10 million for the members of the worked example and their
// neighbours, 1:50 million for the rest, cut at the antimeridian. Run: npm ci && npm run build
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { merge } from "topojson-client";
import { geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import iso from "i18n-iso-countries";

const fine = new Set((
  "BLR RUS KAZ KGZ TJK ARM " + // members of the worked example
  "AFG UZB TKM CHN UKR POL LTU LVA EST FIN NOR GEO AZE TUR IRN MNG PRK" // who touch them
).split(" "));

// Features that Natural Earth gives no ISO number: user-assigned codes (ISO 3166-1, clause 8.1.3), or the state whose
// territory it is where that is not disputed.
const named = new Map(Object.entries({
  "Kosovo": "XKX", "N. Cyprus": "XNC", "Somaliland": "XSO", "Siachen Glacier": "XSG", "Indian Ocean Ter.": "XIO",
  "Baikonur": "KAZ",
}));

const require = createRequire(import.meta.url);
const load = (scale) => JSON.parse(readFileSync(require.resolve(`world-atlas/countries-${scale}.json`)));
const code = (g) => (g.id && iso.numericToAlpha3(g.id)) || named.get(g.properties.name);

function groupBy(list, key) {
  const groups = new Map();
  for (const x of list) groups.set(key(x), [...(groups.get(key(x)) ?? []), x]);
  return groups;
}

// Planar coordinates in degrees; the projection's antimeridian clipping does the cutting, y points down.
const plane = geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).precision(0);

const round = (x) => Math.round(x * 1e5) / 1e5 + 0;
// The set's own cut at 180° and its south pole are only nearly there.
const snap = (x, limit) => (Math.abs(x) > limit - 0.0015 ? Math.sign(x) * limit : x);

function ring(points, outer) {
  const out = [];
  for (const [x, y] of points) {
    const p = [round(snap(x, 180)), round(snap(-y, 90))];
    const last = out.at(-1);
    if (last && last[0] === p[0] && last[1] === p[1]) continue;
    const before = out.at(-2);
    const alongPole = before && [before, last, p].every((q) => Math.abs(q[1]) === 90) && Math.abs(p[0] - before[0]) < 120;
    if (alongPole) out.pop();
    out.push(p);
  }
  if (out.length < 4) return null;
  let area = 0;
  for (let i = 1; i < out.length; i++) area += out[i - 1][0] * out[i][1] - out[i][0] * out[i - 1][1];
  if (Math.abs(area) < 1e-9) return null;
  if ((area > 0) !== outer) out.reverse(); // RFC 7946: outer rings anticlockwise
  return out;
}

function polygons(shape) {
  const { type, coordinates } = geoProject(shape, plane);
  return (type === "Polygon" ? [coordinates] : coordinates)
    .map((rings) => rings.map((r, i) => ring(r, i === 0)))
    .filter((rings) => rings[0])
    .map((rings) => rings.filter(Boolean));
}

const countries = new Map();
for (const [scale, wanted] of [["10m", (c) => fine.has(c)], ["50m", (c) => c && !fine.has(c)]]) {
  const topology = load(scale);
  const groups = groupBy(topology.objects.countries.geometries.filter((g) => wanted(code(g))), code);
  for (const [iso3, parts] of groups) {
    const main = parts.find((g) => !named.has(g.properties.name)) ?? parts[0];
    // Merged, so that no border runs inside a country.
    countries.set(iso3, { iso3, name: main.properties.name, coordinates: polygons(merge(topology, parts)) });
  }
}

const lines = [...countries.values()]
  .sort((a, b) => (a.iso3 < b.iso3 ? -1 : 1))
  .map(({ iso3, name, coordinates }) => JSON.stringify({
    type: "Feature", properties: { iso3, name }, geometry: { type: "MultiPolygon", coordinates },
  }));
const text = `{"type":"FeatureCollection","features":[\n${lines.join(",\n")}\n]}\n`;
const packed = gzipSync(text, { level: 9 });
writeFileSync(new URL("borders.geojson.gz", import.meta.url), packed);
console.log(`${countries.size} countries, ${text.length} bytes, ${packed.length} packed`);
