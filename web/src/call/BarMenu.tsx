// A menu that opens above a button of the call's bar, and gives the focus back to it.
import Box from '@mui/material/Box';
import Menu from '@mui/material/Menu';
import { useRef, type ReactNode } from 'react';

interface Props {
  /** The button, or more, that it opens at. */
  button: ReactNode;
  label: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function BarMenu({ button, label, open, onClose, children }: Props) {
  const anchor = useRef<HTMLDivElement>(null);
  return (
    <Box ref={anchor}>
      {button}
      <Menu
        anchorEl={() => anchor.current}
        open={open}
        onClose={onClose}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        slotProps={{ list: { 'aria-label': label } }}
      >
        {children}
      </Menu>
    </Box>
  );
}
