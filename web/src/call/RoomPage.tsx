import type { TFunction } from 'i18next';
import { useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useParams } from 'react-router';
import { loginPath } from '../account/next';
import { rooms, session } from '../api';
import { invitationIn } from '../api/invitations';
import { roomPath } from '../lobby/roomView';
import { i18next } from '../i18n';
import { NotFoundPage } from '../ui/NotFoundPage';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { useStore } from '../ui/store';
import { toasts } from '../ui/toasts';
import { upgrade } from '../ui/upgrade';
import type { CallViewProps } from './CallView';
import { browserDevices, LocalMedia } from '../devices/devices';
import { deviceChoices } from '../devices/deviceChoice';
import { deviceId } from './deviceId';
import { EndPage } from './EndPage';
import type { Notice } from './model';
import { PrejoinView } from './PrejoinView';
import { browserServerBack, serverBack } from './serverBack';
import { Visit } from './visit';

type View = React.ComponentType<CallViewProps>;

export default function RoomPage() {
  const { roomId = '' } = useParams();
  const { search } = useLocation();
  const { status } = useStore(session.state);
  // Only at the door: a session that ends during a call is no reason to hang up here.
  const [admitted] = useState(status === 'signedIn');
  if (!/^\w{1,80}$/.test(roomId)) return <NotFoundPage />;
  if (!admitted) return <Navigate to={loginPath(roomPath(roomId) + search)} replace />;
  return <RoomVisit key={roomId} roomId={roomId} invitation={invitationIn(search)} />;
}

/** The most names that one toast tells; beyond, a number. */
const NAMES_TOLD = 3;

function tell(notice: Notice, t: TFunction): void {
  switch (notice.kind) {
    case 'joined':
    case 'left': {
      const joined = notice.kind === 'joined';
      const kind = joined ? 'success' : 'error';
      if (notice.names.length > NAMES_TOLD) {
        toasts.show(kind, t(joined ? 'toast.someJoined' : 'toast.someLeft', { count: notice.names.length }));
        return;
      }
      for (const name of notice.names)
        toasts.show(kind, t(joined ? 'toast.joined' : 'toast.left', { name: name === '' ? t('call.anonymous') : name }));
      return;
    }
    case 'reconnected':
      toasts.show('success', t('call.reconnected'));
      return;
    case 'deviceProblem':
      toasts.show('error', t(`devices.${notice.problem}.title`));
      return;
    case 'publishFailed':
      toasts.show('error', t('call.publishFailed'));
      return;
    case 'shareFailed':
      toasts.show('error', t('share.failed'));
      return;
    case 'forbidden':
      toasts.show('error', t(`host.forbidden.${notice.what}`));
      return;
    case 'effectProblem':
      toasts.show('error', t(`effects.problem.${notice.problem}`));
  }
}

interface VisitAndMedia {
  visit: Visit<View>;
  media: LocalMedia;
}

function createVisit(roomId: string, invitation: string | undefined): VisitAndMedia {
  const media = new LocalMedia(browserDevices, deviceChoices);
  const visit = new Visit<View>(roomId, {
    findRoom: (id, signal) => rooms.get(id, signal),
    requestGrant: async () => rooms.join(roomId, await deviceId(), invitation),
    loadCall: () => import('./callChunk'),
    media,
    ownName: () => {
      const state = session.state.get();
      return state.status === 'signedIn' ? state.user.name : '';
    },
    now: () => performance.now(),
    notify: (notice) => tell(notice, i18next.t),
    inCall: (inCall) => upgrade.setInCall(inCall),
    serverBack: (signal) => serverBack(signal, browserServerBack),
  });
  return { visit, media };
}

function RoomVisit({ roomId, invitation }: { roomId: string; invitation: string | undefined }) {
  const { t } = useTranslation();
  const [{ visit, media }] = useState(() => createVisit(roomId, invitation));
  // Drawing the call gives way to the connection's messages, which come while it is drawn.
  const state = useDeferredValue(useStore(visit.state));
  const mediaState = useStore(media.state);
  const who = useStore(session.state);
  useEffect(() => {
    visit.start();
    return () => visit.stop();
  }, [visit]);

  if (state.stage === 'call') return <state.View session={state.session} room={state.room} />;
  if (state.stage === 'ended' && state.reason === 'left') return <Navigate to="/" replace />;
  if (who.status !== 'signedIn') return <Navigate to={loginPath(roomPath(roomId))} replace />;
  return (
    <Shell title={t('nav.room')}>
      {state.stage === 'loading' && <Spinner label={t('prejoin.loading')} />}
      {(state.stage === 'prejoin' || state.stage === 'joining') && (
        <PrejoinView
          title={state.room.title}
          name={who.user.name}
          account={who.user.id}
          media={media}
          state={mediaState}
          joining={state.stage === 'joining'}
          onJoin={(how) => visit.join(how)}
        />
      )}
      {state.stage === 'ended' && state.reason !== 'left' && <EndPage reason={state.reason} onAgain={() => visit.again()} />}
    </Shell>
  );
}
