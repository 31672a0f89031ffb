import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clientConfigCredentials } from '../../../tasks/EcrPrivatePush/src/docker/client-config.js';
import type { Log } from '../../../tasks/EcrPrivatePush/src/log.js';

const unused = new AbortController().signal;
const basic = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

/** A real program: tells what it was asked and which variables it sees, or does what its name says. */
const helper = `#!/bin/sh
host=$(cat)
case "$host" in
  none.example) echo "credentials not found in native keychain"; exit 1 ;;
  broken.example) echo "key ring is locked: s3cret"; exit 1 ;;
  identity.example) echo '{"ServerURL":"x","Username":"<token>","Secret":"refresh"}' ;;
  garbage.example) echo 'not JSON: s3cret' ;;
  slow.example) touch "$HOME/started"; exec sleep 60 ;;
  *) printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$host" "$1" "\${AZURE_SECRET:-unseen}" ;;
esac
`;

describe('clientConfigCredentials', () => {
  let folder: string;
  let warnings: string[];
  const log: Log = {
    info: () => undefined,
    warning: (line) => warnings.push(line),
    debug: () => undefined,
    group: () => undefined,
    endGroup: () => undefined,
  };

  beforeEach(async () => {
    warnings = [];
    folder = await mkdtemp(path.join(tmpdir(), 'client-config-'));
    await writeFile(path.join(folder, 'docker-credential-fake'), helper);
    await chmod(path.join(folder, 'docker-credential-fake'), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const environment = () => ({
    DOCKER_CONFIG: folder,
    HOME: folder,
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    AZURE_SECRET: 'seen',
  });

  const lookUp = async (config: unknown, host: string, signal = unused) => {
    await writeFile(
      path.join(folder, 'config.json'),
      typeof config === 'string' ? config : JSON.stringify(config),
    );
    const found = await clientConfigCredentials({ environment: environment(), log })(host, signal);
    return found && `${found.username}:${found.password.reveal()}`;
  };

  const hub = 'https://index.docker.io/v1/';
  const cases: readonly [string, unknown, string, string | undefined][] = [
    ['a stored login', { auths: { 'a.example': basic('user:pass:word') } }, 'a.example', 'user:pass:word'],
    ['a login with a port', { auths: { 'a.example:5000': basic('u:p') } }, 'a.example:5000', 'u:p'],
    ['no other port', { auths: { 'a.example:5000': basic('u:p') } }, 'a.example', undefined],
    ['no other host', { auths: { 'a.example': basic('u:p') } }, 'b.a.example', undefined],
    ['no host that this one ends with', { auths: { 'a.example': basic('u:p') } }, 'example', undefined],
    ['a legacy key', { auths: { 'https://a.example/v1/': basic('u:p') } }, 'a.example', 'u:p'],
    [
      'the exact key first',
      { auths: { 'https://a.example/v1/': basic('old:p'), 'a.example': basic('new:p') } },
      'a.example',
      'new:p',
    ],
    ['Docker Hub by its own key', { auths: { [hub]: basic('u:p') } }, 'docker.io', 'u:p'],
    [
      'Docker Hub by the host that serves it',
      { auths: { [hub]: basic('u:p') } },
      'registry-1.docker.io',
      'u:p',
    ],
    ['no identity token', { auths: { 'a.example': { identitytoken: 'refresh' } } }, 'a.example', undefined],
    ['nothing in a broken entry', { auths: { 'a.example': { auth: 'AAAA' } } }, 'a.example', undefined],
    ['nothing in an empty file', {}, 'a.example', undefined],
    [
      'the store over a stored login',
      { credsStore: 'fake', auths: { 'a.example': basic('u:p') } },
      'a.example',
      'get:unseen',
    ],
    [
      "a host's helper over the store",
      { credsStore: 'missing', credHelpers: { 'a.example': 'fake' } },
      'a.example',
      'get:unseen',
    ],
    [
      'a stored login where only another host has a helper',
      { credHelpers: { 'b.example': 'fake' }, auths: { 'a.example': basic('u:p') } },
      'a.example',
      'u:p',
    ],
    ['nothing where the helper has nothing', { credsStore: 'fake' }, 'none.example', undefined],
    ['no identity token of a helper', { credsStore: 'fake' }, 'identity.example', undefined],
  ];
  for (const [name, config, host, found] of cases)
    it(`finds ${name}`, async () => {
      assert.equal(await lookUp(config, host), found);
      assert.deepEqual(warnings, []);
    });

  const unusable: readonly [string, unknown, string, RegExp][] = [
    [
      'a file that is not JSON',
      '{"auths": {"s3cret',
      'a.example',
      /config\.json' is not used: it is not JSON/,
    ],
    [
      'a helper that is not there',
      { credsStore: 'missing' },
      'a.example',
      /docker-credential-missing ENOENT/,
    ],
    [
      'a helper that fails',
      { credsStore: 'fake' },
      'broken.example',
      /docker-credential-fake ended with exit code 1/,
    ],
    [
      'a helper that talks nonsense',
      { credsStore: 'fake' },
      'garbage.example',
      /no credentials that can be read/,
    ],
    [
      'a helper with a path for a name',
      { credsStore: '../fake' },
      'a.example',
      /not the name of a credential helper/,
    ],
  ];
  for (const [name, config, host, warning] of unusable)
    it(`warns of ${name}, without what it holds`, async () => {
      assert.equal(await lookUp(config, host), undefined);
      assert.equal(warnings.length, 1);
      assert.match(warnings.join(), warning);
      assert.doesNotMatch(warnings.join(), /s3cret/);
    });

  it('asks a helper for Docker Hub by its key', async () => {
    const asked = path.join(folder, 'asked');
    await writeFile(path.join(folder, 'docker-credential-hub'), `#!/bin/sh\ncat > ${asked}\necho '{}'\n`, {
      mode: 0o755,
    });
    await lookUp({ credsStore: 'hub' }, 'docker.io');
    assert.equal(await readFile(asked, 'utf8'), hub);
  });

  it('finds nothing, and says nothing, without a file', async () => {
    await rm(path.join(folder, 'config.json'), { force: true });
    assert.equal(
      await clientConfigCredentials({ environment: environment(), log })('a.example', unused),
      undefined,
    );
    assert.deepEqual(warnings, []);
  });

  it('looks into the home folder when DOCKER_CONFIG is not set', async () => {
    await mkdir(path.join(folder, '.docker'));
    await writeFile(
      path.join(folder, '.docker', 'config.json'),
      JSON.stringify({ auths: { 'a.example': basic('u:p') } }),
    );
    const found = await clientConfigCredentials({ environment: { HOME: folder }, log })('a.example', unused);
    assert.equal(found?.username, 'u');
  });

  it('ends a slow helper when the run is cancelled', async () => {
    const run = new AbortController();
    const cancelled = new Error('cancelled');
    const work = lookUp({ credsStore: 'fake' }, 'slow.example', run.signal);
    const rejected = assert.rejects(work, cancelled);
    while (
      await readFile(path.join(folder, 'started')).then(
        () => false,
        () => true,
      )
    )
      await new Promise((resolve) => setImmediate(resolve));
    run.abort(cancelled);
    await rejected;
    assert.deepEqual(warnings, []);
  });
});
