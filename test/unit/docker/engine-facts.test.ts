import assert from 'node:assert/strict';
import { engineFacts } from '../../../tasks/EcrPrivatePush/src/docker/engine-facts.js';

// The fields that are read, as Debian's engine 20.10.24 gave them.
const version = { Version: '20.10.24+dfsg1', ApiVersion: '1.41', Os: 'linux', Arch: 'amd64' };
const info = {
  NCPU: 2,
  Driver: 'overlay2',
  DriverStatus: [
    ['Backing Filesystem', 'extfs'],
    ['Supports d_type', 'true'],
  ],
  DockerRootDir: '/var/lib/docker',
};

describe('engineFacts', () => {
  it('reads what the engine says of itself', () => {
    assert.deepEqual(engineFacts(version, info), {
      version: '20.10.24+dfsg1',
      apiVersion: '1.41',
      operatingSystem: 'linux',
      architecture: 'amd64',
      cpus: 2,
      imageStore: 'graphdriver',
      storageDriver: 'overlay2',
      dataRoot: '/var/lib/docker',
    });
  });

  it('knows the containerd store by its driver status', () => {
    const driver = { Driver: 'overlayfs', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
    assert.equal(engineFacts(version, { ...info, ...driver }).imageStore, 'containerd');
  });

  it('takes an engine that tells nothing for the older store', () => {
    const facts = engineFacts('OK', { DriverStatus: null });
    assert.equal(facts.imageStore, 'graphdriver');
    assert.equal(facts.version, 'unknown');
  });
});
