import { useTranslation } from 'react-i18next';
import { LockIcon } from '../ui/icons';

/** Stands beside the call's title while nobody new can come in. */
export function LockSign() {
  const { t } = useTranslation();
  return <LockIcon titleAccess={t('host.lockedLong')} data-testid="call-locked" sx={{ fontSize: 18, ml: 0.75, verticalAlign: '-3px' }} />;
}
