import assert from 'node:assert/strict';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { startLabEcr, type LabEcr } from '../../../lab/ecr/lab-ecr.js';
import { errorIn } from './registry-session.js';

const hour = 60 * 60 * 1000;

describe('lab ecr: registry tokens', () => {
  let time: SinonFakeTimers;
  let lab: LabEcr;

  beforeEach(async () => {
    time = useFakeTimers({ now: Date.parse('2026-03-01T00:00:00Z'), toFake: ['Date'] });
    lab = await startLabEcr();
  });
  afterEach(async () => {
    time.restore();
    await lab.close();
  });

  function ping(authorization?: string): Promise<Response> {
    return fetch(`${lab.url}/v2/`, authorization === undefined ? {} : { headers: { authorization } });
  }

  it('serve for 12 hours', async () => {
    const { authorizationToken, expiresAt } = lab.issueToken();
    assert.equal(expiresAt, Date.parse('2026-03-01T12:00:00Z'));
    time.tick(12 * hour - 1);
    assert.equal((await ping(`Basic ${authorizationToken}`)).status, 200);
  });

  it('are refused from then on', async () => {
    const { authorizationToken } = lab.issueToken();
    time.tick(12 * hour);
    const response = await ping(`Basic ${authorizationToken}`);
    assert.equal(response.status, 403);
    assert.deepEqual(await errorIn(response), {
      code: 'DENIED',
      message: 'Your authorization token has expired. Reauthenticate and try again.',
    });
  });

  it('live as long as the lab is told', () => {
    lab.settings.tokenLifetimeMs = 1000;
    assert.equal(lab.issueToken().expiresAt, Date.parse('2026-03-01T00:00:01Z'));
  });

  const refused: readonly (readonly [string, string | undefined])[] = [
    ['none', undefined],
    ['one that was never given out', `Basic ${Buffer.from('AWS:other').toString('base64')}`],
    ['another scheme', 'Bearer abc'],
  ];
  for (const [what, authorization] of refused)
    it(`401 for ${what}`, async () => {
      const response = await ping(authorization);
      assert.equal(response.status, 401);
      assert.equal(
        response.headers.get('www-authenticate'),
        `Basic realm="https://${lab.host}/",service="ecr.amazonaws.com"`,
      );
      assert.equal(response.headers.get('docker-distribution-api-version'), 'registry/2.0');
      assert.equal(await response.text(), 'Not Authorized\n');
    });

  it('401 for another user than AWS', async () => {
    const { password } = lab.issueToken();
    const other = Buffer.from(`root:${password}`).toString('base64');
    assert.equal((await ping(`Basic ${other}`)).status, 401);
  });
});
