import assert from 'node:assert/strict';
import { failureTitles, TaskFailure } from '../../tasks/EcrPrivatePush/src/failure.js';

describe('TaskFailure', () => {
  const failure = new TaskFailure('EPP501', {
    what: "There is no repository 'team/app'.",
    why: 'ECR answers RepositoryNotFoundException.',
    fix: 'Create it.',
    cause: new Error('from the SDK'),
  });

  it('says what, why, how to fix it and where to read more, in this order', () => {
    assert.deepEqual(failure.lines(), [
      "EPP501: There is no repository 'team/app'.",
      'Why: ECR answers RepositoryNotFoundException.',
      'Fix: Create it.',
      'More: docs/troubleshooting.md#epp501',
    ]);
  });

  it('keeps its cause', () => {
    assert.ok(failure.cause instanceof Error && failure.cause.message === 'from the SDK');
  });

  it('has codes by the part that fails', () => {
    for (const code of Object.keys(failureTitles)) assert.match(code, /^EPP[123459]\d\d$/);
  });
});
