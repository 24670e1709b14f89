import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useDeferredValue, useEffect, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Navigate, useLocation, useParams } from 'react-router';
import { loginPath } from '../account/next';
import { session } from '../api';
import { invitationIn } from '../api/invitations';
import type { Room } from '../api/rooms';
import { GuestIntroduction } from '../guest/GuestIntroduction';
import { useGuestName } from '../guest/useGuestName';
import { roomPath } from '../lobby/roomView';
import { RoomTime } from '../room/ScheduledTime';
import { NotFoundPage } from '../ui/NotFoundPage';
import { Shell } from '../ui/Shell';
import { Spinner } from '../ui/Spinner';
import { useStore } from '../ui/store';
import { WaitingView } from '../waiting/WaitingView';
import { createVisit } from './createVisit';
import { EndPage } from './EndPage';
import { PrejoinView } from './PrejoinView';

export default function RoomPage() {
  const { roomId = '' } = useParams();
  const { search } = useLocation();
  const { status } = useStore(session.state);
  // Only at the door: a session that ends or begins during a call is no reason to hang up here.
  const [asGuest] = useState(status !== 'signedIn');
  if (!/^\w{1,80}$/.test(roomId)) return <NotFoundPage />;
  return <RoomVisit key={roomId} roomId={roomId} search={search} asGuest={asGuest} />;
}

/** Colours the initials of somebody who has no identity yet. */
const NOBODY = 'guest';

function RoomVisit({ roomId, search, asGuest }: { roomId: string; search: string; asGuest: boolean }) {
  const { t } = useTranslation();
  const [{ visit, media, setGuestName, begin }] = useState(() => createVisit(roomId, invitationIn(search), asGuest));
  // Drawing the call gives way to the connection's messages, which come while it is drawn.
  const state = useDeferredValue(useStore(visit.state));
  const mediaState = useStore(media.state);
  const who = useStore(session.state);
  const guestName = useGuestName();
  useEffect(() => begin(), [begin]);

  const here = roomPath(roomId) + search;
  if (state.stage === 'call') return <state.View session={state.session} room={state.room} />;
  if (state.stage === 'ended')
    return (
      <Shell title={t('nav.room')}>
        <EndPage reason={state.reason} pauseSeconds={state.pauseSeconds} asGuest={asGuest} here={here} onAgain={() => visit.again()} />
      </Shell>
    );
  if (!asGuest && who.status !== 'signedIn') return <Navigate to={loginPath(here)} replace />;

  const name = who.status === 'signedIn' && !asGuest ? who.user.name : guestName.text;
  const account = who.status === 'signedIn' && !asGuest ? who.user.id : NOBODY;
  const timeOf = (room: Room) => <RoomTime room={room} link={location.origin + here} />;
  const join = (how: 'withDevices' | 'withoutDevices') => {
    if (asGuest) {
      const taken = guestName.take();
      if (taken === undefined) return;
      setGuestName(taken);
    }
    visit.join(how);
  };
  return (
    <Shell title={t('nav.room')}>
      {state.stage === 'loading' && <Spinner label={t('prejoin.loading')} />}
      {(state.stage === 'prejoin' || state.stage === 'joining') && (
        <PrejoinView
          title={state.room.title}
          name={name}
          account={account}
          introduction={
            <>
              {timeOf(state.room)}
              {asGuest ? <GuestIntroduction name={guestName} login={loginPath(here)} onEnter={() => join('withDevices')} /> : <AsName name={name} />}
            </>
          }
          media={media}
          state={mediaState}
          joining={state.stage === 'joining'}
          asks={visit.asks(state.room)}
          onJoin={join}
        />
      )}
      {state.stage === 'waiting' && (
        <WaitingView
          title={state.room.title}
          time={timeOf(state.room)}
          name={name}
          account={account}
          media={media}
          state={mediaState}
          knock={state.knock}
          onCancel={() => visit.giveUp()}
        />
      )}
    </Shell>
  );
}

function AsName({ name }: { name: string }) {
  return (
    <Typography sx={{ color: 'text.secondary' }}>
      <Trans i18nKey="prejoin.asName" values={{ name }} components={{ b: <Box component="strong" sx={{ color: 'text.primary', fontWeight: 600 }} /> }} />
    </Typography>
  );
}
