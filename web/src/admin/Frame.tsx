import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  title: string;
  intro?: ReactNode;
  /** Above the title: the way back to a list. */
  back?: ReactNode;
  /** Beside the title. */
  action?: ReactNode;
  /** When it changes, the page says something new and is read from its heading on. */
  place?: string | number;
  children: ReactNode;
}

/** A page of the administration: a heading, a line about it, what can be done, and then the matter itself. */
export function Frame({ title, intro, back, action, place, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [place]);
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 2, pt: 1 }}>
      <Box sx={{ display: 'flex', flexDirection: 'column', gap: 0.5 }}>
        {back}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: 1.5 }}>
          <Box sx={{ flex: '1 1 260px', minWidth: 0 }}>
            <Typography
              variant="h1"
              ref={heading}
              tabIndex={-1}
              sx={{ outline: 'none', fontSize: { xs: '1.4rem', sm: '1.6rem' }, overflowWrap: 'anywhere', display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}
            >
              {title}
            </Typography>
            {intro !== undefined && <Box sx={{ color: 'text.secondary', fontSize: '0.95rem', mt: 0.5 }}>{intro}</Box>}
          </Box>
          {action}
        </Box>
      </Box>
      {children}
    </Box>
  );
}

/** What belongs together, on one sheet. */
export function Card({ children }: { children: ReactNode }) {
  return (
    <Paper variant="outlined" sx={{ borderRadius: 3, px: { xs: 2, sm: 2.5 }, py: { xs: 1, sm: 1.5 }, display: 'flex', flexDirection: 'column' }}>
      {children}
    </Paper>
  );
}
