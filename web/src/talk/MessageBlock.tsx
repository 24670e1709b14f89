// A run of messages as they are drawn. There may be very many, so that they are plain elements with the styles of one sheet.
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isGuest } from '../call/avatar';
import { dateIn } from '../i18n/format';
import { AlertIcon, LockIcon } from '../ui/icons';
import { isFailed } from './chat';
import { segmentsOf } from './links';
import { continues, startsDay, type ChatMessage } from './messages';

interface Props {
  block: number;
  /** The message before the first of these. */
  before: ChatMessage | undefined;
  messages: readonly ChatMessage[];
  onResend: (message: ChatMessage) => void;
}

export const MessageBlock = memo(
  function MessageBlock({ block, before, messages, onResend }: Props) {
    return (
      // As a flow root its height has the margins in it.
      <div data-block={block} style={{ display: 'flow-root' }}>
        {messages.map((message, index) => (
          <Message key={message.key} message={message} before={index === 0 ? before : messages[index - 1]} onResend={onResend} />
        ))}
      </div>
    );
  },
  (a, b) =>
    a.block === b.block &&
    a.before === b.before &&
    a.onResend === b.onResend &&
    a.messages.length === b.messages.length &&
    a.messages.every((message, index) => message === b.messages[index]),
);

interface MessageProps {
  message: ChatMessage;
  before: ChatMessage | undefined;
  onResend: (message: ChatMessage) => void;
}

const Message = memo(function Message({ message, before, onResend }: MessageProps) {
  const { t, i18n } = useTranslation();
  const { own, from, to, sentAt, delivery } = message;
  const nameOf = (name: string) => (name === '' ? t('call.anonymous') : name);
  const classes = ['message', own ? 'own' : 'other', ...(to === undefined ? [] : ['private'])];
  return (
    <div role="listitem" className={classes.join(' ')} data-testid="chat-message" data-key={message.key} data-own={own} data-private={to !== undefined} data-delivery={delivery}>
      {startsDay(message, before) && <div className="day">{dayOf(sentAt, i18n.language)}</div>}
      {!continues(message, before) && (
        <div className="who">
          <strong>{own ? t('talk.chat.you') : nameOf(from.name)}</strong> {!own && isGuest(from.account) && <span className="guest">{t('guest.badge')}</span>}{' '}
          <time dateTime={new Date(sentAt).toISOString()} title={momentOf(sentAt, i18n.language)}>
            {timeOf(sentAt, i18n.language)}
          </time>
          {to !== undefined && (
            <span className="aside" data-testid="chat-private">
              <LockIcon sx={{ fontSize: 14 }} /> {own ? t('talk.chat.privateTo', { name: nameOf(to.name) }) : t('talk.chat.privateToYou')}
            </span>
          )}
        </div>
      )}
      <Text text={message.text} />
      {delivery === 'sending' && <div className="note">{t('talk.chat.sending')}</div>}
      {delivery === 'notKept' && (
        <div className="note" data-testid="chat-not-kept">
          {t('talk.chat.notKept')}
        </div>
      )}
      {isFailed(delivery) && delivery !== 'sending' && delivery !== 'sent' && delivery !== 'notKept' && (
        <div className="note failed" data-testid="chat-failed">
          <AlertIcon sx={{ fontSize: 15 }} /> {t(`talk.chat.failed.${delivery}`)}
          {delivery !== 'too_long' && (
            <button type="button" onClick={() => onResend(message)} data-testid="chat-resend">
              {t('talk.chat.resend')}
            </button>
          )}
        </div>
      )}
    </div>
  );
});

/** Longer ones open on a click: one message must not bury the others. */
const LONG_CHARACTERS = 1_200;
const LONG_LINES = 18;

function Text({ text }: { text: string }) {
  const { t } = useTranslation();
  const segments = useMemo(() => segmentsOf(text), [text]);
  const long = text.length > LONG_CHARACTERS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
  const [whole, setWhole] = useState(!long);
  return (
    <div className="bubble">
      <div className={whole ? 'text' : 'text cut'} dir="auto" data-testid="chat-text">
        {segments.map((segment, index) =>
          segment.href === undefined ? (
            segment.text
          ) : (
            <a key={index} href={segment.href} target="_blank" rel="noopener noreferrer">
              {segment.text}
            </a>
          ),
        )}
      </div>
      {long && (
        <button type="button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t('talk.chat.showLess') : t('talk.chat.showAll')}
        </button>
      )}
    </div>
  );
}

const timeOf = (at: number, language: string) => dateIn(language, at, { timeStyle: 'short' });
const dayOf = (at: number, language: string) => dateIn(language, at, { dateStyle: 'full' });
const momentOf = (at: number, language: string) => dateIn(language, at, { dateStyle: 'medium', timeStyle: 'medium' });

export const MESSAGE_STYLES = {
  '& .message': { fontSize: '0.92rem', lineHeight: 1.42, mt: 0.5 },
  '& .who': { mt: 1.25, mb: 0.25, fontSize: '0.82rem', overflowWrap: 'anywhere', color: 'text.secondary', '& strong': { color: 'text.primary', fontWeight: 620 } },
  '& .guest': { px: 0.75, py: 0.125, borderRadius: '6px', border: '1px solid', borderColor: 'divider', fontWeight: 600, fontSize: '0.75rem' },
  '& .aside': { display: 'flex', alignItems: 'center', gap: 0.5, color: 'secondary.main', fontWeight: 560 },
  '& .own .who': { textAlign: 'end', '& .aside': { justifyContent: 'flex-end' } },
  '& .bubble': { width: 'fit-content', maxWidth: '92%', px: 1.25, py: 0.75, borderRadius: '12px', bgcolor: 'stage.main', '& button': { textDecoration: 'underline' } },
  '& .own .bubble': { ml: 'auto', color: 'primary.contrastText', bgcolor: 'primary.main' },
  '& .private .bubble': { outline: '1.5px dashed', outlineColor: 'secondary.main', outlineOffset: '-1px' },
  '& .private.own .bubble': { color: 'text.primary', bgcolor: 'stage.main' },
  '& .text': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', unicodeBidi: 'isolate', '& a': { color: 'inherit', textDecoration: 'underline', fontWeight: 560 } },
  '& .text.cut': { maxHeight: '14em', overflow: 'hidden' },
  '& .note': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 0.5, mt: 0.25, fontSize: '0.8rem', color: 'text.secondary' },
  '& .own .note': { justifyContent: 'flex-end' },
  '& .note.failed': { color: 'error.main' },
  '& .day': { textAlign: 'center', fontSize: '0.8rem', fontWeight: 560, color: 'text.secondary', mt: 1.5, mb: 0.5 },
  '& button': { font: 'inherit', fontWeight: 600, color: 'inherit', border: 0, background: 'none', cursor: 'pointer', minHeight: 44, px: 1, textDecoration: 'underline', '&:focus-visible': { outline: '2px solid', borderRadius: '6px' } },
} as const;
