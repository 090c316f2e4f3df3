// Frames of /api/live: binary columns, described in docs/web.md. Decoding is checked against a frame written by the Go
// encoder (testdata/frame.bin).

export const FULL = 1;

export const enum Flag {
  Emergency = 1,
  SPI = 2,
  Surface = 4,
  Pressure = 8,
  Alert = 16,
  Conflict = 32,
  Own = 64,
  Person = 128,
}

export const enum State {
  Tentative = 1,
  Confirmed = 2,
  Coasting = 3,
  Ended = 4,
}

/** One frame; the columns are views into the message wherever alignment allows. */
export interface Frame {
  full: boolean;
  count: number;
  gone: Uint32Array;
  /** seconds since 1970 for which all positions stand */
  time: number;
  number: number;
  total: number;
  id: Uint32Array;
  /** 1e-7 degree */
  lat: Int32Array;
  lon: Int32Array;
  /** steps of 2 m; -32768: not known */
  height: Int16Array;
  /** 0.1 m/s */
  speed: Uint16Array;
  /** 2π/65536 from true north */
  course: Uint16Array;
  /** 0.01 m/s */
  climb: Int16Array;
  /** 0.1 s since the last plot */
  age: Uint16Array;
  identity: Uint8Array;
  state: Uint8Array;
  flags: Uint8Array;
  quality: Uint8Array;
  origin: Uint8Array;
  /** 8 bytes of ASCII a track */
  label: Uint8Array;
}

const HEADER = 32;
const TRACK = 35;

/** Reads one frame; throws an Error that says what is wrong. */
export function decode(buffer: ArrayBuffer): Frame {
  if (buffer.byteLength < HEADER) throw new Error(`frame of ${buffer.byteLength} bytes is shorter than its header`);
  const view = new DataView(buffer);
  if (view.getUint32(0, false) !== 0x454e5431) throw new Error('not a frame of this stream');
  const kind = view.getUint8(4);
  if (kind !== FULL && kind !== 2) throw new Error(`frame of unknown kind ${kind}`);
  const n = view.getUint32(8, true);
  const g = view.getUint32(12, true);
  const want = HEADER + 4 * g + TRACK * n;
  if (buffer.byteLength !== want) throw new Error(`frame of ${buffer.byteLength} bytes, its header says ${want}`);
  let at = HEADER;
  const take = <T>(make: new (b: ArrayBuffer, at: number, n: number) => T, bytes: number, items: number): T => {
    const out = new make(buffer, at, items);
    at += bytes * items;
    return out;
  };
  const gone = take(Uint32Array, 4, g);
  return {
    full: kind === FULL,
    count: n,
    gone,
    time: view.getFloat64(16, true),
    number: view.getUint32(24, true),
    total: view.getUint32(28, true),
    id: take(Uint32Array, 4, n),
    lat: take(Int32Array, 4, n),
    lon: take(Int32Array, 4, n),
    height: take(Int16Array, 2, n),
    speed: take(Uint16Array, 2, n),
    course: take(Uint16Array, 2, n),
    climb: take(Int16Array, 2, n),
    age: take(Uint16Array, 2, n),
    identity: take(Uint8Array, 1, n),
    state: take(Uint8Array, 1, n),
    flags: take(Uint8Array, 1, n),
    quality: take(Uint8Array, 1, n),
    origin: take(Uint8Array, 1, n),
    label: take(Uint8Array, 1, 8 * n),
  };
}

/** The label text of the k-th track of a frame. */
export function labelText(label: Uint8Array, k: number): string {
  let s = '';
  for (let i = 8 * k; i < 8 * k + 8; i++) {
    const c = label[i];
    if (c > 32 && c < 127) s += String.fromCharCode(c);
  }
  return s;
}
