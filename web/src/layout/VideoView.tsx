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

/** No more is kept of a last picture, which is shown for seconds only. */
const LAST_PICTURE_PX = 960;

function drawLast(video: HTMLVideoElement, canvas: HTMLCanvasElement): boolean {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return false;
  const scale = Math.min(1, LAST_PICTURE_PX / videoWidth);
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return true;
}

/** A moving picture without sound. When the connection breaks, its last frame stays until the next one comes. */
export function VideoView({ source, mirrored = false, fit = 'fill' }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  const [upright, setUpright] = useState(false);
  const last = useRef<HTMLCanvasElement>(null);
  const [kept, setKept] = useState(false);
  useEffect(() => (element.current === null ? undefined : attach(source, element.current)), [source]);
  useEffect(() => {
    if (source instanceof MediaStreamTrack) return;
    return source.onLost?.(() => {
      if (element.current !== null && last.current !== null && drawLast(element.current, last.current)) setKept(true);
    });
  }, [source]);
  // A phone held upright in a wide tile is shown whole rather than as a strip of a face.
  const whole = fit === 'whole' || upright;
  const look = {
    position: 'absolute',
    inset: 0,
    width: '100%',
    height: '100%',
    objectFit: whole ? 'contain' : 'cover',
    transform: mirrored ? 'scaleX(-1)' : undefined,
    bgcolor: whole ? '#000' : undefined,
  } as const;
  return (
    <>
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
        onLoadedData={() => setKept(false)}
        sx={look}
      />
      <Box component="canvas" ref={last} aria-hidden data-testid="last-picture" hidden={!kept} sx={{ ...look, '&[hidden]': { display: 'none' } }} />
    </>
  );
}
