import assert from 'node:assert/strict';
import { FaultSwitchboard } from '../../../lab/ecr/faults.js';

describe('lab ecr: fault switchboard', () => {
  it('strikes as often as it was told, then no more', () => {
    const faults = new FaultSwitchboard();
    const handle = faults.add({ on: 'manifest-put', kind: '429', times: 2 });
    const met = [1, 2, 3].map(() => faults.take('manifest-put', '/'));
    assert.deepEqual(met, ['429', '429', undefined]);
    assert.equal(handle.used, 2);
  });

  it('strikes always until it is removed', () => {
    const faults = new FaultSwitchboard();
    const handle = faults.add({ on: 'ping', kind: '500', times: 'always' });
    assert.equal(faults.take('ping', '/v2/'), '500');
    assert.equal(faults.take('ping', '/v2/'), '500');
    handle.remove();
    assert.equal(faults.take('ping', '/v2/'), undefined);
  });

  it('lets the first ones through', () => {
    const faults = new FaultSwitchboard();
    faults.add({ on: 'upload-data', kind: 'reset', times: 1, after: 2 });
    const met = [1, 2, 3, 4].map(() => faults.take('upload-data', '/'));
    assert.deepEqual(met, [undefined, undefined, 'reset', undefined]);
  });

  it('keeps to its step and its path', () => {
    const faults = new FaultSwitchboard();
    faults.add({ on: 'manifest-put', kind: '503', times: 'always', path: /manifests\/v2$/ });
    assert.equal(faults.take('manifest-get', '/v2/a/manifests/v2'), undefined);
    assert.equal(faults.take('manifest-put', '/v2/a/manifests/v1'), undefined);
    assert.equal(faults.take('manifest-put', '/v2/a/manifests/v2'), '503');
  });

  it('goes on to the next fault of a step when the first is used up', () => {
    const faults = new FaultSwitchboard();
    faults.add({ on: 'ping', kind: '429', times: 1 });
    faults.add({ on: 'ping', kind: '503', times: 1 });
    assert.deepEqual([faults.take('ping', '/'), faults.take('ping', '/')], ['429', '503']);
  });

  it('records each fault that was met', () => {
    const faults = new FaultSwitchboard();
    faults.add({ on: 'ping', kind: '429', times: 1 });
    faults.take('ping', '/v2/');
    assert.deepEqual(faults.used, [{ on: 'ping', kind: '429', path: '/v2/' }]);
  });
});
