// A microphone whose sound a test makes, steady noise or something like a voice, and a camera that sees somebody before a wall. Runs in a
// page before its own scripts.

/** An init script: it must not use anything from outside its own body. */
export function madeDevices() {
  /** @type {Promise<{context: AudioContext, noise: GainNode, voice: GainNode}> | undefined} */
  let making;

  async function make() {
    const context = new AudioContext({ sampleRate: 48_000 });
    await context.resume();
    const [noise, voice] = [new GainNode(context), new GainNode(context, { gain: 0 })];
    const buffer = new AudioBuffer({ length: 96_000, sampleRate: 48_000 });
    const samples = buffer.getChannelData(0);
    // Duller than white, like a fan: white noise itself is what the network of the suppression often takes seconds, or half a minute, to know.
    for (let n = 0, dull = 0; n < samples.length; n++) {
      dull += 0.1 * (Math.random() - 0.5 - dull);
      samples[n] = dull * 0.4;
    }
    const hiss = new AudioBufferSourceNode(context, { buffer, loop: true });
    hiss.connect(noise);
    // A voice, roughly: a tone rich in overtones that wavers, through the resonances of a mouth, in syllables.
    const cords = new OscillatorNode(context, { type: 'sawtooth', frequency: 130 });
    const waver = new OscillatorNode(context, { frequency: 3.1 });
    waver.connect(new GainNode(context, { gain: 14 })).connect(cords.frequency);
    const syllables = new GainNode(context, { gain: 0.5 });
    const rhythm = new OscillatorNode(context, { frequency: 2.3 });
    rhythm.connect(new GainNode(context, { gain: 0.5 })).connect(syllables.gain);
    for (const [frequency, Q, gain] of [[650, 6, 1], [1080, 8, 0.6], [2650, 10, 0.4], [3500, 12, 0.2]]) {
      cords.connect(new BiquadFilterNode(context, { type: 'bandpass', frequency, Q })).connect(new GainNode(context, { gain })).connect(syllables);
    }
    syllables.connect(voice);
    for (const source of [hiss, cords, waver, rhythm]) source.start();
    return { context, noise, voice };
  }

  /** @type {HTMLCanvasElement | undefined} */
  let wall;

  /** A wall with black and white stripes in its upper left corner, and before it a head and shoulders that sway a little. */
  function makeCamera() {
    if (!wall) {
      wall = document.createElement('canvas');
      wall.width = 320;
      wall.height = 180;
      const pen = /** @type {CanvasRenderingContext2D} */ (wall.getContext('2d'));
      const oval = (/** @type {string} */ colour, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ rx, /** @type {number} */ ry) => {
        pen.fillStyle = colour;
        pen.beginPath();
        pen.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
        pen.fill();
      };
      const paint = () => {
        pen.fillStyle = '#8899aa';
        pen.fillRect(0, 0, 320, 180);
        for (let x = 0; x < 96; x += 8) {
          pen.fillStyle = (x / 8) % 2 ? '#c4cfd8' : '#4a5763';
          pen.fillRect(x, 0, 8, 40);
        }
        const x = 160 + 2 * Math.sin(performance.now() / 400);
        oval('#223355', x, 190, 85, 82);
        oval('#c8977a', x, 108, 15, 22);
        oval('#332211', x, 66, 36, 40);
        oval('#d8a888', x, 75, 32, 42);
        for (const side of [-12, 12]) oval('#221a16', x + side, 70, 4, 3);
        oval('#a05548', x, 98, 10, 3);
      };
      paint();
      setInterval(paint, 150);
    }
    return wall.captureStream(7).getVideoTracks();
  }

  const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await native(constraints);
    for (const camera of stream.getVideoTracks()) {
      stream.removeTrack(camera);
      camera.stop();
      for (const track of makeCamera()) stream.addTrack(track);
    }
    const [real] = stream.getAudioTracks();
    if (!real) return stream;
    stream.removeTrack(real);
    real.stop();
    making ??= make();
    const { context, noise, voice } = await making;
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    noise.connect(destination);
    voice.connect(destination);
    for (const track of destination.stream.getAudioTracks()) stream.addTrack(track);
    return stream;
  };

  window.makeSound = async (what) => {
    making ??= make();
    const { noise, voice } = await making;
    noise.gain.value = what === 'noise' ? 1 : 0;
    voice.gain.value = what === 'voice' ? 1 : 0;
  };
}

/** An init script: how fast the machine changes backgrounds is what the test says, not what else the machine does. */
export function madePace() {
  /** @type {((event: MessageEvent) => void) | undefined} */
  let listener;
  let session = 0;
  window.Worker = class extends Worker {
    set onmessage(/** @type {(event: MessageEvent) => void} */ heard) {
      listener = heard;
      super.onmessage = (event) => {
        session = event.data.session ?? session;
        if (event.data.kind !== 'pace') heard(event);
      };
    }
  };
  window.makeSlow = () => {
    for (let look = 0; look < 9; look += 1) listener?.(new MessageEvent('message', { data: { kind: 'pace', session, frameMs: 900 } }));
  };
}
