import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toasts } from '../ui/toasts';
import { deviceChoices } from './deviceChoice';
import type { DevicesPort } from './port';
import { wordsFor } from './tellDevice';

/** Says what happens to the devices of the call. */
export function DeviceNotices({ devices }: { devices: DevicesPort }) {
  const { t } = useTranslation();
  useEffect(
    () =>
      devices.onNotice((notice) => {
        const { kind, text, action } = wordsFor(notice, t, ({ devices: { camera, microphone, speaker } }) => {
          if (camera !== undefined) devices.choose('camera', camera);
          if (microphone !== undefined) devices.choose('microphone', microphone);
          if (speaker !== undefined) deviceChoices.remember({ speaker });
        });
        toasts.show(kind, text, action);
      }),
    [devices, t],
  );
  return null;
}
