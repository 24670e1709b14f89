import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from './ConfirmDialog';
import { useHostActions, type Guest, type HostedRoom } from './useHosting';

/** What is not done before it was asked about. */
export type Asked = 'remove' | 'ban';

interface ActionsProps {
  room: HostedRoom;
  guest: Guest;
  onDone: () => void;
  onAsk: (what: Asked) => void;
}

/** What the host can do with one person. */
export function PersonActions({ room, guest, onDone, onAsk }: ActionsProps) {
  const { t } = useTranslation();
  const { mute } = useHostActions(room);
  // Participants of an operator's own tokens have no account that could be banned.
  const hasAccount = /^\d+$/.test(guest.account);
  const muteNow = () => {
    onDone();
    mute.mutate(guest);
  };
  return (
    <List component="div" disablePadding>
      <ListItemButton onClick={muteNow} disabled={guest.microphones.length === 0} data-testid="person-mute" sx={{ minHeight: 44 }}>
        {t('host.mute')}
      </ListItemButton>
      <ListItemButton onClick={() => onAsk('remove')} data-testid="person-remove" sx={{ minHeight: 44 }}>
        {t('host.remove')}
      </ListItemButton>
      {hasAccount && (
        <ListItemButton onClick={() => onAsk('ban')} data-testid="person-ban" sx={{ minHeight: 44, color: 'error.main' }}>
          {t('host.ban')}
        </ListItemButton>
      )}
    </List>
  );
}

interface ConfirmProps {
  room: HostedRoom;
  guest: Guest;
  asked: Asked | undefined;
  onClose: () => void;
}

export function PersonConfirm({ room, guest, asked, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const actions = useHostActions(room);
  // Keeps the words in place while the dialog fades out.
  const [shown, setShown] = useState<Asked>('remove');
  if (asked !== undefined && asked !== shown) setShown(asked);
  return (
    <ConfirmDialog
      open={asked !== undefined}
      title={t(`host.confirm.${shown}.title`, { name: guest.name })}
      body={t(`host.confirm.${shown}.body`)}
      action={t(`host.${shown}`)}
      onConfirm={() => actions[shown].mutate(guest)}
      onClose={onClose}
    />
  );
}
