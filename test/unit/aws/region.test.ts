import assert from 'node:assert/strict';
import type { MetadataRegion } from '../../../tasks/EcrPrivatePush/src/aws/instance-metadata.js';
import { parseRegion, resolveRegion } from '../../../tasks/EcrPrivatePush/src/aws/region.js';
import { TaskFailure } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { valid } from '../registry/twin.js';

describe('parseRegion', () => {
  for (const text of [
    'ap-northeast-1',
    'us-gov-west-1',
    'cn-north-1',
    'eusc-de-east-1',
    'us-isob-east-1',
    'mx-central-1',
  ])
    it(`takes ${text}`, () => {
      assert.deepEqual(parseRegion(text), { ok: true, value: text });
    });

  for (const text of [
    '',
    'tokyo',
    'ap-northeast-1a',
    'AP-NORTHEAST-1',
    'ap_northeast_1',
    'us-east-1.evil.example',
    ' us-east-1',
  ])
    it(`refuses '${text}'`, () => {
      assert.equal(parseRegion(text).ok, false);
    });
});

describe('resolveRegion', () => {
  const signal = new AbortController().signal;
  const metadata = (answer: MetadataRegion) => ({ region: () => Promise.resolve(answer) });
  const silent = metadata({ kind: 'none', reason: 'no answer within 2 s' });
  const instance = metadata({ kind: 'region', region: 'eu-west-1' });
  const all = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' };

  it('takes the input before everything else', async () => {
    const input = valid(parseRegion('ap-northeast-1'));
    assert.deepEqual(await resolveRegion({ input, environment: all, metadata: instance, signal }), {
      region: 'ap-northeast-1',
      source: 'input',
    });
  });

  const order: readonly [NodeJS.ProcessEnv, string, string][] = [
    [all, 'us-east-1', 'AWS_REGION'],
    [{ AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2', 'AWS_DEFAULT_REGION'],
    [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2', 'AWS_DEFAULT_REGION'],
    [{}, 'eu-west-1', 'instance metadata'],
  ];
  for (const [environment, region, source] of order)
    it(`then takes ${source}, given ${JSON.stringify(environment)}`, async () => {
      const resolved = await resolveRegion({ input: undefined, environment, metadata: instance, signal });
      assert.deepEqual(resolved, { region, source });
    });

  it('names every place that it looked at, and what the instance said', async () => {
    const resolved = resolveRegion({ input: undefined, environment: {}, metadata: silent, signal });
    await assert.rejects(resolved, (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      assert.equal(error.code, 'EPP202');
      for (const place of ["'region'", 'AWS_REGION', 'AWS_DEFAULT_REGION', 'no answer within 2 s'])
        assert.ok(error.why.includes(place), place);
      return true;
    });
  });

  it('does not pass over a variable that holds no region', async () => {
    const environment = { AWS_REGION: 'tokyo', AWS_DEFAULT_REGION: 'us-east-2' };
    const resolved = resolveRegion({ input: undefined, environment, metadata: silent, signal });
    await assert.rejects(resolved, (error: unknown) => {
      assert.ok(error instanceof TaskFailure);
      return error.code === 'EPP202' && error.what.includes('AWS_REGION') && error.why.includes("'tokyo'");
    });
  });
});
