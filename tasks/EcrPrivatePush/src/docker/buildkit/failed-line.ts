import { soughtImage } from './base-image-failure.js';
import { fromLine, instructionLine } from './dockerfile-lines.js';
import { sourceLine } from './error-details.js';
import type { GrpcError } from './grpc.js';
import type { FailedStep } from './progress.js';

/** The line of the Dockerfile that failed: as the engine says it, else as the failed step's name tells. */
export function failedLine(failed: {
  readonly error: GrpcError;
  readonly step: FailedStep | undefined;
  readonly dockerfile: string;
}): number | undefined {
  const { error, step, dockerfile } = failed;
  const said = sourceLine(error.details) ?? parseErrorLine(error.message);
  if (said !== undefined || step === undefined) return said;
  const image = soughtImage(step);
  return image === undefined
    ? instructionLine(dockerfile, step.step.name)
    : fromLine(dockerfile, image.image);
}

function parseErrorLine(text: string): number | undefined {
  const line = /parse error (?:on )?line (\d+)/i.exec(text)?.[1];
  return line === undefined ? undefined : Number(line);
}
