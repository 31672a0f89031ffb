interface Instruction {
  /** From 1. */
  readonly line: number;
  /** With its continuation lines, white space as single spaces. */
  readonly text: string;
}

/**
 * The line of the instruction that a step is, for engines that do not say it: the instruction at the step's place in
 * its stage. BuildKit counts the FROM of an image and every instruction that changes files.
 *
 * @param step as BuildKit names it, variables replaced: `[stage-1 2/3] RUN make`.
 * @returns undefined where it is not certain.
 */
export function instructionLine(dockerfile: string, step: string): number | undefined {
  const [, stage = '', place, keyword] = /^\[(?:(?:.* )?(\S+) )?(\d+)\/\d+\] (\S+)/.exec(step) ?? [];
  if (place === undefined) return undefined;
  const counted = stagesOf(dockerfile).find(({ name }) => stage === '' || name === stage)?.counted ?? [];
  const instruction = counted[Number(place) - 1];
  return instruction !== undefined && keywordOf(instruction) === keyword ? instruction.line : undefined;
}

/** The line of the FROM that names an image, which the engine writes out in full: `docker.io/library/alpine:3.19`. */
export function fromLine(dockerfile: string, image: string): number | undefined {
  const froms = instructions(dockerfile).filter((instruction) => keywordOf(instruction) === 'FROM');
  const same = froms.filter(({ text }) => familiarName(imageOf(text)) === familiarName(image));
  return same[0]?.line;
}

function familiarName(image: string): string {
  return image
    .replace(/^docker\.io\/(?:library\/)?/, '')
    .replace(/@sha256:.*$/, '')
    .replace(/:latest$/, '');
}

function imageOf(from: string): string {
  return /^\S+ (?:--\S+ )*(\S+)/.exec(from)?.[1] ?? '';
}

interface Stage {
  /** As BuildKit names it: by its `AS` name, else `stage-` and its number from 0. */
  readonly name: string;
  readonly counted: Instruction[];
}

const countedKeywords = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

function stagesOf(dockerfile: string): readonly Stage[] {
  const stages: Stage[] = [];
  for (const instruction of instructions(dockerfile)) {
    const keyword = keywordOf(instruction);
    if (keyword === 'FROM') {
      const base = imageOf(instruction.text);
      const name = / AS (\S+)$/i.exec(instruction.text)?.[1];
      const isImage = base !== 'scratch' && stages.every((stage) => stage.name !== base.toLowerCase());
      stages.push({
        name: name?.toLowerCase() ?? `stage-${String(stages.length)}`,
        counted: isImage ? [instruction] : [],
      });
    } else if (countedKeywords.has(keyword)) stages.at(-1)?.counted.push(instruction);
  }
  return stages;
}

/** BuildKit writes it in capitals. */
function keywordOf({ text }: Instruction): string {
  return text.split(' ', 1)[0]?.toUpperCase() ?? '';
}

function instructions(dockerfile: string): readonly Instruction[] {
  const escape = /^#\s*escape\s*=\s*`/im.test(dockerfile) ? '`' : '\\';
  const found: Instruction[] = [];
  let started: Instruction | undefined;
  for (const [index, raw] of dockerfile.split(/\r?\n/).entries()) {
    const line = raw.trim();
    // Comments and empty lines may also stand inside an instruction.
    if (line === '' || line.startsWith('#')) continue;
    const continues = line.endsWith(escape);
    const part = continues ? line.slice(0, -1) : line;
    started =
      started === undefined
        ? { line: index + 1, text: part }
        : { ...started, text: `${started.text} ${part}` };
    if (continues) continue;
    found.push({ ...started, text: singleSpaced(started.text) });
    started = undefined;
  }
  return found;
}

function singleSpaced(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
