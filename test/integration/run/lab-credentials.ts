import type { LabEcr } from '../../lab/ecr/lab-ecr.js';

/** Shows the SDK in this process the lab's only key; gives back the way to undo it. */
export function awsCredentialsOf({ accessKey }: LabEcr): () => void {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  process.env['AWS_ACCESS_KEY_ID'] = accessKey.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = accessKey.secretAccessKey;
  delete process.env['AWS_SESSION_TOKEN'];
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}
