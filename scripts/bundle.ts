import { build, type Metafile } from 'esbuild';
import { absentPackages } from './absent-packages.js';

/**
 * Bundles the task into one CommonJS file; as an ES module it would end in "Dynamic require of … is not supported".
 * Not minified: a readable stack trace is worth the 88 KB that it costs packed.
 */
export async function bundleTask(outputFile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['tasks/EcrPrivatePush/src/main.ts'],
    outfile: outputFile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    plugins: [absentPackages],
  });
  return metafile;
}
