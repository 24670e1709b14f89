import IconButton from '@mui/material/IconButton';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Call } from '../api/admin';
import { ListState } from '../room/ListState';
import { ChevronRightIcon } from '../ui/icons';
import { numberIn } from '../i18n/format';
import { titleOf, worst } from './callView';
import { DataList, Named } from './DataList';
import { adminErrorText } from './errors';
import { bitrate, duration } from './format';
import { Card, Frame } from './Frame';
import { NoRows } from './marks';
import { Pager } from './Pager';
import { adminPath } from './paths';
import { Quality } from './Quality';
import { useCalls } from './useAdmin';
import { useListAddress } from './useListAddress';

/** The calls that go on now; the list renews itself. */
export function CallsTab() {
  const { t, i18n } = useTranslation();
  const address = useListAddress();
  const list = useCalls({ after: address.after });
  const calls = list.data?.calls ?? [];
  const { language } = i18n;
  return (
    <Frame title={t('admin.calls.heading')} intro={t('admin.calls.intro')} place={address.page}>
      <ListState query={list} loading={t('admin.loading')} words={adminErrorText} />
      {list.data !== undefined && calls.length === 0 && <NoRows page={address.page} empty={t('admin.calls.empty')} hint={t('admin.calls.emptyHint')} />}
      {calls.length > 0 && (
        <Card>
          <DataList<Call>
            label={t('admin.calls.list')}
            rows={calls}
            idOf={({ room }) => room}
            testId="call-row"
            data={({ room, people }) => ({ 'data-call': room, 'data-people': people })}
            headLabel={t('admin.calls.title')}
            head={(call) => <Named name={titleOf(call)} below={call.title === null ? t('admin.calls.unnamed') : undefined} />}
            columns={[
              { id: 'people', label: t('admin.calls.people'), figure: true, cell: ({ people }) => numberIn(language, people) },
              { id: 'since', label: t('admin.calls.since'), figure: true, cell: ({ since }) => <Since since={since} /> },
              { id: 'in', label: t('admin.calls.bitrateIn'), figure: true, cell: ({ bitrateIn }) => bitrate(bitrateIn, language) },
              { id: 'out', label: t('admin.calls.bitrateOut'), figure: true, cell: ({ bitrateOut }) => bitrate(bitrateOut, language) },
              { id: 'quality', label: t('admin.calls.quality'), cell: ({ quality }) => <Quality quality={worst(quality)} counts={quality} /> },
            ]}
            actions={(call) => (
              <IconButton component={Link} to={adminPath('calls', call.room)} aria-label={t('admin.calls.open', { title: titleOf(call) })} data-testid="open-call">
                <ChevronRightIcon />
              </IconButton>
            )}
          />
        </Card>
      )}
      <Pager address={address} next={list.data?.next} />
    </Frame>
  );
}

/** How long something has gone on, by this computer's clock. */
export function Since({ since }: { since: string | null }) {
  const { t, i18n } = useTranslation();
  const at = Date.parse(since ?? '');
  // Drawn anew with each answer, so every two seconds.
  // eslint-disable-next-line react-hooks/purity -- the time is what is shown
  return Number.isNaN(at) ? t('admin.list.none') : duration(Date.now() - at, i18n.language);
}
