// The call's notices as toasts.
import type { TFunction } from 'i18next';
import { toasts } from '../ui/toasts';
import type { Notice } from './model';

/** The most names that one toast tells; beyond, a number. */
const NAMES_TOLD = 3;

export function tell(notice: Notice, t: TFunction): void {
  switch (notice.kind) {
    case 'joined':
    case 'left': {
      const joined = notice.kind === 'joined';
      const kind = joined ? 'success' : 'error';
      if (notice.names.length > NAMES_TOLD) {
        toasts.show(kind, t(joined ? 'toast.someJoined' : 'toast.someLeft', { count: notice.names.length }));
        return;
      }
      for (const name of notice.names)
        toasts.show(kind, t(joined ? 'toast.joined' : 'toast.left', { name: name === '' ? t('call.anonymous') : name }));
      return;
    }
    case 'reconnected':
      toasts.show('success', t('call.reconnected'));
      return;
    case 'deviceProblem':
      toasts.show('error', t(`devices.${notice.problem}.title`));
      return;
    case 'publishFailed':
      toasts.show('error', t('call.publishFailed'));
      return;
    case 'shareFailed':
      toasts.show('error', t('share.failed'));
      return;
    case 'forbidden':
      toasts.show('error', t(`host.forbidden.${notice.what}`));
      return;
    case 'effectProblem':
      toasts.show('error', t(`effects.problem.${notice.problem}`));
  }
}
