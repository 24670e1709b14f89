import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { CalendarIcon } from '../ui/icons';
import type { ScheduledRoom } from './ics';
import { useNow } from './now';
import { scheduleOf } from './schedule';

/** When people mean to meet; what is over is told in a low voice. Nothing where there is no time. */
export function ScheduledTime({ at }: { at: string | null }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const schedule = scheduleOf(at, now, i18n.language);
  if (at === null || schedule === undefined) return null;
  const { day, phase, time, whole } = schedule;
  const words =
    phase === 'past'
      ? t('schedule.past', { when: whole })
      : phase === 'now'
        ? t('schedule.now', { time })
        : day === 'other'
          ? whole
          : t(`schedule.${day}`, { time });
  return (
    <Box
      component="span"
      data-testid="scheduled"
      data-phase={phase}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        whiteSpace: 'nowrap',
        color: phase === 'past' ? 'text.secondary' : 'primary.main',
        fontWeight: phase === 'past' ? 400 : 600,
      }}
    >
      <CalendarIcon sx={{ fontSize: '1.05em' }} />
      <time dateTime={at}>{words}</time>
    </Box>
  );
}

/** For the page before the call: when it is meant to be, and a way to note that down. */
export function RoomTime({ room, link }: { room: ScheduledRoom; link: string }) {
  if (room.scheduledOn === null) return null;
  return (
    // In line, so that it stands where the words around it do.
    <div>
      <Box sx={{ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 2, rowGap: 1, justifyContent: { xs: 'center', md: 'flex-start' } }}>
        <ScheduledTime at={room.scheduledOn} />
        <CalendarButton room={room} link={link} />
      </Box>
    </div>
  );
}

/** Saves a time to come as a file that calendar programs open. The link is what the event leads to. */
export function CalendarButton({ room, link }: { room: ScheduledRoom; link: string }) {
  const { t, i18n } = useTranslation();
  const schedule = scheduleOf(room.scheduledOn, useNow(), i18n.language);
  if (schedule === undefined || schedule.phase === 'past') return null;
  // Few people need it: its code comes with the click.
  const download = async () => (await import('./ics')).downloadIcs(room, link);
  return (
    <Button
      variant="outlined"
      startIcon={<CalendarIcon />}
      onClick={() => void download()}
      aria-label={t('schedule.toCalendarNamed', { title: room.title })}
      data-testid="ics"
    >
      {t('schedule.toCalendar')}
    </Button>
  );
}
