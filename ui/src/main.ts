import { mount } from 'svelte';
import './page.css';
import App from './App.svelte';
import { app } from './app.svelte';
import { LOOKS } from './map/identity';

mount(App, { target: document.getElementById('app')! });

// Read-only numbers for page tests.
Object.defineProperty(window, 'entente', {
  value: Object.freeze({
    get ready() {
      return app.up && app.tracks.frame > 0 && (app.map?.ready() ?? false);
    },
    get count() {
      return app.tracks.count;
    },
    get lastSequence() {
      return app.stream?.lastSequence ?? 0;
    },
    get time() {
      return app.tracks.time;
    },
    ids: () => [...app.tracks.slots.keys()],
    track(id: number) {
      const i = app.tracks.slots.get(id);
      const p = app.map?.place(id);
      return i === undefined || !p ? null : { ...p, identity: LOOKS[app.tracks.identity[i]]?.name ?? 'pending' };
    },
  }),
});
