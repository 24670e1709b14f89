/** A badge without a number still holds the last one, for its way out; it must not be read. */
export const NO_EMPTY_BADGE = { '& .MuiBadge-invisible': { display: 'none' } } as const;
