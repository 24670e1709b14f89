import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MoreIcon } from '../ui/icons';

export interface RowAction {
  id: string;
  label: string;
  act: () => void;
  /** Takes something away. */
  harmful?: boolean;
}

/** What can be done with one thing of a list. */
export function RowMenu({ name, actions }: { name: string; actions: readonly RowAction[] }) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const label = t('admin.list.menuOf', { name });
  return (
    <>
      <IconButton aria-label={label} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)} data-testid="row-menu">
        <MoreIcon />
      </IconButton>
      <Menu
        anchorEl={anchor}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { 'aria-label': label } }}
      >
        {actions.map(({ id, label: words, act, harmful = false }) => (
          <MenuItem
            key={id}
            onClick={() => {
              setAnchor(null);
              act();
            }}
            data-testid={`do-${id}`}
            sx={harmful ? { color: 'error.main' } : {}}
          >
            {words}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
