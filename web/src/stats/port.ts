// What the statistics need from the media library: the browser's own numbers, unread, with what the tracks in them are.

/** An entry of a browser's report. Browsers differ in what they tell, so that nothing in it is taken for given. */
export type StatsEntry = Readonly<Record<string, unknown>>;

export type TrackSource = 'camera' | 'microphone' | 'screen' | 'screenAudio' | 'unknown';

export interface TrackLabel {
  identity: string;
  name: string;
  isLocal: boolean;
  source: TrackSource;
}

export interface StatsSample {
  /** Milliseconds on a clock that only goes forward. */
  at: number;
  /** The reports of the two connections; empty while one is not there. */
  sending: readonly StatsEntry[];
  receiving: readonly StatsEntry[];
  /** By the id of the track in the browser. */
  tracks: ReadonlyMap<string, TrackLabel>;
}

export interface StatsPort {
  sample(): Promise<StatsSample>;
}
