// Runs in a page before its own scripts: remembers every peer connection, so that a test can ask what was really sent,
// decoded, seen and heard. Changes nothing of what the page does.

/** An init script for Playwright and Puppeteer: it must not use anything from outside its own body. */
export function instrument() {
  /** @type {RTCPeerConnection[]} */
  const peers = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    /** @param {any[]} args */
    constructor(...args) {
      super(...args);
      peers.push(this);
    }
  };

  const flows = async () => {
    /** @type {import('./page.d.ts').Flows} */
    const found = { sent: [], received: [], srtpCiphers: [], dtlsStates: [], remotes: [] };
    for (const peer of peers) {
      if (peer.connectionState === 'closed') continue;
      const report = await peer.getStats();
      /** @type {any[]} */
      const all = [...report.values()];
      const byId = new Map(all.map((entry) => [entry.id, entry]));
      for (const entry of all) {
        if (entry.type === 'transport') {
          if (entry.srtpCipher) found.srtpCiphers.push(entry.srtpCipher);
          found.dtlsStates.push(entry.dtlsState);
          const pair = byId.get(entry.selectedCandidatePairId);
          const remote = pair && byId.get(pair.remoteCandidateId);
          if (remote) found.remotes.push(`${remote.address}:${remote.port}`);
        }
        const codec = byId.get(entry.codecId)?.mimeType ?? '';
        const size = { width: entry.frameWidth ?? 0, height: entry.frameHeight ?? 0, codec };
        if (entry.type === 'outbound-rtp' && entry.kind === 'video') {
          found.sent.push({ track: byId.get(entry.mediaSourceId)?.trackIdentifier ?? '', frames: entry.framesSent ?? entry.framesEncoded ?? 0, bytes: entry.bytesSent ?? 0, ...size });
        }
        if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
          found.received.push({ track: entry.trackIdentifier, frames: entry.framesDecoded ?? 0, bytes: entry.bytesReceived ?? 0, ...size });
        }
      }
    }
    return found;
  };

  const receivers = () => peers.filter((peer) => peer.connectionState !== 'closed').flatMap((peer) => peer.getReceivers());
  /** @param {'audio' | 'video'} kind */
  const remoteTracks = (kind) =>
    receivers().map(({ track }) => track).filter((track) => track.kind === kind && track.readyState === 'live').map((track) => track.id);

  /** @param {string} trackId */
  const videoOf = (trackId) =>
    [...document.querySelectorAll('video')].find((video) =>
      video.srcObject instanceof MediaStream && video.srcObject.getVideoTracks().some((track) => track.id === trackId));

  const canvas = document.createElement('canvas');
  /** @param {string} trackId */
  const bars = (trackId) => {
    const video = videoOf(trackId);
    if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return undefined;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return undefined;
    context.drawImage(video, 0, 0);
    return [1 / 6, 3 / 6, 5 / 6].map((at) => [...context.getImageData(Math.floor(at * canvas.width), Math.floor(0.35 * canvas.height), 1, 1).data.slice(0, 3)]);
  };

  /** @param {string} trackId @param {number} milliseconds */
  const pitch = async (trackId, milliseconds) => {
    const track = receivers().map((receiver) => receiver.track).find(({ id }) => id === trackId);
    if (!track) return 0;
    const context = new AudioContext();
    try {
      await context.resume();
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      const bins = new Float32Array(analyser.frequencyBinCount);
      const until = performance.now() + milliseconds;
      let loudest = { level: -65, bin: 0 };
      while (performance.now() < until) {
        await new Promise((done) => setTimeout(done, 40));
        analyser.getFloatFrequencyData(bins);
        bins.forEach((level, bin) => {
          if (bin > 4 && level > loudest.level) loudest = { level, bin };
        });
      }
      return (loudest.bin * context.sampleRate) / analyser.fftSize;
    } finally {
      await context.close();
    }
  };

  /** @param {HTMLVideoElement} video */
  const contrast = (video) => {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return undefined;
    canvas.width = 160;
    canvas.height = 40;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) return undefined;
    const [width, height] = [video.videoWidth / 4, video.videoHeight / 8];
    context.drawImage(video, 0, 0, width, height, 0, 0, 160, 40);
    const { data } = context.getImageData(0, 0, 160, 40);
    const greens = [...data].filter((_, at) => at % 4 === 1);
    const mean = greens.reduce((sum, green) => sum + green, 0) / greens.length;
    return Math.sqrt(greens.reduce((sum, green) => sum + (green - mean) ** 2, 0) / greens.length);
  };

  /** @param {string} trackId @param {number} milliseconds */
  const loudness = async (trackId, milliseconds) => {
    const track = receivers().map((receiver) => receiver.track).find(({ id }) => id === trackId);
    if (!track) throw new Error('no such track');
    const context = new AudioContext();
    try {
      await context.resume();
      const analyser = new AnalyserNode(context, { fftSize: 2048 });
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      const until = performance.now() + milliseconds;
      let [sum, count] = [0, 0];
      while (performance.now() < until) {
        await new Promise((done) => setTimeout(done, 40));
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) sum += sample * sample;
        count += samples.length;
      }
      return 10 * Math.log10(Math.max(1e-12, sum / count));
    } finally {
      await context.close();
    }
  };

  const clickToFrame = { clickedAt: 0, firstFrameAt: 0 };
  addEventListener('click', () => {
    clickToFrame.clickedAt = performance.now();
    clickToFrame.firstFrameAt = 0;
    const look = () => {
      if (clickToFrame.firstFrameAt !== 0) return;
      const remote = new Set(remoteTracks('video'));
      for (const video of document.querySelectorAll('video')) {
        const track = video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined;
        if (track && remote.has(track.id) && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0) {
          clickToFrame.firstFrameAt = performance.now();
          return;
        }
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true });

  window.instruments = { peers, flows, remoteTracks, bars, contrast, pitch, loudness, clickToFrame };
}
