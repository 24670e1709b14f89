// zod, in its small form, and told first of all not to compile schemas: that needs eval, which the content security policy forbids, and even
// asking whether it is allowed is reported as a breach. Everything takes zod from here.
import { config } from 'zod/mini';

config({ jitless: true });

export * from 'zod/mini';
