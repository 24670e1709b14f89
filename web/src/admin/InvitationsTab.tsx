import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedInvitation } from '../api/admin';
import { stateOf } from '../api/invitations';
import { ConfirmDialog } from '../host/ConfirmDialog';
import { ListState } from '../room/ListState';
import { whenOf } from '../room/log';
import { useNow } from '../room/now';
import { numberIn } from '../i18n/format';
import { DataList, Named } from './DataList';
import { adminErrorText } from './errors';
import { Card, Frame } from './Frame';
import { Mark, NoRows } from './marks';
import { Pager } from './Pager';
import { api, useAct, useInvitations } from './useAdmin';
import { useListAddress } from './useListAddress';

/** The invitations into all rooms. */
export function InvitationsTab() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const now = useNow().getTime();
  const address = useListAddress();
  const list = useInvitations({ after: address.after });
  const [doomed, setDoomed] = useState<ListedInvitation>();
  const revoke = useAct((invitation: ListedInvitation) => api.revokeInvitation(invitation.id), () => t('admin.invitations.revoked'));
  const invitations = list.data?.invitations ?? [];
  return (
    <Frame title={t('admin.invitations.heading')} intro={t('admin.invitations.intro')} place={address.page}>
      <ListState query={list} loading={t('admin.loading')} words={adminErrorText} />
      {list.data !== undefined && invitations.length === 0 && (
        <NoRows page={address.page} empty={t('admin.invitations.empty')} hint={t('admin.invitations.emptyHint')} />
      )}
      {invitations.length > 0 && (
        <Card>
          <DataList<ListedInvitation>
            label={t('admin.invitations.list')}
            rows={invitations}
            idOf={({ id }) => id}
            testId="invitation"
            data={(invitation) => ({ 'data-state': stateOf(invitation, now) })}
            headLabel={t('admin.invitations.room')}
            head={(invitation) => {
              const state = stateOf(invitation, now);
              return (
                <Named name={invitation.title}>
                  <Mark label={t(`room.invitations.state.${state}`)} color={state === 'good' ? 'success' : 'default'} />
                </Named>
              );
            }}
            columns={[
              { id: 'created', label: t('admin.invitations.createdOn'), cell: ({ createdOn }) => whenOf(createdOn, language) },
              { id: 'ends', label: t('admin.invitations.ends'), cell: ({ expiresOn }) => (expiresOn === null ? t('admin.invitations.noEnd') : whenOf(expiresOn, language)) },
              {
                id: 'used',
                label: t('admin.invitations.used'),
                figure: true,
                cell: ({ used, uses }) =>
                  uses === null ? numberIn(language, used) : t('admin.invitations.usedOf', { used, uses }),
              },
            ]}
            actions={(invitation) => (
              <Button
                color="error"
                size="small"
                onClick={() => setDoomed(invitation)}
                aria-label={t('admin.invitations.revokeNamed', { date: whenOf(invitation.createdOn, language), title: invitation.title })}
                data-testid="revoke"
                sx={{ px: 1.5 }}
              >
                {t('admin.invitations.revoke')}
              </Button>
            )}
          />
        </Card>
      )}
      <Pager address={address} next={list.data?.next} />
      <ConfirmDialog
        open={doomed !== undefined}
        title={t('room.invitations.confirm.title')}
        body={t('room.invitations.confirm.body')}
        action={t('admin.invitations.revoke')}
        onConfirm={() => doomed !== undefined && revoke.mutate(doomed)}
        onClose={() => setDoomed(undefined)}
      />
    </Frame>
  );
}
