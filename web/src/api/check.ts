// The border between the server's answers and the app: what passes has the shape that its type says.
import type * as z from '../zod';
import { ApiError } from './errors';

export function check<T>(schema: z.ZodMiniType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) throw new ApiError({ kind: 'malformed' });
  return result.data;
}
