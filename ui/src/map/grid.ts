/** Grid finds points near a place on the screen: cells of a fixed size, each a list of point numbers. */
export class Grid {
  private columns = 0;
  private rows = 0;
  private first = new Int32Array(0); // per cell: the point added last, −1 none
  private next = new Int32Array(0); // per point: the one before it in the same cell
  private px = new Float32Array(0);
  private py = new Float32Array(0);
  private item = new Int32Array(0);
  count = 0;

  constructor(private cell = 40) {}

  /** Empties the grid for a screen of the given size and up to n points. */
  reset(width: number, height: number, n: number) {
    this.columns = Math.max(1, Math.ceil(width / this.cell));
    this.rows = Math.max(1, Math.ceil(height / this.cell));
    if (this.first.length !== this.columns * this.rows) this.first = new Int32Array(this.columns * this.rows);
    this.first.fill(-1);
    if (this.next.length < n) {
      this.next = new Int32Array(n);
      this.px = new Float32Array(n);
      this.py = new Float32Array(n);
      this.item = new Int32Array(n);
    }
    this.count = 0;
  }

  /** Adds a point; those outside the screen are left out. */
  add(item: number, x: number, y: number) {
    const c = Math.floor(x / this.cell);
    const r = Math.floor(y / this.cell);
    if (c < 0 || r < 0 || c >= this.columns || r >= this.rows || this.count >= this.next.length) return;
    const k = this.count++;
    const at = r * this.columns + c;
    this.px[k] = x;
    this.py[k] = y;
    this.item[k] = item;
    this.next[k] = this.first[at];
    this.first[at] = k;
  }

  /** The item nearest to x, y within the radius, −1 when there is none. */
  nearest(x: number, y: number, radius: number): number {
    let best = -1;
    let least = radius * radius;
    this.each(x, y, radius, (item, d) => {
      if (d <= least) {
        least = d;
        best = item;
      }
    });
    return best;
  }

  /** Calls f with every item within the radius and the square of its distance. */
  each(x: number, y: number, radius: number, f: (item: number, d: number) => void) {
    const c0 = Math.max(0, Math.floor((x - radius) / this.cell));
    const c1 = Math.min(this.columns - 1, Math.floor((x + radius) / this.cell));
    const r0 = Math.max(0, Math.floor((y - radius) / this.cell));
    const r1 = Math.min(this.rows - 1, Math.floor((y + radius) / this.cell));
    for (let r = r0; r <= r1; r++) {
      for (let c = c0; c <= c1; c++) {
        for (let k = this.first[r * this.columns + c]; k >= 0; k = this.next[k]) {
          const d = (this.px[k] - x) ** 2 + (this.py[k] - y) ** 2;
          if (d <= radius * radius) f(this.item[k], d);
        }
      }
    }
  }
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Labels places boxes greedily: a box that would touch one placed before is left out. */
export class Labels {
  private taken: Box[][] = [];
  private columns = 0;
  placed = 0;

  constructor(private cell = 64) {}

  reset(width: number, height: number) {
    this.columns = Math.max(1, Math.ceil(width / this.cell));
    this.taken = Array.from({ length: this.columns * Math.max(1, Math.ceil(height / this.cell)) }, () => []);
    this.placed = 0;
  }

  /** Places the box, or says that it cannot stand there. */
  place(b: Box): boolean {
    const cells = this.cells(b);
    if (!cells.length) return false;
    for (const c of cells) {
      for (const o of this.taken[c]) {
        if (b.x < o.x + o.w && o.x < b.x + b.w && b.y < o.y + o.h && o.y < b.y + b.h) return false;
      }
    }
    for (const c of cells) this.taken[c].push(b);
    this.placed++;
    return true;
  }

  private cells(b: Box): number[] {
    const rows = this.taken.length / this.columns;
    const out: number[] = [];
    for (let r = Math.max(0, Math.floor(b.y / this.cell)); r <= Math.min(rows - 1, Math.floor((b.y + b.h) / this.cell)); r++) {
      for (let c = Math.max(0, Math.floor(b.x / this.cell)); c <= Math.min(this.columns - 1, Math.floor((b.x + b.w) / this.cell)); c++) {
        out.push(r * this.columns + c);
      }
    }
    return out;
  }
}
