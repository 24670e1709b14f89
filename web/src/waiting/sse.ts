// Reads server-sent events (the HTML standard, section 9.2) out of a body that comes in pieces. In: text. Out: what each event says.

export interface ServerEvent {
  kind: string;
  data: string;
}

/** A line or an event beyond this is none of our server's. */
const LONGEST = 64_000;

export class EventReader {
  /** The id of the newest event: where a stream that broke goes on. */
  lastId = '';
  /** How long the server wishes its clients to wait before they come again. */
  retryMs: number | undefined;
  #rest = '';
  #kind = '';
  #data: string[] = [];

  /** Takes the next piece, and gives the events that it completed. */
  read(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LONGEST);
    return lines.flatMap((line) => this.#line(line.replace(/\r$/, '')) ?? []);
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#kind = value;
    else if (field === 'data' && this.#data.length < LONGEST) this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.lastId = value;
    else if (field === 'retry' && /^\d{1,6}$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #end(): ServerEvent | undefined {
    const event = { kind: this.#kind === '' ? 'message' : this.#kind, data: this.#data.join('\n') };
    const empty = this.#data.length === 0;
    this.#kind = '';
    this.#data = [];
    return empty ? undefined : event;
  }
}
