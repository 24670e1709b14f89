import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { translateError } from '../ui/serverErrors';
import { Spinner } from '../ui/Spinner';

interface Query {
  data: unknown;
  error: Error | null;
  refetch: () => unknown;
}

/** What stands for a list that is not there yet, or did not come. */
export function ListState({ query, loading, words = translateError }: { query: Query; loading: string; words?: typeof translateError }) {
  const { t } = useTranslation();
  if (query.error !== null)
    return (
      <Alert
        severity="error"
        data-testid="list-error"
        sx={{ flexWrap: { xs: 'wrap', sm: 'nowrap' }, '& .MuiAlert-message': { flex: '1 1 200px' } }}
        action={
          <Button color="inherit" onClick={() => query.refetch()}>
            {t('action.retry')}
          </Button>
        }
      >
        {words(t, query.error)}
      </Alert>
    );
  return query.data === undefined ? <Spinner label={loading} /> : null;
}
