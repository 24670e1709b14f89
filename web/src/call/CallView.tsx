import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SecondDeviceNotice } from '../microphone/SecondDeviceNotice';
import { MicrophoneCare } from '../microphone/MicrophoneCare';
import { DeviceNotices } from '../devices/DeviceNotices';
import { LockSign } from '../host/LockSign';
import type { HostedRoom } from '../host/useHosting';
import { SaverBar } from '../saver/SaverBar';
import { CallDialogs } from '../settings/CallDialogs';
import { StatsPanel } from '../stats/StatsPanel';
import { Announcements } from '../talk/Announcements';
import { ChatPanel } from '../talk/ChatPanel';
import { StrayReactions } from '../talk/StrayReactions';
import { TalkContext } from '../talk/TalkContext';
import { HIDDEN } from '../ui/hidden';
import { LinkIcon, SoundIcon } from '../ui/icons';
import { DoorContext } from '../waiting/DoorContext';
import { KnockBanner } from '../waiting/KnockBanner';
import { useRoomDoor } from '../waiting/useRoomDoor';
import { useStore } from '../ui/store';
import { copyRoomLink } from './copyRoomLink';
import { AudioPlayers } from './AudioPlayers';
import { Controls, SIDEWAYS } from './Controls';
import { PeoplePanel } from './PeoplePanel';
import { keepScreenOn } from './screenOn';
import type { CallSession } from './session';
import { SidePanel, type Panel } from './SidePanel';
import { PipView } from '../layout/PipView';
import { Stage } from '../layout/Stage';

export interface CallViewProps {
  session: CallSession;
  room: HostedRoom;
}

/** The call: a bar with the room's title, the tiles, the buttons. */
export function CallView({ session, room }: CallViewProps) {
  const { t } = useTranslation();
  const { call, layout } = session;
  const state = useStore(call.state);
  const silent = useStore(session.secondDevice.silent);
  const door = useRoomDoor(room, state);
  const [panel, setPanel] = useState<Panel | undefined>();
  const closePanel = () => setPanel(undefined);
  // A host may rename the room while people are in it.
  const title = state.room.title ?? room.title;
  const alone = state.remotes.length === 0 && state.phase === 'connected';

  // The button that was clicked is gone; whoever uses a keyboard or a screen reader starts at the room's title.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => keepScreenOn(), []);
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);

  return (
    <TalkContext value={session.talk}>
    <DoorContext value={door}>
    <Box
      component="main"
      data-testid="call"
      data-phase={state.phase}
      sx={{ position: 'fixed', inset: 0, display: 'flex', bgcolor: 'stage.main', color: 'text.primary', overflow: 'hidden' }}
    >
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column', [SIDEWAYS]: { flexDirection: 'row', pl: 'env(safe-area-inset-left)' } }}>
        <Typography
          component="h1"
          ref={heading}
          tabIndex={-1}
          noWrap
          dir="auto"
          sx={{ outline: 'none', flex: 'none', px: 2, pt: 'calc(10px + env(safe-area-inset-top))', pb: 0.25, fontWeight: 620, fontSize: '1rem', [SIDEWAYS]: HIDDEN }}
        >
          {title}
          {state.room.locked && <LockSign />}
        </Typography>
        <SaverBar saving={session.saving} call={call} state={state} />
        <Stage
          layout={layout}
          devices={session.devices}
          call={state}
          room={room}
          overlay={
            <>
              <StrayReactions state={state} />
              {alone && <Alone />}
              {silent && <SecondDeviceNotice onClick={() => session.secondDevice.turnSoundOn()} />}
              {state.audioBlocked && <SoundOff onClick={() => call.startAudio()} />}
            </>
          }
        />
        <Controls session={session} state={state} room={room} panel={panel} onPanel={(wanted) => setPanel(wanted === panel ? undefined : wanted)} />
      </Box>
      <SidePanel onClose={closePanel}>
        {panel === 'people' ? (
          <PeoplePanel state={state} room={room} onClose={closePanel} />
        ) : panel === 'stats' ? (
          <StatsPanel stats={session.stats} connected={state.phase === 'connected'} onClose={closePanel} />
        ) : panel === 'chat' ? (
          <ChatPanel talk={session.talk} state={state} onClose={closePanel} />
        ) : undefined}
      </SidePanel>
      <Announcements announcer={session.talk.announcer} />
      <AudioPlayers silent={silent} participants={state.remotes} />
      <Banner phase={state.phase} />
      <KnockBanner viewed={panel === 'people'} onView={() => setPanel('people')} />
      <PipView view={session.pipView} call={call} state={state} />
      <CallDialogs session={session} />
      <DeviceNotices devices={session.devices} call={call} />
      <MicrophoneCare session={session} />
    </Box>
    </DoorContext>
    </TalkContext>
  );
}

function Banner({ phase }: { phase: string }) {
  const { t } = useTranslation();
  const shown = phase === 'reconnecting' || phase === 'connecting';
  return (
    <Box role="status" sx={{ position: 'absolute', top: 'calc(52px + env(safe-area-inset-top))', insetInline: 0, px: 1, display: 'grid', placeItems: 'center', pointerEvents: 'none', zIndex: 3 }}>
      {shown && (
        <Box
          data-testid={phase}
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1.25,
            px: 2,
            py: 0.75,
            minHeight: 40,
            borderRadius: 5,
            fontWeight: 560,
            fontSize: '0.92rem',
            color: phase === 'reconnecting' ? '#221503' : 'text.primary',
            bgcolor: phase === 'reconnecting' ? '#fbbf24' : 'background.paper',
            boxShadow: '0 6px 22px rgb(0 0 0 / 0.25)',
          }}
        >
          <CircularProgress size={16} thickness={6} color="inherit" aria-hidden />
          {phase === 'reconnecting' ? t('call.reconnecting') : t('call.connecting')}
        </Box>
      )}
    </Box>
  );
}

/** Alone in a room, what one needs is the link. */
function Alone() {
  const { t } = useTranslation();
  return (
    <Box sx={{ position: 'absolute', insetInline: 0, bottom: { xs: 56, sm: 48 }, display: 'grid', placeItems: 'center', px: 2, [SIDEWAYS]: { bottom: 12 } }}>
      <Paper data-testid="alone" sx={{ px: 2.5, py: 2, borderRadius: 4, textAlign: 'center', maxWidth: 360, boxShadow: '0 10px 34px rgb(0 0 0 / 0.25)', [SIDEWAYS]: { py: 1 } }}>
        <Typography variant="h2">{t('call.alone')}</Typography>
        <Typography sx={{ color: 'text.secondary', fontSize: '0.92rem', mt: 0.25, mb: 1.25 }}>{t('call.aloneHint')}</Typography>
        <Button variant="contained" startIcon={<LinkIcon />} onClick={() => copyRoomLink(t)} data-testid="copy-link">
          {t('call.copyLink')}
        </Button>
      </Paper>
    </Box>
  );
}

/** Browsers keep a page silent until a click on it. */
function SoundOff({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ position: 'absolute', insetInline: 0, top: 16, display: 'grid', placeItems: 'center', px: 2 }}>
      <Paper data-testid="sound-off" role="alert" sx={{ px: 2, py: 1.5, borderRadius: 4, display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', justifyContent: 'center', boxShadow: 6 }}>
        <Typography sx={{ fontSize: '0.92rem' }}>{t('call.playAudio')}</Typography>
        <Button variant="contained" startIcon={<SoundIcon />} onClick={onClick}>
          {t('call.playAudioButton')}
        </Button>
      </Paper>
    </Box>
  );
}
