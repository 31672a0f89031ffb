import type { Answer } from '../answer.js';
import type { StoredRepository } from '../store.js';

/** ECR's page size where the client asks for none, or for more. */
const largestPage = 1000;

/** Tags in their order, in pages: `n` and `last` of the Distribution specification. */
export function listTags(query: URLSearchParams, repository: StoredRepository): Answer {
  const last = query.get('last') ?? '';
  const asked = Number(query.get('n') ?? largestPage);
  const size = Number.isInteger(asked) && asked > 0 ? Math.min(asked, largestPage) : largestPage;
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const tags = rest.slice(0, size);
  const next = new URLSearchParams({ last: tags.at(-1) ?? '', n: String(size) }).toString();
  const link =
    rest.length > size ? { Link: `</v2/${repository.name}/tags/list?${next}>; rel="next"` } : undefined;
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', ...link },
    body: JSON.stringify({ name: repository.name, tags }),
  };
}
