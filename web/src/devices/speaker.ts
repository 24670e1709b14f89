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

/** Two soft notes, one after the other. */
const NOTES_HZ = [523.25, 783.99];
const NOTE_S = 0.35;

/** Plays the test sound; resolves when it is over. */
export async function playTestSound(speaker: string | undefined): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  NOTES_HZ.forEach((frequency, index) => {
    const start = context.currentTime + 0.05 + index * NOTE_S;
    const note = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    // Fades in and out, since a tone that is cut clicks.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.3, start + 0.03);
    gain.gain.linearRampToValueAtTime(0, start + NOTE_S);
    note.connect(gain).connect(out);
    note.start(start);
    note.stop(start + NOTE_S);
  });
  const element = new Audio();
  element.srcObject = out.stream;
  try {
    await playTo(element, speaker);
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, (NOTES_HZ.length * NOTE_S + 0.4) * 1_000));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}
