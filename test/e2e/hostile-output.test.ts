import assert from 'node:assert/strict';
import type { TaskRun } from '../lab/agent/run-task.js';
import { openPackagedTask, type PackagedTask } from './packaged-task.js';

/** Every way out of the container that a Dockerfile has, each with a line that an agent would obey. */
const hostile = `ARG BASE
FROM \${BASE} AS hostile##stage
LABEL evil="##vso[task.setvariable variable=fromLabel]1"
RUN ["/bin/busybox", "sh", "-c", "echo '##vso[task.setvariable variable=fromStdout]1'"]
RUN ["/bin/busybox", "sh", "-c", "echo '##vso[task.setvariable variable=fromStderr]1' >&2"]
RUN ["/bin/busybox", "sh", "-c", "printf 'x##v'; /bin/busybox sleep 1; printf 'so[task.setvariable variable=fromTwoChunks]1\\\\n'"]
RUN ["/bin/busybox", "sh", "-c", "printf 'a\\\\r##vso[task.setvariable variable=fromCarriageReturn]1\\\\n'"]
RUN ["/bin/busybox", "sh", "-c", "printf '##v\\\\000so[task.setvariable variable=fromNul]1\\\\n'"]
RUN ["/bin/busybox", "sh", "-c", "echo '##[error]not an error'; echo '##[endgroup]'"]
RUN ["/bin/busybox", "sh", "-c", "echo '##VSO[task.complete result=Succeeded]'; exit 3"]
`.replace(' AS hostile##stage', '');

describe('build output that speaks to the agent', function () {
  this.timeout(120_000);
  let task: PackagedTask;
  let run: TaskRun;

  before(async function () {
    task = await openPackagedTask(this);
    task.lab.createRepository('team/app');
    const sourcesFolder = await task.sources({ Dockerfile: hostile });
    run = await task.run({
      sourcesFolder,
      inputs: { repository: 'team/app', buildArgs: `BASE=${task.base}` },
    });
  });

  after(async () => {
    await task.close();
  });

  it('was printed by the build, so that this test can fail', () => {
    for (const name of ['fromStdout', 'fromStderr', 'fromTwoChunks', 'fromCarriageReturn', 'fromNul'])
      assert.ok(
        run.lines.some((line) => line.includes(`variable=${name}]`)),
        `${name} is not in\n${run.lines.join('\n')}`,
      );
  });

  it('sets no variable', () => {
    assert.deepEqual({ ...run.variables, ...run.outputVariables }, {});
    assert.ok(!run.issues.some(({ message }) => message.includes('not allowed')));
  });

  it('cannot turn a failure into a success', () => {
    assert.equal(run.result, 'Failed');
  });

  it('holds no logging command and no leading formatting command', () => {
    const ours =
      /^##(vso\[task\.(debug|setsecret|logissue|issue|complete|setvariable|uploadsummary)|\[(group|endgroup)\])/;
    for (const line of run.rawLines.filter((each) => /##(vso)?\[/i.test(each))) {
      assert.match(line, ours);
      assert.equal(line.slice(2).search(/##vso\[/i), -1);
    }
  });

  it('fails with the step, its last lines and its line in the Dockerfile', () => {
    const failure = run.issues.map(({ message }) => message).join('\n');
    assert.match(failure, /EPP404: .*exit code:? 3/s);
    assert.match(failure, /Dockerfile:10/);
  });
});
