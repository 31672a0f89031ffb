import assert from 'node:assert/strict';
import {
  classifyPushRefusal,
  type PushRefusal,
} from '../../../tasks/EcrPrivatePush/src/docker/push-refusal.js';

const iam =
  'User: arn:aws:sts::123456789012:assumed-role/agent/i-0abc is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:ap-northeast-1:123456789012:repository/x because no identity-based policy allows the action';
const missing = "The repository with name 'x' does not exist in the registry with id '123456789012'";
const immutable =
  "The image tag 'v1' already exists in the 'x' repository and cannot be overwritten because the repository is immutable.";
const expired = 'Your authorization token has expired. Reauthenticate and try again.';
const url = 'https://123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/v2/x';

/** What engines said, by store and version; "recorded" ones are from Debian's 20.10.24, graphdriver. */
const messages: readonly [PushRefusal, string, string][] = [
  // graphdriver store
  ['unauthorized', 'unauthorized: Not Authorized', 'graphdriver'],
  ['unauthorized', 'unauthorized: authentication required', 'recorded'],
  ['unauthorized', 'authentication required', '20.10'],
  ['unauthorized', 'no basic auth credentials', 'graphdriver'],
  ['repository-not-found', `name unknown: ${missing}`, 'recorded'],
  ['token-expired', `denied: ${expired}`, 'recorded'],
  ['denied', `denied: ${iam}`, 'recorded'],
  ['denied', 'denied: requested access to the resource is denied', 'graphdriver'],
  ['denied-without-reason', 'denied: ', 'graphdriver'],
  [
    'denied-without-reason',
    'error parsing HTTP 403 response body: unexpected end of JSON input: ""',
    'recorded',
  ],
  ['throttled', 'toomanyrequests: Rate exceeded', 'recorded'],
  ['throttled', 'error parsing HTTP 429 response body: unexpected end of JSON input: ""', 'recorded'],
  ['server-error', 'received unexpected HTTP status: 500 Internal Server Error', 'recorded'],
  ['server-error', 'received unexpected HTTP status: 503 Service Unavailable', 'recorded'],
  ['tag-immutable', `tag invalid: ${immutable}`, 'graphdriver'],
  ['no-space', 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'graphdriver'],
  ['local-name-missing', 'An image does not exist locally with the tag: 127.0.0.1:5/none', 'recorded'],
  ['local-name-missing', 'tag does not exist: 127.0.0.1:5/none:v1', 'graphdriver'],
  // containerd store
  [
    'manifest-refused',
    'failed commit on ref "manifest-sha256:a96b": unexpected status from PUT request to http://127.0.0.1:41383/v2/team/immutable/manifests/v1: 400 Bad Request',
    'recorded on 26.1',
  ],
  [
    'unauthorized',
    'push access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    'containerd',
  ],
  ['repository-not-found', `error from registry: ${missing}`, 'containerd'],
  [
    'denied-without-reason',
    `failed to do request: unexpected status from HEAD request to ${url}/blobs/sha256:1: 403 Forbidden`,
    'containerd',
  ],
  [
    'denied-without-reason',
    `unexpected status from POST request to ${url}/blobs/uploads/: 403 Forbidden`,
    'containerd',
  ],
  ['denied', `error from registry: ${iam}`, 'containerd'],
  ['tag-immutable', `error from registry: ${immutable}`, 'containerd'],
  [
    'throttled',
    `unexpected status from PUT request to ${url}/manifests/v1: 429 Too Many Requests`,
    'containerd',
  ],
  [
    'server-error',
    `unexpected status from POST request to ${url}/blobs/uploads/: 503 Service Unavailable`,
    'containerd',
  ],
  // Go's words for a connection that failed
  ['connection', 'EOF', 'recorded'],
  ['connection', `Head "${url}/blobs/sha256:1": EOF`, 'Go'],
  ['connection', 'read tcp 127.0.0.1:46956->127.0.0.1:39303: read: connection reset by peer', 'recorded'],
  [
    'connection',
    'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
    'recorded',
  ],
  [
    'connection',
    'Get "https://no-such-host.invalid/v2/": dial tcp: lookup no-such-host.invalid on 10.0.0.2:53: no such host',
    'recorded',
  ],
  ['connection', 'Get "https://203.0.113.1/v2/": dial tcp 203.0.113.1:443: i/o timeout', 'Go'],
  ['connection', 'Get "https://203.0.113.1/v2/": net/http: TLS handshake timeout', 'Go'],
  [
    'connection',
    'Get "https://203.0.113.1/v2/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'Go',
  ],
  ['connection', 'write tcp 10.0.0.7:1->10.0.0.8:443: write: broken pipe', 'Go'],
  [
    'untrusted-certificate',
    'Get "https://192.0.2.2:44161/v2/": x509: cannot validate certificate for 192.0.2.2 because it doesn\'t contain any IP SANs',
    'recorded',
  ],
  [
    'untrusted-certificate',
    'Get "https://registry.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'Go',
  ],
  // What nobody has seen yet
  ['unknown', 'the moon is in the wrong phase', 'made up'],
  ['unknown', '', 'made up'],
];

describe('classifyPushRefusal', () => {
  for (const [refusal, message, origin] of messages)
    it(`reads ${refusal} in '${message.slice(0, 70)}' (${origin})`, () => {
      assert.equal(classifyPushRefusal(message), refusal);
    });
});
