import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../ui/ButtonLink';
import { firstPlace, nextPlace, previousPlace, type ListAddress, type Place } from './listAddress';

/** The ways to the pages before and after; nothing where all is on one. */
export function Pager({ address, next }: { address: ListAddress; next: string | null | undefined }) {
  const { t } = useTranslation();
  const { page } = address;
  if (page === 1 && (next === null || next === undefined)) return null;
  const previous = previousPlace(address);
  return (
    <Box component="nav" aria-label={t('admin.list.nav')} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'center', gap: 1, pt: 0.5 }}>
      {page > 1 && (previous === undefined || page > 2) && <Step place={firstPlace(address)} label={t('admin.list.first')} testId="page-first" />}
      {previous !== undefined && <Step place={previous} label={t('admin.list.previous')} testId="page-previous" />}
      <Typography data-testid="page-number" sx={{ px: 1, color: 'text.secondary', fontSize: '0.93rem' }}>
        {t('admin.list.page', { number: page })}
      </Typography>
      {typeof next === 'string' && <Step place={nextPlace(address, next)} label={t('admin.list.next')} testId="page-next" />}
    </Box>
  );
}

function Step({ place: { to, state }, label, testId }: { place: Place; label: string; testId: string }) {
  return (
    <ButtonLink variant="outlined" size="small" to={to.search === '' ? '?' : to.search} state={state} data-testid={testId} sx={{ bgcolor: 'background.paper' }}>
      {label}
    </ButtonLink>
  );
}
