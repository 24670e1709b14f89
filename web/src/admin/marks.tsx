// Small things that several of the lists show.
import Chip from '@mui/material/Chip';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../room/Section';

/** A word about a thing that is not as most are. */
export function Mark({ label, color }: { label: string; color: 'primary' | 'warning' | 'success' | 'default' }) {
  return <Chip size="small" label={label} color={color} variant="outlined" sx={{ height: 22, fontSize: '0.75rem', fontWeight: 600 }} />;
}

/** What stands where a page of a list has nothing on it. */
export function NoRows({ search = '', page, empty, hint }: { search?: string; page: number; empty: string; hint?: string }) {
  const { t } = useTranslation();
  if (page > 1) return <Nothing title={t('admin.list.pastEnd')} testId="past-end" />;
  if (search !== '') return <Nothing title={t('admin.list.noMatch', { search })} hint={t('admin.list.noMatchHint')} testId="no-match" />;
  return <Nothing title={empty} {...(hint === undefined ? {} : { hint })} testId="list-empty" />;
}
