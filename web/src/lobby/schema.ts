import * as z from '../zod';
import { ROOM_TYPES } from '../api/rooms';

export const TITLE_MAX = 200;
export const DESCRIPTION_MAX = 2_000;

export const newRoomSchema = z.object({
  title: z.string().check(z.trim(), z.minLength(1, 'form.required'), z.maxLength(TITLE_MAX, 'form.tooLong')),
  description: z.string().check(z.trim(), z.maxLength(DESCRIPTION_MAX, 'form.tooLong')),
  typeOf: z.enum(ROOM_TYPES),
  allowGuests: z.boolean(),
  waitingRoom: z.boolean(),
  /** As the browser's field for date and time has it. */
  scheduledOn: z.string(),
});
export type NewRoomForm = z.infer<typeof newRoomSchema>;
