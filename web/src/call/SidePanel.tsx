// Where a panel stands: beside the tiles in a wide window, over them in a narrow one.
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { ReactNode } from 'react';

const PANEL_PX = 320;

/** The panel that is open beside the call; one at a time. */
export type Panel = 'people' | 'stats';

/** Without children it is closed. */
export function SidePanel({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  const wide = useMediaQuery('(min-width: 900px) and (min-height: 501px)');
  const open = children !== undefined;
  if (!wide) {
    return (
      <Drawer anchor="right" open={open} onClose={onClose} slotProps={{ paper: { sx: { width: `min(${PANEL_PX}px, 100vw)` } } }}>
        {children}
      </Drawer>
    );
  }
  return open ? <Box sx={{ width: PANEL_PX, flex: 'none', m: 1, ml: 0, borderRadius: 4, overflow: 'hidden', border: 1, borderColor: 'divider' }}>{children}</Box> : null;
}
