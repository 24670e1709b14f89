import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HostSection } from '../host/HostSection';
import { matching, SEARCH_FROM } from '../host/search';
import type { HostedRoom } from '../host/useHosting';
import { CameraOffIcon, CloseIcon, MicrophoneIcon, MicrophoneOffIcon, SoundOffIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { volumes } from '../volume/volumes';
import { HandsList } from '../talk/HandsList';
import { Avatar } from './Avatar';
import { accountOf } from './avatar';
import type { CallState } from './model';
import { PersonMenu } from './PersonMenu';
import { rosterOf } from './roster';

/** Who is here, and for the host what can be done with them. */
export function PeoplePanel({ state, room, onClose }: { state: CallState; room: HostedRoom; onClose: () => void }) {
  const { t } = useTranslation();
  const roster = rosterOf(state);
  const hosting = accountOf(state.local.identity) === room.user;
  const set = useStore(volumes.state);
  const [search, setSearch] = useState('');
  const searchable = roster.length >= SEARCH_FROM;
  const listed = searchable ? matching(roster, search) : roster;
  return (
    <Box
      component="section"
      aria-label={t('call.people')}
      data-testid="people-panel"
      sx={{ width: '100%', height: '100%', display: 'flex', flexDirection: 'column', bgcolor: 'background.paper', color: 'text.primary' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 2, pr: 1, py: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {t('call.people')} <Box component="span" sx={{ color: 'text.secondary', fontWeight: 500 }}>{roster.length}</Box>
        </Typography>
        <IconButton aria-label={t('call.closePeople')} onClick={onClose} data-testid="close-people">
          <CloseIcon />
        </IconButton>
      </Box>
      <HandsList state={state} />
      {hosting && <HostSection room={room} />}
      {searchable && (
        <InputBase
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          placeholder={t('host.search')}
          inputProps={{ 'aria-label': t('host.search'), 'data-testid': 'people-search' }}
          sx={{ flex: 'none', mx: 2, mt: 1, px: 1.5, minHeight: 44, border: 1, borderColor: 'divider', borderRadius: 2 }}
        />
      )}
      {listed.length === 0 && (
        <Typography role="status" sx={{ px: 2, pt: 2, color: 'text.secondary' }}>
          {t('host.noMatch')}
        </Typography>
      )}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 1, overflowY: 'auto', flex: 1 }}>
        {listed.map((entry) => {
          const name = entry.name === '' ? t('call.anonymous') : entry.name;
          return (
            <Box
              component="li"
              key={entry.account}
              data-testid="person"
              data-name={name}
              sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 1, minHeight: 52, borderRadius: 2 }}
            >
              <Box sx={{ width: 40, height: 40, flex: 'none', containerType: 'size', display: 'grid', placeItems: 'center' }}>
                <Avatar name={name} identity={entry.identity} />
              </Box>
              <Box sx={{ flex: 1, minWidth: 0 }}>
                <Typography noWrap sx={{ fontWeight: 540 }}>
                  {entry.isLocal ? t('call.you', { name }) : name}
                </Typography>
                {entry.account === room.user && <Chip size="small" label={t('host.badge')} data-testid="host-badge" sx={{ height: 20, fontSize: '0.72rem', fontWeight: 600 }} />}
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
              {!entry.isLocal && <PersonMenu room={room} guest={{ ...entry, name }} hosting={hosting && entry.account !== room.user} />}
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
