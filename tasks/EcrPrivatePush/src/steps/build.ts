import type { BuildRequest, BuiltImage } from '../docker/build-request.js';
import { formatBytes } from '../report/format.js';
import type { Run } from '../run.js';
import { baseImageCredentials } from './base-image-credentials.js';
import type { LocalNames } from './local-names.js';
import type { PushTarget, ReadyEngine } from './preflight.js';

/**
 * Builds the image under the run's temporary name.
 *
 * @throws {TaskFailure} EPP102, EPP403 to EPP409.
 */
export async function buildImage(
  request: BuildRequest,
  engine: ReadyEngine,
  target: PushTarget | undefined,
  names: LocalNames,
  run: Run,
): Promise<BuiltImage> {
  const { agent, clock, signal } = run;
  const [{ buildWithBuildKit }, { openContextTar }] = await Promise.all([
    import('../docker/buildkit/build-image.js'),
    import('../docker/context/tar.js'),
  ]);
  const { repository, tag } = names.temporary;
  const { context, dockerfile } = request;
  const onSent = ({ files, bytes }: { readonly files: number; readonly bytes: number }): void => {
    agent.log.info(
      `Context      ${files === 1 ? '1 file' : `${String(files)} files`}, ${formatBytes(bytes)}, sent from ${context}`,
    );
  };
  return buildWithBuildKit({
    docker: engine.connection.docker,
    request,
    name: `${repository}:${tag}`,
    openContext: () => openContextTar({ context, dockerfile, signal, onSent }),
    credentials: baseImageCredentials(run, target),
    log: agent.log,
    clock,
    signal,
  });
}
