import { useEffect, useState } from 'react';
import type { BackgroundChoice } from './background/backgrounds';
import { ClosedError, openBackground, type BackgroundFailure, type BackgroundPipeline } from './background/engine';

interface Preview {
  camera: MediaStreamTrack;
  pipeline: BackgroundPipeline;
}

/** The own picture before the call as others would see it: undefined while it is being prepared. `failed` hears that it cannot be. */
export function useBackground(camera: MediaStreamTrack | undefined, choice: BackgroundChoice, failed: (failure: BackgroundFailure) => void): MediaStreamTrack | undefined {
  const [preview, setPreview] = useState<Preview>();
  const wanted = choice !== 'none';
  useEffect(() => {
    if (camera === undefined || !wanted) return;
    const during = new AbortController();
    const over = () => during.signal.aborted;
    const fail = (failure: BackgroundFailure) => {
      if (!over()) failed(failure);
    };
    const opening = openBackground('blurStrong', fail);
    opening
      .then(async (pipeline) => {
        if (over()) return;
        await pipeline.setSource(camera);
        if (!over()) setPreview({ camera, pipeline });
      })
      .catch((error: unknown) => {
        if (!(error instanceof ClosedError)) fail('failed');
      });
    return () => {
      during.abort();
      opening.then((pipeline) => pipeline.close()).catch(() => undefined);
    };
  }, [camera, wanted, failed]);
  const shown = preview?.camera === camera ? preview?.pipeline : undefined;
  useEffect(() => {
    if (choice !== 'none') shown?.setBackground(choice);
  }, [shown, choice]);
  return wanted ? shown?.track : camera;
}
