import { memo, useEffect, useRef } from 'react';
import { deviceChoices } from '../devices/deviceChoice';
import { deviceList, standing } from '../devices/deviceList';
import { useStore } from '../ui/store';
import { FULL, volumes, type Volume } from '../volume/volumes';
import { accountOf } from './avatar';
import type { ParticipantView } from './model';
import type { MediaHandle } from './port';
import { playTo } from '../devices/speaker';

const SILENT: Volume = { level: 0, muted: true };

/** Everyone's sound, whether their tile is on the screen or not. */
export function AudioPlayers({ participants, silent }: { participants: readonly ParticipantView[]; silent: boolean }) {
  const { speaker: speakers } = useStore(deviceList.state);
  const { speaker: chosen } = useStore(deviceChoices.state);
  const set = useStore(volumes.state);
  useEffect(() => deviceList.watch(), []);
  // Without a choice the browser's own default stands, which may change during the call.
  const speaker = chosen === undefined ? undefined : standing(speakers, chosen);
  return (
    <div hidden>
      {participants.flatMap((participant) =>
        participant.audio.map((source, index) => (
          <AudioPlayer
            key={`${participant.identity}/${index}`}
            source={source}
            identity={participant.identity}
            speaker={speaker}
            volume={silent ? SILENT : (set.get(accountOf(participant.identity)) ?? FULL)}
          />
        )),
      )}
    </div>
  );
}

interface PlayerProps {
  source: MediaHandle;
  identity: string;
  speaker: string | undefined;
  volume: Volume;
}

const AudioPlayer = memo(function AudioPlayer({ source, identity, speaker, volume }: PlayerProps) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    source.attach(current);
    return () => {
      source.detach(current);
    };
  }, [source]);
  useEffect(() => {
    if (element.current !== null) void playTo(element.current, speaker);
  }, [speaker]);
  useEffect(() => {
    if (element.current !== null) apply(volume, element.current);
  }, [volume]);
  // The library takes a muting away when it attaches a sound and when it starts what the browser had blocked.
  return <audio ref={element} autoPlay onVolumeChange={(event) => apply(volume, event.currentTarget)} data-testid="audio" data-identity={identity} />;
});

function apply({ level, muted }: Volume, element: HTMLAudioElement): void {
  element.volume = level;
  element.muted = muted;
}
