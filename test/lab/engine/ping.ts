import { request } from 'node:http';

/** The engine's version of `Api-Version`, or undefined where no engine answers within two seconds. */
export async function pingEngine(dockerHost: string): Promise<string | undefined> {
  const target = targetOf(dockerHost);
  if (target === undefined) return undefined;
  return new Promise((resolve) => {
    const ping = request({ ...target, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      const version = response.headers['api-version'];
      resolve(response.statusCode === 200 && typeof version === 'string' ? version : undefined);
    });
    ping.on('timeout', () => ping.destroy(new Error('no answer in time')));
    ping.on('error', () => {
      resolve(undefined);
    });
    ping.end();
  });
}

function targetOf(dockerHost: string): { socketPath: string } | { host: string; port: string } | undefined {
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length) };
  if (!/^(tcp|http):\/\//.test(dockerHost)) return undefined;
  const { hostname, port } = new URL(dockerHost.replace(/^tcp:/, 'http:'));
  return { host: hostname, port: port === '' ? '2375' : port };
}
