// One's own account: name and address, password, logins, a copy of one's data, and the end of it. One page, a card each.
import Button from '@mui/material/Button';
import Container from '@mui/material/Container';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { session } from '../api';
import type { OwnAccount } from '../api/account';
import { ButtonLink } from '../ui/ButtonLink';
import { AlertIcon, CheckIcon, UserIcon } from '../ui/icons';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { StatusPage } from '../ui/StatusPage';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { DeletionSection } from './DeletionSection';
import { ExportSection } from './ExportSection';
import { LoginsSection } from './LoginsSection';
import { loginPath } from './next';
import { PasswordSection } from './PasswordSection';
import { ProfileSection } from './ProfileSection';
import { useOwnAccount } from './useOwnAccount';

export default function AccountPage() {
  const { t } = useTranslation();
  const { status } = useStore(session.state);
  const signedIn = status === 'signedIn';
  // Whoever was logged in when the page opened, and is not any more, has been signed out from elsewhere.
  const [wasSignedIn, setWasSignedIn] = useState(signedIn);
  if (signedIn && !wasSignedIn) setWasSignedIn(true);
  const [deleted, setDeleted] = useState(false);
  return (
    <Shell title={t('account.nav')}>
      {deleted ? <DeletedPage /> : signedIn ? <Loaded onDeleted={() => setDeleted(true)} /> : <NobodyPage ended={wasSignedIn} />}
    </Shell>
  );
}

function Loaded({ onDeleted }: { onDeleted: () => void }) {
  const { t } = useTranslation();
  const { data: account, error, refetch } = useOwnAccount();
  // What is there stays while a refresh fails.
  if (account !== undefined) return <Sections account={account} onDeleted={onDeleted} />;
  if (error === null) return <Spinner label={t('account.loading')} testId="account-loading" />;
  return (
    <StatusPage testId="page-account-failed" tone="error" icon={<AlertIcon />} title={t('account.failed.title')} body={t('account.failed.body')}>
      <Button variant="contained" onClick={() => void refetch()}>
        {t('action.retry')}
      </Button>
    </StatusPage>
  );
}

function Sections({ account, onDeleted }: { account: OwnAccount; onDeleted: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const signOutHere = () => {
    void navigate('/');
    void session.logout();
    toasts.show('success', t('toast.loggedOut'));
  };
  return (
    <Container maxWidth="md" data-testid="account" sx={{ flex: 1, display: 'flex', flexDirection: 'column', gap: 2, px: { xs: 2, sm: 3 }, pt: { xs: 2, sm: 4 }, pb: 4 }}>
      <Typography variant="h1" ref={heading} tabIndex={-1} sx={{ outline: 'none', fontSize: { xs: '1.4rem', sm: '1.75rem' } }}>
        {t('account.title')}
      </Typography>
      <ProfileSection account={account} />
      <PasswordSection email={account.email} />
      <LoginsSection onSignOutHere={signOutHere} />
      <ExportSection />
      <DeletionSection email={account.email} onDeleted={onDeleted} />
    </Container>
  );
}

/** For guests and strangers, and for those whose login has ended. */
function NobodyPage({ ended }: { ended: boolean }) {
  const { t } = useTranslation();
  const login = loginPath('/account');
  return (
    <StatusPage
      testId={ended ? 'account-ended' : 'account-nobody'}
      icon={<UserIcon />}
      title={t(ended ? 'end.signedOut.title' : 'account.nobody.title')}
      body={t(ended ? 'server.code.token_not_valid' : 'account.nobody.body')}
    >
      <ButtonLink variant="contained" to={login} data-testid="account-login">
        {t('nav.login')}
      </ButtonLink>
      {!ended && (
        <ButtonLink variant="outlined" to={login.replace('/login', '/register')}>
          {t('nav.register')}
        </ButtonLink>
      )}
    </StatusPage>
  );
}

function DeletedPage() {
  const { t } = useTranslation();
  useEffect(() => void session.logout(), []);
  return (
    <StatusPage testId="account-deleted" icon={<CheckIcon />} title={t('account.deletion.done.title')} body={t('account.deletion.done.body')}>
      <ButtonLink variant="contained" to="/">
        {t('action.toLobby')}
      </ButtonLink>
    </StatusPage>
  );
}
