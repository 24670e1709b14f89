import { memo, useEffect, useRef } from 'react';
import type { ParticipantView } from './model';
import type { MediaHandle } from './port';

/** Everyone's sound, whether their tile is on the screen or not. */
export function AudioPlayers({ participants }: { participants: readonly ParticipantView[] }) {
  return (
    <div hidden>
      {participants.flatMap((participant) =>
        participant.audio.map((source, index) => <AudioPlayer key={`${participant.identity}/${index}`} source={source} identity={participant.identity} />),
      )}
    </div>
  );
}

const AudioPlayer = memo(function AudioPlayer({ source, identity }: { source: MediaHandle; identity: string }) {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    source.attach(current);
    return () => {
      source.detach(current);
    };
  }, [source]);
  return <audio ref={element} autoPlay data-testid="audio" data-identity={identity} />;
});
