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
  return (
    <StatusPage
      testId={chunk ? 'page-updated' : 'page-crashed'}
      tone={chunk ? 'calm' : 'error'}
      icon={<AlertIcon />}
      title={t(chunk ? 'page.updated.title' : 'page.crashed.title')}
      body={t(chunk ? 'page.updated.body' : 'page.crashed.body')}
    >
      <Button variant="contained" onClick={() => location.reload()}>
        {t('action.reload')}
      </Button>
    </StatusPage>
  );
}
