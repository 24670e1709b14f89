// Which pictures the views get, since one that no view draws is not received: all of them, the speaker's alone, or none. Everything that does not change
// keeps its identity, so that no tile is drawn again without need.
import type { CallState, ParticipantView } from '../call/model';

export interface ShownPictures {
  /** `speaker` is whoever spoke last. */
  cameras: 'all' | 'speaker' | 'none';
  screens: boolean;
}

export class PictureFilter {
  readonly #bare = new WeakMap<ParticipantView, ParticipantView>();
  #speaker: string | undefined;
  #last: { state: CallState; cameras: ShownPictures['cameras']; screens: boolean; result: CallState } | undefined;

  apply(state: CallState, { cameras, screens }: ShownPictures): CallState {
    const last = this.#last;
    if (last?.state === state && last.cameras === cameras && last.screens === screens) return last.result;
    this.#speaker = this.#findSpeaker(state);
    const result = cameras === 'all' && screens ? state : this.#filter(state, cameras, screens);
    this.#last = { state, cameras, screens, result };
    return result;
  }

  /** Who speaks now, or else who spoke last and is still here, or else the first. */
  #findSpeaker({ remotes }: CallState): string | undefined {
    if (remotes.some(({ identity, speaking }) => speaking && identity === this.#speaker)) return this.#speaker;
    const now = remotes.find(({ speaking }) => speaking) ?? remotes.find(({ identity }) => identity === this.#speaker) ?? remotes[0];
    return now?.identity;
  }

  #filter(state: CallState, cameras: ShownPictures['cameras'], screens: boolean): CallState {
    const remotes = state.remotes.map((view) => {
      const keepsCamera = cameras === 'all' || (cameras === 'speaker' && view.identity === this.#speaker);
      if ((keepsCamera || view.camera === undefined) && (screens || view.screen === undefined)) return view;
      const known = this.#bare.get(view);
      const camera = keepsCamera ? view.camera : undefined;
      const screen = screens ? view.screen : undefined;
      if (known !== undefined && known.camera === camera && known.screen === screen) return known;
      const bare = { ...view, camera, screen };
      this.#bare.set(view, bare);
      return bare;
    });
    return { ...state, remotes };
  }
}
