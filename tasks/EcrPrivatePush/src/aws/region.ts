import { TaskFailure } from '../failure.js';
import type { Parsed } from '../image-reference.js';
import type { InstanceMetadata } from './instance-metadata.js';

declare const brand: unique symbol;
/** An AWS region's code, such as `ap-northeast-1`. */
export type Region = string & { readonly [brand]: 'Region' };

interface ResolvedRegion {
  readonly region: Region;
  readonly source: 'input' | 'AWS_REGION' | 'AWS_DEFAULT_REGION' | 'instance metadata';
}

const regionPattern = /^[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}$/;
const regionVariables = ['AWS_REGION', 'AWS_DEFAULT_REGION'] as const;

export function parseRegion(text: string): Parsed<Region> {
  if (regionPattern.test(text)) return { ok: true, value: text as Region };
  return { ok: false, rule: "an AWS region's code", example: 'ap-northeast-1' };
}

/**
 * The region to work in, from the first place that names one: the input, AWS_REGION, AWS_DEFAULT_REGION, the
 * instance's identity.
 *
 * @throws {TaskFailure} EPP202 when no place names one, or the first that does names what is no region.
 */
export async function resolveRegion(places: {
  readonly input: Region | undefined;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly metadata: InstanceMetadata;
  readonly signal: AbortSignal;
}): Promise<ResolvedRegion> {
  if (places.input !== undefined) return { region: places.input, source: 'input' };
  for (const source of regionVariables) {
    const text = places.environment[source];
    if (text !== undefined && text !== '') return { region: checked(text, source), source };
  }
  const answer = await places.metadata.region(places.signal);
  if (answer.kind === 'none') throw nowhere(answer.reason);
  return { region: checked(answer.region, 'instance metadata'), source: 'instance metadata' };
}

function checked(text: string, source: ResolvedRegion['source']): Region {
  const parsed = parseRegion(text);
  if (parsed.ok) return parsed.value;
  throw new TaskFailure('EPP202', {
    what: `The region that ${source} gives is not valid.`,
    why: `It is '${text.slice(0, 64)}', which is not ${parsed.rule}.`,
    fix: `Correct it, or set the input 'region', for example to ${parsed.example}.`,
  });
}

function nowhere(metadataReason: string): TaskFailure {
  return new TaskFailure('EPP202', {
    what: 'No AWS region was found.',
    why: `The input 'region' is empty; the variables ${regionVariables.join(' and ')} are not set; instance metadata gave none: ${metadataReason}.`,
    fix: "Set the input 'region', for example to ap-northeast-1, or AWS_REGION on the agent.",
  });
}
