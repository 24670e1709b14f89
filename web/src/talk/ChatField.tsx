// Where a message is written, and to whom it goes.
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import InputBase from '@mui/material/InputBase';
import NativeSelect from '@mui/material/NativeSelect';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallState } from '../call/model';
import { rosterOf } from '../call/roster';
import { LockIcon, SendIcon } from '../ui/icons';
import { useStore } from '../ui/store';
import { lengthOf, mayWrite, type ChatModel } from './chat';
import { LONGEST_TEXT } from './port';

/** From here on the page says how much is left. */
const NEARLY_FULL = LONGEST_TEXT - 300;
const EVERYONE = '';

export function ChatField({ chat, state }: { chat: ChatModel; state: CallState }) {
  const { t } = useTranslation();
  const { text, to } = useStore(chat.draft);
  const field = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const others = rosterOf(state).filter(({ isLocal }) => !isLocal);
  const nameOf = (name: string) => (name === '' ? t('call.anonymous') : name);
  const gone = to !== undefined && !others.some(({ account }) => account === to.account);
  const allowed = mayWrite(state);
  const length = lengthOf(text);
  const left = LONGEST_TEXT - length;
  const sendable = allowed && !gone && left >= 0 && text.trim() !== '';

  // After the menu or the button that opened the panel has given its focus back.
  useEffect(() => {
    const later = setTimeout(() => field.current?.focus());
    return () => clearTimeout(later);
  }, []);

  const send = () => {
    if (chat.send()) field.current?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    // While a word of another script is being put together, Enter belongs to that.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || onTouchKeyboard()) return;
    event.preventDefault();
    send();
  };

  return (
    <Box component="form" onSubmit={(event) => { event.preventDefault(); send(); }} sx={{ flex: 'none', borderTop: 1, borderColor: 'divider', p: 1, pb: 'calc(8px + env(safe-area-inset-bottom))' }}>
      {allowed ? (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 0.5, color: to === undefined ? 'text.secondary' : 'secondary.main', fontSize: '0.86rem' }}>
          {to !== undefined && <LockIcon sx={{ fontSize: 16 }} />}
          <Box component="label" htmlFor={`${hint}-to`} sx={{ flex: 'none' }}>
            {t(to === undefined ? 'talk.chat.to' : 'talk.chat.toPrivately')}
          </Box>
          <NativeSelect
            id={`${hint}-to`}
            value={to?.account ?? EVERYONE}
            onChange={(event) => {
              const chosen = others.find(({ account }) => account === event.target.value);
              chat.writeTo(chosen === undefined ? undefined : { account: chosen.account, name: chosen.name });
              field.current?.focus();
            }}
            disableUnderline
            data-testid="chat-to"
            sx={{ minWidth: 0, flex: 1, color: 'inherit', fontSize: 'inherit', fontWeight: 600, '& select': { minHeight: 44, py: 0, textOverflow: 'ellipsis' }, '& option': { color: 'text.primary', bgcolor: 'background.paper' } }}
          >
            <option value={EVERYONE}>{t('talk.chat.everyone')}</option>
            {others.map(({ account, name }) => (
              <option key={account} value={account}>
                {nameOf(name)}
              </option>
            ))}
            {gone && <option value={to.account}>{t('talk.chat.gone', { name: nameOf(to.name) })}</option>}
          </NativeSelect>
        </Box>
      ) : (
        <Box id={hint} data-testid="chat-disabled" sx={{ px: 0.5, pb: 0.75, color: 'text.secondary', fontSize: '0.86rem' }}>
          {t('talk.chat.disabled')}
        </Box>
      )}
      <Box sx={{ display: 'flex', alignItems: 'flex-end', gap: 0.5 }}>
        <InputBase
          multiline
          maxRows={6}
          value={text}
          disabled={!allowed}
          onChange={(event) => chat.write(event.target.value)}
          onKeyDown={onKeyDown}
          inputRef={field}
          placeholder={t(to === undefined ? 'talk.chat.placeholder' : 'talk.chat.placeholderPrivate')}
          inputProps={{ 'aria-label': t('talk.chat.field'), 'aria-describedby': hint, 'aria-invalid': left < 0, 'data-testid': 'chat-field', dir: 'auto' }}
          sx={{
            flex: 1,
            minWidth: 0,
            minHeight: 44,
            px: 1.5,
            py: 1,
            fontSize: '1rem',
            lineHeight: 1.42,
            border: 1,
            borderRadius: '22px',
            borderColor: left < 0 ? 'error.main' : 'divider',
            '&.Mui-focused': { outline: '2px solid', outlineColor: (theme) => theme.vars.palette[to === undefined ? 'primary' : 'secondary'].main, outlineOffset: -1 },
          }}
        />
        <IconButton type="submit" aria-label={t('talk.chat.send')} disabled={!sendable} color="primary" data-testid="chat-send">
          <SendIcon />
        </IconButton>
      </Box>
      {allowed && (
        <Box id={hint} role="status" data-testid="chat-hint" sx={{ px: 1.5, fontSize: '0.8rem', color: gone || left < 0 ? 'error.main' : 'text.secondary' }}>
          {gone ? t('talk.chat.goneHint', { name: nameOf(to.name) }) : left < 0 ? t('talk.chat.tooLong', { count: -left }) : length > NEARLY_FULL ? t('talk.chat.left', { count: left }) : ''}
        </Box>
      )}
    </Box>
  );
}

/** Its Enter makes a line: there is no Shift to hold. */
function onTouchKeyboard(): boolean {
  return window.matchMedia('(pointer: coarse)').matches && !window.matchMedia('(any-pointer: fine)').matches;
}
