import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { shortcuts } from '../shortcuts';
import { KeyboardIcon } from '../ui/icons';
import { PreferenceRow } from './SwitchRow';

/** Sound and keyboard. */
export function SoundSection() {
  const { t } = useTranslation();
  return (
    <>
      <PreferenceRow name="chatSound" label={t('talk.chat.sound')} />
      <PreferenceRow name="singleKeys" label={t('settings.singleKeys')} hint={t('settings.singleKeysHint')} />
      <Button startIcon={<KeyboardIcon />} onClick={() => shortcuts.run('help')} data-testid="show-shortcuts" sx={{ mt: 0.5, ml: -1.5 }}>
        {t('shortcuts.show')}
      </Button>
    </>
  );
}
