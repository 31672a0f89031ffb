import assert from 'node:assert/strict';
import { neutralLine, neutralLines } from '../../../tasks/EcrPrivatePush/src/agent/neutralise.js';

describe('what comes from outside', () => {
  const rows: readonly (readonly [what: string, text: string, shown: string])[] = [
    ['plain text', 'Step 1/2 : RUN make', 'Step 1/2 : RUN make'],
    ['a logging command', '##vso[task.setvariable variable=a]b', '#vso[task.setvariable variable=a]b'],
    ['a logging command inside a line', 'x ##vso[task.complete]', 'x #vso[task.complete]'],
    ['upper case', '##VSO[task.complete]', '#vso[task.complete]'],
    ['more marks than two', '####vso[task.complete]', '#vso[task.complete]'],
    ['two commands in a line', '##vso[a]##vso[b]', '#vso[a]#vso[b]'],
    ['a formatting command', '##[error]not ours', '#[error]not ours'],
    ['a formatting command inside a line', 'x ##[group]y', 'x #[group]y'],
    ['a command put together by a removed character', '##v\u0000so[task.complete]', '#vso[task.complete]'],
    ['a command put together by a removed escape', '##v\u001bso[task.complete]', '#vso[task.complete]'],
    ['a colour', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['a cursor movement', '\u001b[2Jgone', '[2Jgone'],
    ['reading order turned around', 'abc\u202edef', 'abcdef'],
    ['a tab', 'a\tb', 'a\tb'],
    ['other scripts', 'ビルド ✓ café', 'ビルド ✓ café'],
  ];
  for (const [what, text, shown] of rows) {
    it(`shows ${what} as ${JSON.stringify(shown)}`, () => {
      assert.equal(neutralLine(text), shown);
    });
  }

  it('makes every kind of line break one', () => {
    assert.deepEqual(neutralLines('a\nb\r\nc\rd\u2028e'), ['a', 'b', 'c', 'd', 'e']);
  });

  it('cannot hide a command behind a line break', () => {
    assert.deepEqual(neutralLines('a\r##vso[x]'), ['a', '#vso[x]']);
  });
});
