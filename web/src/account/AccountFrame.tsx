import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Mark } from '../ui/Wordmark';

/** The card that login and register share. */
export function AccountFrame({ title, subtitle, children }: { title: string; subtitle: string; children: ReactNode }) {
  return (
    <Box sx={{ flex: 1, display: 'grid', placeItems: { xs: 'start stretch', sm: 'center' }, px: { xs: 2, sm: 3 }, py: { xs: 2.5, sm: 5 } }}>
      <Paper variant="outlined" sx={{ width: '100%', maxWidth: 460, mx: 'auto', p: { xs: 2.5, sm: 4 }, borderRadius: 4 }}>
        <Mark size={40} />
        <Typography variant="h1" sx={{ mt: 2 }}>
          {title}
        </Typography>
        <Typography sx={{ color: 'text.secondary', mt: 0.5, mb: 3 }}>{subtitle}</Typography>
        {children}
      </Paper>
    </Box>
  );
}
