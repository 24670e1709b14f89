// As whom the page asks the server. In most places that is the account that is logged in here; while the page shows a room to a guest, it is the
// guest, whose session is good for that room alone. A page shows one room at a time, so there is one such guest at most.
import type { Request } from './http';

export interface Asking {
  /** Sends a request with the access token; a 401 is answered by one refresh and one more try. */
  request: (request: Omit<Request, 'accessToken' | 'web'>) => Promise<unknown>;
  /** An access token for a request that is sent by other means; one that the server did not take is handed in for another. */
  bearer: (refused?: string) => Promise<string | undefined>;
}

export class Caller implements Asking {
  readonly #account: Asking;
  #guest: Asking | undefined;

  constructor(account: Asking) {
    this.#account = account;
  }

  /** From now on as this guest; returns what ends it. */
  become(guest: Asking): () => void {
    this.#guest = guest;
    return () => {
      if (this.#guest === guest) this.#guest = undefined;
    };
  }

  request: Asking['request'] = (request) => (this.#guest ?? this.#account).request(request);

  bearer: Asking['bearer'] = (refused) => (this.#guest ?? this.#account).bearer(refused);
}
