// Our own icons, drawn with strokes on a 24×24 field. They follow the text colour and are hidden from assistive technology: the button that
// holds one has the name.
import SvgIcon, { type SvgIconProps } from '@mui/material/SvgIcon';
import type { ReactNode } from 'react';

/** `directed` icons point to where the text goes on, or comes from, and so are mirrored where it is read from right to left. */
export function icon(shapes: ReactNode, name: string, directed = false) {
  function Icon(props: SvgIconProps) {
    return (
      <SvgIcon {...props} {...(directed ? { className: `directed ${props.className ?? ''}` } : {})}>
        <g fill="none" stroke="currentColor" strokeWidth={1.9} strokeLinecap="round" strokeLinejoin="round">
          {shapes}
        </g>
      </SvgIcon>
    );
  }
  Icon.displayName = name;
  return Icon;
}

const microphone = (
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>
);
const camera = (
  <>
    <rect x="3" y="6.5" width="12.5" height="11" rx="2.5" />
    <path d="m15.5 10.7 5.5-3.2v9l-5.5-3.2" />
  </>
);
const slash = <path d="M4 3.5 20 20.5" />;

export const NoneIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="m6.5 17.5 11-11" />
  </>,
  'NoneIcon',
);

export const EffectsIcon = icon(
  <>
    <path d="M11 3.5 12.9 9l5.6 2-5.6 2L11 18.5 9.1 13l-5.6-2 5.6-2Z" />
    <path d="M18.5 15.5v5M16 18h5" />
  </>,
  'EffectsIcon',
);

export const ShareIcon = icon(
  <>
    <rect x="3" y="4.5" width="18" height="12.5" rx="2.5" />
    <path d="M8.5 20.5h7M12 14V8m-2.8 2.6L12 7.8l2.8 2.8" />
  </>,
  'ShareIcon',
);
export const MicrophoneIcon = icon(microphone, 'MicrophoneIcon');
export const MicrophoneOffIcon = icon(<>{microphone}{slash}</>, 'MicrophoneOffIcon');
export const CameraIcon = icon(camera, 'CameraIcon');
export const CameraOffIcon = icon(<>{camera}{slash}</>, 'CameraOffIcon');
export const LeaveIcon = icon(
  <path d="M3 13.6c0-1.2.5-2 1.5-2.6a14.6 14.6 0 0 1 15 0c1 .6 1.5 1.4 1.5 2.6v1.2a1 1 0 0 1-1.3 1l-3-.9a1 1 0 0 1-.7-.9v-1.7a11.6 11.6 0 0 0-8 0V14a1 1 0 0 1-.7.9l-3 .9a1 1 0 0 1-1.3-1z" fill="currentColor" />,
  'LeaveIcon',
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20a6.5 6.5 0 0 1 13 0M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18 14.2a6.5 6.5 0 0 1 3.5 5.8" />
  </>,
  'PeopleIcon',
);
export const LinkIcon = icon(
  <path d="M10 14a4.2 4.2 0 0 0 6 0l3.3-3.3a4.2 4.2 0 0 0-6-6L12 6M14 10a4.2 4.2 0 0 0-6 0l-3.3 3.3a4.2 4.2 0 0 0 6 6L12 18" />,
  'LinkIcon',
);
export const TrashIcon = icon(
  <path d="M4 6.5h16M9.5 6V4.5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1V6M6 6.5l.8 12.6a1.5 1.5 0 0 0 1.5 1.4h7.4a1.5 1.5 0 0 0 1.5-1.4L18 6.5M10 11v5.5M14 11v5.5" />,
  'TrashIcon',
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />, 'PlusIcon');
export const SearchIcon = icon(<><circle cx="10.5" cy="10.5" r="6.5" /><path d="m15.5 15.5 5 5" /></>, 'SearchIcon');
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />, 'CloseIcon');
export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h16" />, 'MenuIcon');
export const ChevronDownIcon = icon(<path d="m6 9 6 6 6-6" />, 'ChevronDownIcon');
export const ChevronLeftIcon = icon(<path d="m15 6-6 6 6 6" />, 'ChevronLeftIcon', true);
export const ChevronRightIcon = icon(<path d="m9 6 6 6-6 6" />, 'ChevronRightIcon', true);
export const LockIcon = icon(<><rect x="5" y="10.5" width="14" height="10" rx="2.5" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" /></>, 'LockIcon');
export const GlobeIcon = icon(
  <><circle cx="12" cy="12" r="9" /><path d="M3 12h18M12 3c2.7 2.6 4 5.6 4 9s-1.3 6.4-4 9c-2.7-2.6-4-5.6-4-9s1.3-6.4 4-9z" /></>,
  'GlobeIcon',
);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.2V12l3.2 2" />
  </>,
  'ClockIcon',
);
export const UserIcon = icon(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6" />
  </>,
  'UserIcon',
);
export const MoreIcon = icon(<path d="M12 5.5v.1M12 12v.1M12 18.5v.1" strokeWidth={3} />, 'MoreIcon');
export const SunIcon = icon(
  <><circle cx="12" cy="12" r="4" /><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4" /></>,
  'SunIcon',
);
export const MoonIcon = icon(<path d="M20 14.2A8.3 8.3 0 0 1 9.8 4a8.3 8.3 0 1 0 10.2 10.2z" />, 'MoonIcon');
export const SystemIcon = icon(<><rect x="3" y="4.5" width="18" height="12" rx="2" /><path d="M8.5 20.5h7M12 16.5v4" /></>, 'SystemIcon');
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />, 'CheckIcon');
export const AlertIcon = icon(<><circle cx="12" cy="12" r="9" /><path d="M12 7.5v5.5M12 16.4v.1" /></>, 'AlertIcon');
export const EyeIcon = icon(
  <><path d="M2.5 12c2.3-4.3 5.4-6.5 9.5-6.5s7.2 2.2 9.5 6.5c-2.3 4.3-5.4 6.5-9.5 6.5S4.8 16.3 2.5 12z" /><circle cx="12" cy="12" r="3" /></>,
  'EyeIcon',
);
export const EyeOffIcon = icon(
  <><path d="M2.5 12c2.3-4.3 5.4-6.5 9.5-6.5s7.2 2.2 9.5 6.5c-2.3 4.3-5.4 6.5-9.5 6.5S4.8 16.3 2.5 12z" /><circle cx="12" cy="12" r="3" />{slash}</>,
  'EyeOffIcon',
);
export const SoundIcon = icon(<path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11" />, 'SoundIcon');
export const SoundOffIcon = icon(<path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 9.5l5 5m0-5-5 5" />, 'SoundOffIcon');
export const SettingsIcon = icon(
  <><circle cx="12" cy="12" r="3" /><path d="M12 2.8v2.4M12 18.8v2.4M2.8 12h2.4M18.8 12h2.4M5.5 5.5l1.7 1.7M16.8 16.8l1.7 1.7M18.5 5.5l-1.7 1.7M7.2 16.8l-1.7 1.7" /><circle cx="12" cy="12" r="6.6" /></>,
  'SettingsIcon',
);
export const KeyboardIcon = icon(
  <><rect x="2.5" y="6" width="19" height="12.5" rx="2.5" /><path d="M6.5 10v.1M10.2 10v.1M13.8 10v.1M17.5 10v.1M8 14.5h8" /></>,
  'KeyboardIcon',
);
export const SlidersIcon = icon(
  <path d="M4 7h8M17.5 7H20M4 17h2.5M12 17h8M17.5 7a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 0 1 5.4 0zM12 17a2.7 2.7 0 1 1-5.4 0 2.7 2.7 0 0 1 5.4 0z" />,
  'SlidersIcon',
);
export const InfoIcon = icon(<><circle cx="12" cy="12" r="9" /><path d="M12 11v5.5M12 7.6v.1" /></>, 'InfoIcon');
export const StatsIcon = icon(<path d="M4 20h16M6.5 16.5v-4M11 16.5v-8M15.5 16.5V6M20 16.5V11" />, 'StatsIcon');
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11.5" height="12" rx="2.5" />
    <path d="M15.5 5.5V5a1.5 1.5 0 0 0-1.5-1.5H5.5A1.5 1.5 0 0 0 4 5v9.5A1.5 1.5 0 0 0 5.5 16" />
  </>,
  'CopyIcon',
);
export const ChatIcon = icon(
  <path d="M4.5 4.5h15a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5H11l-4.5 3.8V17h-2A1.5 1.5 0 0 1 3 15.5V6a1.5 1.5 0 0 1 1.5-1.5zM7.5 9h9M7.5 12.5h5.5" />,
  'ChatIcon',
);
const hand = <path d="M8.2 12.6V6.2a1.4 1.4 0 0 1 2.8 0v4.9M11 11V4.5a1.4 1.4 0 0 1 2.8 0V11M13.8 11V5.8a1.4 1.4 0 0 1 2.8 0v5.7M16.6 11.5V8.6a1.4 1.4 0 0 1 2.8 0v5.8c0 3.8-2.5 6.6-6.2 6.6-2.8 0-4.6-1.2-5.9-3.5l-2.7-4.7a1.4 1.4 0 0 1 2.4-1.4l1.2 1.6" />;
export const HandIcon = icon(hand, 'HandIcon');
export const HandDownIcon = icon(<>{hand}{slash}</>, 'HandDownIcon');
export const StopIcon = icon(<><circle cx="12" cy="12" r="9" /><path d="M9 9h6v6H9z" /></>, 'StopIcon');
export const SmileIcon = icon(<><circle cx="12" cy="12" r="9" /><path d="M8.2 14.2a4.5 4.5 0 0 0 7.6 0M9 9.3v.4M15 9.3v.4" /></>, 'SmileIcon');
export const SendIcon = icon(<path d="M4.5 4.5 21 12 4.5 19.5l2.2-7.5zM6.7 12H13" />, 'SendIcon', true);
export const LeafIcon = icon(<path d="M5 19.5c0-9 4-14 15-15 .5 10-4 14.5-10.5 14.5A5 5 0 0 1 5.8 17M5 19.5c1.5-4 4-7 8-9" />, 'LeafIcon');
export const SpeedIcon = icon(<path d="M5.6 18.5a8.5 8.5 0 1 1 12.800 0M12 13.5l3.600-4.200M12 13.400v.2" />, 'SpeedIcon');
export const WeakLineIcon = icon(<path d="M5 19.5v-3M10 19.5v-6.5M15 19.5v-1M20 19.5v-1" />, 'WeakLineIcon');
export const TurnIcon = icon(<><path d="M20 11.5a8 8 0 0 0-13.7-5.2L4 8.5M4 4v4.5h4.5M4 12.5a8 8 0 0 0 13.7 5.2l2.3-2.2M20 20v-4.5h-4.5" /><circle cx="12" cy="12" r="2.2" /></>, 'TurnIcon');
export const CalendarIcon = icon(<><rect x="3.5" y="5" width="17" height="15.5" rx="2.5" /><path d="M3.5 10h17M8 2.8v4M16 2.8v4" /></>, 'CalendarIcon');
