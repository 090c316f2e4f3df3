import { Map as GLMap, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Alert, TrailPoint } from '../api';
import { mercator, type Tracks } from '../live/tracks';
import { Layer, type View } from './layer';
import { Overlay, screen } from './overlay';
import { boxOf, extent, groundStyle, namePoints, type Ground } from './style';

setWorkerUrl(new URL(workerUrl, import.meta.url).toString());

export interface Chooser {
  select(track: number | null): void;
  moved(zoom: number, lat: number, lon: number): void;
  pointed(lat: number, lon: number): void;
}

const FRAME = 50; // ms between redraws while the map is still: motion of aircraft needs no more

/** MapView joins the base map, the tracks' layer and the overlay, and turns pointer and keys into choices. */
export class MapView {
  private map: GLMap;
  private layer: Layer;
  private overlay: Overlay;
  private timer = 0;
  private arranged = 0;
  private ground: Ground = { borders: empty(), names: empty(), zones: empty() };
  private members: string[] = [];
  private own = '';
  /** the node's time less the page's, seconds */
  offset = () => 0;

  constructor(box: HTMLElement, private tracks: Tracks, private to: Chooser, at: [number, number, number], private dark: boolean) {
    const base = box.querySelector<HTMLElement>('.base')!;
    const [points, above] = box.querySelectorAll<HTMLCanvasElement>('canvas');
    this.map = new GLMap({
      container: base, style: groundStyle(this.ground, [], '', dark), center: [at[2], at[1]], zoom: at[0], minZoom: 1, maxZoom: 14,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, renderWorldCopies: false, fadeDuration: 0, keyboard: false,
    });
    this.map.touchZoomRotate.disableRotation();
    base.querySelector('canvas')?.setAttribute('aria-label', 'Map of the air picture; the panel Tracks has the same as text');
    this.layer = new Layer(points);
    this.overlay = new Overlay(above);
    this.theme(dark);
    this.map.on('move', () => this.draw());
    this.map.on('moveend', () => {
      const c = this.map.getCenter();
      this.arrange();
      this.to.moved(this.map.getZoom(), c.lat, c.lng);
    });
    this.map.on('click', (e) => this.to.select(this.hit(e.point.x, e.point.y)));
    this.map.on('mousemove', (e) => this.point(e.point.x, e.point.y, e.lngLat.lat, e.lngLat.lng));
    this.map.on('resize', () => this.arrange());
    this.loop();
  }

  close() {
    cancelAnimationFrame(this.timer);
    this.map.remove();
  }

  now(): number {
    return Date.now() / 1000 + this.offset();
  }

  setGround(borders: GeoJSON.FeatureCollection, zones: GeoJSON.FeatureCollection, members: string[], own: string) {
    this.ground = { borders, names: namePoints(borders), zones };
    this.members = members;
    this.own = own;
    this.map.setStyle(groundStyle(this.ground, members, own, this.dark), { diff: false });
  }

  theme(dark: boolean) {
    this.dark = dark;
    this.overlay.dark = dark;
    this.layer.theme(dark);
    this.map.setStyle(groundStyle(this.ground, this.members, this.own, dark), { diff: false });
    this.draw();
  }

  /** A frame of the stream was taken. */
  loaded() {
    this.layer.load(this.tracks, this.now());
    this.arrange();
    this.draw();
  }

  select(number: number) {
    if (this.layer.selected === number) return;
    this.layer.selected = number;
    this.overlay.selected = number;
    this.overlay.setTrail([]);
    this.loaded();
  }

  setTrail(points: TrailPoint[]) {
    this.overlay.setTrail(points);
    this.draw();
  }

  setAlerts(alerts: Alert[]) {
    this.overlay.setAlerts(alerts);
  }

  goTo(lat: number, lon: number, zoom?: number) {
    this.map.jumpTo({ center: [lon, lat], zoom: Math.max(zoom ?? 0, this.map.getZoom()) });
  }

  /** Shows a country whole. */
  show(iso3: string) {
    const box = extent(this.ground.borders, iso3);
    if (box) this.fit(...box);
  }

  /** Shows circles (degrees, metres), each to two thirds of its radius. */
  showCircles(circles: { lat: number; lon: number; radius: number }[]) {
    this.fit(...boxOf(circles));
  }

  private fit(west: number, south: number, east: number, north: number) {
    this.map.fitBounds([west, south, east, north], { padding: 60, duration: 0, maxZoom: 6 });
  }

  pan(x: number, y: number) {
    this.map.panBy([x, y], { duration: 0 });
  }

  zoom(by: number) {
    this.map.jumpTo({ zoom: this.map.getZoom() + by });
  }

  /** Whether the base map is drawn. */
  ready(): boolean {
    return this.ground.borders.features.length > 0 && this.map.loaded();
  }

  /** Where a track stands on the screen, for tests. */
  place(number: number): { x: number; y: number } | null {
    const i = this.tracks.slots.get(number);
    if (i === undefined) return null;
    const [x, y] = screen(this.tracks, i, this.view(), this.now());
    return { x, y };
  }

  private view(): View {
    const c = this.map.getCenter();
    const [x, y] = mercator(c.lat, c.lng);
    const box = this.map.getContainer();
    return { x, y, world: 512 * 2 ** this.map.getZoom(), width: box.clientWidth, height: box.clientHeight, zoom: this.map.getZoom(), seen: this.overlay.grid.count };
  }

  private hit(x: number, y: number): number | null {
    const i = this.overlay.grid.nearest(x, y, 18);
    return i < 0 || i >= this.tracks.count ? null : this.tracks.id[i];
  }

  private point(x: number, y: number, lat: number, lon: number) {
    const number = this.hit(x, y) ?? 0;
    this.map.getCanvas().style.cursor = number ? 'pointer' : '';
    if (number !== this.overlay.hovered) this.overlay.hovered = number;
    this.to.pointed(lat, lon);
  }

  private arrange() {
    this.arranged = performance.now();
    this.overlay.arrange(this.tracks, this.view(), this.now());
  }

  private draw() {
    const v = this.view();
    const now = this.now();
    this.layer.draw(v, now);
    this.overlay.draw(this.tracks, v, now);
  }

  private loop() {
    let last = 0;
    const step = (t: number) => {
      this.timer = requestAnimationFrame(step);
      if (t - last < FRAME || document.hidden) return;
      last = t;
      if (t - this.arranged > 500) this.arrange();
      this.draw();
    };
    this.timer = requestAnimationFrame(step);
  }
}

function empty(): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features: [] };
}
