import assert from 'node:assert/strict';
import { Progress } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/progress.js';
import { replay } from './recording.js';

describe('the progress of a recorded build', () => {
  it('numbers steps in the order of their starts', () => {
    const numbers = replay('multi').events.flatMap((event) =>
      event.kind === 'started' ? [event.step.number] : [],
    );
    const distinct = [...new Set(numbers)];
    assert.deepEqual(
      distinct,
      distinct.map((_, index) => index + 1),
    );
  });

  it('tells what belongs to the Dockerfile from what the engine does by itself', () => {
    const names = replay('simple').events.flatMap((event) =>
      event.kind === 'started' && event.step.kind === 'instruction' ? [event.step.name] : [],
    );
    assert.deepEqual(names, [
      '[1/3] COPY busybox /bin/busybox',
      '[2/3] RUN ["/bin/busybox","sh","-c","/bin/busybox --install -s /bin"]',
      '[3/3] RUN echo hello; echo err >&2; printf "10%%\\r20%%\\r100%%\\n"',
    ]);
  });

  it('says which instructions came from the cache', () => {
    const ends = replay('cached').events.flatMap((event) =>
      event.kind === 'ended' && event.step.kind === 'instruction' ? [event.end.result] : [],
    );
    assert.deepEqual(ends, ['cached', 'cached', 'cached']);
  });

  it('keeps the output of both streams, whole characters only', () => {
    const lines = replay('non-ascii').events.flatMap((event) =>
      event.kind === 'output' && event.step.kind === 'instruction' ? event.lines : [],
    );
    assert.deepEqual(lines, ['café 中', 'bad \uFFFD byte', 'done', 'no newline']);
  });

  it('keeps the failed step, its error and its last lines', () => {
    const { failed } = replay('failing').progress;
    assert.equal(failed?.step.name, '[3/3] RUN echo one && echo two >&2 && exit 3');
    assert.match(failed.error, /exit code: 3$/);
    assert.deepEqual([...failed.lastLines].sort(), ['one', 'two']);
  });

  it('does not take a step that was stopped for the failed one', () => {
    const { events, progress } = replay('parallel-failing');
    assert.equal(progress.failed?.step.name, '[b 1/1] RUN echo failing; sleep 1; exit 2');
    assert.ok(events.some((event) => event.kind === 'ended' && event.end.result === 'cancelled'));
  });

  it('follows a base image that is looked up first and pulled later', () => {
    const pulled = replay('base-pulled').events.filter((event) => event.kind === 'transfer');
    assert.equal(pulled.at(-1)?.kind === 'transfer' && pulled.at(-1)?.step.name.includes('FROM'), true);
  });

  it('keeps only the last 50 lines of a step', () => {
    const progress = new Progress();
    const started = { seconds: 1, nanos: 0 };
    const vertex = { digest: 'd', inputs: [], name: '[1/1] RUN x', cached: false, started, error: '' };
    const log = { vertex: 'd', timestamp: started, stream: 1, msg: Buffer.from('line\n'.repeat(1000)) };
    const none = { statuses: [], warnings: [] };
    progress.read({ ...none, vertexes: [{ ...vertex, completed: undefined }], logs: [log] });
    progress.read({
      ...none,
      vertexes: [{ ...vertex, completed: started, error: 'exit code: 1' }],
      logs: [],
    });
    assert.equal(progress.failed?.lastLines.length, 50);
  });
});
