import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import { useTranslation } from 'react-i18next';
import type { ChatState } from './chat';
import { MOST_MESSAGES } from './messages';

/** What stands before the oldest message. */
export function HistoryHead({ chat: { older, messages }, onRetry }: { chat: ChatState; onRetry: () => void }) {
  const { t } = useTranslation();
  switch (older) {
    case 'loading':
    case 'more':
      return (
        <Box role="status" sx={{ display: 'grid', placeItems: 'center', py: 1, minHeight: 44 }}>
          {older === 'loading' && <CircularProgress size={20} aria-label={t('talk.chat.loading')} />}
        </Box>
      );
    case 'failed':
      return (
        <Box sx={{ textAlign: 'center', color: 'text.secondary', fontSize: '0.86rem', py: 1 }} data-testid="chat-history-failed">
          {t('talk.chat.historyFailed')}
          <Button onClick={onRetry}>{t('action.retry')}</Button>
        </Box>
      );
    case 'none':
      return messages.length < MOST_MESSAGES ? null : <Box sx={{ textAlign: 'center', color: 'text.secondary', fontSize: '0.86rem', py: 1 }}>{t('talk.chat.full')}</Box>;
    case 'unknown':
      return null;
  }
}
