// The signs of reactions, drawn here: not every machine has a font with them, and so they look alike everywhere.
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import type { Reaction } from './reactionList';

const SKIN = '#fbc53d';
const SHADE = '#d9982a';
const DARK = '#55360f';
const RED = '#e4374c';
const BLUE = '#3f9fd8';
const GREEN = '#3fae6b';
const VIOLET = '#8a63d2';

const face = <circle cx="18" cy="18" r="15.5" fill={SKIN} />;

/** An open hand with its fingers up, at the origin of its own field. */
const hand = (
  <>
    <path d="M3.5 13.5 7 17.5M9 4v12M13 2.5V16M17 3.5V16M21 7v9" stroke={SHADE} strokeWidth="5" strokeLinecap="round" />
    <path d="M6.7 15h16.6v4.5a8.3 8.3 0 0 1-16.6 0z" fill={SHADE} />
    <path d="M3.5 13.5 7 17.5M9 4v12M13 2.5V16M17 3.5V16M21 7v9" stroke={SKIN} strokeWidth="3.4" strokeLinecap="round" />
    <path d="M7.4 15h15.2v4.5a7.6 7.6 0 0 1-15.2 0z" fill={SKIN} />
  </>
);

const SIGNS: Readonly<Record<Reaction, ReactNode>> = {
  thumbsUp: (
    <>
      <rect x="2.5" y="15.5" width="8" height="17" rx="2.5" fill={BLUE} />
      <path d="M12 17.5 17.8 5.4c.8-1.7 2.3-2.5 3.8-2 1.7.6 2.5 2.3 2.1 4.2L22.5 14h8.2c2.2 0 3.6 1.7 3.2 3.8l-2.1 10.5c-.5 2.5-2.3 4-4.8 4H17c-2 0-3.5-.4-5-1.3z" fill={SKIN} />
      <path d="M26 19h7.2M25.5 23.5h6.8M25 28h6" stroke={SHADE} strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  heart: <path d="M18 32C8.5 25 3 19.5 3 13c0-4.9 3.5-8.5 7.9-8.5 3 0 5.6 1.6 7.1 4.3 1.5-2.7 4.1-4.3 7.1-4.3C29.5 4.5 33 8.1 33 13c0 6.5-5.5 12-15 19z" fill={RED} />,
  laugh: (
    <>
      {face}
      <path d="M9 14.5q3-4.5 6 0M21 14.5q3-4.5 6 0" stroke={DARK} strokeWidth="2.2" strokeLinecap="round" fill="none" />
      <path d="M8.5 18.5h19c0 6.5-4 10.5-9.5 10.5s-9.5-4-9.5-10.5z" fill={DARK} />
      <path d="M9.2 18.5h17.6l-.6 3.2H9.8z" fill="#fff" />
      <path d="M12.5 27c1.5-2 3.5-2.8 5.5-2.8s4 .8 5.5 2.8c-1.5 1.3-3.4 2-5.5 2s-4-.7-5.5-2z" fill={RED} />
      <path d="M7.5 15.5c1.5 2.5 1.3 6-1.2 7.3-2 1-4.3-.3-4.3-2.5 0-2.8 3-4 5.5-4.8zM28.5 15.5c-1.5 2.5-1.3 6 1.2 7.3 2 1 4.3-.3 4.3-2.5 0-2.8-3-4-5.5-4.8z" fill={BLUE} />
    </>
  ),
  applause: (
    <>
      <g transform="translate(13.5 3.5) rotate(28 13 14)">{hand}</g>
      <g transform="translate(1.5 6.5) rotate(-24 13 14)">{hand}</g>
      <path d="M5 9 2.5 6.5M11 5l-1-3.3M17.5 4.5l.5-3" stroke={BLUE} strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  party: (
    <>
      <path d="M3 33 12.5 12.5 23.5 23.5z" fill={SKIN} />
      <path d="M9.2 19.7 16.3 26.8 12 28.8 7.2 24zM5.6 27.4 8.6 30.4 3 33z" fill={VIOLET} />
      <ellipse cx="18" cy="18" rx="3.4" ry="7.7" transform="rotate(-45 18 18)" fill={SHADE} />
      <path d="M19 15c3-2 3.5-5.5 1.5-9.5M22 17.5c2.5-1.5 6-1 9.5 1.5M20.5 16c3.5-3.5 6-4 9.5-9.5" stroke={RED} strokeWidth="2" strokeLinecap="round" fill="none" />
      <path d="M20.5 16c3.5-3.5 6-4 9.5-9.5" stroke={GREEN} strokeWidth="2" strokeLinecap="round" fill="none" />
      <circle cx="12.5" cy="6" r="2" fill={BLUE} />
      <circle cx="26" cy="4" r="1.7" fill={SKIN} />
      <circle cx="32.5" cy="13" r="1.8" fill={VIOLET} />
      <circle cx="29" cy="27" r="2" fill={GREEN} />
      <rect x="5.5" y="9.5" width="3.4" height="3.4" rx="0.6" transform="rotate(20 7 11)" fill={RED} />
      <rect x="22.5" y="28.5" width="3.2" height="3.2" rx="0.6" transform="rotate(35 24 30)" fill={BLUE} />
    </>
  ),
  surprise: (
    <>
      {face}
      <path d="M8.5 9.5q3-2.5 5.5-.8M27.5 9.5q-3-2.5-5.5-.8" stroke={DARK} strokeWidth="2" strokeLinecap="round" fill="none" />
      <ellipse cx="12" cy="15" rx="2.3" ry="3.1" fill={DARK} />
      <ellipse cx="24" cy="15" rx="2.3" ry="3.1" fill={DARK} />
      <ellipse cx="18" cy="25.5" rx="4.3" ry="5.2" fill={DARK} />
    </>
  ),
};

/** As large as a letter of the text around it. */
export function ReactionSign({ reaction }: { reaction: Reaction }) {
  return (
    <Box component="svg" viewBox="0 0 36 36" fill="none" aria-hidden sx={{ display: 'block', width: '1em', height: '1em', overflow: 'visible' }}>
      {SIGNS[reaction]}
    </Box>
  );
}
