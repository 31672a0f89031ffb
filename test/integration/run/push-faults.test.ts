import assert from 'node:assert/strict';
import Docker from 'dockerode';
import type { FailureCode } from '../../../tasks/EcrPrivatePush/src/failure.js';
import type { FaultKind, Step } from '../../lab/ecr/faults.js';
import { startLabEcr, type LabEcr } from '../../lab/ecr/lab-ecr.js';
import { requireEngine } from '../../lab/engine/require-engine.js';
import { skipFor } from '../../lab/skipped.js';
import { freshImage } from './fresh-image.js';
import { awsCredentialsOf } from './lab-credentials.js';
import { pushInputs, recordRun } from './recorded-run.js';

/**
 * What a run comes to when a request of a step goes wrong: once, or always where it is a denial. `after` lets the
 * earlier requests of that step pass.
 */
type End = 'success' | FailureCode;

interface Row {
  readonly step: Step;
  readonly where: string;
  readonly after?: number;
  readonly ends: Readonly<Record<FaultKind, End | readonly End[]>>;
}

const passing = {
  '429': 'success',
  '500': 'success',
  '503': 'success',
  reset: 'success',
  eof: 'success',
  stall: 'success',
  'token-expired': 'success',
} as const;
/** An engine may hold on to an upload that hangs and have the second push wait for it too (20.10 does). */
const passingInEngine = { ...passing, stall: ['success', 'EPP504'] } as const;
const refusedByRegistry = { ...passing, 'denied-with-text': 'EPP502', 'denied-empty': 'EPP502' } as const;
const refusedInEngine = {
  ...passingInEngine,
  'denied-with-text': 'EPP502',
  'denied-empty': 'EPP502',
} as const;

const rows: readonly Row[] = [
  {
    step: 'authorization-token',
    where: 'the token for the preflight',
    ends: { ...passing, 'token-expired': 'EPP203', 'denied-with-text': 'EPP204', 'denied-empty': 'EPP204' },
  },
  { step: 'upload-start', where: 'the permission probe', ends: refusedByRegistry },
  { step: 'upload-start', where: "the engine's upload of a layer", after: 1, ends: refusedInEngine },
  { step: 'blob-head', where: "the engine's question for a layer", ends: refusedInEngine },
  { step: 'upload-data', where: "the body of the engine's upload", ends: refusedInEngine },
  { step: 'upload-finish', where: "the end of the engine's upload", ends: refusedInEngine },
  { step: 'manifest-put', where: 'the manifest under the first tag', ends: refusedByRegistry },
  { step: 'manifest-get', where: 'the read probe', ends: refusedByRegistry },
  { step: 'manifest-get', where: 'reading the manifest back', after: 1, ends: refusedByRegistry },
  { step: 'manifest-put', where: 'the manifest under the second tag', after: 1, ends: refusedByRegistry },
  { step: 'manifest-head', where: 'verifying a tag', ends: refusedByRegistry },
];

describe('a push that meets a fault', function () {
  this.timeout(120_000);
  let lab: LabEcr;
  let docker: Docker;
  let dockerHost: string;
  let restoreCredentials: () => void;

  before(async function () {
    dockerHost = requireEngine(this).dockerHost;
    docker = new Docker({ socketPath: dockerHost.replace('unix://', '') });
    lab = await startLabEcr();
    restoreCredentials = awsCredentialsOf(lab);
    lab.createRepository('team/app');
  });

  after(async () => {
    restoreCredentials();
    await lab.close();
  });

  afterEach(() => {
    lab.faults.clear();
  });

  for (const { step, where, after = 0, ends } of rows) {
    for (const [kind, end] of entries(ends)) {
      it(`${kind} at ${where} (${step}): ${[end].flat().join(' or ')}`, async function () {
        const image = await freshImage(docker);
        const fault = lab.faults.add({
          on: step,
          kind,
          times: kind.startsWith('denied') ? 'always' : 1,
          after,
        });
        try {
          const inputs = pushInputs(lab, 'team/app', image.id, [`${image.tag}-1`, `${image.tag}-2`]);
          const { outcome, lines } = await recordRun(inputs, lab, dockerHost);
          if (step === 'upload-data' && !lab.requests.some((request) => request.step === step))
            skipFor(
              this,
              'This engine sends a blob with the request that ends its upload: no body to break.',
            );
          assert.ok(fault.used > 0, 'the fault must have struck');
          const ended = outcome.kind === 'success' ? 'success' : outcome.failure.code;
          assert.ok([end].flat().includes(ended), `${ended} after\n${lines.join('\n')}`);
          const tags = lab.repository('team/app').tags();
          if (ended === 'success') assert.equal(tags.get(`${image.tag}-1`), tags.get(`${image.tag}-2`));
          else assert.ok(!tags.has(`${image.tag}-2`) || step === 'manifest-head');
        } finally {
          await image.remove();
        }
      });
    }
  }
});

function entries(ends: Row['ends']): readonly (readonly [FaultKind, Row['ends'][FaultKind]])[] {
  const kinds: readonly FaultKind[] = [
    '429',
    '500',
    '503',
    'reset',
    'eof',
    'stall',
    'token-expired',
    'denied-with-text',
    'denied-empty',
  ];
  return kinds.map((kind) => [kind, ends[kind]]);
}
