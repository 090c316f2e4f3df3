import { decode } from './columns';
import type { Tracks } from './tracks';

export interface AlertEvent {
  id: string;
  state: string;
  severity: string;
  title: string;
  entry?: number;
  new: boolean;
}

export interface LiveEvent {
  sequence: number;
  time: string;
  topic: string;
  alert?: AlertEvent;
}

export interface Listener {
  /** connected or not */
  state(up: boolean): void;
  /** a frame was taken */
  frame(bytes: number): void;
  event(e: LiveEvent): void;
  /** events were missed: read every document again */
  afresh(): void;
}

/** Stream keeps the WebSocket open, resumes after the last event seen, and waits longer after each failure, up to 10 s. */
export class Stream {
  lastSequence = 0;
  /** newest frame time less the page's clock, seconds: turns the page's clock into the node's */
  offset = 0;
  private run = '';
  private socket: WebSocket | undefined;
  private timer = 0;
  private watchdog = 0;
  private wait = 500;
  private closed = false;

  constructor(private as: string, private tracks: Tracks, private to: Listener) {
    this.open();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.socket?.close();
  }

  private open() {
    const url = new URL('api/live', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.search = '';
    url.hash = '';
    if (this.as) url.searchParams.set('as', this.as);
    if (this.run) {
      url.searchParams.set('run', this.run);
      url.searchParams.set('after', String(this.lastSequence));
    }
    const s = new WebSocket(url);
    this.socket = s;
    s.binaryType = 'arraybuffer';
    s.onmessage = (m) => this.message(m.data);
    s.onclose = () => this.lost(s);
    this.feed();
  }

  private lost(s: WebSocket) {
    if (this.closed || s !== this.socket) return;
    clearTimeout(this.watchdog);
    this.to.state(false);
    this.timer = window.setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(10_000, this.wait * 2);
  }

  /** A connection that is silent for 8 s is taken for dead: frames come each second. */
  private feed() {
    clearTimeout(this.watchdog);
    this.watchdog = window.setTimeout(() => {
      const s = this.socket;
      s?.close();
      if (s) this.lost(s);
      this.socket = undefined;
    }, 8000);
  }

  private message(data: ArrayBuffer | string) {
    if (this.closed) return;
    this.feed();
    if (typeof data === 'string') {
      this.text(JSON.parse(data));
      return;
    }
    const f = decode(data);
    const offset = f.time - Date.now() / 1000;
    this.offset = Math.abs(offset - this.offset) > 2 ? offset : this.offset + 0.1 * (offset - this.offset);
    if (!this.tracks.apply(f)) {
      this.socket?.close(); // a gap: the new connection begins with the whole picture
      return;
    }
    this.to.frame(data.byteLength);
  }

  private text(m: LiveEvent & { run?: string; resumed?: boolean }) {
    if (m.run !== undefined) {
      const first = this.run === '';
      this.run = m.run;
      this.wait = 500;
      this.to.state(true);
      if (!m.resumed) {
        this.lastSequence = m.sequence;
        if (!first) this.to.afresh();
      }
      return;
    }
    this.lastSequence = m.sequence;
    this.to.event(m);
  }
}
