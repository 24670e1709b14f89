// The form of something that several people may change at once, without its looks. In: the thing as the server has it, what somebody types, and the
// thing again when another has changed it. Out: one state to draw. Somebody else's change never takes away what was typed: what both have changed is
// shown twice until one is chosen, and a save that would undo something unseen is not made.
import { ApiError, statusOf } from '../api/errors';
import { merge, pick, without } from './merge';
import { Store } from './store';

/** What is wrong with a field: a sentence of the catalogue, or what the server said. */
export type FieldProblem<Key> = { key: Key } | { said: readonly string[] };

export interface SharedFormState<Thing, Draft, Key> {
  /** As the server has it. */
  thing: Thing;
  /** What is typed is text until it is saved. */
  draft: Draft;
  /** What the server has where both sides have changed something. */
  conflicts: Partial<Draft>;
  /** What somebody else has changed and this form has taken over since the last save. */
  taken: readonly (keyof Draft)[];
  errors: Partial<Record<keyof Draft, FieldProblem<Key>>>;
  /** Why the server did not take the whole; without what is said at fields. */
  problem: unknown;
  /** Somebody else was faster: nothing was saved. */
  overtaken: boolean;
  saving: boolean;
}

/** What a form is about. */
export interface Shape<Thing, Draft, Settings, Key> {
  /** The fields, in the order in which they are shown. */
  names: readonly (keyof Draft & keyof Settings & string)[];
  draftOf: (thing: Thing) => Draft;
  /** What need not be sent to know that it is wrong. */
  problems: (draft: Draft) => Partial<Record<keyof Draft, Key>>;
  /** What is sent of a draft that has no problems. */
  settingsOf: (draft: Draft) => Settings;
}

/** Where it is kept. A change for another version than the server's is refused with a 409. */
export interface Keeper<Thing, Settings> {
  change: (changes: Partial<Settings>, version: number) => Promise<Thing>;
  read: () => Promise<Thing>;
}

/** So often a save is tried again, on what somebody else has set meanwhile, before it gives up. */
const TRIES = 3;

export class SharedForm<Thing extends { version: number }, Draft extends { [Name in keyof Draft]: string | boolean }, Settings extends object, Key> {
  readonly state: Store<SharedFormState<Thing, Draft, Key>>;
  readonly #shape: Shape<Thing, Draft, Settings, Key>;

  constructor(thing: Thing, shape: Shape<Thing, Draft, Settings, Key>) {
    this.#shape = shape;
    const draft = shape.draftOf(thing);
    this.state = new Store<SharedFormState<Thing, Draft, Key>>({ thing, draft, conflicts: {}, taken: [], errors: {}, problem: undefined, overtaken: false, saving: false });
  }

  /** What has been typed and not been saved. */
  changed(): (keyof Draft & keyof Settings & string)[] {
    const { thing, draft } = this.state.get();
    return this.#differences(draft, this.#shape.draftOf(thing));
  }

  set<Name extends keyof Draft>(name: Name, value: Draft[Name]): void {
    const { draft, errors } = this.state.get();
    this.#patch({ draft: { ...draft, [name]: value }, errors: without(errors, name), problem: undefined });
  }

  /** Gives up what was typed into this field for what the server has. */
  takeTheirs(name: keyof Draft): void {
    const { thing, conflicts } = this.state.get();
    this.set(name, this.#shape.draftOf(thing)[name]);
    this.#patch({ conflicts: without(conflicts, name) });
  }

  /** Gives up everything that was typed. */
  reset(): void {
    const { thing } = this.state.get();
    this.#patch({ draft: this.#shape.draftOf(thing), conflicts: {}, errors: {}, taken: [], problem: undefined, overtaken: false });
  }

  /** Takes in the thing as it is on the server now. */
  arrived(thing: Thing): void {
    const { thing: before, draft, conflicts, taken, saving } = this.state.get();
    if (thing.version < before.version) return;
    const { draftOf } = this.#shape;
    const merged = merge({ before: draftOf(before), now: draftOf(thing), typed: draft, conflicts, taken, differences: this.#differences });
    // What comes while a save is under way is told with its answer.
    this.#patch({ thing, ...merged, ...(saving && merged.taken.length > 0 ? { taken } : {}) });
  }

  /** Whether everything is saved. */
  protected async saveTo(keeper: Keeper<Thing, Settings>): Promise<boolean> {
    const problems = this.#shape.problems(this.state.get().draft);
    const errors: SharedFormState<Thing, Draft, Key>['errors'] = {};
    for (const name of this.changed()) {
      const key = problems[name];
      if (key !== undefined) errors[name] = { key };
    }
    if (Object.keys(errors).length > 0) {
      this.#patch({ errors });
      return false;
    }
    this.#patch({ saving: true, errors: {}, problem: undefined, overtaken: false, taken: [] });
    try {
      return await this.#send(keeper);
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      this.#patch({ saving: false });
    }
  }

  async #send(keeper: Keeper<Thing, Settings>): Promise<boolean> {
    const { draftOf, settingsOf } = this.#shape;
    for (let attempt = 1; ; attempt += 1) {
      const { thing, draft } = this.state.get();
      const changed = this.changed();
      try {
        const after = await keeper.change(pick(settingsOf(draft), changed), thing.version);
        this.#patch({ thing: after, draft: this.#typedSince(draft, after), conflicts: {}, taken: [] });
        return true;
      } catch (error) {
        if (statusOf(error) !== 409) throw error;
        const fresh = await keeper.read();
        const theirs = this.#differences(draftOf(thing), draftOf(fresh));
        this.arrived(fresh);
        if (theirs.length > 0 || attempt === TRIES) {
          // What was typed may be just what the other one has set.
          const overtaken = this.changed().length > 0;
          this.#patch({ overtaken, taken: theirs.filter((name) => !changed.includes(name)) });
          return !overtaken;
        }
      }
    }
  }

  /** Fields that somebody went on typing in while the save was under way. */
  #typedSince(sent: Draft, after: Thing): Draft {
    const now = this.state.get().draft;
    return { ...this.#shape.draftOf(after), ...pick(now, this.#differences(sent, now)) };
  }

  #refused(error: unknown): void {
    const errors: SharedFormState<Thing, Draft, Key>['errors'] = {};
    let problem = error;
    if (error instanceof ApiError && error.failure.kind === 'refused') {
      const rest: Record<string, readonly string[]> = {};
      for (const [field, said] of Object.entries(error.fields)) {
        const name = this.#shape.names.find((known) => known === field);
        if (name === undefined) rest[field] = said;
        else errors[name] = { said };
      }
      const nothingElse = Object.keys(rest).length === 0 && Object.keys(errors).length > 0;
      problem = nothingElse ? undefined : new ApiError({ ...error.failure, fields: rest });
    }
    this.#patch({ errors, problem });
  }

  /** Which fields differ; spaces at the ends of texts do not count, since the server takes them off. */
  readonly #differences = (one: Draft, other: Draft) => {
    const plain = (value: string | boolean) => (typeof value === 'string' ? value.trim() : value);
    return this.#shape.names.filter((name) => plain(one[name]) !== plain(other[name]));
  };

  #patch(changes: Partial<SharedFormState<Thing, Draft, Key>>): void {
    this.state.set({ ...this.state.get(), ...changes });
  }
}
