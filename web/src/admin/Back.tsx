import { ButtonLink } from '../ui/ButtonLink';
import { ChevronLeftIcon } from '../ui/icons';

/** From one thing to the list that it is in. */
export function Back({ to, label }: { to: string; label: string }) {
  return (
    <ButtonLink
      to={to}
      size="small"
      startIcon={<ChevronLeftIcon />}
      data-testid="back"
      sx={{ alignSelf: 'flex-start', marginInlineStart: -1.5, px: 1.5 }}
    >
      {label}
    </ButtonLink>
  );
}
