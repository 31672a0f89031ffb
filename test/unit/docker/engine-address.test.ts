import assert from 'node:assert/strict';
import { engineAddress } from '../../../tasks/EcrPrivatePush/src/docker/engine-address.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';

const socket = (socketPath: string) => ({ kind: 'unix', socketPath });
const tcp = (host: string, port: number, certificates?: string) => ({
  kind: 'tcp',
  host,
  port,
  certificates,
});

describe('engineAddress', () => {
  const good: readonly [string, Record<string, string>, unknown][] = [
    ['nothing set', {}, socket('/var/run/docker.sock')],
    ['an empty DOCKER_HOST', { DOCKER_HOST: '' }, socket('/var/run/docker.sock')],
    ['unix:// alone', { DOCKER_HOST: 'unix://' }, socket('/var/run/docker.sock')],
    ['a socket', { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' }, socket('/run/user/1000/docker.sock')],
    ['a host', { DOCKER_HOST: 'tcp://build.example' }, tcp('build.example', 2375)],
    ['a host and port', { DOCKER_HOST: 'tcp://10.0.0.7:2376/' }, tcp('10.0.0.7', 2376)],
    [
      'TLS',
      { DOCKER_HOST: 'tcp://build.example', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' },
      tcp('build.example', 2376, '/certs'),
    ],
    [
      "TLS with the user's own certificates",
      { DOCKER_HOST: 'tcp://build.example:5', DOCKER_TLS_VERIFY: '1', HOME: '/home/agent' },
      tcp('build.example', 5, '/home/agent/.docker'),
    ],
    [
      'certificates without TLS',
      { DOCKER_HOST: 'tcp://build.example', DOCKER_TLS_VERIFY: '', DOCKER_CERT_PATH: '/certs' },
      tcp('build.example', 2375),
    ],
  ];
  for (const [name, environment, address] of good)
    it(`understands ${name}`, () => {
      assert.deepEqual(engineAddress(environment), address);
    });

  for (const text of [
    'ssh://user@build.example',
    'npipe:////./pipe/docker_engine',
    'http://build.example',
    'build.example:2375',
    'unix://relative.sock',
    'tcp://',
    'tcp://build.example/prefix',
  ])
    it(`says that ${text} is not supported`, () => {
      assert.throws(
        () => engineAddress({ DOCKER_HOST: text }),
        (error: unknown) =>
          error instanceof TaskFailure && error.code === 'EPP401' && error.why.includes('unix://'),
      );
    });

  it('shows no password of an address', () => {
    assert.throws(
      () => engineAddress({ DOCKER_HOST: 'ssh://user:pass@build.example' }),
      (error: unknown) => error instanceof TaskFailure && error.what.includes('ssh://build.example'),
    );
  });
});
