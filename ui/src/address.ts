// The page's state in its address, so that a link restores the view: ?as=BLR&map=5.20/49.10/58.30&panel=alerts&track=7&item=…

export const PANELS = ['alerts', 'tracks', 'council', 'record', 'watch', 'links'] as const;
export type Panel = (typeof PANELS)[number];

export interface PageState {
  as: string;
  /** zoom, latitude, longitude */
  map: [number, number, number] | null;
  panel: Panel | null;
  track: number | null;
  /** alert, consultation, report … that is open in the panel */
  item: string;
}

/** Reads the state; what is malformed is left out. */
export function readAddress(search: string): PageState {
  const q = new URLSearchParams(search);
  const panel = q.get('panel');
  const track = Number(q.get('track'));
  const map = (q.get('map') ?? '').split('/').map(Number);
  const okMap = map.length === 3 && map.every(Number.isFinite) && map[0] >= 0 && map[0] <= 20 && Math.abs(map[1]) <= 85 && Math.abs(map[2]) <= 180;
  return {
    as: /^[A-Za-z0-9_-]{1,32}$/.test(q.get('as') ?? '') ? q.get('as')! : '',
    map: okMap ? (map as [number, number, number]) : null,
    panel: PANELS.find((p) => p === panel) ?? null,
    track: Number.isInteger(track) && track > 0 && track < 2 ** 32 ? track : null,
    item: (q.get('item') ?? '').slice(0, 200),
  };
}

/** Writes the state; what is at its default is left out. */
export function writeAddress(s: PageState): string {
  const parts: string[] = [];
  if (s.as) parts.push(`as=${encodeURIComponent(s.as)}`);
  if (s.map) parts.push(`map=${s.map[0].toFixed(2)}/${s.map[1].toFixed(4)}/${s.map[2].toFixed(4)}`);
  if (s.panel) parts.push(`panel=${s.panel}`);
  if (s.track) parts.push(`track=${s.track}`);
  if (s.item) parts.push(`item=${encodeURIComponent(s.item)}`);
  return parts.length ? `?${parts.join('&')}` : '';
}
