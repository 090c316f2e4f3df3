import { Flag } from '../live/columns';
import type { Tracks } from '../live/tracks';
import { COLUMNS, EMERGENCY, LOOKS, spriteSheet } from './identity';

/** What is looked at: centre in the Mercator square, its width in CSS pixels, the canvas size. */
export interface View {
  x: number;
  y: number;
  world: number;
  width: number;
  height: number;
  zoom: number;
  /** tracks on the screen */
  seen: number;
}

const POINT = `#version 300 es
precision highp float;
layout(location = 0) in vec4 a_place;   // x high, x low, y high, y low
layout(location = 1) in vec4 a_motion;  // vx, vy, base, until
layout(location = 2) in vec3 a_sprite;  // identity, row, important
uniform vec4 u_centre;                  // x high, x low, y high, y low
uniform vec4 u_view;                    // world px, width, height, device pixels per CSS pixel
uniform vec3 u_now;                     // time, size of symbols, of important ones
flat out vec2 v_cell;
flat out float v_size;
void main() {
  float dt = clamp(u_now.x, a_motion.z, a_motion.w) - a_motion.z;
  float dx = (a_place.x - u_centre.x) + (a_place.y - u_centre.y) + a_motion.x * dt;
  float dy = (a_place.z - u_centre.z) + (a_place.w - u_centre.w) + a_motion.y * dt;
  gl_Position = vec4(dx * u_view.x * 2.0 / u_view.y, -dy * u_view.x * 2.0 / u_view.z, 0.0, 1.0);
  v_size = (a_sprite.z > 0.5 ? u_now.z : u_now.y) * u_view.w;
  gl_PointSize = v_size;
  v_cell = a_sprite.xy;
}`;

const PAINT = `#version 300 es
precision mediump float;
flat in vec2 v_cell;
flat in float v_size;
uniform sampler2D u_sheet;
uniform vec3 u_colours[8];
out vec4 colour;
void main() {
  if (v_size < 9.0) {
    vec2 p = gl_PointCoord * 2.0 - 1.0;
    float d = dot(p, p);
    if (d > 1.0) discard;
    bool bare = mod(v_cell.y, 2.0) > 0.5 && d < 0.35;
    colour = vec4(v_cell.y >= 2.0 ? u_colours[7] : u_colours[int(v_cell.x)], 1.0) * (bare ? 0.0 : 1.0);
    return;
  }
  colour = texture(u_sheet, (v_cell + gl_PointCoord) / vec2(${COLUMNS}.0, 4.0));
  if (colour.a < 0.02) discard;
}`;

const FLOATS = 11;

/** Layer draws all tracks as points on its own canvas above the map: data once a second, motion in the shader. */
export class Layer {
  private gl: WebGL2RenderingContext;
  private program!: WebGLProgram;
  private buffer!: WebGLBuffer;
  private texture: WebGLTexture | null = null;
  private data = new Float32Array(0);
  private count = 0;
  private epoch = 0;
  private uniforms: Record<string, WebGLUniformLocation | null> = {};
  private dark = true;
  /** tracks drawn full size and on top beside alerts and emergencies */
  selected = 0;

  constructor(private canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, premultipliedAlpha: true, depth: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error('this browser gives no WebGL 2');
    this.gl = gl;
    canvas.addEventListener('webglcontextlost', (e) => e.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => this.setUp());
    this.setUp();
  }

  private setUp() {
    const gl = this.gl;
    this.texture = null;
    this.program = gl.createProgram()!;
    for (const [kind, source] of [[gl.VERTEX_SHADER, POINT], [gl.FRAGMENT_SHADER, PAINT]] as const) {
      const s = gl.createShader(kind)!;
      gl.shaderSource(s, source);
      gl.compileShader(s);
      if (!gl.getShaderParameter(s, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(gl.getShaderInfoLog(s) ?? 'shader');
      gl.attachShader(this.program, s);
    }
    gl.linkProgram(this.program);
    gl.useProgram(this.program);
    for (const name of ['u_centre', 'u_view', 'u_now', 'u_colours']) this.uniforms[name] = gl.getUniformLocation(this.program, name);
    this.buffer = gl.createBuffer()!;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    [[0, 4, 0], [1, 4, 4], [2, 3, 8]].forEach(([at, size, offset]) => {
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, FLOATS * 4, offset * 4);
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.theme(this.dark);
  }

  /** Draws the sprite sheet for the dark or the light page. */
  theme(dark: boolean) {
    this.dark = dark;
    const gl = this.gl;
    const sheet = spriteSheet(dark);
    gl.deleteTexture(this.texture);
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, sheet);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    const colours = new Float32Array(24); // of dots: those of the identities, the eighth is the emergency's
    [...LOOKS, EMERGENCY].forEach((l, i) => {
      const rgb = parseInt((dark ? l.dark : l.light).slice(1), 16);
      colours.set([(rgb >> 16) / 255, ((rgb >> 8) & 255) / 255, (rgb & 255) / 255], 3 * i);
    });
    gl.uniform3fv(this.uniforms.u_colours, colours);
  }

  /** Takes the tracks as they stand; called for each frame of the stream and when the selection changes. */
  load(t: Tracks, now: number) {
    if (this.data.length < t.count * FLOATS) this.data = new Float32Array(Math.max(1024, t.count * 2) * FLOATS);
    this.epoch = Math.floor(t.time);
    let k = 0;
    for (const important of [false, true]) {
      for (let i = 0; i < t.count; i++) {
        if (isImportant(t, i, this.selected) === important) this.put(t, i, k++, important, now);
      }
    }
    this.count = k;
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.data.subarray(0, k * FLOATS), gl.DYNAMIC_DRAW);
  }

  private put(t: Tracks, i: number, k: number, important: boolean, now: number) {
    const d = this.data;
    const o = k * FLOATS;
    const x = Math.fround(t.x[i]);
    const y = Math.fround(t.y[i]);
    d[o] = x;
    d[o + 1] = t.x[i] - x;
    d[o + 2] = y;
    d[o + 3] = t.y[i] - y;
    d[o + 4] = t.vx[i];
    d[o + 5] = t.vy[i];
    d[o + 6] = t.base[i] - this.epoch;
    d[o + 7] = t.until[i] - this.epoch;
    d[o + 8] = t.identity[i];
    d[o + 9] = (t.flags[i] & Flag.Emergency ? 2 : 0) + (t.hollow(i, now) ? 1 : 0);
    d[o + 10] = important ? 1 : 0;
  }

  /** Draws the tracks where they are at the time now. */
  draw(v: View, now: number) {
    const gl = this.gl;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const w = Math.round(v.width * ratio);
    const h = Math.round(v.height * ratio);
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    gl.viewport(0, 0, w, h);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const x = Math.fround(v.x);
    const y = Math.fround(v.y);
    gl.uniform4f(this.uniforms.u_centre, x, v.x - x, y, v.y - y);
    gl.uniform4f(this.uniforms.u_view, v.world, v.width, v.height, ratio);
    gl.uniform3f(this.uniforms.u_now, now - this.epoch, symbolSize(v.zoom, v.seen), importantSize(v.zoom, v.seen));
    gl.drawArrays(gl.POINTS, 0, this.count);
  }
}

const CROWD = 1200; // tracks on the screen from which ordinary ones are drawn as dots
const FEW = 250; // up to which they are symbols, however far out

/** Dots when far out or crowded, symbols nearer in. Sizes are of the sprite cell, whose symbol fills a bit more than half. */
export function symbolSize(zoom: number, seen: number): number {
  if (zoom < 4.5 && seen <= FEW) return 20;
  if (zoom < 3.5) return 5;
  if (zoom < 4.5 || seen > CROWD) return 7;
  return Math.min(34, 20 + (zoom - 4.5) * 4);
}

/** Important ones stay symbols, smaller where there are many tracks. */
export function importantSize(zoom: number, seen: number): number {
  return Math.max(seen > 2 * CROWD ? 22 : 30, symbolSize(zoom, seen));
}

/** Alerts, emergencies, the selected, suspect and unknown tracks are always drawn full size and on top. */
export function isImportant(t: Tracks, i: number, selected: number): boolean {
  return (t.flags[i] & (Flag.Emergency | Flag.Alert)) !== 0 || t.identity[i] >= 5 || t.id[i] === selected;
}
