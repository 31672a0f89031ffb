import { TaskFailure } from '../../failure.js';

/**
 * @param file relative to the context, as the user knows it.
 * @param why what was observed, a sentence.
 */
export function contextFailure(file: string, why: string, cause?: unknown): TaskFailure {
  return new TaskFailure('EPP102', {
    what: `'${file}' of the build context cannot be sent to the engine.`,
    why,
    fix: `Let no step write to the context while the image is built, let the agent's user read every file in it, or leave '${file}' out by a line in .dockerignore.`,
    cause,
  });
}

/** What a failed file operation means for the file, in words. */
export function fileFailure(file: string, error: unknown): TaskFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'ENOENT' && file.includes('\uFFFD'))
    return contextFailure(file, 'Its name is not valid UTF-8, which no builder accepts.', error);
  if (code === 'ENOENT') return contextFailure(file, 'It vanished while the context was read.', error);
  if (code === 'EACCES' || code === 'EPERM')
    return contextFailure(file, 'The agent may not read it: permission denied.', error);
  return contextFailure(file, `Reading it failed: ${text}`, error);
}
