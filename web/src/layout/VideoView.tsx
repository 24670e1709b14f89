import Box from '@mui/material/Box';
import { useEffect, useRef, useState } from 'react';
import type { MediaHandle } from '../call/port';

interface Props {
  source: MediaHandle | MediaStreamTrack;
  mirrored?: boolean;
  /** `fill` cuts the edges off where the shapes differ a little; `whole` never does. */
  fit?: 'fill' | 'whole';
}

function attach(source: MediaHandle | MediaStreamTrack, element: HTMLVideoElement): () => void {
  if (source instanceof MediaStreamTrack) {
    element.srcObject = new MediaStream([source]);
    return () => {
      element.srcObject = null;
    };
  }
  source.attach(element);
  return () => {
    source.detach(element);
  };
}

/** A moving picture without sound. */
export function VideoView({ source, mirrored = false, fit = 'fill' }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  const [upright, setUpright] = useState(false);
  useEffect(() => (element.current === null ? undefined : attach(source, element.current)), [source]);
  // A phone held upright in a wide tile is shown whole rather than as a strip of a face.
  const whole = fit === 'whole' || upright;
  return (
    <Box
      component="video"
      ref={element}
      muted
      autoPlay
      playsInline
      disablePictureInPicture
      aria-hidden
      data-testid="video"
      onResize={(event: React.SyntheticEvent<HTMLVideoElement>) => {
        const { videoWidth, videoHeight } = event.currentTarget;
        setUpright(videoHeight > videoWidth);
      }}
      sx={{
        position: 'absolute',
        inset: 0,
        width: '100%',
        height: '100%',
        objectFit: whole ? 'contain' : 'cover',
        transform: mirrored ? 'scaleX(-1)' : undefined,
        bgcolor: whole ? '#000' : undefined,
      }}
    />
  );
}
