/** Lets the browser save a file under this name. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser takes its time to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
