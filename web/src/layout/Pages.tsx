import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { numberIn } from '../i18n/format';
import type { Frame } from './grid';
import { ChevronLeftIcon, ChevronRightIcon } from '../ui/icons';

interface Props {
  page: number;
  pages: number;
  /** Where the people are. */
  area: Frame;
  onPage: (page: number) => void;
}

/** The buttons to the other pages of people, at both edges of the tiles, and beneath one of them which page this is, where it covers no face. */
export function Pages({ page, pages, area: { x, y, width, height }, onPage }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <Box sx={{ position: 'absolute', pointerEvents: 'none', zIndex: 2 }} style={{ left: x, top: y, width, height }}>
      <Box sx={{ position: 'absolute', insetInline: -4, top: '50%', display: 'flex', justifyContent: 'space-between', transform: 'translateY(-50%)' }}>
        <PageButton label={t('call.previousPage')} disabled={page === 0} onClick={() => onPage(page - 1)} testId="previous-page">
          <ChevronLeftIcon />
        </PageButton>
        <PageButton label={t('call.nextPage')} disabled={page === pages - 1} onClick={() => onPage(page + 1)} testId="next-page">
          <ChevronRightIcon />
        </PageButton>
      </Box>
      <Box
        role="status"
        data-testid="page"
        aria-label={t('call.page', { page: page + 1, pages })}
        sx={{
          position: 'absolute',
          top: 'calc(50% + 25px)',
          [page === pages - 1 ? 'insetInlineStart' : 'insetInlineEnd']: -4,
          width: 44,
          textAlign: 'center',
          borderRadius: 3,
          fontSize: '0.75rem',
          fontWeight: 620,
          fontVariantNumeric: 'tabular-nums',
          bgcolor: 'background.paper',
          boxShadow: 2,
        }}
      >
        {numberIn(i18n.language, page + 1)}/{numberIn(i18n.language, pages)}
      </Box>
    </Box>
  );
}

function PageButton({ label, disabled, onClick, testId, children }: { label: string; disabled: boolean; onClick: () => void; testId: string; children: ReactNode }) {
  return (
    <IconButton
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      data-testid={testId}
      sx={{ pointerEvents: 'auto', bgcolor: 'background.paper', boxShadow: 3, visibility: disabled ? 'hidden' : 'visible', '&:hover': { bgcolor: 'background.paper' } }}
    >
      {children}
    </IconButton>
  );
}
