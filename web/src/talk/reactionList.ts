/** What one can react with. The words stand in i18n `talk.reaction.name`. */
export const REACTIONS = [
  { id: 'thumbsUp', emoji: '👍' },
  { id: 'heart', emoji: '❤️' },
  { id: 'laugh', emoji: '😂' },
  { id: 'applause', emoji: '👏' },
  { id: 'party', emoji: '🎉' },
  { id: 'surprise', emoji: '😮' },
] as const;

export type Reaction = (typeof REACTIONS)[number]['id'];

export function emojiOf(reaction: Reaction): string {
  return REACTIONS.find(({ id }) => id === reaction)?.emoji ?? '';
}

/** Some clients leave out the character that asks for a colourful heart. */
export function reactionOf(emoji: string): Reaction | undefined {
  const plain = emoji.replaceAll('\ufe0f', '');
  return REACTIONS.find((reaction) => reaction.emoji.replaceAll('\ufe0f', '') === plain)?.id;
}
