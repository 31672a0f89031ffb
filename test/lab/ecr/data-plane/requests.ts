import type { DataPlaneStep } from '../faults.js';

/** A request to the registry, read from its method and path. */
export interface RegistryRequest {
  readonly step: DataPlaneStep;
  /** Empty where the request names none. */
  readonly repository: string;
  /** Tag, digest or upload id; empty where the request names none. */
  readonly reference: string;
}

const name = '(?<name>[^?]+?)';
const paths: readonly (readonly [string, RegExp, DataPlaneStep])[] = [
  ['GET', /^\/v2\/?$/, 'ping'],
  ['HEAD', /^\/v2\/?$/, 'ping'],
  ['GET', /^\/s3\/(?<name>.+)\/(?<reference>sha256:[^/]+)$/, 'layer-download'],
  ['GET', on('/tags/list'), 'tags-list'],
  ['POST', on('/blobs/uploads/?'), 'upload-start'],
  ['PATCH', on('/blobs/uploads/(?<reference>[^/]+)'), 'upload-data'],
  ['PUT', on('/blobs/uploads/(?<reference>[^/]+)'), 'upload-finish'],
  ['GET', on('/blobs/uploads/(?<reference>[^/]+)'), 'upload-status'],
  ['DELETE', on('/blobs/uploads/(?<reference>[^/]+)'), 'upload-cancel'],
  ['HEAD', on('/blobs/(?<reference>[^/]+)'), 'blob-head'],
  ['GET', on('/blobs/(?<reference>[^/]+)'), 'blob-get'],
  ['HEAD', on('/manifests/(?<reference>[^/]+)'), 'manifest-head'],
  ['GET', on('/manifests/(?<reference>[^/]+)'), 'manifest-get'],
  ['PUT', on('/manifests/(?<reference>[^/]+)'), 'manifest-put'],
  ['DELETE', on('/manifests/(?<reference>[^/]+)'), 'manifest-delete'],
];

function on(rest: string): RegExp {
  return new RegExp(`^/v2/${name}${rest}$`);
}

/** Reads what a request asks for; undefined where the registry serves no such thing. */
export function readRegistryRequest(method: string, path: string): RegistryRequest | undefined {
  for (const [served, pattern, step] of paths) {
    const match = served === method ? pattern.exec(path) : null;
    if (match === null) continue;
    return {
      step,
      repository: match.groups?.['name'] ?? '',
      reference: decodeURIComponent(match.groups?.['reference'] ?? ''),
    };
  }
  return undefined;
}

/** The IAM action that ECR checks for each step; undefined where it checks none. */
export const iamActions: Readonly<Record<DataPlaneStep, string | undefined>> = {
  ping: undefined,
  'layer-download': undefined,
  'blob-head': 'ecr:BatchCheckLayerAvailability',
  'blob-get': 'ecr:GetDownloadUrlForLayer',
  'upload-start': 'ecr:InitiateLayerUpload',
  'upload-data': 'ecr:UploadLayerPart',
  'upload-finish': 'ecr:CompleteLayerUpload',
  'upload-status': 'ecr:UploadLayerPart',
  'upload-cancel': 'ecr:UploadLayerPart',
  'manifest-head': 'ecr:BatchGetImage',
  'manifest-get': 'ecr:BatchGetImage',
  'manifest-put': 'ecr:PutImage',
  'manifest-delete': 'ecr:BatchDeleteImage',
  'tags-list': 'ecr:ListImages',
};
