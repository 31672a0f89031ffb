import assert from 'node:assert/strict';
import { parseDigest, parseImageId, type Digest } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import { pushedLayers } from '../../../tasks/EcrPrivatePush/src/steps/push-report.js';
import { valid } from '../registry/twin.js';

describe('which layers were new', () => {
  const [first, second] = [digest('1'), digest('2')];
  const diffIds = [digest('a'), digest('b')];
  const layers = [
    { digest: first, size: 10, mediaType: 'x' },
    { digest: second, size: 20, mediaType: 'x' },
  ];
  const pushed = (outcomes: Readonly<Record<string, 'pushed' | 'exists' | 'mounted'>>) =>
    pushedLayers({
      layers,
      outcomes: new Map(Object.entries(outcomes)),
      manifest: { bytes: new Uint8Array(), mediaType: 'x', digest: first },
      configDigest: first,
      local: {
        id: valid(parseImageId(first)),
        size: 0,
        diffIds,
        os: 'linux',
        architecture: 'amd64',
        created: undefined,
        repoTags: [],
      },
    }).map(({ outcome }) => outcome);

  it('is told by an engine that names layers by their diff id', () => {
    assert.deepEqual(pushed({ aaaaaaaaaaaa: 'exists', bbbbbbbbbbbb: 'pushed' }), ['reused', 'new']);
  });

  it('is told by an engine that names layers by their digest', () => {
    assert.deepEqual(pushed({ '111111111111': 'pushed', '222222222222': 'mounted' }), ['new', 'reused']);
  });

  it('is not guessed when the engine does not say', () => {
    assert.deepEqual(pushed({}), [undefined, undefined]);
  });
});

function digest(digit: string): Digest {
  return valid(parseDigest(`sha256:${digit.repeat(64)}`));
}
