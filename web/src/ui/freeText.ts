/** For elements that show what people wrote themselves, such as names: it is read in its own direction, and stands at the edge where the page's text begins. */
export const FREE_TEXT = { dir: 'auto', style: { textAlign: 'match-parent' } } as const;
