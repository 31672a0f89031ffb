import type { Plugin } from 'esbuild';

/**
 * Packages that dockerode loads for what the task never calls: engines over ssh, its own BuildKit session, and
 * packing a context. Two of them hold native code, which would make the bundle depend on the machine that built it.
 */
const absent = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'tar-fs'];

/** docker-modem's: with DEBUG=modem it would print each request's headers, credentials among them. */
const silenced = ['debug'];

/** Puts a function in place of each that says what is missing when it is called. */
export const absentPackages: Plugin = {
  name: 'absent-packages',
  setup(build) {
    const exactly = new RegExp(`^(${[...absent, ...silenced].join('|')})$`);
    build.onResolve({ filter: exactly }, ({ path }) => ({ path, namespace: 'absent' }));
    build.onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({
      contents: silenced.includes(path) ? 'module.exports = () => () => {};' : stub(path),
      loader: 'js',
    }));
  },
};

/** Reading a property is harmless, since that happens while dockerode loads; calling one throws. */
function stub(name: string): string {
  return `
function absent() { throw new Error(${JSON.stringify(`${name} is not part of this task: it is left out of the bundle.`)}); }
module.exports = new Proxy(absent, { get: () => absent });
`;
}
