// The messages of a chat in a box that scrolls. It stays at the newest one unless someone reads further up, keeps what they read in its place while
// others write or older messages load, and draws what is near.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChevronDownIcon } from '../ui/icons';
import { BLOCK, BlockHeights, blockRange, type Window } from './blocks';
import type { ChatState } from './chat';
import { HistoryHead } from './HistoryHead';
import type { ChatMessage } from './messages';
import { MessageBlock, MESSAGE_STYLES } from './MessageBlock';

/** So close to the end counts as there. */
const AT_END_PX = 40;
/** So close to the beginning, older messages are asked for. */
const NEAR_START_PX = 400;

interface Props {
  chat: ChatState;
  /** Asks for older ones. */
  onOlder: () => void;
  /** Whether the newest message is seen. */
  onAtEnd: (atEnd: boolean) => void;
  onResend: (message: ChatMessage) => void;
}

export const MessageList = memo(function MessageList({ chat, onOlder, onAtEnd, onResend }: Props) {
  const { t } = useTranslation();
  const { messages, first, unread, older } = chat;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ key: string; top: number } | undefined>(undefined);
  const [heights] = useState(() => new BlockHeights());
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  /** Where the list was last seen or put. */
  const placed = useRef(0);
  const [wanted, setWanted] = useState<Window | undefined>();
  const range = useMemo(() => blockRange(first, messages.length), [first, messages.length]);
  const drawn = atEnd || wanted === undefined ? heights.end(range, window.innerHeight) : clamp(wanted, range);

  const look = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const end = isAtEnd(box);
    following.current = end;
    placed.current = box.scrollTop;
    setAtEnd(end);
    anchor.current = anchorOf(box);
    const headHeight = content.current?.offsetTop ?? 0;
    const near = heights.near(range, box.scrollTop - headHeight, box.clientHeight);
    setWanted((old) => (old?.first === near.first && old.last === near.last ? old : near));
    if (older === 'more' && box.scrollTop < NEAR_START_PX) onOlder();
  }, [heights, range, older, onOlder]);

  const settle = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    for (const element of box.querySelectorAll<HTMLElement>('[data-block]')) heights.set(Number(element.dataset.block), element.offsetHeight);
    // A hand was faster; the event that tells of it is on its way.
    if (box.scrollTop < placed.current - 1 && !isAtEnd(box)) return;
    const { current } = anchor;
    const kept = current && box.querySelector<HTMLElement>(`[data-key="${CSS.escape(current.key)}"]`);
    if (following.current) box.scrollTop = box.scrollHeight;
    else if (current !== undefined && kept) box.scrollTop += topIn(box, kept) - current.top;
    placed.current = box.scrollTop;
  }, [heights]);

  // What someone sends they want to see, wherever they were reading.
  const sending = messages.at(-1)?.delivery === 'sending' ? messages.at(-1)?.key : undefined;
  useLayoutEffect(() => {
    if (sending !== undefined) following.current = true;
  }, [sending]);
  // After each drawing, before anyone sees it.
  useLayoutEffect(settle);
  useLayoutEffect(look, [look]);
  useEffect(() => onAtEnd(atEnd), [atEnd, onAtEnd]);
  useEffect(() => () => onAtEnd(false), [onAtEnd]);
  useEffect(() => {
    const box = scroller.current;
    if (box === null || content.current === null) return;
    const observer = new ResizeObserver(settle);
    observer.observe(box);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [settle]);

  const toEnd = () => {
    following.current = true;
    setAtEnd(true);
    scroller.current?.focus({ preventScroll: true });
  };

  return (
    <Box sx={{ flex: 1, minHeight: 0, position: 'relative', display: 'flex' }}>
      <Box
        ref={scroller}
        role="log"
        // What is new is told apart from the list, which also draws old messages anew.
        aria-live="off"
        aria-label={t('talk.chat.messages')}
        tabIndex={0}
        data-testid="chat-messages"
        onScroll={look}
        sx={{ flex: 1, minWidth: 0, overflowY: 'auto', overscrollBehavior: 'contain', overflowAnchor: 'none', px: 1.5, py: 1, '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -2 }, ...MESSAGE_STYLES }}
      >
        <HistoryHead chat={chat} onRetry={onOlder} />
        <Box ref={content} role="list">
          <div style={{ height: heights.between(range.first, drawn.first) }} />
          {blocksOf(drawn).map((block) => {
            const from = Math.max(0, block * BLOCK - first);
            return (
              <MessageBlock
                key={block}
                block={block}
                before={messages[from - 1]}
                messages={messages.slice(from, (block + 1) * BLOCK - first)}
                onResend={onResend}
              />
            );
          })}
          <div style={{ height: heights.between(drawn.last, range.last) }} />
        </Box>
      </Box>
      {!atEnd && (
        <Button
          variant="contained"
          onClick={toEnd}
          startIcon={<ChevronDownIcon />}
          data-testid="chat-to-end"
          sx={{ position: 'absolute', bottom: 8, left: '50%', transform: 'translateX(-50%)', borderRadius: 22, whiteSpace: 'nowrap', boxShadow: 4 }}
        >
          {unread > 0 ? t('talk.chat.newMessages', { count: unread }) : t('talk.chat.toNewest')}
        </Button>
      )}
    </Box>
  );
});

function blocksOf({ first, last }: Window): readonly number[] {
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}

function clamp(wanted: Window, range: Window): Window {
  const first = Math.min(Math.max(wanted.first, range.first), Math.max(range.first, range.last - 1));
  return { first, last: Math.min(Math.max(wanted.last, first + 1), range.last) };
}

function isAtEnd(box: HTMLElement): boolean {
  return box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
}

function topIn(box: HTMLElement, element: HTMLElement): number {
  return element.getBoundingClientRect().top - box.getBoundingClientRect().top;
}

/** The first message that is seen, and where. */
function anchorOf(box: HTMLElement): { key: string; top: number } | undefined {
  for (const element of box.querySelectorAll<HTMLElement>('[data-key]')) {
    const top = topIn(box, element);
    if (top + element.offsetHeight > 0) return { key: element.dataset.key ?? '', top };
  }
  return undefined;
}
