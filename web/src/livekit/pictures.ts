// The pictures of others as views show them. Only what is drawn is received: a picture says how large it is shown and whether it is in sight, and
// one that no view draws is switched off at the server. When the connection breaks the library blackens and detaches every picture; views attach to
// a stream of their own and hear of the loss in time to keep the last frame.
import { type ElementInfo, type RemoteTrack, RemoteVideoTrack, type Room, RoomEvent, Track } from 'livekit-client';
import type { MediaHandle } from '../call/port';

/** No layer is smaller than this, so that the server sends the smallest there is. */
const SMALL = { width: 160, height: 90 } as const;

/** A view draws a new picture within this time, or it is one that nobody looks at. */
const DRAWN_WITHIN_MS = 500;

/** Stands for the views of a picture that has none. */
const UNSEEN: ElementInfo = {
  element: {},
  width: () => 0,
  height: () => 0,
  visible: false,
  pictureInPicture: false,
  visibilityChangedAt: 0,
  observe: () => undefined,
  stopObserving: () => undefined,
};

/** An element that shows a picture, as the library asks about it. */
class ShownElement implements ElementInfo {
  readonly element: HTMLMediaElement;
  visible = true;
  visibilityChangedAt: number | undefined = 0;
  handleResize?: () => void;
  handleVisibilityChanged?: () => void;
  readonly #small: () => boolean;
  readonly #sizes = new ResizeObserver(() => this.handleResize?.());
  readonly #sight = new IntersectionObserver(([entry]) => {
    if (entry === undefined) return;
    this.visible = entry.isIntersecting || this.pictureInPicture;
    this.visibilityChangedAt = Date.now();
    this.handleVisibilityChanged?.();
  });

  constructor(element: HTMLMediaElement, small: () => boolean) {
    this.element = element;
    this.#small = small;
  }

  get pictureInPicture(): boolean {
    return document.pictureInPictureElement === this.element || this.element.ownerDocument !== document;
  }

  width = () => Math.min(this.element.clientWidth, this.#small() ? SMALL.width : Infinity);
  height = () => Math.min(this.element.clientHeight, this.#small() ? SMALL.height : Infinity);

  observe(): void {
    this.#sizes.observe(this.element);
    this.#sight.observe(this.element);
    for (const event of PICTURE_IN_PICTURE) this.element.addEventListener(event, this.#pictureInPictureChanged);
  }

  stopObserving(): void {
    this.#sizes.disconnect();
    this.#sight.disconnect();
    for (const event of PICTURE_IN_PICTURE) this.element.removeEventListener(event, this.#pictureInPictureChanged);
  }

  /** The sight of the element itself is looked at anew. */
  readonly #pictureInPictureChanged = () => {
    this.#sight.unobserve(this.element);
    this.#sight.observe(this.element);
  };
}

const PICTURE_IN_PICTURE = ['enterpictureinpicture', 'leavepictureinpicture'] as const;

class RemotePicture implements MediaHandle {
  readonly #track: RemoteVideoTrack;
  readonly #small: () => boolean;
  readonly #shown = new Map<HTMLMediaElement, ShownElement>();
  readonly #lost = new Set<() => void>();
  drawn = false;

  constructor(track: RemoteVideoTrack, small: () => boolean) {
    this.#track = track;
    this.#small = small;
  }

  attach(element: HTMLMediaElement): void {
    this.drawn = true;
    const stream = new MediaStream([this.#track.mediaStreamTrack]);
    element.srcObject = stream;
    // Some browsers leave a stream that was set while the element was being made at its first frame.
    setTimeout(() => {
      if (element.srcObject === stream) element.play().catch(() => undefined);
    });
    const shown = new ShownElement(element, this.#small);
    this.#shown.set(element, shown);
    this.#track.observeElementInfo(shown);
  }

  detach(element: HTMLMediaElement): void {
    const shown = this.#shown.get(element);
    if (shown === undefined) return;
    this.#shown.delete(element);
    this.#track.stopObservingElementInfo(shown);
    element.srcObject = null;
  }

  onLost(listener: () => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  /** Must run in the same turn in which the track was disabled, while its elements still show the last frame. */
  lose(): void {
    for (const listener of this.#lost) listener();
  }

  askForSize(): void {
    for (const shown of this.#shown.values()) shown.handleResize?.();
  }

  /** Switches a picture off that nobody ever looked at; one that was looked at says so itself. */
  pauseUnlessDrawn(): void {
    if (!this.drawn) this.#track.observeElementInfo(UNSEEN);
  }
}

export class Pictures {
  readonly #pictures = new WeakMap<RemoteTrack, RemotePicture>();
  readonly #room: Room;
  #small = false;

  constructor(room: Room) {
    this.#room = room;
    room.on(RoomEvent.TrackSubscribed, (track, publication) => {
      const picture = this.of(track, publication.source);
      if (picture !== undefined) setTimeout(() => picture.pauseUnlessDrawn(), DRAWN_WITHIN_MS);
    });
    room.on(RoomEvent.TrackUnsubscribed, (track) => this.#pictures.get(track)?.lose());
  }

  of(track: RemoteTrack | undefined, source: Track.Source): RemotePicture | undefined {
    if (!(track instanceof RemoteVideoTrack)) return undefined;
    let picture = this.#pictures.get(track);
    if (picture === undefined) {
      const isCamera = source !== Track.Source.ScreenShare;
      picture = new RemotePicture(track, () => isCamera && this.#small);
      this.#pictures.set(track, picture);
    }
    return picture;
  }

  /** Receives cameras at the smallest size there is, or at the size they are shown in. Shared screens would be of no use so small. */
  setSmall(small: boolean): void {
    this.#small = small;
    for (const { videoTrackPublications } of this.#room.remoteParticipants.values())
      for (const { track } of videoTrackPublications.values()) if (track !== undefined) this.#pictures.get(track)?.askForSize();
  }
}
