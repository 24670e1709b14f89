import Divider from '@mui/material/Divider';
import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BanDialog } from './BanDialog';
import { ConfirmDialog } from './ConfirmDialog';
import type { Powers } from './powers';
import { useHostActions, type HostedRoom, type Person } from './useHosting';

/** What is not done before it was asked about. */
export type Asked = 'remove' | 'ban' | 'cohost' | 'uncohost' | 'handOver';

interface ActionsProps {
  room: HostedRoom;
  person: Person;
  powers: Powers;
  isCohost: boolean;
  onDone: () => void;
  onAsk: (what: Asked) => void;
}

const ENTRY = { minHeight: 44 } as const;

/** What a host can do with one person. */
export function PersonActions({ room, person, powers, isCohost, onDone, onAsk }: ActionsProps) {
  const { t } = useTranslation();
  const { mute, stopShare, lowerHand } = useHostActions(room);
  const now = (act: () => void) => () => {
    onDone();
    act();
  };
  return (
    <List component="div" disablePadding>
      <ListItemButton onClick={now(() => mute.mutate(person))} disabled={person.microphones.length === 0} data-testid="person-mute" sx={ENTRY}>
        {t('host.mute')}
      </ListItemButton>
      {person.screens.length > 0 && (
        <ListItemButton onClick={now(() => stopShare.mutate(person))} data-testid="person-stop-share" sx={ENTRY}>
          {t('host.stopShare')}
        </ListItemButton>
      )}
      {person.handRaised && (
        <ListItemButton onClick={now(() => lowerHand.mutate(person.identity))} data-testid="person-lower-hand" sx={ENTRY}>
          {t('host.lowerHand')}
        </ListItemButton>
      )}
      {powers.appoint && <Divider component="div" sx={{ my: 0.5 }} />}
      {powers.appoint && (
        <ListItemButton onClick={() => onAsk(isCohost ? 'uncohost' : 'cohost')} data-testid={isCohost ? 'person-uncohost' : 'person-cohost'} sx={ENTRY}>
          {t(isCohost ? 'host.uncohost' : 'host.cohost')}
        </ListItemButton>
      )}
      {powers.appoint && (
        <ListItemButton onClick={() => onAsk('handOver')} data-testid="person-hand-over" sx={ENTRY}>
          {t('host.handOver')}
        </ListItemButton>
      )}
      {powers.remove && <Divider component="div" sx={{ my: 0.5 }} />}
      {powers.remove && (
        <ListItemButton onClick={() => onAsk('remove')} data-testid="person-remove" sx={ENTRY}>
          {t('host.remove')}
        </ListItemButton>
      )}
      {powers.ban && (
        <ListItemButton onClick={() => onAsk('ban')} data-testid="person-ban" sx={{ ...ENTRY, color: 'error.main' }}>
          {t('host.ban')}
        </ListItemButton>
      )}
    </List>
  );
}

interface ConfirmProps {
  room: HostedRoom;
  person: Person;
  asked: Asked | undefined;
  onClose: () => void;
}

/** Asks before what is felt for longer. */
export function PersonConfirm({ room, person, asked, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const actions = useHostActions(room);
  // Keeps the words in place while the dialog fades out.
  const [shown, setShown] = useState<Exclude<Asked, 'ban'>>('remove');
  if (asked !== undefined && asked !== 'ban' && asked !== shown) setShown(asked);
  return (
    <>
      <BanDialog room={room} person={person} open={asked === 'ban'} onClose={onClose} />
      <ConfirmDialog
        open={asked !== undefined && asked !== 'ban'}
        title={t(`host.confirm.${shown}.title`, { name: person.name })}
        body={t(`host.confirm.${shown}.body`, { name: person.name })}
        action={t(`host.confirm.${shown}.action`)}
        harmless={shown === 'cohost'}
        onConfirm={() => actions[shown].mutate(person)}
        onClose={onClose}
      />
    </>
  );
}
