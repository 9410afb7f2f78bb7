// Which word calls the trained person. fal's trainer: without captions the trigger word takes their place, with
// captions the trigger word is not used, so then only a word that the captions share can call the person.

/** Words that captions share without meaning anybody by it. */
const ORDINARY = new Set(
  (
    'a an and are as at background by close close-up closeup face facing from full headshot her his image in is its ' +
    'looking man male female woman girl boy child adult of on or person people character photo photograph picture ' +
    'portrait shot smiling standing the their this to up view wearing with young old'
  ).split(' '),
);

/** The word that a prompt must hold for the LoRA to show its person; undefined when any prompt will. */
export function learnedTrigger(captions: (string | undefined)[], triggerWord: string | undefined): string | undefined {
  const written = captions.filter((caption): caption is string => caption !== undefined && caption !== '');
  const asked = triggerWord?.trim().toLowerCase() || undefined;
  if (written.length === 0) return asked;
  if (asked !== undefined && written.every((caption) => holdsTrigger(caption, asked))) return asked;
  const [first = '', ...rest] = written;
  return words(first).find(
    (word) => word.length > 2 && !ORDINARY.has(word) && rest.every((caption) => words(caption).includes(word)),
  );
}

/** Whether a text holds the trigger as whole words, in any case. */
export function holdsTrigger(text: string, trigger: string): boolean {
  return ` ${words(text).join(' ')} `.includes(` ${words(trigger).join(' ')} `);
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];
}
