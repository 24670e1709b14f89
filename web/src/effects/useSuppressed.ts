import { useEffect, useState } from 'react';
import type { NoiseChoice } from './effectChoice';
import { createNoiseContext, suppressNoise } from './rnnoise';

/** Lets one see on the level meter what the others would hear: the microphone after strong suppression, where that is chosen. */
export function useSuppressed(source: MediaStreamTrack | undefined, noise: NoiseChoice, failed: () => void): MediaStreamTrack | undefined {
  const [suppressed, setSuppressed] = useState<{ source: MediaStreamTrack; track: MediaStreamTrack }>();
  useEffect(() => {
    if (source === undefined || noise !== 'strong') return;
    const context = createNoiseContext();
    let over = false;
    const suppressing = suppressNoise(context, source, failed);
    suppressing.then(
      ({ track }) => {
        if (!over) setSuppressed({ source, track });
      },
      () => {
        if (!over) failed();
      },
    );
    return () => {
      over = true;
      suppressing
        .then(({ close }) => close())
        .catch(() => undefined)
        .finally(() => context.close());
    };
  }, [source, noise, failed]);
  return noise === 'strong' && suppressed?.source === source ? suppressed?.track : source;
}
