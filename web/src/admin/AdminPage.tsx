// The pages of those who run the server: one frame, a tab each, every page with an address of its own. Whoever is no administrator, or not any more,
// reads that in plain words instead.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Container from '@mui/material/Container';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation, useParams } from 'react-router';
import { loginPath } from '../account/next';
import { session } from '../api';
import { useAccount } from '../room/useRoom';
import { ButtonLink } from '../ui/ButtonLink';
import { AlertIcon, LockIcon } from '../ui/icons';
import { NotFoundPage } from '../ui/NotFoundPage';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { StatusPage } from '../ui/StatusPage';
import { useAdministrator } from '../ui/useAdministrator';
import { browserListen } from '../waiting/browser';
import { CallPage } from './CallPage';
import { CallsTab } from './CallsTab';
import { InvitationsTab } from './InvitationsTab';
import { LogTab } from './LogTab';
import { OverviewTab } from './OverviewTab';
import { adminPath, TABS, tabOf, type AdminTab } from './paths';
import { RoomPage } from './RoomPage';
import { RoomsTab } from './RoomsTab';
import { SettingsTab } from './SettingsTab';
import { standingOf } from './standing';
import { ADMIN } from './useAdmin';
import { UsersTab } from './UsersTab';

/** For servers whose streams of events do not get through; with them the page goes at once. */
const STANDING_MS = 15_000;

export default function AdminPage() {
  const { t } = useTranslation();
  const { tab: named, item } = useParams();
  const tab = tabOf(named, item);
  if (tab === undefined) return <NotFoundPage />;
  return (
    <Shell title={t('admin.title')}>
      <Guarded tab={tab} item={item} />
    </Shell>
  );
}

function useStanding() {
  const account = useAccount();
  const { data, error, refetch } = useAdministrator({ everyMs: STANDING_MS });
  const [wasAs, setWasAs] = useState('');
  if (data === true && wasAs !== account) setWasAs(account);
  const was = wasAs !== '' && (account === '' || account === wasAs);
  const standing = standingOf({ signedIn: account !== '', isAdministrator: data, error, was });
  const client = useQueryClient();
  const may = standing === 'administrator';
  useEffect(() => {
    if (!may) return;
    const over = new AbortController();
    const ask = () => void refetch();
    browserListen('/api/admin/events/', session.bearer.bind(session))({ heard: ask, opened: ask, refused: ask }, over.signal);
    return () => over.abort();
  }, [may, refetch]);
  // Nothing of what only administrators see stays in the page.
  useEffect(() => (may ? () => client.removeQueries({ queryKey: [ADMIN] }) : undefined), [may, client]);
  return { standing, refetch };
}

function Guarded({ tab, item }: { tab: AdminTab; item: string | undefined }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { standing, refetch } = useStanding();
  const lobby = (
    <ButtonLink variant={standing === 'signedOut' ? 'outlined' : 'contained'} to="/">
      {t('action.toLobby')}
    </ButtonLink>
  );
  switch (standing) {
    case 'asking':
      return <Spinner label={t('admin.loading')} testId="admin-loading" />;
    case 'anonymous':
      return <Navigate to={loginPath(pathname)} replace />;
    case 'other':
      return (
        <StatusPage testId="page-not-administrator" icon={<LockIcon />} title={t('admin.page.notAdministrator.title')} body={t('admin.page.notAdministrator.body')}>
          {lobby}
        </StatusPage>
      );
    case 'demoted':
      return (
        <StatusPage testId="page-demoted" icon={<LockIcon />} title={t('admin.page.demoted.title')} body={t('admin.page.demoted.body')}>
          {lobby}
        </StatusPage>
      );
    case 'signedOut':
      return (
        <StatusPage testId="page-signed-out" icon={<LockIcon />} title={t('admin.page.signedOut.title')} body={t('admin.page.signedOut.body')}>
          {lobby}
          <ButtonLink variant="contained" to={loginPath(pathname)}>
            {t('admin.page.signedOut.login')}
          </ButtonLink>
        </StatusPage>
      );
    case 'failed':
      return (
        <StatusPage testId="page-admin-failed" tone="error" icon={<AlertIcon />} title={t('admin.page.failed.title')} body={t('admin.page.failed.body')}>
          <Button variant="contained" onClick={() => void refetch()}>
            {t('action.retry')}
          </Button>
        </StatusPage>
      );
    case 'administrator':
      return <Pages tab={tab} item={item} />;
  }
}

function Pages({ tab, item }: { tab: AdminTab; item: string | undefined }) {
  const { t } = useTranslation();
  return (
    <Container maxWidth="lg" sx={{ flex: 1, display: 'flex', flexDirection: 'column', gap: 2, px: { xs: 2, sm: 3 }, pt: { xs: 0.5, sm: 1.5 }, pb: 0 }}>
      <Tabs
        value={tab}
        variant="scrollable"
        scrollButtons={false}
        aria-label={t('admin.pages')}
        sx={{ borderBottom: 1, borderColor: 'divider', minHeight: 48, mx: { xs: -2, sm: 0 }, px: { xs: 1, sm: 0 } }}
      >
        {TABS.map((value) => (
          <Tab
            key={value}
            value={value}
            label={t(`admin.tab.${value}`)}
            component={Link}
            to={adminPath(value)}
            id={`tab-${value}`}
            aria-controls="admin-panel"
            data-testid={`tab-${value}`}
            sx={{ textTransform: 'none', fontWeight: 600, fontSize: '0.95rem', minHeight: 48, minWidth: 0, px: { xs: 1.5, sm: 2 } }}
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id="admin-panel" aria-labelledby={`tab-${tab}`} data-testid={`panel-${tab}`} sx={{ flex: 1, display: 'flex', flexDirection: 'column', pb: tab === 'settings' ? 0 : 4 }}>
        <Panel tab={tab} item={item} />
      </Box>
    </Container>
  );
}

function Panel({ tab, item }: { tab: AdminTab; item: string | undefined }) {
  switch (tab) {
    case 'overview':
      return <OverviewTab />;
    case 'calls':
      return item === undefined ? <CallsTab /> : <CallPage key={item} room={item} />;
    case 'users':
      return <UsersTab />;
    case 'rooms':
      return item === undefined ? <RoomsTab /> : <RoomPage key={item} id={item} />;
    case 'invitations':
      return <InvitationsTab />;
    case 'log':
      return <LogTab />;
    case 'settings':
      return <SettingsTab />;
  }
}
