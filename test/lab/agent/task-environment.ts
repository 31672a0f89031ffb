export interface TaskSettings {
  readonly inputs: ReadonlyMap<string, string>;
  readonly variables: Readonly<Record<string, string>>;
  readonly secretVariables: Readonly<Record<string, string>>;
}

/** The environment variables through which the agent gives a task its inputs, variables and secrets. */
export function taskEnvironment({
  inputs,
  variables,
  secretVariables,
}: TaskSettings): Record<string, string> {
  return {
    ...named('', Object.entries(variables)),
    ...named('SECRET_', Object.entries(secretVariables)),
    ...named('INPUT_', inputs),
    VSTS_PUBLIC_VARIABLES: JSON.stringify(Object.keys(variables)),
    VSTS_SECRET_VARIABLES: JSON.stringify(Object.keys(secretVariables)),
    ENDPOINT_URL_SYSTEMVSSCONNECTION: 'https://dev.azure.com/lab/',
    ENDPOINT_AUTH_SYSTEMVSSCONNECTION: JSON.stringify({
      scheme: 'OAuth',
      parameters: { AccessToken: labAccessToken },
    }),
    ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION: 'OAuth',
    ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: labAccessToken,
  };
}

/** The job's own token; the agent masks it. */
export const labAccessToken = 'lab-job-access-token-that-opens-nothing';

/** The variables that every job has, before the pipeline's own. */
export function jobVariables(folders: {
  readonly sources: string;
  readonly temporary: string;
  readonly work: string;
}): Record<string, string> {
  return {
    'Agent.Name': 'lab-agent',
    'Agent.OS': 'Linux',
    'Agent.TempDirectory': folders.temporary,
    'Agent.Version': '4.265.1',
    'Agent.WorkFolder': folders.work,
    'Build.BuildId': '42',
    'Build.BuildNumber': '20261101.1',
    'Build.DefinitionName': 'lab-pipeline',
    'Build.Repository.Name': 'lab-repository',
    'Build.Repository.Uri': 'https://dev.azure.com/lab/project/_git/lab-repository',
    'Build.SourceBranch': 'refs/heads/main',
    'Build.SourceBranchName': 'main',
    'Build.SourcesDirectory': folders.sources,
    'Build.SourceVersion': '0123456789abcdef0123456789abcdef01234567',
    'System.CollectionUri': 'https://dev.azure.com/lab/',
    'System.DefaultWorkingDirectory': folders.sources,
    'System.HostType': 'build',
    'System.TeamFoundationCollectionUri': 'https://dev.azure.com/lab/',
    'System.TeamProject': 'project',
  };
}

function named(prefix: string, values: Iterable<readonly [string, string]>): Record<string, string> {
  return Object.fromEntries(
    [...values].map(([name, value]) => [prefix + name.replace(/[ .]/g, '_').toUpperCase(), value]),
  );
}
