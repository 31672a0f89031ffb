import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Mocha's own spec reporter, which also writes the counts to the file of the option `file`. */
export default class ResultReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const reporterOptions: unknown = options.reporterOptions;
    runner.once('end', () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      writeFileSync(fileOf(reporterOptions), JSON.stringify({ passed, failed, skipped }));
    });
  }
}

function fileOf(options: unknown): string {
  if (
    typeof options === 'object' &&
    options !== null &&
    'file' in options &&
    typeof options.file === 'string'
  )
    return options.file;
  throw new Error('the reporter needs --reporter-option file=<path>');
}
