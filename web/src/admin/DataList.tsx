// A list of things with the same facts: a table where there is room for one, else a card each. Both say the same to those who listen.
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { Theme } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { HIDDEN } from '../ui/hidden';

export interface Column<Row> {
  id: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the end of their cell. */
  figure?: boolean;
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  idOf: (row: Row) => string | number;
  /** What a thing is called: heads its row or card. */
  headLabel: string;
  head: (row: Row) => ReactNode;
  columns: readonly Column<Row>[];
  /** What can be done with it. */
  actions: (row: Row) => ReactNode;
  /** Stands for a thing in tests; `data` for what they look for in it. */
  testId: string;
  data?: (row: Row) => Record<`data-${string}`, string | number | boolean>;
}

export function DataList<Row>(props: Props<Row>) {
  const wide = useMediaQuery((theme: Theme) => theme.breakpoints.up('md'));
  return wide ? <AsTable {...props} /> : <AsCards {...props} />;
}

function AsTable<Row>({ label, rows, idOf, headLabel, head, columns, actions, testId, data }: Props<Row>) {
  const { t } = useTranslation();
  return (
    <Table aria-label={label} sx={{ '& th, & td': { borderColor: 'divider', py: 1, px: 1.25, fontSize: '0.93rem' }, '& td': { whiteSpace: { lg: 'nowrap' } }, '& tbody tr:last-of-type > *': { borderBottom: 0 } }}>
      <TableHead>
        <TableRow sx={{ '& th': { color: 'text.secondary', fontWeight: 560, fontSize: '0.85rem', whiteSpace: 'nowrap' } }}>
          <TableCell sx={{ paddingInlineStart: '0 !important' }}>{headLabel}</TableCell>
          {columns.map(({ id, label: name, figure = false }) => (
            <TableCell key={id} sx={{ textAlign: figure ? 'end' : 'start' }}>
              {name}
            </TableCell>
          ))}
          <TableCell>
            <Box component="span" sx={HIDDEN}>
              {t('admin.list.actions')}
            </Box>
          </TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={idOf(row)} data-testid={testId} {...data?.(row)}>
            <TableCell component="th" scope="row" sx={{ width: columns.length > 4 ? '28%' : '40%', minWidth: 160, paddingInlineStart: '0 !important', fontWeight: 'inherit' }}>
              {head(row)}
            </TableCell>
            {columns.map(({ id, cell, figure = false }) => (
              <TableCell key={id} sx={{ textAlign: figure ? 'end' : 'start', ...(figure ? { fontVariantNumeric: 'tabular-nums' } : {}) }}>
                {cell(row)}
              </TableCell>
            ))}
            <TableCell sx={{ textAlign: 'end', width: 56, whiteSpace: 'nowrap', paddingInlineEnd: '0 !important' }}>{actions(row)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function AsCards<Row>({ label, rows, idOf, head, columns, actions, testId, data }: Props<Row>) {
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {rows.map((row) => (
        <Box
          component="li"
          key={idOf(row)}
          data-testid={testId}
          {...data?.(row)}
          sx={{ py: 1.25, borderTop: 1, borderColor: 'divider', '&:first-of-type': { borderTop: 0 } }}
        >
          <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1 }}>
            <Box sx={{ flex: 1, minWidth: 0, pt: 0.75 }}>{head(row)}</Box>
            <Box sx={{ flex: 'none', marginInlineEnd: -1 }}>{actions(row)}</Box>
          </Box>
          <Box component="dl" sx={{ m: 0, mt: 0.5, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(132px, 1fr))', columnGap: 2, rowGap: 0.75 }}>
            {columns.map(({ id, label: name, cell }) => (
              <Box key={id} sx={{ minWidth: 0 }}>
                <Typography component="dt" sx={{ color: 'text.secondary', fontSize: '0.78rem' }}>
                  {name}
                </Typography>
                <Box component="dd" sx={{ m: 0, fontSize: '0.92rem', overflowWrap: 'anywhere' }}>
                  {cell(row)}
                </Box>
              </Box>
            ))}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** A name with what is small beside or below it. */
export function Named({ name, below, children }: { name: ReactNode; below?: ReactNode; children?: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, rowGap: 0.25 }}>
        <Box component="bdi" sx={{ fontWeight: 560, overflowWrap: 'anywhere' }}>
          {name}
        </Box>
        {children}
      </Box>
      {below !== undefined && (
        <Box component="bdi" sx={{ display: 'block', color: 'text.secondary', fontSize: '0.88rem', overflowWrap: 'anywhere' }}>
          {below}
        </Box>
      )}
    </Box>
  );
}
