import assert from 'node:assert/strict';
import { retryNotice } from '../../tasks/EcrPrivatePush/src/retry-notice.js';

describe('the notice before a retry', () => {
  it('names who failed, how, which attempt comes next and when', () => {
    const notice = { cause: 'HTTP 429, Rate exceeded', attempt: 1, attempts: 6, delay: 1234 };
    assert.equal(retryNotice('Push', notice), 'Push: HTTP 429, Rate exceeded; attempt 2 of 6 in 1.2 s');
  });
});
