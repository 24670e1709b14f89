import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Section } from '../room/Section';
import { saveFile } from '../ui/saveFile';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { useExport } from './useOwnAccount';

const FILE = 'rotunda-export.json';

/** All that the server keeps of somebody, to take along. */
export function ExportSection() {
  const { t } = useTranslation();
  const collect = useExport();
  const download = () =>
    collect.mutate(undefined, {
      onSuccess: (file) => {
        saveFile(file, FILE);
        toasts.show('success', t('account.export.done'));
      },
      onError: (error) => toasts.show('error', translateError(t, error)),
    });
  return (
    <Section title={t('account.export.heading')} intro={t('account.export.intro')}>
      <Button variant="outlined" onClick={download} loading={collect.isPending} data-testid="export" sx={{ alignSelf: { sm: 'start' } }}>
        {t('account.export.submit')}
      </Button>
    </Section>
  );
}
