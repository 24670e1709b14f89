import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MoreIcon } from '../ui/icons';
import { ConfirmDialog } from './ConfirmDialog';
import { useHostActions, type Guest, type HostedRoom } from './useHosting';

/** What the host can do with one person. */
export function PersonMenu({ room, guest }: { room: HostedRoom; guest: Guest }) {
  const { t } = useTranslation();
  const actions = useHostActions(room);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<'remove' | 'ban' | undefined>();
  // Keeps the words in place while the dialog fades out.
  const [shown, setShown] = useState<'remove' | 'ban'>('remove');
  const { name } = guest;
  const close = () => setAnchor(null);
  const ask = (what: 'remove' | 'ban') => {
    close();
    setShown(what);
    setAsked(what);
  };
  const mute = () => {
    close();
    actions.mute.mutate(guest);
  };
  // Participants of an operator's own tokens have no account that could be banned.
  const hasAccount = /^\d+$/.test(guest.account);
  return (
    <>
      <IconButton
        aria-label={t('host.actionsFor', { name })}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        data-testid="person-menu"
        sx={{ width: 44, height: 44, flex: 'none' }}
      >
        <MoreIcon />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <MenuItem onClick={mute} disabled={guest.microphones.length === 0} data-testid="person-mute" sx={{ minHeight: 44 }}>
          {t('host.mute')}
        </MenuItem>
        <MenuItem onClick={() => ask('remove')} data-testid="person-remove" sx={{ minHeight: 44 }}>
          {t('host.remove')}
        </MenuItem>
        {hasAccount && (
          <MenuItem onClick={() => ask('ban')} data-testid="person-ban" sx={{ minHeight: 44, color: 'error.main' }}>
            {t('host.ban')}
          </MenuItem>
        )}
      </Menu>
      <ConfirmDialog
        open={asked !== undefined}
        title={t(`host.confirm.${shown}.title`, { name })}
        body={t(`host.confirm.${shown}.body`)}
        action={t(`host.${shown}`)}
        onConfirm={() => actions[shown].mutate(guest)}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}
