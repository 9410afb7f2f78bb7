// Whom a prompt asks for, from left to right: people called by the trigger word of a LoRA, and others by a class noun.

export interface AskedPerson {
  /** The place of its trigger word in the list given; undefined for somebody who has no LoRA. */
  trigger?: number;
  /** The picture that shows it, counted from 1: "the woman from image 2". */
  image?: number;
  /** Its class noun, if the prompt has one. */
  noun?: string;
}

interface Mention extends AskedPerson {
  from: number;
  to: number;
}

type Side = 'left' | 'center' | 'right';

const NOUN = 'man|woman|boy|girl|person|lady|gentleman|guy|child|kid|teenager|toddler|baby';
const PLURALS: Record<string, string> = { men: 'man', women: 'woman', boys: 'boy', girls: 'girl', children: 'child' };
const NUMBERS: Record<string, number> = { two: 2, three: 3, four: 4, five: 5, '2': 2, '3': 3, '4': 4, '5': 5 };
/** Up to two words between the article and the noun: "a tall old man". */
const ONE = new RegExp(`\\b(?:an?|one|another|some|the other) (?:[\\p{L}-]+ ){0,2}?(${NOUN})\\b(?!['’-])`, 'giu');
const SEVERAL = new RegExp(
  `\\b(${Object.keys(NUMBERS).join('|')}) (?:[\\p{L}-]+ ){0,2}?(${Object.keys(PLURALS).join('|')})\\b(?!['’-])`,
  'giu',
);
/** "two people" says how many there are in all, not who: those who are named count among them. */
const IN_ALL = new RegExp(
  `\\b(${Object.keys(NUMBERS).join('|')}) (?:[\\p{L}-]+ ){0,2}?(?:people|persons|characters|friends)\\b`,
  'iu',
);
/** What may stand between a trigger word and its own class noun: "lkbdf man", "lkbdf, a young man", "a lkbdf man". */
const OWN_NOUN = new RegExp(`^[\\s,]*(?:(?:an?|the) )?(?:[\\p{L}-]+ )?(${NOUN})\\b`, 'iu');
const BARE_NOUN = new RegExp(`^\\s+(${NOUN})\\b`, 'iu');
/** What a picture shows: "the woman from image 2", "image 2". */
const IMAGE = new RegExp(`(?:\\b(?:the|an?) (?:[\\p{L}-]+ )?(${NOUN}) (?:from|in|of) )?\\bimage (\\d+)\\b`, 'giu');
const OF_IMAGE = /^ (?:from|in|of) image (\d+)\b/i;
const IN_ORDER = /\bfrom left to right\b|\bleft to right\b/gi;
const SIDES: [Side, RegExp][] = [
  ['left', /\b(?:on|at|to|in|from) the (?:far |very )?left\b|\bleft (?:side|third)\b|\bfar left\b/i],
  [
    'center',
    /\b(?:in|at) the (?:very )?(?:middle|cent(?:er|re))\b|\b(?:middle|cent(?:er|re)) of the (?:frame|picture|image)\b/i,
  ],
  ['right', /\b(?:on|at|to|in|from) the (?:far |very )?right\b|\bright (?:side|third)\b|\bfar right\b/i],
];

/**
 * The people of a prompt, from left to right. Each trigger word counts once; an uncalled one has no person. `images`: how
 * many pictures are given, each of which shows one person.
 */
export function readPeople(prompt: string, triggers: readonly string[], images = 0): AskedPerson[] {
  // Kept as long as the prompt, so that places of both are the same.
  const text = prompt.replace(IN_ORDER, (words) => ' '.repeat(words.length));
  const mentions: Mention[] = triggers.flatMap((trigger, i) => mentionOf(text, trigger, i, text !== prompt) ?? []);
  const add = ({ index, 0: words }: RegExpExecArray, person: AskedPerson, count = 1) => {
    const to = index + words.length;
    const isTaken = mentions.some((mention) => to > mention.from && index < mention.to);
    if (!isTaken) for (let i = 0; i < count; i++) mentions.push({ ...person, from: index, to });
  };
  for (const match of images > 0 ? text.matchAll(IMAGE) : []) {
    const image = Number(match[2]);
    const isNew = image <= images && mentions.every((mention) => mention.image !== image);
    if (isNew) add(match, { image, ...(match[1] && { noun: match[1].toLowerCase() }) });
  }
  for (const match of text.matchAll(ONE)) add(match, { noun: (match[1] ?? '').toLowerCase() });
  for (const match of text.matchAll(SEVERAL)) {
    const [, count = '', plural = ''] = match.map((part) => part.toLowerCase());
    add(match, { noun: PLURALS[plural] ?? plural }, NUMBERS[count]);
  }
  mentions.sort((a, b) => a.from - b.from);
  const inAll = NUMBERS[IN_ALL.exec(text)?.[1]?.toLowerCase() ?? ''] ?? 0;
  while (mentions.length < inAll) mentions.push({ from: text.length, to: text.length });
  return placed(text, mentions).map(({ from: _, to: __, ...person }) => person);
}

/** The first place of a trigger word, with the class noun and the picture that belong to it. */
function mentionOf(text: string, trigger: string, index: number, inOrder: boolean): Mention | undefined {
  const escaped = trigger.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const match = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:an? )?${escaped}(?![\\p{L}\\p{N}_-])`, 'iu').exec(text);
  if (!match) return undefined;
  let to = match.index + match[0].length;
  // In a list "lkbdf, a man" are two people.
  const own = (inOrder ? BARE_NOUN : OWN_NOUN).exec(text.slice(to));
  to += own?.[0].length ?? 0;
  const image = OF_IMAGE.exec(text.slice(to));
  to += image?.[0].length ?? 0;
  return {
    trigger: index,
    ...(own?.[1] && { noun: own[1].toLowerCase() }),
    ...(image && { image: Number(image[1]) }),
    from: match.index,
    to,
  };
}

/** The side of the picture that words name. */
export function sideOf(words: string): Side | undefined {
  return SIDES.find(([, side]) => side.test(words))?.[0];
}

/** Those on the left first and those on the right last; the others in the order in which they are named. */
function placed(text: string, mentions: Mention[]): Mention[] {
  const before = text.slice(0, mentions[0]?.from ?? 0);
  const named = SIDES.some(([, words]) => words.test(before));
  const sides = mentions.map((mention, i) => {
    // "On the left a man, on the right a woman", or "a man on the left, a woman on the right".
    const part = named
      ? text.slice(mentions[i - 1]?.to ?? 0, mention.from)
      : text.slice(mention.to, mentions[i + 1]?.from ?? text.length);
    return sideOf(part);
  });
  const on = (side: Side) => mentions.filter((_, i) => sides[i] === side);
  const others = mentions.filter((_, i) => sides[i] === undefined);
  const centre = on('center');
  // Whoever has no side fills the places between.
  const half = Math.ceil(others.length / 2);
  return [...on('left'), ...others.slice(0, half), ...centre, ...others.slice(half), ...on('right')];
}
