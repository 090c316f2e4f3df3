// The node's documents as the page uses them; the full description is /api/openapi.json.

export interface Member { id: string; name: string; flag?: string }
export interface Person { name: string; role: string }
export interface Self {
  member: Member; members: Member[]; nodes: string[]; persons: Person[]; person: string;
  sign_in: 'read_only' | 'choose_person'; version: string; time: string; coasting_limit: number;
}
export interface Evidence { name: string; value: string; time?: string; from?: string }
export interface Condition {
  key: string; rule: string; severity: 'notice' | 'caution' | 'warning' | 'critical'; member?: string; title: string; time: string;
  lat?: number; lon?: number; has_place?: boolean; entry?: number; evidence?: Evidence[];
}
export interface Alert {
  id: string; condition: Condition; state: 'raised' | 'acknowledged' | 'closed'; owner?: string; origin: string; raised: string;
  last_seen: string; ceased?: string; count: number; log: { time: string; person: string; state: string; note?: string }[] | null; consultation?: string;
}
export interface Label { origin: string; to?: string[]; onward?: boolean; policy?: string; rule?: string; delay?: number; precision?: number; expires?: string }
export interface Entry {
  number: number;
  track: {
    id: number; origin: string; state: string; started: string; time: string; updated: string; lat: number; lon: number; height: number;
    ve: number; vn: number; vu: number; covariance: number[]; has: number; pressure_altitude: number; address: string; mode_a: number;
    callsign: string; sensors: number; plots: number; quality: number;
  };
  identification: { identity: string; criterion: string; by?: string; time: string };
  contributions: { member: string; track: number; time: string; received: string; label: Label }[];
  conflict?: string;
}
export interface TrailPoint { time: string; lat: number; lon: number; height: number; coasting?: boolean }
export interface Explanation { partner: string; entry: number; released: boolean; rule: string; label?: Label; steps: string[] }
export interface Link {
  partner: string; state: 'up' | 'resuming' | 'down'; last_in: string; lag: number; accepted: number; released: number;
  refused?: Record<string, number>; tracks: number; note?: string;
}
export interface Sensor { id: number; name: string; kind: string; owner: string; state: string; last_plot: string; rate: number; refused: number; note?: string; lat: number; lon: number; max_range: number }
export interface Body { id: string; name: string; office: string }
export interface Organisation { id: string; name: string; bodies: Body[] | null; chairs: { member: string; body?: string; from: string; until?: string }[] | null; matters: string[] | null }
export interface Session {
  id: string; body: string; kind: string; state: string; title: string; place?: string; starts: string; opened?: string; closed?: string; chair: string;
  agenda?: string[]; attendance?: { member: string; present: boolean; person?: string; reason?: string; by: string; time: string }[]; consultations?: string[];
}
export interface Text { version: number; hash: string; title: string; text: string; matter: string; format: string; until?: string; by: string; time: string }
export interface Position { member: string; person: string; stance: string; statement?: string; text: string; time: string; void?: boolean }
export interface Outcome { state: string; sentence: string; eligible?: string[]; for?: string[]; against?: string[]; aside?: string[]; absent?: string[]; waiting?: string[]; blocking?: string[]; bound?: string[] }
export interface Statement { kind: string; member: string; person: string; text: string; time: string }
export interface Consultation {
  id: string; body: string; session?: string; question: string; state: string; opened_by: string; opened: string; alert?: string; evidence?: Evidence[];
  texts?: Text[]; positions?: Position[]; statements?: Statement[]; outcome: Outcome; decision?: string; closed?: string; result?: string; finding?: string;
}
export interface Decision {
  id: string; number?: string; body: string; session?: string; consultation: string; text: Text; outcome: Outcome; adopted: string; by: string;
  bound: string[]; accession?: { member: string }[]; statements?: Statement[]; entry: number;
}
export interface Obligation {
  id: string; decision: string; title: string; from: string; to?: string; quantity: number; unit: string; due?: string; created: string; delivered: number;
  deliveries?: { quantity: number; evidence: string; by: string; time: string }[]; issues?: { id: string; title: string; by: string; opened: string; resolved?: string; resolution?: string }[];
  closed?: string; note?: string; state: string;
}
export interface RecordStatus {
  body: string; origin: string; size: number; root: string; time: string; checkpoint: string; cosigned: string[]; of: string[]; quorum: number;
  verified: boolean; verified_at: string; problem?: string;
}
export interface RecordEntry { index: number; act: string; kind: string; member: string; person: string; time: string; subject?: string; summary: string; bytes?: string }
export interface Report { id: string; source: string; link?: string; title?: string; publisher?: string; language?: string; published?: string; fetched?: string; text: string }
export interface Proposal {
  id: string; report: string; type: string; name?: string; modality: string; said_by?: string; date?: string; date_precision?: string; place?: string;
  evidence: string[] | null; spans: { from: number; to: number }[] | null; rule: string; why: string; standing: string; [field: string]: unknown;
}
export interface ConfirmedEvent {
  id: string; type: string; name?: string; modality: string; date?: string; date_precision?: string; place?: string; said_by?: string;
  sources: { report: string; proposal: string; evidence: string[] | null }[] | null; member: string; person: string; confirmed: string; corrected?: boolean; note?: string;
  [field: string]: unknown;
}

/** What the node answered instead of a document. */
export class Refusal extends Error {
  constructor(public status: number, detail: string) {
    super(detail);
  }
}

/** Node asks one member's node. */
export class Node {
  constructor(public as: string) {}

  url(path: string): string {
    const u = new URL(`api/${path}`, location.href.replace(/[?#].*$/, ''));
    if (this.as) u.searchParams.set('as', this.as);
    return u.toString();
  }

  async get<T>(path: string): Promise<T> {
    return (await this.ask(path, { headers: { Accept: 'application/json' } })).json() as Promise<T>;
  }

  /** Does something; answers with the ID of what was made or changed. */
  async act(path: string, body: unknown, method = 'POST'): Promise<string> {
    const init: RequestInit = { method, headers: { 'Content-Type': 'application/json', Accept: 'application/json' } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const done = (await (await this.ask(path, init)).json()) as { id: string };
    return done.id;
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    let r: Response;
    try {
      r = await fetch(this.url(path), { credentials: 'same-origin', ...init });
    } catch {
      throw new Refusal(0, 'the node does not answer; what was asked may not have been done');
    }
    if (!r.ok) {
      const p = (await r.json().catch(() => ({}))) as { detail?: string; title?: string; errors?: { message?: string; location?: string }[] };
      const more = (p.errors ?? []).map((e) => e.location && r.status === 422 ? `${e.location}: ${e.message}` : '').filter(Boolean).join('; ');
      throw new Refusal(r.status, [p.detail ?? p.title ?? `the node answered ${r.status}`, more].filter(Boolean).join(' – '));
    }
    return r;
  }
}
