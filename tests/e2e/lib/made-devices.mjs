// A microphone whose sound a test makes: steady noise, or something like a voice. Runs in a page before its own scripts.

/** An init script: it must not use anything from outside its own body. */
export function madeMicrophone() {
  /** @type {Promise<{context: AudioContext, noise: GainNode, voice: GainNode}> | undefined} */
  let making;

  async function make() {
    const context = new AudioContext({ sampleRate: 48_000 });
    await context.resume();
    const [noise, voice] = [new GainNode(context), new GainNode(context, { gain: 0 })];
    const buffer = new AudioBuffer({ length: 96_000, sampleRate: 48_000 });
    const samples = buffer.getChannelData(0);
    for (let n = 0; n < samples.length; n++) samples[n] = (Math.random() - 0.5) * 0.1;
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

  const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await native(constraints);
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
