// Sends the tracks of camera and microphone. The library is told that it does not own them, so that it neither opens nor changes a device by itself.
import { LocalAudioTrack, type LocalTrackPublication, LocalVideoTrack, type Room, RoomEvent, Track } from 'livekit-client';
import type { Outlet } from '../devices/capture';
import type { DeviceKind } from '../devices/devices';

const SOURCES = { camera: Track.Source.Camera, microphone: Track.Source.Microphone } as const satisfies Record<DeviceKind, Track.Source>;

type DeviceTrack = LocalAudioTrack | LocalVideoTrack;

/** How long a track that cannot be replaced just now, since the call is being built up anew, is waited for. */
const REBUILD_MS = 20_000;

export class LivekitOutlet implements Outlet {
  readonly #room: Room;
  readonly #prepareCamera: (camera: LocalVideoTrack) => Promise<void>;
  /** What was taken over and is not published yet. */
  readonly #pending = new Map<DeviceKind, DeviceTrack>();
  readonly #silencing = new Set<DeviceKind>();
  #changed: () => void = () => undefined;

  /** `prepareCamera` is done to a new camera before anybody sees it; when it rejects, nobody does. */
  constructor(room: Room, prepareCamera: (camera: LocalVideoTrack) => Promise<void>) {
    this.#room = room;
    this.#prepareCamera = prepareCamera;
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  onSilenced(listener: (kind: DeviceKind) => void): void {
    this.#room.on(RoomEvent.TrackMuted, (publication, participant) => {
      if (!participant.isLocal) return;
      const kind = publication.source === SOURCES.camera ? 'camera' : publication.source === SOURCES.microphone ? 'microphone' : undefined;
      if (kind !== undefined && !this.#silencing.has(kind)) listener(kind);
    });
  }

  /** The track that is on its way to being published. */
  pending(kind: DeviceKind): DeviceTrack | undefined {
    return this.#pending.get(kind);
  }

  async carry(kind: DeviceKind, track: MediaStreamTrack): Promise<void> {
    const published = this.#publication(kind);
    if (published !== undefined) {
      await this.#replace(published, track);
      return;
    }
    const made = wrap(kind, track);
    this.#pending.set(kind, made);
    this.#changed();
    try {
      if (made instanceof LocalVideoTrack) await this.#prepareCamera(made);
      await this.#room.localParticipant.publishTrack(made);
    } finally {
      this.#pending.delete(kind);
      this.#changed();
    }
  }

  async resume(kind: DeviceKind): Promise<void> {
    await this.#publication(kind)?.unmute();
  }

  async silence(kind: DeviceKind): Promise<void> {
    this.#silencing.add(kind);
    try {
      await this.#publication(kind)?.mute();
    } finally {
      this.#silencing.delete(kind);
    }
  }

  #publication(kind: DeviceKind): LocalTrackPublication | undefined {
    return this.#room.localParticipant.getTrackPublication(SOURCES[kind]);
  }

  async #replace(publication: LocalTrackPublication, track: MediaStreamTrack): Promise<void> {
    if (deviceTrack(publication)?.sender === undefined) await this.#rebuilt();
    await deviceTrack(publication)?.replaceTrack(track, true);
  }

  /** While the library connects anew, its tracks have no sender for a moment. */
  #rebuilt(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#room.off(RoomEvent.LocalTrackPublished, done);
        this.#room.off(RoomEvent.Reconnected, done);
        resolve();
      };
      const timer = setTimeout(done, REBUILD_MS);
      this.#room.on(RoomEvent.LocalTrackPublished, done);
      this.#room.on(RoomEvent.Reconnected, done);
    });
  }
}

function deviceTrack({ track }: LocalTrackPublication): DeviceTrack | undefined {
  return track instanceof LocalAudioTrack || track instanceof LocalVideoTrack ? track : undefined;
}

function wrap(kind: DeviceKind, track: MediaStreamTrack): DeviceTrack {
  const made = kind === 'camera' ? new LocalVideoTrack(track, track.getConstraints(), true) : new LocalAudioTrack(track, track.getConstraints(), true);
  made.source = SOURCES[kind];
  return made;
}
