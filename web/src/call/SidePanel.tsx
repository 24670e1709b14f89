// Where a panel stands: beside the tiles in a wide window, over them in a narrow one, and as a sheet from below on a phone held upright.
import Box from '@mui/material/Box';
import SwipeableDrawer from '@mui/material/SwipeableDrawer';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useState, type ReactNode } from 'react';

const PANEL_PX = 320;
const WIDE = '(min-width: 900px) and (min-height: 501px)';
const UPRIGHT = '(max-width: 599px) and (orientation: portrait)';

/** The panel that is open beside the call; one at a time. */
export type Panel = 'people' | 'stats' | 'chat';

/** Whether there is room for a panel beside the tiles. */
export function useWide(): boolean {
  return useMediaQuery(WIDE);
}

/** Without children it is closed. */
export function SidePanel({ children, onClose }: { children: ReactNode; onClose: () => void }) {
  const wide = useWide();
  const sheet = useMediaQuery(UPRIGHT);
  const open = children !== undefined;
  // Keeps the panel in place while it slides away.
  const [shown, setShown] = useState(children);
  if (open && children !== shown) setShown(children);
  if (wide) {
    return open ? <Box sx={{ width: PANEL_PX, flex: 'none', m: 1, ml: 0, borderRadius: 4, overflow: 'hidden', border: 1, borderColor: 'divider' }}>{children}</Box> : null;
  }
  return (
    <SwipeableDrawer
      anchor={sheet ? 'bottom' : 'right'}
      open={open}
      onOpen={() => undefined}
      onClose={onClose}
      disableSwipeToOpen
      slotProps={{ transition: { onExited: () => setShown(undefined) }, paper: { sx: sheet ? SHEET : { width: `min(${PANEL_PX}px, 100vw)`, pr: 'env(safe-area-inset-right)' } } }}
    >
      {sheet && <Box aria-hidden sx={{ flex: 'none', width: 36, height: 4, borderRadius: 2, bgcolor: 'text.disabled', mx: 'auto', my: 1 }} />}
      <Box data-testid={sheet ? 'sheet' : 'drawer'} sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>{shown}</Box>
    </SwipeableDrawer>
  );
}

/** As high as leaves the faces in sight, and no higher when the keyboard is up. */
const SHEET = { height: '68dvh', borderTopLeftRadius: 20, borderTopRightRadius: 20, display: 'flex', flexDirection: 'column', pb: 'env(safe-area-inset-bottom)' } as const;
