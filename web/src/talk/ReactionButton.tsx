import Box from '@mui/material/Box';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../call/Controls';
import { SmileIcon } from '../ui/icons';

/** Opens the palette, which stands above it. */
export function ReactionButton({ ref, open, onClick }: { ref: Ref<HTMLDivElement>; open: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Box ref={ref}>
      <RoundButton label={t('talk.reaction.react')} onClick={onClick} testId="reaction-button" popup={open}>
        <SmileIcon />
      </RoundButton>
    </Box>
  );
}
