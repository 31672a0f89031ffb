import { formatBytes, formatDuration, shortDigest } from './format.js';
import { code, table } from './markdown.js';
import {
  compressedSize,
  imageRef,
  imageUri,
  totalDuration,
  type PhaseTime,
  type PushReport,
  type PushedLayer,
} from './push-report.js';

const phaseNames: Readonly<Record<PhaseTime['phase'], string>> = {
  preflight: 'Preflight: engine, credentials, repository, permission to push',
  build: 'Build',
  push: 'Push',
  tags: 'Further tags',
  verify: 'Verify every tag',
};

/** The summary page of a push, as markdown. */
export function renderSummary(report: PushReport): string {
  return [
    `## ${report.repositoryUri}`,
    '',
    table(
      ['Image', code(imageUri(report))],
      [
        ['Digest', code(report.digest)],
        ['Tags', report.tags.map(code).join(' ')],
        ['Platform', code(report.platform)],
        ['Size', `${formatBytes(compressedSize(report))} compressed, ${layerCount(report.layers)}`],
        [
          'Base image',
          report.baseImage === undefined ? 'none (scratch), or not known' : code(report.baseImage),
        ],
        ['Region', code(report.region)],
      ],
    ),
    '',
    'Pull exactly this image:',
    '',
    '```sh',
    `docker pull ${imageRef(report)}`,
    '```',
    '',
    '### Layers',
    '',
    layerTable(report.layers),
    '',
    '### Time',
    '',
    phaseTable(report.phases),
    '',
  ].join('\n');
}

/** One line for the end of the log: what was pushed, how much of it was new, how long it took. */
export function closingLine(report: PushReport): string {
  const uploaded = report.layers.filter((layer) => layer.outcome === 'new');
  const tags = report.tags.length === 1 ? '1 tag' : `${String(report.tags.length)} tags`;
  return (
    `Pushed ${imageRef(report)} (${tags}: ${report.tags.join(', ')}; ` +
    `${formatBytes(compressedSize(report))}, ${String(uploaded.length)} of ${layerCount(report.layers)} new) ` +
    `in ${formatDuration(totalDuration(report.phases))}`
  );
}

function layerTable(layers: readonly PushedLayer[]): string {
  return table(
    ['#', 'Layer', 'Compressed', 'In this push'],
    layers.map((layer, index) => [
      String(index + 1),
      code(shortDigest(layer.digest)),
      formatBytes(layer.size),
      layer.outcome ?? 'not known',
    ]),
  );
}

function phaseTable(phases: readonly PhaseTime[]): string {
  return table(
    ['Phase', 'Time'],
    [
      ...phases.map(({ phase, duration }) => [phaseNames[phase], formatDuration(duration)]),
      ['**All**', `**${formatDuration(totalDuration(phases))}**`],
    ],
  );
}

function layerCount(layers: readonly PushedLayer[]): string {
  return layers.length === 1 ? '1 layer' : `${String(layers.length)} layers`;
}
