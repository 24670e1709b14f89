// Whether a machine keeps up with changing the background of every frame. One that does not gets less to do; one that does not even then gives up.

export class KeepUp {
  /** Slower than eight pictures a second is no longer fluid. */
  static readonly SLOW_MS = 125;
  /** Slower than two is no picture of a person who speaks. */
  static readonly TOO_SLOW_MS = 500;
  /** Looks in a row that must agree, so that a program that starts elsewhere decides nothing. */
  static readonly LOOKS = 6;
  #lighter = false;
  #slow = 0;

  /** One look, about every two seconds: the mean time that a frame took. */
  look(frameMs: number): 'keepsUp' | 'lighter' | 'tooSlow' {
    this.#slow = frameMs > (this.#lighter ? KeepUp.TOO_SLOW_MS : KeepUp.SLOW_MS) ? this.#slow + 1 : 0;
    if (this.#slow < (this.#lighter ? KeepUp.LOOKS : KeepUp.LOOKS / 2)) return 'keepsUp';
    this.#slow = 0;
    if (this.#lighter) return 'tooSlow';
    this.#lighter = true;
    return 'lighter';
  }
}
