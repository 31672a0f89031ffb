import { StringDecoder } from 'node:string_decoder';

/** Characters that no line of the engine comes near. */
const longestLine = 1024 * 1024;

/** Text that was to be JSON lines and is not. */
export class JsonLinesError extends Error {
  override readonly name = 'JsonLinesError';
}

/**
 * The values of newline-delimited JSON, one by one as they arrive, cut anywhere; blank lines hold none.
 *
 * @throws {JsonLinesError} for a line that is not JSON or longer than `limit` characters.
 */
export async function* jsonLines(source: AsyncIterable<Uint8Array>, limit = longestLine): AsyncGenerator {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))).split(
      '\n',
    );
    rest = lines.pop() ?? '';
    for (const line of lines) yield* parseLine(line, limit);
    if (rest.length > limit) throw tooLong(limit);
  }
  yield* parseLine(rest + decoder.end(), limit);
}

function* parseLine(line: string, limit: number): Generator {
  if (line.length > limit) throw tooLong(limit);
  if (line.trim() === '') return;
  try {
    yield JSON.parse(line) as unknown;
  } catch (error) {
    throw new JsonLinesError(`not JSON: ${line.slice(0, 200)}`, { cause: error });
  }
}

function tooLong(limit: number): JsonLinesError {
  return new JsonLinesError(`a line is longer than ${String(limit)} characters`);
}
