// Everything around the pages: theme, data, routes, and the moment at the start when it is not known yet who is signed in.
import Button from '@mui/material/Button';
import CssBaseline from '@mui/material/CssBaseline';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Route, Routes } from 'react-router';
import { session } from './api';
import { statusOf } from './api/errors';
import { LobbyPage } from './lobby/LobbyPage';
import { DirectedTheme } from './ui/Direction';
import { ErrorBoundary, UpdatedPage } from './ui/ErrorBoundary';
import { AlertIcon } from './ui/icons';
import { NotFoundPage } from './ui/NotFoundPage';
import { Spinner } from './ui/Spinner';
import { StatusPage } from './ui/StatusPage';
import { useStore } from './ui/store';
import { ToastArea } from './ui/ToastArea';
import { toasts } from './ui/toasts';
import { upgrade } from './ui/upgrade';

const LoginPage = lazy(() => import('./account/LoginPage'));
const ForgotPage = lazy(() => import('./account/ForgotPage'));
const ResetPage = lazy(() => import('./account/ResetPage'));
const ClaimPage = lazy(() => import('./account/ClaimPage'));
const AccountPage = lazy(() => import('./account/AccountPage'));
const RegisterPage = lazy(() => import('./account/RegisterPage'));
const AdminPage = lazy(() => import('./admin/AdminPage'));
const RoomPage = lazy(() => import('./call/RoomPage'));
const RoomSettingsPage = lazy(() => import('./room/RoomSettingsPage'));

/** Fixtures for looking at the call's views; the build leaves them out. */
const DevPage: ComponentType | undefined = import.meta.env.DEV ? lazy(() => import('../dev/TilesPage')) : undefined;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal does not change by asking again; a lost packet may.
      retry: (failures, error) => failures < 2 && statusOf(error) === undefined,
      staleTime: 2_000,
    },
  },
});

export function App() {
  return (
    <DirectedTheme>
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <ErrorBoundary>
            <Start />
          </ErrorBoundary>
        </BrowserRouter>
      </QueryClientProvider>
      <ToastArea />
    </DirectedTheme>
  );
}

const RETRY_START_MS = 3_000;

function Start() {
  const { t } = useTranslation();
  const { status } = useStore(session.state);
  const step = useStore(upgrade.step);
  useEffect(() => {
    if (step === 'afterCall') toasts.show('success', t('toast.updated'));
  }, [step, t]);
  useEffect(() => {
    if (status !== 'unreachable') return;
    const id = setTimeout(() => void session.start(), RETRY_START_MS);
    return () => clearTimeout(id);
  }, [status]);

  if (step === 'reloading') return <UpdatedPage />;
  switch (status) {
    case 'starting':
      return <Spinner label={t('app.starting')} testId="starting" />;
    case 'unreachable':
      return (
        <StatusPage
          testId="page-unreachable"
          tone="error"
          icon={<AlertIcon />}
          title={t('page.unreachable.title')}
          body={t('page.unreachable.body')}
        >
          <Button variant="contained" onClick={() => void session.start()}>
            {t('action.retry')}
          </Button>
        </StatusPage>
      );
    case 'anonymous':
    case 'signedIn':
      return <Pages />;
  }
}

function Pages() {
  const { t } = useTranslation();
  return (
    <Suspense fallback={<Spinner label={t('app.starting')} />}>
      <Routes>
        <Route path="/" element={<LobbyPage />} />
        <Route path="/login" element={<LoginPage />} />
        <Route path="/register" element={<RegisterPage />} />
        <Route path="/forgot" element={<ForgotPage />} />
        <Route path="/reset" element={<ResetPage />} />
        <Route path="/account" element={<AccountPage />} />
        <Route path="/administrator" element={<ClaimPage />} />
        <Route path="/admin/:tab?/:item?" element={<AdminPage />} />
        <Route path="/r/:roomId" element={<RoomPage />} />
        <Route path="/r/:roomId/settings/:tab?" element={<RoomSettingsPage />} />
        {DevPage !== undefined && <Route path="/dev/tiles" element={<DevPage />} />}
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  );
}
