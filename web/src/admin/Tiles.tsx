import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import type { ReactNode } from 'react';

/** Figures of now, side by side. */
export function Tiles({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', sm: `repeat(auto-fit, minmax(${wide ? 230 : 160}px, 1fr))` }, gap: 1.25, '& > :last-child:nth-of-type(odd)': { gridColumn: { xs: '1 / -1', sm: 'auto' } } }}>
      {children}
    </Box>
  );
}

interface Props {
  /** Stands for the figure in tests. */
  id: string;
  label: string;
  value: ReactNode;
  below?: string;
  /** For words rather than a figure. */
  small?: boolean;
}

export function Tile({ id, label, value, below, small = false }: Props) {
  return (
    <Paper variant="outlined" sx={{ borderRadius: 3, px: { xs: 1.5, sm: 2 }, py: 1.5, minWidth: 0 }}>
      <Box component="dt" sx={{ color: 'text.secondary', fontSize: '0.85rem', lineHeight: 1.35 }}>
        {label}
      </Box>
      <Box
        component="dd"
        data-testid={`figure-${id}`}
        sx={{ m: 0, mt: 0.25, fontSize: small ? '1rem' : { xs: '1.35rem', sm: '1.55rem' }, fontWeight: small ? 560 : 660, letterSpacing: small ? 0 : '-0.02em', fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }}
      >
        {value}
      </Box>
      {below !== undefined && (
        <Box component="dd" sx={{ m: 0, color: 'text.secondary', fontSize: '0.85rem' }}>
          {below}
        </Box>
      )}
    </Paper>
  );
}
