// How an identity looks: shape, colour and letter each tell it apart. Red is kept for emergencies alone.

export interface Look {
  name: string;
  letter: string;
  dark: string;
  light: string;
  shape: 'hexagon' | 'ring' | 'circle' | 'square' | 'diamond' | 'clover';
}

/** By the number of the identity in the live stream, 1 to 6. */
export const LOOKS: Look[] = [
  { name: 'pending', letter: 'P', dark: '#aeb9c4', light: '#5b6772', shape: 'hexagon' },
  { name: 'pending', letter: 'P', dark: '#aeb9c4', light: '#5b6772', shape: 'hexagon' },
  { name: 'assumed_friend', letter: 'A', dark: '#8ec7e6', light: '#2f7fae', shape: 'ring' },
  { name: 'friend', letter: 'F', dark: '#4fb3f0', light: '#0b63a8', shape: 'circle' },
  { name: 'neutral', letter: 'N', dark: '#6cc28e', light: '#207a47', shape: 'square' },
  { name: 'suspect', letter: 'S', dark: '#f09a4a', light: '#b8560a', shape: 'diamond' },
  { name: 'unknown', letter: 'U', dark: '#e8d26a', light: '#8a6d00', shape: 'clover' },
];

export const EMERGENCY = { dark: '#ff5148', light: '#d0211c' };

/** The look of an identity by its name. */
export function lookOf(name: string): Look {
  return LOOKS.find((l, i) => i > 0 && l.name === name) ?? LOOKS[1];
}

/** Traces the outline of a shape of radius r round x, y. */
export function trace(c: CanvasRenderingContext2D, shape: Look['shape'], x: number, y: number, r: number) {
  c.beginPath();
  switch (shape) {
    case 'circle':
    case 'ring':
      c.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case 'square':
      c.rect(x - r * 0.86, y - r * 0.86, r * 1.72, r * 1.72);
      break;
    case 'diamond':
      polygon(c, x, y, r * 1.18, 4, 0);
      break;
    case 'hexagon':
      polygon(c, x, y, r * 1.06, 6, Math.PI / 6);
      break;
    case 'clover':
      for (let k = 0; k < 4; k++) {
        const a = (k * Math.PI) / 2;
        c.arc(x + Math.cos(a) * r * 0.46, y + Math.sin(a) * r * 0.46, r * 0.58, a - 1.379, a + 1.379);
      }
      break;
  }
  c.closePath();
}

function polygon(c: CanvasRenderingContext2D, x: number, y: number, r: number, n: number, turn: number) {
  for (let k = 0; k < n; k++) {
    const a = turn + (k * 2 * Math.PI) / n - Math.PI / 2;
    if (k === 0) c.moveTo(x + Math.cos(a) * r, y + Math.sin(a) * r);
    else c.lineTo(x + Math.cos(a) * r, y + Math.sin(a) * r);
  }
}

/** Draws one symbol; emergency adds a red ring and paints it red, hollow leaves it unfilled. */
export function drawSymbol(c: CanvasRenderingContext2D, look: Look, x: number, y: number, r: number, dark: boolean, hollow: boolean, emergency: boolean) {
  const colour = emergency ? (dark ? EMERGENCY.dark : EMERGENCY.light) : dark ? look.dark : look.light;
  const back = dark ? '#0b141a' : '#ffffff';
  trace(c, look.shape, x, y, r);
  c.fillStyle = hollow ? back : colour;
  c.globalAlpha = hollow ? 0.55 : look.shape === 'ring' ? 0.45 : 1;
  c.fill();
  c.globalAlpha = 1;
  c.lineWidth = r * 0.2;
  c.strokeStyle = hollow || look.shape === 'ring' ? colour : back;
  c.setLineDash(hollow ? [r * 0.5, r * 0.3] : []);
  c.stroke();
  c.setLineDash([]);
  c.font = `700 ${r * 1.15}px system-ui, sans-serif`;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  c.fillStyle = hollow ? colour : look.shape === 'ring' ? (dark ? '#ffffff' : '#0b141a') : dark ? '#0b141a' : '#ffffff';
  c.fillText(look.letter, x, y + r * 0.07);
  if (emergency) {
    c.beginPath();
    c.arc(x, y, r * 1.5, 0, 2 * Math.PI);
    c.lineWidth = r * 0.22;
    c.strokeStyle = colour;
    c.stroke();
  }
}

export const CELL = 64;
export const COLUMNS = 8;

/** The sprite sheet: a column for each identity; rows filled, hollow, emergency, emergency hollow. */
export function spriteSheet(dark: boolean): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = CELL * COLUMNS;
  canvas.height = CELL * 4;
  const c = canvas.getContext('2d')!;
  for (let row = 0; row < 4; row++) {
    for (let id = 0; id < LOOKS.length; id++) {
      drawSymbol(c, LOOKS[id], (id + 0.5) * CELL, (row + 0.5) * CELL, CELL * 0.29, dark, (row & 1) === 1, row >= 2);
    }
  }
  return canvas;
}
