// Leaving. Hosts who are not alone choose whether the others may stay.
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { useHostActions, type HostedRoom } from '../host/useHosting';
import { LeaveIcon, StopIcon } from '../ui/icons';
import { BarMenu } from './BarMenu';
import { RoundButton } from './Controls';
import type { CallModel, CallState } from './model';
import { isHost } from './roomState';

export function LeaveButton({ call, state, room }: { call: CallModel; state: CallState; room: HostedRoom }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'menu' | 'confirm' | undefined>();
  const { end } = useHostActions(room);
  const close = () => setOpen(undefined);
  const choice = isHost(state.room, state.local.identity) && state.remotes.length > 0;
  return (
    <>
      <BarMenu
        button={
          <RoundButton label={t('call.leave')} onClick={() => (choice ? setOpen('menu') : call.leave())} tone="danger" testId="leave" busy={end.isPending} wide {...(choice ? { popup: open === 'menu' } : {})}>
            <LeaveIcon />
          </RoundButton>
        }
        label={t('call.leave')}
        open={open === 'menu'}
        onClose={close}
      >
        <MenuItem onClick={() => call.leave()} data-testid="leave-alone" sx={{ minHeight: 52 }}>
          <ListItemIcon sx={{ color: 'text.primary' }}>
            <LeaveIcon />
          </ListItemIcon>
          <ListItemText primary={t('host.leave')} secondary={t('host.leaveHint')} />
        </MenuItem>
        <MenuItem onClick={() => setOpen('confirm')} data-testid="leave-end" sx={{ minHeight: 52, color: 'error.main' }}>
          <ListItemIcon sx={{ color: 'inherit' }}>
            <StopIcon />
          </ListItemIcon>
          <ListItemText primary={t('host.endForAll')} secondary={t('host.endForAllHint')} />
        </MenuItem>
      </BarMenu>
      <ConfirmDialog
        open={open === 'confirm'}
        title={t('host.confirm.end.title')}
        body={t('host.confirm.end.body')}
        action={t('host.endForAll')}
        onConfirm={() => end.mutate()}
        onClose={close}
      />
    </>
  );
}
