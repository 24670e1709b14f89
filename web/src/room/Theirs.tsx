import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';

interface Props {
  /** The setting, for tests and in words. */
  name: string;
  label: string;
  /** In words. */
  value: string;
  onTake: () => void;
}

/** Says what the server has where both sides have changed something, with a way to take it. */
export function Theirs({ name, label, value, onTake }: Props) {
  const { t } = useTranslation();
  return (
    <Box
      role="group"
      aria-label={label}
      data-testid={`conflict-${name}`}
      sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', columnGap: 1.5, mt: 0.75, paddingInlineStart: 1.5, borderInlineStart: 3, borderColor: 'warning.main', fontSize: '0.92rem' }}
    >
      <Box sx={{ flex: '1 1 180px', minWidth: 0, display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>{t('room.settings.theirs', { value })}</Box>
      <Button size="small" onClick={onTake} aria-label={t('room.settings.takeTheirsNamed', { name: label })} data-testid={`take-${name}`} sx={{ flex: 'none' }}>
        {t('room.settings.takeTheirs')}
      </Button>
    </Box>
  );
}
