// Which language the page speaks: what a person chose, else what the browser asks for. In: the wishes. Out: a store of what is spoken.
import { Store } from '../ui/store';
import type { KeptStorage } from '../ui/storage';
import { isLanguage, localeOf, matchLanguage, DEFAULT_LANGUAGE, type LanguageCode } from './languages';

/** Not JSON, since the script before the first paint reads it as it is. */
const KEY = 'rotunda.language';

export interface Spoken {
  code: LanguageCode;
  /** False when the page follows the browser. */
  chosen: boolean;
}

interface Means {
  storage: (KeptStorage & Pick<Storage, 'removeItem'>) | undefined;
  /** The browser's languages, most wished first. */
  wishes: () => readonly string[];
  /** Fetches the words; rejects when they cannot be had. */
  load: (code: LanguageCode) => Promise<void>;
  /** Says everything in the language from now on, numbers and dates as the locale has them. */
  speak: (code: LanguageCode, locale: string) => void;
}

export class LanguageChoice {
  readonly spoken = new Store<Spoken>({ code: DEFAULT_LANGUAGE, chosen: false });
  readonly #means: Means;
  #turn = 0;

  constructor(means: Means) {
    this.#means = means;
  }

  /** Begins to speak: English when the words of the right language cannot be had. Rejects when those cannot be had either. */
  async start(): Promise<void> {
    await this.#change(this.#kept()).catch(() => this.#change(DEFAULT_LANGUAGE));
  }

  /** Speaks another language from now on and on later visits; `undefined`: whatever the browser asks for. Rejects when the words cannot be had; then all stays as it was. */
  async choose(code: LanguageCode | undefined): Promise<void> {
    if (!(await this.#change(code))) return;
    try {
      if (code === undefined) this.#means.storage?.removeItem(KEY);
      else this.#means.storage?.setItem(KEY, code);
    } catch {
      // Forbidden or full: it holds until the page is left.
    }
  }

  /** What the browser asks for. */
  wished(): LanguageCode {
    return matchLanguage(this.#means.wishes());
  }

  /** False when another choice was made while the words were fetched: that one counts. */
  async #change(chosen: LanguageCode | undefined): Promise<boolean> {
    this.#turn += 1;
    const turn = this.#turn;
    const code = chosen ?? this.wished();
    await this.#means.load(code);
    if (turn !== this.#turn) return false;
    this.#means.speak(code, localeOf(code, this.#means.wishes()));
    this.spoken.set({ code, chosen: chosen !== undefined });
    return true;
  }

  #kept(): LanguageCode | undefined {
    try {
      const kept = this.#means.storage?.getItem(KEY);
      return isLanguage(kept) ? kept : undefined;
    } catch {
      return undefined;
    }
  }
}
