// The prompts of a still. A prompt names characters by their names; a model knows them by trigger word and class noun.
// Beside a LoRA or a reference no text says what a character looks like: it would fight with the picture.

import { type Subject, subjectHasFace, triggerPhrase } from '../subject.ts';
import { textProblem } from '../text.ts';
import { PROMPT_LIMITS } from './limits.ts';
import { type Naming, namingsIn, readable, written } from './namings.ts';
import { type AskedPlace, askedPlaces, PLACE_WORDS, type PlaceRefusal, positionOf } from './places.ts';
import { drawnInScene, ROUTES } from './routes.ts';
import type { ComposedPrompts, Place, Position, RouteId } from './still.ts';

/** Where a template of the moodboard has the scene; one without it is added behind. */
const SCENE = '{prompt}';

export interface PromptMember extends AskedPlace {
  name: string;
  subject?: Subject | undefined;
  triggerWord: string;
}

export interface PromptRequest {
  route: RouteId;
  /** What the picture shows, with the words of the shot: kept as they are. */
  prompt: string;
  cast: readonly PromptMember[];
  location?: string | undefined;
  /** Texts of style and mood. */
  moodboard?: readonly string[] | undefined;
  /** How a prompt names the nth picture that is drawn from, as the profile of the route has it: `image {n}`. */
  addressing?: string | undefined;
}

export interface PromptRefusal {
  code: 'prompt_refused';
  /** The field that it is about. */
  field: 'prompt' | 'location' | 'moodboard';
  message: string;
}

export interface Composed {
  prompts: ComposedPrompts;
  /** Of each member: where the request places it, or where the prompt does by naming everybody in an order. */
  places: (Place | undefined)[];
}

/** The same request always gives the same prompts. */
export function composePrompts(request: PromptRequest): Composed | { refused: PromptRefusal | PlaceRefusal } {
  const wrong = wrongText(request);
  if (wrong) return { refused: wrong };
  const asked = askedPlaces(request.cast);
  if ('refused' in asked) return asked;
  const prompt = readable(request.prompt);
  const namings = namingsIn(
    prompt,
    request.cast.map(({ name }) => name),
  );
  const named = [...new Set(namings.map(({ member }) => member))];
  const isPlaced = asked.places.some((place) => place !== undefined);
  const isInOrder = !isPlaced && named.length > 1 && named.length === request.cast.length;
  const speech = speechOf(request, named);
  const scene = sceneOf(request, { prompt, namings, named, isInOrder, speech });
  const places = isInOrder
    ? request.cast.map((_, member): Place => ({ kind: 'order', order: named.indexOf(member) }))
    : asked.places;
  return { prompts: { scene, faces: request.cast.map((_, member) => facePrompt(request, member, speech)) }, places };
}

function wrongText({ prompt, location, moodboard = [], cast }: PromptRequest): PromptRefusal | undefined {
  const refuse = (field: PromptRefusal['field'], what: string): PromptRefusal => ({
    code: 'prompt_refused',
    field,
    message: `The ${field} ${what}.`,
  });
  if (readable(prompt) === '' && cast.length === 0) return refuse('prompt', 'is empty, and nobody is in the frame');
  if (moodboard.length > PROMPT_LIMITS.templates) {
    return refuse('moodboard', `has ${moodboard.length} texts, and ${PROMPT_LIMITS.templates} are allowed`);
  }
  const texts: [PromptRefusal['field'], string, number][] = [
    ['prompt', prompt, PROMPT_LIMITS.prompt],
    ['location', location ?? '', PROMPT_LIMITS.location],
    ...moodboard.map((text): [PromptRefusal['field'], string, number] => ['moodboard', text, PROMPT_LIMITS.template]),
  ];
  for (const [field, text, max] of texts) {
    const problem = textProblem(text, { lines: true });
    if (problem !== undefined) return refuse(field, problem);
    const characters = [...text].length;
    if (characters > max) return refuse(field, `has ${characters} characters, and ${max} are allowed`);
  }
  return undefined;
}

/** How prompts speak of the members. */
interface Speech {
  /** Each member's phrase where it comes first. */
  first(member: number): string;
  /** A short phrase for one who was named before, which fits nobody else of the cast. */
  again(member: number): string;
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

const nounOf = (member: PromptMember | undefined): string => member?.subject?.noun ?? 'person';

function placeWords(member: PromptMember | undefined): string | undefined {
  if (member?.box) return PLACE_WORDS[positionOf(member.box)];
  // Known to be a position: the places were checked.
  return member?.position === undefined ? undefined : PLACE_WORDS[member.position as Position];
}

/** `named`: the members in the order in which the prompt names them; the others come behind. */
function speechOf({ route, cast, addressing = '' }: PromptRequest, named: readonly number[]): Speech {
  const order = [...named, ...[...cast.keys()].filter((member) => !named.includes(member))];
  const inScene = drawnInScene(
    route,
    cast.map(({ subject }) => ({ hasFace: subjectHasFace(subject) })),
  );
  const alike = (member: number) => order.filter((other) => nounOf(cast[other]) === nounOf(cast[member]));
  const image = (member: number) => (ROUTES[route].references ? ` from ${addressOf(addressing, member + 1)}` : '');

  function who(member: number): string {
    const { triggerWord = '', subject } = cast[member] ?? {};
    const noun = nounOf(cast[member]);
    if (!ROUTES[route].loras) return `the ${noun}`;
    if (inScene.includes(member)) return triggerPhrase(triggerWord, subject);
    return alike(member)[0] === member ? `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}` : `another ${noun}`;
  }

  return {
    first(member) {
      const place = placeWords(cast[member]);
      return `${who(member)}${image(member)}${place === undefined ? '' : ` ${place}`}`;
    },
    again(member) {
      const noun = nounOf(cast[member]);
      const others = alike(member).filter((other) => other !== member);
      if (others.length === 0) return `the ${noun}`;
      const place = placeWords(cast[member]);
      const isOnlyOneThere = others.every((other) => placeWords(cast[other]) !== place);
      if (place !== undefined && isOnlyOneThere) return `the ${noun} ${place}`;
      return `the ${ORDINALS[alike(member).indexOf(member)]} ${noun}`;
    },
  };
}

const addressOf = (addressing: string, n: number): string => addressing.replace('{n}', String(n));

interface Scene {
  prompt: string;
  namings: readonly Naming[];
  named: readonly number[];
  isInOrder: boolean;
  speech: Speech;
}

function sceneOf(request: PromptRequest, { prompt, namings, named, isInOrder, speech }: Scene): string {
  const seen = new Set<number>();
  const told = written(prompt, namings, (member) => {
    const phrase = seen.has(member) ? speech.again(member) : speech.first(member);
    seen.add(member);
    return phrase;
  });
  const others = [...request.cast.keys()].filter((member) => !named.includes(member));
  const added = inWords(others.map((member) => speech.first(member)));
  const shown = named.length === 0 ? [added, told] : [told, added && `with ${added}`];
  const order = isInOrder ? `from left to right: ${named.map((member) => speech.again(member)).join(', ')}` : '';
  return inMood(parts([...shown, order, placeOf(request)]), request.moodboard);
}

/** What paints one member: nobody else is in this prompt. */
function facePrompt(request: PromptRequest, member: number, speech: Speech): string {
  const { route, cast, addressing = '' } = request;
  const { loras, references } = ROUTES[route];
  const { triggerWord = '', subject } = cast[member] ?? {};
  const noun = nounOf(cast[member]);
  const phrase = loras ? triggerPhrase(triggerWord, subject) : `the ${noun}`;
  if (!references) {
    const face = subjectHasFace(subject) ? `the face of ${phrase}` : phrase;
    return inMood(parts([face, 'in the light of the scene', placeOf(request)]), request.moodboard);
  }
  const [base, shown] = [addressOf(addressing, 1), addressOf(addressing, 2)];
  const place = placeWords(cast[member]);
  const replaced = place === undefined ? speech.again(member) : `the ${noun} ${place}`;
  return `In ${base}, replace the face of ${replaced} with the face of ${phrase} from ${shown}. Keep everything else as it is`;
}

const placeOf = ({ location = '' }: PromptRequest): string => {
  const place = readable(location);
  return place === '' || /^(?:in|inside|at|on|outside|near|by) /iu.test(place) ? place : `in ${place}`;
};

/** The scene within the templates that have a place for it, and before the others. */
function inMood(scene: string, moodboard: readonly string[] = []): string {
  const templates = moodboard.map(readable).filter((text) => text !== '');
  const around = templates.filter((text) => text.includes(SCENE));
  const behind = templates.filter((text) => !text.includes(SCENE));
  const set = around.reduce((inner, template) => template.split(SCENE).join(inner), scene);
  return parts([set, ...behind]);
}

const parts = (texts: readonly string[]): string =>
  texts
    .map((text) => text.replace(/[\s.,;:]+$/u, ''))
    .filter((text) => text !== '')
    .join(', ');

function inWords(phrases: readonly string[]): string {
  const last = phrases.at(-1) ?? '';
  return phrases.length < 2 ? last : `${phrases.slice(0, -1).join(', ')} and ${last}`;
}
