import type { Parsed } from '../image-reference.js';

export type Command = 'buildAndPush' | 'build' | 'push';

const commands: readonly Command[] = ['buildAndPush', 'build', 'push'];

export function parseCommand(text: string): Parsed<Command> {
  const command = commands.find((each) => each.toLowerCase() === text.toLowerCase());
  if (command !== undefined) return { ok: true, value: command };
  return { ok: false, rule: `one of ${commands.join(', ')}`, example: 'buildAndPush' };
}

/** The agent hands every boolean over as text; a task.json default is always there, so empty is `false`. */
export function parseBoolean(text: string): Parsed<boolean> {
  const lower = text.toLowerCase();
  if (lower === 'true') return { ok: true, value: true };
  if (lower === 'false' || lower === '') return { ok: true, value: false };
  return { ok: false, rule: 'true or false', example: 'true' };
}

/** `https`, or `http` on this machine only: the calls carry credentials. */
export function parseEndpoint(text: string): Parsed<URL> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && mayCarryCredentials(url) && url.username + url.password === '')
    return { ok: true, value: url };
  return {
    ok: false,
    rule: 'an https URL without user or password (http only for a loopback address)',
    example: 'https://vpce-0a1b2c3d4e5f6a7b8-abcdefgh.api.ecr.ap-northeast-1.vpce.amazonaws.com',
  };
}

function mayCarryCredentials({ protocol, hostname }: URL): boolean {
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
}

/** A platform as containerd writes it, `os/architecture[/variant]`; one only. */
export function parsePlatform(text: string): Parsed<string> {
  if (/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/.test(text)) return { ok: true, value: text };
  return {
    ok: false,
    rule: 'one platform, os/architecture or os/architecture/variant',
    example: 'linux/arm64',
  };
}

/** A stage's name or its number, as `FROM … AS name` allows them. */
export function parseStage(text: string): Parsed<string> {
  if (/^([a-z][a-z0-9-_.]*|\d+)$/i.test(text)) return { ok: true, value: text };
  return { ok: false, rule: 'the name or number of a stage in the Dockerfile', example: 'runtime' };
}

const imageId = /^(sha256:)?[0-9a-f]{12,64}$/;
const domain = /(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?\/)?/.source;
const path = /[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*/.source;
const imageName = new RegExp(
  `^${domain}${path}(?:/${path})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** A name or id under which the engine knows an image; grammar of github.com/distribution/reference. */
export function parseImageName(text: string): Parsed<string> {
  if (text.length <= 512 && (imageId.test(text) || imageName.test(text))) return { ok: true, value: text };
  return { ok: false, rule: 'the name or id of an image that the engine has', example: 'team/app:1.4.2' };
}
