import Box from '@mui/material/Box';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { MicrophoneOffIcon } from '../ui/icons';
import { Avatar } from '../call/Avatar';
import type { ParticipantView } from '../call/model';
import { QualityBars } from '../call/QualityBars';
import { VideoView } from './VideoView';

interface Props {
  participant: ParticipantView;
  kind: 'person' | 'screen';
  width: number | string;
  height: number | string;
  floating?: boolean;
}

/** One person, or one shared screen: picture or initials, name, microphone, connection, and a ring while speaking. */
export const Tile = memo(function Tile({ participant, kind, width, height, floating = false }: Props) {
  const { t } = useTranslation();
  const name = participant.name === '' ? t('call.anonymous') : participant.name;
  const label = kind === 'screen' ? (participant.isLocal ? t('share.own') : t('call.screenOf', { name })) : participant.isLocal ? t('call.you', { name }) : name;
  const picture = kind === 'screen' ? participant.screen : participant.camera;
  const speaking = kind === 'person' && participant.speaking;
  return (
    <Box
      component="li"
      data-testid={participant.isLocal && kind === 'person' ? 'tile-local' : 'tile'}
      data-identity={participant.identity}
      data-name={name}
      data-kind={kind}
      data-camera={participant.cameraOn ? 'on' : 'off'}
      data-microphone={participant.microphoneOn ? 'on' : 'off'}
      data-speaking={speaking}
      aria-label={speaking ? `${label}, ${t('call.speaking')}` : label}
      sx={{
        position: 'relative',
        overflow: 'hidden',
        containerType: 'size',
        listStyle: 'none',
        borderRadius: floating ? '14px' : '16px',
        bgcolor: 'stage.tile',
        display: 'grid',
        placeItems: 'center',
        opacity: participant.stale ? 0.55 : 1,
        transition: 'opacity 200ms',
        ...(floating ? { boxShadow: '0 6px 24px rgb(0 0 0 / 0.35)', border: '2px solid', borderColor: 'stage.main' } : {}),
        '&::after': {
          content: '""',
          position: 'absolute',
          inset: 0,
          borderRadius: 'inherit',
          pointerEvents: 'none',
          boxShadow: (theme) => (speaking ? `inset 0 0 0 3px ${theme.vars.palette.primary.main}` : 'inset 0 0 0 1px rgb(0 0 0 / 0.06)'),
          transition: 'box-shadow 140ms',
        },
      }}
      style={{ width, height }}
    >
      {picture === undefined ? (
        <Avatar name={name} identity={participant.identity} />
      ) : (
        <VideoView source={picture} mirrored={participant.isLocal && kind === 'person'} fit={kind === 'screen' ? 'whole' : 'fill'} />
      )}
      <Box
        sx={{
          position: 'absolute',
          left: 'clamp(4px, 2cqw, 10px)',
          bottom: 'clamp(4px, 2cqw, 10px)',
          maxWidth: 'calc(100% - clamp(8px, 4cqw, 20px))',
          display: 'flex',
          alignItems: 'center',
          gap: 0.75,
          px: 1,
          minHeight: 26,
          borderRadius: '9px',
          color: '#fff',
          bgcolor: 'rgb(12 16 18 / 0.72)',
          fontSize: 'clamp(12px, 4.4cqw, 14px)',
          fontWeight: 560,
          lineHeight: 1.3,
        }}
      >
        {kind === 'person' && !participant.microphoneOn && (
          <MicrophoneOffIcon titleAccess={t('call.muted')} data-testid="muted" sx={{ fontSize: 16, color: '#fca5a5', flex: 'none' }} />
        )}
        <Box component="span" data-testid="tile-name" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {label}
        </Box>
        {kind === 'person' && <QualityBars quality={participant.quality} />}
      </Box>
    </Box>
  );
});
