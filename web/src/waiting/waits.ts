// Whether this tab waits in front of a room, so that a reload goes on waiting. In the tab's own storage: another tab does not wait because this one does.
const KEY = 'rotunda.waits';

export function waitsFor(roomId: string, storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = () => sessionStorage) {
  return {
    get(): boolean {
      try {
        return storage().getItem(KEY) === roomId;
      } catch {
        return false;
      }
    },
    set(waits: boolean): void {
      try {
        if (waits) storage().setItem(KEY, roomId);
        else storage().removeItem(KEY);
      } catch {
        // Then a reload leads to the step before the call.
      }
    },
  };
}
