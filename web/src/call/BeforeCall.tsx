// The page before a call: one's own picture on one side, on the other the room's title, what there is to say or to do, and the choice of devices.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';
import { DeviceFields } from '../devices/DeviceFields';
import type { LocalMedia, MediaState } from '../devices/devices';
import { effectChoices } from '../effects/effectChoice';
import { EffectFields } from '../effects/EffectFields';
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

export function BeforeCall({ testId, title, name, account, media, state, announce = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (announce) heading.current?.focus();
  }, [announce]);
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
      <Preview name={name} account={account} media={media} state={state} />
      <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1.5, textAlign: { xs: 'center', md: 'left' } }}>
        <Typography variant="h1" ref={heading} tabIndex={-1} sx={{ outline: 'none', display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>
          {title}
        </Typography>
        {children}
        <Box sx={{ mt: 1.5, textAlign: 'left' }}>
          <DeviceFields
            inUse={{ camera: state.cameraTrack?.getSettings().deviceId, microphone: state.microphoneTrack?.getSettings().deviceId }}
            onChoose={(kind, id) => media.choose(kind, id)}
          />
          <Box sx={{ mt: 1.75 }}>
            <EffectFields onNoise={(noise) => chooseNoise(media, noise)} onBackground={(background) => effectChoices.remember({ background })} />
          </Box>
        </Box>
      </Box>
    </Box>
  );
}
