// The row of signs to react with. It stays open, since one seldom claps once.
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { REACTIONS } from './reactionList';
import { ReactionSign } from './ReactionSign';
import { useTalk } from './TalkContext';

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** Arrow keys go along the row. */
function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  if (step === undefined) return;
  const buttons = Array.from(event.currentTarget.querySelectorAll('button'));
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons.at((at + step) % buttons.length)?.focus();
  event.preventDefault();
}

export function ReactionPalette({ anchor, open, onClose }: { anchor: HTMLElement | null; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { reactions } = useTalk();
  return (
    <Popover
      open={open}
      onClose={onClose}
      anchorEl={anchor}
      anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
      transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      slotProps={{ paper: { 'aria-label': t('talk.reaction.palette'), role: 'dialog', sx: { borderRadius: '28px', mb: 1 } } }}
      sx={{ mt: -1 }}
      data-testid="reaction-palette"
    >
      <Box role="group" aria-label={t('talk.reaction.palette')} onKeyDown={onKeyDown} sx={{ display: 'flex', p: 0.5 }}>
        {REACTIONS.map(({ id }, index) => (
          <Tooltip key={id} title={t(`talk.reaction.name.${id}`)}>
            <IconButton
              autoFocus={index === 0}
              aria-label={t(`talk.reaction.name.${id}`)}
              onClick={() => reactions.send(id)}
              data-testid={`reaction-${id}`}
              sx={{ width: { xs: 48, sm: 52 }, height: 52, fontSize: '1.7rem', lineHeight: 1, color: 'text.primary', '&:focus-visible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: -3 } }}
            >
              <ReactionSign reaction={id} />
            </IconButton>
          </Tooltip>
        ))}
      </Box>
    </Popover>
  );
}
