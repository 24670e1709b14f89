import IconButton from '@mui/material/IconButton';
import type { SxProps } from '@mui/material/styles';
import type { ComponentProps } from 'react';

type Props = Omit<ComponentProps<typeof IconButton>, 'aria-label' | 'sx'> & { label: string; sx?: SxProps; 'data-testid'?: string };

/** A round button on a picture, readable on any. */
export function TileButton({ label, sx, ...rest }: Props) {
  return (
    <IconButton
      aria-label={label}
      title={label}
      {...rest}
      sx={[
        {
          width: 44,
          height: 44,
          color: '#fff',
          bgcolor: 'rgb(12 16 18 / 0.72)',
          backgroundClip: 'content-box',
          p: '4px',
          transition: 'opacity 120ms',
          '&:hover': { bgcolor: 'rgb(12 16 18 / 0.9)', backgroundClip: 'content-box' },
          '&:focus-visible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: -3 },
          '& svg': { fontSize: 20 },
        },
        sx as object,
      ]}
    />
  );
}
