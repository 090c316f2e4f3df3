// How figures are written on the page: feet, knots and flight levels live here and nowhere further in.

export const DEG = 180 / Math.PI;

/** A pressure altitude in metres as a flight level, "FL350". */
export function flightLevel(metres: number): string {
  return `FL${String(Math.round(metres / 30.48)).padStart(3, '0')}`;
}

export function feet(metres: number): string {
  return `${Math.round(metres / 0.3048).toLocaleString('en-GB').replaceAll(',', ' ')} ft`;
}

export function knots(metresPerSecond: number): number {
  return Math.round(metresPerSecond / 0.514444);
}

/** 54°32′11″N 027°40′02″E of degrees. */
export function place(lat: number, lon: number): string {
  return `${sexagesimal(lat, 2)}${lat < 0 ? 'S' : 'N'} ${sexagesimal(lon, 3)}${lon < 0 ? 'W' : 'E'}`;
}

function sexagesimal(v: number, width: number): string {
  const s = Math.round(Math.abs(v) * 3600);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(Math.floor(s / 3600)).padStart(width, '0')}°${two(Math.floor(s / 60) % 60)}′${two(s % 60)}″`;
}

/** Seconds as "12 s", "4 min", "3 h", "2 d". */
export function age(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 100) return `${Math.round(s)} s`;
  if (s < 6000) return `${Math.round(s / 60)} min`;
  if (s < 172_800) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} d`;
}

/** 14:03:27 of seconds since 1970, UTC. */
export function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

/** What "today" is: the page sets it to the node's clock, which in a demonstration is not the reader's. */
export const today = { now: () => Date.now() };

/** 14:03 of an RFC 3339 time of today, 24 Nov 14:03 of this year, else 24 Nov 2023 14:03; "–" when there is none. */
export function when(t: string | undefined, now = today.now()): string {
  const d = t ? new Date(t) : undefined;
  if (!d || Number.isNaN(d.getTime())) return '–';
  const [date, time] = d.toISOString().split('T');
  const ref = new Date(now).toISOString();
  const hour = time.slice(0, 5);
  if (date === ref.slice(0, 10)) return hour;
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][d.getUTCMonth()];
  return `${d.getUTCDate()} ${month}${date.slice(0, 4) === ref.slice(0, 4) ? '' : ` ${date.slice(0, 4)}`} ${hour}`;
}

/** A day alone: 31 Dec 2026. */
export function day(t: string | undefined): string {
  const w = when(t, 0);
  return w === '–' ? w : w.slice(0, -6);
}

/** "assumed_friend" as "assumed friend". */
export function words(s: string): string {
  return s.replaceAll('_', ' ');
}

/** Cuts text at byte offsets of its UTF-8 form, as spans of reports are given, into marked and plain pieces. */
export function marked<T extends { from: number; to: number }>(text: string, spans: T[]): { text: string; span: T | null }[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const out: { text: string; span: T | null }[] = [];
  let at = 0;
  const put = (to: number, span: T | null) => {
    if (to > at) out.push({ text: decoder.decode(bytes.subarray(at, to)), span });
    at = Math.max(at, to);
  };
  for (const s of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (s.from < at || s.to > bytes.length || s.to <= s.from) continue; // overlapping or outside: the first keeps its place
    put(s.from, null);
    put(s.to, s);
  }
  put(bytes.length, null);
  return out;
}
