// The view models of one call, an area each.
import { Saving } from '../saver/saving';
import { deviceChoices } from '../devices/deviceChoice';
import { listenTo } from '../devices/microphoneLevel';
import { playComing } from '../devices/speaker';
import { watchRules } from '../host/ruleNews';
import { tellRule } from '../host/tellRules';
import { HoldToTalk } from '../microphone/holdToTalk';
import { MutedSpeech } from '../microphone/mutedSpeech';
import { SecondDevice } from '../microphone/secondDevice';
import { withJoinSounds } from '../settings/joinSounds';
import { preferences } from '../settings/preferences';
import type { DevicesPort } from '../devices/port';
import { StatsModel } from '../stats/model';
import { effectChoices } from '../effects/effectChoice';
import { EffectsModel } from '../effects/model';
import { createTalk, type Talk } from '../talk/talk';
import { BrowserPip } from '../layout/browserPip';
import { DocumentPip, type PipView } from '../layout/documentPip';
import { LayoutModel } from '../layout/model';
import { PictureInPicture } from '../layout/pictureInPicture';
import { layoutPreferences } from '../layout/preferences';
import type { Readable } from '../ui/store';
import { CallModel, type CallEvents } from './model';
import type { Ports } from './port';

export interface CallSession {
  call: CallModel;
  devices: DevicesPort;
  secondDevice: SecondDevice;
  hold: HoldToTalk;
  mutedSpeech: MutedSpeech;
  layout: LayoutModel;
  pip: PictureInPicture;
  /** What of it is drawn by the page, where the browser lets it. */
  pipView: Readable<PipView | undefined>;
  stats: StatsModel;
  effects: EffectsModel;
  talk: Talk;
  saving: Saving;
}

export function createSession(ports: Ports, events: CallEvents): CallSession {
  const call = new CallModel(ports.call, { ...events, notify: withJoinSounds(events.notify, preferences, (what) => void playComing(what, deviceChoices.state.get().speaker).catch(() => undefined)) });
  watchRules(call.state, tellRule);
  const saving = new Saving(ports.saver, ports.stats, call);
  const layout = new LayoutModel(saving.shown, layoutPreferences, () => performance.now());
  const documentPip = new DocumentPip();
  saving.onMaxPeople((maxPeople) => layout.setMaxPeople(maxPeople));
  return {
    call,
    devices: ports.devices,
    secondDevice: new SecondDevice(call),
    hold: new HoldToTalk(call, preferences),
    mutedSpeech: new MutedSpeech(call, ports.devices, preferences, { listen: listenTo, now: () => performance.now() }),
    layout,
    pip: new PictureInPicture(saving.shown, layout.state, documentPip.supported ? documentPip : new BrowserPip()),
    pipView: documentPip.view,
    stats: new StatsModel(ports.stats),
    effects: new EffectsModel(ports.effects, effectChoices, (problem) => events.notify({ kind: 'effectProblem', problem })),
    talk: createTalk(ports.talk, call.state, ports.readHistory),
    saving,
  };
}
