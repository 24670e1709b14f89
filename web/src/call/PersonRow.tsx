import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { GuestBadge } from '../guest/GuestBadge';
import { powersOver } from '../host/powers';
import { RoleBadge } from '../host/RoleBadge';
import type { HostedRoom } from '../host/useHosting';
import { CameraOffIcon, MicrophoneIcon, MicrophoneOffIcon, SoundOffIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { volumes } from '../volume/volumes';
import { Avatar } from './Avatar';
import { accountOf } from './avatar';
import type { CallState } from './model';
import { PersonMenu } from './PersonMenu';
import { roleOf } from './roomState';
import type { RosterEntry } from './roster';

/** One person in the list: who they are, what of them is on, and the menu of what can be done. */
export function PersonRow({ entry, state, room }: { entry: RosterEntry; state: CallState; room: HostedRoom }) {
  const { t } = useTranslation();
  const set = useStore(volumes.state);
  const name = entry.name === '' ? t('call.anonymous') : entry.name;
  const role = roleOf(state.room, entry.account);
  return (
    <Box component="li" data-testid="person" data-name={name} sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 1, minHeight: 52, borderRadius: 2 }}>
      <Box sx={{ width: 40, height: 40, flex: 'none', containerType: 'size', display: 'grid', placeItems: 'center' }}>
        <Avatar name={name} identity={entry.identity} />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography noWrap dir="auto" sx={{ fontWeight: 540 }}>
          {entry.isLocal ? t('call.you', { name }) : name}
        </Typography>
        {role !== undefined && <RoleBadge role={role} />}
        {entry.guest && <GuestBadge />}
        {entry.devices > 1 && (
          <Typography noWrap sx={{ color: 'text.secondary', fontSize: '0.8rem' }}>
            {t('call.devices', { count: entry.devices })}
          </Typography>
        )}
      </Box>
      {set.get(entry.account)?.muted === true && <SoundOffIcon titleAccess={t('volume.mutedForMe')} data-testid="muted-for-me" fontSize="small" sx={{ color: 'text.secondary' }} />}
      {!entry.cameraOn && <CameraOffIcon titleAccess={t('call.cameraOff')} fontSize="small" sx={{ color: 'text.secondary' }} />}
      {entry.microphoneOn ? (
        <MicrophoneIcon titleAccess={t('call.microphoneOn')} fontSize="small" sx={{ color: entry.speaking ? 'primary.main' : 'text.secondary' }} />
      ) : (
        <MicrophoneOffIcon titleAccess={t('call.muted')} fontSize="small" sx={{ color: 'error.main' }} />
      )}
      {!entry.isLocal && <PersonMenu room={room} person={{ ...entry, name }} powers={powersOver(state.room, accountOf(state.local.identity), entry.account)} isCohost={role === 'cohost'} />}
    </Box>
  );
}
