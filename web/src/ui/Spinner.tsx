import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';

/** Fills what is left of the page. */
export function Spinner({ label, testId = 'spinner' }: { label: string; testId?: string }) {
  return (
    <Box data-testid={testId} sx={{ flex: 1, minHeight: 160, display: 'grid', placeItems: 'center' }}>
      <CircularProgress aria-label={label} />
    </Box>
  );
}
