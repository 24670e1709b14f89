/** Calls back when the page is looked at again, until the returned function is called. */
export function onPageReturn(listener: () => void): () => void {
  const changed = () => {
    if (!document.hidden) listener();
  };
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
