/** A path as a shell takes it, for remedies that can be pasted. */
export const quoted = (file: string): string => `'${file.replaceAll("'", `'\\''`)}'`

/** A word for a shell, quoted only where it has to be. */
export const shellWord = (word: string): string => (/^[\w./@%+=:,-]+$/.test(word) ? word : quoted(word))
