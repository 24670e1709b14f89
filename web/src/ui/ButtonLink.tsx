import Button, { type ButtonProps } from '@mui/material/Button';
import { Link } from 'react-router';

/** A link that looks like a button and behaves like a link. */
export function ButtonLink({ to, ...props }: Omit<ButtonProps<typeof Link>, 'component'> & { to: string }) {
  return <Button {...props} component={Link} to={to} />;
}
