// The sections of the settings dialog, in their order. An area adds its own by a line here and one in i18n `settings.section`.
import type { ComponentType } from 'react';
import type { CallSession } from '../call/session';
import { CameraIcon, EffectsIcon, SlidersIcon, SoundIcon } from '../ui/icons';
import { EffectsSection } from '../effects/EffectsSection';
import { DevicesSection } from './DevicesSection';
import { GeneralSection } from './GeneralSection';
import { SoundSection } from './SoundSection';

export interface SectionProps {
  session: CallSession;
}

export const SECTIONS = [
  { id: 'devices', Icon: CameraIcon, Section: DevicesSection },
  { id: 'effects', Icon: EffectsIcon, Section: EffectsSection },
  { id: 'sound', Icon: SoundIcon, Section: SoundSection },
  { id: 'general', Icon: SlidersIcon, Section: GeneralSection },
] as const satisfies readonly { id: string; Icon: ComponentType<{ fontSize?: 'small' }>; Section: ComponentType<SectionProps> }[];

export type SectionId = (typeof SECTIONS)[number]['id'];
