import { readAddress, writeAddress, type PageState, type Panel } from './address';
import { Node, Refusal, type Alert, type ConfirmedEvent, type Consultation, type Decision, type Entry, type Link, type Obligation, type Organisation, type Proposal, type Report, type Self, type Sensor, type Session, type TrailPoint } from './api';
import { Bell } from './bell';
import { Stream, type LiveEvent } from './live/stream';
import { Tracks } from './live/tracks';
import type { MapView } from './map/view';
import { DEG, today } from './text';

const ORDER = { critical: 4, warning: 3, caution: 2, notice: 1 } as const;

/** App is the page's state: what the node said last, and what the reader has open. */
export class App {
  readonly tracks = new Tracks();
  readonly bell = new Bell();
  node = new Node('');
  stream: Stream | undefined = undefined;
  map: MapView | undefined = undefined;

  address = $state<PageState>(readAddress(location.search));
  self = $state<Self>();
  up = $state(false);
  failed = $state('');
  count = $state(0);
  pictureTime = $state(0);
  now = $state(Date.now() / 1000);
  dark = $state(true);
  sound = $state(false);
  pointer = $state<[number, number] | null>(null);
  help = $state(false);
  said = $state('');
  notices = $state<{ id: number; text: string; bad: boolean }[]>([]);

  alerts = $state.raw<Alert[]>([]);
  organisation = $state.raw<Organisation>();
  sessions = $state.raw<Session[]>([]);
  consultations = $state.raw<Consultation[]>([]);
  decisions = $state.raw<Decision[]>([]);
  obligations = $state.raw<Obligation[]>([]);
  links = $state.raw<Link[]>([]);
  sensors = $state.raw<Sensor[]>([]);
  reports = $state.raw<Report[]>([]);
  proposals = $state.raw<Proposal[]>([]);
  events = $state.raw<ConfirmedEvent[]>([]);
  entry = $state.raw<Entry | null>(null);
  trail = $state.raw<TrailPoint[]>([]);
  /** counts changes of the record: its panel reads again */
  recordMoves = $state(0);

  open = $derived(this.alerts.filter((a) => a.state !== 'closed'));
  /** alerts that stay in the banner until somebody takes them */
  pressing = $derived(this.alerts.filter((a) => a.state === 'raised' && ORDER[a.condition.severity] >= 3).sort((a, b) => ORDER[b.condition.severity] - ORDER[a.condition.severity]));
  person = $derived(this.self?.person ?? '');
  /** the node's time, seconds since 1970: a demonstration's is not the reader's */
  clock = $derived(this.now + (this.stream?.offset ?? 0));
  age = $derived(this.pictureTime ? Math.max(0, this.clock - this.pictureTime) : 0);

  private noticeId = 0;
  /** whether the map goes to the member's country once its borders are here */
  private home = this.address.map === null;

  async start() {
    today.now = () => Date.now() + (this.stream?.offset ?? 0) * 1000;
    const stored = localStorage.getItem('entente.theme');
    this.setTheme(stored ? stored === 'dark' : !matchMedia('(prefers-color-scheme: light)').matches);
    setInterval(() => (this.now = Date.now() / 1000), 250);
    setInterval(() => this.slow(), 5000);
    addEventListener('popstate', () => {
      const was = this.address.as;
      this.address = readAddress(location.search);
      if (this.address.as !== was) void this.join(this.address.as);
    });
    await this.join(this.address.as);
  }

  /** Goes to a member's node: everything is read anew. */
  async join(as: string): Promise<void> {
    this.stream?.close();
    this.up = false;
    const node = new Node(as);
    this.node = node;
    this.tracks.count = 0;
    this.tracks.slots.clear();
    this.entry = null;
    let self: Self;
    try {
      self = await node.get<Self>('self');
    } catch (e) {
      if (node !== this.node) return;
      this.failed = (e as Error).message;
      if (as && e instanceof Refusal && e.status === 404) {
        this.set({ as: '' });
        return this.join('');
      }
      setTimeout(() => node === this.node && void this.join(as), 3000);
      return;
    }
    if (node !== this.node) return; // the reader went on to another meanwhile
    this.self = self;
    this.failed = '';
    this.tracks.coastingLimit = self.coasting_limit;
    this.stream = new Stream(as, this.tracks, {
      state: (up) => (this.up = up),
      frame: () => this.framed(),
      event: (e) => this.heard(e),
      afresh: () => void this.reload(),
    });
    await Promise.all([this.reload(), this.ground()]);
    if (this.address.track && node === this.node) void this.select(this.address.track);
  }

  /** Looks through another member's eyes. */
  viewAs(as: string) {
    this.set({ as, track: null, item: '' }, true);
    this.home = true;
    void this.join(as);
  }

  private async ground() {
    const node = this.node;
    try {
      const [borders, zones] = await Promise.all([node.get<GeoJSON.FeatureCollection>('borders.geojson'), node.get<GeoJSON.FeatureCollection>('zones.geojson')]);
      if (node !== this.node) return;
      this.map?.setGround(borders, zones, this.self?.members.map((m) => m.id) ?? [], this.self?.member.id ?? '');
      if (this.home && this.self) {
        // What its sensors see is nearer to an officer's eye than a country from end to end.
        const sensors = await node.get<Sensor[]>('sensors');
        if (node !== this.node) return;
        if (sensors.length) this.map?.showCircles(sensors.map((s) => ({ lat: s.lat * DEG, lon: s.lon * DEG, radius: s.max_range })));
        else this.map?.show(this.self.member.id);
      }
      this.home = false;
    } catch (e) {
      if (node === this.node) this.tell(`Reading the borders failed: ${(e as Error).message}`, true);
    }
  }

  /** Reads the documents of a topic, of all when none is named. */
  async reload(topic = '') {
    const jobs: Promise<unknown>[] = [];
    const node = this.node;
    const read = <T>(path: string, put: (v: T) => void) => jobs.push(node.get<T>(path).then((v) => node === this.node && put(v)));
    const all = topic === '';
    if (all || topic === 'alerts') read<Alert[]>('alerts', (v) => {
      this.alerts = v;
      this.map?.setAlerts(this.open);
    });
    if (all) read<Organisation>('organisation', (v) => (this.organisation = v));
    if (all || topic === 'council') {
      read<Session[]>('sessions', (v) => (this.sessions = v));
      read<Consultation[]>('consultations', (v) => (this.consultations = v));
      read<Decision[]>('decisions', (v) => (this.decisions = v));
      read<Obligation[]>('obligations', (v) => (this.obligations = v));
    }
    if (all || topic === 'watch') {
      read<Report[]>('watch/reports', (v) => (this.reports = v));
      read<Proposal[]>('watch/proposals', (v) => (this.proposals = v));
      read<ConfirmedEvent[]>('watch/events', (v) => (this.events = v));
    }
    if (all || topic === 'links') {
      read<Link[]>('links', (v) => (this.links = v));
      read<Sensor[]>('sensors', (v) => (this.sensors = v));
    }
    if (all || topic === 'record') this.recordMoves++;
    if (topic === 'zones') jobs.push(this.ground());
    const done = await Promise.allSettled(jobs);
    const bad = done.find((d) => d.status === 'rejected');
    if (bad && node === this.node) this.tell(`Reading ${topic || 'the node'} failed: ${(bad.reason as Error).message}`, true);
  }

  private slow() {
    if (!this.up || document.hidden) return;
    if (this.address.panel === 'links') void this.reload('links');
    if (this.address.track) void this.refreshTrack();
  }

  private framed() {
    this.count = this.tracks.count;
    this.pictureTime = this.tracks.time;
    this.map?.loaded();
  }

  private due = new Set<string>();

  /** Events come in bursts: each topic is read once for all that come within 150 ms. */
  private heard(e: LiveEvent) {
    if (this.due.size === 0) {
      setTimeout(() => {
        const topics = [...this.due];
        this.due.clear();
        for (const t of topics) void this.reload(t);
      }, 150);
    }
    this.due.add(e.topic);
    if (e.alert?.new) {
      this.said = `${e.alert.severity}: ${e.alert.title}`;
      if (this.sound && (e.alert.severity === 'critical' || e.alert.severity === 'warning')) this.bell.ring(e.alert.severity === 'critical');
    }
  }

  /** Changes what is open, and the address with it. */
  set(change: Partial<PageState>, push = false) {
    Object.assign(this.address, change);
    const url = location.pathname + writeAddress(this.address);
    if (push) history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  }

  openPanel(panel: Panel | null, item = '') {
    this.set({ panel, item }, true);
  }

  async select(number: number | null, centre = false) {
    this.set({ track: number });
    this.map?.select(number ?? 0);
    this.entry = null;
    this.trail = [];
    if (number === null) return;
    await this.refreshTrack();
    const e = this.entry as Entry | null;
    if (centre && e) this.map?.goTo((e.track.lat * 180) / Math.PI, (e.track.lon * 180) / Math.PI, 6.5);
  }

  private async refreshTrack() {
    const number = this.address.track;
    if (number === null) return;
    try {
      const [entry, trail] = await Promise.all([this.node.get<Entry>(`tracks/${number}`), this.node.get<TrailPoint[]>(`tracks/${number}/trail`)]);
      if (this.address.track !== number) return;
      this.entry = entry;
      this.trail = trail;
      this.map?.select(number);
      this.map?.setTrail(trail);
    } catch (e) {
      if (this.address.track !== number) return;
      if (e instanceof Refusal && e.status === 404) {
        this.tell(`Track ${number} has left the picture`, false);
        void this.select(null);
      }
    }
  }

  /** Does something at the node and says what came of it; undefined when it was refused. */
  async act(what: string, path: string, body: unknown): Promise<string | undefined> {
    try {
      const id = await this.node.act(path, body);
      this.tell(what, false);
      return id;
    } catch (e) {
      this.tell((e as Error).message, true);
      return undefined;
    }
  }

  async signIn(person: string) {
    try {
      await this.node.act('session', person ? { person } : undefined, person ? 'POST' : 'DELETE');
      this.self = await this.node.get<Self>('self');
    } catch (e) {
      this.tell((e as Error).message, true);
    }
  }

  tell(text: string, bad: boolean) {
    const id = ++this.noticeId;
    this.notices = [...this.notices.slice(-2), { id, text, bad }];
    setTimeout(() => (this.notices = this.notices.filter((n) => n.id !== id)), bad ? 9000 : 4000);
  }

  setTheme(dark: boolean) {
    this.dark = dark;
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    this.map?.theme(dark);
  }

  toggleTheme() {
    this.setTheme(!this.dark);
    localStorage.setItem('entente.theme', this.dark ? 'dark' : 'light');
  }

  toggleSound() {
    this.sound = !this.sound;
    if (this.sound) this.bell.ring(false);
  }

  name(id: string | undefined): string {
    return this.self?.members.find((m) => m.id === id)?.name ?? id ?? '';
  }

  body(id: string): string {
    return this.organisation?.bodies?.find((b) => b.id === id)?.name ?? id;
  }
}

export const app = new App();
