// A phone must not go dark in the middle of a call.

/** Keeps the screen on, where the browser can, until the returned function is called. */
export function keepScreenOn(): () => void {
  const wakeLock = (navigator as Partial<Navigator>).wakeLock;
  if (wakeLock === undefined) return () => undefined;
  let done = false;
  let held: WakeLockSentinel | undefined;
  const hold = () => {
    if (document.visibilityState !== 'visible' || done) return;
    wakeLock.request('screen').then(
      (lock) => {
        held = lock;
        if (done) void lock.release();
      },
      // A low battery may forbid it.
      () => undefined,
    );
  };
  hold();
  // The browser lets go whenever the page is hidden.
  document.addEventListener('visibilitychange', hold);
  return () => {
    done = true;
    document.removeEventListener('visibilitychange', hold);
    void held?.release();
  };
}
