import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenedCall, Participant } from '../api/admin';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { ListState } from '../room/ListState';
import { Nothing } from '../room/Section';
import { ButtonLink } from '../ui/ButtonLink';
import { CheckIcon, LeaveIcon } from '../ui/icons';
import { StatusPage } from '../ui/StatusPage';
import { numberIn } from '../i18n/format';
import { Back } from './Back';
import { Since } from './CallsTab';
import { kindOf, nameOf, qualityOf, titleOf, worst } from './callView';
import { DataList, Named, type Column } from './DataList';
import { adminErrorText } from './errors';
import { bitrate, milliseconds, percent } from './format';
import { Card, Frame } from './Frame';
import { Mark } from './marks';
import { adminPath } from './paths';
import { Quality } from './Quality';
import { Tile, Tiles } from './Tiles';
import { api, useAct, useCall } from './useAdmin';

/** One call that goes on: its people and how it goes for them. */
export function CallPage({ room }: { room: string }) {
  const { t } = useTranslation();
  const call = useCall(room);
  if (call.data === null)
    return (
      <StatusPage testId="call-over" icon={<CheckIcon />} title={t('admin.calls.over.title')} body={t('admin.calls.over.body')}>
        <ButtonLink variant="contained" to={adminPath('calls')}>
          {t('admin.calls.back')}
        </ButtonLink>
      </StatusPage>
    );
  if (call.data === undefined) return <ListState query={call} loading={t('admin.loading')} words={adminErrorText} />;
  return (
    <Opened call={call.data}>
      <ListState query={call} loading={t('admin.loading')} words={adminErrorText} />
    </Opened>
  );
}

function Opened({ call, children }: { call: OpenedCall; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const title = titleOf(call);
  const [ending, setEnding] = useState(false);
  const end = useAct((room: string) => api.endCall(room), () => t('admin.calls.ended'));
  return (
    <Frame
      title={title}
      back={<Back to={adminPath('calls')} label={t('admin.calls.back')} />}
      action={
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          {call.id !== null && (
            <ButtonLink variant="outlined" to={adminPath('rooms', call.id)} data-testid="call-room">
              {t('room.open')}
            </ButtonLink>
          )}
          <Button variant="contained" color="error" onClick={() => setEnding(true)} loading={end.isPending} data-testid="end-call-now">
            {t('admin.calls.end')}
          </Button>
        </Box>
      }
    >
      {children}
      <Tiles>
        <Tile id="people" label={t('admin.calls.people')} value={numberIn(language, call.people)} below={t('admin.calls.devices', { count: call.devices })} />
        <Tile id="since" label={t('admin.calls.since')} value={<Since since={call.since} />} />
        <Tile id="in" label={t('admin.calls.bitrateIn')} value={bitrate(call.bitrateIn, language)} />
        <Tile id="out" label={t('admin.calls.bitrateOut')} value={bitrate(call.bitrateOut, language)} />
        <Tile id="quality" label={t('admin.calls.quality')} value={<Quality quality={worst(call.quality)} counts={call.quality} />} small />
      </Tiles>
      {call.participants.length === 0 ? <Nothing title={t('admin.calls.nobody')} testId="call-empty" /> : <People call={call} />}
      <ConfirmDialog
        open={ending}
        title={t('admin.calls.confirm.end.title', { title })}
        body={t('admin.calls.confirm.end.body')}
        action={t('admin.calls.end')}
        onConfirm={() => end.mutate(call.room)}
        onClose={() => setEnding(false)}
      />
    </Frame>
  );
}

function People({ call }: { call: OpenedCall }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const [asked, setAsked] = useState<Participant>();
  const [shown, setShown] = useState(asked);
  if (asked !== undefined && asked !== shown) setShown(asked);
  const remove = useAct(({ identity }: Participant) => api.removeFromCall(call.room, identity), (person) => t('admin.calls.removed', { name: nameOf(person) }));
  const columns: Column<Participant>[] = [
    { id: 'quality', label: t('admin.calls.quality'), cell: (person) => <Quality quality={qualityOf(person)} /> },
    { id: 'rtt', label: t('admin.calls.rtt'), figure: true, cell: ({ rttMs }) => (rttMs === null ? t('admin.list.none') : milliseconds(rttMs, language)) },
    { id: 'loss', label: t('admin.calls.loss'), figure: true, cell: ({ lossIn, lossOut }) => t('admin.calls.lossOf', { lossIn: percent(lossIn, language), lossOut: percent(lossOut, language) }) },
    { id: 'in', label: t('admin.calls.bitrateIn'), figure: true, cell: ({ bitrateIn }) => bitrate(bitrateIn, language) },
    { id: 'out', label: t('admin.calls.bitrateOut'), figure: true, cell: ({ bitrateOut }) => bitrate(bitrateOut, language) },
    { id: 'tracks', label: t('admin.calls.tracks'), figure: true, cell: ({ tracks }) => numberIn(language, tracks) },
    { id: 'joined', label: t('admin.calls.since'), figure: true, cell: ({ joinedOn }) => <Since since={joinedOn} /> },
  ];
  return (
    <Card>
      <DataList
        label={t('admin.calls.inCall')}
        rows={call.participants}
        idOf={({ identity }) => identity}
        testId="participant"
        data={({ name, identity }) => ({ 'data-name': name, 'data-identity': identity })}
        headLabel={t('admin.calls.name')}
        head={(person) => {
          const kind = kindOf(person);
          return <Named name={nameOf(person)}>{kind !== 'account' && <Mark label={t(`admin.calls.${kind}`)} color="default" />}</Named>;
        }}
        columns={columns}
        actions={(person) => (
          <Tooltip title={t('admin.calls.remove')}>
            <IconButton color="error" onClick={() => setAsked(person)} aria-label={t('admin.calls.removeNamed', { name: nameOf(person) })} data-testid="remove-person">
              <LeaveIcon />
            </IconButton>
          </Tooltip>
        )}
      />
      <ConfirmDialog
        open={asked !== undefined}
        title={t('admin.calls.confirm.remove.title', { name: shown === undefined ? '' : nameOf(shown) })}
        body={t('admin.calls.confirm.remove.body')}
        action={t('admin.calls.remove')}
        onConfirm={() => asked !== undefined && remove.mutate(asked)}
        onClose={() => setAsked(undefined)}
      />
    </Card>
  );
}
