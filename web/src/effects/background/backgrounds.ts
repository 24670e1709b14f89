// What can be behind a person in place of their room. The pictures are drawn here, at the size that is needed.

export const IMAGES = ['studio', 'dusk', 'forest', 'paper'] as const;
export type BackgroundImage = (typeof IMAGES)[number];

export const BACKGROUNDS = ['none', 'blurLight', 'blurStrong', ...IMAGES] as const;
export type BackgroundChoice = (typeof BACKGROUNDS)[number];
/** A background that something has to be done for. */
export type ActiveBackground = Exclude<BackgroundChoice, 'none'>;

export function isImage(background: BackgroundChoice): background is BackgroundImage {
  return IMAGES.some((image) => image === background);
}

export type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Fills a picture of this size. */
export function paint(image: BackgroundImage, pen: Pen, width: number, height: number): void {
  pen.save();
  pen.scale(width / 160, height / 90);
  PAINTERS[image](pen);
  pen.restore();
}

/** Each on a field of 160 by 90. */
const PAINTERS: Record<BackgroundImage, (pen: Pen) => void> = {
  studio(pen) {
    fill(pen, down(pen, [[0, '#d9d3c8'], [0.72, '#c4bbad'], [0.74, '#9c8f7e'], [1, '#84776a']]));
    glow(pen, 118, 18, 70, 'rgb(255 246 226 / 0.75)');
    // A shelf with a plant, and a lamp's light.
    pen.fillStyle = '#8a7a68';
    pen.fillRect(14, 38, 34, 1.6);
    pen.fillStyle = '#5f7d6b';
    for (const [x, y, rx, ry, turn] of [[22, 30, 2.2, 8, -0.5], [25, 28, 2.2, 9, 0], [28, 30, 2.2, 8, 0.5]] as const) oval(pen, x, y, rx, ry, turn);
    pen.fillStyle = '#b4654a';
    pen.fillRect(21.5, 34, 7, 4);
    for (const [x, colour, tall] of [[35, '#41566e', 9], [38, '#a8874f', 7.5], [40.4, '#6d3f46', 8.6]] as const) {
      pen.fillStyle = colour;
      pen.fillRect(x, 38 - tall, 2.2, tall);
    }
  },
  dusk(pen) {
    fill(pen, down(pen, [[0, '#27305f'], [0.42, '#7a4d86'], [0.68, '#e08a78'], [0.86, '#f6c58f'], [1, '#f6c58f']]));
    glow(pen, 112, 62, 46, 'rgb(255 228 176 / 0.9)');
    ridge(pen, 66, 7, 0.055, 0.4, '#5b3d6e');
    ridge(pen, 74, 5, 0.08, 2.2, '#3d2c57');
    ridge(pen, 83, 4, 0.11, 4.1, '#261f40');
  },
  forest(pen) {
    fill(pen, down(pen, [[0, '#dfeae4'], [1, '#9dbcae']]));
    glow(pen, 44, 16, 60, 'rgb(255 255 255 / 0.8)');
    ridge(pen, 42, 9, 0.05, 0.2, '#a9c5b7');
    ridge(pen, 54, 8, 0.07, 1.7, '#7ba594');
    ridge(pen, 66, 7, 0.09, 3.1, '#4f806f');
    ridge(pen, 79, 6, 0.12, 5.3, '#2d5b4d');
  },
  paper(pen) {
    fill(pen, down(pen, [[0, '#f3efe6'], [1, '#e6dfd1']]));
    pen.fillStyle = '#0f766e';
    oval(pen, 18, 84, 46, 40, 0);
    pen.fillStyle = '#e9b872';
    oval(pen, 146, 10, 34, 30, 0);
    pen.fillStyle = 'rgb(197 107 79 / 0.9)';
    oval(pen, 150, 82, 22, 26, 0.5);
    pen.strokeStyle = 'rgb(15 118 110 / 0.45)';
    pen.lineWidth = 0.7;
    for (let ring = 0; ring < 5; ring += 1) {
      pen.beginPath();
      pen.arc(146, 10, 40 + ring * 5, 0, Math.PI * 2);
      pen.stroke();
    }
  },
};

function down(pen: Pen, stops: readonly (readonly [at: number, colour: string])[]): CanvasGradient {
  const gradient = pen.createLinearGradient(0, 0, 0, 90);
  for (const [at, colour] of stops) gradient.addColorStop(at, colour);
  return gradient;
}

function fill(pen: Pen, style: CanvasGradient): void {
  pen.fillStyle = style;
  pen.fillRect(0, 0, 160, 90);
}

function glow(pen: Pen, x: number, y: number, radius: number, colour: string): void {
  const gradient = pen.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, colour);
  gradient.addColorStop(1, 'rgb(255 255 255 / 0)');
  fill(pen, gradient);
}

function oval(pen: Pen, x: number, y: number, rx: number, ry: number, turn: number): void {
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, turn, 0, Math.PI * 2);
  pen.fill();
}

/** A row of hills up to this height of the field. */
function ridge(pen: Pen, y: number, tall: number, pace: number, phase: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(0, 90);
  for (let x = 0; x <= 160; x += 2) pen.lineTo(x, y - tall * (0.6 * Math.sin(x * pace + phase) + 0.4 * Math.sin(x * pace * 2.7 + phase * 3)));
  pen.lineTo(160, 90);
  pen.fill();
}
