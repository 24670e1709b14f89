// Strong noise suppression: RNNoise, a small recurrent network, as WebAssembly in an audio worklet. In: a microphone's track. Out: the same voice with
// less of everything else, 20 ms later. All of it comes from our own server.
import { RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import plainWasm from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdWasm from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';
import { resumeOnGesture } from '../devices/microphoneLevel';
import { StartWatch } from './noise';
import { hasSimd } from './simd';

/** The network was trained at this rate and knows no other. */
const SAMPLE_RATE = 48_000;
const LOOK_MS = 250;

let loading: Promise<ArrayBuffer> | undefined;

async function load(): Promise<ArrayBuffer> {
  const get = async (url: string) => {
    const response = await fetch(url, { priority: 'low' });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return response.arrayBuffer();
  };
  // The worklet's script is fetched by its address when it is needed; from here on it is in the browser's cache.
  const [wasm] = await Promise.all([get(hasSimd() ? simdWasm : plainWasm), get(workletUrl)]);
  // The worklet would keep to itself that it cannot.
  await WebAssembly.compile(wasm.slice(0));
  return wasm;
}

/** Fetches what strong suppression needs, once. */
export function prepareNoise(): Promise<ArrayBuffer> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

export interface SuppressedTrack {
  track: MediaStreamTrack;
  close: () => void;
}

/** The context that `suppressNoise` needs; its caller closes it. */
export function createNoiseContext(): AudioContext {
  return new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
}

/**
 * Takes the noise out of a track, which stays its caller's. Rejects where the browser cannot, in Firefox also for a microphone of another rate.
 * `failed` is called when it turns out later that nothing comes through.
 */
export async function suppressNoise(context: AudioContext, source: MediaStreamTrack, failed: () => void): Promise<SuppressedTrack> {
  const [wasmBinary] = await Promise.all([prepareNoise(), context.audioWorklet.addModule(workletUrl)]);
  const input = context.createMediaStreamSource(new MediaStream([source]));
  const node = new RnnoiseWorkletNode(context, { wasmBinary, maxChannels: 1 });
  node.channelCount = 1;
  node.channelCountMode = 'explicit';
  const output = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  input.connect(node).connect(output);
  const [track] = output.stream.getAudioTracks();
  if (track === undefined) throw new Error('a destination without a track');
  const stopWatching = watch(context, input, node, failed);
  const stopResuming = resumeOnGesture(context);
  return {
    track,
    close() {
      stopWatching();
      stopResuming();
      node.destroy();
      input.disconnect();
      track.stop();
    },
  };
}

function watch(context: AudioContext, input: AudioNode, node: AudioWorkletNode, failed: () => void): () => void {
  const ends = [input, node].map((end) => {
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    end.connect(analyser);
    return analyser;
  });
  const samples = new Float32Array(2048);
  const silent = (analyser: AnalyserNode | undefined) => {
    analyser?.getFloatTimeDomainData(samples);
    return samples.every((sample) => sample === 0);
  };
  const stop = () => {
    clearInterval(timer);
    node.removeEventListener('processorerror', broke);
    ends.forEach((analyser) => analyser.disconnect());
  };
  const broke = () => {
    stop();
    failed();
  };
  const start = new StartWatch();
  let playedMs = context.currentTime * 1000;
  const timer = setInterval(() => {
    const nowMs = context.currentTime * 1000;
    const is = start.look(silent(ends[0]), silent(ends[1]), nowMs - playedMs);
    playedMs = nowMs;
    if (is === 'failed') broke();
    if (is === 'works') {
      clearInterval(timer);
      ends.forEach((analyser) => analyser.disconnect());
    }
  }, LOOK_MS);
  node.addEventListener('processorerror', broke);
  return stop;
}
