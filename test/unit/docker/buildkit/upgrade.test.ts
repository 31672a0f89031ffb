import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { upgrade } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/upgrade.js';
import { TaskFailure } from '../../../../tasks/EcrPrivatePush/src/failure.js';
import { scriptedEngine } from '../scripted-engine.js';

describe('an engine without BuildKit', () => {
  const rows: readonly (readonly [what: string, answer: RequestListener, code: string, says: RegExp])[] = [
    [
      'that knows no such route, as Podman does not',
      (_, response) => response.writeHead(404).end('{"message":"page not found"}'),
      'EPP403',
      /POST \/session with HTTP 404: page not found/,
    ],
    [
      'that answers instead of upgrading',
      (_, response) => response.writeHead(200).end('OK'),
      'EPP403',
      /POST \/session with HTTP 200/,
    ],
    [
      'that closes the connection',
      (request) => request.socket.destroy(),
      'EPP401',
      /no answer to POST \/session/,
    ],
  ];
  for (const [what, answer, code, says] of rows) {
    it(`${what} is ${code}`, async () => {
      const engine = await scriptedEngine(answer);
      try {
        const { docker } = engine.connection;
        const failure: unknown = await upgrade(docker, '/session', {}, new AbortController().signal).then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.ok(failure instanceof TaskFailure);
        assert.equal(failure.code, code);
        assert.match(failure.lines().join('\n'), says);
      } finally {
        await engine.stop();
      }
    });
  }
});
