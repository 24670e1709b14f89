import Box from '@mui/material/Box';
import { keyframes } from '@mui/material/styles';
import { memo, useEffect, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../call/Avatar';
import type { ParticipantView } from '../call/model';
import { TileSigns } from '../talk/TileSigns';
import { MoreIcon } from '../ui/icons';
import type { TileView } from './arrange';
import type { Frame } from './grid';
import { leaveFullScreen } from './fullScreen';
import { EnlargeIcon, ExitFullScreenIcon, MoveIcon } from './icons';
import type { PlacedTile } from './place';
import type { Stroke } from './swipe';
import { TileButton } from './TileButton';
import { TileLabel } from './TileLabel';
import { useDrag } from './useDrag';
import { useTileName } from './useTileName';
import { VideoView } from './VideoView';

/** What tiles tell the stage. */
export interface TileActions {
  openMenu: (id: string, anchor: HTMLElement) => void;
  enlarge: (id: string) => void;
  /** The floating picture was dropped. */
  drop: (frame: Frame, stroke: Stroke) => void;
  /** A key was pressed on the floating picture's handle; says whether it moves the picture. */
  moveByKey: (key: string) => boolean;
}

interface Props extends Pick<TileView, 'id' | 'kind'>, Frame {
  participant: ParticipantView;
  where: PlacedTile['where'];
  pinned: boolean;
  spotlit: boolean;
  mirrored: boolean;
  /** Initials instead of the picture. */
  concealed: boolean;
  /** One tile's menu can be reached by the tab key, the others from there by the arrow keys. */
  tabStop: boolean;
  actions: TileActions;
}

/** After a tap the buttons stay for a while. */
const REVEALED_MS = 5_000;
const APPEAR = keyframes({ from: { opacity: 0 } });
const HIDDEN_CONTROL = { opacity: 0, '&:focus-visible, &[aria-expanded="true"]': { opacity: 1 } } as const;

/** One person, or one shared screen: picture or initials, name, microphone, connection, a ring while speaking, and buttons for those who look for them. */
export const Tile = memo(function Tile({ id, kind, participant, where, x, y, width, height, pinned, spotlit, mirrored, concealed, tabStop, actions }: Props) {
  const { t } = useTranslation();
  const label = useTileName(kind, participant);
  const name = participant.name === '' ? t('call.anonymous') : participant.name;
  const picture = concealed ? undefined : kind === 'screen' ? participant.screen : participant.camera;
  const speaking = kind === 'person' && participant.speaking;
  const floating = where === 'floating';
  const { revealed, reveal } = useRevealed();
  const { stroke, handlers } = useDrag({ begins: floating ? beginsMove : undefined, onDrop: (moved) => actions.drop({ x, y, width, height }, moved) });
  const moveByKey = (event: KeyboardEvent) => {
    if (!actions.moveByKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Box
      component="li"
      data-testid={participant.isLocal && kind === 'person' ? 'tile-local' : 'tile'}
      data-tile={id}
      data-where={where}
      data-identity={participant.identity}
      data-name={name}
      data-kind={kind}
      data-camera={participant.cameraOn ? 'on' : 'off'}
      data-microphone={participant.microphoneOn ? 'on' : 'off'}
      data-speaking={speaking}
      data-revealed={revealed}
      aria-label={speaking ? `${label}, ${t('call.speaking')}` : label}
      {...handlers}
      onClick={reveal}
      onContextMenu={(event) => {
        // Nothing but the tile itself can be seen while it has the whole screen.
        if (document.fullscreenElement === event.currentTarget) return;
        event.preventDefault();
        actions.openMenu(id, event.currentTarget);
      }}
      sx={{
        position: 'absolute',
        overflow: 'hidden',
        containerType: 'size',
        listStyle: 'none',
        borderRadius: floating ? '14px' : '16px',
        bgcolor: 'stage.tile',
        display: 'grid',
        placeItems: 'center',
        opacity: participant.stale ? 0.55 : 1,
        transition: 'opacity 200ms, transform 200ms cubic-bezier(0.2, 0, 0, 1)',
        animation: `${APPEAR} 160ms`,
        '[data-still] > &': { transition: 'none' },
        '&:fullscreen': { borderRadius: 0 },
        ...(floating
          ? { zIndex: 1, touchAction: 'none', cursor: stroke === undefined ? 'grab' : 'grabbing', boxShadow: '0 6px 24px rgb(0 0 0 / 0.35)', border: '2px solid', borderColor: 'stage.main' }
          : {}),
        // A ring that comes at once and goes slowly does not flicker between words.
        '&::after': {
          content: '""',
          position: 'absolute',
          inset: 0,
          borderRadius: 'inherit',
          pointerEvents: 'none',
          boxShadow: (theme) => (speaking ? `inset 0 0 0 3px ${theme.vars.palette.primary.main}` : 'inset 0 0 0 1px rgb(0 0 0 / 0.06)'),
          transition: speaking ? 'box-shadow 60ms' : 'box-shadow 500ms',
        },
        '@media (hover: hover)': { '&:hover .tile-control': { opacity: 1 } },
        '&[data-revealed="true"] .tile-control': { opacity: 1 },
        '& .tile-exit': { display: 'none' },
        '&:fullscreen .tile-exit': { display: 'inline-flex' },
        '&:fullscreen .tile-menu': { display: 'none' },
      }}
      // The place is reckoned from the top left in every language.
      style={{ left: 0, top: 0, width, height, transform: `translate(${x + (stroke?.dx ?? 0)}px, ${y + (stroke?.dy ?? 0)}px)`, ...(stroke === undefined ? {} : { transition: 'none' }) }}
    >
      {picture === undefined ? (
        <Avatar name={name} identity={participant.identity} />
      ) : (
        <VideoView source={picture} mirrored={mirrored && participant.isLocal && kind === 'person'} fit={kind === 'screen' ? 'whole' : 'fill'} />
      )}
      {kind === 'person' && <TileSigns participant={participant} />}
      <TileLabel participant={participant} kind={kind} label={floating ? t('layout.you') : label} pinned={pinned} spotlit={spotlit} />
      <Box sx={{ position: 'absolute', top: 'clamp(0px, 1cqw, 6px)', right: 'clamp(0px, 1cqw, 6px)', display: 'flex' }}>
        {floating && (
          <TileButton className="tile-control tile-handle" label={t('layout.move')} onKeyDown={moveByKey} data-testid="tile-move" sx={{ ...HIDDEN_CONTROL, cursor: 'inherit' }}>
            <MoveIcon />
          </TileButton>
        )}
        {kind === 'screen' && where === 'people' && (
          <TileButton label={t('layout.enlargeNamed', { label })} onClick={() => actions.enlarge(id)} data-testid="tile-enlarge">
            <EnlargeIcon />
          </TileButton>
        )}
        <TileButton
          className="tile-control tile-menu"
          label={t('layout.options', { label })}
          aria-haspopup="menu"
          tabIndex={tabStop ? 0 : -1}
          onClick={(event) => actions.openMenu(id, event.currentTarget)}
          data-testid="tile-menu"
          sx={HIDDEN_CONTROL}
        >
          <MoreIcon />
        </TileButton>
        <TileButton className="tile-exit" label={t('layout.exitFullScreen')} onClick={leaveFullScreen} data-testid="tile-exit-fullscreen">
          <ExitFullScreenIcon />
        </TileButton>
      </Box>
    </Box>
  );
});

/** The buttons on a picture stay buttons, all but the handle. */
const beginsMove = ({ target }: PointerEvent) => !(target instanceof Element) || target.closest('button:not(.tile-handle)') === null;

/** A finger cannot hover: its tap shows the buttons. */
function useRevealed() {
  const [taps, setTaps] = useState(0);
  useEffect(() => {
    if (taps === 0) return;
    const timer = setTimeout(() => setTaps(0), REVEALED_MS);
    return () => clearTimeout(timer);
  }, [taps]);
  return {
    revealed: taps > 0,
    reveal: (event: React.MouseEvent) => {
      if (!(event.nativeEvent instanceof window.PointerEvent) || event.nativeEvent.pointerType !== 'mouse') setTaps((count) => count + 1);
    },
  };
}
