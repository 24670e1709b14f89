// The statistics port: the reports of the two peer connections, and whose the tracks in them are.
import { type Room, Track, type TrackPublication } from 'livekit-client';
import type { StatsEntry, StatsPort, StatsSample, TrackLabel, TrackSource } from '../stats/port';

const SOURCES: Record<Track.Source, TrackSource> = {
  [Track.Source.Camera]: 'camera',
  [Track.Source.Microphone]: 'microphone',
  [Track.Source.ScreenShare]: 'screen',
  [Track.Source.ScreenShareAudio]: 'screenAudio',
  [Track.Source.Unknown]: 'unknown',
};

export class LivekitStats implements StatsPort {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  async sample(): Promise<StatsSample> {
    const connections = this.#room.engine.pcManager;
    const [sending, receiving] = await Promise.all([connections?.publisher.getStats(), connections?.subscriber?.getStats()]);
    return { at: performance.now(), sending: entries(sending), receiving: entries(receiving), tracks: this.#tracks() };
  }

  #tracks(): ReadonlyMap<string, TrackLabel> {
    const { localParticipant, remoteParticipants } = this.#room;
    const tracks = new Map<string, TrackLabel>();
    for (const participant of [localParticipant, ...remoteParticipants.values()]) {
      const { identity, name = '', isLocal } = participant;
      for (const { track, source } of participant.trackPublications.values() as Iterable<TrackPublication>) {
        if (track !== undefined) tracks.set(track.mediaStreamTrack.id, { identity, name, isLocal, source: SOURCES[source] });
      }
    }
    return tracks;
  }
}

function entries(report: RTCStatsReport | undefined): readonly StatsEntry[] {
  const found: StatsEntry[] = [];
  report?.forEach((entry: StatsEntry) => found.push(entry));
  return found;
}
