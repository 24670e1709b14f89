// The data saver's port: the size in which cameras are received, and the layers in which the own one is sent.
import { LocalVideoTrack, type Room, RoomEvent, Track, VideoQuality } from 'livekit-client';
import type { SaverPort } from '../saver/port';
import type { Pictures } from './pictures';

export class LivekitSaver implements SaverPort {
  readonly #room: Room;
  readonly #pictures: Pictures;
  #sendsSmall = false;

  constructor(room: Room, pictures: Pictures) {
    this.#room = room;
    this.#pictures = pictures;
    // Also after a break, when the camera is sent anew.
    room.on(RoomEvent.LocalTrackPublished, ({ source }) => {
      if (source === Track.Source.Camera && this.#sendsSmall) this.#setLayers();
    });
  }

  receiveSmall(small: boolean): void {
    this.#pictures.setSmall(small);
  }

  sendSmall(small: boolean): void {
    if (small === this.#sendsSmall) return;
    this.#sendsSmall = small;
    this.#setLayers();
  }

  #setLayers(): void {
    const track = this.#room.localParticipant.getTrackPublication(Track.Source.Camera)?.track;
    if (track instanceof LocalVideoTrack) track.setPublishingQuality(this.#sendsSmall ? VideoQuality.LOW : VideoQuality.HIGH);
  }
}
