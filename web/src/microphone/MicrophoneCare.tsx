import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallSession } from '../call/session';
import { toasts } from '../ui/toasts';
import { listenForHolding } from './holdKeys';

/** What watches over the microphone during a call: the key that is held to talk, and the word to whoever speaks unheard. */
export function MicrophoneCare({ session: { call, hold, mutedSpeech } }: { session: CallSession }) {
  const { t } = useTranslation();
  useEffect(() => listenForHolding(hold), [hold]);
  useEffect(
    () => mutedSpeech.watch(() => toasts.show('info', t('microphone.speakingMuted'), { label: t('call.turnMicrophoneOn'), run: () => call.switchTo('microphone', true) })),
    [call, mutedSpeech, t],
  );
  return null;
}
