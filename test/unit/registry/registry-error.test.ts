import assert from 'node:assert/strict';
import { RegistryError } from '../../../tasks/EcrPrivatePush/src/registry/registry-error.js';
import { errorBody } from './twin.js';

function error(body: string, method = 'PUT', status = 400): RegistryError {
  const url = new URL('https://registry.example/v2/a/blobs/uploads/1?_state=secret&digest=x');
  return new RegistryError({ method, url, attempt: 1 }, { status, retryAfter: undefined, body });
}

describe('RegistryError', () => {
  const messages: readonly [string, RegistryError, string][] = [
    ['the registry’s code and message', error(errorBody('TAG_INVALID', 'no')), '400 (TAG_INVALID: no)'],
    [
      'the text of a body that is no JSON',
      error('<html>\r\n##vso[x]proxy</html>'),
      '400 (<html> ##vso[x]proxy</html>)',
    ],
    ['an empty body', error(''), '400 (empty body)'],
    ['JSON that is no error list', error('{"errors":[7]}'), '400 ({"errors":[7]})'],
    ['why HEAD is silent', error('', 'HEAD', 403), '403 (an answer to HEAD has no body)'],
  ];
  for (const [name, made, ending] of messages)
    it(`says ${name}`, () => {
      assert.equal(made.message, `${made.method} https://registry.example/v2/a/blobs/uploads/1: ${ending}`);
    });

  it('keeps the query of a URL to itself', () => {
    assert.doesNotMatch(error('').message, /secret|\?/);
  });

  it('shows at most 2 KiB of what the registry says, on one line', () => {
    const long = error(errorBody('DENIED', `a\nb${'x'.repeat(10_000)}`));
    assert.equal(long.text.length, 2048);
    assert.doesNotMatch(long.message, /\n/);
  });
});
