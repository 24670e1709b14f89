import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  icon: ReactNode;
  title: string;
  body: string;
  help?: string | undefined;
  /** Buttons. */
  children?: ReactNode;
  tone?: 'calm' | 'error';
  testId: string;
}

/** A page that says one thing: what happened, in plain words, and what can be done. The heading takes the focus, so it is read out. */
export function StatusPage({ icon, title, body, help, children, tone = 'calm', testId }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Box
      data-testid={testId}
      sx={{ flex: 1, display: 'grid', placeItems: 'center', px: 3, py: { xs: 3, sm: 6 }, textAlign: 'center' }}
    >
      <Box sx={{ maxWidth: 460, display: 'flex', flexDirection: 'column', alignItems: 'center', gap: 1.5 }}>
        <Box
          sx={{
            width: 72,
            height: 72,
            borderRadius: '50%',
            display: 'grid',
            placeItems: 'center',
            mb: 1,
            color: tone === 'error' ? 'error.main' : 'primary.main',
            bgcolor: (theme) => `color-mix(in srgb, ${tone === 'error' ? theme.vars.palette.error.main : theme.vars.palette.primary.main} 14%, transparent)`,
            '& svg': { fontSize: 34 },
          }}
        >
          {icon}
        </Box>
        <Typography variant="h1" ref={heading} tabIndex={-1} sx={{ outline: 'none', fontSize: { xs: '1.4rem', sm: '1.75rem' } }}>
          {title}
        </Typography>
        <Typography sx={{ color: 'text.primary' }}>{body}</Typography>
        {help !== undefined && <Typography sx={{ color: 'text.secondary', fontSize: '0.94rem' }}>{help}</Typography>}
        {children !== undefined && (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.25, justifyContent: 'center', mt: 1.5 }}>{children}</Box>
        )}
      </Box>
    </Box>
  );
}
