import assert from 'node:assert/strict';
import type { ProgressEvent, Step } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/progress.js';
import { ProgressLog } from '../../../../tasks/EcrPrivatePush/src/docker/buildkit/progress-log.js';
import { replay } from './recording.js';

class Reader {
  readonly lines: string[] = [];
  now = 0;
  readonly progressLog: ProgressLog;

  constructor() {
    const add = (prefix: string) => (line: string) => void this.lines.push(prefix + line);
    this.progressLog = new ProgressLog(
      {
        info: add(''),
        warning: add('warning: '),
        debug: add('debug: '),
        group: add('> '),
        endGroup: () => add('<')(''),
      },
      { now: () => this.now },
    );
  }

  at(seconds: number, ...events: readonly ProgressEvent[]): void {
    this.now = seconds * 1000;
    this.progressLog.write(events);
  }
}

const run = (number: number): Step => ({
  number,
  name: `[s 1/1] RUN ${String(number)}`,
  kind: 'instruction',
});
const started = (step: Step): ProgressEvent => ({ kind: 'started', step });
const output = (step: Step, seconds: number, ...lines: readonly string[]): ProgressEvent => ({
  kind: 'output',
  step,
  seconds,
  lines,
});
const done = (step: Step, seconds: number): ProgressEvent => ({
  kind: 'ended',
  step,
  end: { result: 'done', seconds },
});
const transfer = (step: Step, current: number): ProgressEvent => ({
  kind: 'transfer',
  step,
  seconds: 1,
  current,
  total: 100_000_000,
});

describe('the log of a build', () => {
  it('shows the title at the start, the output with its time, the duration at the end', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)));
    reader.at(1, output(run(1), 1.02, 'hello'));
    reader.at(2, done(run(1), 2));
    assert.deepEqual(reader.lines, ['> #1 [s 1/1] RUN 1', '    1.0  hello', '<', '#1 DONE 2.0s']);
  });

  it('shows a cached step as one line', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)), { kind: 'ended', step: run(1), end: { result: 'cached' } });
    assert.deepEqual(reader.lines, ['#1 [s 1/1] RUN 1 CACHED']);
  });

  it('lets a step wait that runs beside the shown one, until that ends', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)), started(run(2)));
    reader.at(1, output(run(2), 1, 'two'), output(run(1), 1, 'one'));
    reader.at(2, done(run(1), 2));
    reader.at(3, done(run(2), 3));
    assert.deepEqual(reader.lines, [
      '> #1 [s 1/1] RUN 1',
      '    1.0  one',
      '<',
      '#1 DONE 2.0s',
      '> #2 [s 1/1] RUN 2',
      '    1.0  two',
      '<',
      '#2 DONE 3.0s',
    ]);
  });

  it('lets no step wait for more than 5 s', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)), started(run(2)));
    reader.at(4.9);
    assert.equal(reader.lines.length, 1);
    reader.at(5);
    assert.deepEqual(reader.lines.slice(1), ['<', '> #2 [s 1/1] RUN 2']);
  });

  it('says that a step is shown again', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)), started(run(2)));
    reader.at(5);
    reader.at(6, done(run(2), 6), output(run(1), 6, 'more'));
    assert.deepEqual(reader.lines.slice(-2), ['> #1 [s 1/1] RUN 1 (continued)', '    6.0  more']);
  });

  it('does not keep more than 1000 lines waiting', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)), started(run(2)));
    reader.at(1, output(run(2), 1, ...Array.from({ length: 1001 }, () => 'x')));
    assert.ok(reader.lines.includes('> #2 [s 1/1] RUN 2'));
  });

  it('writes at most two lines a second on bytes moved, over all steps', () => {
    const reader = new Reader();
    const pulls = [1, 2, 3, 4, 5].map((number): Step => ({
      number,
      name: `[s${String(number)} 1/2] FROM x`,
      kind: 'instruction',
    }));
    for (let tenth = 0; tenth <= 100; tenth++)
      reader.at(tenth / 10, ...pulls.map((pull) => transfer(pull, tenth * 1_000_000)));
    const written = reader.lines.filter((line) => line.includes(' MB of '));
    assert.ok(written.length > 2 && written.length <= 21, String(written.length));
  });

  it('leaves no group open', () => {
    const reader = new Reader();
    reader.at(0, started(run(1)));
    reader.progressLog.close();
    assert.deepEqual(reader.lines, ['> #1 [s 1/1] RUN 1', '<']);
  });

  for (const name of ['simple', 'multi', 'parallel', 'parallel-failing', 'base-pulled'])
    it(`opens and closes groups in turn: ${name}`, () => {
      const reader = new Reader();
      reader.at(0, ...replay(name).events);
      reader.progressLog.close();
      const groups = reader.lines.filter((line) => /^[<>]/.test(line)).map((line) => line[0]);
      assert.ok(groups.length > 0);
      assert.equal(groups.join(''), '><'.repeat(groups.length / 2));
    });
});
