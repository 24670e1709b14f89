// Pages on which the unmodified npm livekit-client joins a room, with a drawn picture and an oscillator's tone as its
// devices: many participants fit one browser process.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BARS_SHARE, FPS, HEIGHT, WIDTH } from './media.mjs';
import { instrument } from './instrument.mjs';

const dist = join(dirname(createRequire(import.meta.url).resolve('livekit-client')), 'livekit-client.umd.js');
export const SDK_SCRIPT = readFileSync(dist, 'utf8');

/** @typedef {import('playwright-core').Page} Page */

/**
 * An empty page on a secure origin that needs no server (the request is answered by the test itself).
 * @param {import('playwright-core').Browser} browser
 */
export async function sdkPage(browser) {
  // Chromium takes a page that came from no address for one of the public network, which must ask before it talks to a private one.
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, permissions: ['local-network-access'] });
  const page = await context.newPage();
  await page.route('http://localhost/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>SDK</title><body>' }));
  await page.addInitScript(instrument);
  await page.goto('http://localhost/sdk');
  await page.addScriptTag({ content: SDK_SCRIPT });
  return page;
}

/** Runs in the page: connects and shows every remote picture in a video element of 640×360. */
export const connectInPage = async (/** @type {{url: string, token: string, options?: object, connect?: object}} */ { url, token, options, connect }) => {
  const { Room, RoomEvent } = window.LivekitClient;
  const room = new Room({ singlePeerConnection: false, ...options });
  window.room = room;
  window.seen = [];
  window.packets = [];
  window.chat = [];
  room.registerTextStreamHandler('lk.chat', async (reader, { identity }) => {
    const text = await reader.readAll();
    window.chat.push({ from: identity, text, attributes: reader.info.attributes ?? {} });
  });
  room.on(RoomEvent.TrackSubscribed, (track) => {
    const element = track.attach();
    element.style.cssText = 'width:640px;height:360px';
    document.body.append(element);
  });
  room.on(RoomEvent.TrackUnsubscribed, (track) => track.detach().forEach((element) => element.remove()));
  room.on(RoomEvent.DataReceived, (payload, participant, kind, topic) => {
    window.packets.push({ from: participant?.identity ?? '', text: new TextDecoder().decode(payload), kind: String(kind), topic: topic ?? '' });
  });
  for (const name of [RoomEvent.Connected, RoomEvent.Reconnecting, RoomEvent.SignalReconnecting, RoomEvent.Reconnected, RoomEvent.Disconnected]) {
    room.on(name, () => window.seen.push(name));
  }
  room.on(RoomEvent.ParticipantConnected, (participant) => window.seen.push(`joined ${participant.identity}`));
  room.on(RoomEvent.ParticipantDisconnected, (participant) => window.seen.push(`left ${participant.identity}`));
  room.on(RoomEvent.TrackMuted, (publication, participant) => window.seen.push(`muted ${participant.identity} ${publication.source}`));
  room.on(RoomEvent.TrackUnmuted, (publication, participant) => window.seen.push(`unmuted ${participant.identity} ${publication.source}`));
  await room.connect(url, token, connect);
};

/** Runs in the page: publishes a drawn picture with this look's bars and its tone. */
export const publishInPage = async (/** @type {{look: import('./media.mjs').Look, size: {width: number, height: number, fps: number, share: number}, options?: object}} */ { look, size, options }) => {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  let n = 0;
  setInterval(() => {
    n += 1;
    pen.fillStyle = 'rgb(70,70,70)';
    pen.fillRect(0, size.height * size.share, size.width, size.height);
    look.bars.forEach((bar, at) => {
      pen.fillStyle = `rgb(${bar.join(',')})`;
      pen.fillRect((at * size.width) / 3, 0, size.width / 3 + 1, size.height * size.share);
    });
    pen.fillStyle = 'rgb(210,210,210)';
    pen.fillRect(((n % size.fps) / size.fps) * (size.width - 64), size.height * size.share + 16, 64, size.height);
  }, 1000 / size.fps);
  const video = canvas.captureStream(size.fps).getVideoTracks()[0];
  const audioContext = new AudioContext();
  await audioContext.resume();
  const oscillator = audioContext.createOscillator();
  oscillator.frequency.value = look.toneHz;
  const gain = audioContext.createGain();
  gain.gain.value = 0.4;
  const output = audioContext.createMediaStreamDestination();
  oscillator.connect(gain).connect(output);
  oscillator.start();
  const audio = output.stream.getAudioTracks()[0];
  if (!video || !audio) throw new Error('no track');
  const { Track } = window.LivekitClient;
  await Promise.all([
    window.room.localParticipant.publishTrack(audio, { source: Track.Source.Microphone }),
    window.room.localParticipant.publishTrack(video, { source: Track.Source.Camera, ...options }),
  ]);
};

/** @param {Page} page @param {{url: string, token: string, options?: object, connect?: object}} where */
export const connect = (page, where) => page.evaluate(connectInPage, where);

/** @param {Page} page @param {import('./media.mjs').Look} look @param {object} [options] of publishTrack */
export const publish = (page, look, options = {}) =>
  page.evaluate(publishInPage, { look, size: { width: WIDTH, height: HEIGHT, fps: FPS, share: BARS_SHARE }, options });
