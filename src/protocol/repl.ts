/** scim/repl/…: what is typed at the prompt. */

export {};
