import Box from '@mui/material/Box';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isHost } from '../call/roomState';
import type { CallState } from '../call/model';
import type { DevicesPort } from '../devices/port';
import { useHostActions, type HostedRoom } from '../host/useHosting';
import { useStore } from '../ui/store';
import { LOCAL } from './arrange';
import { cornerByKey, nearestCorner } from './corner';
import type { LayoutModel } from './model';
import { Pages } from './Pages';
import { Tile, type TileActions } from './Tile';
import { TileMenu } from './TileMenu';
import { pagesOf } from './swipe';
import { useDrag } from './useDrag';
import { useDirection } from '../ui/Direction';
import { HIDDEN } from '../ui/hidden';

interface Props {
  layout: LayoutModel;
  devices: Pick<DevicesPort, 'state'>;
  call: CallState;
  room: HostedRoom;
  overlay?: ReactNode;
}

/** The tiles, each where the layout wants it. */
export function Stage({ layout, devices, call, room, overlay }: Props) {
  const { t } = useTranslation();
  const state = useStore(layout.state);
  const facing = useStore(devices.state).camera?.facing;
  const { spotlight, stopShare } = useHostActions(room);
  const area = useRef<HTMLUListElement>(null);
  const direction = useDirection();
  useLayoutEffect(() => layout.setDirection(direction), [layout, direction]);
  useSpace(area, layout);
  const [menu, setMenu] = useState<{ id: string; anchor: HTMLElement } | undefined>();
  const [focused, setFocused] = useState<string | undefined>();
  const [said, setSaid] = useState('');
  const actions = useMemo<TileActions>(
    () => ({
      openMenu: (id, anchor) => setMenu({ id, anchor }),
      enlarge: (id) => layout.enlarge(id),
      drop: (frame, { dx, dy }) => layout.moveSelf(nearestCorner(layout.state.get().ground, { ...frame, x: frame.x + dx, y: frame.y + dy })),
      moveByKey: (key) => {
        const corner = cornerByKey(layout.state.get().corner, key);
        if (corner === undefined) return false;
        layout.moveSelf(corner);
        setSaid(t(`layout.corner.${corner}`));
        return true;
      },
    }),
    [layout, t],
  );
  const turn = (by: number) => layout.setPage(layout.state.get().page + by);
  const swipe = useDrag({ begins: state.pages > 1 ? isFinger : undefined, onDrop: (stroke) => turn(pagesOf(stroke, direction)) });
  const tile = state.tiles.find(({ id }) => id === menu?.id);
  const tabStop = state.tiles.some(({ id }) => id === focused) ? focused : state.tiles[0]?.id;
  const alone = call.remotes.length === 0;
  const hosting = isHost(call.room, call.local.identity);
  return (
    <Box sx={{ flex: 1, minHeight: 0, minWidth: 0, position: 'relative', p: 1, display: 'flex' }}>
      <Box sx={{ flex: 1, position: 'relative', minWidth: 0 }}>
        <Box
          component="ul"
          ref={area}
          aria-label={t('call.tiles')}
          data-testid="tiles"
          data-strip={state.strip}
          onKeyDown={moveFocus}
          onFocus={({ target }) => setFocused(target.closest<HTMLElement>('[data-tile]')?.dataset.tile)}
          {...swipe.handlers}
          sx={{ position: 'absolute', inset: 0, m: 0, p: 0, touchAction: state.pages > 1 ? 'pan-y pinch-zoom' : undefined }}
        >
          {state.tiles.map(({ id, kind, participant, where, frame }) => (
            <Tile
              key={id}
              id={id}
              kind={kind}
              participant={participant}
              where={where}
              {...frame}
              pinned={state.pins.includes(id)}
              spotlit={kind === 'person' && participant.identity === state.spotlight}
              mirrored={state.mirrored && facing !== 'environment'}
              concealed={id === LOCAL && alone && state.selfHidden}
              tabStop={id === tabStop}
              actions={actions}
            />
          ))}
        </Box>
        {state.pages > 1 && <Pages page={state.page} pages={state.pages} area={state.area} onPage={(page) => layout.setPage(page)} />}
        <Box role="status" sx={{ ...HIDDEN, insetInlineStart: 0 }}>
          {said}
        </Box>
        {tile !== undefined && (
          <TileMenu
            tile={tile}
            layout={layout}
            state={state}
            onSpotlight={hosting ? (identity) => spotlight.mutate(identity) : undefined}
            onStopShare={hosting ? ({ identity, name }) => stopShare.mutate({ screens: [identity], name: name === '' ? t('call.anonymous') : name }) : undefined}
            anchor={menu?.anchor ?? null}
            onClose={() => setMenu(undefined)}
          />
        )}
        {overlay}
      </Box>
    </Box>
  );
}

const isFinger = ({ pointerType }: PointerEvent) => pointerType === 'touch';

const STEPS: Partial<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** To the side the arrows go as the tiles lie, which is as the page is read. */
function stepOf({ key, currentTarget }: KeyboardEvent<HTMLElement>): number | undefined {
  const step = STEPS[key];
  const mirrored = key !== 'ArrowUp' && key !== 'ArrowDown' && getComputedStyle(currentTarget).direction === 'rtl';
  return step === undefined || !mirrored ? step : -step;
}

/** The arrow keys go from tile to tile. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = stepOf(event);
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.tile-menu')];
  const index = buttons.findIndex((button) => button === event.target);
  if (step === undefined || index < 0) return;
  event.preventDefault();
  buttons[(index + step + buttons.length) % buttons.length]?.focus();
}

/** Tells the layout how much room there is; while that changes, nothing glides. */
function useSpace(element: React.RefObject<HTMLElement | null>, layout: LayoutModel): void {
  useLayoutEffect(() => {
    const { current } = element;
    if (current !== null) layout.setSpace({ width: current.clientWidth, height: current.clientHeight });
  }, [element, layout]);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    let settled: ReturnType<typeof setTimeout> | undefined;
    const observer = new ResizeObserver(() => {
      current.dataset.still = '';
      clearTimeout(settled);
      settled = setTimeout(() => delete current.dataset.still, SETTLED_MS);
      layout.setSpace({ width: current.clientWidth, height: current.clientHeight });
    });
    observer.observe(current);
    return () => {
      clearTimeout(settled);
      observer.disconnect();
    };
  }, [element, layout]);
}

const SETTLED_MS = 250;
