import assert from 'node:assert/strict';
import { openPackagedTask, type PackagedTask } from './packaged-task.js';

describe('the packaged task refuses', function () {
  this.timeout(60_000);
  let task: PackagedTask;

  before(async function () {
    task = await openPackagedTask(this);
    task.lab.createRepository('team/app');
  });

  after(async () => {
    await task.close();
  });

  it('bad inputs, all at once and before anything is contacted', async () => {
    const before = task.lab.requests.length;
    const run = await task.run({ inputs: { repository: 'Team/App', tags: '-x', command: 'deploy' } });
    assert.equal(run.result, 'Failed');
    const said = run.issues.map(({ message }) => message).join('\n');
    assert.match(said, /EPP101: 4 inputs are not valid\./);
    for (const name of ['command', 'repository', 'tags', 'dockerfile'])
      assert.match(said, new RegExp(`- ${name} is '`));
    assert.equal(task.lab.requests.length, before);
  });

  it('an engine that is not there', async () => {
    const run = await task.run({
      inputs: { repository: 'team/app', command: 'push' },
      environment: { DOCKER_HOST: 'unix:///run/no-such-engine.sock' },
    });
    assert.match(run.issues.map(({ message }) => message).join('\n'), /EPP401: .*no-such-engine\.sock/);
  });

  it('a repository that is not there, before the build', async () => {
    const sourcesFolder = await task.sources({ Dockerfile: 'FROM scratch\n' });
    const run = await task.run({ sourcesFolder, inputs: { repository: 'team/missing' } });
    assert.match(run.issues.map(({ message }) => message).join('\n'), /EPP501: .*team\/missing/);
    assert.ok(!run.lines.some((line) => line.includes('FROM scratch')));
  });

  it('a push that the registry will refuse, before the build', async () => {
    const sourcesFolder = await task.sources({ Dockerfile: 'FROM scratch\n' });
    const fault = task.lab.faults.add({ on: 'upload-start', kind: 'denied-with-text', times: 'always' });
    try {
      const run = await task.run({ sourcesFolder, inputs: { repository: 'team/app' } });
      assert.match(
        run.issues.map(({ message }) => message).join('\n'),
        /EPP502: .*ecr:InitiateLayerUpload is missing/,
      );
    } finally {
      fault.remove();
    }
  });

  it('a push that could not be verified afterwards, before the build', async () => {
    const sourcesFolder = await task.sources({ Dockerfile: 'FROM scratch\n' });
    const fault = task.lab.faults.add({ on: 'manifest-get', kind: 'denied-with-text', times: 'always' });
    try {
      const run = await task.run({ sourcesFolder, inputs: { repository: 'team/app' } });
      assert.match(
        run.issues.map(({ message }) => message).join('\n'),
        /EPP502: .*ecr:BatchGetImage is missing/,
      );
      assert.ok(!run.lines.some((line) => line.includes('load build definition')));
    } finally {
      fault.remove();
    }
  });

  it('to push an image that the engine does not have', async () => {
    const run = await task.run({
      inputs: { repository: 'team/app', command: 'push', sourceImage: 'no/such:image' },
    });
    assert.match(run.issues.map(({ message }) => message).join('\n'), /EPP408: .*no\/such:image/);
  });

  it('to run without credentials', async () => {
    const environment = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: '/nonexistent' };
    const run = await task.run({ inputs: { repository: 'team/app', command: 'push' }, environment });
    assert.match(run.issues.map(({ message }) => message).join('\n'), /EPP201/);
  });

  it('credentials that AWS does not know', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'AKIANOTKNOWNTOTHELAB', AWS_SECRET_ACCESS_KEY: 'x' };
    const run = await task.run({ inputs: { repository: 'team/app', command: 'push' }, environment });
    assert.match(run.issues.map(({ message }) => message).join('\n'), /EPP203/);
  });
});
