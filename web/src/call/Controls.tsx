import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CameraIcon, CameraOffIcon, ChatIcon, HandIcon, LinkIcon, MicrophoneIcon, MicrophoneOffIcon, PeopleIcon, SettingsIcon, SmileIcon, StatsIcon, TurnIcon } from '../ui/icons';
import { TalkButton } from '../microphone/TalkButton';
import { preferences } from '../settings/preferences';
import { shortcuts, useKeyHint, useShortcut } from '../shortcuts';
import type { ShortcutId } from '../shortcuts/catalogue';
import { roomEntry } from '../room/roomEntry';
import { useSaverEntry } from '../saver/useSaverEntry';
import { ChatButton } from '../talk/ChatButton';
import { HandButton } from '../talk/HandButton';
import { ReactionButton } from '../talk/ReactionButton';
import { ReactionPalette } from '../talk/ReactionPalette';
import { CountBadge } from '../ui/CountBadge';
import { useStore } from '../ui/store';
import { useWaitingCount } from '../waiting/DoorContext';
import { LayoutIcon } from '../layout/icons';
import { LayoutMenu } from '../layout/LayoutMenu';
import type { HostedRoom } from '../host/useHosting';
import { copyRoomLink } from './copyRoomLink';
import { LeaveButton } from './LeaveButton';
import type { CallState, SwitchState } from './model';
import { MoreMenu, type MenuEntry } from './MoreMenu';
import { mayUnmute } from './roomState';
import { rosterOf } from './roster';
import type { CallSession } from './session';
import { ShareButton } from './ShareButton';
import type { Panel } from './SidePanel';

/** On a phone held sideways the bar stands at the side, since height is scarce. */
export const SIDEWAYS = '@media (orientation: landscape) and (max-height: 500px)';

/** Six buttons and no more fit beside each other on a phone, held either way; the rest goes behind "More". */
const NARROW = '(max-width: 599px) and (orientation: portrait), (orientation: landscape) and (max-height: 500px)';

/** In a wide window the layout has a button of its own. */
const WIDE = '(min-width: 1000px) and (min-height: 501px)';

interface Props {
  session: CallSession;
  state: CallState;
  room: HostedRoom;
  panel: Panel | undefined;
  /** Opens a panel, or closes it when it is open. */
  onPanel: (panel: Panel) => void;
}

export function Controls({ session: { call, devices, hold, layout, pip, talk, saving }, state, room, panel, onPanel }: Props) {
  const { t } = useTranslation();
  const narrow = useMediaQuery(NARROW);
  const wide = useMediaQuery(WIDE);
  const [layoutOpen, setLayoutOpen] = useState(false);
  const people = rosterOf(state).length;
  const waiting = useWaitingCount();
  const peopleLabel = waiting > 0 ? t('waiting.peopleWaiting', { count: waiting, people: t('call.peopleCount', { count: people }) }) : t('call.peopleCount', { count: people });
  const { unread } = useStore(talk.chat.state);
  const { raised } = useStore(talk.hands.state);
  const [reacting, setReacting] = useState(false);
  // The palette of reactions stands above its button, and above the whole bar where that has no room for one.
  const [bar, setBar] = useState<HTMLElement | null>(null);
  const [reactionButton, setReactionButton] = useState<HTMLElement | null>(null);
  const panels: MenuEntry[] = narrow
    ? [
        { id: 'hand', icon: <HandIcon />, label: t(raised ? 'talk.hand.lower' : 'talk.hand.raise'), onClick: () => talk.hands.toggle() },
        { id: 'react', icon: <SmileIcon />, label: t('talk.reaction.react'), onClick: () => setReacting(true) },
        { id: 'chat', icon: <ChatIcon />, label: unread > 0 ? t('talk.chat.titleUnread', { count: unread }) : t('talk.chat.title'), count: unread, onClick: () => onPanel('chat') },
        { id: 'people', icon: <PeopleIcon />, label: peopleLabel, count: waiting, onClick: () => onPanel('people') },
      ]
    : [];
  const looks: MenuEntry[] = wide ? [] : [{ id: 'layout', icon: <LayoutIcon />, label: t('layout.menu'), onClick: () => setLayoutOpen(true) }];
  const more: MenuEntry[] = [{ id: 'copy-link', icon: <LinkIcon />, label: t('call.copyLink'), onClick: () => void copyRoomLink(t) }, ...roomEntry(state.room, state.local.identity, t)];
  const saver = useSaverEntry(saving.saver);
  const { camera } = useStore(devices.state);
  const turn: MenuEntry[] =
    camera?.facing === undefined
      ? []
      : [{ id: 'turn-camera', icon: <TurnIcon />, label: t(camera.facing === 'environment' ? 'call.frontCamera' : 'call.backCamera'), onClick: () => devices.turnAround() }];
  const settings: MenuEntry[] = [
    saver.entry,
    { id: 'settings', icon: <SettingsIcon />, label: t('settings.title'), onClick: () => shortcuts.run('settings') },
    { id: 'stats', icon: <StatsIcon />, label: t('stats.title'), onClick: () => onPanel('stats') },
  ];
  useShortcut('camera', () => call.toggle('camera'));
  const { pushToTalk } = useStore(preferences.state);
  const silenced = mayUnmute(state) ? undefined : t('host.forbidden.unmute');
  useShortcut('microphone', pushToTalk ? undefined : () => call.toggle('microphone'));
  useShortcut('people', () => onPanel('people'));
  useShortcut('stats', () => onPanel('stats'));
  useShortcut('chat', () => onPanel('chat'));
  useShortcut('hand', () => talk.hands.toggle());
  return (
    <Box
      ref={setBar}
      role="toolbar"
      aria-label={t('call.toolbar')}
      sx={{
        flex: 'none',
        display: 'flex',
        alignItems: 'center',
        justifyContent: 'center',
        // A panel takes from the room that there is.
        gap: panel === undefined ? { xs: 1.25, sm: 1, md: 1.75 } : { xs: 1.25, sm: 1, md: 0.25, lg: 1.75 },
        px: 1.5,
        pt: 0.5,
        pb: 'calc(12px + env(safe-area-inset-bottom))',
        [SIDEWAYS]: { flexDirection: 'column', py: 1, pl: 0.5, pr: 'calc(8px + env(safe-area-inset-right))' },
      }}
    >
      <SwitchButton
        state={state.camera}
        labelOn={t('call.turnCameraOff')}
        labelOff={t('call.turnCameraOn')}
        iconOn={<CameraIcon />}
        iconOff={<CameraOffIcon />}
        onClick={() => call.toggle('camera')}
        testId="toggle-camera"
        shortcut="camera"
      />
      {pushToTalk ? (
        <TalkButton hold={hold} refused={silenced} />
      ) : (
        <SwitchButton
          state={state.microphone}
          labelOn={t('call.turnMicrophoneOff')}
          labelOff={t('call.turnMicrophoneOn')}
          iconOn={<MicrophoneIcon />}
          iconOff={<MicrophoneOffIcon />}
          onClick={() => call.toggle('microphone')}
          refused={silenced}
          testId="toggle-microphone"
          shortcut="microphone"
        />
      )}
      <ShareButton call={call} state={state} />
      {!narrow && <HandButton hands={talk.hands} />}
      {!narrow && <ReactionButton ref={setReactionButton} open={reacting} onClick={() => setReacting(true)} />}
      {!narrow && <ChatButton unread={unread} open={panel === 'chat'} onClick={() => onPanel('chat')} />}
      {!narrow && (
        <RoundButton label={peopleLabel} tooltip={t('call.people')} onClick={() => onPanel('people')} testId="people-button" pressed={panel === 'people'} shortcut="people">
          <CountBadge count={waiting > 0 ? waiting : people} color={waiting > 0 ? 'warning' : 'primary'} max={999} data-testid={waiting > 0 ? 'waiting-count' : 'people-count'}>
            <PeopleIcon />
          </CountBadge>
        </RoundButton>
      )}
      <LayoutMenu layout={layout} pip={pip} open={layoutOpen} onClose={() => setLayoutOpen(false)}>
        {wide && (
          <RoundButton label={t('layout.menu')} onClick={() => setLayoutOpen(true)} testId="layout-button" popup={layoutOpen} shortcut="layout">
            <LayoutIcon />
          </RoundButton>
        )}
        {!wide && <MoreMenu groups={[panels, turn, looks, more, settings]} />}
      </LayoutMenu>
      {wide && <MoreMenu groups={[panels, turn, more, settings]} />}
      {saver.dialog}
      <LeaveButton call={call} state={state} room={room} />
      <ReactionPalette anchor={reactionButton ?? bar} open={reacting} onClose={() => setReacting(false)} />
    </Box>
  );
}

interface SwitchProps {
  state: SwitchState;
  labelOn: string;
  labelOff: string;
  iconOn: ReactNode;
  iconOff: ReactNode;
  onClick: () => void;
  /** Why it cannot be turned on, where it cannot. */
  refused?: string | undefined;
  testId: string;
  shortcut?: ShortcutId;
}

/** A device's button: its name says what a click does, its look what is now. */
export function SwitchButton({ state, labelOn, labelOff, iconOn, iconOff, onClick, refused, testId, shortcut }: SwitchProps) {
  const on = state === 'on' || state === 'turningOn';
  return (
    <RoundButton
      label={on ? labelOn : labelOff}
      onClick={onClick}
      tone={on ? 'plain' : 'off'}
      busy={state === 'turningOn' || state === 'turningOff'}
      refused={on ? undefined : refused}
      testId={testId}
      dataState={on ? 'on' : 'off'}
      shortcut={shortcut}
    >
      {on ? iconOn : iconOff}
    </RoundButton>
  );
}

interface RoundProps {
  label: string;
  tooltip?: string;
  onClick: () => void;
  children: ReactNode;
  tone?: 'plain' | 'off' | 'raised' | 'danger';
  pressed?: boolean;
  /** For a button that opens a menu: whether it is open. */
  popup?: boolean;
  busy?: boolean;
  /** Why a click does nothing but say why, where that is so. */
  refused?: string | undefined;
  wide?: boolean;
  testId: string;
  dataState?: 'on' | 'off';
  /** The key that does the same; told by the tooltip. */
  shortcut?: ShortcutId | undefined;
}

const TONES = {
  plain: { color: 'text.primary', bgcolor: 'background.paper', borderColor: 'divider' },
  off: { color: 'background.default', bgcolor: 'text.primary', borderColor: 'text.primary' },
  raised: { color: '#221503', bgcolor: '#fbbf24', borderColor: '#fbbf24' },
  danger: { color: '#fff', bgcolor: '#c81e1e', borderColor: '#c81e1e' },
} as const;

export function RoundButton({ label, tooltip = label, onClick, children, tone = 'plain', pressed, popup, busy = false, refused, wide = false, testId, dataState, shortcut }: RoundProps) {
  const key = useKeyHint(shortcut);
  const colors = TONES[tone];
  return (
    <Tooltip title={refused ?? tooltip + key.suffix}>
      <IconButton
        aria-label={label}
        aria-busy={busy}
        {...(refused === undefined ? {} : { 'aria-disabled': true, 'aria-description': refused })}
        {...(key.aria === undefined ? {} : { 'aria-keyshortcuts': key.aria })}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        {...(popup === undefined ? {} : { 'aria-haspopup': 'menu', 'aria-expanded': popup })}
        onClick={onClick}
        data-testid={testId}
        data-state={dataState}
        sx={{
          width: wide ? 68 : 52,
          height: 52,
          borderRadius: 26,
          border: 1,
          ...colors,
          opacity: refused !== undefined ? 0.5 : busy ? 0.65 : 1,
          transition: 'background-color 120ms, filter 120ms, opacity 120ms',
          '&:hover': { bgcolor: colors.bgcolor, filter: 'brightness(0.93)' },
          '&:focus-visible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: 2 },
          [SIDEWAYS]: { width: 52 },
        }}
      >
        {children}
      </IconButton>
    </Tooltip>
  );
}
