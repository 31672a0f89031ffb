import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import type { FaultKind, Step } from '../../../lab/ecr/faults.js';
import { startLabEcr, type LabEcr } from '../../../lab/ecr/lab-ecr.js';
import { errorIn, RegistrySession } from './registry-session.js';

/** What a raw connection ends in: the body, or the error that Node's client has for it. */
function exchangeRaw(lab: LabEcr, method: string, path: string, body: string): Promise<string> {
  const headers = { authorization: `Basic ${lab.issueToken().authorizationToken}` };
  return new Promise((resolve) => {
    const sent = httpRequest(`${lab.url}${path}`, { method, headers, agent: false }, (response) => {
      response.on('error', (error) => {
        resolve(`answer ${String(response.statusCode)}, then ${error.message}`);
      });
      response.on('end', () => {
        resolve(`answer ${String(response.statusCode)}, whole`);
      });
      response.resume();
    });
    sent.on('error', (error) => {
      resolve(error.message);
    });
    sent.end(body);
  });
}

describe('lab ecr: faults of the registry', () => {
  let lab: LabEcr;

  beforeEach(async () => {
    lab = await startLabEcr();
    lab.createRepository('team/app');
  });
  afterEach(() => lab.close());

  describe('that are an answer', () => {
    const answers: readonly (readonly [FaultKind, number, string, RegExp])[] = [
      ['429', 429, 'TOOMANYREQUESTS', /^Rate exceeded$/],
      ['500', 500, 'UNKNOWN', /./],
      ['503', 503, 'UNAVAILABLE', /./],
      [
        'denied-with-text',
        403,
        'DENIED',
        /^User: arn:aws:iam::123456789012:user\/lab-agent is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:ap-northeast-1:123456789012:repository\/team\/app because /,
      ],
      [
        'token-expired',
        403,
        'DENIED',
        /^Your authorization token has expired\. Reauthenticate and try again\.$/,
      ],
    ];
    for (const [kind, status, code, message] of answers)
      it(kind, async () => {
        lab.faults.add({ on: 'upload-start', kind, times: 1 });
        const response = await new RegistrySession(lab, 'team/app').request('POST', '/blobs/uploads/');
        const error = await errorIn(response);
        assert.deepEqual([response.status, error.code], [status, code]);
        assert.match(error.message, message);
      });

    it('denied-empty has no body', async () => {
      lab.faults.add({ on: 'upload-start', kind: 'denied-empty', times: 1 });
      const response = await new RegistrySession(lab, 'team/app').request('POST', '/blobs/uploads/');
      assert.deepEqual([response.status, await response.text()], [403, '']);
    });
  });

  it('an expired token stays expired, a fresh one serves', async () => {
    const old = new RegistrySession(lab, 'team/app');
    lab.faults.add({ on: 'upload-start', kind: 'token-expired', times: 1 });
    await old.startUpload();
    assert.equal((await old.request('GET', '/tags/list')).status, 403);
    assert.equal((await new RegistrySession(lab, 'team/app').request('GET', '/tags/list')).status, 200);
  });

  describe('that break the connection', () => {
    const cases: readonly (readonly [string, Step, FaultKind, string, string, string])[] = [
      ['reset', 'upload-start', 'reset', 'POST', '/v2/team/app/blobs/uploads/', 'read ECONNRESET'],
      [
        'eof without an answer',
        'upload-start',
        'eof',
        'POST',
        '/v2/team/app/blobs/uploads/',
        'socket hang up',
      ],
      ['eof inside a request', 'manifest-put', 'eof', 'PUT', '/v2/team/app/manifests/v1', 'socket hang up'],
      [
        'eof inside an answer',
        'tags-list',
        'eof',
        'GET',
        '/v2/team/app/tags/list',
        'answer 200, then aborted',
      ],
    ];
    for (const [what, on, kind, method, path, ending] of cases)
      it(what, async () => {
        lab.faults.add({ on, kind, times: 1 });
        assert.equal(await exchangeRaw(lab, method, path, method === 'GET' ? '' : '{}'), ending);
        assert.equal(lab.faults.used.length, 1);
      });

    it('a stalled request ends when the lab closes', async () => {
      lab.faults.add({ on: 'tags-list', kind: 'stall', times: 1 });
      const ending = exchangeRaw(lab, 'GET', '/v2/team/app/tags/list', '');
      while (lab.faults.used.length === 0) await new Promise(setImmediate);
      await lab.close();
      assert.equal(await ending, 'socket hang up');
    });
  });

  it('a request without credentials uses no fault up', async () => {
    lab.faults.add({ on: 'tags-list', kind: '500', times: 1 });
    assert.equal((await fetch(`${lab.url}/v2/team/app/tags/list`)).status, 401);
    assert.equal((await new RegistrySession(lab, 'team/app').request('GET', '/tags/list')).status, 500);
  });

  it('the request log names the fault and holds no credentials', async () => {
    lab.faults.add({ on: 'tags-list', kind: '500', times: 1 });
    const token = lab.issueToken();
    const headers = { authorization: `Basic ${token.authorizationToken}` };
    await fetch(`${lab.url}/v2/team/app/tags/list`, { headers });
    const [record] = lab.requests;
    assert.deepEqual(
      [record?.step, record?.fault, record?.status, record?.authenticated],
      ['tags-list', '500', 500, true],
    );
    assert.equal(JSON.stringify(lab.requests).includes(token.authorizationToken), false);
  });
});
