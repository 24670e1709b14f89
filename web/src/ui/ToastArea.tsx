import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import { useTranslation } from 'react-i18next';
import { useStore } from './store';
import { AlertIcon, CheckIcon, CloseIcon, InfoIcon } from './icons';
import { toasts, type Toast } from './toasts';

/** Top centre of every page. Clicks pass beside the toasts, which therefore stay until they are closed or have been read. */
export function ToastArea() {
  const { t } = useTranslation();
  const list = useStore(toasts.list);
  return (
    <Box
      role="region"
      aria-label={t('toast.region')}
      aria-live="polite"
      aria-relevant="additions"
      data-testid="toasts"
      sx={{
        position: 'fixed',
        top: 'calc(12px + env(safe-area-inset-top))',
        left: 0,
        right: 0,
        zIndex: 'tooltip',
        display: 'flex',
        flexDirection: 'column',
        alignItems: 'center',
        gap: 1,
        px: 2,
        pointerEvents: 'none',
      }}
    >
      {list.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </Box>
  );
}

const ICONS = { success: <CheckIcon fontSize="inherit" />, info: <InfoIcon fontSize="inherit" />, error: <AlertIcon fontSize="inherit" /> } as const;

function ToastView({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  const act = () => {
    toasts.close(toast.id);
    toast.action?.run();
  };
  return (
    <Alert
      severity={toast.kind}
      variant="standard"
      icon={ICONS[toast.kind]}
      action={
        <>
          {toast.action !== undefined && (
            <Button onClick={act} data-testid="toast-action" sx={{ minHeight: 40, px: 1.5, whiteSpace: 'nowrap' }}>
              {toast.action.label}
            </Button>
          )}
          <IconButton onClick={() => toasts.close(toast.id)} aria-label={t('action.close')} color="inherit" size="small">
            <CloseIcon fontSize="small" />
          </IconButton>
        </>
      }
      onPointerEnter={() => toasts.pause(toast.id)}
      onPointerLeave={() => toasts.resume(toast.id)}
      onFocus={() => toasts.pause(toast.id)}
      onBlur={() => toasts.resume(toast.id)}
      data-testid={`toast-${toast.kind}`}
      sx={{
        pointerEvents: 'auto',
        maxWidth: 520,
        alignItems: 'center',
        bgcolor: 'background.paper',
        color: 'text.primary',
        border: 1,
        borderColor: 'divider',
        boxShadow: '0 8px 28px rgb(0 0 0 / 0.22)',
        py: 0.25,
        '& .MuiAlert-message': { display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden', py: 1 },
        '& .MuiAlert-action': { pt: 0, alignItems: 'center' },
      }}
    >
      {toast.text}
    </Alert>
  );
}
