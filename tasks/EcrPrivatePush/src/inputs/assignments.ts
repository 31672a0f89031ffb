/** `NAME=value` lines. A problem shows the name only: the value may be a secret. */
export interface Assignments {
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly { readonly shown: string; readonly rule: string; readonly example: string }[];
}

type Lookup = (name: string) => string | undefined;

/**
 * One `NAME=value` a line; empty lines are passed over, a later line wins. Where `variable` is given, a bare `NAME`
 * takes the variable of that name, as `docker build --build-arg NAME` takes it from the environment.
 */
export function parseAssignments(text: string, variable?: Lookup): Assignments {
  const values = new Map<string, string>();
  const problems: Assignments['problems'][number][] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const split = line.indexOf('=');
    const name = (split < 0 ? line : line.slice(0, split)).trim();
    const value = split < 0 ? variable?.(name) : line.slice(split + 1);
    if (!/^[^\s=]+$/.test(name)) {
      problems.push({
        shown: name,
        rule: 'NAME=value on each line, with no white space in NAME',
        example: 'VERSION=1.4.2',
      });
    } else if (value === undefined) {
      problems.push({ shown: name, ...bareName(variable) });
    } else {
      values.set(name, value);
    }
  }
  return { values, problems };
}

function bareName(variable: Lookup | undefined): { readonly rule: string; readonly example: string } {
  return variable === undefined
    ? { rule: 'NAME=value on each line', example: 'team=payments' }
    : {
        rule: 'NAME=value on each line, or the bare NAME of a variable that is defined',
        example: 'VERSION=1.4.2',
      };
}
