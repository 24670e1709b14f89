// The list of people: one entry an account, however many devices it joined with.
import { accountOf } from './avatar';
import type { CallState, ParticipantView } from './model';

export interface RosterEntry {
  account: string;
  name: string;
  isLocal: boolean;
  /** Came without an account. */
  guest: boolean;
  devices: number;
  microphoneOn: boolean;
  cameraOn: boolean;
  speaking: boolean;
  /** Identities of the devices whose microphone is on. */
  microphones: readonly string[];
  /** Identities of the devices that share a screen. */
  screens: readonly string[];
  handRaised: boolean;
  /** Stands for the entry's colour. */
  identity: string;
}

export function rosterOf({ local, remotes }: Pick<CallState, 'local' | 'remotes'>): readonly RosterEntry[] {
  const entries = new Map<string, RosterEntry>();
  const add = (view: ParticipantView) => {
    const account = accountOf(view.identity);
    const entry = entries.get(account);
    if (entry === undefined) {
      entries.set(account, {
        account,
        name: view.name,
        isLocal: view.isLocal,
        guest: view.guest,
        devices: 1,
        microphoneOn: view.microphoneOn,
        cameraOn: view.cameraOn,
        speaking: view.speaking,
        microphones: view.microphoneOn ? [view.identity] : [],
        screens: view.screen === undefined ? [] : [view.identity],
        handRaised: view.hand > 0,
        identity: view.identity,
      });
      return;
    }
    entry.devices += 1;
    entry.microphoneOn ||= view.microphoneOn;
    entry.cameraOn ||= view.cameraOn;
    if (view.microphoneOn) entry.microphones = [...entry.microphones, view.identity];
    if (view.screen !== undefined) entry.screens = [...entry.screens, view.identity];
    entry.handRaised ||= view.hand > 0;
    entry.speaking ||= view.speaking;
  };
  // Oneself first.
  add(local);
  remotes.forEach(add);
  return [...entries.values()];
}
