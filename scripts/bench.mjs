// Sets up, packages, and measures. See bench.ts.
import { setUp } from './setup.mjs';

setUp();
const { packageExtension } = await import('../build/scripts/package.js');
const { bench } = await import('../build/scripts/bench.js');
process.exitCode = await bench(await packageExtension());
