// How loud the microphone is right now, for a meter: from 0, silence, to 1, as loud as it can be.

/** What a person in a quiet room and a loud voice make, in decibels below the loudest there is. */
const QUIET_DB = -55;
const LOUD_DB = -8;
/** How much of the last level is left at the next look, so that the meter falls rather than flickers. */
const FALL = 0.85;

/** The level of samples between -1 and 1. */
export function levelOf(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, (decibels - QUIET_DB) / (LOUD_DB - QUIET_DB)));
}

/** Rises at once, falls slowly. */
export function smoothed(before: number, now: number): number {
  const next = Math.max(now, before * FALL);
  return next < 0.005 ? 0 : next;
}

export interface LevelSource {
  /** The samples of the last moment. */
  read: () => Float32Array;
  close: () => void;
}

/** Starts a context now or, since some browsers start no sound before a click, not even one that nobody hears, at the next one. */
export function resumeOnGesture(context: AudioContext): () => void {
  const resume = () => {
    context.resume().catch(() => undefined);
  };
  document.addEventListener('pointerdown', resume);
  document.addEventListener('keydown', resume);
  resume();
  return () => {
    document.removeEventListener('pointerdown', resume);
    document.removeEventListener('keydown', resume);
  };
}

/** Listens to a track without playing it, also while it is switched off for the others. */
export function listenTo(track: MediaStreamTrack): LevelSource {
  const context = new AudioContext();
  const own = track.clone();
  own.enabled = true;
  const source = context.createMediaStreamSource(new MediaStream([own]));
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const stopResuming = resumeOnGesture(context);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      return samples;
    },
    close() {
      stopResuming();
      source.disconnect();
      own.stop();
      context.close().catch(() => undefined);
    },
  };
}

/** Calls back with the level at every turn of the clock; the returned function ends it. */
export function followLevel(source: LevelSource, show: (level: number) => void, nextTurn: (turn: () => void) => () => void): () => void {
  let level = 0;
  let cancel: () => void = () => undefined;
  const turn = () => {
    level = smoothed(level, levelOf(source.read()));
    show(level);
    cancel = nextTurn(turn);
  };
  turn();
  return () => {
    cancel();
    source.close();
  };
}
