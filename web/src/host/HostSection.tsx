import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BansDialog } from './BansDialog';
import { ConfirmDialog } from './ConfirmDialog';
import { useHostActions, useLocked, useSetLocked, type HostedRoom } from './useHosting';

const BUTTON = { minHeight: 44, flex: '1 1 auto' } as const;

/** The host's controls of the whole call, at the head of the list of people. */
export function HostSection({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  const locked = useLocked(room);
  const setLocked = useSetLocked(room);
  const { muteAll, end } = useHostActions(room);
  const [open, setOpen] = useState<'bans' | 'end' | undefined>();
  const close = () => setOpen(undefined);
  return (
    <Box component="section" aria-label={t('host.controls')} data-testid="host-section" sx={{ px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}>
      <Box component="label" sx={{ display: 'flex', alignItems: 'center', minHeight: 52, cursor: 'pointer' }}>
        <Box sx={{ flex: 1 }}>
          <Typography sx={{ fontWeight: 540 }}>{t('host.lock')}</Typography>
          <Typography sx={{ color: 'text.secondary', fontSize: '0.8rem' }}>{t('host.lockHint')}</Typography>
        </Box>
        <Switch
          checked={locked}
          disabled={setLocked.isPending}
          onChange={(_, checked) => setLocked.mutate(checked)}
          slotProps={{ input: { 'aria-label': t('host.lock') } }}
          data-testid="lock-room"
          data-state={locked ? 'on' : 'off'}
        />
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, py: 0.5 }}>
        <Button variant="outlined" onClick={() => muteAll.mutate()} loading={muteAll.isPending} data-testid="mute-all" sx={BUTTON}>
          {t('host.muteAll')}
        </Button>
        <Button variant="outlined" onClick={() => setOpen('bans')} data-testid="bans-button" sx={BUTTON}>
          {t('host.bans')}
        </Button>
        <Button variant="outlined" color="error" onClick={() => setOpen('end')} loading={end.isPending} data-testid="end-call" sx={BUTTON}>
          {t('host.endForAll')}
        </Button>
      </Box>
      <BansDialog room={room} open={open === 'bans'} onClose={close} />
      <ConfirmDialog
        open={open === 'end'}
        title={t('host.confirm.end.title')}
        body={t('host.confirm.end.body')}
        action={t('host.endForAll')}
        onConfirm={() => end.mutate()}
        onClose={close}
      />
    </Box>
  );
}
