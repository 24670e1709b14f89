import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PersonActions, PersonConfirm, type Asked } from '../host/PersonActions';
import type { Powers } from '../host/powers';
import type { HostedRoom, Person } from '../host/useHosting';
import { MoreIcon } from '../ui/icons';
import { VolumeControl } from '../volume/VolumeControl';

interface Props {
  room: HostedRoom;
  person: Person;
  /** Undefined for those who are no hosts. */
  powers: Powers | undefined;
  isCohost: boolean;
}

/** What one can do with a person: how loud they are, and as a host everything else. It holds a slider, so that it is no menu by its role. */
export function PersonMenu({ room, person, powers, isCohost }: Props) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<Asked | undefined>();
  const title = t('call.actionsFor', { name: person.name });
  const close = () => setAnchor(null);
  return (
    <>
      <IconButton
        aria-label={title}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        data-testid="person-menu"
        sx={{ width: 44, height: 44, flex: 'none' }}
      >
        <MoreIcon />
      </IconButton>
      <Popover
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': title, sx: { width: 272, py: 0.5, borderRadius: 3 } } }}
      >
        <Typography noWrap dir="auto" sx={{ px: 2, pt: 1, fontWeight: 640 }}>
          {person.name}
        </Typography>
        <VolumeControl account={person.account} name={person.name} />
        {powers !== undefined && (
          <>
            <Divider sx={{ my: 0.5 }} />
            <PersonActions
              room={room}
              person={person}
              powers={powers}
              isCohost={isCohost}
              onDone={close}
              onAsk={(what) => {
                close();
                setAsked(what);
              }}
            />
          </>
        )}
      </Popover>
      {powers !== undefined && <PersonConfirm room={room} person={person} asked={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}
