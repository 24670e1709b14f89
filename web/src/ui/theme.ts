// The look: stone and teal, light and dark, from one set of CSS variables.
import { createTheme, type Theme, type ThemeOptions } from '@mui/material/styles';
import type {} from '@mui/material/themeCssVarsAugmentation';
import type { Direction } from '../i18n/languages';

const FONT = '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** What a finger can hit. */
export const TOUCH_PX = 44;

declare module '@mui/material/styles' {
  interface Palette {
    stage: { main: string; tile: string; line: string };
  }
  interface PaletteOptions {
    stage?: { main: string; tile: string; line: string };
  }
}

const LOOK: ThemeOptions = {
  cssVariables: { colorSchemeSelector: 'data-color-scheme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#0f766e', dark: '#115e59', light: '#14b8a6', contrastText: '#ffffff' },
        secondary: { main: '#9a3412', contrastText: '#ffffff' },
        error: { main: '#b91c1c' },
        success: { main: '#15803d' },
        warning: { main: '#b45309' },
        background: { default: '#f6f3ee', paper: '#ffffff' },
        text: { primary: '#1c2321', secondary: '#57605d' },
        divider: '#e2ddd4',
        stage: { main: '#ece7df', tile: '#ded8cd', line: '#d3ccc0' },
      },
    },
    dark: {
      palette: {
        primary: { main: '#2dd4bf', dark: '#14b8a6', light: '#5eead4', contrastText: '#04201d' },
        secondary: { main: '#fdba74', contrastText: '#2b1204' },
        error: { main: '#f87171' },
        success: { main: '#4ade80' },
        warning: { main: '#fbbf24' },
        background: { default: '#14181b', paper: '#1c2226' },
        text: { primary: '#eceeec', secondary: '#a7b0ae' },
        divider: '#2e363a',
        stage: { main: '#0d1012', tile: '#22292d', line: '#2e363a' },
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: FONT,
    h1: { fontSize: '1.75rem', fontWeight: 680, letterSpacing: '-0.022em', lineHeight: 1.2 },
    h2: { fontSize: '1.125rem', fontWeight: 620, letterSpacing: '-0.012em', lineHeight: 1.3 },
    button: { textTransform: 'none', fontWeight: 600, letterSpacing: 0 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        body: { minHeight: '100dvh', overflowWrap: 'break-word' },
        '#root': { minHeight: '100dvh', display: 'flex', flexDirection: 'column' },
        a: { color: 'inherit' },
        // What people wrote is read in its own direction, and stands at the edge where the page's text begins.
        '[dir="auto"], bdi': { textAlign: ['-webkit-match-parent', 'match-parent'] },
        '[dir="auto"]::placeholder': { unicodeBidi: 'plaintext' },
        '[dir="rtl"] .directed': { transform: 'scaleX(-1)' },
        // Letters that are joined stay so.
        '[dir="rtl"] *': { letterSpacing: '0 !important' },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' },
        },
      },
    },
    MuiButton: {
      defaultProps: { disableElevation: true },
      styleOverrides: { root: { minHeight: TOUCH_PX, borderRadius: 10, paddingInline: 18 } },
    },
    MuiIconButton: { styleOverrides: { root: { minWidth: TOUCH_PX, minHeight: TOUCH_PX } } },
    MuiMenuItem: { styleOverrides: { root: { minHeight: TOUCH_PX } } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiTextField: { defaultProps: { fullWidth: true } },
    MuiTooltip: { defaultProps: { enterDelay: 400 } },
    MuiDialog: {
      styleOverrides: {
        paper: {
          borderRadius: 16,
          // Words need the width of a phone.
          '@media (max-width: 599.95px)': { '&:not(.MuiDialog-paperFullScreen)': { margin: 16, maxHeight: 'calc(100% - 32px)', '&.MuiDialog-paperFullWidth': { width: 'calc(100% - 32px)' } } },
        },
      },
    },
  },
};

export const theme = createTheme(LOOK);

const rightToLeft = createTheme({ ...LOOK, direction: 'rtl' });

export function themeFor(direction: Direction): Theme {
  return direction === 'rtl' ? rightToLeft : theme;
}
