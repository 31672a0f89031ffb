import { invalid, optionalText, type Input } from './input.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

/** The page that `maxResults` (1 to 1000, default 100) and `nextToken` ask for. */
export function pageOf<T>(all: readonly T[], input: Input): Page<T> {
  const size = input['maxResults'] ?? 100;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > 1000)
    throw invalid('maxResults', 'must be between 1 and 1000');
  const token = optionalText(input, 'nextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) throw invalid('nextToken', 'must be one that a call has returned');
  const end = start + size;
  const nextToken = end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: all.slice(start, end), nextToken };
}
