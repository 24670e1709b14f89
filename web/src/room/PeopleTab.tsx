import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoleHolder } from '../api/roles';
import type { Room } from '../api/rooms';
import { BansList } from '../host/BansList';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { RowMenu } from '../ui/RowMenu';
import { translateError } from '../ui/serverErrors';
import { toasts } from '../ui/toasts';
import { AddPerson } from './AddPerson';
import { ListState } from './ListState';
import { Section } from './Section';
import { useAccount, useRoleActions, useRoles } from './useRoom';

/** Who keeps order in the room, who is let in for good, and who is kept out. */
export function PeopleTab({ room }: { room: Room }) {
  const { t } = useTranslation();
  const account = useAccount();
  const list = useRoles(room.id);
  const owner = room.role === 'owner';
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
      {owner && <AddPerson room={room.id} />}
      <Section title={t('room.people.heading')} intro={t('room.people.intro')}>
        <ListState query={list} loading={t('room.people.loading')} />
        {list.data !== undefined && (
          <Box component="ul" aria-label={t('room.people.heading')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {list.data.map((person) => (
              <Row key={person.user} room={room} person={person} own={String(person.user) === account} editable={owner && person.role !== 'owner'} />
            ))}
          </Box>
        )}
        {list.data?.length === 1 && (
          <Typography data-testid="people-empty" sx={{ color: 'text.secondary', fontSize: '0.92rem' }}>
            {t('room.people.nobody')}
          </Typography>
        )}
      </Section>
      <Section title={t('room.people.bans')}>
        <BansList room={room} />
      </Section>
    </Box>
  );
}

interface RowProps {
  room: Room;
  person: RoleHolder;
  own: boolean;
  editable: boolean;
}

function Row({ room, person, own, editable }: RowProps) {
  const { t } = useTranslation();
  const role = person.role === 'owner' || person.role === 'cohost' ? person.role : 'participant';
  return (
    <Box
      component="li"
      data-testid="holder"
      data-name={person.name}
      data-role={person.role}
      sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minHeight: 56, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
    >
      <Typography noWrap title={person.name} dir="auto" sx={{ flex: 1, minWidth: 0, fontWeight: 540 }}>
        <bdi>{own ? t('room.people.you', { name: person.name }) : person.name}</bdi>
      </Typography>
      <Chip size="small" label={t(`room.role.${role}`)} color={role === 'participant' ? 'default' : 'primary'} variant="outlined" sx={{ fontWeight: 600 }} />
      {editable ? <PersonMenu room={room} person={person} /> : <Box sx={{ width: 44 }} />}
    </Box>
  );
}

function PersonMenu({ room, person }: { room: Room; person: RoleHolder }) {
  const { t } = useTranslation();
  const { give, take, handOver } = useRoleActions(room.id);
  const [asking, setAsking] = useState<'take' | 'handOver'>();
  const { name, user } = person;
  const told = (text: string) => ({
    onSuccess: () => toasts.show('success', text),
    onError: (error: Error) => toasts.show('error', translateError(t, error)),
  });
  const other = person.role === 'cohost' ? 'participant' : 'cohost';
  return (
    <>
      <RowMenu
        label={t('room.people.menuOf', { name })}
        testId="holder-menu"
        actions={[
          {
            testId: `make-${other}`,
            label: t(other === 'cohost' ? 'room.people.makeCohost' : 'room.people.makeParticipant'),
            act: () => give.mutate({ user, role: other }, told(t('room.people.added', { name, role: t(`room.people.roleWord.${other}`) }))),
          },
          { testId: 'take-role', label: t('room.people.take'), act: () => setAsking('take') },
          { testId: 'hand-over', label: t('room.people.handOver'), act: () => setAsking('handOver'), harmful: true },
        ]}
      />
      <ConfirmDialog
        open={asking === 'take'}
        title={t('room.people.confirm.take.title', { name })}
        body={t(`room.people.confirm.take.body.${room.typeOf === 'IO' ? 'IO' : 'OTA'}`)}
        action={t('room.people.take')}
        onConfirm={() => take.mutate(user, told(t('room.people.taken', { name })))}
        onClose={() => setAsking(undefined)}
      />
      <ConfirmDialog
        open={asking === 'handOver'}
        title={t('room.people.confirm.handOver.title', { name })}
        body={t('room.people.confirm.handOver.body')}
        action={t('room.people.handOver')}
        onConfirm={() => handOver.mutate(user, told(t('room.people.handedOver', { name })))}
        onClose={() => setAsking(undefined)}
      />
    </>
  );
}
