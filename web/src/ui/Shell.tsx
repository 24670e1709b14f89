import AppBar from '@mui/material/AppBar';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Toolbar from '@mui/material/Toolbar';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useColorScheme } from '@mui/material/styles';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { session } from '../api';
import { CheckIcon, GlobeIcon, MenuIcon, MoonIcon, SunIcon, SystemIcon } from './icons';
import { LanguageMenu } from './LanguageMenu';
import { useStore } from './store';
import { toasts } from './toasts';
import { useAdministrator } from './useAdministrator';
import { Mark } from './Wordmark';

interface Props {
  title: string;
  children: ReactNode;
}

/** The frame of every page outside a call: where one is, who one is, and the menu. */
export function Shell({ title, children }: Props) {
  const { t } = useTranslation();
  const state = useStore(session.state);
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <>
      <Box
        component="a"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
        sx={{
          position: 'fixed',
          top: -60,
          insetInlineStart: 8,
          zIndex: 'tooltip',
          p: 1.5,
          borderRadius: 1,
          bgcolor: 'primary.main',
          color: 'primary.contrastText',
          '&:focus': { top: 8 },
        }}
      >
        {t('nav.skip')}
      </Box>
      <AppBar
        position="sticky"
        elevation={0}
        color="transparent"
        sx={{
          bgcolor: (theme) => `color-mix(in srgb, ${theme.vars.palette.background.default} 86%, transparent)`,
          backdropFilter: 'blur(10px)',
          borderBottom: 1,
          borderColor: 'divider',
          color: 'text.primary',
          pt: 'env(safe-area-inset-top)',
        }}
      >
        <Toolbar sx={{ gap: 1.5, minHeight: { xs: 56, sm: 64 }, px: { xs: 1.5, sm: 3 } }}>
          <Box
            component={Link}
            to="/"
            aria-label={t('nav.home')}
            sx={{ display: 'flex', alignItems: 'center', gap: 1.25, textDecoration: 'none', minHeight: 44, minWidth: 44, justifyContent: 'center' }}
          >
            <Mark />
            <Typography component="span" sx={{ fontWeight: 720, letterSpacing: '-0.02em', fontSize: '1.15rem', display: { xs: 'none', sm: 'inline' } }}>
              {t('app.name')}
            </Typography>
          </Box>
          <Typography
            component="div"
            noWrap
            data-testid="nav-title"
            sx={{ color: 'text.secondary', paddingInlineStart: { sm: 1.5 }, borderInlineStart: { sm: 1 }, borderColor: { sm: 'divider' }, fontWeight: 550, flex: 'none', maxWidth: { xs: 'calc(100% - 192px)', sm: 'none' } }}
          >
            {title}
          </Typography>
          <Box sx={{ flex: 1 }} />
          <Typography noWrap data-testid="nav-user" dir="auto" sx={{ minWidth: 56, fontWeight: 550, fontSize: '0.95rem' }}>
            {state.status === 'signedIn' ? state.user.name : t('nav.anonymous')}
          </Typography>
          <MainMenu />
        </Toolbar>
      </AppBar>
      <Box component="main" id="content" tabIndex={-1} sx={{ flex: 1, display: 'flex', flexDirection: 'column', outline: 'none' }}>
        {children}
      </Box>
    </>
  );
}

const MODES = [
  { mode: 'light', icon: <SunIcon fontSize="small" /> },
  { mode: 'dark', icon: <MoonIcon fontSize="small" /> },
  { mode: 'system', icon: <SystemIcon fontSize="small" /> },
] as const;

function MainMenu() {
  const { t } = useTranslation();
  const state = useStore(session.state);
  const navigate = useNavigate();
  const { mode, setMode } = useColorScheme();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [languages, setLanguages] = useState<HTMLElement | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const administrator = useAdministrator();
  const id = useId();
  const close = () => setAnchor(null);
  const go = (path: string) => {
    close();
    void navigate(path);
  };
  const logout = () => {
    close();
    void session.logout();
    toasts.show('success', t('toast.loggedOut'));
    void navigate('/');
  };
  const places =
    state.status === 'signedIn'
      ? [
          { key: 'lobby', label: t('nav.lobby'), act: () => go('/') },
          { key: 'account', label: t('account.nav'), act: () => go('/account') },
          ...(administrator.data === true ? [{ key: 'admin', label: t('admin.title'), act: () => go('/admin') }] : []),
          { key: 'logout', label: t('nav.logout'), act: logout },
        ]
      : [
          { key: 'lobby', label: t('nav.lobby'), act: () => go('/') },
          { key: 'login', label: t('nav.login'), act: () => go('/login') },
          { key: 'register', label: t('nav.register'), act: () => go('/register') },
        ];
  return (
    <>
      <Tooltip title={t('nav.menu')}>
        <IconButton
          edge="end"
          color="inherit"
          aria-label={t('nav.menu')}
          aria-haspopup="menu"
          aria-controls={anchor === null ? undefined : id}
          aria-expanded={anchor !== null}
          data-testid="menu-button"
          ref={button}
          onClick={(event) => {
            setAnchor(event.currentTarget);
            // Who was made an administrator just now finds the way at once.
            if (state.status === 'signedIn' && administrator.data !== true) void administrator.refetch();
          }}
        >
          <MenuIcon />
        </IconButton>
      </Tooltip>
      <Menu
        id={id}
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { sx: { minWidth: 220, borderRadius: 2, mt: 0.5 } } }}
      >
        {places.map(({ key, label, act }) => (
          <MenuItem key={key} onClick={act} data-testid={`menu-${key}`}>
            {label}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem
          aria-haspopup="menu"
          onClick={() => {
            close();
            setLanguages(button.current);
          }}
          data-testid="menu-language"
        >
          <ListItemIcon sx={{ color: 'inherit' }}>
            <GlobeIcon fontSize="small" />
          </ListItemIcon>
          <ListItemText>{t('nav.language.label')}</ListItemText>
        </MenuItem>
        <ListSubheader role="presentation" aria-hidden sx={{ lineHeight: '36px', bgcolor: 'transparent' }}>{t('nav.theme.label')}</ListSubheader>
        {MODES.map((entry) => (
          <MenuItem
            key={entry.mode}
            role="menuitemradio"
            aria-checked={mode === entry.mode}
            aria-label={`${t('nav.theme.label')}: ${t(`nav.theme.${entry.mode}`)}`}
            onClick={() => {
              setMode(entry.mode);
              close();
            }}
            data-testid={`theme-${entry.mode}`}
          >
            <ListItemIcon sx={{ color: 'inherit' }}>{entry.icon}</ListItemIcon>
            <ListItemText>{t(`nav.theme.${entry.mode}`)}</ListItemText>
            {mode === entry.mode && <CheckIcon fontSize="small" sx={{ marginInlineStart: 2, color: 'primary.main' }} />}
          </MenuItem>
        ))}
      </Menu>
      <LanguageMenu anchor={languages} onClose={() => setLanguages(null)} />
    </>
  );
}
