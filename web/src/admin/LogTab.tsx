import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { LogEntry } from '../api/admin';
import { ListState } from '../room/ListState';
import { whenOf } from '../room/log';
import { adminErrorText } from './errors';
import { Card, Frame } from './Frame';
import { entryInWords, fromInWords } from './log';
import { LogFilters, logQuery } from './LogFilters';
import { NoRows } from './marks';
import { Pager } from './Pager';
import { adminPath } from './paths';
import { useLog } from './useAdmin';
import { useListAddress } from './useListAddress';

/** Who did what to whom, when and from where, the newest first. */
export function LogTab() {
  const { t } = useTranslation();
  const address = useListAddress();
  const log = useLog(logQuery(address));
  const entries = log.data?.entries ?? [];
  const filtered = Object.entries(logQuery(address)).some(([name, value]) => name !== 'after' && value !== undefined);
  return (
    <Frame
      title={t('admin.log.heading')}
      intro={t('admin.log.intro')}
      place={address.page}
      action={
        <Button variant="outlined" onClick={() => void log.refetch()} loading={log.isRefetching} data-testid="log-reload" sx={{ bgcolor: 'background.paper' }}>
          {t('admin.log.reload')}
        </Button>
      }
    >
      <LogFilters address={address} />
      <ListState query={log} loading={t('admin.loading')} words={adminErrorText} />
      {log.data !== undefined && entries.length === 0 && (
        <NoRows page={address.page} empty={t(filtered ? 'admin.log.noMatch' : 'admin.log.empty')} hint={t(filtered ? 'admin.log.noMatchHint' : 'admin.log.emptyHint')} />
      )}
      {entries.length > 0 && (
        <Card>
          <Box component="ol" aria-label={t('admin.log.list')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </Box>
        </Card>
      )}
      <Pager address={address} next={log.data?.next} />
    </Frame>
  );
}

function Entry({ entry }: { entry: LogEntry }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return (
    <Box
      component="li"
      data-testid="log-entry"
      data-act={entry.act}
      sx={{ display: 'flex', flexDirection: { xs: 'column', sm: 'row' }, columnGap: 2, py: 1, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Typography component="time" dateTime={entry.at} sx={{ flex: 'none', width: { sm: 180 }, color: 'text.secondary', fontSize: '0.88rem', lineHeight: 1.7 }}>
        {whenOf(entry.at, language)}
      </Typography>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ overflowWrap: 'anywhere' }}>{entryInWords(entry, t, language)}</Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, color: 'text.secondary', fontSize: '0.88rem' }}>
          <span>{fromInWords(entry, t)}</span>
          {entry.room !== null &&
            (entry.roomTitle === null ? (
              <span>{t('admin.log.inRoom', { number: entry.room })}</span>
            ) : (
              <Link component={RouterLink} to={adminPath('rooms', entry.room)} color="inherit" dir="auto" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                {entry.roomTitle}
              </Link>
            ))}
        </Box>
      </Box>
    </Box>
  );
}
