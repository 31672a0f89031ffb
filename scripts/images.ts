/** Renders the pictures that the Marketplace and the agent want as PNG. Run by hand after a change of an SVG. */
import { readFile, writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';

const pictures = [
  { from: 'images/icon.svg', to: 'images/icon.png', width: 128 },
  { from: 'images/icon.svg', to: 'tasks/EcrPrivatePush/icon.png', width: 32 },
  { from: 'images/flow.svg', to: 'images/flow.png', width: 1160 },
] as const;

for (const { from, to, width } of pictures) {
  const picture = new Resvg(await readFile(from, 'utf8'), { fitTo: { mode: 'width', value: width } });
  await writeFile(to, picture.render().asPng());
  console.log(to);
}
