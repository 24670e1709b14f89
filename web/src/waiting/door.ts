// The door of a room as its hosts see it from inside the call: who waits, and letting them in or sending them away. It listens only while this person is a
// host and the room has a waiting room. In: the room's events, the list of who waits. Out: one list, the longest waiting first, and what to tell.
import { readKnocked, type WaitingPerson } from '../api/knocks';
import { Store } from '../ui/store';
import type { EventListener } from './eventStream';

export interface DoorState {
  people: readonly WaitingPerson[];
  /** Who is being decided about; the server has not answered yet. */
  deciding: ReadonlySet<number>;
  /** The newest whom nobody has looked at yet: there is something to tell. */
  unseen: readonly WaitingPerson[];
}

export type Decision = 'admit' | 'refuse';

export interface DoorEnvironment {
  list: (signal: AbortSignal) => Promise<readonly WaitingPerson[]>;
  decide: (knock: number, decision: Decision) => Promise<void>;
  admitAll: () => Promise<void>;
  /** Listens to the room's events until the signal fires. */
  listen: (listener: EventListener, signal: AbortSignal) => void;
  /** Somebody new waits. */
  ring: () => void;
  /** A decision was refused by the server; without a person, the one about all. */
  failed: (error: unknown, person: WaitingPerson | undefined) => void;
}

const NOBODY: DoorState = { people: [], deciding: new Set(), unseen: [] };

export class Door {
  readonly state = new Store<DoorState>(NOBODY);
  readonly #env: DoorEnvironment;
  #watching: AbortController | undefined;
  /** Whom this host has decided about, so that a list which was on its way meanwhile does not bring them back. */
  readonly #decided = new Set<number>();
  #listing = 0;

  constructor(env: DoorEnvironment) {
    this.#env = env;
  }

  /** Begins or ends watching, as the room's settings and this person's role have it. */
  watch(watch: boolean): void {
    if (watch === (this.#watching !== undefined)) return;
    this.#watching?.abort();
    this.#watching = undefined;
    this.state.set(NOBODY);
    if (!watch) return;
    const { signal } = (this.#watching = new AbortController());
    this.#env.listen(
      {
        // Also when it opens again: what happened in between is in the list.
        opened: () => void this.#load(signal),
        heard: (kind, data) => {
          if (kind === 'knock') this.#hear(data, signal);
          else if (kind === 'reset' || kind === 'room') void this.#load(signal);
        },
      },
      signal,
    );
  }

  async decide(id: number, decision: Decision): Promise<void> {
    const { people, deciding } = this.state.get();
    const person = people.find((waiting) => waiting.id === id);
    if (person === undefined || deciding.has(id)) return;
    this.#set({ deciding: new Set([...deciding, id]) });
    try {
      await this.#env.decide(id, decision);
      this.#decided.add(id);
      this.#remove(id);
    } catch (error) {
      this.#env.failed(error, person);
      if (this.#watching !== undefined) await this.#load(this.#watching.signal);
    } finally {
      this.#set({ deciding: new Set([...this.state.get().deciding].filter((other) => other !== id)) });
    }
  }

  async admitAll(): Promise<void> {
    const all = this.state.get().people.map(({ id }) => id);
    this.#set({ deciding: new Set([...this.state.get().deciding, ...all]) });
    try {
      await this.#env.admitAll();
      for (const id of all) {
        this.#decided.add(id);
        this.#remove(id);
      }
    } catch (error) {
      this.#env.failed(error, undefined);
    } finally {
      this.#set({ deciding: new Set([...this.state.get().deciding].filter((id) => !all.includes(id))) });
    }
  }

  /** Whoever waits by now has been looked at. */
  seen(): void {
    if (this.state.get().unseen.length > 0) this.#set({ unseen: [] });
  }

  #set(change: Partial<DoorState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }

  #hear(data: unknown, signal: AbortSignal): void {
    const knocked = readKnocked(data);
    if (knocked === undefined) return;
    if (knocked.state === 'waiting') this.#add([...this.state.get().people.filter(({ id }) => id !== knocked.id), knocked]);
    else if (knocked.id !== undefined) this.#remove(knocked.id);
    // Somebody's knock was taken back, and it is not said whose.
    else void this.#load(signal);
  }

  #add(people: readonly WaitingPerson[]): void {
    const before = this.state.get();
    const known = new Set(before.people.map(({ id }) => id));
    const listed = people.filter(({ id }) => !this.#decided.has(id)).map(({ id, name, guest, since }) => ({ id, name, guest, since }));
    const present = new Set(listed.map(({ id }) => id));
    const fresh = listed.filter(({ id }) => !known.has(id));
    this.#set({ people: listed, unseen: [...before.unseen.filter(({ id }) => present.has(id)), ...fresh] });
    if (fresh.length > 0) this.#env.ring();
  }

  #remove(id: number): void {
    const { people, unseen } = this.state.get();
    const others = (list: readonly WaitingPerson[]) => list.filter((person) => person.id !== id);
    this.#set({ people: others(people), unseen: others(unseen) });
  }

  async #load(signal: AbortSignal): Promise<void> {
    const turn = ++this.#listing;
    try {
      const people = await this.#env.list(signal);
      // A later list says more.
      if (!signal.aborted && turn === this.#listing) this.#add(people);
    } catch {
      // The stream is opened again after a break, and then the list is asked for again.
    }
  }
}
