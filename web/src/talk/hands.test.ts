import { beforeEach, describe, expect, it } from 'vitest';
import { CallModel } from '../call/model';
import { FakePort, FakeTalk, GRANT, participant, settle } from '../test/fakes';
import { HandsModel } from './hands';

describe('raised hands', () => {
  let port: FakePort;
  let talk: FakeTalk;
  let hands: HandsModel;
  let told: (readonly string[])[];
  let failures: number;
  let lowered: number;

  beforeEach(async () => {
    port = new FakePort();
    talk = new FakeTalk();
    told = [];
    failures = 0;
    lowered = 0;
    const call = new CallModel(port, { notify: () => undefined, ended: () => undefined });
    hands = new HandsModel(talk, { call: call.state, now: () => 5_000, raised: (names) => told.push(names), failed: () => (failures += 1), lowered: () => (lowered += 1) });
    port.remotes = [participant('2:tab', { name: 'Bo', hand: 900 }), participant('3:tab', { name: 'Cy' })];
    await call.start(GRANT, Promise.resolve({ camera: undefined, microphone: undefined }));
  });

  const order = () => hands.state.get().order.map(({ name }) => name);
  const bo = (hand: number) => participant('2:tab', { name: 'Bo', hand });
  const cy = (hand: number, device = 'tab') => participant(`3:${device}`, { name: 'Cy', hand });

  it('stand in the order in which they went up, and tell who is new, but not who was up before', () => {
    expect(order()).toEqual(['Bo']);
    expect(told).toEqual([]);
    port.change({ remotes: [bo(900), cy(800)] });
    expect(order()).toEqual(['Cy', 'Bo']);
    expect(told).toEqual([['Cy']]);
    port.change({ remotes: [bo(0), cy(800)] });
    port.change({ remotes: [bo(950), cy(800)] });
    expect(order()).toEqual(['Cy', 'Bo']);
    expect(told).toEqual([['Cy'], ['Bo']]);
  });

  it('count once a person, by the first device', () => {
    port.change({ remotes: [cy(700, 'a'), bo(650), cy(600, 'b')] });
    expect(order()).toEqual(['Cy', 'Bo']);
  });

  it('go down when their owner leaves', () => {
    port.change({ remotes: [cy(0)] });
    expect(order()).toEqual([]);
  });

  it('are not told again after a broken connection', () => {
    port.change({ connection: 'reconnecting', remotes: [] });
    port.change({ connection: 'connected', remotes: [bo(900), cy(0)] });
    expect(told).toEqual([]);
  });

  it('show the own one at once, and send it', async () => {
    let done: () => void = () => undefined;
    talk.handResult = new Promise((resolve) => (done = resolve));
    hands.toggle();
    hands.toggle();
    expect(hands.state.get()).toMatchObject({ raised: true, busy: true });
    expect(talk.hands).toEqual([5_000]);
    port.change({ local: { ...port.local, hand: 5_000 } });
    done();
    await settle();
    expect(hands.state.get()).toMatchObject({ raised: true, busy: false });
    expect(order()).toEqual(['Bo', 'Me']);
    expect(told).toEqual([]);
    hands.toggle();
    expect(talk.hands).toEqual([5_000, undefined]);
  });

  it('take back the own one when it does not get out', async () => {
    talk.handResult = Promise.reject(new Error('timeout'));
    hands.toggle();
    await settle();
    expect(hands.state.get()).toMatchObject({ raised: false, busy: false });
    expect(failures).toBe(1);
  });

  it('go down when a host says so, and that is told; the own lowering is not', async () => {
    const own = (hand: number) => port.change({ local: { ...port.local, hand } });
    const raise = async () => {
      hands.toggle();
      await settle();
      own(5_000);
    };
    await raise();
    expect(hands.state.get().raised).toBe(true);
    own(0);
    expect(hands.state.get()).toMatchObject({ raised: false, busy: false });
    expect(lowered).toBe(1);
    await raise();
    hands.toggle();
    await settle();
    own(0);
    expect(lowered).toBe(1);
  });

  it('that a broken connection has lost was lowered by nobody', async () => {
    hands.toggle();
    await settle();
    port.change({ local: { ...port.local, hand: 5_000 } });
    port.change({ connection: 'reconnecting' });
    port.change({ connection: 'connected', local: { ...port.local, hand: 0 } });
    expect(lowered).toBe(0);
  });
});
