// The subject of a character: its kind and its class noun. Captions and prompts use both words, `lkhsvrnq woman`. The
// training then starts from what the model knows of the class, and the trigger word carries only what is special to
// this person ("a [identifier] [class noun]", Ruiz et al., DreamBooth, arXiv:2208.12242).

export const SUBJECT_KINDS = ['human', 'stylised', 'creature', 'object'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/**
 * The class nouns of people. The list is closed, because a noun becomes part of prompts: free text would let callers
 * write into them. Each is one everyday word that image models know; `girl` and `boy` mean children to them.
 */
export const HUMAN_NOUNS = ['person', 'woman', 'man', 'girl', 'boy', 'child'] as const;
export type HumanNoun = (typeof HUMAN_NOUNS)[number];

export interface Subject {
  kind: SubjectKind;
  noun: string;
}

export const DEFAULT_SUBJECT = { kind: 'human', noun: 'person' } as const satisfies Subject & { noun: HumanNoun };

/** Whether a human face can tell who it is. A character without a subject is a person. */
export const subjectHasFace = (subject: Subject | undefined): boolean => !subject || subject.kind === 'human';

/**
 * The phrase for the character in a prompt: `{trigger} {noun}`. Only the trigger word for an identity that was started
 * before characters had a class noun.
 */
export function triggerPhrase(triggerWord: string, subject: Subject | undefined): string {
  return subject ? `${triggerWord} ${subject.noun}` : triggerWord;
}

/**
 * The caption of each training photo: the phrase for the character. An identity that was started without a class noun
 * keeps its wording, so that the same photos give the same archive in a later training too.
 */
export function captionOf(triggerWord: string, subject: Subject | undefined): string {
  return subject ? triggerPhrase(triggerWord, subject) : `a photo of ${triggerWord}, a person`;
}
