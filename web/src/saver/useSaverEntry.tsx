import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MenuEntry } from '../call/MoreMenu';
import { LeafIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { SaverDialog } from './SaverDialog';
import type { SaverModel } from './saver';

/** The data saver's line in the menu, and the dialog that it opens. */
export function useSaverEntry(saver: SaverModel): { entry: MenuEntry; dialog: ReactNode } {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const mode = useStore(saver.state);
  const label = mode === 'off' ? t('saver.title') : t('saver.titleOn', { mode: t(`saver.mode.${mode}`) });
  return {
    entry: { id: 'saver', icon: <LeafIcon />, label, onClick: () => setOpen(true) },
    dialog: <SaverDialog saver={saver} open={open} onClose={() => setOpen(false)} />,
  };
}
