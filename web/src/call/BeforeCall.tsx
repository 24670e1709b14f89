// The page before a call: one's own picture on one side, on the other the room's title, what there is to say or to do, and the choice of devices. In a
// wide window what is chosen by its look stands below the picture, so that all of it is seen at once; in a narrow one the way in comes first.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useRef, type ReactNode } from 'react';
import { DeviceFields } from '../devices/DeviceFields';
import type { LocalMedia, MediaState } from '../devices/devices';
import { BackgroundField } from '../effects/BackgroundField';
import { effectChoices } from '../effects/effectChoice';
import { NoiseField } from '../effects/NoiseField';
import { chooseNoise, Preview } from './Preview';

interface Props {
  testId: string;
  title: string;
  name: string;
  /** Decides the colour behind the initials. */
  account: string;
  media: LocalMedia;
  state: MediaState;
  /** Puts the focus on the title, for those who come here by something other than a step of their own. */
  announce?: boolean;
  children: ReactNode;
}

const WIDE = '(min-width: 900px) and (min-height: 501px)';

export function BeforeCall({ testId, title, name, account, media, state, announce = false, children }: Props) {
  const wide = useMediaQuery(WIDE, { noSsr: true });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (announce) heading.current?.focus();
  }, [announce]);
  const background = <BackgroundField onChange={(choice) => effectChoices.remember({ background: choice })} />;
  return (
    <Box
      data-testid={testId}
      sx={{
        flex: 1,
        display: 'grid',
        alignContent: { xs: 'start', sm: 'center' },
        justifyContent: 'center',
        gap: { xs: 2, md: 5 },
        gridTemplateColumns: { xs: 'minmax(0, 560px)', md: 'minmax(0, 600px) minmax(260px, 340px)' },
        alignItems: 'center',
        px: { xs: 2, sm: 3 },
        py: { xs: 2, sm: 4 },
        '@media (orientation: landscape) and (max-height: 500px)': { gridTemplateColumns: 'minmax(0, 360px) minmax(220px, 320px)', gap: 2, py: 1.5 },
      }}
    >
      <Box sx={{ minWidth: 0, display: 'flex', flexDirection: 'column', gap: 1.5 }}>
        <Preview name={name} account={account} media={media} state={state} />
        {wide && background}
      </Box>
      <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1.5, textAlign: { xs: 'center', md: 'left' } }}>
        <Typography variant="h1" ref={heading} tabIndex={-1} dir="auto" sx={{ outline: 'none', display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>
          {title}
        </Typography>
        {children}
        <Box sx={{ mt: 1.5, textAlign: 'left', display: 'flex', flexDirection: 'column', gap: 1.75 }}>
          <DeviceFields
            inUse={{ camera: state.cameraTrack?.getSettings().deviceId, microphone: state.microphoneTrack?.getSettings().deviceId }}
            onChoose={(kind, id) => media.choose(kind, id)}
          />
          {!wide && background}
          <NoiseField onChange={(noise) => chooseNoise(media, noise)} />
        </Box>
      </Box>
    </Box>
  );
}
