import { useTranslation } from 'react-i18next';
import { LockIcon } from '../ui/icons';
import { useLocked, type HostedRoom } from './useHosting';

/** Stands beside the call's title while nobody new can come in. */
export function LockSign({ room }: { room: HostedRoom }) {
  const { t } = useTranslation();
  if (!useLocked(room)) return null;
  return <LockIcon titleAccess={t('host.lockedLong')} data-testid="call-locked" sx={{ fontSize: 18, ml: 0.75, verticalAlign: '-3px' }} />;
}
