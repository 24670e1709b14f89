// Whether somebody may make an account for themselves here. In: what the server says, and what the page's address brings. Out: what the page shows.
import { invitationIn } from '../api/invitations';
import type { ServerInfo } from '../api/server';
import { nextPath } from './next';

export type RegistrationStep = 'form' | 'closed' | 'byInvitation';

/** The invitation to a room with which somebody was on the way when an account was asked for. */
export function invitationOf(search: string): string | undefined {
  return invitationIn(new URL(nextPath(search), 'http://localhost').search);
}

/** A server that does not answer, or knows another way, is asked by the form itself. */
export function registrationStep(info: Pick<ServerInfo, 'registration'> | undefined, invitation: string | undefined): RegistrationStep {
  if (info?.registration === 'closed') return 'closed';
  return info?.registration === 'invitation' && invitation === undefined ? 'byInvitation' : 'form';
}
