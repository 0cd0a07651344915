/** The examples in a manual, so that tests can run them. */

/** A fenced block. */
export interface Example {
  /** The heading that it stands below. */
  readonly heading: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of MARKDOWN, in order. */
export function examplesIn(markdown: string): Example[] {
  const examples: Example[] = [];
  let heading = '';
  for (const [, title, language = '', text = ''] of markdown.matchAll(/^#+ (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (title === undefined) examples.push({ heading, language, text });
    else heading = title;
  }
  return examples;
}
