import type { Vertex } from './control.js';

/**
 * The image that the built stage starts from, as BuildKit resolved it: read from the vertex of its FROM. A stage that
 * is based on another one has that one's base.
 *
 * @returns undefined for `FROM scratch`, and where the vertices do not tell.
 */
export function baseImageOf(vertices: readonly Vertex[]): string | undefined {
  const byDigest = new Map(vertices.map((vertex) => [vertex.digest, vertex]));
  let current = lastInstruction(vertices);
  while (current !== undefined) {
    const from = /^\[[^\]]*\] FROM (?:--platform=\S+ )?(\S+)/.exec(current.name);
    if (from !== null) return from[1];
    current = rootInput(current, byDigest);
  }
  return undefined;
}

/** BuildKit leaves out what the target does not need, so that only the last instruction is nobody's input. */
function lastInstruction(vertices: readonly Vertex[]): Vertex | undefined {
  const used = new Set(vertices.flatMap(({ inputs }) => inputs));
  const last = vertices.filter(({ digest, name }) => isInstruction(name) && !used.has(digest));
  return last.length === 1 ? last[0] : undefined;
}

/**
 * The vertex whose files this instruction changes: its first input. A COPY with one input has only its source, as it
 * stands on nothing.
 */
function rootInput({ name, inputs }: Vertex, byDigest: ReadonlyMap<string, Vertex>): Vertex | undefined {
  const isCopy = /^\[[^\]]*\] (?:COPY|ADD) /.test(name);
  const root = isCopy && inputs.length < 2 ? undefined : inputs[0];
  const vertex = root === undefined ? undefined : byDigest.get(root);
  return vertex !== undefined && isInstruction(vertex.name) ? vertex : undefined;
}

function isInstruction(name: string): boolean {
  return /^\[[^\]]*\d+\/\d+\] /.test(name);
}
