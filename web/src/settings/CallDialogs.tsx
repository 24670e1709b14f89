import { useState } from 'react';
import type { CallSession } from '../call/session';
import { useShortcut, useShortcutKeys } from '../shortcuts';
import { ShortcutsDialog } from '../shortcuts/ShortcutsDialog';
import { SettingsDialog } from './SettingsDialog';

/** The call's dialogs that keys and menus open: settings, and the list of keys. One at a time. */
export function CallDialogs({ session }: { session: CallSession }) {
  const [open, setOpen] = useState<'settings' | 'shortcuts' | undefined>();
  const close = () => setOpen(undefined);
  useShortcutKeys();
  useShortcut('settings', () => setOpen('settings'));
  useShortcut('help', () => setOpen('shortcuts'));
  return (
    <>
      <SettingsDialog open={open === 'settings'} onClose={close} session={session} />
      <ShortcutsDialog open={open === 'shortcuts'} onClose={close} />
    </>
  );
}
