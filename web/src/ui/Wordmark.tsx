import Box from '@mui/material/Box';

/** The ring of seats, drawn in the text's colour around a middle in the accent colour. */
export function Mark({ size = 28 }: { size?: number }) {
  const seats = Array.from({ length: 8 }, (_, index) => {
    const angle = (index * Math.PI) / 4;
    return <circle key={index} cx={16 + 11 * Math.cos(angle)} cy={16 + 11 * Math.sin(angle)} r={2.6} />;
  });
  return (
    <Box component="svg" viewBox="0 0 32 32" width={size} height={size} aria-hidden sx={{ flex: 'none', display: 'block', color: 'primary.main' }}>
      <g fill="currentColor">{seats}</g>
      <circle cx="16" cy="16" r="4.2" fill="currentColor" opacity="0.45" />
    </Box>
  );
}
