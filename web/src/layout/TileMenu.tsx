// What can be done with one tile.
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParticipantView } from '../call/model';
import { EyeOffIcon, StopIcon } from '../ui/icons';
import { canFullScreen, enterFullScreen } from './fullScreen';
import { EnlargeIcon, FloatIcon, FullScreenIcon, MirrorIcon, PinIcon, SpotlightIcon, UnpinIcon } from './icons';
import { useSelfHidden } from './LayoutMenu';
import type { LayoutModel, LayoutState } from './model';
import type { PlacedTile } from './place';
import { useTileName } from './useTileName';

interface Props {
  tile: PlacedTile;
  layout: LayoutModel;
  state: LayoutState;
  /** Puts someone into everyone's spotlight, or with nothing given ends it; undefined for those who may not. */
  onSpotlight: ((identity: string | undefined) => void) | undefined;
  /** Ends what another shares; undefined for those who may not. */
  onStopShare: ((participant: ParticipantView) => void) | undefined;
  anchor: HTMLElement | null;
  onClose: () => void;
}

interface Entry {
  id: string;
  icon: ReactNode;
  label: string;
  onClick: () => void;
  checked?: boolean;
}

export function TileMenu({ anchor, onClose, ...rest }: Props) {
  const { t } = useTranslation();
  const label = useTileName(rest.tile.kind, rest.tile.participant);
  const entries = useEntries({ ...rest, anchor });
  return (
    <Menu anchorEl={anchor} open={anchor !== null} onClose={onClose} slotProps={{ list: { 'aria-label': t('layout.options', { label }) } }}>
      {entries.map(({ id, icon, label: text, onClick, checked }) => (
        <MenuItem
          key={id}
          {...(checked === undefined ? {} : { role: 'menuitemcheckbox', 'aria-checked': checked })}
          onClick={() => {
            onClose();
            onClick();
          }}
          data-testid={`tile-${id}`}
          sx={{ minHeight: 44 }}
        >
          <ListItemIcon sx={{ color: checked === true ? 'primary.main' : 'text.primary' }}>{icon}</ListItemIcon>
          <ListItemText>{text}</ListItemText>
        </MenuItem>
      ))}
    </Menu>
  );
}

function useEntries({ tile, layout, state, onSpotlight, onStopShare, anchor }: Omit<Props, 'onClose'>): Entry[] {
  const { t } = useTranslation();
  const setSelfHidden = useSelfHidden(layout);
  const { id, kind, participant, where } = tile;
  const pinned = state.pins.includes(id);
  const entries: Entry[] = [{ id: 'pin', icon: pinned ? <UnpinIcon /> : <PinIcon />, label: pinned ? t('layout.unpin') : t('layout.pin'), onClick: () => layout.togglePin(id) }];
  if (kind === 'screen' && where === 'people') entries.push({ id: 'large', icon: <EnlargeIcon />, label: t('layout.enlarge'), onClick: () => layout.enlarge(id) });
  if (onSpotlight !== undefined && kind === 'person') entries.push(spotlightEntry(participant));
  if (onStopShare !== undefined && kind === 'screen' && !participant.isLocal)
    entries.push({ id: 'stop-share', icon: <StopIcon />, label: t('host.stopShare'), onClick: () => onStopShare(participant) });
  if (canFullScreen()) {
    entries.push({ id: 'fullscreen', icon: <FullScreenIcon />, label: t('layout.tileFullScreen'), onClick: () => {
      const element = anchor?.closest('li');
      if (element) enterFullScreen(element);
    } });
  }
  if (participant.isLocal && kind === 'person') {
    entries.push(
      { id: 'mirror', icon: <MirrorIcon />, label: t('layout.mirror'), checked: state.mirrored, onClick: () => layout.prefer({ mirrored: !state.mirrored }) },
      { id: 'float', icon: <FloatIcon />, label: t('layout.float'), checked: state.selfFloats, onClick: () => layout.prefer({ selfFloats: !state.selfFloats }) },
      { id: 'hide', icon: <EyeOffIcon />, label: t('layout.hideSelf'), onClick: () => setSelfHidden(true) },
    );
  }
  return entries;

  function spotlightEntry({ identity }: ParticipantView): Entry {
    const on = state.spotlight === identity;
    return { id: 'spotlight', icon: <SpotlightIcon />, label: on ? t('layout.endSpotlight') : t('layout.spotlight'), onClick: () => onSpotlight?.(on ? undefined : identity) };
  }
}
