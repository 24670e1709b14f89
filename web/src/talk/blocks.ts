// Which part of a long list of messages is drawn. Messages come in blocks of a fixed count, by their place in the list; those near what is seen are
// drawn, the others are empty space of the height that they had or will probably have.
export const BLOCK = 25;

/** Whole blocks, by number; `last` is the one after the last. */
export interface Window {
  first: number;
  last: number;
}

export function blockRange(first: number, count: number): Window {
  return { first: Math.floor(first / BLOCK), last: Math.ceil((first + count) / BLOCK) };
}

const USUAL_HEIGHT = BLOCK * 52;

export class BlockHeights {
  readonly #known = new Map<number, number>();
  #sum = 0;

  set(block: number, height: number): void {
    this.#sum += height - (this.#known.get(block) ?? 0);
    this.#known.set(block, height);
  }

  of(block: number): number {
    return this.#known.get(block) ?? (this.#known.size === 0 ? USUAL_HEIGHT : this.#sum / this.#known.size);
  }

  /** The height of the blocks from one to before another. */
  between(first: number, last: number): number {
    let sum = 0;
    for (let block = first; block < last; block += 1) sum += this.of(block);
    return sum;
  }

  /** The blocks that a viewport sees, and a viewport's height more on both sides. */
  near(range: Window, scrollTop: number, viewport: number): Window {
    const [top, bottom] = [scrollTop - viewport, scrollTop + 2 * viewport];
    let { first } = range;
    let y = 0;
    while (first < range.last - 1 && y + this.of(first) < top) {
      y += this.of(first);
      first += 1;
    }
    let last = first;
    while (last < range.last && (y < bottom || last === first)) {
      y += this.of(last);
      last += 1;
    }
    return { first, last };
  }

  /** The blocks at the end. */
  end(range: Window, viewport: number): Window {
    let first = range.last;
    let height = 0;
    while (first > range.first && height < 2 * viewport) {
      first -= 1;
      height += this.of(first);
    }
    return { first, last: range.last };
  }
}
