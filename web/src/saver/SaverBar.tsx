import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SIDEWAYS } from '../call/Controls';
import type { CallModel, CallState } from '../call/model';
import { CloseIcon, LeafIcon, SpeedIcon, WeakLineIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { STEPS } from './load';
import type { SaverMode } from './saver';
import type { Saving } from './saving';

const NEXT_MODE: Record<SaverMode, SaverMode | undefined> = { off: 'low', low: 'audio', audio: undefined };

/** Above the tiles: that data is saved, that the device is busy, that the line is weak; each with what can be done about it. */
export function SaverBar({ saving, call, state }: { saving: Saving; call: CallModel; state: CallState }) {
  useEffect(() => saving.watch(), [saving]);
  const mode = useStore(saving.saver.state);
  // Without video there is nothing left that would help, and nothing to show less of.
  const weak = useStore(saving.weakLine.state) && (NEXT_MODE[mode] !== undefined || state.camera === 'on');
  return (
    <Box
      role="status"
      data-testid="saver-bar"
      sx={{
        flex: 'none',
        display: 'flex',
        flexWrap: 'wrap',
        justifyContent: 'center',
        gap: 1,
        px: 1,
        '&:not(:empty)': { pt: 0.75 },
        [SIDEWAYS]: { position: 'absolute', zIndex: 3, top: 0, left: 'env(safe-area-inset-left)', right: 72 },
      }}
    >
      <SaverNotice saving={saving} state={state} />
      {weak ? <WeakNotice saving={saving} call={call} state={state} /> : mode !== 'audio' && <BusyNotice saving={saving} />}
    </Box>
  );
}

function SaverNotice({ saving: { saver }, state }: { saving: Saving; state: CallState }) {
  const { t } = useTranslation();
  const mode = useStore(saver.state);
  if (mode === 'off') return null;
  const sharing = mode === 'audio' ? state.remotes.find(({ screen }) => screen !== undefined) : undefined;
  return (
    <Notice testId="saver-active" icon={<LeafIcon fontSize="small" />} data={mode}>
      <Words>
        {t(`saver.active.${mode}`)}
        {sharing !== undefined && ` ${t('saver.screen', { name: sharing.name === '' ? t('call.anonymous') : sharing.name })}`}
      </Words>
      <Action onClick={() => saver.set('off')} testId="saver-end">
        {t('saver.end')}
      </Action>
    </Notice>
  );
}

function BusyNotice({ saving: { load } }: { saving: Saving }) {
  const { t } = useTranslation();
  const step = useStore(load.state);
  if (step === 0) return null;
  const { tiles, cameras } = STEPS[step];
  return (
    <Notice testId="busy-notice" icon={<SpeedIcon fontSize="small" />} data={String(step)}>
      <Words>{cameras === 'speaker' ? t('saver.busySpeaker') : t('saver.busyTiles', { count: tiles })}</Words>
      {step < STEPS.length - 1 && (
        <Action onClick={() => load.showFewer()} testId="show-fewer">
          {t('saver.showFewer')}
        </Action>
      )}
      <Action onClick={() => load.showAll()} testId="show-all">
        {t('saver.showAll')}
      </Action>
    </Notice>
  );
}

function WeakNotice({ saving: { weakLine, saver }, call, state }: { saving: Saving; call: CallModel; state: CallState }) {
  const { t } = useTranslation();
  const next = NEXT_MODE[useStore(saver.state)];
  const done = (act: () => void) => () => {
    act();
    weakLine.close();
  };
  return (
    <Notice testId="weak-notice" icon={<WeakLineIcon fontSize="small" />} onClose={() => weakLine.close()}>
      <Words>{t('saver.weak')}</Words>
      {state.camera === 'on' && (
        <Action onClick={done(() => call.toggle('camera'))} testId="weak-camera">
          {t('call.turnCameraOff')}
        </Action>
      )}
      {next !== undefined && (
        <Action onClick={done(() => saver.set(next))} testId="weak-save">
          {t(`saver.mode.${next}`)}
        </Action>
      )}
    </Notice>
  );
}

interface NoticeProps {
  icon: ReactNode;
  testId: string;
  data?: string;
  /** For what can be read and put away. */
  onClose?: () => void;
  children: ReactNode;
}

function Notice({ icon, testId, data, onClose, children }: NoticeProps) {
  const { t } = useTranslation();
  return (
    <Box
      data-testid={testId}
      data-state={data}
      sx={{
        position: 'relative',
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        columnGap: 1,
        maxWidth: '100%',
        minHeight: 46,
        pl: 1.5,
        pr: onClose === undefined ? 0.5 : 5.5,
        borderRadius: 3,
        bgcolor: 'background.paper',
        border: 1,
        borderColor: 'divider',
        fontSize: '0.9rem',
      }}
    >
      {icon}
      {children}
      {onClose !== undefined && (
        <IconButton onClick={onClose} aria-label={t('action.close')} data-testid="close-notice" sx={{ position: 'absolute', top: 0, right: 0 }}>
          <CloseIcon fontSize="small" />
        </IconButton>
      )}
    </Box>
  );
}

function Words({ children }: { children: ReactNode }) {
  return <Box sx={{ flex: '1 1 0', minWidth: 'min(180px, 60vw)', py: 0.5, fontWeight: 540, lineHeight: 1.35 }}>{children}</Box>;
}

function Action({ onClick, testId, children }: { onClick: () => void; testId: string; children: ReactNode }) {
  return (
    <Button onClick={onClick} data-testid={testId} sx={{ minHeight: 44, px: 1.5, fontSize: '0.9rem' }}>
      {children}
    </Button>
  );
}
