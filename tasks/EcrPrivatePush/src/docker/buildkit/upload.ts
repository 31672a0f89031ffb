import type { Readable } from 'node:stream';
import type { Service } from './session.js';
import { bytesMessage } from './session-messages.js';

export const uploadPath = '/moby.upload.v1.Upload/Pull';

/** The engine's gRPC takes messages of up to 4 MiB; their own overhead is a few bytes. */
const largestPiece = 3 * 1024 * 1024;

/** Sends the context, no faster than the engine takes it. */
export function upload(openContext: () => Readable): Service {
  return async ({ signal, send }) => {
    const context = openContext();
    const stop = (): void => void context.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of context as AsyncIterable<Buffer>)
        for (let start = 0; start < chunk.length; start += largestPiece)
          await send(bytesMessage.encode({ data: chunk.subarray(start, start + largestPiece) }));
    } finally {
      signal.removeEventListener('abort', stop);
      context.destroy();
    }
  };
}
