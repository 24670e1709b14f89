import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { ListState } from './ListState';
import { sentenceOf, whenOf } from './log';
import { Nothing, Section } from './Section';
import { useLog } from './useRoom';

/** Who asked for what in the room, the newest first. */
export function LogTab({ room }: { room: number }) {
  const { t, i18n } = useTranslation();
  const log = useLog(room);
  const entries = log.data?.pages.flat() ?? [];
  return (
    <Section
      title={t('room.log.heading')}
      intro={t('room.log.intro')}
      action={
        <Button variant="outlined" onClick={() => void log.refetch()} loading={log.isRefetching && !log.isFetchingNextPage} data-testid="log-reload" sx={{ flex: 'none' }}>
          {t('room.log.reload')}
        </Button>
      }
    >
      <ListState query={log} loading={t('room.log.loading')} />
      {log.data !== undefined && entries.length === 0 && <Nothing title={t('room.log.empty')} hint={t('room.log.emptyHint')} testId="log-empty" />}
      {entries.length > 0 && (
        <Box component="ol" aria-label={t('room.log.list')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {entries.map((entry) => (
            <Box
              component="li"
              key={entry.id}
              data-testid="log-entry"
              data-act={entry.act}
              sx={{ display: 'flex', flexDirection: { xs: 'column', sm: 'row' }, columnGap: 2, py: 1, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
            >
              <Typography component="time" dateTime={entry.at} sx={{ flex: 'none', width: { sm: 190 }, color: 'text.secondary', fontSize: '0.88rem', lineHeight: 1.7 }}>
                {whenOf(entry.at, i18n.language)}
              </Typography>
              <Typography sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{sentenceOf(entry, t, i18n.language)}</Typography>
            </Box>
          ))}
        </Box>
      )}
      {log.hasNextPage && (
        <Button onClick={() => void log.fetchNextPage()} loading={log.isFetchingNextPage} data-testid="log-more" sx={{ alignSelf: 'center' }}>
          {t('room.log.more')}
        </Button>
      )}
    </Section>
  );
}
