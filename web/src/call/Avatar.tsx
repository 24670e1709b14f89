import Box from '@mui/material/Box';
import { hueOf, initials } from './avatar';

/** Initials in a circle that grows with the tile around it. */
export function Avatar({ name, identity }: { name: string; identity: string }) {
  const hue = hueOf(identity);
  return (
    <Box
      aria-hidden
      sx={{
        width: 'clamp(40px, min(34cqw, 46cqh), 148px)',
        aspectRatio: '1',
        borderRadius: '50%',
        display: 'grid',
        placeItems: 'center',
        fontSize: 'clamp(16px, min(13cqw, 17.5cqh), 56px)',
        fontWeight: 620,
        letterSpacing: '0.01em',
        color: '#fff',
        background: `linear-gradient(145deg, hsl(${hue} 42% 46%), hsl(${(hue + 28) % 360} 48% 32%))`,
        userSelect: 'none',
      }}
    >
      {initials(name)}
    </Box>
  );
}
