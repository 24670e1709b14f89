// A form that fills a page: a card with what it is for, its fields, what went wrong, the button, and the way to the other such page.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MuiLink from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import type { SubmitEventHandler, ReactNode } from 'react';
import { Link } from 'react-router';
import { Mark } from '../ui/Wordmark';

interface Props {
  /** Begins the names by which tests find the form and its button. */
  name: string;
  title: string;
  subtitle: string;
  onSubmit: SubmitEventHandler;
  /** What the server said of the form as a whole. */
  problem: string | undefined;
  submit: { label: string; loading: boolean; disabled: boolean };
  /** The way to the other page. */
  other: { label: string; to: string };
  /** The fields. */
  children: ReactNode;
}

export function AccountForm({ name, title, subtitle, onSubmit, problem, submit, other, children }: Props) {
  return (
    <Box sx={{ flex: 1, display: 'grid', placeItems: { xs: 'start stretch', sm: 'center' }, px: { xs: 2, sm: 3 }, py: { xs: 2.5, sm: 5 } }}>
      <Paper variant="outlined" sx={{ width: '100%', maxWidth: 460, mx: 'auto', p: { xs: 2.5, sm: 4 }, borderRadius: 4 }}>
        <Mark size={40} />
        <Typography variant="h1" sx={{ mt: 2 }}>
          {title}
        </Typography>
        <Typography sx={{ color: 'text.secondary', mt: 0.5, mb: 3 }}>{subtitle}</Typography>
        <Box component="form" noValidate onSubmit={onSubmit} sx={{ display: 'flex', flexDirection: 'column', gap: 2 }} data-testid={`${name}-form`}>
          {children}
          {problem !== undefined && (
            <Alert severity="error" data-testid="form-error">
              {problem}
            </Alert>
          )}
          <Button type="submit" variant="contained" size="large" loading={submit.loading} disabled={submit.disabled} data-testid={`${name}-submit`}>
            {submit.label}
          </Button>
          <MuiLink component={Link} to={other.to} sx={{ alignSelf: 'center', textAlign: 'center', py: 1.25 }}>
            {other.label}
          </MuiLink>
        </Box>
      </Paper>
    </Box>
  );
}
