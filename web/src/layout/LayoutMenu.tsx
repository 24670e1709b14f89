// How the call should look: a menu of its own behind a button, or behind an entry of More where there is no room for one.
import Divider from '@mui/material/Divider';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import MenuItem from '@mui/material/MenuItem';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BarMenu } from '../call/BarMenu';
import { CheckIcon, EyeOffIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { useShortcut } from '../shortcuts';
import { toasts } from '../ui/toasts';
import { canFullScreen, enterFullScreen, leaveFullScreen, usePageFullScreen } from './fullScreen';
import { AutoIcon, ExitFullScreenIcon, FloatIcon, FullScreenIcon, GridIcon, MirrorIcon, PipIcon, SpeakerViewIcon, UnpinIcon } from './icons';
import type { LayoutModel } from './model';
import type { PictureInPicture } from './pictureInPicture';
import { VIEWS } from './preferences';

const VIEW_ICONS = { auto: <AutoIcon />, grid: <GridIcon />, speaker: <SpeakerViewIcon /> } as const;

interface Props {
  layout: LayoutModel;
  pip: PictureInPicture;
  open: boolean;
  onClose: () => void;
  /** What the menu opens at. */
  children: ReactNode;
}

export function LayoutMenu({ layout, pip, open, onClose, children }: Props) {
  const { t } = useTranslation();
  const state = useStore(layout.state);
  const pipOpen = useStore(pip.state).open;
  const fullScreen = usePageFullScreen();
  const setSelfHidden = useSelfHidden(layout);
  const toggleFullScreen = () => (fullScreen ? leaveFullScreen() : enterFullScreen(document.documentElement));
  useShortcut('layout', () => layout.nextView());
  useShortcut('fullScreen', canFullScreen() ? toggleFullScreen : undefined);
  const item = (id: string, icon: ReactNode, label: string, onClick: () => void, choice: { role?: 'menuitemradio' | 'menuitemcheckbox'; checked?: boolean } = {}) => (
    <MenuItem
      key={id}
      {...(choice.role === undefined ? {} : { role: choice.role, 'aria-checked': choice.checked === true })}
      onClick={() => {
        onClose();
        onClick();
      }}
      data-testid={`layout-${id}`}
      sx={{ minHeight: 44 }}
    >
      <ListItemIcon sx={{ color: choice.checked === true ? 'primary.main' : 'text.primary' }}>{icon}</ListItemIcon>
      <ListItemText>{label}</ListItemText>
      <CheckIcon fontSize="small" sx={{ ml: 2, color: 'primary.main', visibility: choice.checked === true ? 'visible' : 'hidden' }} />
    </MenuItem>
  );
  return (
    <BarMenu button={children} label={t('layout.menu')} open={open} onClose={onClose}>
      {VIEWS.map((view) => item(view, VIEW_ICONS[view], t(`layout.view.${view}`), () => layout.setView(view), { role: 'menuitemradio', checked: state.view === view }))}
      {state.pins.length > 0 && item('unpin-all', <UnpinIcon />, t('layout.unpinAll'), () => layout.unpinAll())}
      <Divider />
      {item('hide-self', <EyeOffIcon />, t('layout.hideSelf'), () => setSelfHidden(!state.selfHidden), { role: 'menuitemcheckbox', checked: state.selfHidden })}
      {!state.selfHidden && item('float', <FloatIcon />, t('layout.float'), () => layout.prefer({ selfFloats: !state.selfFloats }), { role: 'menuitemcheckbox', checked: state.selfFloats })}
      {!state.selfHidden && item('mirror', <MirrorIcon />, t('layout.mirror'), () => layout.prefer({ mirrored: !state.mirrored }), { role: 'menuitemcheckbox', checked: state.mirrored })}
      {(pip.supported || canFullScreen()) && <Divider />}
      {pip.supported && item('pip', <PipIcon />, t('layout.pip'), () => pip.toggle(), { role: 'menuitemcheckbox', checked: pipOpen })}
      {canFullScreen() &&
        item(
          'fullscreen',
          fullScreen ? <ExitFullScreenIcon /> : <FullScreenIcon />,
          fullScreen ? t('layout.exitFullScreen') : t('layout.fullScreen'),
          toggleFullScreen,
        )}
    </BarMenu>
  );
}

/** Hides the own picture, and says where it went. */
export function useSelfHidden(layout: LayoutModel): (hidden: boolean) => void {
  const { t } = useTranslation();
  return (hidden) => {
    layout.prefer({ selfHidden: hidden });
    if (hidden) toasts.show('success', t('layout.selfHidden'));
  };
}
