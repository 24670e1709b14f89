import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';

/** A card of a room's page: a heading, a line about it, what belongs together. */
export function Section({ title, intro, action, children }: { title: string; intro?: ReactNode; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} sx={{ borderRadius: 3, px: { xs: 2, sm: 3 }, py: 2.5, display: 'flex', flexDirection: 'column', gap: 2.25 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
        <Box sx={{ flex: '1 1 220px', minWidth: 0 }}>
          <Typography id={id} component="h2" variant="h2">
            {title}
          </Typography>
          {intro !== undefined && <Typography sx={{ color: 'text.secondary', fontSize: '0.92rem', mt: 0.5 }}>{intro}</Typography>}
        </Box>
        {action}
      </Box>
      {children}
    </Paper>
  );
}

/** What stands where a list has nothing in it. */
export function Nothing({ title, hint, testId }: { title: string; hint?: string; testId: string }) {
  return (
    <Box data-testid={testId} sx={{ py: 3, textAlign: 'center' }}>
      <Typography sx={{ fontWeight: 600 }}>{title}</Typography>
      {hint !== undefined && <Typography sx={{ color: 'text.secondary', fontSize: '0.92rem', mt: 0.5 }}>{hint}</Typography>}
    </Box>
  );
}
