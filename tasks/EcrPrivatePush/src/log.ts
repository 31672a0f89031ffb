/**
 * Where the rooms write what a user reads. Whoever implements it neutralises the text: what a line holds is never
 * an instruction to the agent. A line may hold no line break; one that does is shown as several lines.
 */
export interface Log {
  info(line: string): void;
  warning(line: string): void;
  /** Shown only when the pipeline runs with system.debug. */
  debug(line: string): void;
  /** Folds what follows under a title, until `endGroup`. Groups do not nest. */
  group(title: string): void;
  endGroup(): void;
}
