/** Out of sight, not out of the document: for what is only listened to. */
export const HIDDEN = { position: 'absolute', width: '1px', height: '1px', p: 0, overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' } as const;
