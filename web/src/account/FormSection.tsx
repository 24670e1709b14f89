import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { SubmitEventHandler, ReactNode } from 'react';
import { Section } from '../room/Section';

interface Props {
  /** Begins the names by which tests find the form and its button. */
  name: string;
  title: string;
  intro: string;
  onSubmit: SubmitEventHandler;
  /** What the server said of the form as a whole. */
  problem: string | undefined;
  submit: { label: string; loading: boolean; disabled: boolean };
  /** The fields. */
  children: ReactNode;
}

/** A card of the account's page with a form of its own. */
export function FormSection({ name, title, intro, onSubmit, problem, submit, children }: Props) {
  return (
    <Section title={title} intro={intro}>
      <Box component="form" noValidate onSubmit={onSubmit} data-testid={`${name}-form`} sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
        {children}
        {problem !== undefined && (
          <Alert severity="error" data-testid="form-error">
            {problem}
          </Alert>
        )}
        <Button type="submit" variant="contained" loading={submit.loading} disabled={submit.disabled} data-testid={`${name}-submit`} sx={{ alignSelf: { sm: 'start' } }}>
          {submit.label}
        </Button>
      </Box>
    </Section>
  );
}
