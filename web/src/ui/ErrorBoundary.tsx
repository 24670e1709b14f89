import Button from '@mui/material/Button';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertIcon } from './icons';
import { StatusPage } from './StatusPage';
import { isChunkError, upgrade } from './upgrade';

type Failure = 'none' | 'chunk' | 'crash';

/** Catches what breaks while rendering: a missing chunk after an upgrade, or a bug. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failure: Failure }> {
  override state: { failure: Failure } = { failure: 'none' };

  static getDerivedStateFromError(error: unknown): { failure: Failure } {
    return { failure: isChunkError(error) ? 'chunk' : 'crash' };
  }

  override componentDidCatch(error: unknown): void {
    if (isChunkError(error)) upgrade.chunkMissing();
  }

  override render(): ReactNode {
    if (this.state.failure === 'none') return this.props.children;
    return <Broken chunk={this.state.failure === 'chunk'} />;
  }
}

function Broken({ chunk }: { chunk: boolean }) {
  const { t } = useTranslation();
  if (chunk) return <UpdatedPage />;
  return (
    <StatusPage testId="page-crashed" tone="error" icon={<AlertIcon />} title={t('page.crashed.title')} body={t('page.crashed.body')}>
      <ReloadButton />
    </StatusPage>
  );
}

/** There is a new version on the server, and this page is of the old one. */
export function UpdatedPage() {
  const { t } = useTranslation();
  return (
    <StatusPage testId="page-updated" icon={<AlertIcon />} title={t('page.updated.title')} body={t('page.updated.body')}>
      <ReloadButton />
    </StatusPage>
  );
}

function ReloadButton() {
  const { t } = useTranslation();
  return (
    <Button variant="contained" onClick={() => location.reload()}>
      {t('action.reload')}
    </Button>
  );
}
