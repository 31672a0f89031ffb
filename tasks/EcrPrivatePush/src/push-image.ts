import { repositoryUri, type ImageId, type Tag } from './image-reference.js';
import type { Inputs } from './inputs.js';
import { Phases } from './phases.js';
import { formatDuration } from './report/format.js';
import { imageRef, imageUri, totalDuration, type PushReport } from './report/push-report.js';
import { closingLine, renderSummary } from './report/summary.js';
import type { Run } from './run.js';
import { buildImage } from './steps/build.js';
import { LocalNames } from './steps/local-names.js';
import { proveEngine, provePush } from './steps/preflight.js';
import { pushFirstTag } from './steps/push-first-tag.js';
import { pushReport } from './steps/push-report.js';
import { takeSourceImage } from './steps/source-image.js';
import { putFurtherTags, verifyEveryTag } from './steps/tags.js';

type BuildInputs = Extract<Inputs, { readonly build: unknown }>;

/**
 * The story of a run: preflight, build, push, verify, report.
 *
 * @returns the closing line.
 * @throws {TaskFailure} with any code but EPP1xx. The engine's names are then as they were before.
 */
export async function pushImage(inputs: Inputs, run: Run): Promise<string> {
  return inputs.command === 'build' ? buildOnly(inputs, run) : push(inputs, run);
}

async function push(inputs: Inputs, run: Run): Promise<string> {
  const { tags } = inputs;
  const phases = new Phases(run.clock);
  const [engine, target] = await phases.time('preflight', () => provePush(inputs, run));
  const names = new LocalNames(engine.connection, run);
  try {
    const image =
      inputs.command === 'push'
        ? { id: await takeSourceImage(inputs.sourceImage, engine, names, run), baseImage: undefined }
        : await phases.time('build', () => buildImage(inputs.build, engine, target, names, run));
    const pushed = await phases.time('push', () =>
      pushFirstTag(image.id, tags[0], engine, target, names, run),
    );
    await phases.time('tags', () => putFurtherTags(pushed, tags, target, run));
    await phases.time('verify', () => verifyEveryTag(pushed, tags, target, run));
    const { baseImage } = image;
    const closing = await report(pushReport({ baseImage, pushed, target, tags, phases: phases.times }), run);
    if (inputs.removeImage) await names.remove();
    else await keepNames(image.id, repositoryUri(target.repository), tags, names);
    return closing;
  } finally {
    await names.restore();
  }
}

/** Needs no AWS: the image stays in the engine, where a later `command: push` finds it by its local name. */
async function buildOnly(inputs: BuildInputs, run: Run): Promise<string> {
  const phases = new Phases(run.clock);
  const engine = await phases.time('preflight', () => proveEngine(run, run.signal));
  const names = new LocalNames(engine.connection, run);
  try {
    const image = await phases.time('build', () => buildImage(inputs.build, engine, undefined, names, run));
    await keepNames(image.id, inputs.repository, inputs.tags, names);
    run.agent.setOutput('imageUri', `${inputs.repository}:${inputs.tags[0]}`);
    run.agent.setOutput('imageTags', JSON.stringify(inputs.tags));
    return `Built ${image.id} as ${inputs.tags.map((tag) => `${inputs.repository}:${tag}`).join(', ')} in ${formatDuration(totalDuration(phases.times))}`;
  } finally {
    await names.restore();
  }
}

/** Leaves the image in the engine under every tag, as `docker build -t` does. */
async function keepNames(
  image: ImageId,
  repository: string,
  tags: readonly Tag[],
  names: LocalNames,
): Promise<void> {
  for (const tag of tags) await names.give(image, repository, tag);
  names.keep();
}

async function report(result: PushReport, { agent }: Run): Promise<string> {
  agent.setOutput('imageUri', imageUri(result));
  agent.setOutput('imageDigest', result.digest);
  agent.setOutput('imageRef', imageRef(result));
  agent.setOutput('imageTags', JSON.stringify(result.tags));
  await agent.uploadSummary(renderSummary(result));
  return closingLine(result);
}
