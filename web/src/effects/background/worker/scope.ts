// A worker's global scope, which the page's types do not describe.

interface WorkerScope {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  importScripts(...addresses: string[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;

export function post(message: unknown, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

export function importScripts(address: string): void {
  scope.importScripts(address);
}

export function onMessage(listener: (data: unknown) => void): void {
  scope.onmessage = ({ data }: MessageEvent<unknown>) => listener(data);
}
