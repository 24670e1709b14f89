// Keeping somebody out, and the ways by which they could come back as somebody else: links that are good still, and a room that takes guests by its
// address alone.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { host } from '../api';
import { toasts } from '../ui/toasts';
import { bansKey, rulesKey, type HostedRoom, type Person } from './useHosting';

export interface WaysBack {
  /** Invitations that let somebody in still. */
  links: number;
  /** Whoever knows the address comes in, with any name. */
  openToGuests: boolean;
  waitingRoom: boolean;
}

/** What is closed together with the ban. */
export interface Closing {
  links: boolean;
  waiting: boolean;
}

async function readWays(room: number, signal: AbortSignal): Promise<WaysBack> {
  const [links, rules] = await Promise.all([host.openInvitations(room, signal), host.rules(room, signal)]);
  return { links, openToGuests: rules.allowGuests && rules.typeOf === 'OTA', waitingRoom: rules.waitingRoom };
}

export function useBan(room: HostedRoom, person: Person, onDone: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [close, setClose] = useState<Closing>({ links: false, waiting: false });
  const ways = useQuery({ queryKey: ['waysBack', room.id], queryFn: ({ signal }) => readWays(room.id, signal), gcTime: 0 });
  const ban = useMutation({
    // The doors first: whoever is put out must not find one open. When one does not close, nobody is put out, and the host hears why.
    mutationFn: async ({ links, waiting }: Closing) => {
      if (waiting) client.setQueryData(rulesKey(room), await host.setRules(room.id, { waitingRoom: true }));
      if (links) await host.revokeInvitations(room.id);
      await host.ban(room.id, /^\d+$/.test(person.account) ? Number(person.account) : person.account);
    },
    onSuccess: () => {
      toasts.show('success', t('host.banned', { name: person.name }));
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: bansKey(room) }),
  });
  return { ways, ban, close, setClose };
}
