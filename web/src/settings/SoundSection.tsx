import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import { useTranslation } from 'react-i18next';
import { shortcuts } from '../shortcuts';
import { KeyboardIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { preferences } from './preferences';
import { PreferenceRow } from './SwitchRow';

/** Sound and keyboard. */
export function SoundSection() {
  const { t } = useTranslation();
  const { pushToTalk } = useStore(preferences.state);
  return (
    <>
      <PreferenceRow name="pushToTalk" label={t('settings.pushToTalk')} hint={t('settings.pushToTalkHint')} />
      <PreferenceRow name="holdSpace" label={t('settings.holdSpace')} hint={t('settings.holdSpaceHint')} disabled={pushToTalk} />
      <PreferenceRow name="warnMuted" label={t('settings.warnMuted')} disabled={pushToTalk} />
      <Divider sx={{ my: 1 }} />
      <PreferenceRow name="joinSounds" label={t('settings.joinSounds')} />
      <PreferenceRow name="chatSound" label={t('talk.chat.sound')} />
      <Divider sx={{ my: 1 }} />
      <PreferenceRow name="singleKeys" label={t('settings.singleKeys')} hint={t('settings.singleKeysHint')} />
      <Button startIcon={<KeyboardIcon />} onClick={() => shortcuts.run('help')} data-testid="show-shortcuts" sx={{ mt: 0.5, ml: -1.5 }}>
        {t('shortcuts.show')}
      </Button>
    </>
  );
}
