// The call port on top of livekit-client.
import {
  ConnectionError,
  ConnectionErrorReason,
  ConnectionState,
  DisconnectReason,
  type Participant,
  type ReconnectContext,
  type ReconnectPolicy,
  RemoteTrack,
  Room,
  RoomEvent,
  type RoomOptions,
  ScreenSharePresets,
  setLogLevel,
  Track,
  type TrackPublication,
  VideoPresets,
} from 'livekit-client';
import type { JoinGrant } from '../api/rooms';
import type { Capture } from '../devices/capture';
import type { DeviceKind, LocalTracks } from '../devices/devices';
import { ConnectError, type EndReason } from '../call/end';
import type { CallPort, CallSnapshot, Connection, MediaHandle, ParticipantSnapshot, ScreenContent } from '../call/port';
import { NO_ROOM_STATE, parseRoomState, type RoomState } from '../call/roomState';
import type { LivekitOutlet } from './outlet';
import type { Pictures } from './pictures';
import { numberOf } from './numbers';
import { HAND } from './talk';

/** Keeps trying for minutes: a train's tunnel or a server's restart should not need a click. */
export class PatientReconnectPolicy implements ReconnectPolicy {
  static readonly GIVE_UP_MS = 5 * 60_000;
  static readonly #DELAYS_MS = [0, 300, 1_000, 2_000, 4_000];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  nextRetryDelayInMs({ retryCount, elapsedMs }: ReconnectContext): number | null {
    if (elapsedMs > PatientReconnectPolicy.GIVE_UP_MS) return null;
    const delay = PatientReconnectPolicy.#DELAYS_MS[retryCount] ?? 5_000;
    // Everyone of a call lost the server at the same moment; they must not all come back in the same one.
    return retryCount === 0 ? delay : delay + this.#random() * 1_000;
  }
}

/** The library tries again for as long as some answers let it hope; a person should hear sooner that it does not work. */
const CONNECT_LIMIT_MS = 20_000;

setLogLevel(import.meta.env.DEV ? 'info' : 'warn');

export function roomOptions(): RoomOptions {
  return {
    adaptiveStream: true,
    dynacast: true,
    singlePeerConnection: false,
    reconnectPolicy: new PatientReconnectPolicy(Math.random),
    publishDefaults: {
      simulcast: true,
      videoCodec: 'vp8',
      videoEncoding: VideoPresets.h720.encoding,
      videoSimulcastLayers: [VideoPresets.h180, VideoPresets.h360],
    },
  };
}

/** Everything after which a view may look different. */
const CHANGES = [
  RoomEvent.ConnectionStateChanged,
  RoomEvent.SignalReconnecting,
  RoomEvent.Reconnecting,
  RoomEvent.Reconnected,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.TrackStreamStateChanged,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.AudioPlaybackStatusChanged,
  RoomEvent.RoomMetadataChanged,
] as const;

export function endReason(reason: DisconnectReason | undefined): EndReason {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return 'left';
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'replaced';
    case DisconnectReason.SERVER_SHUTDOWN:
      return 'shutdown';
    case DisconnectReason.PARTICIPANT_REMOVED:
      return 'removed';
    case DisconnectReason.ROOM_DELETED:
      return 'deleted';
    case DisconnectReason.ROOM_CLOSED:
      return 'ended';
    default:
      return 'lost';
  }
}

export function connectError(error: unknown): ConnectError {
  if (!(error instanceof ConnectionError)) return new ConnectError('failed');
  switch (error.reason) {
    case ConnectionErrorReason.NotAllowed:
      if (error.status === 401) return new ConnectError('failed', true);
      if (error.status === 404) return new ConnectError('notFound');
      // The room may have been locked since the token was made; asking for another one tells.
      return error.status === 403 ? new ConnectError('forbidden', true) : new ConnectError('failed');
    case ConnectionErrorReason.Cancelled:
      return new ConnectError('left');
    case ConnectionErrorReason.LeaveRequest: {
      const reason = endReason(leaveContext(error.context));
      return new ConnectError(reason === 'lost' || reason === 'left' ? 'failed' : reason);
    }
    default:
      return new ConnectError('failed');
  }
}

const LEAVES = Object.values(DisconnectReason).filter((value) => typeof value === 'number');

/** The library types what a leave carries as anything. */
function leaveContext(context: unknown): DisconnectReason | undefined {
  return LEAVES.find((reason) => reason === context);
}

/** The server's to set: who has it came without an account. */
const GUEST = 'rotunda.guest';

const NO_AUDIO: readonly MediaHandle[] = [];

export class LivekitCall implements CallPort {
  readonly #room: Room;
  readonly #pictures: Pictures;
  readonly #outlet: LivekitOutlet;
  readonly #capture: Capture;
  readonly #ownName: string;
  #changed: () => void = () => undefined;
  #scheduled = false;
  #connected = false;
  #metadata: string | undefined;
  #roomState: RoomState = NO_ROOM_STATE;

  constructor(room: Room, pictures: Pictures, outlet: LivekitOutlet, capture: Capture, ownName: string) {
    this.#room = room;
    this.#pictures = pictures;
    this.#outlet = outlet;
    this.#capture = capture;
    outlet.onChange(() => this.#schedule());
    this.#ownName = ownName;
    for (const event of CHANGES) room.on(event, () => this.#schedule());
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  onEnded(listener: (reason: EndReason) => void): void {
    this.#room.on(RoomEvent.Disconnected, (reason) => {
      // A failed first connection is told by `connect`.
      if (this.#connected) listener(endReason(reason));
    });
  }

  snapshot(): CallSnapshot {
    return {
      connection: this.#connection(),
      local: this.#local(),
      room: this.#readRoomState(),
      remotes: Array.from(this.#room.remoteParticipants.values(), (participant) => participantSnapshot(participant, this.#pictures)),
      audioBlocked: !this.#room.canPlaybackAudio,
    };
  }

  async connect(grant: JoinGrant): Promise<void> {
    let tooLate: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<never>((_, reject) => {
      tooLate = setTimeout(() => reject(new ConnectError('failed')), CONNECT_LIMIT_MS);
    });
    try {
      await Promise.race([this.#room.connect(grant.url, grant.token), limit]);
      this.#connected = true;
    } catch (error) {
      throw error instanceof ConnectError ? error : connectError(error);
    } finally {
      clearTimeout(tooLate);
    }
  }

  publish(tracks: LocalTracks): Promise<void> {
    return this.#capture.publish(tracks);
  }

  setDevice(kind: DeviceKind, on: boolean): Promise<void> {
    return this.#capture.set(kind, on);
  }

  async shareScreen(content: ScreenContent | undefined): Promise<void> {
    const { localParticipant } = this.#room;
    if (content === undefined) {
      await localParticipant.setScreenShareEnabled(false);
      return;
    }
    const { resolution, encoding } = content === 'motion' ? ScreenSharePresets.h1080fps30 : ScreenSharePresets.h1080fps15;
    await localParticipant.setScreenShareEnabled(true, { audio: true, contentHint: content, resolution }, { screenShareEncoding: encoding });
  }

  async startAudio(): Promise<void> {
    await this.#room.startAudio();
  }

  async disconnect(): Promise<void> {
    this.#capture.close();
    await this.#room.disconnect(true);
  }

  /** Many events come in one go; one look at the end of it is enough. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#changed();
    });
  }

  #connection(): Connection {
    switch (this.#room.state) {
      case ConnectionState.Connected:
        return 'connected';
      case ConnectionState.Connecting:
        return 'connecting';
      case ConnectionState.Reconnecting:
      case ConnectionState.SignalReconnecting:
        return 'reconnecting';
      case ConnectionState.Disconnected:
        return 'disconnected';
    }
  }

  #readRoomState(): RoomState {
    const { metadata } = this.#room;
    if (metadata !== this.#metadata) {
      this.#metadata = metadata;
      this.#roomState = parseRoomState(metadata);
    }
    return this.#roomState;
  }

  #local(): ParticipantSnapshot {
    const snapshot = participantSnapshot(this.#room.localParticipant, this.#pictures);
    const preview = this.#outlet.pending('camera');
    if (snapshot.camera === undefined && preview !== undefined) {
      snapshot.camera = preview;
      snapshot.cameraOn = true;
    }
    if (this.#outlet.pending('microphone')?.isMuted === false) snapshot.microphoneOn = true;
    if (snapshot.name === '') snapshot.name = this.#ownName;
    return snapshot;
  }
}

function participantSnapshot(participant: Participant, pictures: Pictures): ParticipantSnapshot {
  let camera: TrackPublication | undefined;
  let screen: TrackPublication | undefined;
  let microphoneOn = false;
  const audio: MediaHandle[] = [];
  for (const publication of participant.trackPublications.values()) {
    if (publication.kind === Track.Kind.Video) {
      if (publication.source === Track.Source.ScreenShare) screen ??= publication;
      else if (camera === undefined || publication.source === Track.Source.Camera) camera = publication;
    } else if (publication.kind === Track.Kind.Audio) {
      if (publication.source !== Track.Source.ScreenShareAudio && !publication.isMuted) microphoneOn = true;
      if (!participant.isLocal && publication.track !== undefined) audio.push(publication.track);
    }
  }
  return {
    identity: participant.identity,
    name: participant.name ?? '',
    isLocal: participant.isLocal,
    guest: participant.attributes[GUEST] === '1',
    joinedAt: participant.joinedAt?.getTime() ?? 0,
    hand: numberOf(participant.attributes[HAND]) ?? 0,
    camera: picture(camera, pictures),
    screen: picture(screen, pictures),
    audio: audio.length === 0 ? NO_AUDIO : audio,
    cameraOn: camera !== undefined && !camera.isMuted,
    microphoneOn,
    speaking: participant.isSpeaking && microphoneOn,
    quality: participant.connectionQuality,
  };
}

function picture(publication: TrackPublication | undefined, pictures: Pictures): MediaHandle | undefined {
  if (publication === undefined || publication.isMuted) return undefined;
  const { track } = publication;
  return track instanceof RemoteTrack ? pictures.of(track, publication.source) : track;
}
