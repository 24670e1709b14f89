import Badge, { type BadgeProps } from '@mui/material/Badge';
import { useTranslation } from 'react-i18next';
import { numberIn } from '../i18n/format';

type Props = Omit<BadgeProps, 'badgeContent' | 'max'> & { count: number; max?: number };

/** A number at the edge of an icon, none for zero. */
export function CountBadge({ count, max = 99, ...rest }: Props) {
  const { i18n } = useTranslation();
  const number = numberIn(i18n.language, Math.min(count, max));
  return (
    <Badge
      {...rest}
      invisible={count === 0}
      badgeContent={count > max ? `${number}+` : number}
      // Without a number it still holds the last one, for its way out; it must not be read.
      sx={{ '& .MuiBadge-invisible': { display: 'none' } }}
    />
  );
}
