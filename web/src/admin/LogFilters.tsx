import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ACT_KINDS, type LogQuery } from '../api/admin';
import { endOfDay } from '../room/localTime';
import { CloseIcon } from '../ui/icons';
import { Choice } from './Choice';
import { fullName } from './format';
import { firstPlace, type ListAddress } from './listAddress';
import { useUser } from './useAdmin';

/** What the log is asked for by the page's address. */
export function logQuery({ only, account, until, after }: ListAddress): LogQuery {
  return {
    kind: ACT_KINDS.find((known) => known === only),
    account: /^[1-9]\d{0,14}$/.test(account) ? Number(account) : undefined,
    until: endOfDay(until),
    after,
  };
}

/** Which part of the log is shown: of a kind, up to a day, and of one account where somebody came from its row. */
export function LogFilters({ address }: { address: ListAddress }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { kind, account } = logQuery(address);
  const choose = (change: Partial<ListAddress>, replace = false) => {
    const { to, state } = firstPlace({ ...address, ...change });
    void navigate(to, { state, replace });
  };
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1.5 }}>
      <Choice
        id="kind"
        label={t('admin.log.kind')}
        value={kind ?? 'all'}
        options={(['all', ...ACT_KINDS] as const).map((value) => ({ value, label: t(`admin.log.kindOf.${value}`) }))}
        onChoose={(value) => choose({ only: value === 'all' ? '' : value })}
      />
      {/* One step back in the history for a whole date, not for each of its parts. */}
      <Day value={address.until} onChoose={(until) => choose({ until }, address.until !== '' && until !== '')} />
      {account !== undefined && <Account id={account} onRemove={() => choose({ account: '' })} />}
    </Box>
  );
}

/** The browser's own field for a day. While a year is typed, digit by digit, it is none yet. */
function Day({ value, onChoose }: { value: string; onChoose: (day: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setTyped(value);
  }
  const take = (day: string) => {
    setTyped(day);
    if (day === '' || day >= '2000') onChoose(day);
  };
  return (
    <TextField
      type="date"
      size="small"
      label={t('admin.log.until')}
      value={typed}
      onChange={(event) => take(event.target.value)}
      sx={{ flex: '1 1 190px', '& .MuiInputBase-root': { minHeight: 44, bgcolor: 'background.paper' } }}
      slotProps={{
        inputLabel: { shrink: true },
        htmlInput: { max: '9999-12-31', 'data-testid': 'log-until' },
        input: {
          endAdornment:
            typed === '' ? undefined : (
              <InputAdornment position="end">
                <IconButton edge="end" aria-label={t('admin.log.clearUntil')} onClick={() => take('')} data-testid="clear-until">
                  <CloseIcon fontSize="small" />
                </IconButton>
              </InputAdornment>
            ),
        },
      }}
    />
  );
}

function Account({ id, onRemove }: { id: number; onRemove: () => void }) {
  const { t } = useTranslation();
  const user = useUser(id);
  const name = user.data === undefined || user.data === null ? t('admin.log.account', { number: id }) : fullName(user.data);
  return (
    <Chip
      label={t('admin.log.only', { name })}
      aria-label={t('admin.log.onlyRemove', { name })}
      onClick={onRemove}
      onDelete={onRemove}
      deleteIcon={<CloseIcon />}
      data-testid="log-account"
      sx={{
        height: 'auto',
        minHeight: 44,
        borderRadius: 22,
        maxWidth: '100%',
        fontSize: '0.93rem',
        '& .MuiChip-label': { py: 1, whiteSpace: 'normal', overflowWrap: 'anywhere' },
        '& .MuiChip-deleteIcon': { color: 'text.secondary' },
      }}
    />
  );
}
