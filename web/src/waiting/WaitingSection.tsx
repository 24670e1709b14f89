import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { numberIn } from '../i18n/format';
import type { WaitingPerson } from '../api/knocks';
import { Avatar } from '../call/Avatar';
import { GuestBadge } from '../guest/GuestBadge';
import { CloseIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { useDoor } from './DoorContext';

/** At the head of the list of people: who waits to come in, for the hosts. */
export function WaitingSection() {
  const { t, i18n } = useTranslation();
  const door = useDoor();
  const { people, deciding } = useStore(door.state);
  const now = useMinute();
  if (people.length === 0) return null;
  return (
    <Box component="section" aria-label={t('waiting.list')} data-testid="waiting-section" sx={{ borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, pl: 2, pr: 1, pt: 0.75 }}>
        <Typography component="h3" sx={{ flex: 1, fontWeight: 620, fontSize: '0.95rem' }}>
          {t('waiting.list')} <Box component="span" sx={{ color: 'text.secondary', fontWeight: 500 }}>{numberIn(i18n.language, people.length)}</Box>
        </Typography>
        {people.length > 1 && (
          <Button onClick={() => void door.admitAll()} data-testid="admit-all">
            {t('waiting.admitAll')}
          </Button>
        )}
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 1, pt: 0 }}>
        {people.map((person) => (
          <Row key={person.id} person={person} now={now} busy={deciding.has(person.id)} />
        ))}
      </Box>
    </Box>
  );
}

function Row({ person, now, busy }: { person: WaitingPerson; now: number; busy: boolean }) {
  const { t } = useTranslation();
  const door = useDoor();
  const name = person.name === '' ? t('waiting.someone') : person.name;
  const minutes = Math.floor((now - Date.parse(person.since)) / 60_000);
  return (
    <Box component="li" data-testid="waiting-person" data-name={name} sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 1, py: 0.5 }}>
      <Box sx={{ width: 40, height: 40, flex: 'none', containerType: 'size', display: 'grid', placeItems: 'center' }}>
        <Avatar name={name} identity={`knock${person.id}`} />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography noWrap title={name} dir="auto" sx={{ fontWeight: 540 }}>
          {name}
        </Typography>
        <Typography noWrap sx={{ color: 'text.secondary', fontSize: '0.8rem' }}>
          {person.guest && <GuestBadge />} {minutes >= 1 ? t('waiting.minutes', { count: minutes }) : t('waiting.justNow')}
        </Typography>
      </Box>
      <Box sx={{ flex: 'none', display: 'flex', gap: 0.25 }}>
        <Tooltip title={t('waiting.refuse')}>
          <span>
            <IconButton disabled={busy} color="error" onClick={() => void door.decide(person.id, 'refuse')} aria-label={t('waiting.refuseNamed', { name })} data-testid="refuse">
              <CloseIcon fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
        <Button disabled={busy} variant="contained" onClick={() => void door.decide(person.id, 'admit')} aria-label={t('waiting.admitNamed', { name })} data-testid="admit" sx={{ px: 1.5, minWidth: 0 }}>
          {t('waiting.admit')}
        </Button>
      </Box>
    </Box>
  );
}

const LOOK_MS = 15_000;

/** The time, often enough for minutes. */
function useMinute(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(tick);
  }, []);
  return now;
}
