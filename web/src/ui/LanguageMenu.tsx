import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import ListItemText from '@mui/material/ListItemText';
import { useTranslation } from 'react-i18next';
import { CheckIcon } from './icons';
import { useLanguages } from './useLanguages';

interface Props {
  anchor: HTMLElement | null;
  onClose: () => void;
}

/** The languages, each as its speakers call it, so that one finds one's own on a page that one cannot read. */
export function LanguageMenu({ anchor, onClose }: Props) {
  const { t } = useTranslation();
  const { offered, chosen, choose } = useLanguages();
  return (
    <Menu
      anchorEl={anchor}
      open={anchor !== null}
      onClose={onClose}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
      transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      slotProps={{ paper: { sx: { minWidth: 220, borderRadius: 2, mt: 0.5 } }, list: { 'aria-label': t('nav.language.label') } }}
    >
      {offered.map(({ option, label, lang }) => (
        <MenuItem
          key={option}
          role="menuitemradio"
          aria-checked={option === chosen}
          selected={option === chosen}
          lang={lang}
          onClick={() => {
            onClose();
            choose(option);
          }}
          data-testid={`language-${option}`}
        >
          <ListItemText>{label}</ListItemText>
          {option === chosen && <CheckIcon fontSize="small" sx={{ marginInlineStart: 2, color: 'primary.main' }} />}
        </MenuItem>
      ))}
    </Menu>
  );
}
