/** A logging command, as the agent finds it in a line of a task's output. */
export interface LoggingCommand {
  /** `area.event`, in lower case. */
  readonly name: string;
  /** By name in lower case. */
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

const marker = '##vso[';

/**
 * Reads a line as the agent's `Command.TryParse` does: the command begins at the first `##vso[`, wherever in the
 * line that is; a property without a name or a value is passed over.
 */
export function parseLoggingCommand(line: string): LoggingCommand | undefined {
  const start = line.indexOf(marker);
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const inside = line.slice(start + marker.length, end);
  const space = inside.indexOf(' ');
  const parts = (space < 0 ? inside : inside.slice(0, space)).split('.').filter((part) => part !== '');
  if (parts.length !== 2) return undefined;
  return {
    name: parts.join('.').toLowerCase(),
    properties: new Map(
      space < 0
        ? []
        : inside
            .slice(space + 1)
            .split(';')
            .flatMap(property),
    ),
    data: unescape(line.slice(end + 1)),
  };
}

function property(text: string): readonly (readonly [string, string])[] {
  const equals = text.indexOf('=');
  if (equals < 1 || equals === text.length - 1) return [];
  return [[text.slice(0, equals).toLowerCase(), unescape(text.slice(equals + 1))]];
}

function unescape(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%');
}
