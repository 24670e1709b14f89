// Raised hands at the top of the list of people, the first raised first.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { numberIn } from '../i18n/format';
import { Avatar } from '../call/Avatar';
import type { CallState } from '../call/model';
import { isHost } from '../call/roomState';
import { useHostActions, type HostedRoom } from '../host/useHosting';
import { HandDownIcon, HandIcon } from '../ui/icons';
import { handsOf } from './hands';

const ROW_PX = 48;
/** More than these are scrolled to, so that the people below stay in sight. */
const ROWS = 4.5;

export function HandsList({ state, room }: { state: CallState; room: HostedRoom }) {
  const { t, i18n } = useTranslation();
  const { lowerHand } = useHostActions(room);
  const hosting = isHost(state.room, state.local.identity);
  const order = handsOf(state);
  if (order.length === 0) return null;
  return (
    <Box component="section" aria-label={t('talk.hand.list')} data-testid="hands" sx={{ borderBottom: 1, borderColor: 'divider', py: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', px: 2 }}>
        <Typography sx={{ flex: 1, display: 'flex', alignItems: 'center', gap: 0.75, fontSize: '0.86rem', fontWeight: 620, color: 'text.secondary' }}>
          <HandIcon sx={{ fontSize: 18 }} />
          {t('talk.hand.list')} {numberIn(i18n.language, order.length)}
        </Typography>
        {hosting && order.length > 1 && (
          <Button onClick={() => lowerHand.mutate(undefined)} data-testid="lower-all-hands" sx={{ minHeight: 44, mr: -1 }}>
            {t('talk.hand.lowerAll')}
          </Button>
        )}
      </Box>
      <Box
        component="ol"
        aria-label={t('talk.hand.list')}
        tabIndex={order.length > ROWS ? 0 : undefined}
        sx={{ listStyle: 'none', m: 0, p: 0, px: 1, maxHeight: ROWS * ROW_PX, overflowY: 'auto' }}
      >
        {order.map(({ account, identity, name, isLocal }, index) => {
          const shown = name === '' ? t('call.anonymous') : name;
          return (
            <Box component="li" key={account} data-testid="hand" data-name={shown} sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 1, minHeight: ROW_PX }}>
              <Box component="span" sx={{ width: 20, flex: 'none', textAlign: 'end', fontWeight: 620, fontVariantNumeric: 'tabular-nums' }}>
                {numberIn(i18n.language, index + 1)}
              </Box>
              <Box sx={{ width: 40, height: 40, flex: 'none', containerType: 'size', display: 'grid', placeItems: 'center' }}>
                <Avatar name={shown} identity={identity} />
              </Box>
              <Typography noWrap dir="auto" sx={{ flex: 1, minWidth: 0, fontWeight: 540 }}>
                {isLocal ? t('call.you', { name: shown }) : shown}
              </Typography>
              {hosting && (
                <IconButton aria-label={t('talk.hand.lowerNamed', { name: shown })} title={t('talk.hand.lowerNamed', { name: shown })} onClick={() => lowerHand.mutate(identity)} data-testid="lower-hand" sx={{ width: 44, height: 44, flex: 'none' }}>
                  <HandDownIcon />
                </IconButton>
              )}
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
