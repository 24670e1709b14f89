import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../room/Section';
import { TrashIcon } from '../ui/icons';
import { DeletionDialog } from './DeletionDialog';

/** The way out, for good. */
export function DeletionSection({ email, onDeleted }: { email: string; onDeleted: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Section title={t('account.deletion.heading')} intro={t('account.deletion.intro')}>
      <Button variant="outlined" color="error" startIcon={<TrashIcon />} onClick={() => setOpen(true)} data-testid="delete-account" sx={{ alignSelf: { sm: 'start' } }}>
        {t('account.deletion.open')}
      </Button>
      {open && <DeletionDialog email={email} onDeleted={onDeleted} onClose={() => setOpen(false)} />}
    </Section>
  );
}
