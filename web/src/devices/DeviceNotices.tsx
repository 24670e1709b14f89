import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallModel } from '../call/model';
import { mayUnmute } from '../call/roomState';
import { MUTED } from '../host/tellRules';
import { toasts } from '../ui/toasts';
import { deviceChoices } from './deviceChoice';
import type { DevicesPort } from './port';
import { wordsFor } from './tellDevice';

/** Says what happens to the devices of the call. */
export function DeviceNotices({ devices, call }: { devices: DevicesPort; call: Pick<CallModel, 'state'> }) {
  const { t } = useTranslation();
  useEffect(
    () =>
      devices.onNotice((notice) => {
        const muted = notice.kind === 'silencedByHost' && notice.device === 'microphone';
        // Everyone has been muted, and told so.
        if (muted && !mayUnmute(call.state.get())) return;
        const { kind, text, action } = wordsFor(notice, t, ({ devices: { camera, microphone, speaker } }) => {
          if (camera !== undefined) devices.choose('camera', camera);
          if (microphone !== undefined) devices.choose('microphone', microphone);
          if (speaker !== undefined) deviceChoices.remember({ speaker });
        });
        toasts.show(kind, text, action, muted ? MUTED : undefined);
      }),
    [call, devices, t],
  );
  return null;
}
