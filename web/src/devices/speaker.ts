// Playing to the chosen speaker, where the browser can, and the sound to try it with, which is made here rather than loaded.

/** Sends an element's sound to a speaker; a speaker that is gone, or none chosen, is the default. */
export async function playTo(element: HTMLMediaElement, speaker: string | undefined): Promise<void> {
  if (!('setSinkId' in element)) return;
  const id = speaker ?? '';
  if (element.sinkId === id) return;
  try {
    await element.setSinkId(id);
  } catch {
    await element.setSinkId('').catch(() => undefined);
  }
}

interface Melody {
  notesHz: readonly number[];
  noteS: number;
  /** From 0 to 1. */
  loudness: number;
}

/** Two soft notes, one after the other. */
const TEST_SOUND: Melody = { notesHz: [523.25, 783.99], noteS: 0.35, loudness: 0.3 };
/** Shorter and lower, since it may come while someone speaks. */
const COMES: Melody = { notesHz: [587.33, 783.99], noteS: 0.13, loudness: 0.12 };
const GOES: Melody = { notesHz: [783.99, 587.33], noteS: 0.13, loudness: 0.12 };
const CHIME: Melody = { notesHz: [659.25, 880], noteS: 0.11, loudness: 0.12 };

/** Plays the test sound; resolves when it is over. */
export function playTestSound(speaker: string | undefined): Promise<void> {
  return play(TEST_SOUND, speaker);
}

/** Plays what calls attention to something; resolves when it is over. */
export function playChime(speaker: string | undefined): Promise<void> {
  return play(CHIME, speaker);
}

/** Plays that someone came, or went; resolves when it is over. */
export function playComing(what: 'comes' | 'goes', speaker: string | undefined): Promise<void> {
  return play(what === 'comes' ? COMES : GOES, speaker);
}

async function play({ notesHz, noteS, loudness }: Melody, speaker: string | undefined): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  notesHz.forEach((frequency, index) => {
    const start = context.currentTime + 0.05 + index * noteS;
    const note = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    // Fades in and out, since a tone that is cut clicks.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.03);
    gain.gain.linearRampToValueAtTime(0, start + noteS);
    note.connect(gain).connect(out);
    note.start(start);
    note.stop(start + noteS);
  });
  const element = new Audio();
  element.srcObject = out.stream;
  try {
    await playTo(element, speaker);
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, (notesHz.length * noteS + 0.4) * 1_000));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}
