import { useTranslation } from 'react-i18next';
import type { ParticipantView } from '../call/model';

/** What a tile is called: its person's name, or whose screen it is. */
export function useTileName(kind: 'person' | 'screen', participant: ParticipantView): string {
  const { t } = useTranslation();
  const name = participant.name === '' ? t('call.anonymous') : participant.name;
  if (kind === 'screen') return participant.isLocal ? t('share.own') : t('call.screenOf', { name });
  return participant.isLocal ? t('call.you', { name }) : name;
}
