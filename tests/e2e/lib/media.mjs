// Known pictures and sounds, so that a test can tell whose picture it sees and whose voice it hears.
// A participant shows three bars in an order of its own above a block that moves, and beeps at its own pitch.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';

export const WIDTH = 640;
export const HEIGHT = 360;
/** Pictures a second, in the files and on the canvas: half of what a camera sends, since several browsers encode and decode on two cores. */
export const FPS = 15;
/** The bars fill this part of the height; the block moves below. */
export const BARS_SHARE = 0.75;

/** @typedef {[number, number, number]} Colour red, green, blue, 0 to 255 */
/** @type {Colour} */ const RED = [200, 40, 40];
/** @type {Colour} */ const GREEN = [40, 170, 60];
/** @type {Colour} */ const BLUE = [50, 60, 200];

/**
 * @typedef {object} Look
 * @property {string} name
 * @property {Colour[]} bars from left to right
 * @property {number} toneHz
 */

/** @type {Look[]} Each order of bars and each pitch is one participant's alone; a mirrored picture is nobody's. */
export const LOOKS = [
  { name: 'Ada Lovelace', bars: [RED, GREEN, BLUE], toneHz: 440 },
  { name: 'Grace Hopper', bars: [GREEN, BLUE, RED], toneHz: 705 },
  { name: 'Alan Turing', bars: [BLUE, RED, GREEN], toneHz: 1130 },
];

/** BT.601, limited range. @param {Colour} rgb */
function yuv([r, g, b]) {
  return [
    16 + (65.738 * r + 129.057 * g + 25.064 * b) / 256,
    128 + (-37.945 * r - 74.494 * g + 112.439 * b) / 256,
    128 + (112.439 * r - 94.154 * g - 18.285 * b) / 256,
  ].map(Math.round);
}

/** Writes a y4m file of one second that Chromium's fake camera plays in a loop. @param {string} path @param {Look} look */
export function writePicture(path, look) {
  const [halfWidth, halfHeight] = [WIDTH / 2, HEIGHT / 2];
  const colours = look.bars.map(yuv);
  const barAt = (/** @type {number} */ x, /** @type {number} */ width) => colours[Math.min(2, Math.floor((3 * x) / width))] ?? [16, 128, 128];
  const luma = Buffer.alloc(WIDTH * HEIGHT, 70);
  const blue = Buffer.alloc(halfWidth * halfHeight, 128);
  const red = Buffer.alloc(halfWidth * halfHeight, 128);
  const barRows = HEIGHT * BARS_SHARE;
  for (let y = 0; y < barRows; y++) for (let x = 0; x < WIDTH; x++) luma[y * WIDTH + x] = barAt(x, WIDTH)[0] ?? 16;
  for (let y = 0; y < barRows / 2; y++) {
    for (let x = 0; x < halfWidth; x++) {
      blue[y * halfWidth + x] = barAt(x, halfWidth)[1] ?? 128;
      red[y * halfWidth + x] = barAt(x, halfWidth)[2] ?? 128;
    }
  }
  const file = openSync(path, 'w');
  try {
    writeSync(file, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FPS}:1 Ip A1:1 C420jpeg\n`);
    for (let n = 0; n < FPS; n++) {
      const moved = Buffer.from(luma);
      const left = Math.floor((n / FPS) * (WIDTH - 64));
      for (let y = barRows + 16; y < HEIGHT - 16; y++) moved.fill(210, y * WIDTH + left, y * WIDTH + left + 64);
      writeSync(file, 'FRAME\n');
      for (const plane of [moved, blue, red]) writeSync(file, plane);
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a wav file of beeps, 300 ms on and 200 ms off: noise suppression lets beeps pass where it takes a steady tone for noise.
 * @param {string} path @param {Look} look
 */
export function writeTone(path, look) {
  const rate = 48_000;
  const samples = rate * 2;
  const data = Buffer.alloc(44 + samples * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + samples * 2, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n++) {
    const on = n % (rate / 2) < rate * 0.3;
    data.writeInt16LE(on ? Math.round(14_000 * Math.sin((2 * Math.PI * look.toneHz * n) / rate)) : 0, 44 + n * 2);
  }
  writeFileSync(path, data);
}

/** Whether three colours, seen through a codec, are this look's bars. @param {number[][]} seen @param {Look} look */
export function showsBars(seen, look) {
  return look.bars.every((bar, at) => bar.every((value, channel) => Math.abs(value - (seen[at]?.[channel] ?? -999)) <= 45));
}
