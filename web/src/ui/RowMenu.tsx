import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { MoreIcon } from './icons';

export interface RowAction {
  /** By which tests find it. */
  testId: string;
  label: string;
  act: () => void;
  /** Takes something away. */
  harmful?: boolean;
}

/** What can be done with one thing of a list; the label names the thing. */
export function RowMenu({ label, testId, actions }: { label: string; testId: string; actions: readonly RowAction[] }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <IconButton aria-label={label} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)} data-testid={testId}>
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
        {actions.map((action) => (
          <MenuItem
            key={action.testId}
            onClick={() => {
              setAnchor(null);
              action.act();
            }}
            data-testid={action.testId}
            sx={action.harmful === true ? { color: 'error.main' } : {}}
          >
            {action.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
