import { memo, useEffect, useRef } from 'react';
import { useStore } from '../ui/store';
import { deviceChoices } from '../devices/deviceChoice';
import { deviceList, standing } from '../devices/deviceList';
import type { ParticipantView } from './model';
import type { MediaHandle } from './port';
import { playTo } from '../devices/speaker';

/** Everyone's sound, whether their tile is on the screen or not. */
export function AudioPlayers({ participants }: { participants: readonly ParticipantView[] }) {
  const { speaker: speakers } = useStore(deviceList.state);
  const { speaker: chosen } = useStore(deviceChoices.state);
  useEffect(() => deviceList.watch(), []);
  // Without a choice the browser's own default stands, which may change during the call.
  const speaker = chosen === undefined ? undefined : standing(speakers, chosen);
  return (
    <div hidden>
      {participants.flatMap((participant) =>
        participant.audio.map((source, index) => <AudioPlayer key={`${participant.identity}/${index}`} source={source} identity={participant.identity} speaker={speaker} />),
      )}
    </div>
  );
}

const AudioPlayer = memo(function AudioPlayer({ source, identity, speaker }: { source: MediaHandle; identity: string; speaker: string | undefined }) {
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
  return <audio ref={element} autoPlay data-testid="audio" data-identity={identity} />;
});
