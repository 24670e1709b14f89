import { useTranslation } from 'react-i18next';
import { ButtonLink } from './ButtonLink';
import { SearchIcon } from './icons';
import { Shell } from './Shell';
import { StatusPage } from './StatusPage';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Shell title={t('nav.notFound')}>
      <StatusPage testId="page-not-found" icon={<SearchIcon />} title={t('page.notFound.title')} body={t('page.notFound.body')}>
        <ButtonLink variant="contained" to="/">
          {t('action.toLobby')}
        </ButtonLink>
      </StatusPage>
    </Shell>
  );
}
