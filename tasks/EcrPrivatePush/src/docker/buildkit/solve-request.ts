import path from 'node:path';
import type { BuildRequest } from '../build-request.js';
import type { SolveRequest } from './control.js';

/** The name of the folder that holds the Dockerfile, and nothing else, for the frontend. */
export const dockerfileFolder = 'dockerfile';

/** The exporter of the Engine: into its own image store. */
const exporter = 'moby';

/**
 * What `docker build` asks of BuildKit. No attestation: ECR would show an image with one twice, and AWS Lambda
 * refuses it.
 *
 * @param session the id of the session that serves the context and the Dockerfile.
 * @param name the image's name in the engine.
 */
export function solveRequestOf(
  request: BuildRequest,
  session: string,
  name: string | undefined,
): Omit<SolveRequest, 'Ref'> {
  const Attrs = new Map(name === undefined ? [] : [['name', name]]);
  return {
    ExporterDeprecated: exporter,
    ExporterAttrsDeprecated: Attrs,
    Session: session,
    Frontend: 'dockerfile.v0',
    FrontendAttrs: frontendAttrs(request, session),
    Exporters: [{ Type: exporter, Attrs }],
  };
}

/** github.com/moby/buildkit, frontend/dockerui/config.go */
function frontendAttrs(request: BuildRequest, session: string): ReadonlyMap<string, string> {
  const { dockerfile, target, platform, pull, noCache, buildArgs, labels } = request;
  const attrs = new Map([
    // A name of its own: builds that run at the same time share whatever has the same URL.
    ['context', `http://buildkit-session/${session}`],
    // Else the frontend looks for the Dockerfile in the context, which may not hold it.
    ['dockerfilekey', dockerfileFolder],
    ['filename', path.basename(dockerfile)],
  ]);
  if (target !== undefined) attrs.set('target', target);
  if (platform !== undefined) attrs.set('platform', platform);
  if (pull) attrs.set('image-resolve-mode', 'pull');
  if (noCache) attrs.set('no-cache', '');
  for (const [key, value] of buildArgs) attrs.set(`build-arg:${key}`, value);
  for (const [key, value] of labels) attrs.set(`label:${key}`, value);
  return attrs;
}
