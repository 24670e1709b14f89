import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stateOf, type Invitation } from '../api/invitations';
import type { Room } from '../api/rooms';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { ListState } from './ListState';
import { whenOf } from './log';
import { useNow } from './now';
import { NewInvitation } from './NewInvitation';
import { Nothing, Section } from './Section';
import { useInvitationActions, useInvitations } from './useRoom';

/** The links by which people come in: making one, and those that there are. */
export function InvitationsTab({ room }: { room: Room }) {
  const { t } = useTranslation();
  const list = useInvitations(room.id);
  const { revoke, revokeAll } = useInvitationActions(room.id);
  const [doomed, setDoomed] = useState<Invitation | 'all'>();
  const told = (said: string) => ({
    onSuccess: () => toasts.show('success', said),
    onError: (error: Error) => toasts.show('error', translateError(t, error)),
  });
  const take = (invitation: Invitation, said: string) => revoke.mutate(invitation.id, told(said));
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
      <NewInvitation room={room.id} />
      <Section
        title={t('room.invitations.heading')}
        intro={t(room.typeOf === 'OTA' ? 'room.invitations.introOpen' : 'room.invitations.intro')}
        action={
          (list.data?.length ?? 0) > 1 && (
            <Button variant="outlined" color="error" loading={revokeAll.isPending} onClick={() => setDoomed('all')} data-testid="revoke-all" sx={{ flex: 'none' }}>
              {t('room.invitations.revokeAll')}
            </Button>
          )
        }
      >
        <ListState query={list} loading={t('room.invitations.loading')} />
        {list.data?.length === 0 && <Nothing title={t('room.invitations.empty')} hint={t('room.invitations.emptyHint')} testId="invitations-empty" />}
        {list.data !== undefined && list.data.length > 0 && (
          <Box component="ul" aria-label={t('room.invitations.list')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {list.data.map((invitation) => (
              <Row
                key={invitation.id}
                invitation={invitation}
                onTake={(good) => (good ? setDoomed(invitation) : take(invitation, t('room.invitations.removed')))}
              />
            ))}
          </Box>
        )}
      </Section>
      <ConfirmDialog
        open={doomed !== undefined && doomed !== 'all'}
        title={t('room.invitations.confirm.title')}
        body={t('room.invitations.confirm.body')}
        action={t('room.invitations.revoke')}
        onConfirm={() => {
          if (doomed !== undefined && doomed !== 'all') take(doomed, t('room.invitations.revoked'));
        }}
        onClose={() => setDoomed(undefined)}
      />
      <ConfirmDialog
        open={doomed === 'all'}
        title={t('room.invitations.confirmAll.title')}
        body={t('room.invitations.confirmAll.body')}
        action={t('room.invitations.revokeAll')}
        onConfirm={() => revokeAll.mutate(undefined, told(t('room.invitations.allRevoked')))}
        onClose={() => setDoomed(undefined)}
      />
    </Box>
  );
}

function Row({ invitation, onTake }: { invitation: Invitation; onTake: (good: boolean) => void }) {
  const { t, i18n } = useTranslation();
  const state = stateOf(invitation, useNow().getTime());
  const good = state === 'good';
  const when = (iso: string) => whenOf(iso, i18n.language);
  const created = when(invitation.createdOn);
  const { expiresOn, uses, used } = invitation;
  const end = expiresOn === null ? t('room.invitations.noEnd') : t(state === 'expired' ? 'room.invitations.ended' : 'room.invitations.ends', { date: when(expiresOn) });
  const times = uses === null ? t('room.invitations.usedTimes', { count: used }) : t('room.invitations.usedOf', { used, uses });
  return (
    <Box
      component="li"
      data-testid="invitation"
      data-state={state}
      sx={{ display: 'flex', alignItems: 'center', gap: 1.5, py: 1.25, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Box sx={{ flex: 1, minWidth: 0, color: good ? 'text.primary' : 'text.secondary' }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1 }}>
          <Typography sx={{ fontWeight: 560 }}>{t('room.invitations.createdOn', { date: created })}</Typography>
          <Chip
            size="small"
            label={t(`room.invitations.state.${state}`)}
            color={good ? 'success' : 'default'}
            variant="outlined"
            data-testid="invitation-state"
            sx={{ height: 22, fontSize: '0.75rem', fontWeight: 600 }}
          />
        </Box>
        <Typography sx={{ fontSize: '0.9rem', color: 'text.secondary' }} data-testid="invitation-facts">
          {end} · {times}
        </Typography>
      </Box>
      <Button
        color={good ? 'error' : 'inherit'}
        onClick={() => onTake(good)}
        aria-label={t(good ? 'room.invitations.revokeNamed' : 'room.invitations.removeNamed', { date: created })}
        data-testid="revoke"
        sx={{ flex: 'none', px: 1.5 }}
      >
        {t(good ? 'room.invitations.revoke' : 'room.invitations.remove')}
      </Button>
    </Box>
  );
}
