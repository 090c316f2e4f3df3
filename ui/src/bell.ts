/** Bell sounds two notes, three times for what is critical. Browsers allow it only after a click: hence the button. */
export class Bell {
  private audio: AudioContext | undefined;

  ring(critical: boolean) {
    this.audio ??= new AudioContext();
    const a = this.audio;
    void a.resume();
    for (let k = 0; k < (critical ? 3 : 1); k++) {
      for (const [note, at] of [[880, 0], [660, 0.18]] as const) {
        const start = a.currentTime + k * 0.6 + at;
        const tone = a.createOscillator();
        const gain = a.createGain();
        tone.frequency.value = note;
        gain.gain.setValueAtTime(0.0001, start);
        gain.gain.exponentialRampToValueAtTime(0.2, start + 0.02);
        gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.17);
        tone.connect(gain).connect(a.destination);
        tone.start(start);
        tone.stop(start + 0.2);
      }
    }
  }
}
