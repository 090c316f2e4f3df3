import { labelText, State, type Frame } from './columns';

const DEGREE = Math.PI / 180;
const EARTH = 2 * Math.PI * 6378137; // metres round the equator: the width of the Mercator square

/** Web Mercator x and y of a position in degrees, 0 to 1 from the north-west corner. */
export function mercator(lat: number, lon: number): [number, number] {
  const s = Math.sin(Math.max(-85.0511, Math.min(85.0511, lat)) * DEGREE);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
}

/** Latitude and longitude in degrees of a place in the Mercator square. */
export function unmercator(x: number, y: number): [number, number] {
  return [(2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / DEGREE, (x - 0.5) * 360];
}

/**
 * Tracks holds the picture as arrays without holes: slot i is one track. Positions stand for base[i] and move with
 * vx, vy (Mercator units a second) until until[i], the end of the coasting limit.
 */
export class Tracks {
  count = 0;
  time = 0;
  frame = 0;
  slots = new Map<number, number>();
  id = new Uint32Array(0);
  x = new Float64Array(0);
  y = new Float64Array(0);
  vx = new Float64Array(0);
  vy = new Float64Array(0);
  base = new Float64Array(0);
  until = new Float64Array(0);
  updated = new Float64Array(0);
  height = new Float32Array(0);
  speed = new Float32Array(0);
  course = new Float32Array(0);
  climb = new Float32Array(0);
  identity = new Uint8Array(0);
  state = new Uint8Array(0);
  flags = new Uint8Array(0);
  quality = new Uint8Array(0);
  origin = new Uint8Array(0);
  label: string[] = [];

  constructor(public coastingLimit = 30) {}

  private columns() {
    return ['id', 'x', 'y', 'vx', 'vy', 'base', 'until', 'updated', 'height', 'speed', 'course', 'climb', 'identity', 'state', 'flags', 'quality', 'origin'] as const;
  }

  private reserve(n: number) {
    if (n <= this.id.length) return;
    const size = Math.max(1024, 2 ** Math.ceil(Math.log2(n)));
    for (const name of this.columns()) {
      const old = this[name];
      const grown = new (old.constructor as new (n: number) => typeof old)(size);
      grown.set(old as never);
      (this as Record<string, unknown>)[name] = grown;
    }
  }

  /** Takes a frame; a frame that does not follow the one before it is refused with false, and a full one is needed. */
  apply(f: Frame): boolean {
    if (!f.full && f.number !== this.frame + 1) return false;
    if (f.full) {
      this.count = 0;
      this.slots.clear();
    }
    for (const gone of f.gone) this.remove(gone);
    this.reserve(this.count + f.count);
    for (let k = 0; k < f.count; k++) this.put(f, k);
    this.time = f.time;
    this.frame = f.number;
    return this.count === f.total;
  }

  private put(f: Frame, k: number) {
    const id = f.id[k];
    let i = this.slots.get(id);
    if (i === undefined) {
      i = this.count++;
      this.slots.set(id, i);
      this.id[i] = id;
    }
    const lat = f.lat[k] * 1e-7;
    const [x, y] = mercator(lat, f.lon[k] * 1e-7);
    const speed = f.speed[k] * 0.1;
    const course = (f.course[k] * 2 * Math.PI) / 65536;
    const scale = 1 / (EARTH * Math.max(0.01, Math.cos(lat * DEGREE)));
    this.x[i] = x;
    this.y[i] = y;
    this.vx[i] = speed * Math.sin(course) * scale;
    this.vy[i] = -speed * Math.cos(course) * scale;
    this.base[i] = f.time;
    this.updated[i] = f.time - f.age[k] * 0.1;
    this.until[i] = Math.max(f.time, this.updated[i] + this.coastingLimit);
    this.height[i] = f.height[k] === -32768 ? NaN : f.height[k] * 2;
    this.speed[i] = speed;
    this.course[i] = course;
    this.climb[i] = f.climb[k] * 0.01;
    this.identity[i] = f.identity[k];
    this.state[i] = f.state[k];
    this.flags[i] = f.flags[k];
    this.quality[i] = f.quality[k];
    this.origin[i] = f.origin[k];
    this.label[i] = labelText(f.label, k);
  }

  private remove(id: number) {
    const i = this.slots.get(id);
    if (i === undefined) return;
    const last = --this.count;
    this.slots.delete(id);
    if (i === last) return;
    for (const name of this.columns()) this[name][i] = this[name][last];
    this.label[i] = this.label[last];
    this.slots.set(this.id[i], i);
  }

  /** Seconds by which slot i may be moved on at the time now. */
  ahead(i: number, now: number): number {
    return Math.max(0, Math.min(now, this.until[i]) - this.base[i]);
  }

  /** Where slot i is taken to be at the time now, in the Mercator square. */
  place(i: number, now: number): [number, number] {
    const dt = this.ahead(i, now);
    return [this.x[i] + this.vx[i] * dt, this.y[i] + this.vy[i] * dt];
  }

  /** Whether slot i is drawn hollow: it coasts, or nothing was heard of it for the coasting limit. */
  hollow(i: number, now: number): boolean {
    return this.state[i] === State.Coasting || now > this.updated[i] + this.coastingLimit;
  }
}
