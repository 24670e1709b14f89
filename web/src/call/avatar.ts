// A stand-in for a picture: initials on a colour that stays the same for the same person.

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => word !== '');
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .filter((word) => word !== undefined)
    .map((word) => (Array.from(word)[0] ?? '').toLocaleUpperCase())
    .join('');
}

/** The account part of an identity, so that a person's devices have one colour. */
export function accountOf(identity: string): string {
  return identity.split(':', 1)[0] ?? identity;
}

/** Whether the account part of an identity is the id of somebody without an account, in the form that the server gives them. */
export function isGuest(account: string): boolean {
  return /^g[0-9a-f]{32}$/.test(account);
}

export function hueOf(identity: string): number {
  let hash = 0;
  for (const character of accountOf(identity)) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  // Multiples of the golden angle lie far apart even for neighbouring account numbers.
  return Math.round((hash * 137.508) % 360);
}
