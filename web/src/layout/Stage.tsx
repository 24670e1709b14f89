import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChevronLeftIcon, ChevronRightIcon } from '../ui/icons';
import { GAP_PX, layoutGrid, pageOf, type Space } from './grid';
import { splitSpace } from './split';
import type { CallState } from '../call/model';
import { Tile } from './Tile';
import { stageOf } from './tiles';

const LIST = { m: 0, p: 0, display: 'flex', flexWrap: 'wrap', alignContent: 'center', justifyContent: 'center', gap: `${GAP_PX}px` } as const;

/** The tiles, as large as the space lets them be. */
export function Stage({ state, overlay }: { state: CallState; overlay?: ReactNode }) {
  const { t } = useTranslation();
  const area = useRef<HTMLDivElement>(null);
  const space = useSpace(area);
  const [wantedPage, setPage] = useState(0);
  const { screens, people, floating } = stageOf(state);
  const parts = splitSpace(space, screens.length > 0);
  const stageGrid = layoutGrid(screens.length, parts.stage);
  const grid = layoutGrid(people.length, parts.people);
  const { items, page, pages } = pageOf(people, grid.perPage, wantedPage);
  return (
    <Box sx={{ flex: 1, minHeight: 0, minWidth: 0, position: 'relative', p: 1 }}>
      <Box ref={area} sx={{ width: '100%', height: '100%', position: 'relative', display: 'flex', gap: `${GAP_PX}px` }} style={{ flexDirection: parts.strip === 'bottom' ? 'column' : 'row' }}>
        {screens.length > 0 && (
          <Box component="ul" aria-label={t('share.screens')} data-testid="stage" data-strip={parts.strip} sx={{ ...LIST, flex: 'none' }} style={parts.stage}>
            {screens.slice(0, stageGrid.perPage).map((tile) => (
              <Tile key={tile.id} kind={tile.kind} participant={tile.participant} width={stageGrid.tileWidth} height={stageGrid.tileHeight} />
            ))}
          </Box>
        )}
        <Box
          component="ul"
          aria-label={t('call.tiles')}
          data-testid="tiles"
          sx={{ ...LIST, flex: 1, minWidth: 0, minHeight: 0 }}
        >
          {items.map((tile) => (
            <Tile key={tile.id} kind={tile.kind} participant={tile.participant} width={grid.tileWidth} height={grid.tileHeight} />
          ))}
        </Box>
        {floating !== undefined && (
          <Box component="ul" aria-label={t('prejoin.preview')} sx={{ m: 0, p: 0, position: 'absolute', width: 'clamp(112px, 22%, 240px)', aspectRatio: '4 / 3' }}
            style={{ right: (space.width - grid.tileWidth) / 2 + GAP_PX, bottom: Math.max(0, (space.height - grid.tileHeight) / 2) + GAP_PX }}
          >
            <Tile kind="person" participant={floating} width="100%" height="100%" floating />
          </Box>
        )}
        {overlay}
      </Box>
      {pages > 1 && (
        <Box sx={{ position: 'absolute', insetInline: 4, top: '50%', display: 'flex', justifyContent: 'space-between', pointerEvents: 'none', transform: 'translateY(-50%)' }}>
          <PageButton label={t('call.previousPage')} disabled={page === 0} onClick={() => setPage(page - 1)}>
            <ChevronLeftIcon />
          </PageButton>
          <PageButton label={t('call.nextPage')} disabled={page === pages - 1} onClick={() => setPage(page + 1)}>
            <ChevronRightIcon />
          </PageButton>
          <Box
            aria-live="polite"
            sx={{ position: 'absolute', left: 0, width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}
          >
            {t('call.page', { page: page + 1, pages })}
          </Box>
        </Box>
      )}
    </Box>
  );
}

function PageButton({ label, disabled, onClick, children }: { label: string; disabled: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <IconButton
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      sx={{ pointerEvents: 'auto', bgcolor: 'background.paper', boxShadow: 3, visibility: disabled ? 'hidden' : 'visible', '&:hover': { bgcolor: 'background.paper' } }}
    >
      {children}
    </IconButton>
  );
}

function useSpace(element: React.RefObject<HTMLElement | null>): Space {
  const [space, setSpace] = useState<Space>({ width: window.innerWidth, height: window.innerHeight });
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSpace((old) => (old.width === width && old.height === height ? old : { width, height }));
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return space;
}
