// Reads the payload of an access token. The page never checks the signature: that is the server's work; it only wants the name and the times.
import * as z from '../zod';

const payloadSchema = z.object({
  user_id: z.pipe(z.union([z.string(), z.number()]), z.transform(String)),
  full_name: z.string(),
  exp: z.number(),
  iat: z.optional(z.number()),
});

export interface AccessToken {
  raw: string;
  user: User;
  /** How long the token lives from its making, so that a wrong clock on this machine does not matter. */
  lifetimeMs: number;
}

export interface User {
  id: string;
  name: string;
}

const FALLBACK_LIFETIME_MS = 60_000;

export function readAccessToken(raw: string): AccessToken | undefined {
  const part = raw.split('.')[1];
  if (part === undefined) return undefined;
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const payload = payloadSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const lifetimeMs = payload.iat === undefined ? FALLBACK_LIFETIME_MS : (payload.exp - payload.iat) * 1000;
    return { raw, user: { id: payload.user_id, name: payload.full_name }, lifetimeMs: Math.max(lifetimeMs, 1_000) };
  } catch {
    return undefined;
  }
}
