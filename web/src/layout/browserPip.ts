// The browser's picture-in-picture, of a video element of its own that is never in the page's sight. Who has no camera on is painted.
import { hueOf, initials } from '../call/avatar';
import type { MediaHandle } from '../call/port';
import type { PipContent, PipWindow } from './pictureInPicture';

/** The element's size asks the server for a picture of this size. */
const WIDTH = 640;
const HEIGHT = 360;

export class BrowserPip implements PipWindow {
  #closed: () => void = () => undefined;
  #video: HTMLVideoElement | undefined;
  #picture: MediaHandle | undefined;

  get supported(): boolean {
    // Firefox has none for pages to ask for.
    return 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;
  }

  onClosed(listener: () => void): void {
    this.#closed = listener;
  }

  show(content: PipContent): void {
    const video = (this.#video ??= this.#create());
    const before = this.#picture;
    this.#picture = content.picture;
    if (before !== content.picture) before?.detach(video);
    if (content.picture === undefined) video.srcObject = paintName(content);
    else if (before !== content.picture) content.picture.attach(video);
    video.play().catch(() => undefined);
  }

  async open(): Promise<void> {
    const video = this.#video;
    if (video === undefined) return;
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) await new Promise((resolve) => video.addEventListener('loadedmetadata', resolve, { once: true }));
    await video.requestPictureInPicture();
    // It may have been closed meanwhile.
    if (this.#video !== video) await document.exitPictureInPicture();
  }

  close(): void {
    if (document.pictureInPictureElement === this.#video) document.exitPictureInPicture().catch(() => undefined);
    this.#remove();
  }

  #create(): HTMLVideoElement {
    const video = document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true, playsInline: true, width: WIDTH, height: HEIGHT });
    video.setAttribute('aria-hidden', 'true');
    video.dataset.testid = 'picture-in-picture';
    Object.assign(video.style, { position: 'fixed', insetInlineStart: '0', top: '0', opacity: '0', pointerEvents: 'none', zIndex: '-1' });
    video.addEventListener('leavepictureinpicture', () => this.#remove());
    document.body.append(video);
    return video;
  }

  #remove(): void {
    const video = this.#video;
    if (video === undefined) return;
    this.#video = undefined;
    this.#picture?.detach(video);
    this.#picture = undefined;
    video.srcObject = null;
    video.remove();
    this.#closed();
  }
}

/** A picture of someone's initials, as on their tile. */
function paintName({ name, identity }: PipContent): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const stream = canvas.captureStream(1);
  const context = canvas.getContext('2d');
  if (context === null) return stream;
  context.fillStyle = '#22292d';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = `hsl(${hueOf(identity)} 44% 38%)`;
  context.beginPath();
  context.arc(WIDTH / 2, HEIGHT / 2, HEIGHT / 4, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#fff';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = '600 72px system-ui, sans-serif';
  context.fillText(initials(name), WIDTH / 2, HEIGHT / 2);
  return stream;
}
