import { Flag } from '../live/columns';
import { mercator, type Tracks } from '../live/tracks';
import type { Alert, TrailPoint } from '../api';
import { DEG } from '../text';
import { EMERGENCY, LOOKS } from './identity';
import { Grid, Labels } from './grid';
import { isImportant, type View } from './layer';

const MAX_LABELS = 300;
const LABEL_ZOOM = 5.5;
const FEW = 80; // tracks on the screen up to which all have labels, however far out

/** Overlay draws what lies above the symbols: trail, velocity lines, labels, the mark of the selected track. */
export class Overlay {
  readonly grid = new Grid(40);
  private labels = new Labels(64);
  private chosen: number[] = []; // numbers of the tracks that have a label: sticky
  private trail: Float64Array = new Float64Array(0);
  private places: { x: number; y: number; red: boolean }[] = [];
  private context: CanvasRenderingContext2D;
  dark = true;
  selected = 0;
  hovered = 0;

  constructor(private canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!;
  }

  setTrail(points: TrailPoint[]) {
    this.trail = new Float64Array(points.length * 2);
    points.forEach((p, i) => this.trail.set(mercator(p.lat * DEG, p.lon * DEG), 2 * i));
  }

  /** Takes the open alerts; those with a place and no track get a mark of their own. */
  setAlerts(alerts: Alert[]) {
    this.places = alerts.filter((a) => a.condition.has_place && !a.condition.entry).map((a) => {
      const [x, y] = mercator(a.condition.lat! * DEG, a.condition.lon! * DEG);
      return { x, y, red: a.condition.severity === 'critical' };
    });
  }

  /** Indexes the tracks on the screen for hit tests and chooses the labels; twice a second and after moves. */
  arrange(t: Tracks, v: View, now: number) {
    this.grid.reset(v.width, v.height, t.count);
    const seen: number[] = [];
    for (let i = 0; i < t.count; i++) {
      const [px, py] = screen(t, i, v, now);
      if (px < -20 || py < -20 || px > v.width + 20 || py > v.height + 20) continue;
      this.grid.add(i, px, py);
      seen.push(i);
    }
    this.choose(t, v, now, seen);
  }

  private choose(t: Tracks, v: View, now: number, seen: number[]) {
    this.labels.reset(v.width, v.height);
    const had = new Set(this.chosen);
    const rank = (i: number) =>
      (t.id[i] === this.selected ? 8 : 0) + (t.flags[i] & Flag.Emergency ? 4 : 0) + (t.flags[i] & Flag.Alert ? 2 : 0) + (had.has(t.id[i]) ? 0.5 : 0) + (isImportant(t, i, 0) ? 0.25 : 0);
    const wanted = seen.filter((i) => v.zoom >= LABEL_ZOOM || seen.length <= FEW || rank(i) >= 2);
    wanted.sort((a, b) => rank(b) - rank(a) || t.id[a] - t.id[b]);
    this.chosen = [];
    for (const i of wanted) {
      if (this.chosen.length >= MAX_LABELS) break;
      const [x, y] = screen(t, i, v, now);
      const w = 7 * Math.max(t.label[i].length, v.zoom >= 7 ? 7 : 0) + 6;
      const box = { x: x + 10, y: y - 13, w, h: v.zoom >= 7 ? 26 : 14 };
      if (this.labels.place(box)) this.chosen.push(t.id[i]);
    }
  }

  draw(t: Tracks, v: View, now: number) {
    const c = this.context;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (this.canvas.width !== Math.round(v.width * ratio) || this.canvas.height !== Math.round(v.height * ratio)) {
      this.canvas.width = Math.round(v.width * ratio);
      this.canvas.height = Math.round(v.height * ratio);
    }
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, v.width, v.height);
    this.drawPlaces(v);
    this.drawTrail(t, v, now);
    this.drawVectors(t, v, now);
    this.drawLabels(t, v, now);
    this.mark(t, v, now, this.hovered, 0.5);
    this.mark(t, v, now, this.selected, 1);
  }

  private drawPlaces(v: View) {
    const c = this.context;
    for (const p of this.places) {
      const x = (p.x - v.x) * v.world + v.width / 2;
      const y = (p.y - v.y) * v.world + v.height / 2;
      c.beginPath();
      c.moveTo(x, y - 8);
      c.lineTo(x + 8, y + 6);
      c.lineTo(x - 8, y + 6);
      c.closePath();
      c.lineWidth = 2;
      c.strokeStyle = p.red ? (this.dark ? EMERGENCY.dark : EMERGENCY.light) : this.dark ? '#f2b45a' : '#8f5706';
      c.stroke();
    }
  }

  private drawTrail(t: Tracks, v: View, now: number) {
    const i = t.slots.get(this.selected);
    if (i === undefined || this.trail.length < 4) return;
    const c = this.context;
    c.beginPath();
    for (let k = 0; k < this.trail.length; k += 2) c.lineTo((this.trail[k] - v.x) * v.world + v.width / 2, (this.trail[k + 1] - v.y) * v.world + v.height / 2);
    const [x, y] = screen(t, i, v, now);
    c.lineTo(x, y);
    c.strokeStyle = this.colour(t, i);
    c.globalAlpha = 0.65;
    c.lineWidth = 1.6;
    c.stroke();
    c.globalAlpha = 1;
  }

  /** One minute of flight ahead of each track that has a label. */
  private drawVectors(t: Tracks, v: View, now: number) {
    const c = this.context;
    c.lineWidth = 1.2;
    for (const id of this.chosen) {
      const i = t.slots.get(id);
      if (i === undefined || t.hollow(i, now)) continue;
      const [x, y] = screen(t, i, v, now);
      const dx = t.vx[i] * 60 * v.world;
      const dy = t.vy[i] * 60 * v.world;
      const length = Math.hypot(dx, dy);
      if (length < 3) continue;
      const from = 9 / length;
      c.beginPath();
      c.moveTo(x + dx * from, y + dy * from);
      c.lineTo(x + dx * (1 + from), y + dy * (1 + from));
      c.strokeStyle = this.colour(t, i);
      c.stroke();
    }
  }

  private drawLabels(t: Tracks, v: View, now: number) {
    const c = this.context;
    c.font = '600 11px ui-monospace, "DejaVu Sans Mono", monospace';
    c.textBaseline = 'alphabetic';
    c.textAlign = 'left';
    c.lineJoin = 'round';
    c.lineWidth = 3;
    c.strokeStyle = this.dark ? 'rgba(10,18,24,.85)' : 'rgba(255,255,255,.9)';
    for (const id of this.chosen) {
      const i = t.slots.get(id);
      if (i === undefined) continue;
      const [x, y] = screen(t, i, v, now);
      c.fillStyle = t.flags[i] & Flag.Emergency ? (this.dark ? EMERGENCY.dark : EMERGENCY.light) : this.dark ? '#d5e0e7' : '#1d2b34';
      const first = t.label[i] || `#${id}`;
      c.strokeText(first, x + 12, y - 2);
      c.fillText(first, x + 12, y - 2);
      if (v.zoom < 7) continue;
      const second = levelText(t.height[i], t.climb[i], t.speed[i]);
      c.globalAlpha = 0.8;
      c.strokeText(second, x + 12, y + 10);
      c.fillText(second, x + 12, y + 10);
      c.globalAlpha = 1;
    }
  }

  private mark(t: Tracks, v: View, now: number, id: number, alpha: number) {
    const i = t.slots.get(id);
    if (i === undefined) return;
    const [x, y] = screen(t, i, v, now);
    const c = this.context;
    c.globalAlpha = alpha;
    c.strokeStyle = this.dark ? '#ffffff' : '#0b141a';
    c.lineWidth = 1.6;
    const r = 15;
    const l = 6;
    c.beginPath();
    for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
      c.moveTo(x + sx * r, y + sy * (r - l));
      c.lineTo(x + sx * r, y + sy * r);
      c.lineTo(x + sx * (r - l), y + sy * r);
    }
    c.stroke();
    c.globalAlpha = 1;
  }

  private colour(t: Tracks, i: number): string {
    if (t.flags[i] & Flag.Emergency) return this.dark ? EMERGENCY.dark : EMERGENCY.light;
    const l = LOOKS[t.identity[i]] ?? LOOKS[1];
    return this.dark ? l.dark : l.light;
  }
}

/** Where slot i stands on the screen at the time now, CSS pixels. */
export function screen(t: Tracks, i: number, v: View, now: number): [number, number] {
  const dt = t.ahead(i, now);
  return [(t.x[i] + t.vx[i] * dt - v.x) * v.world + v.width / 2, (t.y[i] + t.vy[i] * dt - v.y) * v.world + v.height / 2];
}

/** "350↑ 452": hundreds of feet, climbing or descending by more than 2 m/s, knots. */
export function levelText(height: number, climb: number, speed: number): string {
  const level = Number.isNaN(height) ? '---' : String(Math.max(0, Math.round(height / 30.48))).padStart(3, '0');
  const arrow = climb > 2 ? '↑' : climb < -2 ? '↓' : ' ';
  return `${level}${arrow} ${Math.round(speed / 0.514444)}`;
}
