// What a catalogue of another language must have: all that English has, and the plural forms that its own grammar asks for.

type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Counted<Key> = Key extends `${infer Base}_${Plural}` ? Base : never;

/** The same tree with any words. `x_other` is in every language; which other forms there are differs, and the catalogues' test knows it. */
export type Translated<English> = {
  [Key in keyof English as Counted<Key> extends never ? Key : never]: English[Key] extends string ? string : Translated<English[Key]>;
} & { [Key in keyof English as Counted<Key> extends never ? never : `${Counted<Key> & string}_other`]: string } & {
  [Key in keyof English as Counted<Key> extends never ? never : `${Counted<Key> & string}_${Exclude<Plural, 'other'>}`]?: string;
};
