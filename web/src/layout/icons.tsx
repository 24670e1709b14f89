// The icons of the layout's controls.
import { icon } from '../ui/icons';

const pin = <path d="M9 3.5h6l-.8 6.3 3.3 3.2v1.5h-11V13l3.3-3.2zM12 14.5v6" />;

export const PinIcon = icon(pin, 'PinIcon');
export const UnpinIcon = icon(<>{pin}<path d="M4 3.5 20 20.5" /></>, 'UnpinIcon');
export const SpotlightIcon = icon(<path d="m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.9-5.2 2.9 1-5.9L3.5 9.7l5.9-.8z" />, 'SpotlightIcon');
export const LayoutIcon = icon(
  <><rect x="3" y="4.5" width="18" height="15" rx="2.5" /><path d="M15 4.5v15M15 12h6" /></>,
  'LayoutIcon',
  true,
);
export const GridIcon = icon(
  <><rect x="3.5" y="4.5" width="7.2" height="6.5" rx="1.5" /><rect x="13.3" y="4.5" width="7.2" height="6.5" rx="1.5" /><rect x="3.5" y="13" width="7.2" height="6.5" rx="1.5" /><rect x="13.3" y="13" width="7.2" height="6.5" rx="1.5" /></>,
  'GridIcon',
);
export const SpeakerViewIcon = icon(
  <><rect x="3.5" y="4" width="17" height="10" rx="2" /><path d="M4.5 18.5h3M10.5 18.5h3M16.5 18.5h3" strokeWidth={3} /></>,
  'SpeakerViewIcon',
);
export const AutoIcon = icon(
  <><path d="M20 11.5a8 8 0 0 0-14.5-4L3.5 10M3.5 5v5h5M4 12.5a8 8 0 0 0 14.5 4l2-2.5M20.5 19v-5h-5" /></>,
  'AutoIcon',
);
export const MirrorIcon = icon(<path d="M12 3.5v17M9 7.5 3.5 17H9zM15 7.5 20.5 17H15z" />, 'MirrorIcon');
export const MoveIcon = icon(<path d="M12 3.5v17M3.5 12h17M9.5 6 12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5 3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5" />, 'MoveIcon');
export const FullScreenIcon = icon(<path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15" />, 'FullScreenIcon');
export const ExitFullScreenIcon = icon(<path d="M9 4v3.5A1.5 1.5 0 0 1 7.5 9H4M20 9h-3.5A1.5 1.5 0 0 1 15 7.5V4M15 20v-3.5a1.5 1.5 0 0 1 1.5-1.5H20M4 15h3.5A1.5 1.5 0 0 1 9 16.5V20" />, 'ExitFullScreenIcon');
export const PipIcon = icon(
  <><path d="M21 10.5V7a2.5 2.5 0 0 0-2.5-2.5h-13A2.5 2.5 0 0 0 3 7v10a2.5 2.5 0 0 0 2.5 2.5H9" /><rect x="12" y="13" width="9" height="6.5" rx="1.5" fill="currentColor" /></>,
  'PipIcon',
);
export const FloatIcon = icon(
  <><rect x="3" y="4.5" width="18" height="15" rx="2.5" /><rect x="11.5" y="11.5" width="7" height="5.5" rx="1" fill="currentColor" /></>,
  'FloatIcon',
);
export const EnlargeIcon = icon(<path d="M13.5 4H20v6.5M20 4l-7 7M10.5 20H4v-6.5M4 20l7-7" />, 'EnlargeIcon');
