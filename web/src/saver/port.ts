// What saving data needs from the media library. Pictures that no view draws are not received anyway.

export interface SaverPort {
  /** Receives cameras in their smallest layer, or in the size in which they are shown. */
  receiveSmall(small: boolean): void;
  /** Sends the own camera in its smallest layer alone, or in all of them. */
  sendSmall(small: boolean): void;
}
