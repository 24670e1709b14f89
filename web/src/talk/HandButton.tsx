import { useTranslation } from 'react-i18next';
import { RoundButton } from '../call/Controls';
import { HandIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import type { HandsModel } from './hands';

export function HandButton({ hands }: { hands: HandsModel }) {
  const { t } = useTranslation();
  const { raised, busy } = useStore(hands.state);
  return (
    <RoundButton label={t(raised ? 'talk.hand.lower' : 'talk.hand.raise')} onClick={() => hands.toggle()} tone={raised ? 'raised' : 'plain'} busy={busy} testId="hand-button" dataState={raised ? 'on' : 'off'} shortcut="hand">
      <HandIcon />
    </RoundButton>
  );
}
