import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { numberIn } from '../i18n/format';
import { HostSection } from '../host/HostSection';
import { matching, SEARCH_FROM } from '../host/search';
import type { HostedRoom } from '../host/useHosting';
import { CloseIcon } from '../ui/icons';
import { HandsList } from '../talk/HandsList';
import { WaitingSection } from '../waiting/WaitingSection';
import type { CallState } from './model';
import { PersonRow } from './PersonRow';
import { isHost } from './roomState';
import { rosterOf } from './roster';

/** Who is here, and for hosts what can be done with them. */
export function PeoplePanel({ state, room, onClose }: { state: CallState; room: HostedRoom; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const roster = rosterOf(state);
  const hosting = isHost(state.room, state.local.identity);
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
          {t('call.people')} <Box component="span" sx={{ color: 'text.secondary', fontWeight: 500 }}>{numberIn(i18n.language, roster.length)}</Box>
        </Typography>
        <IconButton aria-label={t('call.closePeople')} onClick={onClose} data-testid="close-people">
          <CloseIcon />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, overflowY: 'auto' }}>
        <WaitingSection />
        <HandsList state={state} room={room} />
        {hosting && <HostSection room={room} told={state.room} />}
        {searchable && (
          <InputBase
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder={t('host.search')}
            inputProps={{ dir: 'auto', 'aria-label': t('host.search'), 'data-testid': 'people-search' }}
            sx={{ display: 'flex', mx: 2, mt: 1, px: 1.5, minHeight: 44, border: 1, borderColor: 'divider', borderRadius: 2 }}
          />
        )}
        {listed.length === 0 && (
          <Typography role="status" sx={{ px: 2, pt: 2, color: 'text.secondary' }}>
            {t('host.noMatch')}
          </Typography>
        )}
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 1 }}>
          {listed.map((entry) => (
            <PersonRow key={entry.account} entry={entry} state={state} room={room} />
          ))}
        </Box>
      </Box>
    </Box>
  );
}
