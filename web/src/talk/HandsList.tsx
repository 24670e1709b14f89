// Raised hands at the top of the list of people, the first raised first.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../call/Avatar';
import type { CallState } from '../call/model';
import { HandIcon } from '../ui/icons';
import { handsOf } from './hands';

export function HandsList({ state }: { state: CallState }) {
  const { t } = useTranslation();
  const order = handsOf(state);
  if (order.length === 0) return null;
  return (
    <Box component="section" aria-label={t('talk.hand.list')} data-testid="hands" sx={{ flex: 'none', maxHeight: '40%', overflowY: 'auto', borderBottom: 1, borderColor: 'divider', py: 1 }}>
      <Typography sx={{ display: 'flex', alignItems: 'center', gap: 0.75, px: 2, fontSize: '0.86rem', fontWeight: 620, color: 'text.secondary' }}>
        <HandIcon sx={{ fontSize: 18 }} />
        {t('talk.hand.list')} {order.length}
      </Typography>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, px: 1 }}>
        {order.map(({ account, identity, name, isLocal }, index) => {
          const shown = name === '' ? t('call.anonymous') : name;
          return (
            <Box component="li" key={account} data-testid="hand" data-name={shown} sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 1, minHeight: 48 }}>
              <Box component="span" sx={{ width: 20, flex: 'none', textAlign: 'end', fontWeight: 620, fontVariantNumeric: 'tabular-nums' }}>
                {index + 1}
              </Box>
              <Box sx={{ width: 40, height: 40, flex: 'none', containerType: 'size', display: 'grid', placeItems: 'center' }}>
                <Avatar name={shown} identity={identity} />
              </Box>
              <Typography noWrap sx={{ minWidth: 0, fontWeight: 540 }}>
                {isLocal ? t('call.you', { name: shown }) : shown}
              </Typography>
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
