/**
 * The figures that the product is held to, as medians and as ratios within this run.
 *
 * Prints a table and writes dist/bench.json.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLabEngine } from '../test/lab/engine/lab-engine.js';
import { installCommands } from '../test/lab/require-command.js';
import { bareNode, coldStart } from './bench/cold-start.js';
import { buildAndPushByCli, dockerCli } from './bench/docker-cli.js';
import { largeContext } from './bench/large-context.js';
import { openStage, type BenchStage } from './bench/stage.js';
import { median, rounds } from './bench/statistics.js';

interface Figure {
  readonly what: string;
  readonly value: string;
  /** The bound that the value is held to, where there is one. */
  readonly bound?: string;
  readonly within?: boolean;
  readonly raw: Readonly<Record<string, number>>;
}

const runs = 5;
const gigabyte = 1024 ** 3;

/** @returns the exit code: 1 when a figure is out of its bound. */
export async function bench(packageFile: string): Promise<number> {
  const engine = await startLabEngine({ onLine: print });
  if ('missing' in engine) {
    print(engine.missing);
    return 1;
  }
  await installCommands(['busybox'], print);
  const stage = await openStage(packageFile, engine.dockerHost);
  try {
    const figures = [
      await startFigure(stage),
      await cachedRebuildFigure(stage),
      ...(await tagFigures(stage)),
      await memoryFigure(stage),
      ...(await sizeFigures(packageFile)),
    ];
    const file = join('dist', 'bench.json');
    await writeFile(
      file,
      `${JSON.stringify({ node: process.version, engine: engine.description, runs, figures }, null, 2)}\n`,
    );
    for (const { what, value, bound, within } of figures)
      print(
        `${what.padEnd(58)} ${value.padStart(12)}  ${bound ?? ''}${within === false ? '  OUT OF BOUND' : ''}`,
      );
    print(`Written to ${file}`);
    return figures.some(({ within }) => within === false) ? 1 : 0;
  } finally {
    await stage.close();
    await engine.stop();
  }
}

async function startFigure(stage: BenchStage): Promise<Figure> {
  let index = 0;
  const raw = await rounds(2 * runs, { task: () => coldStart(stage, index++), bare: bareNode });
  const ratio = raw.task / raw.bare;
  return {
    what: 'Cold start to the first engine request, against node -e 0',
    value: `${ratio.toFixed(2)} ×`,
    bound: '≤ 3 ×',
    within: ratio <= 3,
    raw,
  };
}

async function cachedRebuildFigure(stage: BenchStage): Promise<Figure> {
  const cli = dockerCli();
  const task = async (): Promise<number> =>
    (await stage.run({ inputs: { repository: 'bench/app', tags: 'task' } })).durationMs;
  const what = 'Cached rebuild with nothing to push, whole task';
  if (cli === undefined) {
    const raw = await rounds(runs, { task });
    return { what: `${what} (no docker CLI to compare)`, value: `${raw.task.toFixed(0)} ms`, raw };
  }
  const raw = await rounds(runs, { task, cli: () => buildAndPushByCli(cli, stage) });
  return {
    what: `${what}, against docker build + push`,
    value: `${(raw.task / raw.cli).toFixed(2)} ×`,
    bound: `${raw.task.toFixed(0)} ms : ${raw.cli.toFixed(0)} ms`,
    raw,
  };
}

async function tagFigures(stage: BenchStage): Promise<readonly Figure[]> {
  const push = (count: number) => async (): Promise<number> => {
    const tags = Array.from({ length: count }, (_, index) => `t${String(index)}`).join();
    return (
      await stage.run({
        inputs: {
          command: 'push',
          repository: 'bench/app',
          tags,
          sourceImage: `${stage.lab.host}/bench/app:task`,
          removeImage: 'true',
        },
      })
    ).durationMs;
  };
  const raw = await rounds(runs, { one: push(1), ten: push(10), fifty: push(50) });
  return [
    {
      what: 'Push of an image that is there, 1 tag',
      value: `${raw.one.toFixed(0)} ms`,
      raw: { one: raw.one },
    },
    {
      what: 'the same, 10 tags, for each further one',
      value: `${((raw.ten - raw.one) / 9).toFixed(0)} ms`,
      bound: "ECR's rate: 100 ms",
      raw: { ten: raw.ten },
    },
    {
      what: 'the same, 50 tags, for each further one',
      value: `${((raw.fifty - raw.one) / 49).toFixed(0)} ms`,
      bound: "ECR's rate: 100 ms",
      raw: { fifty: raw.fifty },
    },
  ];
}

async function memoryFigure(stage: BenchStage): Promise<Figure> {
  const sourcesFolder = await largeContext(stage, 2 * gigabyte);
  const peaks: number[] = [];
  const durations: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { peakMemoryBytes, durationMs } = await stage.run({
      sourcesFolder,
      inputs: { command: 'build', repository: 'bench/large', tags: 'x', noCache: 'true' },
    });
    peaks.push((peakMemoryBytes ?? Infinity) / 1e6);
    durations.push(durationMs);
  }
  const peak = median(peaks);
  return {
    what: 'Peak memory while sending a context of 2 GB',
    value: `${peak.toFixed(0)} MB`,
    bound: '≤ 150 MB',
    within: peak <= 150,
    raw: { peakMegabytes: peak, milliseconds: median(durations) },
  };
}

async function sizeFigures(packageFile: string): Promise<readonly Figure[]> {
  const vsix = (await stat(packageFile)).size;
  const bundle = (await readFile(join('dist', 'extension', 'tasks', 'EcrPrivatePush', 'index.js'))).length;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  return [
    {
      what: 'The package (.vsix)',
      value: megabytes(vsix),
      bound: '≤ 1.5 MB',
      within: vsix <= 1.5e6,
      raw: { bytes: vsix },
    },
    { what: 'The bundle in it (index.js)', value: megabytes(bundle), raw: { bytes: bundle } },
  ];
}

function print(line: string): void {
  console.log(line);
}
