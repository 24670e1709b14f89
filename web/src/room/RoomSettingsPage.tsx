// The pages of a room that its hosts see: settings, invitations, people, history. One frame, a tab each, every tab with an address of its own.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Container from '@mui/material/Container';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useLocation, useNavigate, useParams } from 'react-router';
import { loginPath } from '../account/next';
import { statusOf } from '../api/errors';
import { keepsOrder, type Room } from '../api/rooms';
import { roomPath } from '../lobby/roomView';
import { ButtonLink } from '../ui/ButtonLink';
import { AlertIcon, LockIcon } from '../ui/icons';
import { NotFoundPage } from '../ui/NotFoundPage';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { StatusPage } from '../ui/StatusPage';
import { toasts } from '../ui/toasts';
import { formFor, leave } from './drafts';
import { InvitationsTab } from './InvitationsTab';
import { LogTab } from './LogTab';
import { PeopleTab } from './PeopleTab';
import { settingsPath, TABS, type RoomTab } from './paths';
import { CalendarButton, ScheduledTime } from './ScheduledTime';
import { SettingsTab } from './SettingsTab';
import { useAccount, useRoom, useSavedRoom } from './useRoom';

export default function RoomSettingsPage() {
  const { t } = useTranslation();
  const { roomId = '', tab: named } = useParams();
  const { pathname } = useLocation();
  const account = useAccount();
  const tab = TABS.find((known) => known === (named ?? 'settings'));
  if (tab === undefined || !/^\w{1,80}$/.test(roomId)) return <NotFoundPage />;
  if (account === '') return <Navigate to={loginPath(pathname)} replace />;
  return (
    <Shell title={t('room.title')}>
      <Loaded key={account} roomId={roomId} tab={tab} account={account} />
    </Shell>
  );
}

function Loaded({ roomId, tab, account }: { roomId: string; tab: RoomTab; account: string }) {
  const { t } = useTranslation();
  const { data: room, error, refetch } = useRoom(roomId);
  if (statusOf(error) === 404)
    return (
      <StatusPage testId="page-room-not-found" tone="error" icon={<AlertIcon />} title={t('room.notFound.title')} body={t('room.notFound.body')}>
        <ButtonLink variant="contained" to="/">
          {t('action.toLobby')}
        </ButtonLink>
      </StatusPage>
    );
  // What is there stays while a refresh fails.
  if (room === undefined) {
    if (error === null) return <Spinner label={t('room.loading')} testId="room-loading" />;
    return (
      <StatusPage testId="page-room-failed" tone="error" icon={<AlertIcon />} title={t('room.failed.title')} body={t('room.failed.body')}>
        <Button variant="contained" onClick={() => void refetch()}>
          {t('action.retry')}
        </Button>
      </StatusPage>
    );
  }
  if (!keepsOrder(room))
    return (
      <StatusPage testId="page-not-host" icon={<LockIcon />} title={t('room.notHost.title')} body={t('room.notHost.body')}>
        <ButtonLink variant="contained" to={roomPath(room.roomId)}>
          {t('room.enter')}
        </ButtonLink>
        <ButtonLink to="/">{t('action.toLobby')}</ButtonLink>
      </StatusPage>
    );
  return <Pages room={room} tab={tab} account={account} />;
}

function Pages({ room, tab, account }: { room: Room; tab: RoomTab; account: string }) {
  const { t } = useTranslation();
  const form = useSettingsForm(room, account);
  const navigate = useNavigate();
  const saveRoom = useSavedRoom();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Container maxWidth="md" sx={{ flex: 1, display: 'flex', flexDirection: 'column', gap: 2, px: { xs: 2, sm: 3 }, pt: { xs: 2, sm: 4 }, pb: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5 }}>
        <Box sx={{ flex: '1 1 260px', minWidth: 0 }}>
          <Typography
            variant="h1"
            ref={heading}
            tabIndex={-1}
            data-testid="room-heading"
            dir="auto"
            sx={{ outline: 'none', fontSize: { xs: '1.4rem', sm: '1.75rem' }, display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}
          >
            {room.title}
          </Typography>
          <Box sx={{ fontSize: '0.92rem', mt: 0.5 }}>
            <ScheduledTime at={room.scheduledOn} />
          </Box>
        </Box>
        <CalendarButton room={room} link={location.origin + roomPath(room.roomId)} />
        <ButtonLink variant="contained" to={roomPath(room.roomId)} data-testid="enter-room">
          {t('room.enter')}
        </ButtonLink>
      </Box>
      <Tabs
        value={tab}
        variant="scrollable"
        scrollButtons={false}
        aria-label={t('room.tabs.label')}
        sx={{ borderBottom: 1, borderColor: 'divider', minHeight: 48, mx: { xs: -2, sm: 0 }, px: { xs: 1, sm: 0 } }}
      >
        {TABS.map((value) => (
          <Tab
            key={value}
            value={value}
            label={t(`room.tabs.${value}`)}
            component={Link}
            to={settingsPath(room.roomId, value)}
            replace
            id={`tab-${value}`}
            aria-controls="room-panel"
            data-testid={`tab-${value}`}
            sx={{ textTransform: 'none', fontWeight: 600, fontSize: '0.95rem', minHeight: 48, minWidth: 0, px: { xs: 1.5, sm: 2 } }}
          />
        ))}
      </Tabs>
      <Box role="tabpanel" id="room-panel" aria-labelledby={`tab-${tab}`} data-testid={`panel-${tab}`} sx={{ flex: 1, display: 'flex', flexDirection: 'column', pb: tab === 'settings' ? 0 : 4 }}>
        {tab === 'settings' && (
          <SettingsTab
            form={form}
            owner={room.role === 'owner'}
            onSaved={(saved) => {
              saveRoom(saved);
              if (saved.roomId !== room.roomId) void navigate(settingsPath(saved.roomId), { replace: true });
            }}
          />
        )}
        {tab === 'invitations' && <InvitationsTab room={room} />}
        {tab === 'people' && <PeopleTab room={room} />}
        {tab === 'log' && <LogTab room={room.id} />}
      </Box>
    </Container>
  );
}

/** The form lives as long as the pages of its room, and longer while there is something in it that is not saved. */
function useSettingsForm(room: Room, account: string) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [form] = useState(() => formFor(account, room));
  useEffect(() => form.arrived(room), [form, room]);
  useEffect(() => {
    return () => {
      if (!leave(account, form)) return;
      const { title, roomId } = form.state.get().thing;
      const run = () => void navigate(settingsPath(roomId));
      toasts.show('info', t('room.settings.left', { title }), { label: t('room.settings.back'), run });
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- at the end of the pages, once
  }, [form]);
  return form;
}
