import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import MuiLink from '@mui/material/Link';
import { Link } from 'react-router';

interface FormFootProps {
  /** What the server said of the form as a whole. */
  problem: string | undefined;
  submit: { label: string; loading: boolean; disabled: boolean; testId: string };
  /** The way to the other account page. */
  other: { label: string; to: string };
}

/** The foot that the forms of login and register share: what went wrong, the button, the way to the other page. */
export function FormFoot({ problem, submit, other }: FormFootProps) {
  return (
    <>
      {problem !== undefined && (
        <Alert severity="error" data-testid="form-error">
          {problem}
        </Alert>
      )}
      <Button
        type="submit"
        variant="contained"
        size="large"
        loading={submit.loading}
        disabled={submit.disabled}
        data-testid={submit.testId}
      >
        {submit.label}
      </Button>
      <MuiLink component={Link} to={other.to} sx={{ alignSelf: 'center', py: 1.25 }}>
        {other.label}
      </MuiLink>
    </>
  );
}
