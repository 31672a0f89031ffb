import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { renderTaskReference } from '../../scripts/task-reference.js';

describe('docs/task-reference.md', () => {
  it('is what `npm run docs` makes of task.json', async () => {
    const made = await renderTaskReference(readFileSync('tasks/EcrPrivatePush/task.json', 'utf8'));
    assert.equal(readFileSync('docs/task-reference.md', 'utf8'), made);
  });
});
