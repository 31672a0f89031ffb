import assert from 'node:assert/strict';
import { readPushMessage } from '../../../tasks/EcrPrivatePush/src/docker/push-progress.js';

const digest = `sha256:${'ab'.repeat(32)}`;
const other = { kind: 'other' };

describe('readPushMessage', () => {
  const cases: readonly [string, unknown, unknown][] = [
    ['the beginning', { status: 'The push refers to repository [127.0.0.1:5055/x]' }, other],
    [
      'progress',
      { status: 'Pushing', id: '20fc1e51fbd7', progressDetail: { current: 512, total: 2048 } },
      other,
    ],
    ['a pushed layer', { status: 'Pushed', id: 'a' }, { kind: 'layer', id: 'a', outcome: 'pushed' }],
    [
      'a layer that was there',
      { status: 'Layer already exists', id: 'a' },
      { kind: 'layer', id: 'a', outcome: 'exists' },
    ],
    [
      'a mounted layer',
      { status: 'Mounted from team/base', id: 'a' },
      { kind: 'layer', id: 'a', outcome: 'mounted' },
    ],
    ['a countdown', { status: 'Retrying in 5 seconds', id: 'a' }, { kind: 'retrying', id: 'a', seconds: 5 }],
    [
      'its last second',
      { status: 'Retrying in 1 second', id: 'a' },
      { kind: 'retrying', id: 'a', seconds: 1 },
    ],
    [
      'the digest of the graphdriver store',
      { progressDetail: {}, aux: { Tag: 'v1', Digest: digest, Size: 527 } },
      { kind: 'digest', digest },
    ],
    [
      'the digest of the containerd store',
      { status: `v1: digest: ${digest} size: 527` },
      { kind: 'digest', digest },
    ],
    ['something else than a digest', { status: 'v1: digest: md5:1 size: 527' }, other],
    [
      'an error',
      { errorDetail: { message: 'denied: no' }, error: 'denied: no' },
      { kind: 'error', text: 'denied: no' },
    ],
    [
      'an error without words',
      { errorDetail: { message: 'denied: ' }, error: 'denied: ' },
      { kind: 'error', text: 'denied: ' },
    ],
    ['an error without detail', { error: 'no' }, { kind: 'error', text: 'no' }],
    ['anything else', 42, other],
    ['null', null, other],
  ];
  for (const [name, line, message] of cases)
    it(`reads ${name}`, () => {
      assert.deepEqual(readPushMessage(line), message);
    });
});
