// What happened to a device, in words.
import type { TFunction } from 'i18next';
import type { ToastAction, ToastKind } from '../ui/toasts';
import type { DeviceNotice } from './capture';
import type { DeviceSort } from './deviceList';
import type { Plugged } from './listChange';

export interface Words {
  kind: ToastKind;
  text: string;
  action?: ToastAction;
}

/** Without the numbers that Chromium puts behind the names of USB devices. */
export function shortLabel(label: string): string {
  return label.replace(/ \([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '');
}

export function wordsFor(notice: DeviceNotice, t: TFunction, choose: (thing: Plugged) => void): Words {
  const named = (label: string, device: DeviceSort) => (label === '' ? t(`deviceChoice.${device}`) : shortLabel(label));
  switch (notice.kind) {
    case 'gone': {
      const { device, label, now } = notice;
      const name = named(label, device);
      if (now === undefined) return { kind: 'error', text: t(`deviceNotice.goneNoOther.${device}`, { name }) };
      return { kind: 'info', text: t(`deviceNotice.gone.${device}`, { name, now: named(now, device) }) };
    }
    case 'back':
      return { kind: 'success', text: t(`deviceNotice.back.${notice.device}`, { name: named(notice.label, notice.device) }) };
    case 'withdrawn':
      return { kind: 'error', text: t(`deviceNotice.withdrawn.${notice.device}`) };
    case 'notTaken':
      return { kind: 'error', text: t(`deviceNotice.notTaken.${notice.problem === 'busy' || notice.problem === 'refused' ? notice.problem : 'failed'}`) };
    case 'plugged':
      return { kind: 'info', text: t('deviceNotice.plugged', { name: shortLabel(notice.thing.label) }), action: { label: t('deviceNotice.use'), run: () => choose(notice.thing) } };
    case 'silencedByHost':
      return { kind: 'info', text: t(`deviceNotice.silencedByHost.${notice.device}`) };
  }
}
