import Badge from '@mui/material/Badge';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../call/Controls';
import { ChatIcon } from '../ui/icons';
import { NO_EMPTY_BADGE } from '../ui/badge';

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
      <Badge badgeContent={unread} color="primary" max={99} data-testid="chat-unread" sx={NO_EMPTY_BADGE}>
        <ChatIcon />
      </Badge>
    </RoundButton>
  );
}
