import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { useLanguages } from '../ui/useLanguages';

/** The choice of the language, where there is no menu of the page. */
export function LanguageField() {
  const { t } = useTranslation();
  const { offered, chosen, choose } = useLanguages();
  return (
    <TextField
      select
      label={t('nav.language.label')}
      value={chosen}
      onChange={({ target }) => {
        const option = offered.find((one) => one.option === target.value)?.option;
        if (option !== undefined) choose(option);
      }}
      slotProps={{ select: { SelectDisplayProps: { 'data-testid': 'settings-language' } as object } }}
      sx={{ maxWidth: 440, mt: 1.5 }}
    >
      {offered.map(({ option, label, lang }) => (
        <MenuItem key={option} value={option} lang={lang}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
