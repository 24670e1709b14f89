import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleName } from '../api/host';
import type { RoomState } from '../call/roomState';
import { SwitchRow } from '../settings/SwitchRow';
import { BansDialog } from './BansDialog';
import { useHostActions, type HostedRoom } from './useHosting';
import { useRule } from './useRule';

const BUTTON = { minHeight: 44, flex: '1 1 auto' } as const;

/** What others may do is told as that, whatever the server calls it. */
const RULES: readonly { rule: RuleName; words: 'lock' | 'waitingRoom' | 'mayChat' | 'mayShare' | 'mayUnmute'; reversed: boolean }[] = [
  { rule: 'locked', words: 'lock', reversed: false },
  { rule: 'waitingRoom', words: 'waitingRoom', reversed: false },
  { rule: 'chatDisabled', words: 'mayChat', reversed: true },
  { rule: 'shareDisabled', words: 'mayShare', reversed: true },
  { rule: 'unmuteDisabled', words: 'mayUnmute', reversed: true },
];

/** The hosts' controls of the whole call, at the head of the list of people. */
export function HostSection({ room, told }: { room: HostedRoom; told: RoomState }) {
  const { t } = useTranslation();
  const { muteAll } = useHostActions(room);
  const [bansOpen, setBansOpen] = useState(false);
  return (
    <Box component="section" aria-label={t('host.controls')} data-testid="host-section" sx={{ flex: 'none', px: 2, py: 1, borderBottom: 1, borderColor: 'divider' }}>
      {RULES.map(({ rule, words, reversed }) => (
        <RuleRow key={rule} room={room} told={told} rule={rule} label={t(`host.rule.${words}`)} hint={t(`host.rule.${words}Hint`)} reversed={reversed} />
      ))}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, py: 0.5 }}>
        <Button variant="outlined" onClick={() => muteAll.mutate()} loading={muteAll.isPending} data-testid="mute-all" sx={BUTTON}>
          {t('host.muteAll')}
        </Button>
        <Button variant="outlined" onClick={() => setBansOpen(true)} data-testid="bans-button" sx={BUTTON}>
          {t('host.bans')}
        </Button>
      </Box>
      <BansDialog room={room} open={bansOpen} onClose={() => setBansOpen(false)} />
    </Box>
  );
}

interface RowProps {
  room: HostedRoom;
  told: RoomState;
  rule: RuleName;
  label: string;
  hint: string;
  reversed: boolean;
}

function RuleRow({ room, told, rule, label, hint, reversed }: RowProps) {
  const { on, set } = useRule(room, told, rule);
  return <SwitchRow label={label} hint={hint} checked={on !== reversed} onChange={(checked) => set(checked !== reversed)} testId={`rule-${rule}`} />;
}
