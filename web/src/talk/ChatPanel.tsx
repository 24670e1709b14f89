// The chat beside the call.
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallState } from '../call/model';
import { useWide } from '../call/SidePanel';
import { preferences } from '../settings/preferences';
import { CloseIcon, SoundIcon, SoundOffIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { Announcements } from './Announcements';
import type { ChatModel } from './chat';
import { ChatField } from './ChatField';
import { MessageList } from './MessageList';
import type { ChatMessage } from './messages';
import { messageSound } from './messageSound';
import type { Talk } from './talk';

export function ChatPanel({ talk, state, onClose }: { talk: Talk; state: CallState; onClose: () => void }) {
  const { t } = useTranslation();
  const { chat } = talk;
  const chatState = useStore(chat.state);
  const wide = useWide();
  const [atEnd, setAtEnd] = useState(false);
  useReading(chat, atEnd);
  useFocusBack();
  useEffect(() => void chat.open(), [chat]);
  const loadOlder = useCallback(() => void chat.loadOlder(), [chat]);
  const resend = useCallback((message: ChatMessage) => chat.resend(message.key), [chat]);
  const { messages, older } = chatState;
  return (
    <Box
      component="section"
      aria-label={t('talk.chat.title')}
      data-testid="chat-panel"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
      sx={{ width: '100%', height: '100%', display: 'flex', flexDirection: 'column', bgcolor: 'background.paper', color: 'text.primary' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pl: 2, pr: 1, py: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          {t('talk.chat.title')}
        </Typography>
        <SoundSwitch />
        <IconButton aria-label={t('talk.chat.close')} onClick={onClose} data-testid="close-chat">
          <CloseIcon />
        </IconButton>
      </Box>
      {messages.length === 0 && older !== 'loading' && older !== 'failed' ? (
        <Empty kept={state.room.keepChat} />
      ) : (
        <MessageList
          chat={chatState}
          onOlder={loadOlder}
          onAtEnd={setAtEnd}
          onResend={resend}
        />
      )}
      <ChatField chat={chat} state={state} />
      {/* A drawer hides everything behind it from screen readers, the call's own announcements too. */}
      {!wide && <Announcements announcer={talk.announcer} />}
    </Box>
  );
}

function Empty({ kept }: { kept: boolean }) {
  const { t } = useTranslation();
  return (
    <Box data-testid="chat-empty" sx={{ flex: 1, display: 'grid', placeContent: 'center', textAlign: 'center', px: 3 }}>
      <Typography variant="h2">{t('talk.chat.empty')}</Typography>
      <Typography sx={{ color: 'text.secondary', fontSize: '0.92rem', mt: 0.5 }}>{t(kept ? 'talk.chat.emptyKept' : 'talk.chat.emptyNotKept')}</Typography>
    </Box>
  );
}

function SoundSwitch() {
  const { t } = useTranslation();
  const { chatSound: on } = useStore(preferences.state);
  const toggle = () => {
    preferences.set('chatSound', !on);
    // What was switched on is heard at once.
    messageSound.ring();
  };
  return (
    <Tooltip title={t(on ? 'talk.chat.soundOn' : 'talk.chat.soundOff')}>
      <IconButton aria-label={t('talk.chat.sound')} aria-pressed={on} onClick={toggle} data-testid="chat-sound" sx={{ color: on ? 'primary.main' : 'text.secondary' }}>
        {on ? <SoundIcon /> : <SoundOffIcon />}
      </IconButton>
    </Tooltip>
  );
}

/** Messages count as read while the newest is shown in a tab that is looked at. */
function useReading(chat: ChatModel, atEnd: boolean): void {
  useEffect(() => {
    const tell = () => chat.setReading(atEnd && document.visibilityState === 'visible');
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => {
      document.removeEventListener('visibilitychange', tell);
      chat.setReading(false);
    };
  }, [chat, atEnd]);
}

/** Closing the panel leads back to where someone came from; a drawer does that by itself. */
function useFocusBack(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected && (document.activeElement === null || document.activeElement === document.body)) before.focus();
    };
  }, []);
}
