// What the page loads for a call, in a chunk of its own.
export { CallView as View } from './CallView';
export { createPort } from './livekit';
