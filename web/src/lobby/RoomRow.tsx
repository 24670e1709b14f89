import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Collapse from '@mui/material/Collapse';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Room } from '../api/rooms';
import { ButtonLink } from '../ui/ButtonLink';
import { ChevronDownIcon, GlobeIcon, LockIcon, SettingsIcon, TrashIcon } from '../ui/icons';
import { settingsPath } from '../room/paths';
import { CalendarButton, ScheduledTime } from '../room/ScheduledTime';
import { CopyLink } from './CopyLink';
import { createdOn, roomPath, roomView } from './roomView';

interface Props {
  room: Room;
  userId: string | undefined;
  onDelete: (room: Room) => void;
}

/** One room: its title and who may enter; opened up, the rest. */
export function RoomRow({ room, userId, onDelete }: Props) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  const view = roomView(room, userId);
  const hosted = view.owned ? t('lobby.yours') : view.hosts ? t('room.role.cohost') : undefined;
  const TypeIcon = view.type === 'IO' ? LockIcon : GlobeIcon;
  return (
    <Paper
      component="li"
      variant="outlined"
      data-testid="room-row"
      data-room-id={room.roomId}
      sx={{
        borderRadius: 3,
        overflow: 'hidden',
        transition: 'border-color 120ms',
        '&:hover': { borderColor: (theme) => `color-mix(in srgb, ${theme.vars.palette.primary.main} 45%, ${theme.vars.palette.divider})` },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pr: { xs: 1.25, sm: 2 } }}>
        <ButtonBase
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          data-testid="room-toggle"
          sx={{
            flex: 1,
            minWidth: 0,
            minHeight: 72,
            // A button of the browser's own has the system's font.
            fontFamily: 'inherit',
            justifyContent: 'flex-start',
            textAlign: 'left',
            gap: { xs: 1.25, sm: 2 },
            pl: { xs: 1.5, sm: 2 },
            pr: 1,
            py: 1.25,
            '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -3, borderRadius: 3 },
          }}
        >
          <Box
            sx={{
              width: 44,
              height: 44,
              flex: 'none',
              borderRadius: 2.5,
              display: { xs: 'none', sm: 'grid' },
              placeItems: 'center',
              color: 'primary.main',
              bgcolor: (theme) => `color-mix(in srgb, ${theme.vars.palette.primary.main} 12%, transparent)`,
            }}
          >
            <TypeIcon />
          </Box>
          <Box sx={{ minWidth: 0, flex: 1 }}>
            <Typography
              component="h2"
              variant="h2"
              data-testid="room-title"
              dir="auto"
              sx={open ? undefined : { display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}
            >
              {room.title}
            </Typography>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, rowGap: 0.25, mt: 0.25, color: 'text.secondary', fontSize: '0.875rem' }}>
              <span data-testid="room-type">{t(`lobby.type.${view.type}`)}</span>
              {room.locked && <Chip size="small" icon={<LockIcon />} label={t('host.locked')} data-testid="room-locked" sx={{ height: 20, fontSize: '0.72rem', fontWeight: 600, '& svg': { fontSize: 14 } }} />}
              {hosted !== undefined && <Chip size="small" label={hosted} sx={{ height: 20, fontSize: '0.72rem', fontWeight: 600 }} />}
              <ScheduledTime at={room.scheduledOn} />
            </Box>
          </Box>
          <ChevronDownIcon sx={{ color: 'text.secondary', transition: 'transform 160ms', transform: open ? 'rotate(180deg)' : 'none' }} />
        </ButtonBase>
        {view.hosts && (
          <Tooltip title={t('room.open')}>
            <IconButton component={Link} to={settingsPath(room.roomId)} aria-label={t('room.openNamed', { title: room.title })} data-testid="room-settings" sx={{ mr: { sm: 0.75 }, display: { xs: 'none', sm: 'inline-flex' } }}>
              <SettingsIcon />
            </IconButton>
          </Tooltip>
        )}
        {view.canEnter && (
          <ButtonLink
            variant="contained"
            to={roomPath(room.roomId)}
            aria-label={t('lobby.enterNamed', { title: room.title })}
            data-testid="enter-room"
            sx={{ flex: 'none', px: { xs: 1.5, sm: 2.25 }, whiteSpace: 'nowrap' }}
          >
            {t('lobby.enter')}
          </ButtonLink>
        )}
      </Box>
      <Collapse in={open} id={id} unmountOnExit>
        <Box
          sx={{ px: { xs: 1.5, sm: 2 }, pb: 2, pl: { sm: 9.5 }, display: 'flex', flexDirection: 'column', gap: 1.5 }}
          data-testid="room-details"
        >
          <Typography dir={room.description === '' ? undefined : 'auto'} sx={{ whiteSpace: 'pre-wrap', color: room.description === '' ? 'text.secondary' : 'text.primary' }}>
            {room.description === '' ? t('lobby.noDescription') : room.description}
          </Typography>
          <Typography sx={{ color: 'text.secondary', fontSize: '0.875rem' }}>
            {t('lobby.createdOn', { date: createdOn(room, i18n.language) })}
          </Typography>
          {view.invites && <CopyLink room={room.id} />}
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.25 }}>
            <CalendarButton room={room} link={location.origin + roomPath(room.roomId)} />
            {view.hosts && (
              <ButtonLink variant="outlined" startIcon={<SettingsIcon />} to={settingsPath(room.roomId)} data-testid="room-settings-details">
                {t('room.open')}
              </ButtonLink>
            )}
            {view.canDelete && (
              <Button variant="outlined" color="error" startIcon={<TrashIcon />} onClick={() => onDelete(room)} data-testid="delete-room">
                {t('lobby.delete')}
              </Button>
            )}
          </Box>
        </Box>
      </Collapse>
    </Paper>
  );
}
