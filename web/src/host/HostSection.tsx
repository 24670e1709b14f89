import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Collapse from '@mui/material/Collapse';
import ListItemButton from '@mui/material/ListItemButton';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleName } from '../api/host';
import type { RoomState } from '../call/roomState';
import { SwitchRow } from '../settings/SwitchRow';
import { ChevronDownIcon } from '../ui/icons';
import { BansDialog } from './BansDialog';
import { useHostActions, type HostedRoom } from './useHosting';
import { useRule } from './useRule';

/** What others may do is told as that, whatever the server calls it. */
const RULES: readonly { rule: RuleName; words: 'lock' | 'waitingRoom' | 'mayChat' | 'mayShare' | 'mayUnmute'; reversed: boolean }[] = [
  { rule: 'locked', words: 'lock', reversed: false },
  { rule: 'waitingRoom', words: 'waitingRoom', reversed: false },
  { rule: 'chatDisabled', words: 'mayChat', reversed: true },
  { rule: 'shareDisabled', words: 'mayShare', reversed: true },
  { rule: 'unmuteDisabled', words: 'mayUnmute', reversed: true },
];

/** The hosts' controls of the whole call, above the list of people. The rules fold away, or they would take the list's room. */
export function HostSection({ room, told }: { room: HostedRoom; told: RoomState }) {
  const { t } = useTranslation();
  const id = useId();
  const { muteAll } = useHostActions(room);
  const [open, setOpen] = useState(false);
  const [bansOpen, setBansOpen] = useState(false);
  const inForce = RULES.filter(({ rule }) => told[rule]).map(({ rule }) => t(`host.inForce.${rule}`));
  return (
    <Box component="section" aria-label={t('host.controls')} data-testid="host-section" sx={{ borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', pr: 1 }}>
        <ListItemButton component="button" onClick={() => setOpen(!open)} aria-expanded={open} aria-controls={id} data-testid="host-rules" sx={{ flex: 1, minWidth: 0, minHeight: 60, pl: 2, pr: 1, gap: 1, font: 'inherit' }}>
          <Box component="span" sx={{ flex: 1, minWidth: 0, textAlign: 'start' }}>
            <Box component="span" sx={{ display: 'block', fontWeight: 620 }}>
              {t('host.controls')}
            </Box>
            <Box component="span" data-testid="rules-in-force" sx={{ display: 'block', color: 'text.secondary', fontSize: '0.86rem', lineHeight: 1.35 }}>
              {inForce.length === 0 ? t('host.inForce.none') : inForce.join(' · ')}
            </Box>
          </Box>
          <ChevronDownIcon sx={{ color: 'text.secondary', transform: open ? 'rotate(180deg)' : 'none', transition: 'transform 150ms' }} />
        </ListItemButton>
        <Button onClick={() => muteAll.mutate()} loading={muteAll.isPending} data-testid="mute-all" sx={{ flex: 'none', minHeight: 44 }}>
          {t('host.muteAll')}
        </Button>
      </Box>
      <Collapse in={open} unmountOnExit id={id}>
        <Box sx={{ px: 2, pb: 1 }}>
          {RULES.map(({ rule, words, reversed }) => (
            <RuleRow key={rule} room={room} told={told} rule={rule} label={t(`host.rule.${words}`)} hint={t(`host.rule.${words}Hint`)} reversed={reversed} />
          ))}
          <Button variant="outlined" fullWidth onClick={() => setBansOpen(true)} data-testid="bans-button" sx={{ minHeight: 44, mt: 0.5 }}>
            {t('host.bans')}
          </Button>
        </Box>
      </Collapse>
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
