import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Spinner } from '../ui/Spinner';
import { refusalText } from './refusal';
import { useBans, useUnban, type HostedRoom } from './useHosting';

/** Who is banned from the room, and the way back for them; asks the server only while it is shown. */
export function BansList({ room, shown = true }: { room: HostedRoom; shown?: boolean }) {
  const { t } = useTranslation();
  const bans = useBans(room, shown);
  const unban = useUnban(room);
  return (
    <>
      {bans.isPending && <Spinner label={t('host.loadingBans')} />}
      {bans.error !== null && (
        <Typography role="alert" color="error">
          {refusalText(t, bans.error)}
        </Typography>
      )}
      {bans.data?.length === 0 && <Typography sx={{ color: 'text.secondary' }}>{t('host.noBans')}</Typography>}
      {bans.data !== undefined && bans.data.length > 0 && (
        <Box component="ul" aria-label={t('host.bans')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {bans.data.map((ban) => (
            <Box component="li" key={ban.user} data-testid="ban" data-name={ban.name} sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 52 }}>
              <Typography noWrap sx={{ flex: 1 }}>
                {ban.name}
              </Typography>
              <Button aria-label={t('host.unbanNamed', { name: ban.name })} onClick={() => unban.mutate(ban.user)} data-testid="unban" sx={{ minHeight: 44 }}>
                {t('host.unban')}
              </Button>
            </Box>
          ))}
        </Box>
      )}
    </>
  );
}
