// The button behind which everything is that has no button of its own, or no room for one.
import Divider from '@mui/material/Divider';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import MenuItem from '@mui/material/MenuItem';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CountBadge } from '../ui/CountBadge';
import { MoreIcon } from '../ui/icons';
import { BarMenu } from './BarMenu';
import { RoundButton } from './Controls';

export interface MenuEntry {
  /** Also the end of its name for tests: `menu-<id>`. */
  id: string;
  icon: ReactNode;
  label: string;
  onClick: () => void;
  /** A number that waits to be seen. */
  count?: number;
  /** For what can be on or off; undefined for what is done once. */
  checked?: boolean;
}

/** Groups are parted by lines; empty ones are left out. */
export function MoreMenu({ groups }: { groups: readonly (readonly MenuEntry[])[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const shown = groups.filter((group) => group.length > 0);
  const count = shown.flat().reduce((sum, entry) => sum + (entry.count ?? 0), 0);
  return (
    <BarMenu
      button={
        <RoundButton label={count > 0 ? t('call.moreNew', { count }) : t('call.more')} tooltip={t('call.more')} onClick={() => setOpen(true)} testId="more-button" popup={open}>
          <CountBadge count={count} color="primary">
            <MoreIcon />
          </CountBadge>
        </RoundButton>
      }
      label={t('call.more')}
      open={open}
      onClose={() => setOpen(false)}
    >
      {shown.flatMap((group, index) => [
        ...(index === 0 ? [] : [<Divider key={`line-${group[0]?.id ?? index}`} />]),
        ...group.map((entry) => (
          <MenuItem
            key={entry.id}
            {...(entry.checked === undefined ? {} : { role: 'menuitemcheckbox', 'aria-checked': entry.checked })}
            onClick={() => {
              setOpen(false);
              entry.onClick();
            }}
            data-testid={`menu-${entry.id}`}
            sx={{ minHeight: 44 }}
          >
            <ListItemIcon sx={{ color: entry.checked === true ? 'primary.main' : 'text.primary' }}>
              <CountBadge count={entry.count ?? 0} color="primary">
                {entry.icon}
              </CountBadge>
            </ListItemIcon>
            <ListItemText>{entry.label}</ListItemText>
          </MenuItem>
        )),
      ])}
    </BarMenu>
  );
}
