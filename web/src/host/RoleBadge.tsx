import Chip from '@mui/material/Chip';
import { useTranslation } from 'react-i18next';
import type { HostRole } from '../call/roomState';

export function RoleBadge({ role }: { role: HostRole }) {
  const { t } = useTranslation();
  return <Chip size="small" label={t(`host.role.${role}`)} data-testid="role-badge" data-role={role} sx={{ height: 20, fontSize: '0.72rem', fontWeight: 600 }} />;
}
