import assert from 'node:assert/strict';
import { baseImageOf } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/base-image.js';
import { replay } from './recording.js';

const pulled =
  '127.0.0.1:5055/base:1@sha256:5834b31118bf32ec933e97afe767f415aa45925a34ce5a1eee81f0f0f11c8b89';

describe('the base image of a recorded build', () => {
  const cases = [
    ['of a stage that is based on another', 'base-pulled', pulled],
    ['of the last stage, which copies from another', 'base-pulled-copy', pulled],
    ['of a Dockerfile that only has a FROM', 'base-only', pulled],
    ['of several stages side by side', 'parallel', pulled],
    ['of FROM scratch, which copies from a stage with a base', 'base-pulled-scratch', undefined],
    ['of FROM scratch', 'simple', undefined],
    ['of a stage that is based on another FROM scratch', 'multi', undefined],
  ] as const;
  for (const [name, recorded, expected] of cases)
    it(name, () => {
      assert.equal(baseImageOf(replay(recorded).progress.vertices), expected);
    });
});
