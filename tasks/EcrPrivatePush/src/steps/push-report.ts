import type { Tag } from '../image-reference.js';
import { repositoryUri } from '../image-reference.js';
import { shortDigest } from '../report/format.js';
import type { PhaseTime, PushReport, PushedLayer } from '../report/push-report.js';
import type { PushTarget } from './preflight.js';
import type { PushedImage } from './pushed-image.js';

/** Brings together what the steps found out. */
export function pushReport(facts: {
  readonly baseImage: string | undefined;
  readonly pushed: PushedImage;
  readonly target: PushTarget;
  readonly tags: readonly [Tag, ...Tag[]];
  readonly phases: readonly PhaseTime[];
}): PushReport {
  const { baseImage, pushed, target, tags, phases } = facts;
  return {
    repositoryUri: repositoryUri(target.repository),
    region: target.region,
    tags,
    digest: pushed.manifest.digest,
    platform: `${pushed.local.os}/${pushed.local.architecture}`,
    baseImage,
    layers: pushedLayers(pushed),
    phases,
  };
}

/**
 * The engine speaks of a layer by the start of its diff id (graphdriver) or of its digest (containerd store). An
 * image whose tag was there already had nothing to push.
 */
export function pushedLayers({ layers, local, outcomes }: PushedImage): readonly PushedLayer[] {
  return layers.map(({ digest, size }, index) => {
    const diffId = local.diffIds[index];
    const outcome =
      (diffId === undefined ? undefined : outcomes.get(shortDigest(diffId))) ??
      outcomes.get(shortDigest(digest));
    return {
      digest,
      size,
      outcome: outcome === undefined ? undefined : outcome === 'pushed' ? 'new' : 'reused',
    };
  });
}
