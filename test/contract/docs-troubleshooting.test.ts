import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { failureTitles } from '../../tasks/EcrPrivatePush/src/failure.js';
import { headings } from './markdown.js';

const codes = Object.entries(failureTitles);

describe('docs/troubleshooting.md', () => {
  const markdown = readFileSync('docs/troubleshooting.md', 'utf8');

  it('has one heading for each failure code, in their order, and no other', () => {
    assert.deepEqual(
      headings(markdown)
        .filter(({ depth }) => depth > 1)
        .map(({ text }) => text),
      codes.map(([code]) => code),
    );
  });

  for (const [code, title] of codes) {
    it(`titles ${code} as the task does, in its section and in the contents`, () => {
      assert.equal(new RegExp(`^## ${code}\\n\\n\\*\\*(.+)\\*\\*$`, 'm').exec(markdown)?.[1], title);
      assert.ok(markdown.includes(`- [${code}](#${code.toLowerCase()}) ${title}\n`));
    });
  }
});
