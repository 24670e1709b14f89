import { useTranslation } from 'react-i18next';
import { RoundButton } from '../call/Controls';
import { ChatIcon } from '../ui/icons';
import { CountBadge } from '../ui/CountBadge';

export function ChatButton({ unread, open, onClick }: { unread: number; open: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <RoundButton
      label={unread > 0 ? t('talk.chat.titleUnread', { count: unread }) : t('talk.chat.title')}
      tooltip={t('talk.chat.title')}
      onClick={onClick}
      testId="chat-button"
      pressed={open}
      shortcut="chat"
    >
      <CountBadge count={unread} color="primary" data-testid="chat-unread">
        <ChatIcon />
      </CountBadge>
    </RoundButton>
  );
}
