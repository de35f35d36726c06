import protobuf from 'protobufjs'

/** What protobufjs' parser does not tell of a `.proto` file: lines, and what the file has that no protocol can. */
export interface ProtoScan {
  /** `proto3`, `proto2`, an edition; absent where the file does not say. */
  readonly syntax: string | undefined
  /** The line of each message, enum, value, field, service and method, by its full name. */
  readonly lines: ReadonlyMap<string, number>
  /** Declarations that no protocol has an equal of, in the order of the file. */
  readonly unsupported: readonly { readonly what: string; readonly line: number }[]
}

interface Token {
  readonly text: string
  readonly line: number
}

const opens: readonly string[] = ['message', 'enum', 'service', 'oneof', 'extend']
const unsupported: readonly string[] = ['extend', 'extensions', 'required', 'group', 'oneof']

/** Goes over the declarations of a `.proto` file, with protobufjs' own tokenizer. */
export function scanProto(source: string): ProtoScan {
  const scanner = new Scanner()
  const tokens = protobuf.tokenize(source, false)
  for (let text = tokens.next(); text !== null; text = tokens.next()) scanner.take({ text, line: tokens.line })
  return scanner
}

class Scanner implements ProtoScan {
  syntax: string | undefined
  readonly lines = new Map<string, number>()
  readonly unsupported: { what: string; line: number }[] = []
  readonly #scopes: string[] = []
  #package = ''
  #statement: Token[] = []
  /** How deep in the brackets of a field's options, or the braces of an option's value. */
  #skipping = 0

  take(token: Token): void {
    const { text } = token
    const isOption = this.#statement[0]?.text === 'option'
    if (this.#skipping > 0 || text === '[' || (text === '{' && isOption)) {
      if (text === '[' || text === '{') this.#skipping++
      else if (text === ']' || text === '}') this.#skipping--
    } else if (text === ';') this.#end()
    else if (text === '{') this.#open()
    else if (text === '}') {
      this.#scopes.pop()
      this.#statement = []
    } else this.#statement.push(token)
  }

  #end(): void {
    const [first] = this.#statement
    const texts = this.#statement.map(({ text }) => text)
    if (first?.text === 'package') this.#package = texts.slice(1).join('')
    else if (first?.text === 'syntax' || first?.text === 'edition') this.syntax = texts.find((text) => /^\w*\d/.test(text)) ?? first.text
    else this.#declaration()
    this.#statement = []
  }

  #open(): void {
    const [first, second] = this.#statement
    this.#declaration()
    if (first && opens.includes(first.text)) {
      this.#record(second)
      // A oneof is no scope of names.
      this.#scopes.push(first.text === 'oneof' ? '' : (second?.text ?? ''))
    } else this.#scopes.push('')
    this.#statement = []
  }

  #declaration(): void {
    const [first, second] = this.#statement
    if (!first) return
    const keyword = [first, second].find((token) => token && unsupported.includes(token.text) && this.#isKeyword(token))
    if (keyword) {
      const name = this.#statement[this.#statement.indexOf(keyword) + 1]?.text
      this.unsupported.push({ what: name && keyword.text !== 'extensions' ? `${keyword.text} ${name}` : keyword.text, line: keyword.line })
    }
    if (first.text === 'rpc') this.#record(second)
    else {
      const equals = this.#statement.findIndex(({ text }) => text === '=')
      if (equals > 0) this.#record(this.#statement[equals - 1])
    }
  }

  /** A field may be of a type, or have a name, that is called like a keyword. */
  #isKeyword(token: Token): boolean {
    const after = this.#statement[this.#statement.indexOf(token) + 1]?.text
    return after !== undefined && after !== '='
  }

  #record(token: Token | undefined): void {
    if (!token) return
    const name = [this.#package, ...this.#scopes, token.text].filter((part) => part !== '').join('.')
    this.lines.set(name, token.line)
  }
}
