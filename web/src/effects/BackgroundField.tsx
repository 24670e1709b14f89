import Box from '@mui/material/Box';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../ui/store';
import { NoneIcon } from '../ui/icons';
import { BACKGROUNDS, isImage, paint, type BackgroundChoice } from './background/backgrounds';
import { canChangeBackground } from './background/support';
import { effectChoices } from './effectChoice';

const BLURRED: Partial<Record<BackgroundChoice, string>> = { blurLight: 'blur(1.5px)', blurStrong: 'blur(5px)' };

/** What is behind the person, one sample each. Absent where the browser cannot change it. */
export function BackgroundField({ onChange }: { onChange: (choice: BackgroundChoice) => void }) {
  const { t } = useTranslation();
  const { background } = useStore(effectChoices.state);
  if (!canChangeBackground()) return null;
  return (
    <Box component="fieldset" data-testid="choose-background" sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ p: 0, mb: 0.75, fontSize: '0.8rem', color: 'text.secondary' }}>
        {t('effects.background')}
      </Box>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(76px, 1fr))', gap: 1 }}>
        {BACKGROUNDS.map((choice) => (
          <Option key={choice} choice={choice} label={t(`effects.backgroundChoice.${choice}`)} chosen={choice === background} onChoose={() => onChange(choice)} />
        ))}
      </Box>
    </Box>
  );
}

function Option({ choice, label, chosen, onChoose }: { choice: BackgroundChoice; label: string; chosen: boolean; onChoose: () => void }) {
  return (
    <Box
      component="label"
      data-testid={`background-${choice}`}
      sx={{
        position: 'relative',
        cursor: 'pointer',
        textAlign: 'center',
        fontSize: '0.78rem',
        lineHeight: 1.3,
        fontWeight: chosen ? 620 : 450,
        '& input': { position: 'absolute', inset: 0, width: '100%', height: '100%', m: 0, opacity: 0, cursor: 'pointer' },
        '& input:focus-visible + div': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: 2 },
      }}
    >
      <input type="radio" name="background" value={choice} checked={chosen} onChange={onChoose} />
      <Box
        sx={{
          position: 'relative',
          aspectRatio: '16 / 10',
          minHeight: 44,
          borderRadius: 2.5,
          overflow: 'hidden',
          mb: 0.5,
          bgcolor: 'action.hover',
          display: 'grid',
          placeItems: 'center',
          boxShadow: (theme) => `inset 0 0 0 1px ${theme.palette.divider}`,
          border: 3,
          borderColor: chosen ? 'primary.main' : 'transparent',
        }}
      >
        {choice === 'none' ? <NoneIcon sx={{ color: 'text.secondary' }} /> : <Sample choice={choice} />}
      </Box>
      {label}
    </Box>
  );
}

/** The background with somebody before it. */
function Sample({ choice }: { choice: Exclude<BackgroundChoice, 'none'> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (pen) paint(isImage(choice) ? choice : 'studio', pen, 160, 100);
  }, [choice]);
  return (
    <>
      <Box component="canvas" ref={canvas} width={160} height={100} aria-hidden sx={{ position: 'absolute', inset: 0, width: '100%', height: '100%', filter: BLURRED[choice], transform: choice in BLURRED ? 'scale(1.15)' : undefined }} />
      <Box component="svg" viewBox="0 0 32 20" aria-hidden sx={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }}>
        <g fill="#22332f">
          <circle cx="16" cy="10" r="3.6" />
          <path d="M8.5 20.5a7.5 6.4 0 0 1 15 0Z" />
        </g>
      </Box>
    </>
  );
}
