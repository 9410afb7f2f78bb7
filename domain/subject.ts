// What a character is: its kind and its class noun. Captions and prompts name it by both words, `lkhsvrnq woman`: so the
// training starts from what the model knows of the class, and the trigger word has to carry only what is this person's own
// ("a [identifier] [class noun]", Ruiz et al., DreamBooth, arXiv:2208.12242).

export const SUBJECT_KINDS = ['human', 'stylised', 'creature', 'object'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/**
 * The class nouns of people. A closed list, because a noun becomes a part of prompts: free text would let whoever names a
 * character write into them. Each is one everyday word that image models know; `girl` and `boy` are children to them.
 */
export const HUMAN_NOUNS = ['person', 'woman', 'man', 'girl', 'boy', 'child'] as const;
export type HumanNoun = (typeof HUMAN_NOUNS)[number];

export interface Subject {
  kind: SubjectKind;
  noun: string;
}

export const DEFAULT_SUBJECT = { kind: 'human', noun: 'person' } as const satisfies Subject & { noun: HumanNoun };

/**
 * How a prompt names the character: `{trigger} {noun}`. The trigger word alone for an identity that was begun before
 * characters had a class noun.
 */
export function triggerPhrase(triggerWord: string, subject: Subject | undefined): string {
  return subject ? `${triggerWord} ${subject.noun}` : triggerWord;
}

/**
 * The caption of each training photo: the phrase that prompts name the character by. An identity that was begun without a
 * class noun keeps its wording, so that the same photos give the same archive, in another training too.
 */
export function captionOf(triggerWord: string, subject: Subject | undefined): string {
  return subject ? triggerPhrase(triggerWord, subject) : `a photo of ${triggerWord}, a person`;
}
