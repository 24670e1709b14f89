// Tells the library which speaker plays, since it moves the sound to another of its own choice whenever the list of devices changes.
import type { Room } from 'livekit-client';
import type { DeviceChoices } from '../devices/deviceChoice';
import { standing, type DeviceList } from '../devices/deviceList';

export function followSpeaker(room: Pick<Room, 'switchActiveDevice'>, choices: DeviceChoices, list: DeviceList): () => void {
  let told: string | undefined;
  const tell = () => {
    const { speaker } = choices.state.get();
    const id = speaker === undefined ? undefined : standing(list.state.get().speaker, speaker);
    if (id === undefined || id === told) return;
    told = id;
    room.switchActiveDevice('audiooutput', id).catch(() => undefined);
  };
  tell();
  const stops = [choices.state.subscribe(tell), list.state.subscribe(tell)];
  return () => stops.forEach((stop) => stop());
}
