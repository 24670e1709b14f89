import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { MicrophoneOffIcon } from '../ui/icons';
import { QualityBars } from '../call/QualityBars';
import { GuestBadge } from '../guest/GuestBadge';
import type { ParticipantView } from '../call/model';
import { PinIcon, SpotlightIcon } from './icons';

interface Props {
  participant: ParticipantView;
  kind: 'person' | 'screen';
  label: string;
  pinned: boolean;
  spotlit: boolean;
}

/** The line at a tile's foot: signs, the name, the connection. */
export function TileLabel({ participant, kind, label, pinned, spotlit }: Props) {
  const { t } = useTranslation();
  return (
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
      {pinned && <PinIcon titleAccess={t('layout.pinned')} data-testid="pinned" sx={SIGN} />}
      {spotlit && <SpotlightIcon titleAccess={t('layout.spotlit')} data-testid="spotlit" sx={{ ...SIGN, color: '#fde68a' }} />}
      {kind === 'person' && !participant.microphoneOn && (
        <MicrophoneOffIcon titleAccess={t('call.muted')} data-testid="muted" sx={{ ...SIGN, color: '#fca5a5' }} />
      )}
      <Box component="span" data-testid="tile-name" dir="auto" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {label}
      </Box>
      {kind === 'person' && participant.guest && <GuestBadge onPicture />}
      {kind === 'person' && <QualityBars quality={participant.quality} />}
    </Box>
  );
}

const SIGN = { fontSize: 16, flex: 'none' } as const;
