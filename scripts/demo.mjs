// Sets up, packages, and shows the task at work. See demo.ts.
import { setUp } from './setup.mjs';

setUp();
const { packageExtension } = await import('../build/scripts/package.js');
const { demonstrate } = await import('../build/scripts/demo.js');
process.exitCode = await demonstrate(await packageExtension());
