import assert from 'node:assert/strict';
import { format, inspect } from 'node:util';
import { Secret } from '../../tasks/EcrPrivatePush/src/secret.js';

describe('a secret', () => {
  const secret = new Secret('hunter2');

  it('is given out when asked for', () => {
    assert.equal(secret.reveal(), 'hunter2');
  });

  const ways: readonly (readonly [how: string, text: string])[] = [
    ['in a template', String(secret)],
    ['as JSON', JSON.stringify({ secret })],
    ['inspected', inspect({ secret }, { showHidden: true, depth: 9 })],
    ['formatted', format('%s %o', secret, secret)],
    ['in an error', inspect(Object.assign(new Error('failed'), { secret }))],
  ];
  for (const [how, text] of ways) {
    it(`does not spill ${how}`, () => {
      assert.ok(!text.includes('hunter2'), text);
    });
  }
});
