import assert from 'node:assert/strict';
import { EnginePushError } from '../../../tasks/EcrPrivatePush/src/docker/push.js';
import type { PushRefusal } from '../../../tasks/EcrPrivatePush/src/docker/push-refusal.js';
import type { FailureCode } from '../../../tasks/EcrPrivatePush/src/failure.js';
import { parseRepositoryName, parseTag } from '../../../tasks/EcrPrivatePush/src/image-reference.js';
import { judgeEnginePush, pushFailure } from '../../../tasks/EcrPrivatePush/src/steps/engine-push-failure.js';
import { valid } from '../registry/twin.js';

interface Row {
  readonly refusal: PushRefusal;
  readonly text: string;
  readonly code: FailureCode;
  readonly says: RegExp;
  /** Whether it is tried again: at first, and when a fresh token was given or a stall was seen before. */
  readonly again: readonly [atFirst: boolean, later: boolean];
}

const denied =
  'denied: User: arn:aws:iam::123456789012:role/agent is not authorized to perform: ecr:PutImage on resource: x';
const rows: readonly Row[] = [
  {
    refusal: 'throttled',
    text: 'toomanyrequests: Rate exceeded',
    code: 'EPP504',
    says: /Rate exceeded/,
    again: [true, true],
  },
  {
    refusal: 'server-error',
    text: '503 Service Unavailable',
    code: 'EPP504',
    says: /503/,
    again: [true, true],
  },
  {
    refusal: 'connection',
    text: 'unexpected EOF',
    code: 'EPP504',
    says: /unexpected EOF/,
    again: [true, true],
  },
  {
    refusal: 'stalled',
    text: 'no sign of life for 120 s',
    code: 'EPP504',
    says: /no sign of life for 120 s/,
    again: [true, false],
  },
  {
    refusal: 'untrusted-certificate',
    text: 'x509: unknown authority',
    code: 'EPP302',
    says: /x509: unknown authority/,
    again: [false, false],
  },
  {
    refusal: 'unauthorized',
    text: 'no basic auth credentials',
    code: 'EPP502',
    says: /no basic auth credentials/,
    again: [true, false],
  },
  {
    refusal: 'token-expired',
    text: 'denied: Your authorization token has expired.',
    code: 'EPP502',
    says: /has expired/,
    again: [true, false],
  },
  {
    refusal: 'denied',
    text: denied,
    code: 'EPP502',
    says: /The permission ecr:PutImage is missing/,
    again: [false, false],
  },
  {
    refusal: 'denied-without-reason',
    text: 'denied: ',
    code: 'EPP502',
    says: /without a word\. Likely, in this order/,
    again: [true, false],
  },
  {
    refusal: 'repository-not-found',
    text: 'name unknown: x',
    code: 'EPP501',
    says: /does not exist/,
    again: [false, false],
  },
  {
    refusal: 'tag-immutable',
    text: "The image tag 'v1' already exists and is immutable",
    code: 'EPP503',
    says: /v1/,
    again: [false, false],
  },
  {
    refusal: 'no-space',
    text: 'no space left on device',
    code: 'EPP409',
    says: /docker system df/,
    again: [false, false],
  },
  { refusal: 'unknown', text: 'something new', code: 'EPP506', says: /something new/, again: [false, false] },
];

describe('a push that the engine gives up', () => {
  const repository = {
    registry: { scheme: 'https', host: '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com' },
    name: valid(parseRepositoryName('team/app')),
  } as const;
  const tag = valid(parseTag('v1'));

  for (const { refusal, text, code, says, again } of rows) {
    const error = new EnginePushError(refusal, text);

    it(`as ${refusal} is ${code}, with the engine's words or what they mean`, () => {
      const failure = pushFailure(error, { repository, tag, attempts: 6 });
      assert.equal(failure.code, code);
      assert.match(failure.lines().join('\n'), says);
      assert.match(failure.what, /team\/app|amazonaws/);
    });

    it(`as ${refusal} is ${again[0] ? 'tried again' : 'final'}${again[0] && !again[1] ? ', once' : ''}`, () => {
      assert.equal(judgeEnginePush(error, { renewed: false, stalls: 1 }).retry, again[0]);
      assert.equal(judgeEnginePush(error, { renewed: true, stalls: 2 }).retry, again[1]);
    });
  }

  it('never tries again what is no refusal of a push', () => {
    assert.deepEqual(judgeEnginePush(new Error('a fault'), { renewed: false, stalls: 0 }), { retry: false });
  });
});
