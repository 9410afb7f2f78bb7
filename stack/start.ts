// `npm start`: the whole stack on this machine, until Ctrl-C.

import { consoleLink, firstKey } from './first-key.ts';
import { readStackOptions } from './options.ts';
import { type Stack, startStack } from './stack.ts';
import { onStop, say } from './terminal.ts';

async function main(): Promise<void> {
  const options = readStackOptions(process.argv.slice(2), process.env);
  const stack = await startStack(options, say);
  onStop(() => stack.stop());
  const key = await firstKey(stack.database);
  say('');
  say(addresses(stack));
  if (stack.provider === 'sandbox')
    say('FAL_KEY is not set: the sandbox stands in for fal.ai. Nothing is trained, nothing is paid.');
  if (key) say(`\nYour API key, shown this once: ${key}`);
  say(`\nConsole, for 12 hours: ${await consoleLink(stack.database, stack.urls.api)}`);
  say(`\nData: ${options.dataFolder}. Stop with Ctrl-C; the next start goes on from here.`);
}

function addresses({ urls }: Stack): string {
  return [
    `API              ${urls.api}`,
    `OpenAPI          ${urls.api}/openapi.json`,
    `Temporal Web UI  ${urls.temporalUi}`,
    `Supabase         ${urls.supabase}`,
    ...(urls.sandbox ? [`Sandbox          ${urls.sandbox}`] : []),
  ].join('\n');
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
